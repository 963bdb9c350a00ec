import {
  AttendanceRecords,
  createAttendanceRecordsRouter,
  SequelizeAttendanceRecords,
} from '../modules/attendances/index.js';
import { type SequelizeAuditRepository } from '../modules/audit/index.js';
import { CallRecords, SequelizeCallRecordRepository } from '../modules/calls/index.js';
import { localDayOf } from '../modules/monitoring/index.js';
import { type Queues } from '../modules/queues/index.js';
import { type Reasons } from '../modules/reasons/index.js';
import { type Users } from '../modules/users/index.js';
import { type Database } from '../platform/db/database.js';

/** Wires the pages of attendances; they work without telephony. */
export function createAttendancePages(options: {
  readonly db: Database;
  readonly auditRows: SequelizeAuditRepository;
  readonly reasons: Reasons;
  readonly queues: Pick<Queues, 'list'>;
  readonly users: Pick<Users, 'listAgents'>;
  readonly timeZone: string;
  readonly now: () => Date;
}): readonly (readonly [path: string, router: ReturnType<typeof createAttendanceRecordsRouter>])[] {
  const { db, auditRows, reasons, queues, users, timeZone, now } = options;
  const calls = new CallRecords({ repository: new SequelizeCallRecordRepository(db) });
  const records = new AttendanceRecords({
    repository: new SequelizeAttendanceRecords(db, auditRows),
    now,
    dayBegan: (at) => localDayOf(at, timeZone).from,
  });
  const router = createAttendanceRecordsRouter({
    records,
    callsOf: async (callId) => {
      const call = await calls.find(callId);
      return call === null ? [] : [call, ...call.consultations];
    },
    choices: async () => ({
      queues: await queues.list(),
      agents: await users.listAgents(),
      subjects: await reasons.list('subject'),
      outcomes: await reasons.list('outcome'),
    }),
    reasons: async () => ({
      subjects: await reasons.listActive('subject'),
      outcomes: await reasons.listActive('outcome'),
    }),
    timeZone,
    now,
  });
  return [['/attendances', router]];
}
