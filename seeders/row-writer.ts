import { QueryTypes, type Transaction } from 'sequelize';
import { type Database } from '../src/platform/db/database.js';

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Rows in one statement: more is no faster, and one statement must stay under MariaDB's limit of a packet. */
const ROWS_A_STATEMENT = 500;

/** Stores many rows at once, in one transaction, as they are: no model knows all tables. */
export class RowWriter {
  readonly #db: Database;
  readonly #transaction: Transaction;

  constructor(db: Database, transaction: Transaction) {
    this.#db = db;
    this.#transaction = transaction;
  }

  /**
   * A moment as this database stores it, with its milliseconds: without a model's types Sequelize would cut them off on
   * MariaDB.
   */
  moment(at: number): string;
  moment(at: number | null): string | null;
  moment(at: number | null): string | null {
    if (at === null) return null;
    const text = new Date(at).toISOString().replace('T', ' ').replace('Z', '');
    return this.#db.dialect === 'sqlite' ? `${text} +00:00` : text;
  }

  async insert(table: string, rows: readonly Row[]): Promise<void> {
    const query = this.#db.sequelize.getQueryInterface();
    for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) {
      const some = rows.slice(i, i + ROWS_A_STATEMENT).map((row) => ({ ...row }));
      await query.bulkInsert(table, some, { transaction: this.#transaction });
    }
  }

  async isEmpty(table: string): Promise<boolean> {
    const rows = await this.#db.sequelize.query(`SELECT 1 FROM ${table} LIMIT 1`, {
      type: QueryTypes.SELECT,
      transaction: this.#transaction,
    });
    return rows.length === 0;
  }

  async hasSetting(key: string): Promise<boolean> {
    const rows = await this.#db.sequelize.query('SELECT 1 FROM settings WHERE `key` = :key', {
      type: QueryTypes.SELECT,
      replacements: { key },
      transaction: this.#transaction,
    });
    return rows.length > 0;
  }
}
