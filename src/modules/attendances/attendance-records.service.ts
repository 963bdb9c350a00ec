import { DomainError } from '../../platform/errors.js';
import { type Actor } from '../audit/index.js';
import {
  refusalToRewrite,
  type AttendanceFilter,
  type AttendanceRecord,
  type ContinuingCallback,
  type Neighbours,
  type RecordTexts,
  type RecordViewer,
} from './attendance-record.domain.js';
import { refusalToReopen, type AttendanceEvent } from './attendance.domain.js';

export interface AttendanceRecordRepository {
  /**
   * The newest first. What a confidential record says is not found by who may not read it: a filter by subject or outcome
   * would tell it.
   */
  list(
    filter: AttendanceFilter,
    viewer: RecordViewer,
  ): Promise<{ readonly records: readonly AttendanceRecord[]; readonly total: number }>;
  findByProtocol(protocol: string): Promise<AttendanceRecord | null>;
  find(id: number): Promise<AttendanceRecord | null>;
  /** The oldest first. */
  eventsOf(id: number): Promise<readonly AttendanceEvent[]>;
  neighboursOf(record: AttendanceRecord): Promise<Neighbours>;
  callbacksOf(id: number): Promise<readonly ContinuingCallback[]>;
  /** Only when it is finished, with its entry in the audit trail; false when it is not. */
  reopen(id: number, reason: string, actor: Actor, at: Date): Promise<boolean>;
  /**
   * Writes in a record that is open and still of that version, and finishes it when asked to, with its entry in the audit
   * trail. Throws a `StaleError` when it is not.
   */
  write(
    row: { readonly id: number; readonly version: number },
    texts: RecordTexts,
    finishes: boolean,
    actor: Actor,
    at: Date,
  ): Promise<void>;
}

export interface AttendanceRecordsDeps {
  readonly repository: AttendanceRecordRepository;
  readonly now: () => Date;
  /** When the operation's day began that a moment is in; epoch milliseconds. */
  readonly dayBegan: (at: number) => number;
}

/** The records of attendances for the pages that show them, and what is done with one after its call. */
export class AttendanceRecords {
  readonly #deps: AttendanceRecordsDeps;

  constructor(deps: AttendanceRecordsDeps) {
    this.#deps = deps;
  }

  list(
    filter: AttendanceFilter,
    viewer: RecordViewer,
  ): Promise<{ readonly records: readonly AttendanceRecord[]; readonly total: number }> {
    return this.#deps.repository.list(filter, viewer);
  }

  findByProtocol(protocol: string): Promise<AttendanceRecord | null> {
    return this.#deps.repository.findByProtocol(protocol);
  }

  /** @throws DomainError `not-found` */
  async require(id: number): Promise<AttendanceRecord> {
    const record = await this.#deps.repository.find(id);
    if (record === null) throw new DomainError('not-found', 'attendances:not-found');
    return record;
  }

  historyOf(id: number): Promise<readonly AttendanceEvent[]> {
    return this.#deps.repository.eventsOf(id);
  }

  neighboursOf(record: AttendanceRecord): Promise<Neighbours> {
    return this.#deps.repository.neighboursOf(record);
  }

  callbacksOf(id: number): Promise<readonly ContinuingCallback[]> {
    return this.#deps.repository.callbacksOf(id);
  }

  /** Why this person may not open it again now; null when they may. */
  refusalToReopen(record: AttendanceRecord, viewer: RecordViewer): DomainError | null {
    const { now, dayBegan } = this.#deps;
    return refusalToReopen(record, viewer, dayBegan(now().getTime()));
  }

  /** Opens a finished record again; the reason is kept in its history. */
  async reopen(id: number, viewer: RecordViewer, reason: string, actor: Actor): Promise<void> {
    const { repository, now } = this.#deps;
    const refusal = this.refusalToReopen(await this.require(id), viewer);
    if (refusal !== null) throw refusal;
    if (!(await repository.reopen(id, reason, actor, now()))) {
      throw new DomainError('conflict', 'attendances:not-finished');
    }
  }

  /** Writes in a reopened record, and finishes it again when asked to. */
  async write(
    row: { readonly id: number; readonly version: number },
    texts: RecordTexts,
    finishes: boolean,
    viewer: RecordViewer,
    actor: Actor,
  ): Promise<void> {
    const { repository, now } = this.#deps;
    const refusal = refusalToRewrite(await this.require(row.id), await repository.eventsOf(row.id), viewer);
    if (refusal !== null) throw refusal;
    await repository.write(row, texts, finishes, actor, now());
  }
}
