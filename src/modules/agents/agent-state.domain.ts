import { type AgentStatus, type BlockerKind, type PauseReasonRef } from '../../shared/agent-state.js';
import { type MessageKey } from '../../shared/i18n/messages.js';

/** What the agent is doing with a call. One at a time; everything else about an agent is an axis of its own. */
export type Activity =
  | { readonly kind: 'idle' }
  | { readonly kind: 'offered' | 'dialling' | 'talking' | 'on-hold'; readonly callId: string }
  | {
      readonly kind: 'wrap-up';
      readonly callId: string;
      readonly startedAt: number;
      /** When the server ends it; null: when the record is finished, however long that takes. */
      readonly until: number | null;
    };

/** Everything that decides an agent's status. Times are epoch milliseconds. */
export interface AgentState {
  readonly shiftStartedAt: number | null;
  readonly phoneRegistered: boolean;
  readonly pageConnected: boolean;
  readonly pause: { readonly reason: PauseReasonRef; readonly since: number } | null;
  /** Asked for while busy; begins when call, wrap-up and reservation are over. */
  readonly nextPause: PauseReasonRef | null;
  /** Calls in a row that rang and were not taken, of the queues that count them. */
  readonly missedCalls: number;
  /** Since when there have been too many of them: the agent is paused by rule, until he says that he is back. */
  readonly missedSince: number | null;
  /** The callback this agent is kept free for. */
  readonly reservedFor: number | null;
  readonly activity: Activity;
}

interface OfCall {
  readonly at: number;
  readonly callId: string;
}

type CallMove = 'call-offered' | 'call-accepted' | 'call-answered' | 'call-held' | 'call-resumed';

/** `at` is when it happened. Wishes of people may be refused; facts of telephony and time are taken or ignored. */
export type AgentEvent =
  | { readonly type: 'shift-started' | 'shift-ended'; readonly at: number }
  | { readonly type: 'phone-registered' | 'phone-unregistered'; readonly at: number }
  | { readonly type: 'page-connected' | 'page-lost'; readonly at: number }
  | { readonly type: 'pause-asked'; readonly at: number; readonly reason: PauseReasonRef }
  /** `pause-dropped` takes back a pause that waits, and leaves the one there is. */
  | { readonly type: 'resumed' | 'pause-dropped'; readonly at: number }
  | { readonly type: 'reserved' | 'released'; readonly at: number; readonly callbackId: number }
  | (OfCall & { readonly type: CallMove })
  /** The agent's phone no longer rings and the call goes on elsewhere, for whatever reason. */
  | (OfCall & { readonly type: 'call-declined' })
  /** The same, because the agent let it ring or turned it away; after `limit` of them in a row comes a pause, null: never. */
  | (OfCall & { readonly type: 'call-missed'; readonly limit: number | null })
  | (OfCall & {
      readonly type: 'call-ended';
      /** Null: none. 0: until the record is finished. Else at most so long. */
      readonly wrapUpSeconds: number | null;
    })
  | (OfCall & { readonly type: 'wrap-up-finished' | 'wrap-up-expired' });

export type Transition =
  | { readonly kind: 'moved'; readonly state: AgentState }
  /** A fact that changes nothing: repeated, late, or of another call. */
  | { readonly kind: 'ignored'; readonly state: AgentState }
  /** A wish that cannot be; the key is the sentence for the person who wished it. */
  | { readonly kind: 'refused'; readonly state: AgentState; readonly reason: MessageKey };

const IDLE: Activity = { kind: 'idle' };

export const INITIAL_AGENT_STATE: AgentState = {
  shiftStartedAt: null,
  phoneRegistered: false,
  pageConnected: false,
  pause: null,
  nextPause: null,
  missedCalls: 0,
  missedSince: null,
  reservedFor: null,
  activity: IDLE,
};

/**
 * The agent state machine.
 *
 * The activity, moved by telephony:
 *
 * ```txt
 *           call-offered            call-accepted             call-answered           call-held
 *   idle ----------------> offered --------------> dialling ----------------> talking <---------> on-hold
 *    ^                      |    \                    |        (inbound:         |    call-resumed   |
 *    |   call-declined,     |     \___________________|_________ from offered)   |                   |
 *    +<-- call-missed ------+---------- call-ended ---+                          |                   |
 *    |                                                                           |    call-ended     |
 *    |   wrap-up-finished, wrap-up-expired            without wrap-up            +---------+---------+
 *    +<------------------------- wrap-up <----------------+----------------------------------+
 *    +<---------------------------------------------------+
 * ```
 *
 * - A call that was never answered leaves no wrap-up: there was nobody to write about.
 * - Events may be missed: an idle agent can be found accepted or talking; one who wraps up can be offered the next call
 *   (the phone rings, whatever we think of it), which ends the wrap-up.
 * - A missed call counts; as many in a row as the queue allows pause the agent. An answer of any call begins anew.
 * - What names another call than the one under way is ignored: late, repeated or somebody else's.
 *
 * The other axes, moved by people and their equipment:
 *
 * ```txt
 *   shift-started / shift-ended        refused in a call; ending takes pause, reservation and wrap-up with it
 *   phone-registered / -unregistered   page-connected / page-lost        never touch a call
 *   pause-asked    idle: pauses now; busy or reserved: waits in `nextPause` until that is over
 *   resumed        takes back every pause: the one there is, the one that waits, the one after missed calls
 *   pause-dropped  takes back the one that waits
 *   reserved       only who is available; released lets go and lets a waiting pause begin
 * ```
 */
export function transition(state: AgentState, event: AgentEvent): Transition {
  switch (event.type) {
    case 'shift-started':
      return state.shiftStartedAt === null ? moved({ ...state, shiftStartedAt: event.at }) : ignored(state);
    case 'shift-ended':
      return endShift(state);
    case 'phone-registered':
    case 'phone-unregistered':
      return setPhone(state, event.type === 'phone-registered');
    case 'page-connected':
    case 'page-lost':
      return setPage(state, event.type === 'page-connected');
    case 'pause-asked':
      return askPause(state, event.reason, event.at);
    case 'resumed':
      return resume(state);
    case 'pause-dropped':
      return state.nextPause === null ? ignored(state) : moved({ ...state, nextPause: null });
    case 'reserved':
      return reserve(state, event.callbackId);
    case 'released':
      if (state.reservedFor !== event.callbackId) return ignored(state);
      return moved(settled({ ...state, reservedFor: null }, event.at));
    case 'wrap-up-finished':
    case 'wrap-up-expired':
      return endWrapUp(state, event);
    case 'call-declined':
    case 'call-missed':
      return declineCall(state, event);
    case 'call-ended':
      return endCall(state, event);
    default:
      return moveCall(state, event);
  }
}

type CallEvent = Extract<AgentEvent, { readonly callId: string }>;
type InCall = 'offered' | 'dialling' | 'talking' | 'on-hold';

/** From which states of the same call, and whether from none at all, an event moves to which. */
const CALL_MOVES: Readonly<
  Record<CallMove, { readonly from: readonly InCall[]; readonly begins: boolean; readonly to: InCall }>
> = {
  'call-offered': { from: [], begins: true, to: 'offered' },
  'call-accepted': { from: ['offered'], begins: true, to: 'dialling' },
  'call-answered': { from: ['offered', 'dialling'], begins: true, to: 'talking' },
  'call-held': { from: ['talking'], begins: false, to: 'on-hold' },
  'call-resumed': { from: ['on-hold'], begins: false, to: 'talking' },
};

function moveCall(state: AgentState, event: OfCall & { readonly type: CallMove }): Transition {
  const { from, begins, to } = CALL_MOVES[event.type];
  const { activity } = state;
  const mine = isOf(activity, event.callId);
  // A call may begin where there is none, or where only the record of another one is left to write.
  const free = activity.kind === 'idle' || (activity.kind === 'wrap-up' && !mine);
  return (begins && free) || (mine && from.some((kind) => kind === activity.kind))
    ? moved({ ...(to === 'talking' ? present(state) : state), activity: { kind: to, callId: event.callId } })
    : ignored(state);
}

/** Who answers is there; a pause that came of missed calls is still the agent's to end. */
function present(state: AgentState): AgentState {
  return state.missedSince === null && state.missedCalls > 0 ? { ...state, missedCalls: 0 } : state;
}

function isOf(activity: Activity, callId: string): boolean {
  return activity.kind !== 'idle' && activity.callId === callId;
}

function declineCall(state: AgentState, event: CallEvent): Transition {
  if (state.activity.kind !== 'offered' || state.activity.callId !== event.callId) return ignored(state);
  const counted = event.type === 'call-missed' ? missed(state, event.limit, event.at) : state;
  return moved(settled({ ...counted, activity: IDLE }, event.at));
}

function missed(state: AgentState, limit: number | null, at: number): AgentState {
  // Without a shift nobody was asked to be there.
  if (limit === null || state.shiftStartedAt === null) return state;
  const missedCalls = state.missedCalls + 1;
  return { ...state, missedCalls, missedSince: state.missedSince ?? (missedCalls >= limit ? at : null) };
}

function endCall(state: AgentState, event: Extract<AgentEvent, { type: 'call-ended' }>): Transition {
  const { wrapUpSeconds, callId, at } = event;
  if (!isOf(state.activity, callId) || state.activity.kind === 'wrap-up') return ignored(state);
  const answered = state.activity.kind === 'talking' || state.activity.kind === 'on-hold';
  // Without a shift nobody is there to finish a wrap-up.
  if (!answered || wrapUpSeconds === null || state.shiftStartedAt === null) {
    return moved(settled({ ...state, activity: IDLE }, at));
  }
  const until = wrapUpSeconds === 0 ? null : at + wrapUpSeconds * 1000;
  return moved({ ...state, activity: { kind: 'wrap-up', callId, startedAt: at, until } });
}

function endWrapUp(state: AgentState, event: CallEvent): Transition {
  const { activity } = state;
  if (activity.kind === 'idle' || activity.callId !== event.callId) return ignored(state);
  if (activity.kind !== 'wrap-up') {
    return event.type === 'wrap-up-finished' ? refused(state, 'calls:refused.call-running') : ignored(state);
  }
  if (event.type === 'wrap-up-expired' && (activity.until === null || event.at < activity.until)) return ignored(state);
  return moved(settled({ ...state, activity: IDLE }, event.at));
}

function endShift(state: AgentState): Transition {
  if (inCall(state)) return refused(state, 'calls:refused.in-call');
  if (state.shiftStartedAt === null) return ignored(state);
  const { phoneRegistered, pageConnected } = state;
  return moved({ ...INITIAL_AGENT_STATE, phoneRegistered, pageConnected });
}

function setPhone(state: AgentState, phoneRegistered: boolean): Transition {
  return state.phoneRegistered === phoneRegistered ? ignored(state) : moved({ ...state, phoneRegistered });
}

function setPage(state: AgentState, pageConnected: boolean): Transition {
  return state.pageConnected === pageConnected ? ignored(state) : moved({ ...state, pageConnected });
}

function askPause(state: AgentState, reason: PauseReasonRef, at: number): Transition {
  if (state.shiftStartedAt === null) return refused(state, 'calls:refused.not-on-shift');
  if (state.activity.kind !== 'idle' || state.reservedFor !== null) {
    // Who dialled out of a pause comes back to it; asking for the same one only takes back another that waits.
    const nextPause = state.pause?.reason.id === reason.id ? null : reason;
    return state.nextPause?.id === nextPause?.id ? ignored(state) : moved({ ...state, nextPause });
  }
  return state.pause?.reason.id === reason.id
    ? ignored(state)
    : moved({ ...state, pause: { reason, since: at }, nextPause: null });
}

function resume(state: AgentState): Transition {
  if (state.shiftStartedAt === null) return refused(state, 'calls:refused.not-on-shift');
  if (state.pause === null && state.nextPause === null && state.missedSince === null) return ignored(state);
  const { missedSince } = state;
  const missedCalls = missedSince === null ? state.missedCalls : 0;
  return moved({ ...state, pause: null, nextPause: null, missedCalls, missedSince: null });
}

function reserve(state: AgentState, callbackId: number): Transition {
  if (state.reservedFor === callbackId) return ignored(state);
  if (state.reservedFor !== null) return refused(state, 'calls:refused.reserved');
  return statusOf(state) === 'available'
    ? moved({ ...state, reservedFor: callbackId })
    : refused(state, 'calls:refused.not-available');
}

/** Lets a pause that was asked for begin, once nothing is left for it to wait for. */
function settled(state: AgentState, at: number): AgentState {
  if (state.nextPause === null || state.activity.kind !== 'idle' || state.reservedFor !== null) return state;
  return { ...state, pause: { reason: state.nextPause, since: at }, nextPause: null };
}

function inCall(state: AgentState): boolean {
  return state.activity.kind !== 'idle' && state.activity.kind !== 'wrap-up';
}

/**
 * The one derivation of the status that people see. What a person is doing comes before what the equipment lacks: who
 * talks while the page reloads is talking, and a meal is a meal though the computer was closed for it.
 */
export function statusOf(state: AgentState): AgentStatus {
  const { activity } = state;
  if (activity.kind !== 'idle' && activity.kind !== 'wrap-up') return activity.kind;
  if (state.shiftStartedAt === null) return 'offline';
  if (activity.kind === 'wrap-up') return 'wrap-up';
  if (state.pause !== null || state.missedSince !== null) return 'paused';
  if (!state.phoneRegistered || !state.pageConnected) return 'unreachable';
  return state.reservedFor === null ? 'available' : 'reserved';
}

/**
 * Why the exchange must not offer this agent a call; empty when it may. From the answer on a call is itself a reason, so
 * that the next one cannot slip in between its end and the wrap-up. A ringing phone is none: pausing a member whose
 * phone rings for a queue would disturb that very offer.
 */
export function blockersOf(state: AgentState): ReadonlySet<BlockerKind> {
  const blockers = new Set<BlockerKind>();
  if (state.shiftStartedAt === null) blockers.add('no-shift');
  if (state.pause !== null) blockers.add('paused');
  if (state.missedSince !== null) blockers.add('missed');
  if (['talking', 'on-hold', 'wrap-up'].includes(state.activity.kind)) blockers.add('call');
  if (!state.pageConnected) blockers.add('no-page');
  if (!state.phoneRegistered) blockers.add('no-phone');
  if (state.reservedFor !== null) blockers.add('reserved');
  return blockers;
}

/** The reason the exchange is given for its pause; null when the agent may be offered calls. */
export function exchangePauseOf(state: AgentState): string | null {
  if (state.pause !== null) return state.pause.reason.name;
  const [first] = blockersOf(state);
  return first ?? null;
}

function moved(state: AgentState): Transition {
  return { kind: 'moved', state };
}

function ignored(state: AgentState): Transition {
  return { kind: 'ignored', state };
}

function refused(state: AgentState, reason: MessageKey): Transition {
  return { kind: 'refused', state, reason };
}
