import assert from 'node:assert/strict';
import http from 'node:http';
import { QueryTypes } from 'sequelize';
import { type TestConnection } from '../../src/wiring/integration.js';
import { type IntegrationSettings } from '../../src/modules/integration/index.js';
import { TEST_STEP_NAMES, type TestStep } from '../../src/modules/telephony/connection-test.domain.js';
import { type Telephony } from '../../src/modules/telephony/telephony.port.js';
import { SecretBox } from '../../src/platform/crypto/secret-box.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type HarnessOptions, type Visitor } from '../support/harness.js';
import { eventually } from '../support/wait.js';

const PAGE = '/admin/settings/integration';
const SECRET = 'segredo-do-ami-1';
const TURN_SECRET = 'segredo-do-turn-1';

const ASTERISK = {
  platform: 'asterisk',
  host: 'pbx.example.com',
  port: '5038',
  tlsVerify: 'on',
  username: 'citrus',
  secret: SECRET,
  softphoneUrl: 'wss://pbx.example.com:8089/ws',
  agentContext: 'citrus-agents',
  trunk: 'operadora',
  outboundPrefix: '0',
  callerNumber: '+55 11 4000-4000',
  stunUrls: 'stun:stun.example.com:3478',
  turnUrls: 'turn:turn.example.com:3478?transport=udp\r\nturns:turn.example.com',
  turnSecret: TURN_SECRET,
  version: '0',
};
const EXCHANGE = { platform: 'exchange', version: '0' };

function step(name: TestStep['name'], outcome: TestStep['outcome'] = 'passed'): TestStep {
  const remedy = outcome === 'failed' ? 'asterisk:remedy-login' : null;
  return {
    name,
    outcome,
    detail: { key: 'asterisk:test-version', params: { version: '<22>' } },
    remedy,
    milliseconds: 7,
  };
}

/** A test of the connection that does what it is told, step by step. */
class ScriptedTest {
  outcome: (name: TestStep['name']) => TestStep['outcome'] = () => 'passed';
  readonly asked: IntegrationSettings[] = [];
  /** Awaited before each step. */
  before: (name: TestStep['name'], signal: AbortSignal) => Promise<void> = () => Promise.resolve();

  readonly run: TestConnection = async ({ settings }, onStep, signal) => {
    this.asked.push(settings);
    const steps: TestStep[] = [];
    for (const name of TEST_STEP_NAMES) {
      await this.before(name, signal);
      const done = step(name, this.outcome(name));
      steps.push(done);
      onStep(done);
    }
    return steps;
  };
}

describe('the integration settings', () => {
  let app: Harness;
  let admin: Visitor;
  let test: ScriptedTest;
  let made: { readonly settings: IntegrationSettings; readonly telephony: FakeTelephony }[];
  let disposed: Telephony[];

  async function start(options: HarnessOptions = {}): Promise<void> {
    app = await startApp({
      telephony: ({ settings }) => {
        const telephony = new FakeTelephony();
        telephony[Symbol.asyncDispose] = () => {
          disposed.push(telephony);
          return Promise.resolve();
        };
        made.push({ settings, telephony });
        return { telephony };
      },
      testConnection: test.run,
      ...options,
    });
    await app.aUser({ login: 'helena', name: 'Helena Prado', permissions: ['general-settings'] });
    admin = await app.signIn('helena');
  }

  beforeEach(async () => {
    test = new ScriptedTest();
    made = [];
    disposed = [];
    await start();
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const hidden = (html: string, name: string): string =>
    new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`).exec(html)?.[1] ?? '';
  const current = (): FakeTelephony => made.at(-1)!.telephony;
  const running = (): IntegrationSettings => made.at(-1)!.settings;
  const errorAt = (html: string, field: string): boolean => html.includes(`id="${field}-error"`);

  async function saveAll(fields: Readonly<Record<string, string>> = ASTERISK): Promise<void> {
    const answer = await admin.post(PAGE, { ...fields, confirmTest: 'on', confirmCalls: '99' });
    assert.equal(answer.status, 303, answer.text);
  }
  async function stored(): Promise<{ readonly fields: string; readonly secrets: string; readonly version: number }> {
    const [row] = await app.app.db.sequelize.query<{ fields: string; secrets: string; version: number }>(
      'SELECT fields, secrets, version FROM integration_settings',
      { type: QueryTypes.SELECT },
    );
    return row!;
  }
  async function auditTexts(): Promise<string> {
    const rows = await app.app.db.sequelize.query('SELECT * FROM audit_entries', { type: QueryTypes.SELECT });
    return JSON.stringify(rows);
  }
  async function aCall(callId: string): Promise<void> {
    const centre = app.app.voice!.centre;
    const before = centre.countCalls();
    current().say({
      type: 'call-started',
      callId,
      direction: 'inbound',
      number: '+5511999990000',
      queue: null,
      extension: null,
    });
    await eventually('the call is known', () => centre.countCalls() === before + 1);
  }

  for (const path of ['', '/edit', '/test', '/ura-token']) {
    it(`POST ${PAGE}${path}: signed out goes to the sign-in page, without permission is refused`, async () => {
      const stranger = await app.visitor().post(`${PAGE}${path}`, ASTERISK);
      assert.equal(stranger.status, 303);
      assert.match(String(stranger.headers['location']), /^\/sign-in/);
      await app.aUser({ login: 'ana', permissions: ['administration', 'users.list'] });
      const refused = await (await app.signIn('ana')).post(`${PAGE}${path}`, ASTERISK);
      assert.equal(refused.status, 403);
      assert.equal((await stored()).version, 0);
    });
  }

  it('GET: signed out goes to the sign-in page, without permission is refused', async () => {
    assert.equal((await app.visitor().get(PAGE)).status, 303);
    await app.aUser({ login: 'ana', permissions: ['administration'] });
    await (await app.signIn('ana')).get(PAGE).expect(403);
  });

  it('begins with the built-in exchange, titled as the product says', async () => {
    const { text } = await admin.get(PAGE).expect(200);
    assert.match(text, /<h1>Configurações de integração com o UNITY<\/h1>/);
    assert.match(
      text,
      /Administração[\s\S]*Configurações Gerais<\/a>[\s\S]*Integração com o UNITY<\/a>[\s\S]*aria-current="page">Configurações de integração com o UNITY</,
    );
    assert.match(text, /value="exchange" checked/);
    assert.match(text, /Testar conexão/);
    assert.match(text, /As configurações salvas não foram testadas/);
  });

  const bad: readonly (readonly [field: string, value: string])[] = [
    ['platform', 'pabx'],
    ['host', ''],
    ['host', 'http://pbx.example.com'],
    ['host', 'pbx.example.com:5038'],
    ['host', 'a b'],
    ['port', ''],
    ['port', '0'],
    ['port', '65536'],
    ['port', '50x'],
    ['username', ''],
    ['username', 'a\nSecret: b'],
    ['secret', ''],
    ['secret', 'a\r\nAction: Command'],
    ['softphoneUrl', ''],
    ['softphoneUrl', 'https://pbx.example.com/ws'],
    ['softphoneUrl', 'wss://'],
    ['softphoneUrl', 'wss://a;script-src/ws'],
    ['agentContext', ''],
    ['agentContext', 'ramais internos'],
    ['trunk', ''],
    ['trunk', 'a&b'],
    ['outboundPrefix', '0-'],
    ['callerNumber', 'ramal 7'],
    ['callerNumber', '12'],
    ['stunUrls', 'stun.example.com'],
    ['stunUrls', 'stun:a.example.com:99999'],
    ['turnUrls', 'turn:a.example.com\nturn://b'],
    ['turnUrls', Array.from({ length: 9 }, (_, n) => `turn:t${String(n)}.example.com`).join('\n')],
    ['turnSecret', ''],
  ];
  for (const [field, value] of bad) {
    it(`refuses ${field} ${JSON.stringify(value.slice(0, 40))} and keeps what was typed`, async () => {
      const { status, text } = await admin.post(PAGE, { ...ASTERISK, [field]: value });
      assert.equal(status, 422);
      if (field === 'platform') assert.match(text, /Escolha uma das plataformas/);
      else assert.ok(errorAt(text, field), text);
      if (field !== 'username') assert.match(text, /value="citrus"/);
      assert.equal((await stored()).version, 0);
      assert.equal(made.length, 1);
    });
  }

  it('escapes what was typed', async () => {
    const { text } = await admin.post(PAGE, { ...ASTERISK, host: '"><script>alert(1)</script>' });
    assert.doesNotMatch(text, /<script>alert/);
    assert.match(text, /&lt;script&gt;/);
  });

  it('keeps a typed password of a refused form without sending it back', async () => {
    const refused = await admin.post(PAGE, { ...ASTERISK, port: 'x' });
    assert.doesNotMatch(refused.text, new RegExp(`${SECRET}|${TURN_SECRET}`));
    assert.match(refused.text, /id="secret-state" data-state="typed"/);
    const draft = hidden(refused.text, 'draft');
    assert.notEqual(draft, '');
    await saveAll({ ...ASTERISK, secret: '', turnSecret: '', draft });
    assert.equal(running().secret, SECRET);
    assert.equal(running().turnSecret, TURN_SECRET);
  });

  it('does not use the password of another form’s draft', async () => {
    await admin.post(PAGE, { ...ASTERISK, port: 'x' });
    const { status, text } = await admin.post(PAGE, { ...ASTERISK, secret: '', draft: 'another', confirmTest: 'on' });
    assert.equal(status, 422);
    assert.ok(errorAt(text, 'secret'));
  });

  it('asks before it saves what was not tested, keeps all that was typed, and saves on confirmation', async () => {
    const asked = await admin.post(PAGE, ASTERISK);
    assert.equal(asked.status, 409);
    assert.match(asked.text, /Estas configurações não foram testadas/);
    assert.doesNotMatch(asked.text, new RegExp(`${SECRET}|${TURN_SECRET}`));
    assert.equal((await stored()).version, 0);
    assert.equal(made.length, 1);
    const fields = Object.fromEntries(
      [...asked.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
        .filter(([, name]) => name !== '_csrf')
        .map(([, name, value]) => [name!, value!]),
    );
    const back = await admin.post(`${PAGE}/edit`, fields);
    assert.equal(back.status, 200);
    assert.match(back.text, /value="pbx.example.com"/);
    assert.match(back.text, /data-state="typed"/);
    const saved = await admin.post(PAGE, { ...fields, draft: hidden(back.text, 'draft') });
    assert.equal(saved.status, 303);
    assert.equal(saved.headers['location'], PAGE);
    assert.deepEqual(running(), {
      platform: 'asterisk',
      host: 'pbx.example.com',
      port: 5038,
      tls: false,
      tlsVerify: true,
      username: 'citrus',
      secret: SECRET,
      softphoneUrl: 'wss://pbx.example.com:8089/ws',
      agentContext: 'citrus-agents',
      trunk: 'operadora',
      outboundPrefix: '0',
      callerNumber: '+551140004000',
      stunUrls: ['stun:stun.example.com:3478'],
      turnUrls: ['turn:turn.example.com:3478?transport=udp', 'turns:turn.example.com'],
      turnSecret: TURN_SECRET,
    });
    const page = await admin.get(PAGE);
    assert.match(page.text, /já valem/);
    assert.match(page.text, /As configurações salvas não foram testadas/);
  });

  it('saves at once what was tested and works', async () => {
    await admin.post(`${PAGE}/test`, ASTERISK);
    assert.equal((await admin.post(PAGE, ASTERISK)).status, 303);
    assert.match((await admin.get(PAGE)).text, /foram testadas em .* e funcionam/);
  });

  it('asks again when any value, a password too, is another than was tested', async () => {
    await admin.post(`${PAGE}/test`, ASTERISK);
    for (const other of [{ secret: 'outra' }, { turnSecret: 'outro' }, { trunk: 'outro' }, { callerNumber: '4000' }]) {
      const { status, text } = await admin.post(PAGE, { ...ASTERISK, ...other });
      assert.equal(status, 409, JSON.stringify(other));
      assert.match(text, /não foram testadas/);
    }
  });

  it('asks before it saves what failed its test, and names the steps', async () => {
    test.outcome = (name) => (name === 'authenticated' ? 'failed' : 'passed');
    await admin.post(`${PAGE}/test`, ASTERISK);
    const { status, text } = await admin.post(PAGE, ASTERISK);
    assert.equal(status, 409);
    assert.match(text, /O teste destas configurações falhou: Autenticação\./);
    await saveAll();
    assert.match((await admin.get(PAGE)).text, /foram testadas em .* e o teste falhou/);
  });

  it('shows a saved password only as set, keeps it when left empty, and replaces it when typed', async () => {
    await saveAll();
    const page = await admin.get(PAGE);
    assert.match(page.text, /id="secret-state" data-state="set"/);
    assert.doesNotMatch(page.text, new RegExp(`${SECRET}|${TURN_SECRET}`));
    await saveAll({ ...ASTERISK, secret: '', turnSecret: '', trunk: 'outro', version: '1' });
    assert.equal(running().secret, SECRET);
    await saveAll({ ...ASTERISK, secret: 'nova', turnSecret: '', trunk: 'outro', version: '2' });
    assert.equal(running().secret, 'nova');
    assert.equal(running().turnSecret, TURN_SECRET);
  });

  for (const other of [{ host: 'evil.example.com' }, { port: '5039' }] as const) {
    it(`wants the password again when the connection goes elsewhere: ${JSON.stringify(other)}`, async () => {
      await saveAll();
      const fields = { ...ASTERISK, ...other, secret: '', turnSecret: '', version: '1' };
      for (const path of ['', '/test']) {
        const { status, text } = await admin.post(`${PAGE}${path}`, { ...fields, confirmTest: 'on' });
        assert.equal(status, 422);
        assert.match(text, /Digite a senha de novo/);
      }
      assert.deepEqual(test.asked, []);
    });
  }

  it('keeps the fields of the other platform, and does not check them', async () => {
    await saveAll();
    await saveAll({ ...EXCHANGE, host: '', port: 'x', version: '1' });
    assert.equal(running().platform, 'exchange');
    assert.equal(running().host, 'pbx.example.com');
    assert.match((await admin.get(PAGE)).text, /value="pbx.example.com"/);
  });

  it('refuses to save over somebody’s newer change and shows both', async () => {
    await saveAll();
    const { status, text } = await admin.post(PAGE, { ...ASTERISK, trunk: 'meu', version: '0', confirmTest: 'on' });
    assert.equal(status, 409);
    assert.match(text, /Helena Prado salvou outra versão/);
    assert.match(text, /value="meu"/);
    assert.match(text, /Agora está: operadora/);
    assert.equal(hidden(text, 'version'), '1');
    assert.equal(running().trunk, 'operadora');
  });

  it('writes each change to the audit trail with the passwords masked', async () => {
    await saveAll();
    await saveAll({ ...ASTERISK, secret: 'outra-senha', version: '1', trunk: 'outro' });
    await admin.post(`${PAGE}/test`, { ...ASTERISK, version: '2' });
    const entries = await auditTexts();
    assert.doesNotMatch(entries, new RegExp(`${SECRET}|${TURN_SECRET}|outra-senha`));
    const last = await app.app.audit.last('integration', null);
    assert.deepEqual(last?.before, { trunk: 'operadora', secret: '••••••' });
    assert.deepEqual(last.after, { trunk: 'outro', secret: '•••••• (*)' });
    assert.equal(last.actor.name, 'Helena Prado');
    assert.equal((await app.app.audit.last('integration', 'connection-test'))?.action, 'tested');
  });

  it('keeps passwords sealed in the database', async () => {
    await saveAll();
    const { fields, secrets } = await stored();
    assert.doesNotMatch(fields + secrets, new RegExp(`${SECRET}|${TURN_SECRET}`));
    assert.match(secrets, /v1\./);
  });

  describe('the connection test', () => {
    it('without a script runs and comes with its list, the typed values kept', async () => {
      test.outcome = (name) => (name === 'permitted' ? 'failed' : name === 'clock' ? 'warning' : 'passed');
      const { status, text } = await admin.post(`${PAGE}/test`, ASTERISK);
      assert.equal(status, 200);
      assert.equal([...text.matchAll(/data-outcome="(\w+)" data-step="\S+"/g)].length, TEST_STEP_NAMES.length);
      assert.match(text, /data-outcome="failed" data-step="permitted"/);
      assert.match(text, /Em manager.conf|Confira o usuário/);
      assert.match(text, /7 ms/);
      assert.match(text, /A conexão não funciona: um passo falhou/);
      assert.match(text, /Asterisk &lt;22&gt;/);
      assert.match(text, /value="pbx.example.com"/);
      assert.doesNotMatch(text, new RegExp(SECRET));
      assert.equal(test.asked[0]?.secret, SECRET);
      assert.equal((await stored()).version, 0);
    });

    it('draws what is wrong at its field, and tests nothing', async () => {
      const { status, text } = await admin.post(`${PAGE}/test`, { ...ASTERISK, port: '0' });
      assert.equal(status, 422);
      assert.ok(errorAt(text, 'port'));
      assert.deepEqual(test.asked, []);
    });

    it('streams each step as it finishes', async () => {
      let release = (): void => undefined;
      test.before = (name) => (name === 'version' ? new Promise((resolve) => (release = resolve)) : Promise.resolve());
      const stream = await openStream(app, admin, ASTERISK);
      await eventually('the first three steps', () => stream.lines().length === 3);
      assert.equal(stream.status, 200);
      release();
      await eventually('the end', () => stream.ended);
      const lines = stream.lines().map((line) => JSON.parse(line) as { type: string; step?: { name: string } });
      assert.deepEqual(
        lines.map(({ type, step }) => step?.name ?? type),
        [...TEST_STEP_NAMES, 'result'],
      );
      assert.doesNotMatch(stream.lines().join(''), new RegExp(SECRET));
    });

    it('answers a script with the fields that are wrong', async () => {
      const stream = await openStream(app, admin, { ...ASTERISK, host: '' });
      await eventually('the end', () => stream.ended);
      assert.equal(stream.status, 422);
      assert.deepEqual(Object.keys((JSON.parse(stream.text()) as { errors: object }).errors), ['host']);
    });

    it('runs once at a time for a person', async () => {
      let release = (): void => undefined;
      test.before = () => new Promise((resolve) => (release = resolve));
      const first = await openStream(app, admin, ASTERISK);
      await eventually('the first runs', () => test.asked.length === 1);
      const second = await admin.post(`${PAGE}/test`, ASTERISK);
      assert.equal(second.status, 409);
      assert.match(second.text, /Já há um teste seu em andamento/);
      test.before = () => Promise.resolve();
      release();
      await eventually('the end', () => first.ended);
      assert.equal((await admin.post(`${PAGE}/test`, ASTERISK)).status, 200);
    });

    it('is aborted when the page goes, and the next may begin at once', async () => {
      let aborted = false;
      test.before = (_name, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          });
        });
      const stream = await openStream(app, admin, ASTERISK);
      await eventually('it runs', () => test.asked.length === 1);
      stream.close();
      await eventually('it is aborted', () => aborted);
      test.before = () => Promise.resolve();
      await eventually('the next runs', async () => (await admin.post(`${PAGE}/test`, ASTERISK)).status === 200);
      assert.equal((await admin.post(PAGE, ASTERISK)).status, 303);
    });
  });

  describe('a password that cannot be read', () => {
    beforeEach(async () => {
      await app[Symbol.asyncDispose]();
      made = [];
      // As a restart finds it after ENCRYPTION_KEY was changed.
      const other = new SecretBox('o'.repeat(32));
      const secrets = JSON.stringify({
        secret: other.seal(SECRET, 'integration_settings.secret'),
        turnSecret: other.seal(TURN_SECRET, 'integration_settings.turnSecret'),
      });
      const { platform, host, username, softphoneUrl, agentContext, trunk } = ASTERISK;
      const fields = JSON.stringify({ host, port: 5038, username, softphoneUrl, agentContext, trunk });
      await start({
        prepare: async (db) => {
          const set = 'UPDATE integration_settings SET platform = :platform, fields = :fields, secrets = :secrets';
          await db.sequelize.query(set, { replacements: { platform, fields, secrets } });
        },
      });
    });

    it('does not keep the application from starting, and is said in the log, once each', async () => {
      const logged = JSON.stringify(app.takeErrors());
      assert.equal(logged.match(/has to be typed again/g)?.length, 2);
      assert.match(logged, /another ENCRYPTION_KEY/);
      assert.doesNotMatch(logged, new RegExp(SECRET));
      assert.equal(made.length, 0);
      await admin.get(PAGE).expect(200);
      assert.deepEqual(app.errors, []);
    });

    it('is said on the page, and typing it again puts it right', async () => {
      app.takeErrors();
      const page = await admin.get(PAGE);
      assert.match(page.text, /A senha guardada não pode ser lida: a chave mudou\. Digite-a de novo\./);
      assert.match(page.text, /Asterisk: não responde desde/);
      const refused = await admin.post(PAGE, { ...ASTERISK, secret: '', confirmTest: 'on' });
      assert.equal(refused.status, 422);
      assert.ok(errorAt(refused.text, 'secret'));
      await saveAll();
      assert.equal(running().secret, SECRET);
      assert.equal(app.app.telephony?.status().connected, true);
      assert.doesNotMatch((await admin.get(PAGE)).text, /chave mudou/);
    });

    it('of a platform that is not used any more is kept: the key may come back', async () => {
      app.takeErrors();
      const before = JSON.parse((await stored()).secrets) as { secret: string };
      await saveAll({ ...EXCHANGE, turnUrls: '' });
      const after = JSON.parse((await stored()).secrets) as { secret: string; turnSecret?: string };
      assert.equal(after.secret, before.secret);
      assert.equal(after.turnSecret, undefined);
      assert.equal(running().platform, 'exchange');
    });
  });

  it('without an exchange that could be made, refuses a sign-in through it in words', async () => {
    await app[Symbol.asyncDispose]();
    await start({
      telephony: () => {
        throw new Error('bad settings');
      },
    });
    assert.match(JSON.stringify(app.takeErrors()), /could not be made/);
    assert.match((await admin.get(PAGE)).text, /não responde desde/);
    await app.aUser({ login: 'bia', exchangeLogin: 'bia.u', password: null });
    const refused = await app.visitor().post('/sign-in', { login: 'bia.u', password: 'x' });
    assert.ok(refused.status >= 400 && refused.status < 600);
    assert.match(refused.text, /[Cc]entral|Unity/);
  });

  describe('taking effect', () => {
    it('switches to the other platform: the old one stops, the new one runs', async () => {
      const old = current();
      await saveAll();
      assert.equal(made.length, 2);
      assert.deepEqual(disposed, [old]);
      assert.equal(app.app.telephony?.status().connected, true);
    });

    it('makes the adapter anew for a new password, and cuts nothing', async () => {
      await saveAll();
      await aCall('c1');
      await saveAll({ ...ASTERISK, secret: 'nova', version: '1', confirmCalls: '0' });
      assert.equal(made.length, 3);
      assert.deepEqual(made[1]!.telephony.commands, []);
    });

    it('leaves the connection alone when only prefix, caller number or ICE servers change', async () => {
      await saveAll();
      const other = { outboundPrefix: '9', callerNumber: '', stunUrls: '', turnUrls: '', turnSecret: '' };
      await saveAll({ ...ASTERISK, ...other, version: '1' });
      assert.equal(made.length, 2);
      const { secrets } = await stored();
      assert.doesNotMatch(secrets, /turnSecret/);
    });

    it('does not cut live calls before somebody agreed to their number', async () => {
      await aCall('c1');
      await aCall('c2');
      const asked = await admin.post(PAGE, { ...ASTERISK, confirmTest: 'on' });
      assert.equal(asked.status, 409);
      assert.match(asked.text, /Há 2 ligações em andamento\. Elas cairão\./);
      assert.equal(made.length, 1);
      await aCall('c3');
      const fields = { ...ASTERISK, secret: '', turnSecret: '', draft: hidden(asked.text, 'draft'), confirmTest: 'on' };
      const again = await admin.post(PAGE, { ...fields, confirmCalls: hidden(asked.text, 'confirmCalls') });
      assert.equal(again.status, 409);
      assert.match(again.text, /Há 3 ligações em andamento/);
      const old = current();
      const done = await admin.post(PAGE, { ...fields, draft: hidden(again.text, 'draft'), confirmCalls: '3' });
      assert.equal(done.status, 303);
      assert.deepEqual(
        old.commands.map((command) => command.name),
        ['hangUp', 'hangUp', 'hangUp'],
      );
      await eventually('the picture has no call', () => app.app.voice!.centre.countCalls() === 0);
      assert.equal(made.length, 2);
    });

    it('shows a platform that does not answer as such, and goes back', async () => {
      await saveAll();
      current().disconnect();
      assert.match((await admin.get(PAGE)).text, /Asterisk: não responde desde/);
      await saveAll({ ...EXCHANGE, version: '1' });
      assert.match((await admin.get(PAGE)).text, /Central embutida: conectada desde/);
    });

    it('lets pages connect to the softphone address of the saved settings, and to no other', async () => {
      const sources = async (): Promise<string> =>
        /connect-src ([^;]*)/.exec(String((await admin.get(PAGE)).headers['content-security-policy']))?.[1] ?? '';
      assert.doesNotMatch(await sources(), /example/);
      await saveAll();
      assert.match(await sources(), /wss:\/\/pbx\.example\.com:8089( |$)/);
      await saveAll({ ...EXCHANGE, version: '1' });
      assert.doesNotMatch(await sources(), /example/);
    });

    it('gives each softphone TURN credentials of its own that end', async () => {
      await saveAll();
      current().softphoneCredentials = () =>
        Promise.resolve({
          uri: 'sip:1007@pbx.example.com',
          server: 'wss://pbx.example.com:8089/ws',
          authorizationUsername: '1007',
          authorizationPassword: 'x',
          displayName: 'Ana',
          expiresAt: Date.now() + 24 * 3_600_000,
          iceServers: [],
          pagePlaysHoldMusic: false,
          pageMixesConference: false,
        });
      const { iceServers, expiresAt } = await app.app.telephony!.softphoneCredentials('1007');
      assert.deepEqual(iceServers[0], { urls: 'stun:stun.example.com:3478' });
      assert.match(iceServers[1]?.username ?? '', /^\d{10}:1007$/);
      assert.equal(iceServers.length, 3);
      assert.ok(Number(iceServers[1]?.username?.split(':')[0]) * 1000 > expiresAt);
      assert.ok(expiresAt < Date.now() + 2 * 3_600_000);
      assert.doesNotMatch(JSON.stringify(iceServers), new RegExp(TURN_SECRET));
    });
  });

  describe('the URA’s token', () => {
    it('is shown once, then only as set, and another ends it', async () => {
      const made = await admin.post(`${PAGE}/ura-token`, { version: '0' });
      assert.equal(made.status, 303);
      const shown = await admin.get(PAGE);
      const token = /data-testid="ura-token">([^<]+)</.exec(shown.text)?.[1] ?? '';
      assert.ok(token.length >= 40);
      const later = await admin.get(PAGE);
      assert.doesNotMatch(later.text, new RegExp(token));
      assert.match(later.text, /Token definido/);
      const { integration } = app.app;
      assert.equal(await integration.verifyUraToken(token), true);
      assert.equal(await integration.verifyUraToken(`${token}x`), false);
      assert.doesNotMatch(JSON.stringify(await stored()) + (await auditTexts()), new RegExp(token));
      await admin.post(`${PAGE}/ura-token`, { version: '1' });
      assert.equal(await integration.verifyUraToken(token), false);
    });

    it('is not made over somebody’s newer change', async () => {
      await saveAll();
      const { status, text } = await admin.post(`${PAGE}/ura-token`, { version: '0' });
      assert.equal(status, 409);
      assert.match(text, /salvou outra versão/);
      assert.match(text, /Nenhum token definido/);
    });
  });
});

interface Stream {
  readonly status: number;
  readonly ended: boolean;
  text(): string;
  lines(): readonly string[];
  close(): void;
}

/** Asks as the page's script does, and reads what comes while it comes. Settles when the request is on its way. */
async function openStream(app: Harness, visitor: Visitor, fields: Readonly<Record<string, string>>): Promise<Stream> {
  const token = await visitor.csrfToken();
  let text = '';
  let ended = false;
  let status = 0;
  const request = http.request(`${app.url}${PAGE}/test`, {
    method: 'POST',
    headers: {
      cookie: visitor.cookies(),
      accept: 'application/x-ndjson, application/json;q=0.5',
      'content-type': 'application/x-www-form-urlencoded',
      'x-csrf-token': token,
    },
  });
  request.on('response', (response) => {
    status = response.statusCode ?? 0;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (text += chunk));
    response.on('end', () => (ended = true));
    response.on('error', () => undefined);
  });
  request.on('error', () => undefined);
  request.end(new URLSearchParams(fields).toString());
  return {
    get status() {
      return status;
    },
    get ended() {
      return ended;
    },
    text: () => text,
    lines: () => text.split('\n').filter((line) => line !== ''),
    close: () => request.destroy(),
  };
}
