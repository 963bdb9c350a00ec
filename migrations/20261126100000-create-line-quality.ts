import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, momentColumn, reference } from '../src/platform/db/migration-tools.js';

const number = { type: DataTypes.DOUBLE, allowNull: false } as const;
const optionalNumber = { type: DataTypes.DOUBLE, allowNull: true } as const;
/** A device as the browser names it. */
const label = { type: DataTypes.STRING(120), allowNull: true } as const;

/** How calls sounded at each agent's side, and the last test of each agent's equipment. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'call_lines', {
    // Not a reference: the first sample may come before the journal has stored the call.
    call_id: { type: exactText(64), allowNull: false, primaryKey: true },
    agent_id: { ...reference('users', { onDelete: 'CASCADE' }), primaryKey: true },
    seconds: number,
    round_trip_sum: number,
    round_trip_seconds: number,
    round_trip_worst: optionalNumber,
    jitter_sum: number,
    jitter_seconds: number,
    jitter_worst: optionalNumber,
    loss_sum: number,
    loss_worst: number,
    rating_sum: number,
    rating_worst: number,
    microphone: label,
    speaker: label,
    first_at: momentColumn,
    last_at: momentColumn,
  });
  await query.addIndex('call_lines', ['last_at']);
  await createTable(query, 'equipment_checks', {
    agent_id: { ...reference('users', { onDelete: 'CASCADE' }), primaryKey: true },
    checked_at: momentColumn,
    level: { type: exactText(10), allowNull: false },
    peak_db: optionalNumber,
    round_trip_ms: optionalNumber,
    microphone: label,
    speaker: label,
    ringer: label,
  });
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('equipment_checks');
  await query.dropTable('call_lines');
}
