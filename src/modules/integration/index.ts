export { ConnectionTests } from './connection-tests.js';
export { Integration } from './integration.service.js';
export { createIntegrationRouter } from './integration.routes.js';
export { SequelizeIntegrationRepository } from './integration-settings.repository.js';
export { toAsteriskSettings, type IntegrationSettings } from './integration-settings.domain.js';
export { PlatformRunner, type Platform } from './platform-runner.js';
export { SecretDrafts } from './secret-drafts.js';
