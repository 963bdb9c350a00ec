import {
  Op,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Transaction,
} from 'sequelize';
import { type Database } from './database.js';
import { exactText, momentColumn } from './migration-tools.js';

interface LeaseRow extends Model<InferAttributes<LeaseRow>, InferCreationAttributes<LeaseRow>> {
  name: string;
  owner: string;
  expiresAt: Date;
}

/**
 * What only one process may do at a time (hold the exchange, tick): whoever has the row of that name, until it expires.
 *
 * Expiry is judged by the clock of the process that asks, so clocks have to agree to well within the length of a lease; and
 * a holder that was stopped for longer than that does not know it has lost it. What it guards must therefore survive two
 * holders for a moment; a lease saves work, it does not replace a transaction.
 */
export class LeaseRepository {
  readonly #db: Database;
  readonly #model: ModelStatic<LeaseRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#model = db.sequelize.define<LeaseRow>(
      'Lease',
      {
        name: { type: exactText(60), allowNull: false, primaryKey: true },
        owner: { type: exactText(64), allowNull: false },
        expiresAt: { ...momentColumn },
      },
      { tableName: 'leases', timestamps: false },
    );
  }

  /** Takes it when it is free, expired or already `owner`'s; true when `owner` has it until `now` + `ttlMs`. */
  async acquire(name: string, owner: string, ttlMs: number, now: Date): Promise<boolean> {
    const expiresAt = new Date(now.getTime() + ttlMs);
    if ((await this.#model.findByPk(name)) === null) {
      // In a transaction of its own: with the update in the same one, several that begin at once deadlock on MySQL.
      await this.#db.write((transaction) =>
        this.#model.bulkCreate([{ name, owner, expiresAt }], { ignoreDuplicates: true, transaction }),
      );
    }
    return this.#db.write(async (transaction) => {
      await this.#model.update(
        { owner, expiresAt },
        { where: { name, [Op.or]: [{ owner }, { expiresAt: { [Op.lte]: now } }] }, transaction },
      );
      return this.#isOwner(name, owner, transaction);
    });
  }

  /** Keeps it; false when it is no longer `owner`'s. */
  async renew(name: string, owner: string, ttlMs: number, now: Date): Promise<boolean> {
    const expiresAt = new Date(now.getTime() + ttlMs);
    return this.#db.write(async (transaction) => {
      await this.#model.update({ expiresAt }, { where: { name, owner }, transaction });
      return this.#isOwner(name, owner, transaction);
    });
  }

  /** Gives it up at once, so that another need not wait for its end. */
  async release(name: string, owner: string): Promise<void> {
    await this.#db.write((transaction) =>
      this.#model.update({ expiresAt: new Date(0) }, { where: { name, owner }, transaction }),
    );
  }

  /** Read and not counted: MySQL counts no row that an update leaves as it was. */
  async #isOwner(name: string, owner: string, transaction: Transaction): Promise<boolean> {
    return (await this.#model.findByPk(name, { transaction }))?.owner === owner;
  }
}
