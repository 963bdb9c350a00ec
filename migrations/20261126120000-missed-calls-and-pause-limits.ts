import { DataTypes, type QueryInterface } from 'sequelize';
import { exactText, optionalMomentColumn } from '../src/platform/db/migration-tools.js';

const OF_PAUSES = ['pause_cause', 'pause_began_at', 'limit_seconds'] as const;

/** Calls that were not taken pause their agent, by queue; what is needed to say how long a pause was, and how much too long. */
export async function up(query: QueryInterface): Promise<void> {
  await query.addColumn('queues', 'missed_limit', { type: DataTypes.INTEGER, allowNull: true, defaultValue: 2 });
  // Queues that are in use go on as they did, until somebody decides otherwise.
  await query.sequelize.query('UPDATE queues SET missed_limit = NULL');
  await query.addColumn('agent_intervals', 'pause_cause', { type: exactText(12), allowNull: true });
  await query.addColumn('agent_intervals', 'pause_began_at', { ...optionalMomentColumn });
  await query.addColumn('agent_intervals', 'limit_seconds', { type: DataTypes.INTEGER, allowNull: true });
}

export async function down(query: QueryInterface): Promise<void> {
  // Not `removeColumn`: on SQLite it makes the table anew, and what refers to it would go with the old one.
  for (const column of OF_PAUSES) await query.sequelize.query(`ALTER TABLE agent_intervals DROP COLUMN ${column}`);
  await query.sequelize.query('ALTER TABLE queues DROP COLUMN missed_limit');
}
