import mysql from 'mysql2/promise';
import { loadConfig, type DatabaseConfig } from '../../src/platform/config/config.js';

const SERVER = { host: '127.0.0.1', port: 3306, user: 'root' } as const;
let made = 0;

/** A database that nobody else has. */
export interface TestDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly config: DatabaseConfig;
  drop(): Promise<void>;
}

/** SQLite in memory; with `DATABASE=mysql`, one made on the local MariaDB and dropped afterwards. */
export async function makeDatabase(): Promise<TestDatabase> {
  if (process.env['DATABASE'] !== 'mysql') return toTestDatabase(':memory:', () => Promise.resolve());
  const name = `citrus_voz_test_${String(process.pid)}_${String(++made)}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  return toTestDatabase(`mysql://${SERVER.user}@${SERVER.host}:${String(SERVER.port)}/${name}`, () =>
    onServer(`DROP DATABASE ${name}`),
  );
}

function toTestDatabase(url: string, drop: () => Promise<void>): TestDatabase {
  return { url, config: loadConfig({ DATABASE_URL: url }).database, drop };
}

async function onServer(statement: string): Promise<void> {
  const connection = await mysql.createConnection({ ...SERVER });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
