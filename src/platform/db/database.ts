import { Sequelize, type Options, type Transaction } from 'sequelize';
import { KeyedQueue } from '../keyed-queue.js';

/**
 * The connection, and the one way to change rows.
 *
 * SQLite takes one writer: transactions started side by side fail at once with SQLITE_BUSY, and in memory they share a
 * connection, so one that rolls back takes the others' rows with it. Writes therefore wait their turn there; MariaDB and
 * MySQL need no such queue.
 */
export class Database {
  readonly sequelize: Sequelize;
  readonly #turns: KeyedQueue<'write'> | null;

  constructor(options: Options) {
    this.sequelize = new Sequelize({
      ...options,
      logging: false,
      define: { underscored: true },
      // Times are stored in UTC whatever zone the server's machine or the database's session is in.
      timezone: '+00:00',
    });
    this.#turns = this.sequelize.getDialect() === 'sqlite' ? new KeyedQueue() : null;
  }

  get dialect(): string {
    return this.sequelize.getDialect();
  }

  /** Runs `work` in a transaction. Not to be nested: pass the transaction on instead. */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const run = (): Promise<T> => this.sequelize.transaction(work);
    return this.#turns === null ? run() : this.#turns.run('write', run);
  }

  /** Waits for writes under way, then closes the connections. */
  async close(): Promise<void> {
    await this.#turns?.idle();
    await this.sequelize.close();
  }
}
