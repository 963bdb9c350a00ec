import { type QueryInterface } from 'sequelize';
import {
  createTable,
  exactText,
  momentColumn,
  optionalMomentColumn,
  reference,
} from '../src/platform/db/migration-tools.js';

/** One-time links with which a person chooses a password. Who reads the table learns no link. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'password_links', {
    // SHA-256 of the token, hexadecimal. The token is random enough to need no salt.
    token_hash: { type: exactText(64), allowNull: false, primaryKey: true },
    user_id: reference('users', { onDelete: 'CASCADE' }),
    created_at: momentColumn,
    expires_at: momentColumn,
    used_at: optionalMomentColumn,
  });
  await query.addIndex('password_links', ['user_id']);
}

export async function down(query: QueryInterface): Promise<void> {
  await query.dropTable('password_links');
}
