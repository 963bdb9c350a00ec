import { type QueueCounters } from '../monitoring/queue-counters.domain.js';
import { type LiveCall } from './call.domain.js';
import { type CallFilter, type CallPage, type CallRecord, type CallRecordWithEvents } from './call-record.domain.js';

export interface CallRecordRepository {
  /** The newest first. */
  list(filter: CallFilter & { readonly pageSize: number }): Promise<CallPage>;
  find(callId: string): Promise<CallRecordWithEvents | null>;
  lastOfCustomer(customerId: number, limit: number): Promise<readonly CallRecord[]>;
  /** The calls that had not ended when they were last written. */
  unfinished(): Promise<readonly LiveCall[]>;
  load(callIds: readonly string[]): Promise<readonly LiveCall[]>;
  /** What a queue did with the calls that entered it in `[from, until)`, in one query. */
  countersOf(queueId: number, serviceLevelSeconds: number, from: number, until: number): Promise<QueueCounters>;
  /** What an agent did with the calls begun in `[from, until)`. */
  figuresOfAgent(agentId: number, from: number, until: number): Promise<AgentFigures>;
}

export interface AgentFigures {
  readonly answered: number;
  /** TMA: (talk + hold + wrap-up) / answered, seconds; null without answered calls that have ended. */
  readonly averageHandlingSeconds: number | null;
}

const PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/** The record of every call, for the pages that show it. */
export class CallRecords {
  readonly #repository: CallRecordRepository;

  constructor(deps: { readonly repository: CallRecordRepository }) {
    this.#repository = deps.repository;
  }

  list(filter: CallFilter): Promise<CallPage> {
    const pageSize = Math.min(Math.max(1, filter.pageSize ?? PAGE_SIZE), MAX_PAGE_SIZE);
    return this.#repository.list({ ...filter, page: Math.max(1, filter.page), pageSize });
  }

  find(callId: string): Promise<CallRecordWithEvents | null> {
    return this.#repository.find(callId);
  }

  lastOfCustomer(customerId: number, limit = 10): Promise<readonly CallRecord[]> {
    return this.#repository.lastOfCustomer(customerId, limit);
  }

  figuresOfAgent(agentId: number, from: number, until: number): Promise<AgentFigures> {
    return this.#repository.figuresOfAgent(agentId, from, until);
  }
}
