export { DeskPages } from './desk-pages.service.js';
export { createDeskCommands, deskRoom } from './desk.realtime.js';
export { Desks, type DeskRecords } from './desk.service.js';
export { PhoneLeases } from './phone-lease.domain.js';
