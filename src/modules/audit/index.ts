export {
  MASKED,
  SECRET_CHANGED,
  SYSTEM_ACTOR,
  type Actor,
  type AuditAction,
  type AuditEntry,
  type AuditFields,
  type AuditNote,
  type AuditSearch,
  type AuditSubject,
} from './audit.domain.js';
export { createAuditRouter } from './audit.routes.js';
export { AuditTrail } from './audit.service.js';
export { SequelizeAuditRepository } from './audit.repository.js';
