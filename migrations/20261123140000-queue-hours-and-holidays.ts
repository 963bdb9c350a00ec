import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, idColumn, reference, timestamps } from '../src/platform/db/migration-tools.js';

const ADDED = ['is_always_open', 'follows_holidays', 'offers_callbacks'] as const;

/** When queues are open, the days on which nobody works, and whether a queue's agents may promise callbacks. */
export async function up(query: QueryInterface): Promise<void> {
  for (const column of ADDED) {
    await query.addColumn('queues', column, { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true });
  }
  await createTable(query, 'queue_hours', {
    id: idColumn,
    queue_id: reference('queues', { onDelete: 'CASCADE' }),
    // ISO: Monday 1 to Sunday 7.
    weekday: { type: DataTypes.INTEGER, allowNull: false },
    // Minutes after local midnight; what closes after 1440 closes on the next day.
    opens_at: { type: DataTypes.INTEGER, allowNull: false },
    closes_at: { type: DataTypes.INTEGER, allowNull: false },
  });
  await query.addIndex('queue_hours', ['queue_id', 'weekday', 'opens_at'], { unique: true });
  await createTable(query, 'holidays', {
    id: idColumn,
    // YYYY-MM-DD; of one that comes every year, MM-DD.
    day: { type: exactText(10), allowNull: false },
    name: { type: DataTypes.STRING(60), allowNull: false },
    name_key: { type: exactText(60), allowNull: false },
    // national, optional, local
    kind: { type: exactText(10), allowNull: false },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await query.addIndex('holidays', ['day', 'name_key'], { unique: true });
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('holidays');
  await query.dropTable('queue_hours');
  // Not `removeColumn`: on SQLite it makes the table anew, and what refers to it would go with the old one.
  for (const column of ADDED) await query.sequelize.query(`ALTER TABLE queues DROP COLUMN ${column}`);
}
