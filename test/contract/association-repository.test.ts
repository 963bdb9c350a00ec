import assert from 'node:assert/strict';
import { AuditTrail, SequelizeAuditRepository, type Actor } from '../../src/modules/audit/index.js';
import { type Import } from '../../src/modules/association/association.port.js';
import { SequelizeAssociationRepository } from '../../src/modules/association/association.repository.js';
import { type DirectoryUser } from '../../src/modules/telephony/telephony.port.js';
import { openBareDatabase, seedPeople, type BareDatabase } from '../support/bare-database.js';

const ACTOR: Actor = { userId: null, name: 'Chefe', address: null };
const QUEUES = ['cobrança', 'suporte', 'vendas'].map((name, index) => ({
  name,
  number: `500${String(index)}`,
  strategy: 'ring-all' as const,
}));

const user = (n: number): DirectoryUser => ({
  login: `unity${String(n)}`,
  name: `Unity ${String(n)}`,
  locality: 'Recife',
  extension: `100${String(n)}`,
  queues: QUEUES.map(({ name }) => name),
});
const into = (userId: number, n: number, over: Partial<Import> = {}): Import => ({
  userId,
  was: null,
  user: user(n),
  queues: QUEUES,
  ...over,
});

describe('the association’s repository', () => {
  let database: BareDatabase;
  let audit: AuditTrail;
  /** Two of them, as two processes have. */
  let here: SequelizeAssociationRepository;
  let there: SequelizeAssociationRepository;
  beforeEach(async () => {
    database = await openBareDatabase();
    await seedPeople(database, [1, 2, 3]);
    const rows = new SequelizeAuditRepository(database.db, () => new Date());
    audit = new AuditTrail({ repository: rows });
    here = new SequelizeAssociationRepository(database.db, rows);
    const another = database.another();
    there = new SequelizeAssociationRepository(another, new SequelizeAuditRepository(another, () => new Date()));
  });
  afterEach(async () => {
    await database[Symbol.asyncDispose]();
  });
  const codeOf = (result: PromiseSettledResult<unknown>): string =>
    result.status === 'fulfilled' ? 'done' : String((result.reason as { code?: string }).code);
  const person = async (id: number): Promise<readonly unknown[]> => {
    const [found] = await here.findMany([id]);
    return [found?.exchangeLogin, found?.extension, found?.queues.join()];
  };
  const ALL_QUEUES = 'cobrança,suporte,vendas';

  it('gives one exchange user to one of two people, whoever is first', async () => {
    const results = await Promise.allSettled([
      here.import('associated', [into(1, 7)], ACTOR),
      there.import('associated', [into(2, 7)], ACTOR),
    ]);
    assert.deepEqual(results.map(codeOf).sort(), ['conflict', 'done']);
    assert.equal((await here.holders()).size, 1);
    const loser = codeOf(results[0]) === 'done' ? 2 : 1;
    assert.deepEqual(await person(loser), [null, null, '']);
    assert.equal(await audit.last('association', loser), null, 'what was rolled back left no entry');
  });

  it('gives one person one of two exchange users, whoever is first', async () => {
    const results = await Promise.allSettled([
      here.import('associated', [into(1, 7)], ACTOR),
      there.import('associated', [into(1, 8)], ACTOR),
    ]);
    assert.deepEqual(results.map(codeOf).sort(), ['conflict', 'done']);
    const winner = codeOf(results[0]) === 'done' ? 7 : 8;
    assert.deepEqual(await person(1), [`unity${String(winner)}`, `100${String(winner)}`, ALL_QUEUES]);
  });

  it('creates an unknown queue once, though several bring it at the same time', async () => {
    const results = await Promise.allSettled(
      [1, 2, 3].map((id) => (id === 2 ? there : here).import('associated', [into(id, id)], ACTOR)),
    );
    assert.deepEqual(results.map(codeOf), ['done', 'done', 'done']);
    assert.deepEqual(
      (await here.queues()).map(({ exchangeName, number, isActive }) => [exchangeName, number, isActive]),
      [
        ['cobrança', '5000', true],
        ['suporte', '5001', true],
        ['vendas', '5002', true],
      ],
    );
    for (const id of [1, 2, 3]) assert.equal((await person(id))[2], ALL_QUEUES);
  });

  it('says which of login and extension is taken', async () => {
    await here.import('associated', [into(1, 7)], ACTOR);
    await assert.rejects(here.import('associated', [into(2, 7, { user: { ...user(7), extension: '9' } })], ACTOR), {
      code: 'conflict',
      field: 'exchangeLogin',
    });
    await assert.rejects(here.import('associated', [into(2, 8, { user: { ...user(8), extension: '1007' } })], ACTOR), {
      code: 'conflict',
      field: 'extension',
    });
    assert.deepEqual(await here.holderOfExtension('1007'), { userId: 1, name: 'Pessoa 1' });
    assert.equal(await here.holderOfExtension('9'), null);
  });

  it('refuses what was overtaken, and nobody', async () => {
    await here.import('associated', [into(1, 7)], ACTOR);
    await assert.rejects(here.import('associated', [into(1, 8)], ACTOR), { name: 'StaleError' });
    await assert.rejects(here.dissociate(1, 'unity8', null, ACTOR), { name: 'StaleError' });
    await assert.rejects(here.import('associated', [into(99, 8)], ACTOR), { code: 'not-found' });
    await assert.rejects(here.dissociate(99, 'unity8', null, ACTOR), { code: 'not-found' });
    assert.deepEqual(await person(1), ['unity7', '1007', ALL_QUEUES]);
  });

  it('dissociates once, though two ask at the same time', async () => {
    await here.import('associated', [into(1, 7)], ACTOR);
    const results = await Promise.allSettled([
      here.dissociate(1, 'unity7', 'um', ACTOR),
      there.dissociate(1, 'unity7', 'dois', ACTOR),
    ]);
    assert.deepEqual(results.map(codeOf).sort(), ['conflict', 'done']);
    assert.deepEqual(await person(1), [null, null, '']);
  });

  it('lets people trade extensions in one step, and does all or nothing', async () => {
    await here.import('associated', [into(1, 1)], ACTOR);
    await here.import('associated', [into(2, 2)], ACTOR);
    const trade = [
      into(1, 1, { was: 'unity1', user: { ...user(1), extension: '1002' } }),
      into(2, 2, { was: 'unity2', user: { ...user(2), extension: '1001' } }),
    ];
    await here.import('synchronised', trade, ACTOR);
    assert.deepEqual([(await person(1))[1], (await person(2))[1]], ['1002', '1001']);
    assert.deepEqual((await audit.last('association', 1))?.before, { extension: '1001' });
    await here.import('associated', [into(3, 3)], ACTOR);
    const clash = trade.map((each, index) => ({
      ...each,
      user: { ...each.user, extension: index === 0 ? '55' : '1003' },
    }));
    await assert.rejects(here.import('synchronised', clash, ACTOR), { code: 'conflict', field: 'extension' });
    assert.deepEqual([(await person(1))[1], (await person(2))[1]], ['1002', '1001']);
  });

  it('retires, brings back, renumbers and creates queues', async () => {
    await here.import('associated', [into(1, 7)], ACTOR);
    const nova = { name: 'nova', number: '5010', strategy: 'ring-all' as const };
    await here.synchroniseQueues({ added: [nova], returned: [], renumbered: [], gone: ['vendas'] }, ACTOR);
    await here.synchroniseQueues(
      {
        added: [],
        returned: [{ ...nova, name: 'vendas' }],
        renumbered: [{ name: 'vendas', number: { before: '5002', after: '5012' } }],
        gone: ['nova'],
      },
      ACTOR,
    );
    assert.deepEqual(
      (await here.queues()).map(
        ({ exchangeName, number, isActive }) => `${exchangeName} ${number} ${String(isActive)}`,
      ),
      ['cobrança 5000 true', 'nova 5010 false', 'suporte 5001 true', 'vendas 5012 true'],
    );
  });

  it('lists by name, searched and filtered', async () => {
    await here.import('associated', [into(2, 7)], ACTOR);
    const names = async (text: string, show: 'all' | 'associated' | 'free', page = 1): Promise<string> => {
      const { people, total } = await here.list({ text, show, page, pageSize: 2 });
      return `${people.map(({ id }) => id).join()} of ${String(total)}`;
    };
    assert.equal(await names('', 'all'), '1,2 of 3');
    assert.equal(await names('', 'all', 2), '3 of 3');
    assert.equal(await names('', 'associated'), '2 of 1');
    assert.equal(await names('', 'free'), '1,3 of 2');
    assert.equal(await names('user3', 'all'), '3 of 1');
    assert.equal(await names('%', 'all'), '1,2 of 3');
    assert.equal(await names('x', 'all'), ' of 0');
  });
});
