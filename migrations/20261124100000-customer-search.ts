import { QueryTypes, type QueryInterface } from 'sequelize';
import { addKeyColumn } from '../src/platform/db/migration-tools.js';
import { searchKey } from '../src/shared/text-key.js';

/** Customers are found by a key of their name, in which case and accents do not matter on any database. */
export async function up(query: QueryInterface): Promise<void> {
  const { sequelize } = query;
  await addKeyColumn(query, 'customers', 'name_key', 120);
  const rows = await sequelize.query<{ id: number; name: string }>('SELECT id, name FROM customers', {
    type: QueryTypes.SELECT,
  });
  for (const { id, name } of rows) {
    await sequelize.query('UPDATE customers SET name_key = :key WHERE id = :id', {
      replacements: { id, key: searchKey(name) },
    });
  }
  await query.addIndex('customers', ['name_key']);
  // What a customer was promised, the newest first.
  await query.addIndex('callbacks', ['customer_id', 'due_at']);
}

export async function down(query: QueryInterface): Promise<void> {
  const { sequelize } = query;
  if (sequelize.getDialect() !== 'sqlite') {
    // The foreign key needs an index of its column; the one it had went when a better one came.
    await query.addIndex('callbacks', ['customer_id']);
  }
  await query.removeIndex('callbacks', ['customer_id', 'due_at']);
  await query.removeIndex('customers', ['name_key']);
  // Not `removeColumn`: for SQLite it makes the table anew, and takes the telephone numbers with the old one.
  await sequelize.query('ALTER TABLE customers DROP COLUMN name_key');
}
