import { DataTypes, type QueryInterface } from 'sequelize';
import {
  createTable,
  exactText,
  idColumn,
  momentColumn,
  optionalMomentColumn,
  reference,
  timestamps,
} from '../src/platform/db/migration-tools.js';

export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'attendances', {
    id: idColumn,
    protocol: { type: exactText(20), allowNull: false, unique: true },
    call_id: { type: exactText(64), allowNull: true },
    customer_id: reference('customers', { optional: true }),
    agent_id: reference('users', { optional: true }),
    queue_id: reference('queues', { optional: true }),
    // open, finished
    state: { type: exactText(10), allowNull: false },
    subject: { type: DataTypes.STRING(120), allowNull: false, defaultValue: '' },
    description: { type: DataTypes.TEXT, allowNull: false },
    opened_at: momentColumn,
    saved_at: optionalMomentColumn,
    finished_at: optionalMomentColumn,
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  });
  await query.addIndex('attendances', ['customer_id', 'opened_at']);
  await query.addIndex('attendances', ['agent_id', 'opened_at']);
  // One call has one record: the index is what makes opening it twice harmless.
  await query.addIndex('attendances', ['call_id'], { unique: true });
  // One row a day, counted up in the transaction that opens the attendance.
  await createTable(query, 'protocol_counters', {
    day: { type: exactText(8), allowNull: false, primaryKey: true },
    last_number: { type: DataTypes.INTEGER, allowNull: false },
  });
  await createTable(query, 'callbacks', {
    id: idColumn,
    number: { type: exactText(20), allowNull: false },
    customer_id: reference('customers', { optional: true }),
    owner_id: reference('users', { optional: true }),
    queue_id: reference('queues', { optional: true }),
    attendance_id: reference('attendances', { optional: true }),
    created_by: reference('users', { optional: true }),
    due_at: momentColumn,
    window_end_at: momentColumn,
    time_zone: { type: exactText(64), allowNull: false },
    notes: { type: DataTypes.STRING(500), allowNull: false, defaultValue: '' },
    state: { type: exactText(12), allowNull: false },
    reason: { type: exactText(60), allowNull: true },
    attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    max_attempts: { type: DataTypes.INTEGER, allowNull: false },
    next_attempt_at: momentColumn,
    // The process that is acting on it, and until when it may be believed to be alive.
    claimed_by: { type: exactText(64), allowNull: true },
    claimed_until: optionalMomentColumn,
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  // In the order the tick asks: without it, locking reads lock every row of the state.
  await query.addIndex('callbacks', ['state', 'next_attempt_at', 'id']);
  await query.addIndex('callbacks', ['owner_id', 'state']);
  await createTable(query, 'callback_attempts', {
    id: idColumn,
    callback_id: reference('callbacks', { onDelete: 'CASCADE' }),
    n: { type: DataTypes.INTEGER, allowNull: false },
    // Chosen and stored before dialling; the exchange is asked for it before any second dial.
    call_id: { type: exactText(64), allowNull: false, unique: true },
    agent_id: reference('users', { optional: true }),
    offered_at: momentColumn,
    accepted_at: optionalMomentColumn,
    answered_at: optionalMomentColumn,
    ended_at: optionalMomentColumn,
    // Null while it runs.
    result: { type: exactText(20), allowNull: true },
  });
  await query.addIndex('callback_attempts', ['callback_id', 'n'], { unique: true });
  await createTable(query, 'leases', {
    name: { type: exactText(60), allowNull: false, primaryKey: true },
    owner: { type: exactText(64), allowNull: false },
    expires_at: momentColumn,
  });
  await createTable(query, 'settings', {
    key: { type: exactText(60), allowNull: false, primaryKey: true },
    value: { type: DataTypes.TEXT, allowNull: false },
    ...timestamps,
  });
}

export async function down(query: QueryInterface): Promise<void> {
  const tables = ['settings', 'leases', 'callback_attempts', 'callbacks', 'protocol_counters', 'attendances'];
  for (const table of tables) await query.dropTable(table);
}
