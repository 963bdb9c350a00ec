export { createDirectorySections } from './exchange-admin.repository.js';
export { createExchangeAdminRouter } from './exchange-admin.routes.js';
export { createPromptAudioRouter } from './prompt.routes.js';
export { ExchangeAdmin } from './exchange-admin.service.js';
export { type RunningExchange } from './exchange-admin.port.js';
