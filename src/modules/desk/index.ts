export { DeskFollower } from './desk-follower.service.js';
export { AccessChanges } from './access-changes.service.js';
export { DeskPages } from './desk-pages.service.js';
export { createDeskRouter } from './desk.routes.js';
export { createDeskCommands, deskRoom, transferRoom } from './desk.realtime.js';
export { TargetWatch } from './transfer-targets.service.js';
export { Desks, type DeskCall, type DeskRecords } from './desk.service.js';
export { PhoneLeases } from './phone-lease.domain.js';
