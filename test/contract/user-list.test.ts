import assert from 'node:assert/strict';
import { QueryTypes } from 'sequelize';
import { SequelizeAuditRepository } from '../../src/modules/audit/index.js';
import { SequelizeUserRepository, Users } from '../../src/modules/users/index.js';
import { searchKey } from '../../src/shared/text-key.js';
import { openBareDatabase, type BareDatabase } from '../support/bare-database.js';

const MANY = 10_000;
const FIRST_NAMES = ['Ana', 'Bruno', 'Érica', 'ÁGATA', 'João', 'Zélia', 'Íris', 'Otávio'];

/** Fast enough with room for a machine that is busy with other things; a query a row would take many times this. */
const PAGE_MS = 400;

describe('the list of 10,000 users', function () {
  this.timeout(60_000);
  let database: BareDatabase;
  let users: Users;
  const statements: string[] = [];

  before(async () => {
    database = await openBareDatabase();
    const { db } = database;
    const kept = { version: 0, created_at: new Date(), updated_at: new Date() };
    await database.insert('profiles', [
      { id: 1, name: 'Atendente', name_key: 'atendente', ...kept },
      { id: 2, name: 'Supervisor', name_key: 'supervisor', ...kept },
    ]);
    const rows = Array.from({ length: MANY }, (_, n) => {
      const name = `${FIRST_NAMES[n % FIRST_NAMES.length]!} Silva ${String(n).padStart(5, '0')}`;
      return {
        login: `pessoa.${String(n)}`,
        login_key: `pessoa.${String(n)}`,
        name,
        name_key: searchKey(name),
        profile_id: n % 100 === 0 ? 2 : 1,
        is_active: n % 10 !== 0,
        exchange_login: n % 2 === 0 ? `u${String(n)}` : null,
        extension: n % 2 === 0 ? String(n + 10) : null,
        ...kept,
      };
    });
    await db.write(async (transaction) => {
      for (let i = 0; i < rows.length; i += 500) {
        await db.sequelize.getQueryInterface().bulkInsert('users', rows.slice(i, i + 500), { transaction });
      }
    });
    users = new Users({
      repository: new SequelizeUserRepository(db, new SequelizeAuditRepository(db, () => new Date())),
    });
    // Its types keep the options to itself.
    const { options } = db.sequelize as unknown as { options: { logging: (statement: string) => void } };
    options.logging = (statement) => {
      statements.push(statement);
    };
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    statements.length = 0;
  });

  for (const [name, search, total] of [
    ['as it opens', {}, MANY],
    ['on its last page', { page: 400 }, MANY],
    ['searched with an accent it does not need', { text: 'ágata' }, MANY / 8],
    ['searched without the accent it has', { text: 'ERICA' }, MANY / 8],
    ['searched by login', { text: 'pessoa.9999' }, 1],
    ['filtered', { state: 'inactive', association: 'associated', profileId: 2 }, MANY / 100],
    ['sorted by login, downwards', { sort: 'login', descending: true }, MANY],
    ['sorted by profile', { sort: 'profile' }, MANY],
    ['sorted by extension', { sort: 'extension' }, MANY],
    ['sorted by the exchange’s login', { sort: 'unity' }, MANY],
    ['sorted by state', { sort: 'status', descending: true }, MANY],
  ] as const) {
    it(`${name} is two queries, and soon there`, async () => {
      await users.list(search);
      statements.length = 0;
      const startedAt = performance.now();
      const page = await users.list(search);
      const ms = performance.now() - startedAt;
      assert.equal(page.total, total);
      assert.equal(page.users.length, Math.min(25, total));
      assert.equal(statements.length, 2, statements.join('\n'));
      assert.ok(ms < PAGE_MS, `${ms.toFixed(0)} ms`);
    });
  }

  it('has every user on one page and no other, whatever sorts', async () => {
    for (const sort of ['name', 'profile', 'extension', 'status'] as const) {
      const seen = new Set<number>();
      for (let page = 1; page <= 10; page += 1) {
        for (const { id } of (await users.list({ sort, page, pageSize: 1000 })).users) seen.add(id);
      }
      assert.equal(seen.size, MANY, sort);
    }
  });

  it('opens from an index, without sorting all users', async () => {
    await users.list({});
    const query = statements.find((each) => each.includes('ORDER BY'))!.replace(/^Executing \([^)]*\): /, '');
    const plan = await database.db.sequelize.query<Record<string, unknown>>(
      `${database.db.dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} ${query}`,
      { type: QueryTypes.SELECT },
    );
    const said = JSON.stringify(plan);
    assert.match(said, /users_name_key_id/);
    assert.doesNotMatch(said, /TEMP B-TREE|filesort|temporary/i);
  });
});
