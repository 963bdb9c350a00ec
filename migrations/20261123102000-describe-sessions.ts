import { DataTypes, type QueryInterface } from 'sequelize';
import { exactText, optionalMomentColumn } from '../src/platform/db/migration-tools.js';

const COLUMNS = ['signed_in_at', 'address', 'user_agent'];

/** Where and since when somebody is signed in, for "Usuários Logados". Sessions from before tell nothing of it. */
export async function up(query: QueryInterface): Promise<void> {
  await query.addColumn('sessions', 'signed_in_at', optionalMomentColumn);
  await query.addColumn('sessions', 'address', { type: exactText(60), allowNull: true });
  await query.addColumn('sessions', 'user_agent', { type: DataTypes.STRING(300), allowNull: true });
}

export async function down(query: QueryInterface): Promise<void> {
  // Sequelize would make the table anew on SQLite, without its indexes.
  for (const column of COLUMNS) await query.sequelize.query(`ALTER TABLE sessions DROP COLUMN ${column}`);
}
