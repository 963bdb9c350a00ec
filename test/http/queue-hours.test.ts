import assert from 'node:assert/strict';
import { type TelephonyPart } from '../../src/app.js';
import { defineExchangeModels } from '../../src/modules/telephony/exchange/exchange-directory.model.js';
import { defineQueueModel } from '../../src/modules/queues/queue.model.js';
import { createPlatform } from '../../src/wiring/platforms.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { SipPhone, type PhoneCall } from '../support/sip-phone.js';
import { eventually } from '../support/wait.js';

/** Monday, 10:00 in São Paulo. */
const NOW = new Date('2026-11-23T13:00:00Z');
const LINE = '+5511999990001';
const OPENS_TOMORROW = String(Date.UTC(2026, 10, 24, 3));

describe('the hours of a queue at the built-in exchange', () => {
  let app: Harness;
  let part: TelephonyPart;
  let admin: Visitor;
  let phone: SipPhone;
  let path: string;
  let version: number;

  beforeEach(async () => {
    app = await startApp({
      now: () => NOW,
      prepare: async (db) => {
        const { queues, customerLines } = defineExchangeModels(db.sequelize);
        const rules = { strategy: 'longest-idle', ringSeconds: 20, maxWaitSeconds: 300 } as const;
        await queues.create({ name: 'vendas', number: '4000', ...rules });
        await customerLines.create({ number: LINE, name: 'Ana' });
      },
      telephony: (parts) => (part = createPlatform(parts)),
    });
    const queues = defineQueueModel(app.app.db.sequelize);
    const row = await queues.create({ name: 'Vendas', exchangeName: 'vendas', number: '4000', wrapUpSeconds: 0 });
    path = `/admin/queues/${String(row.id)}`;
    version = 0;
    await app.aUser({ login: 'admin' });
    await app.app.voice!.centre.reload();
    admin = await app.signIn('admin');
    await eventually('the exchange to run', () => app.app.telephony?.status().connected);
    phone = await SipPhone.register(app.url.replace('http', 'ws'), await part.demoPhone!.credentials(LINE));
  });
  afterEach(async () => {
    phone.drop();
    await app[Symbol.asyncDispose]();
  });

  async function save(fields: Readonly<Record<string, string>>): Promise<void> {
    const form = { name: 'Vendas', serviceLevelSeconds: '20', wrapUp: 'none', wrapUpSeconds: '', ...fields };
    const answer = await admin.post(path, { ...form, version: String(version) });
    assert.equal(answer.status, 303);
    version += 1;
  }

  /** The opening that a caller is told, or `queued`. */
  async function called(): Promise<string | undefined> {
    const call: PhoneCall = await phone.call('4000');
    await eventually(
      'an answer of the exchange',
      () => call.rejectedWith !== null || call.progress.at(-1)?.status === 182,
    );
    if (call.rejectedWith === null) {
      await call.cancel();
      await call.ended();
      return 'queued';
    }
    assert.deepEqual([call.rejectedWith.status, call.rejectedWith.cause], [480, 'out-of-hours']);
    return call.rejectedWith.opensAt;
  }

  it('let callers in at first, turn them away as soon as they are saved, and let them in again', async () => {
    assert.equal(await called(), 'queued');
    await save({ opening: 'weekly', hours1: '08:00-09:00' });
    assert.equal(await called(), String(Date.UTC(2026, 10, 30, 11)));
    await save({ opening: 'weekly', hours1: '08:00-12:00' });
    assert.equal(await called(), 'queued');
  });

  it('follow holidays as soon as these are saved, and no more when they are deleted', async () => {
    await save({ opening: 'always', followsHolidays: 'on' });
    await admin.post('/admin/holidays', { date: '2026-11-23', name: 'Aniversário', kind: 'local' });
    assert.equal(await called(), OPENS_TOMORROW);
    const { text } = await admin.get('/admin/holidays');
    const id = /\/admin\/holidays\/(\d+)">Aniversário</.exec(text)?.[1] ?? '';
    await admin.post('/admin/holidays/delete', { ids: id });
    assert.equal(await called(), 'queued');
  });

  it('leave a record that says so, which counts as not answered and not as abandoned', async () => {
    await save({ opening: 'weekly', hours1: '08:00-09:00' });
    await called();
    const centre = app.app.voice!.centre;
    await eventually('the call to be counted', () => {
      const [queue] = centre.queues();
      if (queue?.notAnswered !== 1) return null;
      assert.deepEqual([queue.offered, queue.abandoned, queue.waiting], [0, 0, 0]);
      return queue;
    });
    await eventually('the call to be listed', async () => {
      const { text } = await admin.get('/calls?outcome=out-of-hours');
      return text.includes('data-testid="call" data-outcome="out-of-hours"') && text.includes('Fora do horário');
    });
  });

  it('are said to be in force on the queue’s page', async () => {
    const { text } = await admin.get(path);
    assert.match(text, /Fora do horário, a central embutida não chama ninguém/);
    assert.doesNotMatch(text, /plano de discagem/);
  });
});
