import { QueryTypes, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { lockNamedRow } from '../../platform/db/row-lock.js';
import { DomainError } from '../../platform/errors.js';
import { type Permission } from '../../shared/permissions.js';

/** Who holds these can give every other permission back; who lacks one cannot put a mistake right. */
export const ADMINISTRATOR_PERMISSIONS: readonly Permission[] = ['administration', 'profiles.edit', 'users.edit'];

/** Names the row of `leases` whose holder may take administrators away. */
export const ADMINISTRATOR_LOCK = 'administrators';

/**
 * Sees to it that somebody can always administer: an active user whose profile holds `ADMINISTRATOR_PERMISSIONS`.
 *
 * Every change that may take administrators away (a profile's permissions, a user's profile, activity or row) runs
 * inside `keep`. Two at once take turns from the first statement on: each alone would leave the other's administrator,
 * and both together none.
 */
export class Administrators {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Runs `change` and looks at what is left. To be the first thing in its transaction: who locks other rows before this
   * one may wait for somebody who waits for them.
   *
   * @param actorId who asks; null for the system, which administers nothing
   * @throws DomainError `conflict`, so that the transaction is undone, when the change takes away the actor's own
   *   administration or the last administrator there is
   */
  async keep<T>(transaction: Transaction, actorId: number | null, change: () => Promise<T>): Promise<T> {
    await lockNamedRow(this.#db, ADMINISTRATOR_LOCK, transaction);
    const before = await this.#read(transaction, actorId);
    const result = await change();
    const after = await this.#read(transaction, actorId);
    if (before.isActor && !after.isActor) throw new DomainError('conflict', 'profiles:own-administration');
    // Where there was none before, nothing that is changed can make it worse.
    if (before.anybody && !after.anybody) throw new DomainError('conflict', 'profiles:last-administrator');
    return result;
  }

  /** Locking reads: what others have stored meanwhile counts, whatever this transaction has read before. */
  async #read(
    transaction: Transaction,
    actorId: number | null,
  ): Promise<{ readonly anybody: boolean; readonly isActor: boolean }> {
    const { sequelize, dialect } = this.#db;
    const locking = dialect === 'sqlite' ? '' : ' LOCK IN SHARE MODE';
    const profiles = await sequelize.query<{ id: number }>(
      'SELECT profile_id AS id FROM profile_permissions WHERE permission IN (:permissions) ' +
        `GROUP BY profile_id HAVING COUNT(*) = :count${locking}`,
      {
        type: QueryTypes.SELECT,
        replacements: { permissions: ADMINISTRATOR_PERMISSIONS, count: ADMINISTRATOR_PERMISSIONS.length },
        transaction,
      },
    );
    if (profiles.length === 0) return { anybody: false, isActor: false };
    const find = async (condition: string): Promise<boolean> => {
      const rows = await sequelize.query<{ id: number }>(
        `SELECT id FROM users WHERE profile_id IN (:profiles) AND is_active = :active${condition} LIMIT 1${locking}`,
        {
          type: QueryTypes.SELECT,
          replacements: { profiles: profiles.map(({ id }) => id), active: true, actorId },
          transaction,
        },
      );
      return rows.length > 0;
    };
    const isActor = actorId !== null && (await find(' AND id = :actorId'));
    return { anybody: isActor || (await find('')), isActor };
  }
}
