import mysql from 'mysql2/promise';
import { mariaDbUrl } from './run/needs.js';

/** The server on which tests make databases of their own, as `MARIADB_URL` says. */
export function testServer(): {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
} {
  const url = new URL(mariaDbUrl(process.env));
  return {
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** Where the application finds one of these databases, as its `DATABASE_URL`. */
export function testDatabaseUrl(name: string): string {
  const url = new URL(mariaDbUrl(process.env));
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement outside any database: to make one, or to drop it. */
export async function onTestServer(statement: string): Promise<void> {
  const connection = await mysql.createConnection(testServer());
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
