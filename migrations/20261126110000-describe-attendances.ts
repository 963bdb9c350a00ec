import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, idColumn, momentColumn, reference } from '../src/platform/db/migration-tools.js';

/**
 * What an attendance is, how it ended, and who had it. The names of subject and outcome are stored as they were when they
 * were chosen, beside their reasons: what was typed as a subject before there was a list stays as it is.
 */
const COLUMNS = {
  // normal, anonymous, confidential
  kind: { type: DataTypes.STRING(12), allowNull: false, defaultValue: 'normal' },
  // No foreign keys: SQLite could not drop the columns again. A reason that is used is retired, never deleted.
  subject_reason_id: { type: DataTypes.INTEGER, allowNull: true },
  outcome_reason_id: { type: DataTypes.INTEGER, allowNull: true },
  outcome: { type: DataTypes.STRING(120), allowNull: false, defaultValue: '' },
  ura_digits: { type: DataTypes.STRING(32), allowNull: true },
  ura_menu: { type: DataTypes.STRING(120), allowNull: true },
} as const;

const INDEXES = [['opened_at'], ['state', 'opened_at'], ['subject_reason_id'], ['outcome_reason_id']] as const;

export async function up(query: QueryInterface): Promise<void> {
  for (const [name, column] of Object.entries(COLUMNS)) await query.addColumn('attendances', name, column);
  for (const fields of INDEXES) await query.addIndex('attendances', [...fields]);
  await createTable(query, 'attendance_events', {
    id: idColumn,
    attendance_id: reference('attendances', { onDelete: 'CASCADE' }),
    at: momentColumn,
    // issued, opened, handed-over, finished, reopened, abandoned
    type: { type: exactText(12), allowNull: false },
    // Who did it, or whose it became; null for the system and the URA.
    user_id: reference('users', { optional: true }),
    // Who had it before.
    from_id: reference('users', { optional: true }),
    reason: { type: DataTypes.STRING(300), allowNull: false, defaultValue: '' },
  });
  await query.addIndex('attendance_events', ['attendance_id', 'id']);
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('attendance_events');
  for (const fields of INDEXES) await query.removeIndex('attendances', [...fields]);
  // Not `removeColumn`: for SQLite it makes the table anew, and callbacks lose what they continue.
  for (const name of Object.keys(COLUMNS)) {
    await query.sequelize.query(`ALTER TABLE attendances DROP COLUMN ${name}`);
  }
}
