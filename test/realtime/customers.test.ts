import assert from 'node:assert/strict';
import { QueryTypes } from 'sequelize';
import { SYSTEM_ACTOR } from '../../src/modules/audit/index.js';
import { type Customer } from '../../src/modules/customers/index.js';
import { type CallCard } from '../../src/shared/desk.js';
import { type Permission } from '../../src/shared/permissions.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually } from '../support/wait.js';

const PAGE = 'page-0001';
const EXTENSION = '1001';
const STRANGER = '+5583999990777';
const AGENT: readonly Permission[] = ['voice.desk', 'customers.list', 'customers.create', 'customers.edit'];

describe('the customer of a call, said by the agent', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let socket: PageSocket;
  let agentId: number;
  let card: CallCard | null;

  beforeEach(async () => {
    telephony = new FakeTelephony();
    app = await startApp({ telephony: () => ({ telephony }) });
  });
  afterEach(async () => {
    socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  const open = async (permissions: readonly Permission[] = AGENT): Promise<void> => {
    ({ id: agentId } = await app.aUser({ login: 'ana', name: 'Ana Souza', permissions, extension: EXTENSION }));
    await app.app.voice!.centre.reload();
    socket = pageSocket(app.url, await app.signIn('ana'));
    await connect(socket);
    socket.on('desk:changed', (desk) => {
      card = desk.call;
    });
    await ask(socket, 'desk:open', { pageId: PAGE });
    await ask(socket, 'phone:claim', { pageId: PAGE, force: false });
    telephony.say({ type: 'phone-registered', extension: EXTENSION });
    await ask(socket, 'shift:start', { pageId: PAGE });
  };
  const call = async (number = STRANGER, callId = 'call-1'): Promise<void> => {
    telephony.say({ type: 'call-started', callId, direction: 'inbound', number, queue: null, extension: null });
    telephony.say({ type: 'call-offered', callId, extension: EXTENSION });
    const known = (await app.app.customers.findByNumber(number)) !== null;
    await eventually('the call to ring', () => card?.callId === callId && (card.customer !== null) === known);
    telephony.say({ type: 'call-answered', callId, extension: EXTENSION });
    await eventually('the record of the call', () => card?.callId === callId && card.attendance !== null);
  };
  const add = (name: string, numbers: readonly string[] = []): Promise<Customer> =>
    app.app.customers.create({ name, document: null, email: null, notes: null, numbers }, SYSTEM_ACTOR);
  const storedCustomer = async (table: 'calls' | 'attendances', callId = 'call-1'): Promise<number | null> => {
    const column = table === 'calls' ? 'id' : 'call_id';
    const [row] = await app.app.db.sequelize.query<{ id: number | null }>(
      `SELECT customer_id AS id FROM ${table} WHERE ${column} = :callId`,
      { type: QueryTypes.SELECT, replacements: { callId } },
    );
    return row?.id ?? null;
  };
  const isOf = (id: number, name: string): Promise<unknown> =>
    eventually(`the call and its record to be ${name}’s`, async () => {
      assert.deepEqual(card?.customer, { id, name });
      assert.equal(await storedCustomer('calls'), id);
      assert.equal(await storedCustomer('attendances'), id);
      return true;
    });

  it('may be created with the caller’s number, and the call and its record are the customer’s', async () => {
    await open();
    await call();
    assert.equal(card?.customer, null);
    const answer = await ask(socket, 'customer:create', { callId: 'call-1', name: '  Caio Prado ' });
    assert.ok(answer.ok);
    await isOf(answer.data.id, 'Caio Prado');
    assert.deepEqual((await app.app.customers.find(answer.data.id))?.numbers, [STRANGER]);
    const entry = await app.app.audit.last('customer', answer.data.id);
    assert.deepEqual([entry?.action, entry?.actor.userId, entry?.actor.name], ['created', agentId, 'Ana Souza']);
  });

  it('is the one whose number it is, also where the call is answered before that is looked up', async () => {
    await open();
    const { id } = await add('Beatriz Nunes', [STRANGER]);
    const callId = 'call-1';
    const started = { type: 'call-started', callId, direction: 'inbound', number: STRANGER, queue: null } as const;
    telephony.say({ ...started, extension: null });
    telephony.say({ type: 'call-offered', callId, extension: EXTENSION });
    telephony.say({ type: 'call-answered', callId, extension: EXTENSION });
    await isOf(id, 'Beatriz Nunes');
  });

  it('may be created in the wrap-up, and without a number where the caller showed none', async () => {
    await open();
    await call('anonymous');
    telephony.say({ type: 'call-ended', callId: 'call-1', by: 'customer', cause: 'hung-up' });
    await eventually('the wrap-up', () => card?.state === 'ended');
    const answer = await ask(socket, 'customer:create', { callId: 'call-1', name: 'Caio' });
    assert.ok(answer.ok);
    await isOf(answer.data.id, 'Caio');
    assert.deepEqual((await app.app.customers.find(answer.data.id))?.numbers, []);
  });

  it('may be found by name, document or number, and chosen; the number is kept when that is wished', async () => {
    await open();
    const { id } = await add('Beatriz Nunes', ['+5583999990001']);
    await add('Bento Nunes');
    await call();
    const found = await ask(socket, 'customer:search', { text: 'nunes be' });
    assert.ok(found.ok);
    assert.deepEqual(
      found.data.customers.map(({ name }) => name),
      ['Beatriz Nunes', 'Bento Nunes'],
    );
    const byNumber = await ask(socket, 'customer:search', { text: '(83) 99999-0001' });
    assert.deepEqual(byNumber, {
      ok: true,
      data: { customers: [{ id, name: 'Beatriz Nunes', document: null, numbers: ['+5583999990001'] }], total: 1 },
    });
    assert.deepEqual(await ask(socket, 'customer:search', { text: ' ' }), {
      ok: true,
      data: { customers: [], total: 0 },
    });
    assert.ok((await ask(socket, 'customer:choose', { callId: 'call-1', customerId: id, keepNumber: true })).ok);
    await isOf(id, 'Beatriz Nunes');
    assert.deepEqual((await app.app.customers.find(id))?.numbers, ['+5583999990001', STRANGER]);
  });

  it('keeps the record as it was when the number is not wished', async () => {
    await open(['voice.desk', 'customers.list']);
    const beatriz = await add('Beatriz Nunes');
    await call();
    assert.ok(
      (await ask(socket, 'customer:choose', { callId: 'call-1', customerId: beatriz.id, keepNumber: false })).ok,
    );
    await isOf(beatriz.id, 'Beatriz Nunes');
    assert.deepEqual(await app.app.customers.find(beatriz.id), beatriz);
  });

  it('is refused with a sentence at the field', async () => {
    await open();
    await call();
    const refused = async (
      asked: ReturnType<typeof ask<'customer:create'>> | ReturnType<typeof ask<'customer:choose'>>,
      field: string | null,
      message: RegExp,
    ): Promise<void> => {
      const answer = await asked;
      assert.ok(!answer.ok);
      assert.equal(answer.error.field, field);
      assert.match(answer.error.message, message);
    };
    await refused(ask(socket, 'customer:create', { callId: 'call-1', name: ' ' }), 'name', /Preencha este campo/);
    const long = 'x'.repeat(121);
    await refused(ask(socket, 'customer:create', { callId: 'call-1', name: long }), 'name', /no máximo 120/);
    await refused(
      ask(socket, 'customer:create', { callId: 'call-2', name: 'Caio' }),
      null,
      /já terminou ou não está com você/,
    );
    const choice = { callId: 'call-1', customerId: 4711, keepNumber: false };
    await refused(ask(socket, 'customer:choose', choice), 'customerId', /excluído ou unido a outro/);
    await refused(
      ask(socket, 'customer:choose', { ...choice, keepNumber: true }),
      'customerId',
      /excluído ou unido a outro/,
    );
    await refused(ask(socket, 'customer:choose', { ...choice, callId: 'call-2' }), null, /já terminou/);
    const other = await add('Dora');
    await add('Beatriz', [STRANGER]);
    await refused(
      ask(socket, 'customer:create', { callId: 'call-1', name: 'Caio' }),
      'name',
      /já é de Beatriz\. Use “Escolher/,
    );
    const kept = { callId: 'call-1', customerId: other.id, keepNumber: true };
    await refused(ask(socket, 'customer:choose', kept), 'customerId', /já é de Beatriz/);
    assert.equal(card?.customer, null);
    assert.equal((await app.app.customers.list({ text: '', page: 1, pageSize: 5 })).total, 2);
  });

  it('needs the permission of each', async () => {
    await open(['voice.desk']);
    const { id } = await add('Beatriz');
    await call();
    for (const answer of [
      await ask(socket, 'customer:search', { text: 'b' }),
      await ask(socket, 'customer:create', { callId: 'call-1', name: 'Caio' }),
      await ask(socket, 'customer:choose', { callId: 'call-1', customerId: id, keepNumber: false }),
    ]) {
      assert.ok(!answer.ok);
      assert.equal(answer.error.code, 'forbidden');
    }
  });

  it('cannot have a number added by who may not edit customers', async () => {
    await open(['voice.desk', 'customers.list']);
    const { id } = await add('Beatriz');
    await call();
    const answer = await ask(socket, 'customer:choose', { callId: 'call-1', customerId: id, keepNumber: true });
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 'forbidden');
    assert.equal(card?.customer, null);
  });

  it('is in the day’s history of the agent once the call is over, and of no other agent', async () => {
    await open();
    await call();
    assert.deepEqual(await ask(socket, 'desk:history', {}), { ok: true, data: [] });
    await ask(socket, 'customer:create', { callId: 'call-1', name: 'Caio Prado' });
    telephony.say({ type: 'call-ended', callId: 'call-1', by: 'customer', cause: 'hung-up' });
    const [past, ...others] = await eventually('the call to be over', async () => {
      const answer = await ask(socket, 'desk:history', {});
      return answer.ok && answer.data.length > 0 && answer.data;
    });
    assert.equal(others.length, 0);
    assert.deepEqual(
      { ...past, time: '', talked: '' },
      {
        callId: 'call-1',
        number: STRANGER,
        name: 'Caio Prado',
        time: '',
        direction: 'Receptiva',
        talked: '',
        outcome: 'Atendida',
        isAnswered: true,
      },
    );
    await app.aUser({ login: 'bia', permissions: AGENT, extension: '1002' });
    const bias = pageSocket(app.url, await app.signIn('bia'));
    await connect(bias);
    assert.deepEqual(await ask(bias, 'desk:history', {}), { ok: true, data: [] });
    bias.disconnect();
  });

  it('that is merged while the call runs is the one that stays, on the page and in what is stored', async () => {
    await open();
    const gone = await add('Bia', [STRANGER]);
    const kept = await add('Beatriz Nunes');
    await call();
    await isOf(gone.id, 'Bia');
    const choices = { name: 'kept', document: 'kept', email: 'kept', notes: 'kept' } as const;
    await app.app.customers.merge(
      { keepId: kept.id, keepVersion: 0, goneId: gone.id, goneVersion: 0, choices },
      SYSTEM_ACTOR,
    );
    await isOf(kept.id, 'Beatriz Nunes');
    telephony.say({ type: 'call-ended', callId: 'call-1', by: 'customer', cause: 'hung-up' });
    await eventually('the end to be stored', async () => {
      const record = await app.app.db.sequelize.query(`SELECT 1 FROM calls WHERE state = 'ended'`, {
        type: QueryTypes.SELECT,
      });
      return record.length === 1;
    });
    assert.equal(await storedCustomer('calls'), kept.id);
  });
});
