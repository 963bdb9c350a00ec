import { type CallbackState, type CallbackView } from '../../shared/desk.js';
import { type EndCause, type EndedBy } from '../telephony/telephony.port.js';

/** Why a callback is in its state. Stored as it is; read as the message `callbacks:reason.<reason>`. */
export const CALLBACK_REASONS = [
  // Why it waits, or why it expired.
  'owner-away',
  'owner-busy',
  'no-owner',
  'not-taken',
  'outside-hours',
  'holiday',
  'not-served',
  // How a call to the customer ended without a talk.
  'busy',
  'no-answer',
  'unreachable',
  'rejected',
  'agent-hung-up',
  'call-failed',
  'dropped',
  // The other endings.
  'talked',
  'do-not-call',
  'cancelled-by-owner',
  'cancelled-by-other',
] as const;
export type CallbackReason = (typeof CALLBACK_REASONS)[number];

/** Waits for its time; no call of it is under way, as far as we know. */
export type WaitingState = Extract<CallbackState, 'scheduled' | 'reserved' | 'retry-wait'>;
/** A process has claimed it: a call of it is under way, or is about to be. */
export type ActiveState = Extract<CallbackState, 'offering' | 'dialling' | 'connected'>;
export const WAITING_STATES: readonly WaitingState[] = ['scheduled', 'reserved', 'retry-wait'];
export const ACTIVE_STATES: readonly ActiveState[] = ['offering', 'dialling', 'connected'];
export const OPEN_STATES: readonly (WaitingState | ActiveState)[] = [...WAITING_STATES, ...ACTIVE_STATES];
export const ENDED_STATES = ['done', 'expired', 'failed', 'cancelled'] as const satisfies readonly CallbackState[];

export const isWaiting = (state: CallbackState): state is WaitingState =>
  (WAITING_STATES as readonly CallbackState[]).includes(state);
export const isActive = (state: CallbackState): state is ActiveState =>
  (ACTIVE_STATES as readonly CallbackState[]).includes(state);
export const isEnded = (state: CallbackState): boolean => (ENDED_STATES as readonly CallbackState[]).includes(state);

/** A promise to call a customer. All moments are epoch milliseconds. */
export interface Callback {
  readonly id: number;
  /** E.164. */
  readonly number: string;
  readonly customerId: number | null;
  readonly customerName: string | null;
  /** The agent who promised; null when that user no longer exists. */
  readonly ownerId: number | null;
  readonly ownerName: string | null;
  readonly queueId: number | null;
  readonly attendanceId: number | null;
  readonly createdBy: number | null;
  readonly dueAt: number;
  /** No call is begun after it. */
  readonly windowEndAt: number;
  /** IANA name of the customer's time zone. */
  readonly timeZone: string;
  readonly notes: string;
  readonly state: CallbackState;
  readonly reason: CallbackReason | null;
  /** Calls that reached the customer's side; an agent who did not take the offer is none. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly nextAttemptAt: number;
  /** The process that acts on it, and until when it is believed to be alive; both null unless active. */
  readonly claimedBy: string | null;
  readonly claimedUntil: number | null;
  /** Grows by one with each change; the judge when two want to change one row. */
  readonly version: number;
  readonly updatedAt: number;
}

/** What was known when it was booked. */
export type CallbackDraft = Omit<
  Callback,
  'id' | 'customerName' | 'ownerName' | 'reason' | 'state' | 'attempts' | 'claimedBy' | 'claimedUntil' | 'version'
>;

/** One offer of the call to the agent, and what came of it. */
export interface CallbackAttempt {
  readonly callbackId: number;
  /** Counts every offer from 1, those not taken included. */
  readonly n: number;
  /** Chosen before dialling. While `result` is null no other id may be dialled for this callback. */
  readonly callId: string;
  readonly agentId: number | null;
  readonly offeredAt: number;
  readonly acceptedAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly result: AttemptResult | null;
}
export type AttemptResult = CallbackReason | 'never-dialled';
export type AttemptChange = Partial<Pick<CallbackAttempt, 'acceptedAt' | 'answeredAt' | 'endedAt' | 'result'>>;

/** When the next call may begin after one that failed; milliseconds. */
export interface RetryRules {
  /** After the customer was not reached. */
  readonly retryMs: number;
  /** After the agent did not take the offer, or it could not be made. */
  readonly reofferMs: number;
}

/** `at` is epoch milliseconds. Events of a call are those of the open attempt; others never come here. */
export type CallbackEvent =
  | { readonly type: 'owner-reserved'; readonly at: number }
  | { readonly type: 'owner-lost'; readonly at: number; readonly reason: CallbackReason }
  | { readonly type: 'held-back'; readonly at: number; readonly reason: CallbackReason }
  | { readonly type: 'claimed'; readonly at: number; readonly by: string; readonly until: number }
  | {
      readonly type: 'not-dialled';
      readonly at: number;
      readonly reason: CallbackReason;
      /** Nobody can dial its id any more, so another may be chosen. */
      readonly isIdSpent: boolean;
    }
  | { readonly type: 'agent-offered'; readonly at: number }
  | { readonly type: 'agent-accepted'; readonly at: number }
  | { readonly type: 'customer-answered'; readonly at: number }
  | {
      readonly type: 'call-ended';
      readonly at: number;
      readonly by: EndedBy;
      readonly cause: EndCause;
      readonly answeredAt: number | null;
    }
  | { readonly type: 'window-closed'; readonly at: number; readonly reason: CallbackReason }
  | { readonly type: 'blocked'; readonly at: number; readonly reason: CallbackReason }
  | { readonly type: 'cancelled'; readonly at: number; readonly reason: CallbackReason };

export type CallbackTransition =
  | { readonly kind: 'moved'; readonly callback: Callback; readonly attempt: AttemptChange | null }
  /** A fact that changes nothing: late, repeated, or about a state that has passed. */
  | { readonly kind: 'ignored' }
  /** A person asked for what cannot be. */
  | { readonly kind: 'refused' };

const IGNORED: CallbackTransition = { kind: 'ignored' };

/**
 * The callback state machine.
 *
 * ```txt
 *            owner-reserved             claimed              agent-accepted           customer-answered
 *  scheduled ---------------> reserved ----------> offering -----------------> dialling ------------> connected
 *    ^  ^ |  <-------------------+  |    claimed     |  |                         |                       |
 *    |  | |       owner-lost        |  +-----------> +  | call-ended(not-taken),  | call-ended            | call-ended
 *    |  | +-------- claimed --------|--+                | not-dialled             | (busy, no-answer, …)  v
 *    |  |                           |                   v                         v                     done
 *    |  |       owner-reserved      |               retry-wait <-----------------+
 *    |  |      +--------------------+                |   |                        \ last attempt, rejected
 *    |  +------+ (retry-wait moves as scheduled does)    |                         +---------> failed
 *    |                                                   | window-closed, or the next try would be after it
 *    +-- any waiting state: cancelled -> cancelled,      +---------> expired
 *        blocked -> failed, window-closed -> expired
 * ```
 *
 * - Waiting states also take the events of a call: a dial that was believed lost may still show up, and then it is
 *   followed. Ended states take none: a late event never reopens a promise.
 * - Offers that the agent did not take, and dials that never reached the exchange, are not attempts at the customer.
 */
export function transition(callback: Callback, event: CallbackEvent, rules: RetryRules): CallbackTransition {
  if (isEnded(callback.state)) return event.type === 'cancelled' ? { kind: 'refused' } : IGNORED;
  switch (event.type) {
    case 'owner-reserved':
    case 'owner-lost':
    case 'held-back':
    case 'claimed':
    case 'window-closed':
    case 'blocked':
    case 'cancelled':
      return whileWaiting(callback, event);
    case 'not-dialled':
      if (callback.state !== 'offering') return IGNORED;
      return tryLater(
        callback,
        event.at,
        event.at + rules.reofferMs,
        event.reason,
        'expired',
        event.isIdSpent ? neverDialled(event.at) : null,
      );
    case 'agent-offered':
      return isWaiting(callback.state) ? moved(callback, event.at, { state: 'offering', reason: null }) : IGNORED;
    case 'agent-accepted':
      if (callback.state === 'dialling' || callback.state === 'connected') return IGNORED;
      return moved(
        callback,
        event.at,
        { state: 'dialling', reason: null, attempts: callback.attempts + 1 },
        {
          acceptedAt: event.at,
        },
      );
    case 'customer-answered':
      if (callback.state === 'connected') return IGNORED;
      return moved(
        callback,
        event.at,
        { state: 'connected', reason: null, attempts: counted(callback) },
        {
          answeredAt: event.at,
        },
      );
    case 'call-ended':
      return afterCall(callback, event, rules);
  }
}

type WaitingEvent = Extract<
  CallbackEvent,
  { type: 'owner-reserved' | 'owner-lost' | 'held-back' | 'claimed' | 'window-closed' | 'blocked' | 'cancelled' }
>;

function whileWaiting(callback: Callback, event: WaitingEvent): CallbackTransition {
  if (!isWaiting(callback.state)) return event.type === 'cancelled' ? { kind: 'refused' } : IGNORED;
  switch (event.type) {
    case 'owner-reserved':
      return callback.state === 'reserved' ? IGNORED : moved(callback, event.at, { state: 'reserved', reason: null });
    case 'owner-lost':
      if (callback.state !== 'reserved') return IGNORED;
      return moved(callback, event.at, { state: restingState(callback), reason: event.reason });
    case 'held-back':
      if (callback.state === 'reserved' || callback.reason === event.reason) return IGNORED;
      return moved(callback, event.at, { reason: event.reason });
    case 'claimed':
      return moved(callback, event.at, {
        state: 'offering',
        reason: null,
        claimedBy: event.by,
        claimedUntil: event.until,
      });
    case 'window-closed':
      return moved(callback, event.at, { state: 'expired', reason: event.reason }, neverDialled(event.at));
    case 'blocked':
      return moved(callback, event.at, { state: 'failed', reason: event.reason }, neverDialled(event.at));
    case 'cancelled':
      return moved(callback, event.at, { state: 'cancelled', reason: event.reason }, neverDialled(event.at));
  }
}

function afterCall(
  callback: Callback,
  event: Extract<CallbackEvent, { type: 'call-ended' }>,
  rules: RetryRules,
): CallbackTransition {
  if (event.answeredAt !== null || callback.state === 'connected') {
    const result: CallbackReason = event.cause === 'dropped' ? 'dropped' : 'talked';
    const answeredAt = event.answeredAt === null ? {} : { answeredAt: event.answeredAt };
    return moved(
      callback,
      event.at,
      { state: 'done', reason: result, attempts: counted(callback) },
      {
        ...answeredAt,
        endedAt: event.at,
        result,
      },
    );
  }
  const reason = reasonOf(event.by, event.cause);
  const attempt: AttemptChange = { endedAt: event.at, result: reason };
  // What failed before the agent accepted never came to the customer.
  const isBeforeCustomer = reason === 'not-taken' || (reason === 'call-failed' && !isCounted(callback));
  if (isBeforeCustomer) {
    return tryLater(callback, event.at, event.at + rules.reofferMs, reason, 'expired', attempt);
  }
  const attempts = counted(callback);
  const tried = { ...callback, attempts };
  // Who declines the call has been reached, and has answered in their way.
  if (reason === 'rejected' || attempts >= callback.maxAttempts) {
    return moved(tried, event.at, { state: 'failed', reason }, attempt);
  }
  return tryLater(tried, event.at, event.at + rules.retryMs, reason, 'failed', attempt);
}

/** Waits until `next`, or ends now when the window will have closed by then. */
function tryLater(
  callback: Callback,
  at: number,
  next: number,
  reason: CallbackReason,
  otherwise: 'expired' | 'failed',
  attempt: AttemptChange | null,
): CallbackTransition {
  if (next > callback.windowEndAt) {
    return moved(callback, at, { state: otherwise, reason }, attempt ?? neverDialled(at));
  }
  return moved(callback, at, { state: 'retry-wait', reason, nextAttemptAt: next }, attempt);
}

/** An attempt at the customer is counted once: when the agent accepts, or by the first later sign that was seen. */
function counted(callback: Callback): number {
  return isCounted(callback) ? callback.attempts : callback.attempts + 1;
}

function isCounted({ state }: Callback): boolean {
  return state === 'dialling' || state === 'connected';
}

function restingState(callback: Callback): WaitingState {
  return callback.nextAttemptAt > callback.dueAt ? 'retry-wait' : 'scheduled';
}

function neverDialled(at: number): AttemptChange {
  return { endedAt: at, result: 'never-dialled' };
}

function reasonOf(by: EndedBy, cause: EndCause): CallbackReason {
  switch (cause) {
    case 'busy':
    case 'no-answer':
    case 'unreachable':
    case 'rejected':
      // Of a dialled call these are about the customer, unless it was the agent's own phone.
      return by === 'agent' ? 'not-taken' : cause;
    case 'not-taken':
      return 'not-taken';
    case 'hung-up':
    case 'abandoned':
      return by === 'agent' ? 'agent-hung-up' : 'no-answer';
    case 'timed-out':
      return 'no-answer';
    // It was answered, and went on to somebody else: the promise is kept, whatever is asked here.
    case 'transferred':
      return 'agent-hung-up';
    case 'dropped':
      return 'dropped';
    case 'out-of-hours':
    case 'failed':
      // Hours are about those who call in; a call that was dialled does not end by them.
      return 'call-failed';
  }
}

function moved(
  callback: Callback,
  at: number,
  change: Partial<Callback>,
  attempt: AttemptChange | null = null,
): CallbackTransition {
  const next = { ...callback, ...change, version: callback.version + 1, updatedAt: at };
  const unclaimed = isActive(next.state) ? {} : { claimedBy: null, claimedUntil: null };
  return { kind: 'moved', callback: { ...next, ...unclaimed }, attempt };
}

export function toCallbackView(callback: Callback): CallbackView {
  return {
    id: callback.id,
    number: callback.number,
    customerName: callback.customerName,
    dueAt: callback.dueAt,
    windowEndAt: callback.windowEndAt,
    timeZone: callback.timeZone,
    notes: callback.notes,
    state: callback.state,
    reason: callback.reason === null ? null : `callbacks:reason.${callback.reason}`,
    attempts: callback.attempts,
    maxAttempts: callback.maxAttempts,
  };
}
