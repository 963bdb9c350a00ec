import { DatabaseError, ForeignKeyConstraintError, ValidationError } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Schedule } from '../../platform/schedule.js';
import { type CallJournal, type JournalEntry } from './call-journal.port.js';
import { JournalWriter } from './journal-writer.repository.js';

export interface CallJournalDeps {
  readonly db: Database;
  readonly schedule: Schedule;
  readonly log: {
    readonly info: (context: object, message: string) => void;
    readonly error: (context: object, message: string) => void;
  };
  /** How long entries may gather before they are written. Default 5. */
  readonly flushMs?: number;
  /** Entries in one transaction at most. Default 500. */
  readonly batchSize?: number;
  /** From how many waiting entries on `isBehind` is true. Default 20,000. */
  readonly maxPending?: number;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
const ATTEMPTS_AT_THE_END = 5;
/** What the databases answer when the row itself is at fault, so that trying it again would never end. */
const AT_FAULT = new Set(['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'ER_DATA_TOO_LONG', 'ER_WARN_DATA_OUT_OF_RANGE']);

/**
 * The write-behind journal: entries gather for some milliseconds and are stored many to a transaction, in the order they
 * came. A write that fails is tried again, with growing pauses, before anything behind it. Only an entry whose own data
 * the database refuses is given up; it is logged whole, so that it can be entered by hand, and the rest goes on.
 */
export class SequelizeCallJournal implements CallJournal, AsyncDisposable {
  readonly #deps: Required<CallJournalDeps>;
  readonly #writer: JournalWriter;
  #pending: JournalEntry[] = [];
  #appended = 0;
  #stored = 0;
  #waiters: { readonly upTo: number; readonly settle: () => void }[] = [];
  #draining: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #wakeRetry: (() => void) | null = null;
  #wasBehind = false;
  #ending = false;

  constructor(deps: CallJournalDeps) {
    this.#deps = { flushMs: 5, batchSize: 500, maxPending: 20_000, ...deps };
    this.#writer = new JournalWriter(deps.db);
  }

  get isBehind(): boolean {
    return this.#pending.length > this.#deps.maxPending;
  }

  append(entries: readonly JournalEntry[]): void {
    this.#pending.push(...entries);
    this.#appended += entries.length;
    this.#tellWhetherBehind();
    if (this.#draining !== null) return;
    if (this.#pending.length >= this.#deps.batchSize) this.#drain();
    else
      this.#cancelTimer ??= this.#deps.schedule(() => {
        this.#drain();
      }, this.#deps.flushMs);
  }

  flush(): Promise<void> {
    if (this.#stored === this.#appended) return Promise.resolve();
    return new Promise((settle) => {
      this.#waiters.push({ upTo: this.#appended, settle });
      this.#drain();
    });
  }

  /** Stores what is left. Rejects when the database does not take it; what is lost then is logged. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true;
    this.#wakeRetry?.();
    this.#drain();
    await this.#draining;
    if (this.#pending.length === 0) return;
    this.#deps.log.error({ entries: this.#pending }, 'the journal could not be stored');
    throw new Error(`${this.#pending.length} entries of the journal could not be stored`);
  }

  #drain(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#pending.length > 0) this.#draining ??= this.#drainAll();
  }

  async #drainAll(): Promise<void> {
    let failures = 0;
    while (this.#pending.length > 0) {
      try {
        await this.#storeFirst(this.#pending.slice(0, this.#deps.batchSize));
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#deps.log.error({ error, waiting: this.#pending.length, failures }, 'the journal could not be written');
        if (this.#ending && failures >= ATTEMPTS_AT_THE_END) break;
        await this.#pause(Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS));
      }
    }
    // In the same turn as the look that found nothing left: what is appended after it must start anew.
    this.#draining = null;
  }

  async #storeFirst(batch: readonly JournalEntry[]): Promise<void> {
    try {
      await this.#deps.db.write((transaction) => this.#writer.write(batch, transaction));
    } catch (error) {
      if (!isAtFault(error)) throw error;
      // Somewhere in the batch is a row the database will never take: find it, so that the others are not held up.
      for (const entry of batch) await this.#storeAlone(entry);
      return;
    }
    this.#done(batch.length);
  }

  async #storeAlone(entry: JournalEntry): Promise<void> {
    try {
      await this.#deps.db.write((transaction) => this.#writer.write([entry], transaction));
    } catch (error) {
      if (!isAtFault(error)) throw error;
      if (entry.kind === 'call' && entry.call.customer !== null && error instanceof ForeignKeyConstraintError) {
        // The customer was deleted while the call ran; the call itself must be kept.
        await this.#storeAlone({ ...entry, call: { ...entry.call, customer: null } });
        return;
      }
      this.#deps.log.error({ error, entry }, 'an entry of the journal was refused by the database and is left out');
    }
    this.#done(1);
  }

  #done(entries: number): void {
    this.#pending.splice(0, entries);
    this.#stored += entries;
    this.#tellWhetherBehind();
    const [settled, waiting] = [this.#waiters, this.#waiters.filter(({ upTo }) => upTo > this.#stored)];
    this.#waiters = waiting;
    for (const { upTo, settle } of settled) if (upTo <= this.#stored) settle();
  }

  #tellWhetherBehind(): void {
    if (this.isBehind === this.#wasBehind) return;
    this.#wasBehind = this.isBehind;
    const waiting = this.#pending.length;
    if (this.isBehind)
      this.#deps.log.error({ waiting }, 'the journal falls behind: wishes are refused until it catches up');
    else this.#deps.log.info({ waiting }, 'the journal has caught up');
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.schedule(resolve, ms);
      this.#wakeRetry = () => {
        cancel();
        resolve();
      };
    });
  }
}

function isAtFault(error: unknown): boolean {
  if (error instanceof ForeignKeyConstraintError || error instanceof ValidationError) return true;
  if (!(error instanceof DatabaseError)) return false;
  const code: unknown = 'code' in error.original ? error.original.code : null;
  return typeof code === 'string' && AT_FAULT.has(code);
}
