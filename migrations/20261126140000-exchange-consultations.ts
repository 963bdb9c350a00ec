import { DataTypes, type QueryInterface } from 'sequelize';
import { exactText } from '../src/platform/db/migration-tools.js';

const COLUMNS = ['consults', 'peer', 'conference', 'also_known_as'] as const;

/** What the built-in exchange needs of consultations and conferences to take them up again after a restart. */
export async function up(query: QueryInterface): Promise<void> {
  await query.addColumn('exchange_calls', 'consults', { type: exactText(64), allowNull: true });
  await query.addColumn('exchange_calls', 'peer', { type: exactText(20), allowNull: true });
  await query.addColumn('exchange_calls', 'conference', { type: exactText(64), allowNull: true });
  await query.addColumn('exchange_calls', 'also_known_as', { type: DataTypes.TEXT, allowNull: true });
}

export async function down(query: QueryInterface): Promise<void> {
  // Not `removeColumn`: on SQLite it makes the table anew.
  for (const column of COLUMNS) await query.sequelize.query(`ALTER TABLE exchange_calls DROP COLUMN ${column}`);
}
