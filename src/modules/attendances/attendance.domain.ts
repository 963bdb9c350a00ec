import { type AttendanceForm } from '../../shared/desk.js';
import { DomainError } from '../../platform/errors.js';

export type AttendanceState = 'open' | 'finished';

/** The record of one contact with a customer. Moments are epoch milliseconds. */
export interface Attendance {
  readonly id: number;
  readonly protocol: string;
  readonly callId: string | null;
  readonly customerId: number | null;
  readonly agentId: number | null;
  readonly queueId: number | null;
  readonly state: AttendanceState;
  readonly subject: string;
  readonly description: string;
  readonly openedAt: number;
  readonly savedAt: number | null;
  readonly finishedAt: number | null;
}

/** What is known when the call is answered. */
export interface AttendanceOpening {
  readonly callId: string;
  readonly agentId: number;
  readonly customerId: number | null;
  readonly queueId: number | null;
}

/** What an agent types; its lengths are the wire's and the table's. */
export interface AttendanceText {
  readonly subject: string;
  readonly description: string;
}

/** Why `agentId` may not write in this record, as a `DomainError`; null when it may. */
export function refusalToWrite(attendance: Attendance | null, agentId: number): DomainError | null {
  if (attendance === null) return new DomainError('not-found', 'attendances:not-found');
  if (attendance.agentId !== agentId) return new DomainError('forbidden', 'attendances:not-yours');
  if (attendance.state !== 'open') return new DomainError('conflict', 'attendances:finished');
  return null;
}

export function toAttendanceForm(attendance: Attendance): AttendanceForm {
  return {
    attendanceId: attendance.id,
    protocol: attendance.protocol,
    subject: attendance.subject,
    description: attendance.description,
    savedAt: attendance.savedAt,
  };
}
