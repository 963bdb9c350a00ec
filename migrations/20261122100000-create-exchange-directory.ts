import { DataTypes, type QueryInterface } from 'sequelize';
import {
  createTable,
  exactText,
  idColumn,
  momentColumn,
  optionalMomentColumn,
  reference,
} from '../src/platform/db/migration-tools.js';

/**
 * What the built-in exchange keeps: its own directory, which another exchange would bring along, the state of its
 * queues' members, and its calls.
 */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'exchange_users', {
    id: idColumn,
    login: { type: exactText(60), allowNull: false, unique: true },
    // argon2
    password_hash: { type: DataTypes.STRING(255), allowNull: false },
    name: { type: DataTypes.STRING(120), allowNull: false },
    locality: { type: DataTypes.STRING(60), allowNull: false },
    extension: { type: exactText(20), allowNull: false, unique: true },
    // Null: not paused.
    pause_reason: { type: DataTypes.STRING(60), allowNull: true },
  });
  await createTable(query, 'exchange_queues', {
    id: idColumn,
    name: { type: exactText(60), allowNull: false, unique: true },
    number: { type: exactText(20), allowNull: false, unique: true },
    // longest-idle, round-robin, ring-all
    strategy: { type: exactText(20), allowNull: false },
    ring_seconds: { type: DataTypes.INTEGER, allowNull: false },
    max_wait_seconds: { type: DataTypes.INTEGER, allowNull: false },
  });
  await createTable(query, 'exchange_queue_members', {
    queue_id: { ...reference('exchange_queues', { onDelete: 'CASCADE' }), primaryKey: true },
    user_id: { ...reference('exchange_users', { onDelete: 'CASCADE' }), primaryKey: true },
    // Null: may log in, but has not.
    logged_in_at: optionalMomentColumn,
  });
  await createTable(query, 'exchange_pause_reasons', {
    id: idColumn,
    name: { type: exactText(60), allowNull: false, unique: true },
  });
  // Customers' lines that may register here, for the demonstration: the built-in exchange has no trunk.
  await createTable(query, 'exchange_customer_lines', {
    id: idColumn,
    // E.164
    number: { type: exactText(20), allowNull: false, unique: true },
    name: { type: DataTypes.STRING(120), allowNull: false },
  });
  await createTable(query, 'exchange_calls', {
    // Primary key, so that an id chosen before dialling can be taken once only.
    call_id: { type: exactText(64), allowNull: false, primaryKey: true },
    direction: { type: exactText(10), allowNull: false },
    number: { type: exactText(32), allowNull: false },
    queue: { type: exactText(60), allowNull: true },
    extension: { type: exactText(20), allowNull: true },
    // waiting, dialling, talking, ended
    state: { type: exactText(10), allowNull: false },
    started_at: momentColumn,
    answered_at: optionalMomentColumn,
    ended_at: optionalMomentColumn,
    ended_by: { type: exactText(10), allowNull: true },
    cause: { type: exactText(20), allowNull: true },
  });
  await query.addIndex('exchange_calls', ['state']);
  await query.addIndex('exchange_calls', ['ended_at']);
}

export async function down(query: QueryInterface): Promise<void> {
  for (const table of [
    'exchange_calls',
    'exchange_customer_lines',
    'exchange_pause_reasons',
    'exchange_queue_members',
    'exchange_queues',
    'exchange_users',
  ]) {
    await query.dropTable(table);
  }
}
