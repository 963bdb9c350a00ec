import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, optionalMomentColumn, timestamps } from '../src/platform/db/migration-tools.js';

/** How the application reaches its exchange: one row, with the id 1. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'integration_settings', {
    id: { type: DataTypes.INTEGER, primaryKey: true, allowNull: false },
    platform: { type: exactText(20), allowNull: false },
    /** What is no secret, as JSON. */
    fields: { type: DataTypes.TEXT, allowNull: false },
    /** Each secret by its name, sealed, as JSON. */
    secrets: { type: DataTypes.TEXT, allowNull: false },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    /** When the connection was tested with these very values; null when it was not. */
    tested_at: optionalMomentColumn,
    test_result: { type: DataTypes.TEXT, allowNull: true },
    ...timestamps,
  });
  const now = new Date();
  await query.bulkInsert('integration_settings', [
    { id: 1, platform: 'exchange', fields: '{}', secrets: '{}', version: 0, created_at: now, updated_at: now },
  ]);
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('integration_settings');
}
