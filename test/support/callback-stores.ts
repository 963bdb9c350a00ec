import { type CallbackRepository } from '../../src/modules/callbacks/callback.port.js';
import { SequelizeCallbackRepository } from '../../src/modules/callbacks/callback.repository.js';
import { openBareDatabase, seedPeople, type BareDatabase } from './bare-database.js';
import { InMemoryCallbackRepository } from './in-memory-callbacks.js';

/** Somewhere promises are kept, and a way to look at it from another process. */
export interface CallbackStore extends AsyncDisposable {
  readonly repository: CallbackRepository;
  another(): CallbackRepository;
  readonly database: BareDatabase | null;
  /** Forgets every promise: tables are made once a suite, which on MariaDB takes a second. */
  clear(): Promise<void>;
}

/** Agents 7, 8 and 9; customers 1 and 2. */
export const STORES: readonly { readonly name: string; readonly open: () => Promise<CallbackStore> }[] = [
  {
    name: 'in memory',
    open: (): Promise<CallbackStore> => {
      const make = (): CallbackRepository =>
        new InMemoryCallbackRepository({
          customers: new Map([
            [1, 'Beatriz Nunes'],
            [2, 'Caio 100% Prado'],
          ]),
          users: new Map([7, 8, 9].map((id) => [id, `Pessoa ${String(id)}`])),
        });
      let repository = make();
      return Promise.resolve({
        get repository() {
          return repository;
        },
        another: () => repository,
        database: null,
        clear: () => {
          repository = make();
          return Promise.resolve();
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    },
  },
  {
    name: process.env['DATABASE'] === 'mysql' ? 'on MariaDB' : 'on SQLite',
    open: async (): Promise<CallbackStore> => {
      const database = await openBareDatabase();
      await seedPeople(database, [7, 8, 9]);
      const another = new SequelizeCallbackRepository(database.another());
      return {
        repository: new SequelizeCallbackRepository(database.db),
        another: () => another,
        database,
        clear: () => database.clear(['callback_attempts', 'callbacks']),
        [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
      };
    },
  },
];
