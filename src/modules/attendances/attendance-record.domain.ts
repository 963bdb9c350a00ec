import { type CallbackState } from '../../shared/desk.js';
import { DomainError } from '../../platform/errors.js';
import {
  mayRead,
  type Attendance,
  type AttendanceEvent,
  type AttendanceKind,
  type AttendanceState,
} from './attendance.domain.js';

export const ATTENDANCE_STATES = ['open', 'finished', 'abandoned'] as const satisfies readonly AttendanceState[];

export interface Named {
  readonly id: number;
  readonly name: string;
}

/** Who looks, and what they may. */
export interface RecordViewer {
  readonly userId: number;
  readonly permissions: ReadonlySet<string>;
}

/** An attendance as its pages show it, with the names of whom it concerns. */
export interface AttendanceRecord extends Attendance {
  readonly customer: Named | null;
  readonly agent: Named | null;
  readonly queue: Named | null;
  /** Counts the changes; a form that was drawn from an older one is refused. */
  readonly version: number;
}

export interface AttendanceFilter {
  /** Opened at or after; epoch milliseconds. */
  readonly from: number;
  /** Opened before. */
  readonly to: number;
  readonly agentId?: number;
  readonly queueId?: number;
  readonly kind?: AttendanceKind;
  readonly state?: AttendanceState;
  readonly subjectId?: number;
  readonly outcomeId?: number;
  /** A part of the customer's name, document or number. */
  readonly customer?: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** A promise that continues an attendance. */
export interface ContinuingCallback {
  readonly id: number;
  readonly dueAt: number;
  readonly timeZone: string;
  readonly state: CallbackState;
  readonly number: string;
}

/** The record before and after one of the same customer. */
export interface Neighbours {
  readonly previous: { readonly id: number; readonly protocol: string } | null;
  readonly next: { readonly id: number; readonly protocol: string } | null;
}

/** What a person writes in a record that was reopened. */
export interface RecordTexts {
  readonly subject: string;
  readonly subjectReasonId: number | null;
  readonly outcome: string;
  readonly outcomeReasonId: number | null;
  readonly description: string;
}

/** The limit of the desk's form too. */
export const DESCRIPTION_MAX = 4000;
export const REASON_MAX = 300;

/**
 * Why a person may not write in a record outside a call; null when they may. What runs is written at the agent's desk;
 * here only what was finished once and reopened is, by its agent or whoever edits attendances.
 */
export function refusalToRewrite(
  attendance: Attendance,
  history: readonly AttendanceEvent[],
  viewer: RecordViewer,
): DomainError | null {
  if (!mayRead(attendance, viewer)) return new DomainError('forbidden', 'attendances:not-yours');
  const isOwn = attendance.agentId === viewer.userId && viewer.permissions.has('attendances.create');
  if (!isOwn && !viewer.permissions.has('attendances.edit')) {
    return new DomainError('forbidden', 'attendances:not-yours');
  }
  if (attendance.state !== 'open') return new DomainError('conflict', 'attendances:finished');
  if (history.at(-1)?.type !== 'reopened') return new DomainError('conflict', 'attendance-pages:in-call');
  return null;
}
