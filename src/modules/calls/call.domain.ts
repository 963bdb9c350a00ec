import { type CallDirection } from '../../shared/agent-state.js';
import { type EndCause, type EndedBy } from '../telephony/telephony.port.js';

export type LiveCallState = 'waiting' | 'offered' | 'dialling' | 'talking' | 'on-hold' | 'ended';

/** A call as it is now. Times are epoch milliseconds, by the exchange's clock. */
export interface LiveCall {
  readonly callId: string;
  readonly direction: CallDirection;
  /** The customer's number. */
  readonly number: string;
  readonly customer: { readonly id: number; readonly name: string } | null;
  readonly queueId: number | null;
  readonly queueName: string | null;
  /** Who is offered it, or has it; null while nobody is, or when the exchange's extension is nobody's of ours. */
  readonly agentId: number | null;
  readonly state: LiveCallState;
  readonly startedAt: number;
  /** When the present offer began; null while there is none. Kept once it was taken. */
  readonly offeredAt: number | null;
  /** When the agent's side of a dialled call was up. */
  readonly acceptedAt: number | null;
  /** When customer and agent were first connected. */
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  /** Time on hold, without the hold that runs. */
  readonly heldMs: number;
  readonly heldSince: number | null;
  /** How often it was offered to an agent. */
  readonly offers: number;
  /** Whose phones ring for it; with ring-all there may be several. */
  readonly offeredTo: readonly number[];
  readonly endedBy: EndedBy | null;
  readonly endCause: EndCause | null;
}

/** What is known of a call when it begins. */
export type CallStart = Pick<
  LiveCall,
  'callId' | 'direction' | 'number' | 'customer' | 'queueId' | 'queueName' | 'agentId' | 'startedAt'
>;

interface OfAgent {
  readonly at: number;
  readonly agentId: number | null;
}

export type CallEvent =
  | (OfAgent & { readonly type: 'offered' | 'accepted' | 'answered' | 'held' | 'resumed' })
  | (OfAgent & { readonly type: 'declined'; readonly cause: 'rejected' | 'no-answer' | 'unreachable' })
  | { readonly type: 'ended'; readonly at: number; readonly by: EndedBy; readonly cause: EndCause };

export function startedCall(start: CallStart): LiveCall {
  return {
    ...start,
    state: 'waiting',
    offeredAt: null,
    acceptedAt: null,
    answeredAt: null,
    endedAt: null,
    heldMs: 0,
    heldSince: null,
    offers: 0,
    offeredTo: [],
    endedBy: null,
    endCause: null,
  };
}

/**
 * The call's state machine; null when the event changes nothing. States only go forward, `ended` is final, so that a
 * repeated or late event is harmless:
 *
 * ```txt
 *            offered             accepted              answered           held
 *  waiting ----------> offered ----------> dialling -------------> talking <----> on-hold
 *     ^                 |    \                          ^          ^      resumed
 *     +---- declined ---+     +------- answered --------|----------+
 *                        any of them ---- ended ----> ended
 * ```
 *
 * `dialling` exists for dialled calls only. An event that was missed is jumped over: a waiting call can be answered.
 */
export function advance(call: LiveCall, event: CallEvent): LiveCall | null {
  if (call.state === 'ended') return null;
  // Clocks differ and events are late; nothing in a call may seem to happen before the call did.
  const at = Math.max(event.at, call.startedAt);
  switch (event.type) {
    case 'offered':
      return offer(call, event.agentId, at);
    case 'declined':
      return decline(call, event.agentId);
    case 'accepted':
      if (call.direction === 'inbound' || !isUnder(call, ['waiting', 'offered'])) return null;
      return { ...call, state: 'dialling', agentId: event.agentId ?? call.agentId, acceptedAt: at, offeredTo: [] };
    case 'answered':
      if (!isUnder(call, ['waiting', 'offered', 'dialling'])) return null;
      return { ...call, state: 'talking', agentId: event.agentId ?? call.agentId, answeredAt: at, offeredTo: [] };
    case 'held':
      return call.state === 'talking' ? { ...call, state: 'on-hold', heldSince: at } : null;
    case 'resumed':
      return call.state === 'on-hold'
        ? { ...call, state: 'talking', heldMs: heldUntil(call, at), heldSince: null }
        : null;
    case 'ended':
      return {
        ...call,
        state: 'ended',
        endedAt: Math.max(at, call.answeredAt ?? at),
        heldMs: heldUntil(call, at),
        heldSince: null,
        offeredTo: [],
        endedBy: event.by,
        endCause: event.cause,
      };
  }
}

function isUnder(call: LiveCall, states: readonly LiveCallState[]): boolean {
  return states.includes(call.state);
}

function offer(call: LiveCall, agentId: number | null, at: number): LiveCall | null {
  if (!isUnder(call, ['waiting', 'offered'])) return null;
  const known = agentId === null ? call.state === 'offered' : call.offeredTo.includes(agentId);
  if (known) return null;
  return {
    ...call,
    state: 'offered',
    agentId,
    offeredAt: at,
    offers: call.offers + 1,
    offeredTo: agentId === null ? call.offeredTo : [...call.offeredTo, agentId],
  };
}

function decline(call: LiveCall, agentId: number | null): LiveCall | null {
  if (call.state !== 'offered') return null;
  if (agentId !== null && !call.offeredTo.includes(agentId)) return null;
  const offeredTo = call.offeredTo.filter((id) => id !== agentId);
  const last = offeredTo.at(-1);
  if (last !== undefined) return { ...call, agentId: last, offeredTo };
  // A dialled call stays its agent's: nobody else will be asked.
  const stays = call.direction === 'inbound' ? null : call.agentId;
  return { ...call, state: 'waiting', agentId: stays, offeredAt: null, offeredTo };
}

function heldUntil(call: LiveCall, at: number): number {
  return call.heldSince === null ? call.heldMs : call.heldMs + Math.max(0, at - call.heldSince);
}

export interface CallDurations {
  /** Before the answer, or before the end when nobody answered. A customer who is dialled waits for nothing. */
  readonly waitedMs: number;
  /** Connected, without the time on hold; 0 until the call has ended. */
  readonly talkedMs: number;
  readonly heldMs: number;
}

export function durationsOf(call: LiveCall): CallDurations {
  const { startedAt, answeredAt, endedAt, heldMs } = call;
  const waitedUntil = answeredAt ?? endedAt ?? startedAt;
  return {
    waitedMs: call.direction === 'inbound' ? waitedUntil - startedAt : 0,
    talkedMs: answeredAt === null || endedAt === null ? 0 : Math.max(0, endedAt - answeredAt - heldMs),
    heldMs,
  };
}

/** Whose record the call is: who answered or dialled it. A call that only rang somewhere is nobody's. */
export function ownerOf(call: LiveCall): number | null {
  return call.answeredAt !== null || call.direction !== 'inbound' ? call.agentId : null;
}

/** A call as the exchange has it at this moment, in our ids. */
export interface ExchangeCall {
  readonly state: Exclude<LiveCallState, 'ended'>;
  readonly agentId: number | null;
  readonly answeredAt: number | null;
}

/**
 * The events we must have missed, if `ours` is what we know and `theirs` is how it is. `at` stands in for the times
 * that nobody knows any more. Never goes back: a call we saw answered is not made to wait again.
 */
export function missedEvents(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId } = theirs;
  const events = isUnder(ours, ['waiting', 'offered', 'dialling']) ? missedBeforeAnswer(ours, theirs, at) : [];
  if (theirs.state === 'on-hold' && ours.state !== 'on-hold') return [...events, { type: 'held', at, agentId }];
  if (theirs.state === 'talking' && ours.state === 'on-hold') return [...events, { type: 'resumed', at, agentId }];
  return events;
}

function missedBeforeAnswer(ours: LiveCall, theirs: ExchangeCall, at: number): readonly CallEvent[] {
  const { agentId } = theirs;
  const when = theirs.answeredAt ?? at;
  const events: CallEvent[] = [];
  const leftOffer =
    ours.state === 'offered' && (theirs.state === 'waiting' || (agentId !== null && !ours.offeredTo.includes(agentId)));
  if (leftOffer) {
    for (const left of ours.offeredTo) events.push({ type: 'declined', at: when, agentId: left, cause: 'no-answer' });
  }
  if (theirs.state === 'waiting') return events;
  if (ours.state === 'waiting' || leftOffer) events.push({ type: 'offered', at: when, agentId });
  if (theirs.state === 'offered') return events;
  if (theirs.state === 'dialling')
    return ours.state === 'dialling' ? [] : [...events, { type: 'accepted', at, agentId }];
  return [...events, { type: 'answered', at: when, agentId }];
}
