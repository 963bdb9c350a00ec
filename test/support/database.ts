import { loadConfig, type DatabaseConfig } from '../../src/platform/config/config.js';
import { onTestServer, testDatabaseUrl } from './mariadb.js';

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
  await onTestServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  return toTestDatabase(testDatabaseUrl(name), () => onTestServer(`DROP DATABASE ${name}`));
}

function toTestDatabase(url: string, drop: () => Promise<void>): TestDatabase {
  return { url, config: loadConfig({ DATABASE_URL: url }).database, drop };
}
