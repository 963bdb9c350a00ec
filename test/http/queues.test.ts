import assert from 'node:assert/strict';
import { type TelephonyPart } from '../../src/app.js';
import { defineAttendanceModels } from '../../src/modules/attendances/attendance.model.js';
import { defineQueueModel } from '../../src/modules/queues/queue.model.js';
import { defineUserQueueModel } from '../../src/modules/users/user.model.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

/** Monday, 10:00 in São Paulo. */
const NOW = new Date('2026-11-23T13:00:00Z');
const SAVED = {
  name: 'Suporte',
  serviceLevelSeconds: '30',
  wrapUp: 'timed',
  wrapUpSeconds: '45',
  opening: 'weekly',
  hours1: '08:00-12:00, 13:00-18:00',
  followsHolidays: 'on',
  version: '0',
};

describe('queues', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let admin: Visitor;
  let id: number;
  let path: string;

  const stored = async (): Promise<Record<string, unknown>> => {
    const queue = await app.app.db.sequelize.models['Queue']!.findByPk(id);
    return queue!.get({ plain: true }) as Record<string, unknown>;
  };

  beforeEach(async () => {
    telephony = new FakeTelephony();
    telephony.directoryAnswer = {
      users: [],
      queues: [{ name: 'suporte', number: '5001', strategy: 'ring-all' }],
      pauseReasons: [],
    };
    app = await startApp({ telephony: (): TelephonyPart => ({ telephony }), now: () => NOW });
    const queues = defineQueueModel(app.app.db.sequelize);
    const row = await queues.create({ name: 'Suporte <b>', exchangeName: 'suporte', number: '5001', wrapUpSeconds: 0 });
    await queues.create({
      name: 'Antiga',
      exchangeName: 'antiga',
      number: '5009',
      wrapUpSeconds: null,
      isActive: false,
    });
    id = row.id;
    path = `/admin/queues/${String(id)}`;
    const ana = await app.aUser({ login: 'admin', name: 'Ana <i>Souza</i>' });
    await defineUserQueueModel(app.app.db.sequelize).create({ userId: ana.id, queueId: id });
    await app.app.voice!.centre.reload();
    admin = await app.signIn('admin');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('are closed to strangers, and to who may not list them', async () => {
    await app.aUser({ login: 'agente', permissions: ['voice.desk', 'administration'] });
    const agent = await app.signIn('agente');
    for (const page of ['/admin/queues', path]) {
      const answer = await app.visitor().get(page);
      assert.equal(answer.status, 303);
      assert.match(answer.headers['location'] ?? '', /^\/sign-in/);
      assert.equal((await agent.get(page)).status, 403);
    }
    assert.equal((await app.visitor().post(path, SAVED)).status, 303);
    assert.equal((await agent.post(path, SAVED)).status, 403);
    assert.equal((await stored())['version'], 0);
  });

  it('may be read and not changed by who may only list', async () => {
    await app.aUser({ login: 'leitora', permissions: ['queues.list'] });
    const reader = await app.signIn('leitora');
    const { status, text } = await reader.get(path);
    assert.equal(status, 200);
    assert.match(text, /<fieldset disabled>/);
    assert.doesNotMatch(text, />Salvar</);
    assert.equal((await reader.post(path, SAVED)).status, 403);
  });

  it('that do not exist are not found', async () => {
    for (const page of ['/admin/queues/4711', '/admin/queues/abc', '/admin/queues/0', '/admin/queues/99999999999']) {
      assert.equal((await admin.get(page)).status, 404, page);
      assert.equal((await admin.post(page, SAVED)).status, 404, page);
    }
  });

  it('are listed by use and by text, escaped', async () => {
    const { text } = await admin.get('/admin/queues');
    assert.match(text, /Suporte &lt;b&gt;/);
    assert.doesNotMatch(text, /Suporte <b>|Antiga/);
    assert.match(text, /Aberta agora/);
    assert.match((await admin.get('/admin/queues?use=retired')).text, /Antiga/);
    assert.match((await admin.get('/admin/queues?use=all&q=500')).text, /Antiga[\s\S]*Suporte/);
    assert.match((await admin.get('/admin/queues?q=5009')).text, /Nenhum resultado para “5009”/);
    assert.match(
      (await admin.get(`/admin/queues?q=${encodeURIComponent('"><i>')}`)).text,
      /value="&#34;&gt;&lt;i&gt;"/,
    );
    assert.equal((await admin.get('/admin/queues?use=x&page=-1')).status, 200);
  });

  it('say that another exchange keeps hours of its own', async () => {
    const { text } = await admin.get(path);
    assert.match(text, /é o plano de discagem do Asterisk\. Configure nele o mesmo horário/);
    assert.doesNotMatch(text, /central embutida não chama/);
  });

  it('show what comes from the exchange, and not as something to edit', async () => {
    const { text } = await admin.get(path);
    assert.match(text, /do Unity/);
    assert.match(text, /Todos ao mesmo tempo/);
    assert.match(text, /Ana &lt;i&gt;Souza/);
    assert.doesNotMatch(text, /name="(number|exchangeName|strategy|members)"/);
  });

  it('say so when the exchange has lost the queue or does not answer', async () => {
    telephony.directoryAnswer = { users: [], queues: [], pauseReasons: [] };
    assert.match((await admin.get(path)).text, /A central não tem mais esta fila/);
    telephony.directory = () => Promise.reject(new Error('down'));
    assert.match((await admin.get(path)).text, /A central não respondeu agora/);
  });

  it('are saved, say so, and act at once', async () => {
    assert.equal(app.app.voice!.centre.queue(id)?.serviceLevelSeconds, 20);
    const answer = await admin.post(path, SAVED);
    assert.equal(answer.status, 303);
    assert.equal(answer.headers['location'], '/admin/queues');
    assert.match((await admin.get('/admin/queues')).text, /“Suporte” foi salvo\./);
    const { name, serviceLevelSeconds, wrapUpSeconds, isAlwaysOpen, followsHolidays, offersCallbacks, version } =
      await stored();
    assert.deepEqual(
      { name, serviceLevelSeconds, wrapUpSeconds, isAlwaysOpen, followsHolidays, offersCallbacks, version },
      {
        name: 'Suporte',
        serviceLevelSeconds: 30,
        wrapUpSeconds: 45,
        isAlwaysOpen: false,
        followsHolidays: true,
        offersCallbacks: false,
        version: 1,
      },
    );
    const live = app.app.voice!.centre.queue(id);
    assert.equal(live?.serviceLevelSeconds, 30);
    assert.equal(live.name, 'Suporte');
    const { text } = await admin.get(path);
    assert.match(text, /value="08:00–12:00, 13:00–18:00"/);
    assert.match(text, /Aberta agora, até 12:00/);
  });

  it('keep each kind of wrap-up', async () => {
    for (const [i, [wrapUp, seconds]] of (
      [
        ['none', null],
        ['timed', 45],
        ['until-finished', 0],
      ] as const
    ).entries()) {
      assert.equal((await admin.post(path, { ...SAVED, wrapUp, version: String(i) })).status, 303);
      assert.equal((await stored())['wrapUpSeconds'], seconds, wrapUp);
      assert.match((await admin.get(path)).text, new RegExp(`value="${wrapUp}" selected`));
    }
  });

  it('pause for two missed calls when they are new, for as many as is said, and for none when it is empty', async () => {
    const stands = async (): Promise<unknown> => (await stored())['missedLimit'];
    assert.equal(await stands(), 2);
    assert.match((await admin.get(path)).text, /name="missedLimit"[^>]*value="2"|value="2"[^>]*name="missedLimit"/);
    await admin.post(path, { ...SAVED, missedLimit: '5' });
    assert.equal(await stands(), 5);
    assert.equal((await admin.post(path, { ...SAVED, missedLimit: '', version: '1' })).status, 303);
    assert.equal(await stands(), null);
  });

  it('are closed on a holiday they follow, and open on one they do not', async () => {
    await admin.post('/admin/holidays', { date: '2026-11-23', name: 'Padroeira', kind: 'local' });
    assert.match((await admin.get(path)).text, /Fechada até [^<]*24\/11[^<]*00:00/);
    // A box that is not ticked posts nothing.
    const unticked = Object.fromEntries(Object.entries(SAVED).filter(([field]) => field !== 'followsHolidays'));
    await admin.post(path, { ...unticked, opening: 'always' });
    assert.match((await admin.get(path)).text, /Aberta agora/);
  });

  it('whose callback is off take no promises, nor does any on a holiday', async () => {
    const { callbacks } = app.app.voice!;
    const { id: agentId } = await app.aUser({ login: 'bia', extension: '1002' });
    const attendance = await defineAttendanceModels(app.app.db.sequelize).attendances.create({
      protocol: '202611230000001',
      callId: 'c1',
      customerId: null,
      agentId,
      queueId: id,
      state: 'open',
      subject: '',
      version: 0,
      description: '',
      openedAt: NOW,
      savedAt: null,
      finishedAt: null,
    });
    const promise = {
      number: '+5583999990001',
      date: '2026-11-24',
      time: '14:00',
      timeZone: 'America/Sao_Paulo',
      notes: '',
      attendanceId: attendance.id,
    };
    await callbacks.book(agentId, promise);
    await admin.post(path, SAVED);
    const refused = { key: 'callbacks:error.queue-without-callback' };
    await assert.rejects(callbacks.book(agentId, { ...promise, time: '15:00' }), refused);
    await admin.post(path, { ...SAVED, offersCallbacks: 'on', version: '1' });
    await callbacks.book(agentId, { ...promise, time: '15:00' });
    await admin.post('/admin/holidays', { date: '2026-11-24', name: 'Padroeira', kind: 'local' });
    await assert.rejects(callbacks.book(agentId, { ...promise, time: '16:00' }), { key: 'callbacks:error.holiday' });
  });

  for (const [field, value, sentence] of [
    ['name', ' ', /Preencha este campo/],
    ['name', 'x'.repeat(61), /no máximo 60 caracteres/],
    ['serviceLevelSeconds', '0', /de 1 a 3600/],
    ['serviceLevelSeconds', '3601', /de 1 a 3600/],
    ['serviceLevelSeconds', '1.5', /de 1 a 3600/],
    ['wrapUp', 'sometimes', /não é válido/],
    ['wrapUpSeconds', '', /de 1 a 3600/],
    ['missedLimit', '0', /de 1 a 20/],
    ['missedLimit', '21', /de 1 a 20/],
    ['opening', 'x', /não é válido/],
    ['hours2', 'das nove às cinco', /Escreva os intervalos como/],
    ['hours3', '08:00-08:00', /começa e termina na mesma hora/],
    ['hours4', '08:00-12:00, 11:00-13:00', /se sobrepõem/],
    ['hours7', '22:00-09:00', /vem do dia anterior/],
  ] as const) {
    it(`refuse “${value.slice(0, 30)}” as ${field}, at the field, with all that was typed`, async () => {
      const { status, text } = await admin.post(path, { ...SAVED, hours5: '9-10', [field]: value });
      assert.equal(status, 422);
      assert.match(text, sentence);
      assert.match(text, /value="9-10"/);
      assert.match(text, /name="version" value="0"/);
      assert.equal((await stored())['version'], 0);
    });
  }

  it('refuse a week without any hours', async () => {
    const { status, text } = await admin.post(path, { ...SAVED, hours1: '' });
    assert.equal(status, 422);
    assert.match(text, /Escreva o horário de pelo menos um dia/);
  });

  it('escape what was typed and refused', async () => {
    const { text } = await admin.post(path, { ...SAVED, name: '"><script>x</script>', hours1: '<b>' });
    assert.match(text, /value="&#34;&gt;&lt;script&gt;/);
    assert.doesNotMatch(text, /<script>x|"<b>"/);
  });

  it('refuse a form that was overtaken, and show both', async () => {
    await admin.post(path, { ...SAVED, name: 'Suporte N1' });
    await app.aUser({ login: 'outra', name: 'Outra' });
    const other = await app.signIn('outra');
    const { status, text } = await other.post(path, { ...SAVED, name: 'Suporte geral' });
    assert.equal(status, 409);
    assert.match(text, /Ana &lt;i&gt;Souza&lt;\/i&gt; salvou outra versão às 10:00:00/);
    assert.match(text, /value="Suporte geral"/);
    assert.match(text, /Agora está: Suporte N1/);
    assert.match(text, /name="version" value="1"/);
    assert.equal((await other.post(path, { ...SAVED, name: 'Suporte geral', version: '1' })).status, 303);
    assert.equal((await stored())['name'], 'Suporte geral');
  });

  it('let only one of two who save at once', async () => {
    await app.aUser({ login: 'outra' });
    const other = await app.signIn('outra');
    const save = async (who: Visitor, seconds: string): Promise<number> =>
      (await who.post(path, { ...SAVED, serviceLevelSeconds: seconds })).status;
    const statuses = await Promise.all([save(admin, '20'), save(other, '40')]);
    assert.deepEqual(statuses.sort(), [303, 409]);
  });

  it('leave a trace of what changed', async () => {
    await admin.post(path, SAVED);
    const entry = await app.app.audit.last('queue', id);
    assert.equal(entry?.action, 'changed');
    assert.equal(entry.actor.name, 'Ana <i>Souza</i>');
    assert.equal(entry.before?.['serviceLevelSeconds'], 20);
    assert.equal(entry.after?.['serviceLevelSeconds'], 30);
    assert.equal(entry.after['isAlwaysOpen'], false);
    assert.ok(!('followsHolidays' in entry.after), 'what did not change is not there');
  });

  it('speak English to who reads English', async () => {
    await app.aUser({ login: 'emma', locale: 'en' });
    const { text } = await (await app.signIn('emma')).get(path);
    assert.match(text, /Opening hours/);
    assert.match(text, /Open now/);
  });
});
