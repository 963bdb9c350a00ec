import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, idColumn } from '../src/platform/db/migration-tools.js';

const VERSIONED = ['exchange_users', 'exchange_queues', 'exchange_pause_reasons'] as const;
const version = { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 } as const;

/** The built-in exchange's directory has pages: its rows get versions, and its localities a list of their own. */
export async function up(query: QueryInterface): Promise<void> {
  for (const table of VERSIONED) await query.addColumn(table, 'version', { ...version });
  await createTable(query, 'exchange_localities', {
    id: idColumn,
    name: { type: exactText(60), allowNull: false, unique: true },
    version: { ...version },
  });
  await query.sequelize.query('INSERT INTO exchange_localities (name) SELECT DISTINCT locality FROM exchange_users');
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('exchange_localities');
  for (const table of VERSIONED) await query.sequelize.query(`ALTER TABLE ${table} DROP COLUMN version`);
}
