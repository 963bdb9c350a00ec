import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, idColumn, reference, timestamps } from '../src/platform/db/migration-tools.js';

/** What callers hear while they wait in a queue of the built-in exchange. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'exchange_prompts', {
    id: idColumn,
    name: { type: exactText(60), allowNull: false, unique: true },
    // As the content was found to be, whatever the file was called.
    content_type: { type: exactText(20), allowNull: false },
    // MEDIUMBLOB: a BLOB of MariaDB ends at 64 KB.
    bytes: { type: DataTypes.BLOB('medium'), allowNull: false },
    size: { type: DataTypes.INTEGER, allowNull: false },
    // Null where the content does not say how long it lasts.
    seconds: { type: DataTypes.INTEGER, allowNull: true },
    // In the address that callers' phones fetch it from; another one for each content.
    token: { type: exactText(40), allowNull: false, unique: true },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await query.addColumn(
    'exchange_queues',
    'prompt_id',
    reference('exchange_prompts', { optional: true, onDelete: 'RESTRICT' }),
  );
}

export async function down(query: QueryInterface): Promise<void> {
  // Of SQLite Sequelize would make the table anew, and members would go with the old one.
  if (query.sequelize.getDialect() === 'sqlite') {
    await query.sequelize.query('ALTER TABLE exchange_queues DROP COLUMN prompt_id');
  } else {
    await query.removeColumn('exchange_queues', 'prompt_id');
  }
  await query.dropTable('exchange_prompts');
}
