import { type AttendanceEntry, type AttendanceForm, type ReasonChoice } from '../../shared/desk.js';
import { type AttendanceKind } from '../../shared/attendance.js';
import { DomainError } from '../../platform/errors.js';

export type { AttendanceKind };

/**
 * ```txt
 *             URA                     call answered
 *   (none) ───────► open, of nobody ───────────────► open, of an agent ──finish──► finished
 *      │                  │                            ▲ ▲ │  ▲                        │
 *      │                  └─ caller gone ─► abandoned ─┼─┘ └──┘ handed over            │
 *      └──────────────── call answered ────────────────┘◄──────────── reopened ────────┘
 * ```
 */
export type AttendanceState = 'open' | 'finished' | 'abandoned';

export type AttendanceEventType = 'issued' | 'opened' | 'handed-over' | 'finished' | 'reopened' | 'abandoned';

/** What happened to a record: who did it or whose it became, and who had it before. */
export interface AttendanceEvent {
  readonly type: AttendanceEventType;
  readonly at: number;
  readonly userName: string | null;
  readonly fromName: string | null;
  readonly reason: string;
}

/** The record of one contact with a customer. Moments are epoch milliseconds. */
export interface Attendance {
  readonly id: number;
  readonly protocol: string;
  readonly callId: string | null;
  readonly customerId: number | null;
  /** Null while the caller is with the URA or waits. */
  readonly agentId: number | null;
  readonly queueId: number | null;
  readonly state: AttendanceState;
  readonly kind: AttendanceKind;
  /** As it was called when it was chosen. */
  readonly subject: string;
  readonly subjectReasonId: number | null;
  readonly description: string;
  readonly outcome: string;
  readonly outcomeReasonId: number | null;
  readonly ura: UraChoice | null;
  readonly openedAt: number;
  readonly savedAt: number | null;
  readonly finishedAt: number | null;
  readonly version: number;
}

/** What the caller keyed before anybody answered, and what that meant there. */
export interface UraChoice {
  readonly digits: string | null;
  readonly menu: string | null;
}

/** What is known when the call is answered. */
export interface AttendanceOpening {
  readonly callId: string;
  readonly agentId: number;
  readonly customerId: number | null;
  readonly queueId: number | null;
}

/** What is known while the caller is with the URA. */
export interface UraOpening extends UraChoice {
  readonly callId: string;
  readonly customerId: number | null;
}

/** A finished record of a customer, before it is known who reads it. */
export interface PastRecord {
  readonly protocol: string;
  readonly at: number;
  readonly subject: string;
  readonly kind: AttendanceKind;
  readonly agentId: number | null;
  readonly agentName: string | null;
}

/** What an agent says, as it is stored: with the names the reasons have. */
export interface AttendanceWriting extends AttendanceEntry {
  readonly subject: string;
  readonly outcome: string;
}

/** What another reads of what an agent says. */
export type AttendanceText = Pick<AttendanceWriting, 'subject' | 'description'>;

/** What may be chosen, by type. */
export interface AttendanceReasons {
  readonly subject: readonly ReasonChoice[];
  readonly outcome: readonly ReasonChoice[];
}

/**
 * What is stored of an entry. What is chosen already stays, with its name, when its reason was retired meanwhile; and so
 * does a subject that was typed before there was a list, until one is chosen.
 * @throws DomainError on the field whose reason cannot be chosen.
 */
export function writingOf(
  { subjectReasonId, outcomeReasonId, description, kind }: AttendanceEntry,
  stored: Attendance,
  reasons: AttendanceReasons,
): AttendanceWriting {
  const nameOf = (type: 'subject' | 'outcome', id: number | null): string => {
    const key = `${type}ReasonId` as const;
    if (id === stored[key]) return stored[type];
    if (id === null) return '';
    const chosen = reasons[type].find((reason) => reason.id === id);
    if (chosen === undefined) throw new DomainError('conflict', 'attendances:reason-retired', { field: type });
    return chosen.name;
  };
  const names = { subject: nameOf('subject', subjectReasonId), outcome: nameOf('outcome', outcomeReasonId) };
  return { ...names, subjectReasonId, outcomeReasonId, description, kind };
}

export function isSameEntry(one: AttendanceEntry, other: AttendanceEntry): boolean {
  return (
    one.subjectReasonId === other.subjectReasonId &&
    one.outcomeReasonId === other.outcomeReasonId &&
    one.description === other.description &&
    one.kind === other.kind
  );
}

/** Whether it lacks what it must have to be finished. */
export function lacksOutcome(attendance: Pick<Attendance, 'outcome'>, reasons: AttendanceReasons): boolean {
  return attendance.outcome === '' && reasons.outcome.length > 0;
}

/**
 * Whether an agent who answers its call takes a record over. One that was closed as abandoned too: the caller was still
 * there after all, and must not be without a record.
 */
export function isForTaking({ state, agentId }: Pick<Attendance, 'state' | 'agentId'>, byAgentId: number): boolean {
  return state === 'abandoned' || (state === 'open' && agentId !== byAgentId);
}

/** Why `agentId` may not write in this record, as a `DomainError`; null when it may. */
export function refusalToWrite(attendance: Attendance | null, agentId: number, hadIt = false): DomainError | null {
  if (attendance === null) return new DomainError('not-found', 'attendances:not-found');
  if (attendance.agentId !== agentId) {
    return new DomainError('forbidden', hadIt ? 'attendances:handed-over' : 'attendances:not-yours');
  }
  if (attendance.state !== 'open') return new DomainError('conflict', 'attendances:finished');
  return null;
}

/** Whether a person may read what a record says: all may but of the confidential ones, which are their agent's. */
export function mayRead(
  attendance: Pick<Attendance, 'kind' | 'agentId'>,
  viewer: { readonly userId: number; readonly permissions: ReadonlySet<string> },
): boolean {
  return (
    attendance.kind !== 'confidential' ||
    attendance.agentId === viewer.userId ||
    viewer.permissions.has('attendances.confidential')
  );
}

/**
 * Why a person may not open a finished record again; null when they may. Agents open their own on the day it was finished,
 * whoever edits attendances opens any.
 */
export function refusalToReopen(
  attendance: Attendance,
  viewer: { readonly userId: number; readonly permissions: ReadonlySet<string> },
  dayBegan: number,
): DomainError | null {
  if (attendance.state !== 'finished') return new DomainError('conflict', 'attendances:not-finished');
  if (!mayRead(attendance, viewer)) return new DomainError('forbidden', 'attendances:not-yours');
  if (viewer.permissions.has('attendances.edit')) return null;
  if (attendance.agentId !== viewer.userId || !viewer.permissions.has('attendances.create')) {
    return new DomainError('forbidden', 'attendances:not-yours');
  }
  return (attendance.finishedAt ?? 0) < dayBegan ? new DomainError('forbidden', 'attendances:too-late') : null;
}

export function toAttendanceForm(attendance: Attendance): AttendanceForm {
  return {
    attendanceId: attendance.id,
    protocol: attendance.protocol,
    subject: attendance.subject,
    subjectReasonId: attendance.subjectReasonId,
    outcome: attendance.outcome,
    outcomeReasonId: attendance.outcomeReasonId,
    description: attendance.description,
    kind: attendance.kind,
    version: attendance.version,
    savedAt: attendance.savedAt,
    isOpened: attendance.agentId !== null,
    ura: attendance.ura,
  };
}
