import assert from 'node:assert/strict';
import { QueryTypes } from 'sequelize';
import {
  type Customer,
  type CustomerFields,
  type Customers,
  type MergeOrder,
} from '../../src/modules/customers/index.js';
import { type App } from '../../src/app.js';
import { SYSTEM_ACTOR } from '../../src/modules/audit/index.js';
import { startApp, type Harness } from '../support/harness.js';

const choices: MergeOrder['choices'] = { name: 'kept', document: 'kept', email: 'kept', notes: 'both' };

describe('customers that are kept', () => {
  let app: Harness;
  let customers: Customers;
  beforeEach(async () => {
    app = await startApp();
    ({ customers } = app.app);
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  let counted = 0;
  const add = (fields: Partial<CustomerFields> = {}): Promise<Customer> =>
    customers.create(
      {
        name: `Cliente ${String(++counted)}`,
        document: null,
        email: null,
        notes: null,
        numbers: [],
        ...fields,
      },
      SYSTEM_ACTOR,
    );
  const found = async (text: string): Promise<readonly string[]> =>
    (await customers.list({ text, page: 1, pageSize: 25 })).customers.map(({ name }) => name);

  it('are found by words of their name in any order, case and accent', async () => {
    await add({ name: 'João da Conceição' });
    await add({ name: 'JOAO PESSOA' });
    await add({ name: 'Maria Souza' });
    assert.deepEqual(await found('JOÃO'), ['João da Conceição', 'JOAO PESSOA']);
    assert.deepEqual(await found('conceicao joão'), ['João da Conceição']);
    assert.deepEqual(await found('MARÍA'), ['Maria Souza']);
    assert.deepEqual(await found('_'), ['João da Conceição', 'JOAO PESSOA', 'Maria Souza']);
    assert.deepEqual(await found('mar_a'), []);
  });

  it('are found by document, with and without punctuation and letters, and by every way of writing a number', async () => {
    await add({ name: 'Ana', document: '52998224725', numbers: ['+5583999990001'] });
    await add({ name: 'Loja', document: '12ABC34501DE35', numbers: ['+5511940041234', '+551132145678'] });
    await add({ name: 'Padaria 24', document: '11222333000181' });
    for (const text of [
      '529.982.247-25',
      '52998224725',
      '529.982',
      '83 99999-0001',
      '083999990001',
      '83 9999-0001',
      '0001',
    ]) {
      assert.deepEqual(await found(text), ['Ana'], text);
    }
    for (const text of ['12.abc.345/01de-35', '12ABC345', '(11) 3214-5678', '40041234']) {
      assert.deepEqual(await found(text), ['Loja'], text);
    }
    assert.deepEqual(await found('padaria 24'), ['Padaria 24']);
    assert.deepEqual(await found('11.222.333/0001-81'), ['Padaria 24']);
    assert.deepEqual(await found('85 99999-0001'), []);
    const withCpf = await customers.list({ text: '', document: 'cpf', page: 1, pageSize: 25 });
    assert.deepEqual(
      withCpf.customers.map(({ name }) => name),
      ['Ana'],
    );
    assert.equal((await customers.list({ text: '', document: 'cnpj', page: 1, pageSize: 25 })).total, 2);
    assert.equal((await customers.list({ text: '', document: 'none', page: 1, pageSize: 25 })).total, 0);
  });

  it('refuse a document or number that another has, and name the other', async () => {
    await add({ name: 'Ana', document: '52998224725', numbers: ['+5583999990001'] });
    const other = await add({ name: 'Bia', numbers: ['+5583999990002'] });
    await assert.rejects(add({ document: '52998224725' }), {
      code: 'conflict',
      key: 'customers:error.document-taken',
      field: 'document',
      params: { name: 'Ana' },
    });
    const fields = { ...other, numbers: ['+5583999990002', '+5583999990001'] };
    await assert.rejects(customers.update(other.id, other.version, fields, SYSTEM_ACTOR), {
      code: 'conflict',
      field: 'numbers',
      params: { name: 'Ana', number: '+5583999990001' },
    });
    assert.deepEqual(await customers.find(other.id), other, 'nothing of it was stored');
  });

  it('give one number to one of twenty who ask for it at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => add({ numbers: ['+5583999990009'] })));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const one of tries)
      if (one.status === 'rejected') assert.equal((one.reason as { code: string }).code, 'conflict');
    assert.equal((await customers.list({ text: '', page: 1, pageSize: 25 })).total, 1);
  });

  it('refuse a change made from what is no longer there', async () => {
    const ana = await add({ name: 'Ana', numbers: ['+5583999990001'] });
    const changed = await customers.update(
      ana.id,
      0,
      { ...ana, name: 'Ana P.', numbers: ['+5583999990003'] },
      SYSTEM_ACTOR,
    );
    assert.equal(changed.version, 1);
    assert.deepEqual((await customers.find(ana.id))?.numbers, ['+5583999990003']);
    await assert.rejects(customers.update(ana.id, 0, { ...ana, numbers: [] }, SYSTEM_ACTOR), { name: 'StaleError' });
    assert.deepEqual(await customers.find(ana.id), changed);
    assert.equal((await customers.addNumber(ana.id, '+5583999990001', SYSTEM_ACTOR)).version, 2);
    assert.equal((await customers.addNumber(ana.id, '+5583999990001', SYSTEM_ACTOR)).version, 2, 'once is enough');
  });

  it('are deleted all or none, and not when they have a story', async () => {
    const [ana, bia] = [await add({ name: 'Ana', numbers: ['+5583999990001'] }), await add({ name: 'Bia' })];
    await addStory(app.app, bia.id, 'x', 1);
    await assert.rejects(customers.remove([ana.id, bia.id], SYSTEM_ACTOR), {
      key: 'customers:error.has-ties',
      params: { name: 'Bia' },
    });
    assert.notEqual(await customers.find(ana.id), null);
    assert.deepEqual(await customers.idsWithTies([ana.id, bia.id]), new Set([bia.id]));
    await customers.remove([ana.id, 4711], SYSTEM_ACTOR);
    assert.equal(await customers.find(ana.id), null);
    assert.equal(await customers.findByNumber('+5583999990001'), null);
    const entry = await app.app.audit.last('customer', ana.id);
    assert.equal(entry?.action, 'deleted');
    assert.deepEqual(entry.before?.['numbers'], ['+5583999990001']);
  });

  describe('merging', () => {
    it('moves numbers, calls, attendances and callbacks to the one that stays, and says so', async () => {
      const kept = await add({ name: 'Ana', notes: 'um', numbers: ['+5583999990001'] });
      const gone = await add({ name: 'Ana P.', document: '52998224725', notes: 'dois', numbers: ['+5583999990002'] });
      await addStory(app.app, kept.id, 'a', 1);
      await addStory(app.app, gone.id, 'b', 2);
      const told: unknown[] = [];
      customers.onGone((one) => told.push(one));
      const merged = await customers.merge(
        { keepId: kept.id, keepVersion: 0, goneId: gone.id, goneVersion: 0, choices: { ...choices, document: 'gone' } },
        SYSTEM_ACTOR,
      );
      assert.deepEqual(merged, {
        id: kept.id,
        name: 'Ana',
        document: '52998224725',
        email: null,
        notes: 'um\n\ndois',
        numbers: ['+5583999990001', '+5583999990002'],
        version: 1,
      });
      assert.deepEqual(await customers.find(kept.id), merged);
      assert.equal(await customers.find(gone.id), null);
      assert.deepEqual(await storyOf(app.app, kept.id), { calls: 3, attendances: 3, callbacks: 3 });
      assert.deepEqual(told, [{ goneId: gone.id, stays: { id: kept.id, name: 'Ana' } }]);
      const entry = await app.app.audit.last('customer', kept.id);
      assert.equal(entry?.action, 'merged');
      const { movedCalls, movedAttendances, movedCallbacks, mergedFrom } = entry.after ?? {};
      assert.deepEqual([movedCalls, movedAttendances, movedCallbacks], [2, 2, 2]);
      assert.equal(mergedFrom, `Ana P. (${String(gone.id)})`);
      assert.equal((await app.app.audit.last('customer', gone.id))?.action, 'deleted');
    });

    it('is refused with itself, with nobody, and from what was shown before a change; nothing moves then', async () => {
      const [kept, gone] = [await add(), await add()];
      await addStory(app.app, gone.id, 'a', 1);
      const order = { keepId: kept.id, keepVersion: 0, goneId: gone.id, goneVersion: 0, choices };
      await assert.rejects(customers.merge({ ...order, goneId: kept.id }, SYSTEM_ACTOR), { code: 'invalid' });
      await assert.rejects(customers.merge({ ...order, goneId: 4711 }, SYSTEM_ACTOR), { code: 'not-found' });
      await assert.rejects(customers.merge({ ...order, goneVersion: 1 }, SYSTEM_ACTOR), { name: 'StaleError' });
      await assert.rejects(customers.merge({ ...order, keepVersion: 1 }, SYSTEM_ACTOR), { name: 'StaleError' });
      assert.deepEqual(await storyOf(app.app, gone.id), { calls: 1, attendances: 1, callbacks: 1 });
    });

    it('of two in both directions at once leaves one, with everything of both', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [a, b] = [
          await add({ numbers: [`+55839999910${String(round)}1`] }),
          await add({ numbers: [`+55839999910${String(round)}2`] }),
        ];
        await addStory(app.app, a.id, `a${String(round)}`, 3);
        await addStory(app.app, b.id, `b${String(round)}`, 2);
        const one = (keepId: number, goneId: number): Promise<Customer> =>
          customers.merge({ keepId, keepVersion: 0, goneId, goneVersion: 0, choices }, SYSTEM_ACTOR);
        const ends = await Promise.allSettled([one(a.id, b.id), one(b.id, a.id)]);
        const won = ends.filter((end) => end.status === 'fulfilled').map(({ value }) => value);
        assert.equal(won.length, 1);
        for (const end of ends)
          if (end.status === 'rejected') assert.equal((end.reason as { code: string }).code, 'not-found');
        assert.deepEqual(await storyOf(app.app, won[0]!.id), { calls: 5, attendances: 5, callbacks: 5 });
        assert.equal((await customers.find(won[0]!.id))?.numbers.length, 2);
      }
    });

    it('in a chain at once loses no row, whichever comes first', async () => {
      for (let round = 0; round < 5; round += 1) {
        const people = [await add(), await add(), await add(), await add()];
        for (const { id } of people) await addStory(app.app, id, `c${String(round)}-${String(id)}`, 2);
        const [a, b, c, d] = people as [Customer, Customer, Customer, Customer];
        const one = (kept: Customer, gone: Customer): Promise<Customer> =>
          customers.merge({ keepId: kept.id, keepVersion: 0, goneId: gone.id, goneVersion: 0, choices }, SYSTEM_ACTOR);
        const ends = await Promise.allSettled([one(a, b), one(b, c), one(c, d), one(d, a)]);
        for (const end of ends) {
          if (end.status === 'fulfilled') continue;
          const { code } = end.reason as { code: string };
          assert.ok(code === 'not-found' || code === 'conflict', String(end.reason));
        }
        let rows = 0;
        for (const { id } of people) {
          const { calls, attendances, callbacks } = await storyOf(app.app, id);
          const left = await customers.find(id);
          assert.ok(left !== null || calls + attendances + callbacks === 0);
          rows += calls + attendances + callbacks;
        }
        assert.equal(rows, 24);
      }
    });

    it('loses no call, attendance or callback that is stored while it runs', async () => {
      const [kept, gone] = [await add(), await add()];
      const stories = Promise.allSettled(
        Array.from({ length: 10 }, (_, i) => addStory(app.app, gone.id, `w${String(i)}`, 1)),
      );
      await customers.merge(
        { keepId: kept.id, keepVersion: 0, goneId: gone.id, goneVersion: 0, choices },
        SYSTEM_ACTOR,
      );
      await stories;
      const [lost] = await app.app.db.sequelize.query<{ n: number }>(
        'SELECT COUNT(*) AS n FROM calls WHERE customer_id IS NULL',
        { type: QueryTypes.SELECT },
      );
      // One that comes too late is refused whole, for its writer to decide; none is kept without its customer.
      assert.equal(lost?.n, 0);
    });

    it('knows every table that names a customer', async () => {
      assert.deepEqual(await tablesNamingCustomers(app.app), ['attendances', 'callbacks', 'calls', 'customer_phones']);
    });
  });
});

async function addStory({ db }: App, customerId: number, name: string, times: number): Promise<void> {
  const at = new Date('2026-11-20T12:00:00Z');
  const query = db.sequelize.getQueryInterface();
  const each = <T>(make: (n: string) => T): T[] =>
    Array.from({ length: times }, (_, i) => make(`${name}-${String(i)}`));
  await db.write(async (transaction) => {
    await query.bulkInsert(
      'calls',
      each((id) => ({
        id: `call-${id}`,
        direction: 'inbound',
        number: '+5583999990001',
        customer_id: customerId,
        state: 'ended',
        started_at: at,
      })),
      { transaction },
    );
    await query.bulkInsert(
      'attendances',
      each((id) => ({
        protocol: `p-${id}`,
        call_id: `call-${id}`,
        customer_id: customerId,
        state: 'finished',
        subject: 'Troca',
        description: '',
        opened_at: at,
        version: 0,
      })),
      { transaction },
    );
    await query.bulkInsert(
      'callbacks',
      each(() => ({
        number: '+5583999990001',
        customer_id: customerId,
        due_at: at,
        window_end_at: at,
        time_zone: 'America/Sao_Paulo',
        state: 'done',
        max_attempts: 3,
        next_attempt_at: at,
        created_at: at,
        updated_at: at,
      })),
      { transaction },
    );
  });
}

async function storyOf({ db }: App, id: number): Promise<Record<'calls' | 'attendances' | 'callbacks', number>> {
  const count = async (table: string): Promise<number> => {
    const [row] = await db.sequelize.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM ${table} WHERE customer_id = :id`,
      {
        type: QueryTypes.SELECT,
        replacements: { id },
      },
    );
    return row?.n ?? 0;
  };
  return { calls: await count('calls'), attendances: await count('attendances'), callbacks: await count('callbacks') };
}

async function tablesNamingCustomers({ db }: App): Promise<readonly string[]> {
  const query = db.sequelize.getQueryInterface();
  const tables = (await query.showAllTables()) as readonly string[];
  const naming: string[] = [];
  for (const table of tables) {
    const references = (await query.getForeignKeyReferencesForTable(table)) as readonly {
      readonly referencedTableName?: string;
    }[];
    if (references.some(({ referencedTableName }) => referencedTableName === 'customers')) naming.push(table);
  }
  return naming.sort();
}
