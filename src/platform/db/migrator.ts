import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type QueryInterface, type Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';

interface Migration {
  up(context: QueryInterface): Promise<void>;
  down(context: QueryInterface): Promise<void>;
}

/**
 * Migrations are the only way a table comes to be, in tests too. Their names are recorded without extension: `.ts` under
 * tsx and `.js` in dist are one migration.
 */
export function createMigrator(sequelize: Sequelize, directory: string): Umzug<QueryInterface> {
  return new Umzug({
    context: sequelize.getQueryInterface(),
    storage: new SequelizeStorage({ sequelize, tableName: 'migrations' }),
    logger: undefined,
    migrations: {
      glob: ['*.{ts,js}', { cwd: directory, ignore: ['*.d.ts'] }],
      resolve: ({ path: file, context }) => {
        if (file === undefined) throw new Error('a migration without a file');
        const load = async (): Promise<Migration> => (await import(pathToFileURL(file).href)) as Migration;
        return {
          name: path.parse(file).name,
          up: async () => (await load()).up(context),
          down: async () => (await load()).down(context),
        };
      },
    },
  });
}
