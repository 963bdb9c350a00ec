import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPlatform, testPlatform } from '../../src/wiring/platforms.js';
import { trySipSocket } from '../../src/modules/telephony/asterisk/sip-socket.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { eventually } from '../support/wait.js';

const PAGE = '/admin/settings/integration';

describe('the platforms as the product has them', () => {
  let app: Harness;
  let admin: Visitor;
  let closed: Server;
  let asterisk: Readonly<Record<string, string>>;

  beforeEach(async () => {
    app = await startApp({ telephony: createPlatform, testConnection: testPlatform, env: { DEMO: 'true' } });
    await app.aUser({ login: 'helena', permissions: ['general-settings'] });
    admin = await app.signIn('helena');
    // An address at which nothing answers as Asterisk would: whoever connects is hung up on.
    closed = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const port = String((closed.address() as AddressInfo).port);
    asterisk = {
      platform: 'asterisk',
      host: '127.0.0.1',
      port,
      username: 'citrus',
      secret: 'segredo',
      softphoneUrl: `ws://127.0.0.1:${port}/ws`,
      agentContext: 'citrus-agents',
      trunk: 'operadora',
      confirmTest: 'on',
    };
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
    closed.close();
  });

  const phoneSocket = (): ReturnType<typeof trySipSocket> =>
    trySipSocket(`${app.url.replace('http', 'ws')}/sip`, { tlsVerify: true, limitMs: 2000 });

  it('test the built-in exchange: its directory, and that phones reach it', async () => {
    const { status, text } = await admin.post(`${PAGE}/test`, { platform: 'exchange', version: '0' });
    assert.equal(status, 200);
    const steps = [...text.matchAll(/data-outcome="(\w+)" data-step="([\w-]+)"/g)].map(
      ([, how, name]) => `${name} ${how}`,
    );
    // Nothing is in its directory yet.
    assert.deepEqual(steps, [
      'reachable passed',
      'queues warning',
      'extensions warning',
      'softphone passed',
      'round-trip passed',
    ]);
    assert.match(text, /A conexão funciona, com 2 pontos de atenção/);
    assert.match(text, /Cadastre-os em Administração &gt; Central embutida/);
  });

  it('test an Asterisk that does not answer, and say what to do', async () => {
    const { status, text } = await admin.post(`${PAGE}/test`, { ...asterisk, version: '0' });
    assert.equal(status, 200);
    assert.match(text, /data-outcome="failed" data-step="(reachable|authenticated)"/);
    assert.match(text, /data-outcome="skipped" data-step="queues"/);
    assert.match(text, /A conexão não funciona/);
  });

  it('take phones and the customer’s phone only while the built-in exchange is in use, and again after it', async () => {
    assert.equal(await phoneSocket(), null);
    await admin.get('/demo/phone').expect(200);

    assert.equal((await admin.post(PAGE, { ...asterisk, version: '0' })).status, 303);
    assert.equal(app.app.telephony?.status().connected, false);
    assert.notEqual(await phoneSocket(), null);
    await admin.get('/demo/phone').expect(404);
    assert.doesNotMatch((await admin.get('/')).text, /href="\/demo\/phone"/);
    const later = await admin.post(`${PAGE}/test`, { platform: 'exchange', version: '1' });
    assert.match(later.text, /atenderá os softphones em .* depois de salvar/);

    assert.equal((await admin.post(PAGE, { platform: 'exchange', version: '1', confirmTest: 'on' })).status, 303);
    await eventually('the built-in exchange', () => app.app.telephony?.status().connected);
    assert.equal(await phoneSocket(), null);
    await admin.get('/demo/phone').expect(200);
    assert.match((await admin.get('/')).text, /href="\/demo\/phone"/);
  });

  it('begin with what was saved before the restart', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'citrus-voz-platforms-'));
    try {
      const start = (): Promise<Harness> =>
        startApp({
          telephony: createPlatform,
          testConnection: testPlatform,
          env: { DATABASE_URL: path.join(folder, 'voz.sqlite') },
        });
      await app[Symbol.asyncDispose]();
      app = await start();
      await app.aUser({ login: 'helena', permissions: ['general-settings'] });
      admin = await app.signIn('helena');
      assert.equal((await admin.post(PAGE, { ...asterisk, version: '0' })).status, 303);
      await app[Symbol.asyncDispose]();
      app = await start();
      admin = await app.signIn('helena');
      assert.match((await admin.get(PAGE)).text, /Asterisk: não responde desde/);
      assert.equal((await app.app.integration.load()).settings.secret, 'segredo');
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  });
});
