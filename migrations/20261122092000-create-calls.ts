import { DataTypes, type QueryInterface } from 'sequelize';
import {
  createTable,
  exactText,
  idColumn,
  momentColumn,
  optionalMomentColumn,
  reference,
} from '../src/platform/db/migration-tools.js';

/** The journal: every call, what happened in it, and what each agent did when. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'calls', {
    // The exchange's id of the call, or the one we chose before dialling.
    id: { type: exactText(64), allowNull: false, primaryKey: true },
    direction: { type: exactText(10), allowNull: false },
    number: { type: exactText(32), allowNull: false },
    queue_id: reference('queues', { optional: true }),
    customer_id: reference('customers', { optional: true }),
    agent_id: reference('users', { optional: true }),
    // waiting, offered, dialling, talking, on-hold, ended
    state: { type: exactText(12), allowNull: false },
    started_at: momentColumn,
    answered_at: optionalMomentColumn,
    ended_at: optionalMomentColumn,
    waited_ms: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    // Without the time on hold.
    talked_ms: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    held_ms: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    wrap_up_ms: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    offers: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ended_by: { type: exactText(10), allowNull: true },
    end_cause: { type: exactText(20), allowNull: true },
  });
  await query.addIndex('calls', ['started_at']);
  await query.addIndex('calls', ['queue_id', 'started_at']);
  await query.addIndex('calls', ['agent_id', 'started_at']);
  await query.addIndex('calls', ['customer_id', 'started_at']);
  await query.addIndex('calls', ['state']);
  await createTable(query, 'call_events', {
    id: idColumn,
    call_id: {
      type: exactText(64),
      allowNull: false,
      references: { model: 'calls', key: 'id' },
      onDelete: 'CASCADE',
    },
    type: { type: exactText(30), allowNull: false },
    at: momentColumn,
    agent_id: reference('users', { optional: true }),
    detail: { type: DataTypes.STRING(255), allowNull: true },
  });
  await query.addIndex('call_events', ['call_id', 'at']);
  await createTable(query, 'agent_states', {
    agent_id: { ...reference('users', { onDelete: 'CASCADE' }), primaryKey: true },
    // The state machine's state as JSON; see agent-state.domain.ts.
    state: { type: DataTypes.TEXT, allowNull: false },
    version: { type: DataTypes.INTEGER, allowNull: false },
    since: momentColumn,
  });
  await createTable(query, 'agent_intervals', {
    id: idColumn,
    agent_id: reference('users', { onDelete: 'CASCADE' }),
    status: { type: exactText(12), allowNull: false },
    reason_id: reference('reasons', { optional: true }),
    call_id: { type: exactText(64), allowNull: true },
    started_at: momentColumn,
    ended_at: optionalMomentColumn,
  });
  await query.addIndex('agent_intervals', ['agent_id', 'started_at']);
  await query.addIndex('agent_intervals', ['started_at']);
}

export async function down(query: QueryInterface): Promise<void> {
  for (const table of ['agent_intervals', 'agent_states', 'call_events', 'calls']) await query.dropTable(table);
}
