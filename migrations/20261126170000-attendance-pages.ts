import { QueryTypes, type QueryInterface } from 'sequelize';

const PERMISSION = 'attendances.confidential';
/** Whoever may listen in on the conversation itself learns nothing more from its record. */
const HOLDERS = ['calls.listen', 'attendances.list'];

async function holders({ sequelize }: QueryInterface): Promise<readonly number[]> {
  const rows = await sequelize.query<{ id: number }>(
    `SELECT profile_id AS id FROM profile_permissions WHERE permission IN (:permissions)
     GROUP BY profile_id HAVING COUNT(DISTINCT permission) = :count`,
    { type: QueryTypes.SELECT, replacements: { permissions: HOLDERS, count: HOLDERS.length } },
  );
  return rows.map(({ id }) => id);
}

/** Attendances have screens now: supervisors may see the confidential ones, and callbacks are found by what they continue. */
export async function up(query: QueryInterface): Promise<void> {
  const { sequelize } = query;
  for (const id of await holders(query)) {
    await sequelize.query(
      `INSERT INTO profile_permissions (profile_id, permission)
       SELECT p.id, :permission FROM profiles p WHERE p.id = :id AND NOT EXISTS
         (SELECT 1 FROM profile_permissions h WHERE h.profile_id = p.id AND h.permission = :permission)`,
      { type: QueryTypes.INSERT, replacements: { id, permission: PERMISSION } },
    );
  }
  // MariaDB has this index already: it makes one for every foreign key.
  if (sequelize.getDialect() === 'sqlite') await query.addIndex('callbacks', ['attendance_id']);
}

export async function down(query: QueryInterface): Promise<void> {
  if (query.sequelize.getDialect() === 'sqlite') await query.removeIndex('callbacks', ['attendance_id']);
  const ids = await holders(query);
  if (ids.length > 0) await query.bulkDelete('profile_permissions', { permission: PERMISSION, profile_id: [...ids] });
}
