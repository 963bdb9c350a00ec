import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, idColumn, momentColumn } from '../src/platform/db/migration-tools.js';

/** Who changed what. People and records are named, not referenced: an entry outlives both. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'audit_entries', {
    id: idColumn,
    at: momentColumn,
    // Null: the system itself.
    user_id: { type: DataTypes.INTEGER, allowNull: true },
    user_name: { type: DataTypes.STRING(120), allowNull: false },
    address: { type: exactText(60), allowNull: true },
    action: { type: exactText(30), allowNull: false },
    subject: { type: exactText(30), allowNull: false },
    subject_id: { type: exactText(60), allowNull: true },
    subject_name: { type: DataTypes.STRING(160), allowNull: false },
    // JSON of the fields that differ.
    before: { type: DataTypes.TEXT, allowNull: true },
    after: { type: DataTypes.TEXT, allowNull: true },
  });
  await query.addIndex('audit_entries', ['at']);
  await query.addIndex('audit_entries', ['subject', 'subject_id']);
  await query.addIndex('audit_entries', ['user_id']);
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('audit_entries');
}
