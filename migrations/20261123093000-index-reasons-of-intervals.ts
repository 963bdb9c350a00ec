import { type QueryInterface } from 'sequelize';

/** Whether a reason was ever used is asked before it is deleted, of a table that grows by thousands a day. */
export async function up(query: QueryInterface): Promise<void> {
  await query.addIndex('agent_intervals', ['reason_id'], { name: 'agent_intervals_reason' });
}

export async function down(query: QueryInterface): Promise<void> {
  // MySQL keeps an index under every foreign key: it makes one of its own before this one goes.
  if (query.sequelize.getDialect() !== 'sqlite') {
    await query.addIndex('agent_intervals', ['reason_id'], { name: 'agent_intervals_reason_key' });
  }
  await query.removeIndex('agent_intervals', 'agent_intervals_reason');
}
