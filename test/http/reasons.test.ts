import assert from 'node:assert/strict';
import { type Response } from 'supertest';
import { type Reason, type ReasonType } from '../../src/modules/reasons/index.js';
import { DomainError } from '../../src/platform/errors.js';
import { PERMISSIONS, type Permission } from '../../src/shared/permissions.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

const ACTOR = { userId: null, name: 'Teste', address: null };

describe('reasons', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let admin: Visitor;

  beforeEach(async () => {
    telephony = new FakeTelephony();
    telephony.directoryAnswer = { users: [], queues: [], pauseReasons: ['Almoço', 'Banheiro', 'Treinamento'] };
    app = await startApp({ telephony: () => ({ telephony }) });
    await app.aUser({ login: 'admin', name: 'Helena Prado' });
    admin = await app.signIn('admin');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const aReason = (name: string, type: ReasonType = 'pause'): Promise<Reason> =>
    app.app.reasons.create(type, { name, timeLimitSeconds: null, isProductive: false }, ACTOR);
  const find = async (id: number): Promise<Reason> => {
    const reason = await app.app.reasons.find(id);
    assert.ok(reason !== null);
    return reason;
  };
  const at = (reason: Reason, rest = ''): string => `/admin/reasons/${String(reason.id)}${rest}`;
  const names = async (type: ReasonType = 'pause'): Promise<readonly string[]> =>
    (await app.app.reasons.list(type)).map(({ name }) => name);
  const rowOf = (text: string, reason: Reason): string =>
    new RegExp(`<tr data-testid="reason" id="reason-${String(reason.id)}">[\\s\\S]*?</tr>`).exec(text)![0];
  async function remove(...reasons: readonly Reason[]): Promise<Response> {
    const ids = reasons.map(({ id }) => ['ids', String(id)]);
    const body = new URLSearchParams([['_csrf', await admin.csrfToken()], ...ids]);
    return admin.agent.post('/admin/reasons/delete').type('form').send(body.toString());
  }
  /** An agent was in a pause for it, at some time. */
  async function use(reason: Reason): Promise<void> {
    const { id } = await app.aUser({ password: null });
    await app.app.db.sequelize.query(
      `INSERT INTO agent_intervals (agent_id, status, reason_id, started_at) VALUES (${String(id)}, 'paused', ${String(reason.id)}, '2026-11-22 12:00:00')`,
    );
  }

  it('are for those who are signed in and hold the permission, each its own', async () => {
    const reason = await aReason('Almoço');
    const routes: readonly (readonly ['get' | 'post', string, Permission])[] = [
      ['get', '/admin/reasons', 'reasons.list'],
      ['get', '/admin/reasons/new', 'reasons.create'],
      ['post', '/admin/reasons', 'reasons.create'],
      ['get', `/admin/reasons/delete?ids=${String(reason.id)}`, 'reasons.delete'],
      ['post', '/admin/reasons/delete', 'reasons.delete'],
      ['get', at(reason), 'reasons.list'],
      ['post', at(reason), 'reasons.edit'],
      ['post', at(reason, '/spelling'), 'reasons.edit'],
      ['post', at(reason, '/restore'), 'reasons.edit'],
      ['post', at(reason, '/move'), 'reasons.edit'],
    ];
    const fields = { name: 'Outro', type: 'pause', version: '0', direction: 'up', ids: String(reason.id) };
    for (const [index, [method, path, permission]] of routes.entries()) {
      await app.aUser({ login: `sem${String(index)}`, permissions: PERMISSIONS.filter((each) => each !== permission) });
      const other = await app.signIn(`sem${String(index)}`);
      const stranger = app.visitor();
      const refused = method === 'get' ? await other.get(path) : await other.post(path, fields);
      assert.equal(refused.status, 403, path);
      const sent = method === 'get' ? await stranger.get(path) : await stranger.post(path, fields);
      assert.equal(sent.status, 303, path);
      assert.match(sent.headers['location']!, /^\/sign-in/);
    }
    assert.deepEqual(await names(), ['Almoço']);
    assert.equal((await find(reason.id)).version, 0);
  });

  it('that do not exist are not found', async () => {
    for (const path of ['/admin/reasons/9999', '/admin/reasons/x', '/admin/reasons/99999999999']) {
      await admin.get(path).expect(404);
    }
    const fields = { name: 'Nada', version: '0', direction: 'up' };
    for (const path of ['', '/spelling', '/restore', '/move']) {
      assert.equal((await admin.post(`/admin/reasons/9999${path}`, fields)).status, 404, path);
    }
  });

  it('stand under the seed’s path with its button', async () => {
    const { text } = await admin.get('/admin/reasons').expect(200);
    const crumbs = /<nav class="crumbs"[\s\S]*?<\/nav>/.exec(text)![0].replace(/<[^>]+>/g, ' ');
    assert.match(crumbs, /Administração\s+Configurações Gerais\s+Motivos/);
    assert.match(text, /href="\/admin\/reasons\/new">\+Novo<\/a>/);
    assert.match(text, /exatamente a mesma grafia do Unity/);
    const form = (await admin.get('/admin/reasons/new').expect(200)).text;
    assert.match(form, /class="form-label required" for="name">Nome</);
    assert.match(form, /class="form-label required" for="type">Tipo</);
    assert.match(form, /<option value="pause" selected[^>]*>Pausa</);
    assert.match(form, /<datalist id="unity-reasons"><option value="Almoço">/);
  });

  it('are created, and the trail has it', async () => {
    const answer = await admin.post('/admin/reasons', {
      name: ' Almoço ',
      type: 'pause',
      timeLimit: '60',
      isProductive: 'on',
    });
    assert.equal(answer.status, 303);
    const [reason] = await app.app.reasons.list('pause');
    assert.ok(reason !== undefined);
    const { id, position, ...rest } = reason;
    assert.deepEqual(rest, {
      type: 'pause',
      name: 'Almoço',
      timeLimitSeconds: 3600,
      isProductive: true,
      isActive: true,
      version: 0,
    });
    assert.equal(position, 0);
    const page = await admin.get(answer.headers['location']!).expect(200);
    assert.match(page.text, /alert-success[^>]*>“Almoço” foi salvo\./);
    assert.doesNotMatch(page.text, /data-testid="spelling"/);
    const entry = await app.app.audit.last('reason', id);
    assert.deepEqual([entry?.action, entry?.actor.name, entry?.after?.['name']], ['created', 'Helena Prado', 'Almoço']);
  });

  it('of other types have no limit and are never compared with the exchange', async () => {
    const answer = await admin.post('/admin/reasons', {
      name: 'almoco',
      type: 'subject',
      timeLimit: '5',
      isProductive: 'on',
    });
    const page = await admin.get(answer.headers['location']!).expect(200);
    assert.doesNotMatch(page.text, /data-testid="spelling"|id="timeLimit"/);
    assert.match(page.text, /alert-success/);
    const [reason] = await app.app.reasons.list('subject');
    assert.deepEqual([reason?.timeLimitSeconds, reason?.isProductive], [null, false]);
  });

  for (const [what, fields, problem] of [
    ['without a name', { name: '   ' }, /id="name-error">Preencha este campo/],
    ['with a name that is too long', { name: 'x'.repeat(61) }, /id="name-error">Use no máximo 60/],
    ['with a limit that is no number', { timeLimit: 'dez <b>' }, /id="timeLimit-error">Digite um número de 1 a 480/],
    ['with a limit of nothing', { timeLimit: '0' }, /id="timeLimit-error"/],
    ['with a limit longer than a shift', { timeLimit: '481' }, /id="timeLimit-error"/],
    ['with a part of a minute', { timeLimit: '1.5' }, /id="timeLimit-error"/],
    [
      'with a name that there is, in another case',
      { name: ' BANHEIRO' },
      /id="name-error">Já existe um motivo deste tipo/,
    ],
  ] as const) {
    it(`${what} are refused, and keep what was typed`, async () => {
      await aReason('Banheiro');
      const reason = await aReason('Antes');
      const typed = { name: 'Depois <i>', type: 'pause', timeLimit: '15', isProductive: 'on', ...fields };
      for (const path of ['/admin/reasons', at(reason)]) {
        const { status, text } = await admin.post(path, { ...typed, version: '0' });
        assert.equal(status, 422, path);
        assert.match(text, problem);
        const escaped = (value: string): string => value.replace('<', '&lt;').replace('>', '&gt;');
        assert.ok(text.includes(`value="${escaped(typed.name)}"`), 'the name is kept');
        assert.ok(text.includes(`value="${escaped(typed.timeLimit)}"`), 'the limit is kept');
        assert.match(text, /name="isProductive" value="on" checked/);
      }
      assert.deepEqual(await names(), ['Banheiro', 'Antes']);
    });
  }

  it('of a type that there is not are refused, new ones and moves alike', async () => {
    assert.equal((await admin.post('/admin/reasons', { name: 'Novo', type: 'colour' })).status, 422);
    assert.equal((await admin.post('/admin/reasons', { name: 'Novo' })).status, 422);
    const reason = await aReason('Almoço');
    assert.equal((await admin.post(at(reason, '/move'), { direction: 'sideways' })).status, 400);
  });

  it('of two types may have one name', async () => {
    await aReason('Banheiro');
    assert.equal((await admin.post('/admin/reasons', { name: 'Banheiro', type: 'outcome' })).status, 303);
  });

  it('are changed, and what the exchange makes of the name is said', async () => {
    const reason = await aReason('Almoço');
    const answer = await admin.post(at(reason), { name: 'Lanche', timeLimit: '15', version: '0' });
    assert.equal(answer.status, 303);
    const { text } = await admin.get(answer.headers['location']!);
    assert.match(text, /alert-warning[^>]*>“Lanche” foi salvo, mas o Unity não tem um motivo com esta grafia/);
    assert.match(text, /data-testid="spelling"[\s\S]*?O Unity não tem este motivo\./);
    assert.deepEqual([(await find(reason.id)).timeLimitSeconds, (await find(reason.id)).version], [900, 1]);
    const entry = await app.app.audit.last('reason', reason.id);
    assert.deepEqual(entry?.before, { name: 'Almoço', timeLimitSeconds: null });
    assert.deepEqual(entry.after, { name: 'Lanche', timeLimitSeconds: 900 });
  });

  it('saved over somebody’s newer change say so, show both, and are saved when asked again', async () => {
    const reason = await aReason('Almoço');
    await admin.post(at(reason), { name: 'Banheiro', timeLimit: '15', isProductive: 'on', version: '0' });
    const { status, text } = await admin.post(at(reason), { name: 'Treinamento', timeLimit: '20', version: '0' });
    assert.equal(status, 409);
    assert.match(text, /Helena Prado salvou outra versão/);
    for (const theirs of [/Agora está: Banheiro/, /Agora está: 15/, /id="isProductive-theirs">Agora está: Sim/]) {
      assert.match(text, theirs);
    }
    assert.match(text, /value="Treinamento"/);
    assert.match(text, /name="version" value="1"/);
    assert.equal((await admin.post(at(reason), { name: 'Treinamento', timeLimit: '20', version: '1' })).status, 303);
  });

  it('that the exchange spells otherwise are marked with what differs, and corrected with one click', async () => {
    const wrong = await app.app.reasons.create(
      'pause',
      { name: 'almoco', timeLimitSeconds: 3600, isProductive: true },
      ACTOR,
    );
    const right = await aReason('Banheiro');
    const { text } = await admin.get('/admin/reasons').expect(200);
    assert.match(
      rowOf(text, wrong),
      /No Unity está escrito “Almoço”\. Diferença: maiúsculas\/minúsculas e acentos\.[\s\S]*Usar “Almoço”/,
    );
    assert.doesNotMatch(rowOf(text, right), /data-testid="spelling"/);
    assert.match((await admin.get(at(wrong))).text, /data-testid="spelling"[\s\S]*Usar “Almoço”/);
    const answer = await admin.post(at(wrong, '/spelling'), { name: 'Almoço', version: '0' });
    assert.equal(answer.status, 303);
    const { name, timeLimitSeconds, isProductive } = await find(wrong.id);
    assert.deepEqual([name, timeLimitSeconds, isProductive], ['Almoço', 3600, true]);
    assert.doesNotMatch((await admin.get('/admin/reasons')).text, /data-testid="spelling"/);
  });

  it('whose name is near one of the exchange are marked with it', async () => {
    const reason = await aReason('Treinameto <1>');
    assert.match(rowOf((await admin.get('/admin/reasons')).text, reason), /O Unity não tem este motivo/);
    const near = await aReason('Treinameto');
    assert.match(rowOf((await admin.get('/admin/reasons')).text, near), /Parecido lá: “Treinamento”/);
  });

  it('cannot take a spelling that another has, or one that was overtaken', async () => {
    await aReason('Almoço');
    const reason = await app.app.reasons.create(
      'pause',
      { name: 'Almosso', timeLimitSeconds: 600, isProductive: true },
      ACTOR,
    );
    const taken = await admin.post(at(reason, '/spelling'), { name: 'Almoço', version: '0' });
    assert.equal(taken.status, 422);
    assert.match(taken.text, /Já existe um motivo deste tipo com este nome/);
    assert.match(taken.text, /id="timeLimit" name="timeLimit" type="text" value="10"/);
    assert.match(taken.text, /name="isProductive" value="on" checked/);
    const stale = await admin.post(at(reason, '/spelling'), { name: 'Treinamento', version: '7' });
    assert.equal(stale.status, 409);
    assert.equal((await find(reason.id)).name, 'Almosso');
  });

  it('are not said to be wrong while the exchange is out of reach', async () => {
    const reason = await aReason('almoco');
    for (const away of [
      () => {
        telephony.disconnect();
      },
      () => {
        telephony.connect();
        telephony.directory = () => Promise.reject(new DomainError('unavailable', 'auth:exchange-unavailable'));
      },
    ]) {
      away();
      for (const path of ['/admin/reasons', at(reason)]) {
        const { text } = await admin.get(path).expect(200);
        assert.match(text, /O Unity está fora de alcance/);
        assert.doesNotMatch(text, /data-testid="spelling"/);
      }
      const { version } = await find(reason.id);
      const answer = await admin.post(at(reason), { name: 'almoco', version: String(version) });
      assert.match((await admin.get(answer.headers['location']!)).text, /alert-success/);
    }
  });

  it('are found by name, type and state, and escaped', async () => {
    const pause = await aReason('Café <b>');
    const retired = await aReason('Cafezinho');
    await aReason('Café da manhã', 'subject');
    await use(retired);
    await remove(retired);
    const shown = async (query: string): Promise<number> =>
      (await admin.get(`/admin/reasons?${query}`).expect(200)).text.match(/data-testid="reason"/g)?.length ?? 0;
    assert.deepEqual(
      await Promise.all(
        [
          '',
          'q=caf',
          'q=CAFÉ',
          'type=pause',
          'type=pause&state=active',
          'state=retired',
          'q=xyz',
          'type=x&state=y',
        ].map(shown),
      ),
      [3, 3, 2, 2, 1, 1, 0, 3],
    );
    const { text } = await admin.get('/admin/reasons');
    assert.match(rowOf(text, pause), /Café &lt;b&gt;/);
    assert.match(rowOf(text, retired), /Fora de uso/);
  });

  it('offer only what one may do', async () => {
    const reason = await aReason('almoco');
    await app.aUser({ login: 'olha', permissions: ['reasons.list'] });
    const looker = await app.signIn('olha');
    const { text } = await looker.get('/admin/reasons').expect(200);
    assert.match(text, /data-testid="spelling"/);
    assert.doesNotMatch(text, /\+Novo|type="checkbox"|name="direction"|Usar “/);
    const page = (await looker.get(at(reason)).expect(200)).text;
    assert.match(page, /<fieldset disabled/);
    assert.doesNotMatch(page, /Salvar|Usar “|Excluir</);
  });

  it('are put in order one place at a time, and the keyboard stays at the button', async () => {
    const [one, two] = [await aReason('Um'), await aReason('Dois'), await aReason('Três')];
    const answer = await admin.post(at(two, '/move'), { direction: 'up', type: 'pause', state: '' });
    assert.equal(answer.status, 303);
    assert.deepEqual(await names(), ['Dois', 'Um', 'Três']);
    const place = answer.headers['location']!;
    assert.doesNotMatch(place, /#/, 'a fragment would keep the browser from the button with autofocus');
    const { text } = await admin.get(place);
    assert.match(rowOf(text, two), /value="up"[^>]*disabled/);
    assert.match(rowOf(text, two), /value="down"[^>]*autofocus/, 'it went as far as it goes');
    assert.equal(text.match(/autofocus/g)?.length, 1);
    await admin.post(at(one, '/move'), { direction: 'down' });
    assert.deepEqual(await names(), ['Dois', 'Três', 'Um']);
    await admin.post(at(one, '/move'), { direction: 'down' });
    assert.deepEqual(await names(), ['Dois', 'Três', 'Um'], 'the last stays the last');
    const positions = (await app.app.reasons.list('pause')).map(({ position }) => position);
    assert.deepEqual(positions, [0, 1, 2]);
  });

  it('keep an order without two at one place, however many move at once', async () => {
    const reasons = [await aReason('Um'), await aReason('Dois'), await aReason('Três'), await aReason('Quatro')];
    await Promise.all(
      reasons.flatMap((reason) => [
        app.app.reasons.move(reason.id, 'up', ACTOR),
        app.app.reasons.move(reason.id, 'down', ACTOR),
      ]),
    );
    const positions = (await app.app.reasons.list('pause')).map(({ position }) => position);
    assert.deepEqual(positions, [0, 1, 2, 3]);
  });

  it('that were never used are deleted after the question that names them', async () => {
    const reason = await aReason('Nunca <usado>');
    const question = await admin.get(`/admin/reasons/delete?ids=${String(reason.id)}`).expect(200);
    assert.match(question.text, /Nunca &lt;usado&gt;<\/strong>: será excluído/);
    assert.equal((await remove(reason)).status, 303);
    assert.match((await admin.get('/admin/reasons')).text, /1 motivo foi excluído\./);
    assert.equal(await app.app.reasons.find(reason.id), null);
    assert.equal((await app.app.audit.last('reason', reason.id))?.action, 'deleted');
  });

  it('that were used are retired and say so, and can be put back in use', async () => {
    const [used, unused] = [await aReason('Almoço'), await aReason('Banheiro')];
    await use(used);
    const question = await admin.get(`/admin/reasons/delete?ids=${String(used.id)}&ids=${String(unused.id)}`);
    assert.match(question.text, /Almoço<\/strong>: já foi usado: sairá de uso/);
    assert.match(question.text, /Banheiro<\/strong>: será excluído/);
    await remove(used, unused);
    assert.match(
      (await admin.get('/admin/reasons')).text,
      /1 motivo foi excluído\. Já em uso.*apenas saiu de uso: “Almoço”/,
    );
    assert.equal((await find(used.id)).isActive, false);
    assert.equal(await app.app.reasons.find(unused.id), null);
    await assert.rejects(app.app.reasons.requireActive('pause', used.id), { key: 'calls:refused.no-reason' });
    assert.equal((await app.app.audit.last('reason', used.id))?.action, 'deactivated');
    assert.match((await admin.get(at(used))).text, /data-testid="retired"[\s\S]*Voltar a usar/);
    assert.equal((await admin.post(at(used, '/restore'))).status, 303);
    assert.match((await admin.get(at(used))).text, /“Almoço” voltou a ser usado/);
    assert.equal((await app.app.reasons.requireActive('pause', used.id)).name, 'Almoço');
    assert.equal((await app.app.audit.last('reason', used.id))?.action, 'activated');
  });

  it('are removed by nobody who ticked none', async () => {
    await admin.get('/admin/reasons/delete?ids=9999').expect(303);
    assert.match((await admin.get('/admin/reasons')).text, /Marque na lista/);
    assert.equal((await remove()).status, 303);
  });

  it('do without an exchange at all', async () => {
    const alone = await startApp();
    await alone.aUser({ login: 'admin' });
    const visitor = await alone.signIn('admin');
    await visitor.post('/admin/reasons', { name: 'Almoço', type: 'pause' });
    assert.match((await visitor.get('/admin/reasons').expect(200)).text, /data-testid="exchange-away"/);
    await alone[Symbol.asyncDispose]();
  });
});
