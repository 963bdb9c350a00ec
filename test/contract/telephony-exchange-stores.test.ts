import assert from 'node:assert/strict';
import { type Database } from '../../src/platform/db/database.js';
import { SequelizeCallStore } from '../../src/modules/telephony/exchange/exchange-call.repository.js';
import {
  SequelizeExchangeDirectory,
  SequelizeMemberStates,
} from '../../src/modules/telephony/exchange/exchange-directory.repository.js';
import {
  defineExchangeModels,
  type ExchangeModels,
} from '../../src/modules/telephony/exchange/exchange-directory.model.js';
import {
  type CallStore,
  type MemberStateStore,
  type StoredCall,
} from '../../src/modules/telephony/exchange/exchange.port.js';
import { openBareDatabase, type BareDatabase } from '../support/bare-database.js';
import { InMemoryCallStore, InMemoryMemberStates } from '../support/exchange-memory.js';

const waiting: StoredCall = {
  callId: 'c1',
  direction: 'inbound',
  number: '+5511999990001',
  queue: 'Vendas',
  extension: null,
  state: 'waiting',
  startedAt: 1_790_000_000_123,
  answeredAt: null,
  endedAt: null,
  endedBy: null,
  cause: null,
  consults: 'call-0',
  peer: '1002',
  conference: 'call-0',
  alsoKnownAs: ['call-8', 'call-9'],
};
const ended: StoredCall = {
  ...waiting,
  extension: '1001',
  state: 'ended',
  answeredAt: 1_790_000_001_001,
  endedAt: 1_790_000_002_002,
  endedBy: 'customer',
  cause: 'hung-up',
};

describe('what the built-in exchange stores', () => {
  let database: BareDatabase;
  let db: Database;
  let models: ExchangeModels;

  before(async () => {
    database = await openBareDatabase();
    db = database.db;
    models = defineExchangeModels(db.sequelize);
    await models.users.bulkCreate(
      ['1001', '1002'].map((extension) => ({
        login: `agent${extension}`,
        passwordHash: `hash of ${extension}`,
        name: `Agent ${extension}`,
        locality: 'Matriz',
        extension,
      })),
    );
    const prompt = {
      name: 'Espera',
      contentType: 'audio/mpeg',
      bytes: Buffer.from('ID3'),
      size: 3,
      seconds: null,
    } as const;
    await models.prompts.create({ ...prompt, token: 'a'.repeat(32) });
    await models.queues.create({
      name: 'Vendas',
      number: '4000',
      strategy: 'ring-all',
      ringSeconds: 20,
      maxWaitSeconds: 300,
      promptId: 1,
    });
    await models.members.create({ queueId: 1, userId: 1 });
    await models.pauseReasons.bulkCreate([{ name: 'Banheiro' }, { name: 'Almoço' }]);
    await models.customerLines.create({ number: '+5511999990001', name: 'Ana Souza' });
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });

  it('reads the directory whole', async () => {
    const directory = new SequelizeExchangeDirectory(models, 'https://voz.test');
    const data = await directory.load();
    assert.deepEqual(data.users[1], {
      login: 'agent1002',
      name: 'Agent 1002',
      locality: 'Matriz',
      extension: '1002',
    });
    const promptUrl = `https://voz.test/prompts/${'a'.repeat(32)}.mp3`;
    assert.deepEqual(data.queues, [
      { name: 'Vendas', number: '4000', strategy: 'ring-all', ringSeconds: 20, maxWaitSeconds: 300, promptUrl },
    ]);
    assert.deepEqual(data.memberships, [{ queue: 'Vendas', extension: '1001' }]);
    assert.deepEqual(data.pauseReasons, ['Almoço', 'Banheiro']);
    assert.deepEqual(data.customerLines, [{ number: '+5511999990001', name: 'Ana Souza' }]);
    assert.equal(await directory.findPasswordHash('agent1001'), 'hash of 1001');
    assert.equal(await directory.findPasswordHash('nobody'), null);
  });

  const memberStores: [string, () => MemberStateStore][] = [
    ['in memory', () => new InMemoryMemberStates()],
    ['in the database', () => new SequelizeMemberStates(db, models)],
  ];
  for (const [where, make] of memberStores) {
    it(`keeps logins and pauses ${where}, and forgets them when told to`, async () => {
      const store = make();
      await store.setLoggedIn('Vendas', '1001', 1_790_000_000_123);
      await store.setPaused('1002', 'Almoço');
      assert.deepEqual(await store.load(), {
        loggedIn: [{ queue: 'Vendas', extension: '1001', since: 1_790_000_000_123 }],
        paused: [{ extension: '1002', reason: 'Almoço' }],
      });
      await store.setLoggedIn('Vendas', '1001', null);
      await store.setPaused('1002', null);
      assert.deepEqual(await store.load(), { loggedIn: [], paused: [] });
    });
  }

  const callStores: [string, () => CallStore][] = [
    ['in memory', () => new InMemoryCallStore()],
    ['in the database', () => new SequelizeCallStore(db, models)],
  ];
  for (const [where, make] of callStores) {
    it(`gives an id away once ${where}, and remembers how the call went`, async () => {
      const store = make();
      const taken = await Promise.all([store.insert(waiting), store.insert(waiting)]);
      assert.deepEqual(taken.sort(), [false, true]);
      assert.deepEqual(await store.listLive(), [waiting]);
      await store.update(ended);
      assert.deepEqual(await store.find('c1'), ended);
      assert.deepEqual(await store.listLive(), []);
      assert.equal(await store.insert(waiting), false);
      await store.deleteEndedBefore(1_790_000_002_002);
      assert.deepEqual(await store.find('c1'), ended);
      await store.deleteEndedBefore(1_790_000_002_003);
      assert.equal(await store.find('c1'), null);
    });
  }
});
