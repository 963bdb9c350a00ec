import assert from 'node:assert/strict';
import { type TelephonyPart } from '../../src/app.js';
import { type RunningExchange } from '../../src/modules/exchange-admin/index.js';
import { createBuiltInExchange } from '../../src/modules/telephony/exchange/index.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

const PASSWORD = 'ramal mil e um';
const USER = { login: 'ana.souza', name: 'Ana Souza', locality: 'Matriz', extension: '1001', password: PASSWORD };
const QUEUE = { name: 'Vendas', number: '4000', strategy: 'ring-all', ringSeconds: '20', maxWaitSeconds: '300' };

type Fields = Readonly<Record<string, string | readonly string[]>>;

describe('administering the built-in exchange', () => {
  let app: Harness;
  let admin: Visitor;
  let running: RunningExchange & { inCall: Set<string>; waiting: Set<string>; reloads: number };

  const start = async (inUse = true): Promise<void> => {
    app = await startApp({
      now: () => new Date('2026-11-23T13:00:00Z'),
      telephony: ({ server, db, logger, now }): TelephonyPart => {
        if (!inUse) return { telephony: new FakeTelephony() };
        const built = createBuiltInExchange({ server, db, secret: 's'.repeat(40), now, log: logger });
        running = {
          inCall: new Set(),
          waiting: new Set(),
          reloads: 0,
          async reloadDirectory() {
            running.reloads += 1;
            await built.administration.reloadDirectory();
          },
          isInCall: (extension) => running.inCall.has(extension),
          hasCallers: (queue) => running.waiting.has(queue),
        };
        return { telephony: built.telephony, administration: running };
      },
    });
    await app.aUser({ login: 'admin', name: 'Helena Prado' });
    admin = await app.signIn('admin');
  };
  const post = async (path: string, fields: Fields, who = admin): ReturnType<Visitor['post']> =>
    who.post(`/admin/exchange${path}`, fields as Readonly<Record<string, string>>);
  const get = (path: string): ReturnType<Visitor['get']> => admin.get(`/admin/exchange${path}`);
  const made = async (path: string, fields: Fields): Promise<string> => {
    const answer = await post(path, fields);
    assert.equal(answer.status, 303, answer.text);
    const { text } = await get(path);
    const name = String(fields['name']).replaceAll(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'));
    const id = new RegExp(`/admin/exchange${path}/(\\d+)">${name}<`).exec(text)?.[1];
    assert.ok(id !== undefined, text);
    return id;
  };
  const directory = (): ReturnType<NonNullable<typeof app.app.telephony>['directory']> =>
    app.app.telephony!.directory();

  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('is closed to strangers, and to who may not', async () => {
    await start();
    const id = await made('/localities', { name: 'Matriz' });
    await app.aUser({ login: 'leitora', permissions: ['exchange.list'] });
    await app.aUser({ login: 'agente', permissions: ['voice.desk', 'queues.edit'] });
    const reader = await app.signIn('leitora');
    const agent = await app.signIn('agente');
    const strange = app.visitor();
    for (const section of ['users', 'queues', 'localities', 'pause-reasons']) {
      const home = `/admin/exchange/${section}`;
      assert.equal((await strange.get(home)).status, 303);
      assert.equal((await agent.get(home)).status, 403);
      assert.equal((await reader.get(home)).status, 200);
      assert.doesNotMatch((await reader.get(home)).text, />Novo</);
      for (const page of ['/new', '/delete?ids=1']) {
        assert.equal((await strange.get(home + page)).status, 303);
        assert.equal((await reader.get(home + page)).status, 403);
      }
      for (const page of ['', '/delete', `/${id}`]) {
        assert.equal((await strange.post(home + page, { name: 'x', ids: id })).status, 303);
        assert.equal((await reader.post(home + page, { name: 'x', ids: id })).status, 403);
      }
    }
    assert.equal((await reader.get(`/admin/exchange/localities/${id}`)).status, 200);
    assert.equal((await agent.get('/admin/exchange')).status, 403);
    const first = await admin.get('/admin/exchange');
    assert.equal(first.headers['location'], '/admin/exchange/users');
  });

  it('does not find what is not there', async () => {
    await start();
    for (const section of ['users', 'queues', 'localities', 'pause-reasons']) {
      for (const id of ['4711', 'abc', '0']) {
        assert.equal((await get(`/${section}/${id}`)).status, 404);
        assert.equal((await post(`/${section}/${id}`, { name: 'x', version: '0' })).status, 404);
      }
      assert.equal((await get(`/${section}/delete?ids=4711`)).status, 303);
    }
    assert.equal((await get('/trunks')).status, 404);
  });

  it('says when another exchange is in use', async () => {
    await start(false);
    for (const path of ['/users', '/queues/new']) assert.match((await get(path)).text, /não está em uso/);
    await made('/localities', { name: 'Matriz' });
  });

  it('makes users, queues, localities and pause reasons that the exchange knows at once', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    await made('/pause-reasons', { name: 'Almoço' });
    const queueId = await made('/queues', QUEUE);
    const userId = await made('/users', { ...USER, queueIds: queueId });
    assert.match((await get('/users')).text, /“Ana Souza” foi salvo|ana\.souza/);
    assert.doesNotMatch((await get('/users')).text, /não está em uso/);
    assert.equal(running.reloads, 4);
    assert.deepEqual(await directory(), {
      users: [{ login: 'ana.souza', name: 'Ana Souza', locality: 'Matriz', extension: '1001', queues: ['Vendas'] }],
      queues: [{ name: 'Vendas', number: '4000', strategy: 'ring-all' }],
      pauseReasons: ['Almoço'],
    });
    assert.equal(await app.app.telephony!.verifyCredentials('ana.souza', PASSWORD), true);
    const { text } = await get(`/users/${userId}`);
    assert.match(text, /value="1001"/);
    assert.doesNotMatch(text, /argon2|ramal mil/);
    const entry = await app.app.audit.last('exchange-user', userId);
    assert.equal(entry?.action, 'created');
    assert.deepEqual(entry.after?.['queues'], ['Vendas']);
    assert.doesNotMatch(JSON.stringify(entry), /argon2|ramal mil/);
    // The application's own queues and users change only when they are synchronised.
    assert.doesNotMatch((await admin.get('/admin/queues')).text, /Vendas/);
  });

  it('lists names as people look them up, accents and capitals beside their letters', async () => {
    await start();
    for (const name of ['Zona Sul', 'érico', 'Érica', 'Fábrica', 'Filial 10', 'Filial 9'])
      await made('/localities', { name });
    const { text } = await get('/localities');
    const names = [...text.matchAll(/\/admin\/exchange\/localities\/\d+">([^<]+)</g)].map(([, name]) => name);
    assert.deepEqual(names, ['Érica', 'érico', 'Fábrica', 'Filial 9', 'Filial 10', 'Zona Sul']);
  });

  it('changes a user, and the password only when one is typed', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    const id = await made('/users', USER);
    const rest = { ...USER, password: '' };
    assert.equal((await post(`/users/${id}`, { ...rest, name: 'Ana S.', version: '0' })).status, 303);
    assert.equal(await app.app.telephony!.verifyCredentials('ana.souza', PASSWORD), true);
    assert.equal((await app.app.audit.last('exchange-user', id))?.after?.['password'], undefined);
    assert.equal((await post(`/users/${id}`, { ...rest, password: 'outra senha', version: '1' })).status, 303);
    assert.equal(await app.app.telephony!.verifyCredentials('ana.souza', PASSWORD), false);
    assert.equal(await app.app.telephony!.verifyCredentials('ana.souza', 'outra senha'), true);
    assert.match(String((await app.app.audit.last('exchange-user', id))?.after?.['password']), /\(\*\)/);
  });

  for (const [field, value, sentence] of [
    ['login', '', /Preencha este campo/],
    ['login', 'ana souza', /sem espaços/],
    ['name', '', /Preencha este campo/],
    ['locality', 'Filial', /Escolha uma localidade da lista/],
    ['extension', '10a', /2 a 20 algarismos/],
    ['extension', '4000', /já é de um ramal ou de uma fila/],
    ['extension', '1009', /já é de um ramal ou de uma fila/],
    ['login', 'bruno.lima', /já tem um usuário com este login/],
    ['password', 'curta', /pelo menos 8 caracteres/],
  ] as const) {
    it(`refuses a user whose ${field} is “${value}”, with what was typed but the password`, async () => {
      await start();
      await made('/localities', { name: 'Matriz' });
      const queueId = await made('/queues', QUEUE);
      await made('/users', { ...USER, login: 'bruno.lima', name: 'Bruno Lima', extension: '1009' });
      const id = await made('/users', { ...USER, login: 'carla', name: 'Carla', extension: '1010' });
      for (const path of ['/users', `/users/${id}`]) {
        const { status, text } = await post(path, { ...USER, version: '0', queueIds: queueId, [field]: value });
        assert.equal(status, 422);
        assert.match(text, sentence);
        assert.match(text, field === 'name' ? /value="ana\.souza"/ : /value="Ana Souza"/);
        assert.match(text, new RegExp(`name="queueIds" value="${queueId}" checked`));
        assert.doesNotMatch(text, /ramal mil|value="curta"/);
      }
      assert.equal((await directory()).users.length, 2);
    });
  }

  it('refuses a new user without a password', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    const { status, text } = await post('/users', { ...USER, password: '' });
    assert.equal(status, 422);
    assert.match(text, /Preencha este campo/);
  });

  for (const [field, value, sentence] of [
    ['name', '', /Preencha este campo/],
    ['name', 'Suporte', /já tem um cadastro com este nome/],
    ['number', 'abc', /2 a 20 algarismos/],
    ['number', '4001', /já é de um ramal ou de uma fila/],
    ['number', '1001', /já é de um ramal ou de uma fila/],
    ['strategy', 'random', /não é válido/],
    ['ringSeconds', '4', /de 5 a 120/],
    ['maxWaitSeconds', '9999', /de 10 a 7200/],
  ] as const) {
    it(`refuses a queue whose ${field} is “${value}”, with what was typed`, async () => {
      await start();
      await made('/localities', { name: 'Matriz' });
      const userId = await made('/users', USER);
      await made('/queues', { ...QUEUE, name: 'Suporte', number: '4001' });
      const id = await made('/queues', { ...QUEUE, name: 'Outra', number: '4002' });
      for (const path of ['/queues', `/queues/${id}`]) {
        const { status, text } = await post(path, { ...QUEUE, version: '0', memberIds: userId, [field]: value });
        assert.equal(status, 422);
        assert.match(text, sentence);
        assert.match(text, field === 'name' ? /value="4000"/ : /value="Vendas"/);
        assert.match(text, new RegExp(`name="memberIds" value="${userId}" checked`));
      }
      assert.equal((await directory()).queues.length, 2);
    });
  }

  it('keeps names once, and escapes them', async () => {
    await start();
    for (const section of ['/localities', '/pause-reasons']) {
      const id = await made(section, { name: 'A <b>' });
      assert.equal((await post(section, { name: 'A <b>' })).status, 422);
      assert.equal((await post(section, { name: ' ' })).status, 422);
      assert.doesNotMatch((await get(section)).text, /A <b>/);
      assert.doesNotMatch((await get(`${section}/${id}`)).text, /A <b>/);
      assert.doesNotMatch((await get(`${section}/delete?ids=${id}`)).text, /A <b>/);
    }
  });

  it('lets only one of two who take an extension at once', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    await app.aUser({ login: 'outra' });
    const other = await app.signIn('outra');
    const answers = await Promise.all([post('/users', USER), post('/users', { ...USER, login: 'bia' }, other)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422]);
    assert.equal((await directory()).users.length, 1);
  });

  it('refuses a form that was overtaken, and shows both', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    const userId = await made('/users', USER);
    const id = await made('/queues', QUEUE);
    await post(`/queues/${id}`, { ...QUEUE, name: 'Vendas N1', memberIds: userId, version: '0' });
    const late = await post(`/queues/${id}`, { ...QUEUE, name: 'Comercial', version: '0' });
    assert.equal(late.status, 409);
    assert.match(late.text, /Helena Prado salvou outra versão às 10:00:00/);
    assert.match(late.text, /value="Comercial"/);
    assert.match(late.text, /Agora está: Vendas N1/);
    assert.match(late.text, /Agora está: Ana Souza \(1001\)/);
    assert.match(late.text, /name="version" value="1"/);
    assert.deepEqual(
      (await directory()).queues.map(({ name }) => name),
      ['Vendas N1'],
    );
  });

  it('carries users over when their locality is renamed, and keeps one that is in use', async () => {
    await start();
    const id = await made('/localities', { name: 'Matriz' });
    await made('/users', USER);
    const refused = await post('/localities/delete', { ids: id });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /“Matriz” ainda é a localidade de 1 usuário/);
    assert.equal((await post(`/localities/${id}`, { name: 'Sede', version: '0' })).status, 303);
    assert.equal((await directory()).users[0]?.locality, 'Sede');
    const empty = await made('/localities', { name: 'Filial' });
    assert.equal((await post('/localities/delete', { ids: empty })).status, 303);
    assert.doesNotMatch((await get('/localities')).text, /Filial/);
  });

  it('asks before it deletes, and names what goes', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    const queueId = await made('/queues', QUEUE);
    const id = await made('/users', { ...USER, queueIds: queueId });
    const asked = await get(`/users/delete?ids=${id}`);
    assert.match(asked.text, /Ana Souza/);
    assert.equal((await directory()).users.length, 1);
    assert.equal((await post('/users/delete', { ids: id })).status, 303);
    assert.match((await get('/users')).text, /1 cadastro excluído da central/);
    assert.deepEqual((await directory()).users, []);
    const entry = await app.app.audit.last('exchange-user', id);
    assert.equal(entry?.action, 'deleted');
    assert.deepEqual(entry.before?.['queues'], ['Vendas']);
    assert.equal((await post('/queues/delete', { ids: queueId })).status, 303);
    assert.deepEqual((await directory()).queues, []);
  });

  it('leaves alone what calls are using', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    const queueId = await made('/queues', QUEUE);
    const userId = await made('/users', USER);
    running.inCall.add('1001');
    running.waiting.add('Vendas');
    for (const [path, fields, sentence] of [
      ['/users/delete', { ids: userId }, /Ana Souza está em uma ligação/],
      [`/users/${userId}`, { ...USER, password: '', extension: '1002', version: '0' }, /Ana Souza está em uma ligação/],
      ['/queues/delete', { ids: queueId }, /clientes esperando em “Vendas”/],
      [`/queues/${queueId}`, { ...QUEUE, number: '4009', version: '0' }, /clientes esperando em “Vendas”/],
    ] as const) {
      const { status, text } = await post(path, fields);
      assert.equal(status, 409, path);
      assert.match(text, sentence);
    }
    assert.equal((await post(`/queues/${queueId}`, { ...QUEUE, ringSeconds: '30', version: '0' })).status, 303);
    running.inCall.clear();
    running.waiting.clear();
    assert.equal((await post('/users/delete', { ids: userId })).status, 303);
    assert.equal((await post('/queues/delete', { ids: queueId })).status, 303);
  });

  it('keeps a pause reason while somebody is paused for it', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    await made('/users', USER);
    const id = await made('/pause-reasons', { name: 'Almoço' });
    await app.app.telephony!.pause('1001', 'Almoço');
    const refused = await post('/pause-reasons/delete', { ids: id });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /1 pessoa\(s\) em pausa por “Almoço”/);
    await app.app.telephony!.unpause('1001');
    assert.equal((await post('/pause-reasons/delete', { ids: id })).status, 303);
  });

  it('logs members out whose membership, queue or user is gone', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    const queueId = await made('/queues', QUEUE);
    const otherId = await made('/queues', { ...QUEUE, name: 'Suporte', number: '4001' });
    const userId = await made('/users', { ...USER, queueIds: [queueId, otherId] });
    const members = async (): Promise<readonly string[]> =>
      (await app.app.telephony!.snapshot()).members.map(({ queue }) => queue).sort();
    for (const queue of ['Vendas', 'Suporte']) await app.app.telephony!.logIn(queue, '1001');
    assert.deepEqual(await members(), ['Suporte', 'Vendas']);
    await post(`/users/${userId}`, { ...USER, password: '', queueIds: queueId, version: '0' });
    assert.deepEqual(await members(), ['Vendas']);
    await post(`/queues/${queueId}`, { ...QUEUE, name: 'Comercial', memberIds: userId, version: '0' });
    assert.deepEqual(await members(), [], 'under another name it is another queue');
    await app.app.telephony!.logIn('Comercial', '1001');
    await app.app.telephony!.pause('1001', 'Almoço');
    await post('/users/delete', { ids: userId });
    const { members: left, paused } = await app.app.telephony!.snapshot();
    assert.deepEqual([left, paused], [[], []]);
  });

  it('is searched and paged', async () => {
    await start();
    await made('/localities', { name: 'Matriz' });
    await made('/queues', QUEUE);
    await made('/users', USER);
    for (const query of ['?q=1001', '?q=ana.s', '?q=Matr'])
      assert.match((await get(`/users${query}`)).text, /Ana Souza/);
    assert.match((await get('/users?q=zzz')).text, /Nenhum resultado para “zzz”/);
    assert.match((await get('/queues?q=400')).text, /Vendas/);
    assert.match((await get(`/users?q=${encodeURIComponent('"><i>')}`)).text, /value="&#34;&gt;&lt;i&gt;"/);
  });

  it('speaks English to who reads English', async () => {
    await start();
    await app.aUser({ login: 'emma', locale: 'en' });
    assert.match(
      (await (await app.signIn('emma')).get('/admin/exchange/queues')).text,
      /Built-in exchange|Pause reasons/,
    );
  });
});
