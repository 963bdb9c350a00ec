export { type Profile, type ProfileDraft, type ProfileListItem } from './profile.domain.js';
export { Profiles, type ProfileRepository } from './profile.service.js';
export { SequelizeProfileRepository, toPermissions } from './profile.repository.js';
export { createProfileRouter } from './profile.routes.js';
export { ADMINISTRATOR_LOCK, ADMINISTRATOR_PERMISSIONS, Administrators } from './last-administrator.repository.js';
