import { QueryTypes, type QueryInterface } from 'sequelize';
import { addKeyColumn } from '../src/platform/db/migration-tools.js';
import { searchKey } from '../src/shared/text-key.js';

/**
 * Names as they are searched and sorted. SQLite folds the case of ASCII letters only, and sorts "Érica" after "Zeca".
 */
export async function up(query: QueryInterface): Promise<void> {
  const { sequelize } = query;
  await addKeyColumn(query, 'users', 'name_key', 120);
  const rows = await sequelize.query<{ id: number; name: string }>('SELECT id, name FROM users', {
    type: QueryTypes.SELECT,
  });
  for (const { id, name } of rows) {
    await sequelize.query('UPDATE users SET name_key = :key WHERE id = :id', {
      type: QueryTypes.UPDATE,
      replacements: { id, key: searchKey(name) },
    });
  }
  // One page of the list is read from the index alone, whatever there is behind it.
  await query.addIndex('users', ['name_key', 'id'], { name: 'users_name_key_id' });
}

export async function down(query: QueryInterface): Promise<void> {
  await query.removeIndex('users', 'users_name_key_id');
  // Sequelize would make the table anew on SQLite, without its unique indexes.
  await query.sequelize.query('ALTER TABLE users DROP COLUMN name_key');
}
