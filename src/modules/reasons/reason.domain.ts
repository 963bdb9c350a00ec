import { type PauseReasonRef } from '../../shared/agent-state.js';

/** What a reason is for. */
export type ReasonType = 'pause';

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
}

export function toPauseReasonRef(reason: Reason): PauseReasonRef {
  return { id: reason.id, name: reason.name, isProductive: reason.isProductive };
}
