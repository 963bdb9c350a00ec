import { type AgentBlocker, type AgentSnapshot, type PauseReasonRef } from '../../shared/agent-state.js';
import { type QueueSnapshot } from '../../shared/board.js';
import { type Schedule } from '../../platform/schedule.js';
import { type CallEventType, type CallJournal, type CallRecordRepository, type LiveCall } from '../calls/index.js';
import { type Queue } from '../queues/index.js';
import { type Telephony } from '../telephony/telephony.port.js';
import { type AgentState } from './agent-state.domain.js';

/** A person who takes calls. */
export interface AgentIdentity {
  readonly id: number;
  readonly name: string;
  /** Null until associated with a user of the exchange. */
  readonly extension: string | null;
  /** The queues this agent may log in to. */
  readonly queueIds: readonly number[];
}

export interface AgentDirectory {
  listAgents(): Promise<readonly AgentIdentity[]>;
}

export interface StoredAgent {
  readonly agentId: number;
  readonly state: AgentState;
  readonly blockers: readonly AgentBlocker[];
  readonly queueIds: readonly number[];
  readonly version: number;
  readonly since: number;
}

export interface AgentStore {
  /** The states as they were last written. */
  list(): Promise<readonly StoredAgent[]>;
}

export interface QueueLookup {
  list(): Promise<readonly Queue[]>;
}

export interface PauseReasonLookup {
  /** Rejects with a DomainError when it may not be chosen. */
  requireActive(type: 'pause', id: number): Promise<PauseReasonRef>;
}

export interface CustomerLookup {
  findByNumber(number: string): Promise<{ readonly id: number; readonly name: string } | null>;
}

export type CallStore = Pick<CallRecordRepository, 'unfinished' | 'load' | 'countersOf'>;

/** What we need of a logger; pino's has this form. */
export interface CentreLog {
  readonly info: (context: object, message: string) => void;
  readonly warn: (context: object, message: string) => void;
  readonly error: (context: object, message: string) => void;
}

export interface CentreSettings {
  /** Wrap-up after a call that was dialled and came from no queue; as a queue's `wrapUpSeconds`. */
  readonly dialledWrapUpSeconds: number | null;
  readonly agentRingSeconds: number;
  readonly customerRingSeconds: number;
  /** How often the picture is compared with the exchange. */
  readonly reconcileMs: number;
}

export const DEFAULT_CENTRE_SETTINGS: CentreSettings = {
  dialledWrapUpSeconds: 60,
  agentRingSeconds: 20,
  customerRingSeconds: 45,
  reconcileMs: 15_000,
};

export interface CallCentreDeps {
  readonly telephony: Telephony;
  readonly directory: AgentDirectory;
  readonly agents: AgentStore;
  readonly calls: CallStore;
  readonly journal: CallJournal;
  readonly queues: QueueLookup;
  readonly reasons: PauseReasonLookup;
  readonly customers: CustomerLookup;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly schedule: Schedule;
  /** A new call id, never used before. */
  readonly newCallId: () => string;
  readonly log: CentreLog;
  /** The operation's, IANA name: where its days begin. */
  readonly timeZone: string;
  readonly settings: CentreSettings;
}

/** What changed, whole: each agent and queue as it is now, and whether the link to the exchange did. */
export interface CentreChange {
  readonly agents: readonly AgentSnapshot[];
  readonly queues: readonly QueueSnapshot[];
  readonly link: boolean;
}

export interface CentreCallEvent {
  readonly type: CallEventType;
  /** The call after the event. */
  readonly call: LiveCall;
  /** Whom the event is about: who was offered it, declined it, took it; null where it is about nobody. */
  readonly agentId: number | null;
}
