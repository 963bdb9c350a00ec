export { type AgentUser, type User, type UserDraft, type UserPage, type UserSearch } from './user.domain.js';
export { Users, type UserRepository } from './user.service.js';
export { SequelizeUserRepository } from './user.repository.js';
export { createUserRouter } from './user.routes.js';
