import { Database } from '../../src/platform/db/database.js';
import { createMigrator } from '../../src/platform/db/migrator.js';
import { paths } from '../../src/platform/paths.js';
import { onTestServer, testServer } from './mariadb.js';

let made = 0;

/** A migrated database without the application around it: SQLite in memory, or MariaDB with `DATABASE=mysql`. */
export interface BareDatabase extends AsyncDisposable {
  readonly db: Database;
  /** A connection as another process would have; on SQLite in memory there is only the one. */
  another(): Database;
  /** Empties tables, in the order given. */
  clear(tables: readonly string[]): Promise<void>;
  /** Stores rows as they are, for what other modules keep. */
  insert(table: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
}

export async function openBareDatabase(): Promise<BareDatabase> {
  const isMysql = process.env['DATABASE'] === 'mysql';
  const name = `citrus_voz_bare_${String(process.pid)}_${String(++made)}`;
  if (isMysql) await onTestServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  const open: Database[] = [];
  const connect = (): Database => {
    const { user, ...server } = testServer();
    const db = isMysql
      ? new Database({ dialect: 'mysql', ...server, username: user, database: name, pool: { max: 10 } })
      : new Database({ dialect: 'sqlite', storage: ':memory:' });
    open.push(db);
    return db;
  };
  const db = connect();
  await createMigrator(db.sequelize, paths.migrations).up();
  return {
    db,
    another: () => (isMysql ? connect() : db),
    async clear(tables) {
      const query = db.sequelize.getQueryInterface();
      await db.write(async (transaction) => {
        for (const table of tables) await query.bulkDelete(table, {}, { transaction });
      });
    },
    async insert(table, rows) {
      const query = db.sequelize.getQueryInterface();
      await db.write(async (transaction) => {
        for (const row of rows) await query.insert(null, table, { ...row }, { transaction });
      });
    },
    async [Symbol.asyncDispose]() {
      for (const each of open) await each.close();
      if (isMysql) await onTestServer(`DROP DATABASE ${name}`);
    },
  };
}

/** Users with those ids, customers 1 and 2, and attendance 5. */
export async function seedPeople(database: BareDatabase, userIds: readonly number[]): Promise<void> {
  const kept = { version: 0, created_at: new Date(), updated_at: new Date() };
  await database.insert('profiles', [{ id: 1, name: 'Atendente', name_key: 'atendente', ...kept }]);
  await database.insert(
    'users',
    userIds.map((id) => ({
      id,
      login: `user${String(id)}`,
      login_key: `user${String(id)}`,
      name: `Pessoa ${String(id)}`,
      name_key: `pessoa ${String(id)}`,
      profile_id: 1,
      is_active: true,
      ...kept,
    })),
  );
  await database.insert('customers', [
    { id: 1, name: 'Beatriz Nunes', ...kept },
    { id: 2, name: 'Caio 100% Prado', ...kept },
  ]);
  await database.insert('attendances', [
    { id: 5, protocol: '202611240000010', state: 'finished', description: '', opened_at: new Date(), version: 0 },
  ]);
}
