import { type AgentSnapshot } from '../../shared/agent-state.js';
import { type CallbackState } from '../../shared/desk.js';
import { type FoundCall } from './callback-call.domain.js';
import { type Callback, type CallbackAttempt, type CallbackDraft, type AttemptChange } from './callback.domain.js';

export interface DialOrder {
  /** Chosen and stored before; dialling twice with one id must dial once. */
  readonly callId: string;
  readonly agentId: number;
  readonly number: string;
  readonly callbackId: number;
}

/** The agents and their exchange, as callbacks need them. */
export interface CallbackAgents {
  status(agentId: number): AgentSnapshot | null;
  /** Keeps the agent free for this callback. Repeating it is no error; rejects when the agent is not free. */
  reserve(agentId: number, callbackId: number): Promise<void>;
  /** Undoes `reserve`; no error when there is nothing to undo. */
  release(agentId: number, callbackId: number): Promise<void>;
  /**
   * Rings the agent, then the customer. A rejection with the `DomainError` codes `conflict`, `forbidden`, `invalid` or
   * `not-found` says that the exchange did not take it; any other leaves that open.
   */
  dial(order: DialOrder): Promise<void>;
  /** Null when the exchange never heard of the id. Rejects when it does not answer. */
  findCall(callId: string): Promise<FoundCall | null>;
}

export interface CallbackFilter {
  /** Null: every state. */
  readonly states: readonly CallbackState[] | null;
  /** Part of the number (digits) or of the customer's name; empty for all. */
  readonly search: string;
  /** Of one customer only. */
  readonly customerId?: number;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface CallbackPage {
  readonly rows: readonly { readonly callback: Callback; readonly attempts: readonly CallbackAttempt[] }[];
  readonly total: number;
}

export interface CallbackClaim {
  /** As it shall be: `offering`, claimed, one version on. */
  readonly next: Callback;
  /** For a new attempt; an attempt that is still open keeps its own. */
  readonly callId: string;
}

/**
 * Where promises are kept. Every change names the version it was decided on, and does nothing when the row has moved on:
 * of two that decide at once, in whatever process, one wins and the other is told.
 */
export interface CallbackRepository {
  /** Null when the owner has `maxOpen` open ones; the open one itself when the same was promised before. */
  insert(draft: CallbackDraft, maxOpen: number): Promise<Callback | null>;
  find(id: number): Promise<Callback | null>;
  findByCall(callId: string): Promise<{ readonly callback: Callback; readonly attempt: CallbackAttempt } | null>;
  openAttempt(callbackId: number): Promise<CallbackAttempt | null>;
  /** Waiting ones whose next attempt is due at `before`, oldest promise first. */
  waiting(before: number): Promise<readonly Callback[]>;
  active(): Promise<readonly Callback[]>;
  changedSince(moment: number): Promise<readonly Callback[]>;
  /** Open ones, and those that ended at or after `endedSince`; in the order of their promise. */
  ofOwner(ownerId: number, endedSince: number): Promise<readonly Callback[]>;
  list(filter: CallbackFilter): Promise<CallbackPage>;
  /** Writes `next`, which is one version after what was read, and changes its open attempt. False: it had moved on. */
  save(next: Callback, attempt: AttemptChange | null): Promise<boolean>;
  /**
   * In one transaction: takes the row, and opens the attempt whose call id will be dialled. An attempt that is already
   * open is used again, with its id. Null: another has it, or it had moved on.
   */
  claim(claim: CallbackClaim): Promise<CallbackAttempt | null>;
}

/** Who may never be called. */
export interface DoNotCallList {
  has(number: string): Promise<boolean>;
}

/** The days on which nobody is called. */
export interface CallbackHolidays {
  /** @param date where the customer is, `YYYY-MM-DD` */
  isHoliday(date: string): Promise<boolean>;
}

/** The queues, as promises ask about them. */
export interface CallbackQueues {
  /** Whether agents may promise callbacks to its callers. */
  offersCallbacks(queueId: number): Promise<boolean>;
  /** The queue of the call an agent is in or is writing up; null when there is none. */
  currentOf(agentId: number): number | null;
}

export interface CallbackCustomers {
  findByNumber(number: string): Promise<{ readonly id: number; readonly name: string } | null>;
}

/** The records a promise may continue. */
export interface CallbackAttendances {
  /** Null when there is no such attendance. */
  find(attendanceId: number): Promise<{ readonly customerId: number | null; readonly queueId: number | null } | null>;
}
