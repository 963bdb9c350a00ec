import { type CallDirection } from '../../shared/agent-state.js';
import { type EndCause, type EndedBy } from '../telephony/telephony.port.js';
import { type CallOutcome } from './call-outcome.domain.js';
import {
  advance,
  startedCall,
  type CallDestination,
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
  /** Of a consultation: the call it was about. */
  readonly consults: string | null;
  /** Of a consultation: the agent who answered it. */
  readonly peer: Named | null;
}

export interface CallRecordEvent {
  readonly type: string;
  readonly at: number;
  readonly agent: Named | null;
  readonly detail: string | null;
}

export interface CallRecordWithEvents extends CallRecord {
  readonly events: readonly CallRecordEvent[];
  /** Those that were made about it, the oldest first. */
  readonly consultations: readonly CallRecord[];
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
  readonly direction?: CallDirection;
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

/**
 * What `detail` holds of an event: why an offer, a transfer or the call ended, where it was sent, how, and by which second
 * call. Names come last, because they may hold anything.
 */
export function detailOf(event: CallEvent): string | null {
  switch (event.type) {
    case 'declined':
    case 'transfer-failed':
      return event.cause;
    case 'transfer-started':
      return ofDestination(event.target);
    case 'transferred':
      return `${event.how}:${event.second ?? ''}:${ofDestination(event.to)}`;
    case 'conferenced':
      return event.second;
    case 'answered':
      return typeof event.peerId === 'number' ? String(event.peerId) : null;
    case 'ended':
      return `${event.by}:${event.cause}`;
    default:
      return null;
  }
}

const NAME_MAX = 100;

function ofDestination({ kind, id, name }: CallDestination): string {
  return `${kind}:${id === null ? '' : String(id)}:${name.slice(0, NAME_MAX)}`;
}

/** Null for what cannot be read. */
export function toDestination(detail: string): CallDestination | null {
  const [, kind, id, name] = /^(agent|queue|number):(\d*):(.*)$/s.exec(detail) ?? [];
  if (kind === undefined || name === undefined) return null;
  return { kind: kind as CallDestination['kind'], id: id === '' ? null : Number(id), name };
}

/** How a call went on, and to whom; null for what cannot be read. */
export function toMove(detail: string): Pick<EventOf<'transferred'>, 'how' | 'second' | 'to'> | null {
  const [, how, second, rest] = /^(blind|attended|agent-away):([^:]*):(.*)$/s.exec(detail) ?? [];
  const to = rest === undefined ? null : toDestination(rest);
  if (how === undefined || to === null) return null;
  return {
    how: how as EventOf<'transferred'>['how'],
    second: second === undefined || second === '' ? null : second,
    to,
  };
}

type EventOf<Type extends CallEvent['type']> = Extract<CallEvent, { readonly type: Type }>;

function toCallEvent({ type, at, agentId, detail }: StoredCallEvent): CallEvent | null {
  switch (type) {
    case 'offered':
    case 'accepted':
    case 'held':
    case 'resumed':
      return { type, at, agentId };
    case 'answered':
      return detail === null ? { type, at, agentId } : { type, at, agentId, peerId: Number(detail) };
    case 'declined':
      return { type, at, agentId, cause: detail === 'rejected' || detail === 'unreachable' ? detail : 'no-answer' };
    case 'transfer-started': {
      const target = toDestination(detail ?? '');
      return target === null ? null : { type, at, agentId, target };
    }
    case 'transfer-failed':
      return { type, at, agentId, cause: (detail ?? 'no-answer') as EventOf<'transfer-failed'>['cause'] };
    case 'transferred': {
      const move = toMove(detail ?? '');
      return move === null ? null : { type, at, agentId, ...move };
    }
    case 'conferenced':
      return { type, at, agentId, second: detail ?? '' };
    case 'ended': {
      const [by = 'system', cause = 'failed'] = (detail ?? '').split(':');
      return { type, at, by: by as EndedBy, cause: cause as EndCause };
    }
    default:
      return null;
  }
}
