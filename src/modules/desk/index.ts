export { DeskFollower } from './desk-follower.service.js';
export { AccessChanges } from './access-changes.service.js';
export { DeskPages } from './desk-pages.service.js';
export { createDeskRouter } from './desk.routes.js';
export { createDeskCommands, deskRoom } from './desk.realtime.js';
export { Desks } from './desk.service.js';
export { PhoneLeases } from './phone-lease.domain.js';
