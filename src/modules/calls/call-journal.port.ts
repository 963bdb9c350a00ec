import { type AgentStatus } from '../../shared/agent-state.js';
import { type LiveCall } from './call.domain.js';

export type CallEventType = 'started' | 'offered' | 'declined' | 'accepted' | 'answered' | 'held' | 'resumed' | 'ended';

/** One change of the live state, as it is kept. Times are epoch milliseconds. */
export type JournalEntry =
  /** The call as it is now; comes before the events and the wrap-up that name it. */
  | { readonly kind: 'call'; readonly call: LiveCall }
  | {
      readonly kind: 'call-event';
      readonly callId: string;
      readonly type: CallEventType;
      readonly at: number;
      readonly agentId: number | null;
      /** `declined`: the cause. `ended`: by and cause, `customer:hung-up`. */
      readonly detail: string | null;
    }
  | { readonly kind: 'wrap-up'; readonly callId: string; readonly wrapUpMs: number }
  /** What an agent does from now on, and the end of what the agent did since `closes`. Being off shift is no interval. */
  | {
      readonly kind: 'interval';
      readonly agentId: number;
      readonly at: number;
      readonly closes: number | null;
      readonly opens: {
        readonly status: AgentStatus;
        readonly reasonId: number | null;
        readonly callId: string | null;
        /** Of a pause only. */
        readonly pause: {
          /** Asked for with a reason, or set by rule after calls that were not taken. */
          readonly cause: 'reason' | 'missed';
          /** When the pause began that this is a part of: a call that the agent dials in it divides it. */
          readonly beganAt: number | null;
          /** How long it may last, as it was when it began. */
          readonly limitSeconds: number | null;
        } | null;
      } | null;
    }
  | {
      readonly kind: 'agent-state';
      readonly agentId: number;
      /** The state machine's state, as JSON. */
      readonly state: string;
      readonly version: number;
      readonly since: number;
    };

/** Where every change is kept, in order. */
export interface CallJournal {
  /** Takes entries that belong together; settles nothing, and never throws. */
  append(entries: readonly JournalEntry[]): void;
  /** Settles when everything appended so far is stored. Waits as long as the database cannot be written. */
  flush(): Promise<void>;
  /** So much waits to be stored that people should not add to it. */
  readonly isBehind: boolean;
}
