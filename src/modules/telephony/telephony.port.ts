import { type CallDirection } from '../../shared/agent-state.js';
import { type Capability, type SoftphoneCredentials } from '../../shared/desk.js';
import { type CallRecorder } from './recording.port.js';

export { type Capability } from '../../shared/desk.js';

/** Who ended a call: `system` is a time limit, a lost leg or the exchange itself. */
export type EndedBy = 'customer' | 'agent' | 'system';

/**
 * How a call ended.
 *
 * - `hung-up`: after both had talked. `abandoned`: the customer left the queue. `timed-out`: waited too long.
 * - `out-of-hours`: the queue was closed when the customer called, so nobody was asked to answer.
 * - `busy`, `no-answer`, `rejected`, `unreachable`: a dialled customer was not reached.
 * - `not-taken`: the agent's phone of a dialled call was not picked up, so the customer was never called.
 * - `dropped`: a leg was lost without anyone hanging up. `failed`: anything the exchange could not do.
 * - `transferred`: it went on without us, to a number outside; or, of a consultation, its two others were joined.
 */
export type EndCause =
  | 'hung-up'
  | 'abandoned'
  | 'timed-out'
  | 'out-of-hours'
  | 'busy'
  | 'no-answer'
  | 'rejected'
  | 'unreachable'
  | 'not-taken'
  | 'dropped'
  | 'failed'
  | 'transferred';

/** Whom a call is sent on to, or who is asked about it. */
export type CallTarget =
  | { readonly kind: 'agent'; readonly extension: string }
  | { readonly kind: 'queue'; readonly queue: string }
  | { readonly kind: 'number'; readonly number: string };

/** Why a call did not go where it was sent; `taken-back` is the agent's wish. */
export type TransferFailure = 'rejected' | 'no-answer' | 'busy' | 'unreachable' | 'taken-back';

/** `at` is when it happened at the exchange, epoch milliseconds. Every event is safe to receive twice. */
interface At {
  readonly at: number;
}

/**
 * What the exchange tells, in our words.
 *
 * ```txt
 *  inbound:   call-started (queue) → call-offered → call-declined … → call-offered → call-answered → … → call-ended
 *  dialled:   call-started (extension) → call-offered → call-accepted → call-answered → … → call-ended
 *                                        the agent's    the agent's     the customer
 *                                        phone rings    leg is up       answered
 *  blind transfer:   transfer-started → call-transferred, or transfer-failed and the agent has the call, on hold
 *  second call:      as a dialled one, with `consults`; the other agent's part of it has `peer`
 *  attended:         second call answered → call-transferred of the first (`second`) → call-ended of the second
 *  conference:       second call answered → call-conferenced → attended transfer (the agent leaves), or the end of one
 * ```
 */
export type TelephonyEvent =
  | (At & {
      readonly type: 'call-started';
      readonly callId: string;
      readonly direction: CallDirection;
      /** The customer's number, E.164 where it could be normalised. */
      readonly number: string;
      /** The exchange's name of the queue, for inbound calls. */
      readonly queue: string | null;
      /** The extension it was dialled for, for outbound calls, callbacks and consultations. */
      readonly extension: string | null;
      /**
       * Of a consultation, the call it was dialled beside. Its `number` is then what was dialled: the extension of another
       * agent, the number of a queue, or any number; its `queue` that of a target that is a queue.
       */
      readonly consults?: string;
    })
  | (At & { readonly type: 'call-offered'; readonly callId: string; readonly extension: string })
  | (At & {
      readonly type: 'call-declined';
      readonly callId: string;
      readonly extension: string;
      readonly cause: 'rejected' | 'no-answer' | 'unreachable';
    })
  | (At & { readonly type: 'call-accepted'; readonly callId: string; readonly extension: string })
  | (At & {
      readonly type: 'call-answered';
      readonly callId: string;
      readonly extension: string;
      /** Of a consultation: the extension of the agent who answered it; left out when it was a number. */
      readonly peer?: string;
    })
  | (At & { readonly type: 'call-held'; readonly callId: string; readonly extension: string })
  | (At & { readonly type: 'call-resumed'; readonly callId: string; readonly extension: string })
  /** The customer is on hold, and the target is being rung. */
  | (At & {
      readonly type: 'transfer-started';
      readonly callId: string;
      /** Who sends it. */
      readonly extension: string;
      readonly target: CallTarget;
    })
  /** The agent has the call as before, on hold. */
  | (At & {
      readonly type: 'transfer-failed';
      readonly callId: string;
      readonly extension: string;
      readonly cause: TransferFailure;
    })
  /**
   * The call left an agent and goes on: with another agent (`extension`), or waiting in a queue (`queue`). One that went
   * to a number has ended for us instead (`transferred`). `agent-away`: the agent's phone did not come back in time.
   */
  | (At & {
      readonly type: 'call-transferred';
      readonly callId: string;
      readonly from: string;
      readonly extension: string | null;
      readonly queue: string | null;
      readonly how: 'blind' | 'attended' | 'agent-away';
      /** The consultation whose other side has the call now: that phone knows the call by this id. */
      readonly second?: string;
    })
  /** Agent, customer and the other side of the second call hear each other, until one of the two calls ends. */
  | (At & {
      readonly type: 'call-conferenced';
      readonly callId: string;
      readonly second: string;
      readonly extension: string;
    })
  | (At & {
      readonly type: 'call-ended';
      readonly callId: string;
      readonly by: EndedBy;
      readonly cause: EndCause;
    })
  | (At & { readonly type: 'member-logged-in'; readonly queue: string; readonly extension: string })
  | (At & { readonly type: 'member-logged-out'; readonly queue: string; readonly extension: string })
  | (At & { readonly type: 'member-paused'; readonly extension: string; readonly reason: string })
  | (At & { readonly type: 'member-unpaused'; readonly extension: string })
  | (At & { readonly type: 'phone-registered'; readonly extension: string })
  | (At & { readonly type: 'phone-unregistered'; readonly extension: string });

export interface TelephonyCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  /** The agent's extension, once one is offered, accepted or talking. */
  readonly extension: string | null;
  readonly state: 'waiting' | 'offered' | 'dialling' | 'talking' | 'on-hold';
  readonly startedAt: number;
  readonly answeredAt: number | null;
  /** Of a consultation, the call it was dialled beside. */
  readonly consults?: string;
  /** Of a consultation, the other agent's extension, once rung. */
  readonly peer?: string;
  /** Where it is being sent while it is on hold. */
  readonly transfer?: CallTarget;
  /** The other call of the conference it is in. */
  readonly conference?: string;
  /** Ids under which phones know it that were called for a consultation about it. */
  readonly alsoKnownAs?: readonly string[];
}

/** The exchange as it is at this moment: what a restarted application rebuilds itself from. */
export interface TelephonySnapshot {
  readonly at: number;
  readonly registered: readonly string[];
  readonly members: readonly { readonly queue: string; readonly extension: string }[];
  readonly paused: readonly { readonly extension: string; readonly reason: string }[];
  readonly calls: readonly TelephonyCall[];
}

export interface DirectoryUser {
  readonly login: string;
  readonly name: string;
  readonly locality: string;
  readonly extension: string;
  /** The exchange's names of the queues this user may log in to. */
  readonly queues: readonly string[];
}

export interface DirectoryQueue {
  readonly name: string;
  /** What a customer dials. */
  readonly number: string;
  readonly strategy: 'longest-idle' | 'round-robin' | 'ring-all';
}

export interface Directory {
  readonly users: readonly DirectoryUser[];
  readonly queues: readonly DirectoryQueue[];
  readonly pauseReasons: readonly string[];
}

export interface TelephonyStatus {
  readonly connected: boolean;
  /** When `connected` last changed; epoch milliseconds. */
  readonly since: number;
  readonly lastSeenAt: number | null;
  /** Milliseconds of the last question and answer; null when not connected. */
  readonly roundTripMs: number | null;
}

export interface DialRequest {
  /** Chosen by the caller before dialling, and stored; dialling twice with one id dials once. */
  readonly callId: string;
  readonly extension: string;
  readonly number: string;
  readonly direction: 'outbound' | 'callback';
  /** The agent asked for this call, so the phone need not ring for it. */
  readonly autoAnswer: boolean;
  /** How long the agent's phone, then the customer's, may ring. */
  readonly agentRingSeconds: number;
  readonly customerRingSeconds: number;
}

/** A second call of an agent who has one: to ask, to transfer after asking, or to talk in three. */
export interface ConsultRequest {
  /** As of `DialRequest`. */
  readonly callId: string;
  /** The call the agent is in. Its phone has put it on hold. */
  readonly consults: string;
  readonly extension: string;
  readonly target: CallTarget;
  /** How long the agent's phone may take to pick up by itself, then the target may ring; a queue decides for itself. */
  readonly agentRingSeconds: number;
  readonly targetRingSeconds: number;
}

export interface TransferRequest {
  readonly callId: string;
  /** Who sends it, and gets it back when it fails. */
  readonly extension: string;
  readonly target: CallTarget;
  readonly targetRingSeconds: number;
}

/**
 * The exchange, whichever it is. Commands settle when the exchange has done them, and reject with a `DomainError`:
 * `unavailable` when it does not answer, `conflict` when it cannot be done now, `not-found` for what it does not know.
 *
 * The phone does by itself what a phone does (accept, reject, mute, hold, tones), over SIP; the events tell.
 */
export interface Telephony {
  readonly capabilities: ReadonlySet<Capability>;
  /** Connects, and goes on trying for ever; settles at once. */
  start(): Promise<void>;
  status(): TelephonyStatus;
  directory(): Promise<Directory>;
  verifyCredentials(login: string, password: string): Promise<boolean>;
  softphoneCredentials(extension: string): Promise<SoftphoneCredentials>;
  snapshot(): Promise<TelephonySnapshot>;
  /** Returns its own undo. Listeners are called in order, one event after another. */
  onEvent(listener: (event: TelephonyEvent) => void): () => void;
  onStatus(listener: (status: TelephonyStatus) => void): () => void;
  logIn(queue: string, extension: string): Promise<void>;
  logOut(queue: string, extension: string): Promise<void>;
  /** Pauses in every queue; pausing the paused replaces the reason. */
  pause(extension: string, reason: string): Promise<void>;
  unpause(extension: string): Promise<void>;
  /** Rings the agent, then dials the customer. Settles once the exchange has taken it, not when somebody answers. */
  dial(request: DialRequest): Promise<void>;
  /** What became of a call: live, ended, or null when the exchange never heard of it. Remembered for a day at least. */
  findCall(
    callId: string,
  ): Promise<
    | { readonly live: true; readonly call: TelephonyCall }
    | { readonly live: false; readonly by: EndedBy; readonly cause: EndCause; readonly answeredAt: number | null }
    | null
  >;
  /** Ends a call for everyone in it, on behalf of `by`. A call that has already ended is no error. */
  hangUp(callId: string, by: EndedBy): Promise<void>;
  /**
   * Sends a call on without asking first (capability `blind-transfer`): the customer hears music, the target rings. The
   * agent keeps the call until the target has it. Settles when it is under way; a target that cannot be reached at all
   * (not registered, busy, a queue that is closed or not known) rejects as `conflict`, and nothing has changed.
   */
  transfer(request: TransferRequest): Promise<void>;
  /** Ends the attempt of `transfer`: the agent has the call again, on hold. No error when there is none any more. */
  takeBack(callId: string): Promise<void>;
  /** Dials a second call for an agent (capability `attended-transfer`). Settles and is remembered as `dial`. */
  consult(request: ConsultRequest): Promise<void>;
  /**
   * Joins the customer with the other side of the answered second call and lets the agent go: an attended transfer, and
   * the way to leave a conference without ending it. `conflict` when either call is not there or not answered; both are
   * as before then.
   */
  join(callId: string, secondCallId: string): Promise<void>;
  /** Lets the two calls of an agent be one conversation of three (capability `conference`). */
  confer(callId: string, secondCallId: string): Promise<void>;
  /** Drops what an extension has registered, so that its phone must register again. */
  unregister(extension: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** Refuses as `conflict` without the capability `recording`. */
  readonly recorder: CallRecorder;
}
