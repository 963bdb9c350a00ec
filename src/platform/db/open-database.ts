import path from 'node:path';
import { type Options } from 'sequelize';
import { type DatabaseConfig } from '../config/config.js';
import { makeFolder } from '../make-folder.js';
import { paths } from '../paths.js';
import { Database } from './database.js';
import { createMigrator } from './migrator.js';

/** The database cannot be used; the message is a sentence for the person who started the server. */
export class DatabaseUnavailableError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'DatabaseUnavailableError';
  }
}

/**
 * Opens the database and brings its tables up to date. Throws `DatabaseUnavailableError` when it cannot be opened; a
 * migration that fails is a defect and comes through as it is.
 */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  const where = config.kind === 'sqlite' ? config.file : `${config.url.host}${config.url.pathname}`;
  let db: Database | null = null;
  try {
    if (config.kind === 'sqlite' && config.file !== ':memory:') {
      makeFolder(path.dirname(config.file));
    }
    db = new Database(toOptions(config));
    await db.sequelize.authenticate();
    // Readers do not wait for the writer, nor it for them.
    if (config.kind === 'sqlite' && config.file !== ':memory:') await db.sequelize.query('PRAGMA journal_mode = WAL');
  } catch (error) {
    await db?.close().catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    throw new DatabaseUnavailableError(`The database ${where} cannot be opened (${why}). Check DATABASE_URL.`, error);
  }
  try {
    await createMigrator(db.sequelize, paths.migrations).up();
  } catch (error) {
    await db.close();
    throw error;
  }
  return db;
}

/** Sequelize’s options for a configured database. */
export function toOptions(config: DatabaseConfig): Options {
  if (config.kind === 'sqlite') return { dialect: 'sqlite', storage: config.file };
  const { url } = config;
  return {
    dialect: 'mysql',
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    dialectOptions: { charset: 'utf8mb4' },
    pool: { max: 10 },
  };
}
