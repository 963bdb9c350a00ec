import { QueryTypes, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { lockNamedRow } from '../../platform/db/row-lock.js';
import { ADMINISTRATOR_LOCK, ADMINISTRATOR_PERMISSIONS } from '../profiles/index.js';

const ADMINISTRATORS =
  'SELECT u.id AS id FROM users u WHERE u.is_active = :active AND u.profile_id IN (' +
  'SELECT p.profile_id FROM profile_permissions p WHERE p.permission IN (:permissions) ' +
  'GROUP BY p.profile_id HAVING COUNT(*) = :count)';

/**
 * Makes everyone who takes administration from somebody wait for one another, whether by a user's change or by a
 * profile's: two administrators who deactivate each other at once must not both pass. To be the first statement of a
 * transaction, so that what is read after it is what the one before has left.
 */
export function lockAdministration(db: Database, transaction: Transaction): Promise<void> {
  return lockNamedRow(db, ADMINISTRATOR_LOCK, transaction);
}

/** The active users who hold all of `ADMINISTRATOR_PERMISSIONS`, as the transaction has left them. */
export async function administratorIds(db: Database, transaction: Transaction): Promise<ReadonlySet<number>> {
  const rows = await db.sequelize.query<{ id: number }>(ADMINISTRATORS, {
    type: QueryTypes.SELECT,
    transaction,
    replacements: {
      active: true,
      permissions: [...ADMINISTRATOR_PERMISSIONS],
      count: ADMINISTRATOR_PERMISSIONS.length,
    },
  });
  return new Set(rows.map(({ id }) => id));
}
