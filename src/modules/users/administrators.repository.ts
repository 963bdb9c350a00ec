import { QueryTypes, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Permission } from '../../shared/permissions.js';

/** Whoever holds both can give anybody anything; without one such person nobody gets back in. */
export const ADMINISTRATION: readonly Permission[] = ['administration', 'profiles.edit'];

const ADMINISTRATORS =
  'SELECT u.id AS id FROM users u WHERE u.is_active = :active AND u.profile_id IN (' +
  'SELECT p.profile_id FROM profile_permissions p WHERE p.permission IN (:permissions) ' +
  'GROUP BY p.profile_id HAVING COUNT(*) = :count)';

/**
 * Makes everyone who takes administration from somebody wait for one another: two administrators who deactivate each
 * other at once must not both pass. To be the first statement of a transaction, so that what is read after it is what
 * the one before has left. Whoever changes a profile's permissions holds its row too.
 */
export async function lockAdministration(db: Database, transaction: Transaction): Promise<void> {
  // On SQLite there is one writer anyway.
  if (db.dialect === 'sqlite') return;
  await db.sequelize.query('SELECT id FROM profiles ORDER BY id FOR UPDATE', { type: QueryTypes.SELECT, transaction });
}

/** The active users who hold all of `ADMINISTRATION`, as the transaction has left them. */
export async function administratorIds(db: Database, transaction: Transaction): Promise<ReadonlySet<number>> {
  const rows = await db.sequelize.query<{ id: number }>(ADMINISTRATORS, {
    type: QueryTypes.SELECT,
    transaction,
    replacements: { active: true, permissions: [...ADMINISTRATION], count: ADMINISTRATION.length },
  });
  return new Set(rows.map(({ id }) => id));
}
