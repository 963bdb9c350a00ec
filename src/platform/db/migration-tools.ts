import { DataTypes, type ModelAttributeColumnOptions, type ModelAttributes, type QueryInterface } from 'sequelize';

/** Row id: an unsigned integer counted by the database. */
export const idColumn: ModelAttributeColumnOptions = {
  type: DataTypes.INTEGER,
  primaryKey: true,
  autoIncrement: true,
  allowNull: false,
};

/** Moments are stored in UTC with milliseconds: two events of one call are often closer than a second. */
export const momentColumn = { type: DataTypes.DATE(3), allowNull: false } as const;
export const optionalMomentColumn = { type: DataTypes.DATE(3), allowNull: true } as const;

export const timestamps = { created_at: momentColumn, updated_at: momentColumn } as const;

/** A text that is compared byte by byte on every database: normalised keys, identifiers, states. */
export function exactText(length: number): ReturnType<typeof DataTypes.STRING> {
  return DataTypes.STRING(length, true);
}

/** A column that holds the id of a row elsewhere. */
export function reference(
  table: string,
  options: { readonly optional?: boolean; readonly onDelete?: 'CASCADE' | 'RESTRICT' | 'SET NULL' } = {},
): ModelAttributeColumnOptions {
  return {
    type: DataTypes.INTEGER,
    allowNull: options.optional ?? false,
    references: { model: table, key: 'id' },
    onDelete: options.onDelete ?? (options.optional === true ? 'SET NULL' : 'RESTRICT'),
    onUpdate: 'CASCADE',
  };
}

/** Makes a table with the character set that holds every name there is (MySQL's `utf8` does not). */
export async function createTable(query: QueryInterface, name: string, columns: ModelAttributes): Promise<void> {
  await query.createTable(name, columns, { charset: 'utf8mb4', collate: 'utf8mb4_unicode_ci', engine: 'InnoDB' });
}

/**
 * Adds a column for a normalised key to a table that has rows; empty until the migration fills it. Sequelize leaves the
 * default of a text that is compared byte by byte out on MariaDB, and a row stored without the key would be refused.
 */
export async function addKeyColumn(
  query: QueryInterface,
  table: string,
  column: string,
  length: number,
): Promise<void> {
  await query.addColumn(table, column, { type: exactText(length), allowNull: false, defaultValue: '' });
  if (query.sequelize.getDialect() === 'sqlite') return;
  const quote = (name: string): string => query.quoteIdentifier(name, true);
  await query.sequelize.query(`ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} SET DEFAULT ''`);
}
