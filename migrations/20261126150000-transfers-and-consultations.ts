import { DataTypes, type QueryInterface } from 'sequelize';
import {
  createTable,
  exactText,
  idColumn,
  momentColumn,
  optionalMomentColumn,
  reference,
} from '../src/platform/db/migration-tools.js';

const duration = { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 } as const;

/** Who had a call, one after another; which call a consultation is about, and who answered it. */
export async function up(query: QueryInterface): Promise<void> {
  await query.addColumn('calls', 'consults', { type: exactText(64), allowNull: true });
  await query.addColumn('calls', 'peer_agent_id', { type: DataTypes.INTEGER, allowNull: true });
  await query.addIndex('calls', ['consults']);
  await createTable(query, 'call_parts', {
    id: idColumn,
    call_id: { type: exactText(64), allowNull: false },
    part: { type: DataTypes.INTEGER, allowNull: false },
    agent_id: reference('users', { optional: true }),
    started_at: momentColumn,
    ended_at: optionalMomentColumn,
    talked_ms: duration,
    held_ms: duration,
    wrap_up_ms: duration,
  });
  await query.addIndex('call_parts', ['call_id', 'part'], { unique: true });
  await query.addIndex('call_parts', ['agent_id', 'started_at']);
  // Until now whoever answered a call had it to its end.
  await query.sequelize.query(
    `INSERT INTO call_parts (call_id, part, agent_id, started_at, ended_at, talked_ms, held_ms, wrap_up_ms)
     SELECT id, 0, agent_id, answered_at, ended_at, talked_ms, held_ms, wrap_up_ms FROM calls
     WHERE answered_at IS NOT NULL`,
  );
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('call_parts');
  await query.removeIndex('calls', ['consults']);
  // Of SQLite Sequelize would make the table anew, without what refers to it.
  if (query.sequelize.getDialect() === 'sqlite') {
    await query.sequelize.query('ALTER TABLE calls DROP COLUMN peer_agent_id');
    await query.sequelize.query('ALTER TABLE calls DROP COLUMN consults');
  } else {
    await query.removeColumn('calls', 'peer_agent_id');
    await query.removeColumn('calls', 'consults');
  }
}
