export { toPauseReasonRef, type Reason, type ReasonType } from './reason.domain.js';
export { Reasons, type ReasonRepository } from './reason.service.js';
export { SequelizeReasonRepository } from './reason.repository.js';
export { ExchangeSpelling } from './exchange-spelling.service.js';
export { createReasonRouter } from './reason.routes.js';
