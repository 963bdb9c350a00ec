import assert from 'node:assert/strict';
import { Attendances, SequelizeAttendanceRepository } from '../../src/modules/attendances/index.js';
import { SYSTEM_ACTOR } from '../../src/modules/audit/index.js';
import { type AttendanceKind } from '../../src/shared/attendance.js';
import { type Permission } from '../../src/shared/permissions.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

const ZONE = 'America/Sao_Paulo';
const DAY = 86_400_000;

interface Fields {
  readonly kind: AttendanceKind;
  readonly customerId: number | null;
  readonly description: string;
  readonly outcome: string;
  readonly subjectReasonId: number | null;
  readonly finished: boolean;
}

describe('attendances pages', () => {
  let app: Harness;
  let now: number;
  let attendances: Attendances;
  let people: number;
  let agentId: number;
  let calls: number;
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 25, 15, 0);
    people = calls = 0;
    app = await startApp({ now: () => new Date(now) });
    attendances = new Attendances({
      repository: new SequelizeAttendanceRepository(app.app.db, ZONE),
      now: () => new Date(now),
      reasons: () => Promise.resolve([]),
      customerOfCall: () => null,
    });
    agentId = (await app.aUser({ login: 'ana', name: 'Ana Souza', permissions: OF_AGENTS })).id;
  });
  afterEach(() => app[Symbol.asyncDispose]());

  const OF_AGENTS: readonly Permission[] = ['attendances.list', 'attendances.create'];
  const as = async (...permissions: readonly Permission[]): Promise<Visitor> => {
    const login = `pessoa-${String(++people)}`;
    await app.aUser({ login, permissions, name: 'Helena Prado' });
    return app.signIn(login);
  };
  /** A record of Ana's. */
  const anAttendance = async (
    subject: string,
    { finished = true, ...fields }: Partial<Fields> = {},
  ): Promise<{ readonly id: number; readonly protocol: string; readonly path: string }> => {
    const callId = `call-${String(++calls)}`;
    const form = await attendances.openForCall({ callId, agentId, customerId: null, queueId: null });
    const id = form.attendanceId;
    const texts = { subject, description: fields.description ?? '' };
    const set = { ...texts, customer_id: fields.customerId, kind: fields.kind, outcome: fields.outcome };
    const columns = { ...set, subject_reason_id: fields.subjectReasonId };
    for (const [column, value] of Object.entries(columns)) {
      if (value === undefined) continue;
      await app.app.db.write((transaction) =>
        app.app.db.sequelize.query(`UPDATE attendances SET ${column} = :value WHERE id = :id`, {
          replacements: { value, id },
          transaction,
        }),
      );
    }
    if (finished) await attendances.finish(callId, agentId);
    return { id, protocol: form.protocol, path: `/attendances/${String(id)}` };
  };
  const aCustomer = async (name = 'Beatriz <b>Nunes</b>'): Promise<number> =>
    (
      await app.app.customers.create(
        { name, document: null, email: null, notes: null, numbers: ['+5583999990001'] },
        SYSTEM_ACTOR,
      )
    ).id;
  const listed = (text: string): readonly number[] =>
    [...text.matchAll(/data-testid="attendance" data-id="(\d+)"/g)].map(([, id]) => Number(id));
  const find = async (visitor: Visitor, query: Readonly<Record<string, string>>): Promise<readonly number[]> =>
    listed((await visitor.get(`/attendances?${new URLSearchParams(query).toString()}`).expect(200)).text);
  const saidIn = (text: string, testId: string): string | undefined =>
    new RegExp(`data-testid="${testId}"[^>]*>([^<]*)`).exec(text)?.[1];
  const versionIn = (text: string): string => /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';

  it('are shut without the permission to list attendances', async () => {
    const { path } = await anAttendance('Boleto');
    const stranger = await as('calls.list', 'attendances.edit');
    for (const each of ['/attendances', path]) await stranger.get(each).expect(403);
    assert.equal((await stranger.post(`${path}/reopen`, { reason: 'x' })).status, 403);
    assert.equal((await stranger.post(path, { version: '3' })).status, 403);
    const reader = await as('attendances.list');
    for (const each of ['/attendances/4711', '/attendances/abc']) await reader.get(each).expect(404);
    assert.match((await reader.get('/attendances').expect(200)).text, /href="\/attendances" aria-current="page"/);
  });

  it('find a protocol however it is typed and whenever it was, and say at the field when it cannot exist', async () => {
    const { id, protocol } = await anAttendance('Boleto');
    await anAttendance('Outro');
    now += 200 * DAY;
    const reader = await as('attendances.list');
    for (const typed of [protocol, ` ${protocol.slice(0, 8)} ${protocol.slice(8, -1)}-${protocol.slice(-1)}`]) {
      assert.deepEqual(await find(reader, { protocol: typed, state: 'open' }), [id], typed);
    }
    const wrong = protocol.slice(0, -1) + String((Number(protocol.at(-1)) + 1) % 10);
    for (const typed of [wrong, 'abc']) {
      const answer = await reader.get(`/attendances?protocol=${typed}`).expect(422);
      assert.match(answer.text, /id="protocol-error"[^>]*>Este número de protocolo não existe/);
      assert.match(answer.text, new RegExp(`name="protocol"[^>]*value="${typed}"`));
    }
  });

  it('are filtered by customer, agent, kind, state and period, and show what they say escaped', async () => {
    const customerId = await aCustomer();
    const first = await anAttendance('Boleto <i>', { customerId });
    const second = await anAttendance('Senha', { kind: 'confidential' });
    const third = await anAttendance('Mudança', { finished: false });
    const reader = await as('attendances.list');
    assert.deepEqual(await find(reader, {}), [third.id, second.id, first.id]);
    assert.deepEqual(await find(reader, { customer: 'nunes' }), [first.id]);
    assert.deepEqual(await find(reader, { customer: '99999-0001' }), [first.id]);
    assert.deepEqual(await find(reader, { customer: 'ninguém' }), []);
    assert.deepEqual(await find(reader, { state: 'open' }), [third.id]);
    assert.deepEqual(await find(reader, { kind: 'confidential' }), [second.id]);
    assert.deepEqual(await find(reader, { agent: String(agentId) }), [third.id, second.id, first.id]);
    assert.deepEqual(await find(reader, { agent: '4711' }), []);
    assert.deepEqual(await find(reader, { from: '2026-11-01', to: '2026-11-24' }), []);
    assert.deepEqual(await find(reader, { from: '2026-11-25', to: '2026-11-25' }), [third.id, second.id, first.id]);
    const { text } = await reader.get('/attendances').expect(200);
    assert.match(text, /Boleto &lt;i&gt;/);
    assert.match(text, /Beatriz &lt;b&gt;Nunes/);
    await reader.get('/attendances?from=2026-11-30&to=2026-11-01').expect(422);
    await reader.get('/attendances?from=2026-01-01&to=2026-11-01').expect(422);
  });

  it('come fifty to a page, each once', async () => {
    for (let n = 0; n < 51; n += 1) await anAttendance(`assunto ${String(n)}`);
    const reader = await as('attendances.list');
    const [one, two] = [await find(reader, {}), await find(reader, { page: '2' })];
    assert.deepEqual([one.length, two.length, new Set([...one, ...two]).size], [50, 1, 51]);
    assert.match((await reader.get('/attendances')).text, /rel="next" href="\/attendances\?[^"]*page=2/);
  });

  describe('of a confidential one', () => {
    const TEXTS = /segredo|prontuário|encaminhado/;
    const secret = async (more: Partial<Fields> = {}) =>
      anAttendance('segredo', { kind: 'confidential', description: 'prontuário', outcome: 'encaminhado', ...more });

    it('say nothing to others, and all to its agent and who may see such', async () => {
      const { path } = await secret();
      const other = await as('attendances.list', 'attendances.edit');
      for (const each of [path, '/attendances']) assert.doesNotMatch((await other.get(each).expect(200)).text, TEXTS);
      assert.equal(saidIn((await other.get(path)).text, 'description'), 'Confidencial');
      for (const visitor of [await app.signIn('ana'), await as('attendances.list', 'attendances.confidential')]) {
        const { text } = await visitor.get(path).expect(200);
        assert.deepEqual(
          ['subject', 'outcome', 'description'].map((each) => saidIn(text, each)),
          ['segredo', 'encaminhado', 'prontuário'],
        );
        assert.match((await visitor.get('/attendances')).text, /segredo/);
      }
    });

    it('tell no one what it was about through the filter', async () => {
      const { id: reasonId } = await app.app.reasons.create('subject', aReason('segredo'), SYSTEM_ACTOR);
      const { id } = await secret({ subjectReasonId: reasonId });
      const plain = await anAttendance('segredo', { subjectReasonId: reasonId });
      const query = { subject: String(reasonId) };
      assert.deepEqual(await find(await as('attendances.list'), query), [plain.id]);
      assert.deepEqual(await find(await app.signIn('ana'), query), [plain.id, id]);
      assert.deepEqual(await find(await as('attendances.list', 'attendances.confidential'), query), [plain.id, id]);
    });

    it('are masked in the record of the customer', async () => {
      const customerId = await aCustomer();
      await secret({ customerId });
      const path = `/customers/${String(customerId)}?tab=attendances`;
      const mine: readonly Permission[] = ['customers.list', 'attendances.list'];
      const masked = (await (await as(...mine)).get(path).expect(200)).text;
      assert.doesNotMatch(masked, TEXTS);
      assert.match(masked, /data-testid="history-attendance".*Confidencial/s);
      assert.match((await (await as(...mine, 'attendances.confidential')).get(path).expect(200)).text, /segredo/);
    });

    it('cannot be reopened or written in by who may not read it', async () => {
      const { path, id } = await secret();
      const editor = await as('attendances.list', 'attendances.edit');
      assert.equal((await editor.post(`${path}/reopen`, { reason: 'curiosidade' })).status, 403);
      assert.equal((await attendances.forCall(`call-1`))?.attendanceId, id);
      assert.match((await editor.get(path)).text, /data-state="finished" data-testid="state"/);
    });

    it('keep why it was reopened, and what was changed, out of history and audit trail', async () => {
      const { path, id } = await secret();
      const ana = await app.signIn('ana');
      assert.equal((await ana.post(`${path}/reopen`, { reason: 'prontuário errado' })).status, 303);
      const fields = { version: versionIn((await ana.get(path)).text), subject: 'keep', outcome: 'keep' };
      assert.equal((await ana.post(path, { ...fields, description: 'prontuário novo', act: 'finish' })).status, 303);
      const trail = await app.app.audit.list({ ...ALL_ENTRIES, subject: 'attendance', subjectId: String(id) }, 1);
      assert.deepEqual(
        trail.entries.map(({ action }) => action),
        ['finished', 'reopened'],
      );
      assert.doesNotMatch(JSON.stringify(trail.entries), TEXTS);
      const other = await as('attendances.list');
      const { text } = await other.get(path).expect(200);
      assert.doesNotMatch(text, TEXTS);
      assert.match(text, /Reaberto por Ana Souza/);
    });
  });

  it('of an anonymous one show neither customer nor number nor call', async () => {
    const customerId = await aCustomer();
    const { path, id } = await anAttendance('Denúncia', { kind: 'anonymous', customerId });
    const reader = await as('attendances.list', 'attendances.confidential', 'customers.list', 'calls.list');
    for (const each of ['/attendances', path]) {
      const { text } = await reader.get(each).expect(200);
      assert.match(text, /Denúncia/);
      assert.doesNotMatch(text, /Nunes|99999|\/calls\/call-/);
      assert.doesNotMatch(text, new RegExp(`/customers/${String(customerId)}"`));
    }
    assert.deepEqual(await find(reader, { customer: 'nunes' }), []);
    assert.deepEqual(await find(reader, { kind: 'anonymous' }), [id]);
    assert.equal(await attendances.linkOfCall('call-1'), null);
  });

  it('lead from one of a customer to the one before and after', async () => {
    const customerId = await aCustomer();
    const [first, second, third] = [
      await anAttendance('a', { customerId }),
      await anAttendance('b', { customerId }),
      await anAttendance('c', { customerId }),
    ];
    const { text } = await (await as('attendances.list')).get(second.path).expect(200);
    assert.match(text, new RegExp(`rel="prev" href="${first.path}"`));
    assert.match(text, new RegExp(`rel="next" href="${third.path}"`));
  });

  describe('reopening', () => {
    it('asks for a reason at its field, and keeps it in history and audit trail', async () => {
      const { path, id, protocol } = await anAttendance('Boleto');
      const editor = await as('attendances.list', 'attendances.edit');
      for (const reason of ['', '   ', 'x'.repeat(301)]) {
        const refused = await editor.post(`${path}/reopen`, { reason });
        assert.equal(refused.status, 422);
        assert.match(refused.text, /id="reason-error"/);
      }
      assert.equal((await editor.post(`${path}/reopen`, { reason: 'cliente <ligou> de novo' })).status, 303);
      const { text } = await editor.get(path).expect(200);
      assert.match(text, /data-state="open" data-testid="state"/);
      assert.match(text, /Reaberto por Helena Prado.*Motivo: cliente &lt;ligou&gt; de novo/s);
      const [entry] = (await app.app.audit.list({ ...ALL_ENTRIES, subject: 'attendance' }, 1)).entries;
      assert.deepEqual(
        [entry?.action, entry?.subjectId, entry?.subjectName, entry?.actor.name, entry?.after],
        ['reopened', String(id), protocol, 'Helena Prado', { state: 'open', reason: 'cliente <ligou> de novo' }],
      );
      const again = await editor.post(`${path}/reopen`, { reason: 'outra vez' });
      assert.equal(again.status, 409);
      assert.match(again.text, /Só um atendimento finalizado pode ser reaberto/);
      assert.equal((await app.app.audit.list({ ...ALL_ENTRIES, subject: 'attendance' }, 1)).total, 1);
    });

    it('is an agent’s own matter on the same day only, and says why the button is shut', async () => {
      const { path } = await anAttendance('Boleto');
      const other = await as(...OF_AGENTS);
      assert.equal((await other.post(`${path}/reopen`, { reason: 'x' })).status, 403);
      assert.match((await other.get(path)).text, /disabled title="Este atendimento é de outra pessoa/);
      now += DAY;
      const ana = await app.signIn('ana');
      assert.equal((await ana.post(`${path}/reopen`, { reason: 'x' })).status, 403);
      assert.match((await ana.get(path)).text, /disabled title="Você só pode reabrir/);
      now -= DAY;
      assert.equal((await ana.post(`${path}/reopen`, { reason: 'x' })).status, 303);
      assert.equal((await app.app.audit.list({ ...ALL_ENTRIES, subject: 'attendance' }, 1)).total, 1);
    });
  });

  describe('writing in a reopened one', () => {
    it('saves, finishes again, and takes only reasons that may be chosen', async () => {
      const { id: reasonId } = await app.app.reasons.create('outcome', aReason('Resolvido'), SYSTEM_ACTOR);
      const { path, id } = await anAttendance('digitado', { description: 'antes' });
      const ana = await app.signIn('ana');
      await ana.post(`${path}/reopen`, { reason: 'faltou o desfecho' });
      const fields = { version: versionIn((await ana.get(path)).text), subject: 'keep', description: 'depois' };
      const gone = await ana.post(path, { ...fields, outcome: '4711' });
      assert.equal(gone.status, 422);
      assert.match(gone.text, /id="outcome-error"[^>]*>Este motivo não pode mais/);
      assert.match(gone.text, />depois<\/textarea>/);
      const long = await ana.post(path, { ...fields, description: 'x'.repeat(4001) });
      assert.match(long.text, /id="description-error"/);
      assert.equal((await ana.post(path, { ...fields, outcome: String(reasonId), act: 'save' })).status, 303);
      const { text } = await ana.get(path).expect(200);
      assert.match(text, /selected >Resolvido/);
      const last = { ...fields, version: versionIn(text), outcome: String(reasonId), act: 'finish' };
      assert.equal((await ana.post(path, last)).status, 303);
      const finished = (await ana.get(path)).text;
      assert.deepEqual(
        ['subject', 'outcome', 'description'].map((each) => saidIn(finished, each)),
        ['digitado', 'Resolvido', 'depois'],
      );
      const trail = await app.app.audit.list({ ...ALL_ENTRIES, subject: 'attendance', subjectId: String(id) }, 1);
      assert.deepEqual(
        trail.entries.map(({ action, before }) => [action, before]),
        [
          ['finished', { state: 'open' }],
          ['changed', { outcome: '', description: 'antes' }],
          ['reopened', { state: 'finished', reason: null }],
        ],
      );
      assert.equal((await ana.post(path, { ...last, version: versionIn(text) })).status, 409);
    });

    it('keeps what somebody else saved meanwhile, and what was typed', async () => {
      const { path } = await anAttendance('Boleto', { description: 'antes' });
      const editor = await as('attendances.list', 'attendances.edit');
      await editor.post(`${path}/reopen`, { reason: 'x' });
      const version = versionIn((await editor.get(path)).text);
      const ana = await app.signIn('ana');
      assert.equal((await ana.post(path, { version, subject: 'keep', description: 'da Ana' })).status, 303);
      const late = await editor.post(path, { version, subject: 'keep', description: 'da Helena' });
      assert.equal(late.status, 409);
      assert.match(late.text, /data-testid="overtaken"/);
      assert.match(late.text, />da Helena<\/textarea>/);
    });

    it('is not for one that its agent writes in a call, nor for a stranger', async () => {
      const { path } = await anAttendance('em ligação', { finished: false });
      const editor = await as('attendances.list', 'attendances.edit');
      assert.doesNotMatch((await editor.get(path)).text, /data-testid="rewrite-form"/);
      const refused = await editor.post(path, { version: '1', subject: 'keep', description: 'por cima' });
      assert.equal(refused.status, 409);
      const other = await anAttendance('fechado');
      await editor.post(`${other.path}/reopen`, { reason: 'x' });
      const stranger = await as(...OF_AGENTS);
      assert.doesNotMatch((await stranger.get(other.path)).text, /data-testid="rewrite-form"/);
      assert.equal((await stranger.post(other.path, { version: '3', description: 'y' })).status, 403);
    });
  });
});

function aReason(name: string) {
  return { name, timeLimitSeconds: null, isProductive: false };
}

const ALL_ENTRIES = {
  ...{ text: '', subject: null, subjectId: null, action: null, userId: null },
  ...{ from: null, until: null },
} as const;
