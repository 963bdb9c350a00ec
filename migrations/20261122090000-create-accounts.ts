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
  await createTable(query, 'profiles', {
    id: idColumn,
    name: { type: DataTypes.STRING(60), allowNull: false },
    name_key: { type: exactText(60), allowNull: false, unique: true },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await createTable(query, 'profile_permissions', {
    profile_id: { ...reference('profiles', { onDelete: 'CASCADE' }), primaryKey: true },
    permission: { type: exactText(60), allowNull: false, primaryKey: true },
  });
  await createTable(query, 'users', {
    id: idColumn,
    login: { type: DataTypes.STRING(60), allowNull: false },
    login_key: { type: exactText(60), allowNull: false, unique: true },
    name: { type: DataTypes.STRING(120), allowNull: false },
    // Null while the person signs in with the exchange's password.
    password_hash: { type: DataTypes.STRING(255), allowNull: true },
    profile_id: reference('profiles'),
    locale: { type: exactText(10), allowNull: true },
    is_active: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
    exchange_login: { type: exactText(60), allowNull: true, unique: true },
    extension: { type: exactText(20), allowNull: true, unique: true },
    locality: { type: DataTypes.STRING(60), allowNull: true },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await createTable(query, 'sessions', {
    sid: { type: exactText(128), allowNull: false, primaryKey: true },
    user_id: reference('users', { optional: true, onDelete: 'CASCADE' }),
    data: { type: DataTypes.TEXT, allowNull: false },
    expires_at: momentColumn,
    last_seen_at: optionalMomentColumn,
  });
  await query.addIndex('sessions', ['expires_at']);
  await query.addIndex('sessions', ['user_id']);
}

export async function down(query: QueryInterface): Promise<void> {
  for (const table of ['sessions', 'users', 'profile_permissions', 'profiles']) await query.dropTable(table);
}
