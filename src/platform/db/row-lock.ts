import { QueryTypes, type Transaction } from 'sequelize';
import { type Database } from './database.js';

/**
 * Holds a row of `leases` until the transaction ends, so that those who do the same wait their turn. SQLite has one
 * writer at a time anyway. Throws an error (a defect) when there is no row of that name: without it nobody would wait.
 */
export async function lockNamedRow(db: Database, name: string, transaction: Transaction): Promise<void> {
  const rows = await db.sequelize.query<{ name: string }>(
    `SELECT name FROM leases WHERE name = :name${db.dialect === 'sqlite' ? '' : ' FOR UPDATE'}`,
    { type: QueryTypes.SELECT, replacements: { name }, transaction },
  );
  if (rows.length === 0) throw new Error(`the row "${name}" to be locked is missing`);
}
