import { type CallDirection } from '../../../shared/agent-state.js';
import { type EndCause, type EndedBy } from '../telephony.port.js';

export type QueueStrategy = 'longest-idle' | 'round-robin' | 'ring-all';

export interface ExchangeUser {
  readonly login: string;
  readonly name: string;
  readonly locality: string;
  readonly extension: string;
}

export interface ExchangeQueue {
  readonly name: string;
  /** What a customer dials to reach it. */
  readonly number: string;
  readonly strategy: QueueStrategy;
  /** How long one agent's phone rings before the next one is tried. */
  readonly ringSeconds: number;
  /** How long a caller may wait before the exchange gives up. */
  readonly maxWaitSeconds: number;
  /** What callers hear while they wait, for their phones to fetch; null for what the phone plays by itself. */
  readonly promptUrl: string | null;
}

export interface ExchangeMembership {
  readonly queue: string;
  readonly extension: string;
}

/** A customer's line that may register here: there are no others, for the exchange has no trunk. */
export interface CustomerLine {
  /** E.164. */
  readonly number: string;
  readonly name: string;
}

export interface DirectoryData {
  readonly users: readonly ExchangeUser[];
  readonly queues: readonly ExchangeQueue[];
  readonly memberships: readonly ExchangeMembership[];
  readonly pauseReasons: readonly string[];
  readonly customerLines: readonly CustomerLine[];
}

/** Who and what the exchange serves. */
export interface ExchangeDirectory {
  load(): Promise<DirectoryData>;
  /** The argon2 hash of the password that belongs to a login; null when there is no such login. */
  findPasswordHash(login: string): Promise<string | null>;
}

/** Which members are logged in and paused, kept so that a restart of the process logs nobody out. */
export interface MemberStateStore {
  load(): Promise<{
    readonly loggedIn: readonly (ExchangeMembership & { readonly since: number })[];
    readonly paused: readonly { readonly extension: string; readonly reason: string }[];
  }>;
  /** `since` null logs out. */
  setLoggedIn(queue: string, extension: string, since: number | null): Promise<void>;
  /** `reason` null ends the pause. */
  setPaused(extension: string, reason: string | null): Promise<void>;
}

export type StoredCallState = 'waiting' | 'dialling' | 'talking' | 'ended';

/** What outlives the process of one call: enough to find both phones again, and to know that it was dialled. */
export interface StoredCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  readonly extension: string | null;
  readonly state: StoredCallState;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly endedBy: EndedBy | null;
  readonly cause: EndCause | null;
  /** As of `TelephonyCall`. */
  readonly consults: string | null;
  readonly peer: string | null;
  readonly conference: string | null;
  readonly alsoKnownAs: readonly string[];
}

export interface CallStore {
  /** False when the id is taken, whatever became of that call: it is what makes dialling twice harmless. */
  insert(call: StoredCall): Promise<boolean>;
  update(call: StoredCall): Promise<void>;
  find(callId: string): Promise<StoredCall | null>;
  /** Calls that had not ended when the process last wrote. */
  listLive(): Promise<readonly StoredCall[]>;
  deleteEndedBefore(time: number): Promise<void>;
}

/** Whether a queue takes calls at this moment; of a closed one, when it opens next (epoch milliseconds), if that is known. */
export type QueueOpening = { readonly isOpen: true } | { readonly isOpen: false; readonly opensAt: number | null };

/** When the queues take calls. */
export interface OpeningHours {
  /**
   * Asked while a caller waits for the first sign of life, so it answers from memory. A queue whose hours are not known is
   * open: a call that rings out of hours harms less than a customer who is turned away in them.
   */
  openingOf(queueName: string): QueueOpening;
}

/** `setTimeout` and its undo, as a dependency, so that tests need not wait. */
export interface Timers {
  setTimeout(run: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The part of pino that the exchange uses. */
export interface ExchangeLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}
