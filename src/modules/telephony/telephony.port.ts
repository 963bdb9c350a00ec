import { type CallDirection } from '../../shared/agent-state.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';

/** What a platform may or may not be able to do; pages show only what is there. */
export type Capability =
  | 'hold-music'
  | 'blind-transfer'
  | 'attended-transfer'
  | 'conference'
  | 'listen'
  | 'whisper'
  | 'barge'
  | 'recording'
  | 'ivr'
  | 'queue-callback';

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
  | 'failed';

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
      /** The extension it was dialled for, for outbound calls and callbacks. */
      readonly extension: string | null;
    })
  | (At & { readonly type: 'call-offered'; readonly callId: string; readonly extension: string })
  | (At & {
      readonly type: 'call-declined';
      readonly callId: string;
      readonly extension: string;
      readonly cause: 'rejected' | 'no-answer' | 'unreachable';
    })
  | (At & { readonly type: 'call-accepted'; readonly callId: string; readonly extension: string })
  | (At & { readonly type: 'call-answered'; readonly callId: string; readonly extension: string })
  | (At & { readonly type: 'call-held'; readonly callId: string; readonly extension: string })
  | (At & { readonly type: 'call-resumed'; readonly callId: string; readonly extension: string })
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
  /** Drops what an extension has registered, so that its phone must register again. */
  unregister(extension: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
