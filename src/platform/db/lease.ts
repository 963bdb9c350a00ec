import {
  Op,
  UniqueConstraintError,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
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
    return this.#db.write(async (transaction) => {
      const [taken] = await this.#model.update(
        { owner, expiresAt },
        { where: { name, [Op.or]: [{ owner }, { expiresAt: { [Op.lte]: now } }] }, transaction },
      );
      if (taken === 1) return true;
      const held = await this.#model.findByPk(name, { transaction });
      if (held !== null) return false;
      try {
        await this.#model.create({ name, owner, expiresAt }, { transaction });
        return true;
      } catch (error) {
        if (error instanceof UniqueConstraintError) return false;
        throw error;
      }
    });
  }

  /** Keeps it; false when it is no longer `owner`'s. */
  async renew(name: string, owner: string, ttlMs: number, now: Date): Promise<boolean> {
    const expiresAt = new Date(now.getTime() + ttlMs);
    return this.#db.write(async (transaction) => {
      const [kept] = await this.#model.update({ expiresAt }, { where: { name, owner }, transaction });
      return kept === 1;
    });
  }

  /** Gives it up at once, so that another need not wait for its end. */
  async release(name: string, owner: string): Promise<void> {
    await this.#db.write((transaction) => this.#model.destroy({ where: { name, owner }, transaction }));
  }
}
