import { type PauseReasonRef } from '../../shared/agent-state.js';

/** What a reason is for: pauses of agents, subjects and outcomes of attendances. In the order the list shows them. */
export const REASON_TYPES = ['pause', 'subject', 'outcome'] as const;
export type ReasonType = (typeof REASON_TYPES)[number];

export interface Reason {
  readonly id: number;
  readonly type: ReasonType;
  /** Spelled as in the exchange, or it will not work there. */
  readonly name: string;
  /** How long a pause for it may last; null when it has no limit. */
  readonly timeLimitSeconds: number | null;
  readonly isProductive: boolean;
  /** A reason in use is retired, never deleted. */
  readonly isActive: boolean;
  readonly position: number;
  /** Counts the changes of all but the position; a form that was drawn from an older one is refused. */
  readonly version: number;
}

/** What a person may say of a reason; the type stays what it was when the reason was made. */
export interface ReasonDraft {
  readonly name: string;
  /** For pauses only; null and false for the other types, whatever is given. */
  readonly timeLimitSeconds: number | null;
  readonly isProductive: boolean;
}

export interface ReasonSearch {
  /** A part of the name; empty for all. */
  readonly text: string;
  readonly type: ReasonType | null;
  readonly isActive: boolean | null;
}

export type MoveDirection = 'up' | 'down';

/** What became of reasons that were to be deleted, by name. */
export interface RemovedReasons {
  readonly removed: readonly string[];
  /** Those that something refers to: they cannot be chosen any more, and their history keeps its name. */
  readonly retired: readonly string[];
}

export function toPauseReasonRef(reason: Reason): PauseReasonRef {
  const { id, name, isProductive, timeLimitSeconds } = reason;
  return { id, name, isProductive, timeLimitSeconds };
}

/**
 * The ids in their new order, with one moved a place among those that are in use, or among those that are not: a place
 * that people see. The same order when it is the first or the last already.
 */
export function movedOrder(
  reasons: readonly Pick<Reason, 'id' | 'isActive'>[],
  id: number,
  direction: MoveDirection,
): readonly number[] {
  const ids = reasons.map((reason) => reason.id);
  const from = ids.indexOf(id);
  const isActive = reasons[from]?.isActive;
  const step = direction === 'up' ? -1 : 1;
  let to = from + step;
  while (to >= 0 && to < reasons.length && reasons[to]?.isActive !== isActive) to += step;
  if (from === -1 || to < 0 || to >= reasons.length) return ids;
  ids.splice(from, 1);
  ids.splice(to, 0, id);
  return ids;
}
