export { createAttendanceCommands } from './attendance.realtime.js';
export { SequelizeAttendanceRepository } from './attendance.repository.js';
export { Attendances } from './attendance.service.js';
export { protocolFor } from './protocol.domain.js';
