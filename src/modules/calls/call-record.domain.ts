import { type CallDirection } from '../../shared/agent-state.js';
import { type EndCause, type EndedBy } from '../telephony/telephony.port.js';
import { type CallOutcome } from './call-outcome.domain.js';
import {
  advance,
  startedCall,
  type CallEvent,
  type CallStart,
  type LiveCall,
  type LiveCallState,
} from './call.domain.js';

export interface Named {
  readonly id: number;
  readonly name: string;
}

/** A call as it is kept. Times are epoch milliseconds. */
export interface CallRecord {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: Named | null;
  readonly customer: Named | null;
  /** Who answered or dialled it. */
  readonly agent: Named | null;
  readonly state: LiveCallState;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly waitedMs: number;
  /** Without the time on hold; 0 until the call has ended. */
  readonly talkedMs: number;
  readonly heldMs: number;
  readonly wrapUpMs: number;
  /** How often it was offered to an agent. */
  readonly offers: number;
  readonly endedBy: EndedBy | null;
  readonly endCause: EndCause | null;
}

export interface CallRecordEvent {
  readonly type: string;
  readonly at: number;
  readonly agent: Named | null;
  readonly detail: string | null;
}

export interface CallRecordWithEvents extends CallRecord {
  readonly events: readonly CallRecordEvent[];
}

export interface CallFilter {
  /** Started at or after; epoch milliseconds. */
  readonly from: number;
  /** Started before. */
  readonly to: number;
  readonly queueId?: number;
  readonly agentId?: number;
  readonly customerId?: number;
  /** A number, or a part of one. */
  readonly number?: string;
  /** A number or a customer's name, or a part of one. */
  readonly text?: string;
  readonly outcome?: CallOutcome;
  /** From 1. */
  readonly page: number;
  readonly pageSize?: number;
}

export interface CallPage {
  readonly calls: readonly CallRecord[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
}

/** One journal event, as it is stored. */
export interface StoredCallEvent {
  readonly type: string;
  readonly at: number;
  readonly agentId: number | null;
  readonly detail: string | null;
}

/** A call as it was when the journal's last event of it was written. */
export function replay(start: CallStart, events: readonly StoredCallEvent[]): LiveCall {
  return events.reduce((call, stored) => {
    const event = toCallEvent(stored);
    return (event === null ? null : advance(call, event)) ?? call;
  }, startedCall(start));
}

/** What `detail` holds of an event that ended a call or an offer. */
export function detailOf(event: CallEvent): string | null {
  if (event.type === 'declined') return event.cause;
  return event.type === 'ended' ? `${event.by}:${event.cause}` : null;
}

function toCallEvent({ type, at, agentId, detail }: StoredCallEvent): CallEvent | null {
  switch (type) {
    case 'offered':
    case 'accepted':
    case 'answered':
    case 'held':
    case 'resumed':
      return { type, at, agentId };
    case 'declined':
      return { type, at, agentId, cause: detail === 'rejected' || detail === 'unreachable' ? detail : 'no-answer' };
    case 'ended': {
      const [by = 'system', cause = 'failed'] = (detail ?? '').split(':');
      return { type, at, by: by as EndedBy, cause: cause as EndCause };
    }
    default:
      return null;
  }
}
