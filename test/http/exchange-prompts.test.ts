import assert from 'node:assert/strict';
import { type Response } from 'supertest';
import { createBuiltInExchange } from '../../src/modules/telephony/exchange/index.js';
import { anMp3, aWav } from '../support/audio-files.js';
import { eventually } from '../support/eventually.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { SipPhone } from '../support/sip-phone.js';

const HOME = '/admin/exchange/prompts';
const QUEUE = { name: 'Vendas', number: '4000', strategy: 'ring-all', ringSeconds: '20', maxWaitSeconds: '300' };
const LINE = '+5511999990001';

interface Answer {
  readonly location?: string;
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

describe('prompts of the built-in exchange', () => {
  let app: Harness;
  let admin: Visitor;
  let exchange: ReturnType<typeof createBuiltInExchange>;

  beforeEach(async () => {
    app = await startApp({
      now: () => new Date('2026-11-23T13:00:00Z'),
      telephony: ({ server, db, logger, now }) => {
        const publicUrl = 'https://voz.example/';
        exchange = createBuiltInExchange({ server, db, secret: 's'.repeat(40), now, log: logger, publicUrl });
        const { telephony, administration, socketPath } = exchange;
        return { telephony, administration, socketPath };
      },
    });
    await app.aUser({ login: 'admin', name: 'Helena Prado' });
    admin = await app.signIn('admin');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const upload = async (path: string, file: Buffer, who = admin): Promise<Response> =>
    who.agent
      .post(HOME + path)
      .set({ accept: 'application/json', 'x-csrf-token': await who.csrfToken() })
      .type('application/octet-stream')
      .send(file);
  const create = (name: string, file: Buffer, who = admin): Promise<Response> =>
    upload(`?name=${encodeURIComponent(name)}`, file, who);
  const errorsOf = ({ body }: Response): NonNullable<Answer['errors']> => (body as Answer).errors ?? {};
  const made = async (name = 'Boas-vindas', file = aWav()): Promise<string> => {
    const answer = await create(name, file);
    assert.equal(answer.status, 200, answer.text);
    const links = (await admin.get(HOME)).text.matchAll(/\/admin\/exchange\/prompts\/(\d+)">/g);
    const ids = [...links].map(([, id]) => Number(id));
    return String(Math.max(...ids));
  };
  const bytesOf = (test: ReturnType<Visitor['get']>): Promise<Response> =>
    Promise.resolve(test.buffer(true).parse(toBuffer));
  const tokenPath = async (): Promise<string> => {
    const [queue] = await exchange.demoPhone.queues();
    const url = queue !== undefined && 'promptUrl' in queue ? String(queue.promptUrl) : '';
    return new URL(url).pathname;
  };
  const aQueue = async (promptId: string): Promise<string> => {
    const answer = await admin.post('/admin/exchange/queues', { ...QUEUE, promptId });
    assert.equal(answer.status, 303, answer.text);
    return /\/admin\/exchange\/queues\/(\d+)">/.exec((await admin.get('/admin/exchange/queues')).text)?.[1] ?? '';
  };

  it('are closed to strangers, and to who may not', async () => {
    const id = await made();
    await app.aUser({ login: 'leitora', permissions: ['exchange.list'] });
    await app.aUser({ login: 'agente', permissions: ['voice.desk'] });
    const reader = await app.signIn('leitora');
    const agent = await app.signIn('agente');
    const strange = app.visitor();
    for (const path of ['', `/${id}`, `/${id}/audio`]) {
      assert.equal((await strange.get(HOME + path)).status, 303, path);
      assert.equal((await agent.get(HOME + path)).status, 403, path);
      assert.equal((await reader.get(HOME + path)).status, 200, path);
    }
    for (const path of ['/new', `/delete?ids=${id}`]) {
      assert.equal((await strange.get(HOME + path)).status, 303, path);
      assert.equal((await reader.get(HOME + path)).status, 403, path);
    }
    for (const path of ['?name=x', `/${id}/file?version=0`]) {
      assert.notEqual((await upload(path, aWav(), strange)).status, 200, path);
      assert.equal((await upload(path, aWav(), reader)).status, 403, path);
    }
    for (const path of [`/${id}`, '/delete']) {
      assert.equal((await strange.post(HOME + path, { name: 'x', ids: id, version: '0' })).status, 303);
      assert.equal((await reader.post(HOME + path, { name: 'x', ids: id, version: '0' })).status, 403);
    }
    assert.doesNotMatch((await reader.get(`${HOME}/${id}`)).text, /data-upload/);
    assert.match((await admin.get(HOME)).text, /1 aviso</);
  });

  it('are not found where there are none', async () => {
    for (const id of ['4711', 'abc', '0']) {
      assert.equal((await admin.get(`${HOME}/${id}`)).status, 404);
      assert.equal((await admin.get(`${HOME}/${id}/audio`)).status, 404);
      assert.equal((await upload(`/${id}/file?version=0`, aWav())).status, 404);
      assert.equal((await admin.post(`${HOME}/${id}`, { name: 'x', version: '0' })).status, 404);
    }
    for (const file of ['x.wav', `${'a'.repeat(32)}.wav`, `${'a'.repeat(32)}.exe`]) {
      assert.equal((await app.visitor().get(`/prompts/${file}`)).status, 404);
    }
  });

  it('are taken from a file, listed, and listened to', async () => {
    const file = aWav(3);
    const answer = await create(' Boas-vindas ', file);
    assert.deepEqual([answer.status, answer.body], [200, { location: HOME }]);
    const { text } = await admin.get(HOME);
    assert.match(text, /“Boas-vindas” foi salvo/);
    assert.match(text, /WAV<\/td><td class="figures">24 KB<\/td><td class="figures">3 s</);
    const id = /prompts\/(\d+)">Boas-vindas</.exec(text)?.[1] ?? '';
    assert.match(text, new RegExp(`<audio controls preload="none" src="${HOME}/${id}/audio"`));
    const audio = await bytesOf(admin.get(`${HOME}/${id}/audio`));
    assert.equal(audio.headers['content-type'], 'audio/wav');
    assert.equal(audio.headers['x-content-type-options'], 'nosniff');
    assert.equal(audio.headers['content-length'], String(file.length));
    assert.deepEqual(audio.body, file);
    const entry = await app.app.audit.last('exchange-prompt', id);
    assert.equal(entry?.action, 'created');
    assert.deepEqual(entry.after, { name: 'Boas-vindas', contentType: 'audio/wav', bytes: file.length, seconds: 3 });
  });

  it('may be as large as 2 MB, and no larger', async () => {
    const most = 2 * 1024 * 1024;
    assert.equal((await create('Grande', Buffer.concat([anMp3(), Buffer.alloc(most)], most))).status, 200);
    const refused = await create('Maior', Buffer.concat([anMp3(), Buffer.alloc(most)], most + 1));
    assert.equal(refused.status, 413);
    assert.match(errorsOf(refused)['file']?.join() ?? '', /passa de 2 MB/);
    const { text } = await admin.get(HOME);
    assert.match(text, /2048 KB|2\.048 KB/);
    assert.doesNotMatch(text, /Maior/);
  });

  for (const [what, name, file, field, sentence] of [
    ['that is a page', 'Aviso', Buffer.from('<!doctype html><script>alert(1)</script>'), 'file', /não é um áudio/],
    ['that is empty', 'Aviso', Buffer.alloc(0), 'file', /Escolha um arquivo/],
    ['without a name', ' ', aWav(), 'name', /Preencha este campo/],
    ['with too long a name', 'x'.repeat(61), aWav(), 'name', /60/],
    ['with a name that is taken', 'Boas-vindas', aWav(), 'name', /já tem um cadastro com este nome/],
  ] as const) {
    it(`are refused a file ${what}, with a sentence at the field`, async () => {
      await made();
      const answer = await create(name, file);
      assert.equal(answer.status, 422);
      assert.deepEqual(Object.keys(errorsOf(answer)), [field]);
      assert.match(errorsOf(answer)[field]?.join() ?? '', sentence);
      assert.match((await admin.get(HOME)).text, /1 aviso</);
    });
  }

  it('say without a script that one is needed, and keep the name', async () => {
    assert.match((await admin.get(`${HOME}/new`)).text, /<noscript>.*habilite o JavaScript/);
    const { status, text } = await admin.post(HOME, { name: 'Aviso "1"' });
    assert.equal(status, 422);
    assert.match(text, /habilite o JavaScript/);
    assert.match(text, /value="Aviso &#34;1&#34;"/);
  });

  it('refuse an upload without the token of its page', async () => {
    const answer = await admin.agent.post(`${HOME}?name=x`).type('application/octet-stream').send(aWav());
    assert.equal(answer.status, 403);
  });

  it('are renamed, keeping their recording, and escaped wherever they are named', async () => {
    const id = await made('A <b>');
    const other = await made('Outro');
    for (const path of ['', `/${id}`, `/delete?ids=${id}`]) {
      assert.doesNotMatch((await admin.get(HOME + path)).text, /A <b>/);
    }
    assert.doesNotMatch((await admin.get('/admin/exchange/queues/new')).text, /A <b>/);
    assert.equal((await admin.post(`${HOME}/${id}`, { name: 'Fechado', version: '0' })).status, 303);
    assert.deepEqual((await bytesOf(admin.get(`${HOME}/${id}/audio`))).body, aWav());
    const taken = await admin.post(`${HOME}/${other}`, { name: 'Fechado', version: '0' });
    assert.equal(taken.status, 422);
    assert.match(taken.text, /já tem um cadastro com este nome/);
    const late = await admin.post(`${HOME}/${id}`, { name: 'Tarde', version: '0' });
    assert.equal(late.status, 409);
    assert.match(late.text, /Helena Prado salvou outra versão/);
    assert.match(late.text, /Agora está: Fechado/);
  });

  it('get another recording, and with it another address; the late one of two is refused', async () => {
    const id = await made();
    await aQueue(id);
    const before = await tokenPath();
    assert.equal((await upload(`/${id}/file?version=0`, anMp3())).status, 200);
    const after = await tokenPath();
    assert.notEqual(before, after);
    assert.match(after, /\.mp3$/);
    assert.equal((await app.visitor().get(before)).status, 404);
    assert.equal((await bytesOf(admin.get(`${HOME}/${id}/audio`))).headers['content-type'], 'audio/mpeg');
    assert.match((await admin.get(HOME)).text, /Boas-vindas/);
    const late = await upload(`/${id}/file?version=0`, aWav());
    assert.equal(late.status, 409);
    assert.match(errorsOf(late)['']?.join() ?? '', /Outra pessoa alterou este aviso/);
    assert.equal(await tokenPath(), after);
    const wrong = await upload(`/${id}/file?version=1`, Buffer.from('text'));
    assert.equal(wrong.status, 422);
    assert.match(errorsOf(wrong)['file']?.join() ?? '', /não é um áudio/);
    assert.equal((await app.app.audit.last('exchange-prompt', id))?.after?.['contentType'], 'audio/mpeg');
  });

  it('are given to any phone that knows the address, without a session', async () => {
    await aQueue(await made());
    const answer = await bytesOf(app.visitor().get(await tokenPath()));
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, aWav());
    assert.equal(answer.headers['content-type'], 'audio/wav');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.match(answer.headers['cache-control'] ?? '', /^private/);
    assert.equal(answer.headers['set-cookie'], undefined);
  });

  it('are kept while a queue plays them, and the queues are named', async () => {
    const id = await made();
    const queueId = await aQueue(id);
    assert.match((await admin.get(HOME)).text, />Vendas</);
    const refused = await admin.post(`${HOME}/delete`, { ids: id });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /“Boas-vindas” é o aviso de: Vendas/);
    const { status } = await admin.post(`/admin/exchange/queues/${queueId}`, { ...QUEUE, promptId: '', version: '0' });
    assert.equal(status, 303);
    assert.equal((await app.app.audit.last('exchange-queue', queueId))?.before?.['prompt'], 'Boas-vindas');
    assert.equal((await admin.post(`${HOME}/delete`, { ids: id })).status, 303);
    assert.match((await admin.get(HOME)).text, /Ainda não há nada aqui/);
    assert.equal((await app.app.audit.last('exchange-prompt', id))?.action, 'deleted');
  });

  it('are chosen for a queue by name, or none', async () => {
    const { text } = await admin.get('/admin/exchange/queues/new');
    assert.match(text, /<option value="" selected\s*>Nenhum</);
    for (const promptId of ['4711', 'x']) {
      const answer = await admin.post('/admin/exchange/queues', { ...QUEUE, promptId });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /value="Vendas"/);
    }
    const id = await made();
    const queueId = await aQueue(id);
    const form = await admin.get(`/admin/exchange/queues/${queueId}`);
    assert.match(form.text, new RegExp(`<option value="${id}" selected\\s*>Boas-vindas<`));
  });

  it('are told to the phone of a waiting caller', async () => {
    await app.app.db.sequelize.query(`INSERT INTO exchange_customer_lines (number, name) VALUES ('${LINE}', 'Ana')`);
    await aQueue(await made());
    const address = app.url.replace('http', 'ws');
    const phone = await SipPhone.register(address, await exchange.demoPhone.credentials(LINE));
    const call = await phone.call('4000');
    const told = await eventually('the place in the queue', () => call.progress.find(({ status }) => status === 182));
    assert.equal(told.alertInfo, `<https://voz.example${await tokenPath()}>;info=waiting`);
    await call.cancel();
    phone.drop();
  });
});

/** The body as it came; supertest knows no audio. */
function toBuffer(answer: NodeJS.EventEmitter, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: string | Buffer) => chunks.push(Buffer.from(chunk as string, 'latin1')));
  answer.on('end', () => {
    done(null, Buffer.concat(chunks));
  });
}
