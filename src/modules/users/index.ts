export { type AgentUser, type User, type UserDraft, type UserPage, type UserSearch } from './user.domain.js';
export { Users, type Administrator, type UserRepository } from './user.service.js';
export { SequelizeUserRepository } from './user.repository.js';
export { ADMINISTRATION, administratorIds, lockAdministration } from './administrators.repository.js';
export { createUserFormRouter } from './user-form.routes.js';
export { createUserRouter } from './user.routes.js';
export { UserImport } from './user-import.service.js';
export { SequelizeUserImportRepository } from './user-import.repository.js';
export { createUserImportRouter } from './user-import.routes.js';
