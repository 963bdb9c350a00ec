import { type CallDirection } from '../../shared/agent-state.js';
import { type EndCause, type EndedBy, type TransferFailure } from '../telephony/telephony.port.js';

export type LiveCallState = 'waiting' | 'offered' | 'dialling' | 'talking' | 'on-hold' | 'ended';

/** Whom a call is sent to, or who is asked about it, in our ids. */
export interface CallDestination {
  readonly kind: 'agent' | 'queue' | 'number';
  /** Of the agent or queue; null for a number, and for what the exchange knows and we do not. */
  readonly id: number | null;
  /** As people read it: a name, or the number. */
  readonly name: string;
}

/** What one agent had of an answered call. */
export interface CallPart {
  readonly agentId: number | null;
  readonly from: number;
  /** Null while it is this agent's; the durations are 0 until then. */
  readonly until: number | null;
  readonly talkedMs: number;
  readonly heldMs: number;
}

/** A call as it is now. Times are epoch milliseconds, by the exchange's clock. */
export interface LiveCall {
  readonly callId: string;
  readonly direction: CallDirection;
  /** The customer's number; of a consultation, what was dialled. */
  readonly number: string;
  readonly customer: { readonly id: number; readonly name: string } | null;
  /**
   * The queue it came by, and the one whose figures it is in, wherever it is sent later. Of a consultation: the one that
   * is asked; it is in no figures.
   */
  readonly queueId: number | null;
  readonly queueName: string | null;
  /** Of a consultation: the call it was dialled beside. */
  readonly consults: string | null;
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
  /** Whose phones ring for it; with ring-all there may be several. Of a transfer, who is asked to take it. */
  readonly offeredTo: readonly number[];
  readonly endedBy: EndedBy | null;
  readonly endCause: EndCause | null;
  /** Where it is being sent, while nobody there has taken it. */
  readonly transfer: { readonly target: CallDestination; readonly since: number } | null;
  /** The queue it was last sent to, where it waits or was taken from. */
  readonly sentTo: { readonly queueId: number | null; readonly queueName: string; readonly since: number } | null;
  /** Who had it, one after another; the last one has it still while its `until` is null. */
  readonly parts: readonly CallPart[];
  /** Of a consultation, the agent who answered it; null for one with a number. */
  readonly peer: { readonly agentId: number; readonly held: boolean } | null;
  /** The other call of its conference, which is over when that one has ended. */
  readonly conference: string | null;
  /** Ids under which phones know it that were called for a consultation about it. */
  readonly alsoKnownAs: readonly string[];
  /** When it was last sent on, or that failed: what is older is old news. */
  readonly movedAt: number | null;
}

/** What is known of a call when it begins. */
export type CallStart = Pick<
  LiveCall,
  'callId' | 'direction' | 'number' | 'customer' | 'queueId' | 'queueName' | 'agentId' | 'startedAt'
> &
  Partial<Pick<LiveCall, 'consults'>>;

interface OfAgent {
  readonly at: number;
  readonly agentId: number | null;
}

export type CallEvent =
  | (OfAgent & { readonly type: 'offered' | 'accepted' | 'held' | 'resumed' })
  | (OfAgent & { readonly type: 'answered'; readonly peerId?: number | null })
  | (OfAgent & { readonly type: 'declined'; readonly cause: 'rejected' | 'no-answer' | 'unreachable' })
  | (OfAgent & { readonly type: 'transfer-started'; readonly target: CallDestination })
  | (OfAgent & { readonly type: 'transfer-failed'; readonly cause: TransferFailure })
  /** `agentId` is whom it left; `second` the consultation by whose id the new agent's phone knows it. */
  | (OfAgent & {
      readonly type: 'transferred';
      readonly to: CallDestination;
      readonly how: 'blind' | 'attended' | 'agent-away';
      readonly second: string | null;
    })
  | (OfAgent & { readonly type: 'conferenced'; readonly second: string })
  | { readonly type: 'ended'; readonly at: number; readonly by: EndedBy; readonly cause: EndCause };

type EventOf<Type extends CallEvent['type']> = Extract<CallEvent, { readonly type: Type }>;
type Hold = OfAgent & { readonly type: CallEvent['type'] };

export function startedCall(start: CallStart): LiveCall {
  return {
    ...start,
    consults: start.consults ?? null,
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
    transfer: null,
    sentTo: null,
    parts: [],
    peer: null,
    conference: null,
    alsoKnownAs: [],
    movedAt: null,
  };
}

/**
 * The call's state machine; null when the event changes nothing. `ended` is final, and only a transfer to a queue leads
 * back, so that a repeated or late event is harmless:
 *
 * ```txt
 *            offered             accepted              answered           held, transfer-started
 *  waiting ----------> offered ----------> dialling -------------> talking <----> on-hold
 *   ^   ^               |    \                          ^         ^ ^ |   resumed    | ^ |
 *   |   +-- declined ---+     +------- answered --------|---------+ | |              | +-+ transfer-failed
 *   |                                                   |           | |              |
 *   |                          transferred to an agent (a new part) +-+--------------+
 *   +-------------------------------- transferred to a queue, or back to it ---------+
 *                        any of them ---- ended ----> ended
 * ```
 *
 * `dialling` exists for dialled calls only. An event that was missed is jumped over: a waiting call can be answered.
 *
 * - While it is being sent on (`transfer`) the call is its agent's, on hold; whoever is asked is in `offeredTo`.
 * - Once somebody had it, waiting again does not make it unanswered: `answeredAt` is the first answer.
 * - What speaks of an agent who does not have the call (any more), or is older than the last move, is late.
 * - `conferenced` brings a call on hold back and names the other one.
 * - In a consultation `offered` and `declined` of another agent than the one who asks leave the state alone, and so do
 *   that agent's `held` and `resumed`, once it was answered.
 */
export function advance(call: LiveCall, event: CallEvent): LiveCall | null {
  if (call.state === 'ended') return null;
  // Clocks differ and events are late; nothing in a call may seem to happen before the call did.
  const at = Math.max(event.at, call.startedAt);
  if (event.type === 'ended') return end(call, event, at);
  if (call.movedAt !== null && at < call.movedAt) return null;
  switch (event.type) {
    case 'offered':
      return offer(call, event.agentId, at);
    case 'declined':
      return decline(call, event.agentId);
    case 'accepted':
      return accept(call, event.agentId, at);
    case 'answered':
      return answer(call, event, at);
    case 'held':
    case 'resumed':
      return hold(call, event, at);
    case 'transfer-started':
      return startTransfer(call, event, at);
    case 'transfer-failed':
      if (call.transfer === null || isOthers(call, event.agentId)) return null;
      return { ...call, transfer: null, offeredTo: [], movedAt: at };
    case 'transferred':
      return transfer(call, event, at);
    case 'conferenced':
      if (!isUnder(call, ['talking', 'on-hold']) || isOthers(call, event.agentId)) return null;
      if (call.conference === event.second) return null;
      return { ...call, ...resumed(call, at), state: 'talking', conference: event.second, movedAt: at };
  }
}

function isUnder(call: LiveCall, states: readonly LiveCallState[]): boolean {
  return states.includes(call.state);
}

/** Whether the event speaks of an agent who is known not to have the call. */
function isOthers(call: LiveCall, agentId: number | null): boolean {
  return agentId !== null && call.agentId !== null && agentId !== call.agentId;
}

/** Of a consultation: the one who is asked, when it is not the one who asks. */
function askedOf(call: LiveCall, agentId: number | null): number | null {
  return call.direction === 'consult' && agentId !== call.agentId ? agentId : null;
}

function offer(call: LiveCall, agentId: number | null, at: number): LiveCall | null {
  const asked = askedOf(call, agentId);
  if (asked !== null) return ask(call, asked, at);
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

function ask(call: LiveCall, agentId: number, at: number): LiveCall | null {
  if (isUnder(call, ['talking', 'on-hold']) || call.offeredTo.includes(agentId)) return null;
  return { ...call, offeredAt: at, offers: call.offers + 1, offeredTo: [...call.offeredTo, agentId] };
}

function decline(call: LiveCall, agentId: number | null): LiveCall | null {
  const asked = askedOf(call, agentId);
  if (asked !== null) {
    if (!call.offeredTo.includes(asked)) return null;
    return { ...call, offeredTo: call.offeredTo.filter((id) => id !== asked) };
  }
  if (call.state !== 'offered') return null;
  if (agentId !== null && !call.offeredTo.includes(agentId)) return null;
  const offeredTo = call.offeredTo.filter((id) => id !== agentId);
  const last = offeredTo.at(-1);
  if (last !== undefined && call.direction !== 'consult') return { ...call, agentId: last, offeredTo };
  // A dialled call stays its agent's: nobody else will be asked, unless it was sent on since.
  const stays = call.direction === 'inbound' || call.parts.length > 0 ? null : call.agentId;
  return { ...call, state: 'waiting', agentId: stays, offeredAt: null, offeredTo };
}

function accept(call: LiveCall, agentId: number | null, at: number): LiveCall | null {
  if (call.direction === 'inbound' || call.parts.length > 0 || !isUnder(call, ['waiting', 'offered'])) return null;
  const offeredTo = call.direction === 'consult' ? call.offeredTo.filter((id) => id !== call.agentId) : [];
  return { ...call, state: 'dialling', agentId: agentId ?? call.agentId, acceptedAt: at, offeredTo };
}

function answer(call: LiveCall, event: EventOf<'answered'>, at: number): LiveCall | null {
  if (!isUnder(call, ['waiting', 'offered', 'dialling'])) return null;
  const asked = call.agentId === null ? null : askedOf(call, event.agentId);
  const peerId = call.direction === 'consult' ? (event.peerId ?? asked) : null;
  const agentId = asked === null ? (event.agentId ?? call.agentId) : call.agentId;
  return {
    ...call,
    state: 'talking',
    agentId,
    answeredAt: call.answeredAt ?? at,
    offeredTo: [],
    parts: [...call.parts, { agentId, from: at, until: null, talkedMs: 0, heldMs: 0 }],
    peer: peerId === null ? null : { agentId: peerId, held: false },
  };
}

function hold(call: LiveCall, event: Hold, at: number): LiveCall | null {
  const held = event.type === 'held';
  if (call.peer !== null && call.peer.agentId === event.agentId) {
    return call.peer.held === held ? null : { ...call, peer: { ...call.peer, held } };
  }
  if (isOthers(call, event.agentId) || call.state !== (held ? 'talking' : 'on-hold')) return null;
  return held ? { ...call, ...onHold(call, at) } : { ...call, ...resumed(call, at), state: 'talking' };
}

function onHold(call: LiveCall, at: number): Pick<LiveCall, 'state' | 'heldSince'> {
  return { state: 'on-hold', heldSince: call.heldSince ?? at };
}

function resumed(call: LiveCall, at: number): Pick<LiveCall, 'heldMs' | 'heldSince'> {
  return { heldMs: heldUntil(call, at), heldSince: null };
}

function heldUntil(call: LiveCall, at: number): number {
  return call.heldSince === null ? call.heldMs : call.heldMs + Math.max(0, at - call.heldSince);
}

function startTransfer(call: LiveCall, event: EventOf<'transfer-started'>, at: number): LiveCall | null {
  if (!isUnder(call, ['talking', 'on-hold']) || isOthers(call, event.agentId)) return null;
  const { target } = event;
  if (call.transfer !== null && isSame(call.transfer.target, target)) return null;
  const offeredTo = target.kind === 'agent' && target.id !== null ? [target.id] : [];
  return { ...call, ...onHold(call, at), transfer: { target, since: at }, offeredTo, movedAt: at };
}

function isSame(a: CallDestination, b: CallDestination): boolean {
  return a.kind === b.kind && a.id === b.id && a.name === b.name;
}

function transfer(call: LiveCall, event: EventOf<'transferred'>, at: number): LiveCall | null {
  const { to, second } = event;
  const alsoKnownAs =
    second === null || call.alsoKnownAs.includes(second) ? call.alsoKnownAs : [...call.alsoKnownAs, second];
  if (!isNews(call, event)) {
    // Who has it is known; only by which other id that phone knows it may be new.
    const isTheirs = to.kind === 'agent' && to.id === call.agentId;
    return isTheirs && alsoKnownAs !== call.alsoKnownAs ? { ...call, alsoKnownAs } : null;
  }
  const left = {
    ...call,
    ...resumed(call, at),
    parts: partsUntil(call, at),
    transfer: null,
    offeredTo: [],
    conference: null,
    alsoKnownAs,
    movedAt: at,
  };
  if (to.kind === 'queue') {
    const sentTo = { queueId: to.id, queueName: to.name, since: at };
    return { ...left, state: 'waiting', agentId: null, offeredAt: null, sentTo };
  }
  const part = { agentId: to.id, from: at, until: null, talkedMs: 0, heldMs: 0 };
  return { ...left, state: 'talking', agentId: to.id, parts: [...left.parts, part] };
}

function isNews(call: LiveCall, { agentId, to }: EventOf<'transferred'>): boolean {
  if (!isUnder(call, ['talking', 'on-hold']) || isOthers(call, agentId)) return false;
  return to.kind === 'queue' || to.id === null || to.id !== call.agentId;
}

function end(call: LiveCall, event: EventOf<'ended'>, at: number): LiveCall {
  const endedAt = Math.max(at, call.answeredAt ?? at, call.movedAt ?? at);
  return {
    ...call,
    state: 'ended',
    endedAt,
    heldMs: heldUntil(call, endedAt),
    heldSince: null,
    offeredTo: [],
    transfer: null,
    parts: partsUntil(call, endedAt),
    endedBy: event.by,
    endCause: event.cause,
  };
}

/** The parts, with the one that runs closed. */
function partsUntil(call: LiveCall, at: number): readonly CallPart[] {
  const last = call.parts.at(-1);
  if (last?.until !== null) return call.parts;
  const before = call.parts.slice(0, -1);
  const until = Math.max(at, last.from);
  const heldMs = heldUntil(call, at) - before.reduce((sum, part) => sum + part.heldMs, 0);
  return [...before, { ...last, until, heldMs, talkedMs: Math.max(0, until - last.from - heldMs) }];
}

export interface CallDurations {
  /** Before the answer, or before the end when nobody answered. A customer who is dialled waits for nothing. */
  readonly waitedMs: number;
  /** Connected, without the time on hold and the time in a queue it was sent to; 0 until the call has ended. */
  readonly talkedMs: number;
  readonly heldMs: number;
}

export function durationsOf(call: LiveCall): CallDurations {
  const { startedAt, answeredAt, endedAt, heldMs, parts } = call;
  const waitedUntil = answeredAt ?? endedAt ?? startedAt;
  return {
    waitedMs: call.direction === 'inbound' ? waitedUntil - startedAt : 0,
    talkedMs: endedAt === null ? 0 : parts.reduce((sum, part) => sum + part.talkedMs, 0),
    heldMs,
  };
}

/** Whose record the call is: who had it last, or dialled it. A call that only rang somewhere is nobody's. */
export function ownerOf(call: LiveCall): number | null {
  const last = call.parts.at(-1);
  if (last !== undefined) return last.agentId;
  return call.direction === 'inbound' ? null : call.agentId;
}

/**
 * In which queue somebody waits, and since when: a customer before the first answer or after having been sent to a queue,
 * or an agent who asks a queue. Null where nobody does.
 */
export function waitOf(call: LiveCall): { readonly queueId: number; readonly since: number } | null {
  const { state, sentTo, queueId } = call;
  if (call.direction === 'consult') {
    return state === 'dialling' && queueId !== null ? { queueId, since: call.acceptedAt ?? call.startedAt } : null;
  }
  if (state !== 'waiting' && state !== 'offered') return null;
  if (sentTo !== null) return sentTo.queueId === null ? null : { queueId: sentTo.queueId, since: sentTo.since };
  return queueId === null ? null : { queueId, since: call.startedAt };
}

/** The queue it waits in or was taken from last; the first one as long as nobody sent it to another. */
export function presentQueueOf(call: LiveCall): { readonly id: number | null; readonly name: string | null } {
  const { sentTo } = call;
  return sentTo === null ? { id: call.queueId, name: call.queueName } : { id: sentTo.queueId, name: sentTo.queueName };
}
