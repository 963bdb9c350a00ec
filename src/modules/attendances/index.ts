export { type Attendance, type AttendanceOpening } from './attendance.domain.js';
export { createAttendanceCommands } from './attendance.realtime.js';
export { SequelizeAttendanceRepository } from './attendance.repository.js';
export { Attendances, type AttendanceRepository, type AttendancesDeps } from './attendance.service.js';
export { isProtocol, protocolFor } from './protocol.domain.js';
export { SequelizeCustomerAttendances, type CustomerAttendance } from './customer-attendances.repository.js';
