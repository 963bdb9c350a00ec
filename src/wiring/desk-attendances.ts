import { type Viewer } from '../modules/accounts/index.js';
import { type CallCentre } from '../modules/agents/index.js';
import { type AttendanceReader, type Attendances } from '../modules/attendances/index.js';
import { type DeskRecords } from '../modules/desk/index.js';

const LAST_ATTENDANCES = 3;

/** What agents' pages show of attendances: each as who looks at it may see it. */
export function deskAttendances(options: {
  readonly attendances: Attendances;
  readonly centre: Pick<CallCentre, 'liveCall'>;
  readonly loadViewer: (viewer: Pick<Viewer, 'userId' | 'sessionId' | 'locale'>) => Promise<Viewer | null>;
}): Pick<
  DeskRecords,
  'attendanceOfCall' | 'attendanceReasons' | 'unfinishedOf' | 'consultedRecordOf' | 'lastAttendancesOf'
> {
  const { attendances, centre } = options;
  /** A desk is put together for a person, not for a session; somebody who is not let in any more may read nothing. */
  const readerOf = async (userId: number): Promise<AttendanceReader> =>
    (await options.loadViewer({ userId, sessionId: '', locale: 'pt-BR' })) ?? { userId, permissions: new Set() };
  return {
    attendanceOfCall: (callId) => attendances.forCall(callId),
    attendanceReasons: () => attendances.reasons(),
    unfinishedOf: (agentId) => attendances.unfinishedOf(agentId, (callId) => centre.liveCall(callId) !== null),
    consultedRecordOf: async (callId, viewerId) => {
      const reading = await attendances.readForConsultation(callId, await readerOf(viewerId));
      return reading === null ? null : { protocol: reading.protocol, record: reading.text };
    },
    lastAttendancesOf: async (customerId, viewerId) =>
      attendances.lastOfCustomer(customerId, LAST_ATTENDANCES, await readerOf(viewerId)),
  };
}
