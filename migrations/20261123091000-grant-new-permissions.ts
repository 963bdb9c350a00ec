import { QueryTypes, type QueryInterface } from 'sequelize';

/** Queues and the built-in exchange have screens now: whoever sets up the integration may open them. */
const GRANTED = ['queues.list', 'queues.edit', 'exchange.list', 'exchange.edit'];

export async function up(query: QueryInterface): Promise<void> {
  const { sequelize } = query;
  for (const permission of GRANTED) {
    await sequelize.query(
      `INSERT INTO profile_permissions (profile_id, permission)
       SELECT profile_id, :permission FROM profile_permissions WHERE permission = 'general-settings'`,
      { type: QueryTypes.INSERT, replacements: { permission } },
    );
  }
}

export async function down(query: QueryInterface): Promise<void> {
  await query.bulkDelete('profile_permissions', { permission: GRANTED });
}
