export { mayRead, type Attendance, type AttendanceOpening, type UraOpening } from './attendance.domain.js';
export { createAttendanceRecordsRouter } from './attendance-records.routes.js';
export { SequelizeAttendanceRecords } from './attendance-records.repository.js';
export { AttendanceRecords } from './attendance-records.service.js';
export { createAttendanceCommands } from './attendance.realtime.js';
export { SequelizeAttendanceRepository } from './attendance.repository.js';
export {
  Attendances,
  type AttendanceReader,
  type AttendanceRepository,
  type AttendancesDeps,
} from './attendance.service.js';
export { isProtocol, protocolFor } from './protocol.domain.js';
export { SequelizeCustomerAttendances, type CustomerAttendance } from './customer-attendances.repository.js';
export { createUraRouter } from './ura.routes.js';
