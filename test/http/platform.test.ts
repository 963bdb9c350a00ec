import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { paths } from '../../src/platform/paths.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness } from '../support/harness.js';

describe('every page', () => {
  let app: Harness;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('may run our scripts and styles only, talk to its own host only, and use the microphone', async () => {
    const { headers } = await app.visitor().get('/sign-in');
    const policy = String(headers['content-security-policy']);
    const { host } = new URL(app.url);
    for (const rule of [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ws://${host} wss://${host}`,
      "media-src 'self' blob:",
      "img-src 'self' data:",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
    ]) {
      assert.ok(policy.split(';').includes(rule), `${rule} in ${policy}`);
    }
    assert.doesNotMatch(policy, /unsafe|upgrade-insecure-requests/);
    assert.match(String(headers['permissions-policy']), /microphone=\(self\)/);
    assert.equal(headers['strict-transport-security'], undefined);
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('writes no host into its policy that is none', async () => {
    const { headers } = await request(app.url).get('/sign-in').set('Host', "x; script-src 'unsafe-inline'");
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-inline/);
  });

  it('that does not exist says so, in the person’s language, and opens no session', async () => {
    const page = await app.visitor().get('/nada').expect(404);
    assert.match(page.text, /Esta página não existe/);
    assert.equal(page.headers['set-cookie'], undefined);
    const english = await request(app.url).get('/nada').set('Cookie', 'citrus-voz.locale=en').expect(404);
    assert.match(english.text, /This page does not exist/);
  });

  it('answers scripts in JSON', async () => {
    const missing = await request(app.url).get('/nada').set('Accept', 'application/json').expect(404);
    assert.deepEqual(missing.body, { error: { message: 'Esta página não existe ou foi removida.' } });
    const guarded = await request(app.url).get('/admin/users').set('Accept', 'application/json').expect(401);
    assert.deepEqual(guarded.body, { error: { message: 'Entre para continuar.' } });
  });

  it('refuses a path that does not decode', async () => {
    await request(app.url)
      .get('/admin/%E0%A4%A')
      .expect(400)
      .expect(/Não foi possível entender/);
  });

  it('refuses a body that is too large', async () => {
    const visitor = app.visitor();
    const answer = await visitor.post('/sign-in', { login: 'x'.repeat(200_000), password: 'x' });
    assert.equal(answer.status, 413);
    assert.match(answer.text, /grande demais/);
  });

  it('refuses a body that is not what it says', async () => {
    const answer = await request(app.url).post('/sign-in').type('json').send('{"login":');
    assert.equal(answer.status, 400);
  });

  it('refuses a form without its token, or with that of another session', async () => {
    await app.aUser({ login: 'ana' });
    const other = await app.visitor().csrfToken();
    for (const fields of [{}, { _csrf: 'x' }, { _csrf: other }]) {
      const visitor = await app.signIn('ana');
      const answer = await visitor.agent
        .post('/locale')
        .type('form')
        .send({ locale: 'en', ...fields });
      assert.equal(answer.status, 403);
      assert.match(answer.text, /perdeu a validade/);
      assert.match((await visitor.get('/')).text, /lang="pt-BR"/);
    }
  });

  it('takes the token of a script in a header', async () => {
    await app.aUser({ login: 'ana' });
    const visitor = await app.signIn('ana');
    const token = await visitor.csrfToken();
    await visitor.agent.post('/locale').set('x-csrf-token', token).type('form').send({ locale: 'en' }).expect(303);
  });

  it('that cannot be rendered answers in plain words, and logs why', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'citrus-voz-views-'));
    const known = paths.views;
    try {
      // Views without the one that the home page needs, and without the error page.
      for (const name of readdirSync(known)) {
        if (name !== 'home' && name !== 'errors') symlinkSync(path.join(known, name), path.join(folder, name));
      }
      mkdirSync(path.join(folder, 'home'));
      writeFileSync(path.join(folder, 'home', 'index.ejs'), '<%= nothing.here %>');
      Object.assign(paths, { views: folder });
      const broken = await startApp();
      await broken.aUser({ login: 'ana' });
      const visitor = await broken.signIn('ana');
      const answer = await visitor
        .get('/')
        .expect(500)
        .expect('content-type', /text\/plain/);
      assert.match(answer.text, /O sistema encontrou um erro/);
      assert.doesNotMatch(answer.text, /nothing|at .*\.js/);
      assert.equal(broken.takeErrors().length, 2);
      await broken[Symbol.asyncDispose]();
    } finally {
      Object.assign(paths, { views: known });
      rmSync(folder, { recursive: true });
    }
  });
});

describe('menu and guards', () => {
  let app: Harness;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });
  const linksOf = (text: string): readonly string[] =>
    [...text.matchAll(/class="menu-link" href="([^"]+)"/g)].map((found) => found[1]!);

  it('show what one may open, and nothing else', async () => {
    await app.aUser({ login: 'ana', permissions: ['voice.desk', 'profiles.list'] });
    const page = await (await app.signIn('ana')).get('/').expect(200);
    assert.deepEqual(linksOf(page.text), ['/desk', '/admin/profiles']);
  });

  it('mark the page one is on', async () => {
    await app.aUser({ login: 'ana' });
    const page = await (await app.signIn('ana')).get('/admin/users').expect(200);
    assert.match(page.text, /href="\/admin\/users" aria-current="page"/);
    assert.equal(page.text.match(/menu-link"[^>]*aria-current/g)?.length, 1);
  });

  it('tell someone without any permission whom to ask', async () => {
    await app.aUser({ login: 'ana', permissions: [] });
    const page = await (await app.signIn('ana')).get('/').expect(200);
    assert.deepEqual(linksOf(page.text), []);
    assert.match(page.text, /Peça acesso ao administrador/);
  });

  for (const url of ['/admin/users', '/admin/profiles']) {
    it(`refuse ${url} to someone whose profile lacks it, and to nobody signed in`, async () => {
      await app.aUser({ login: 'ana', permissions: ['voice.desk'] });
      const page = await (await app.signIn('ana')).get(url).expect(403);
      assert.match(page.text, /Seu perfil não tem permissão/);
      await app.visitor().get(url).expect(303);
    });
  }

  it('show the customer’s phone in a demonstration only', async () => {
    const demo = await startApp({ env: { DEMO: 'true' } });
    await demo.aUser({ login: 'ana', permissions: [] });
    assert.deepEqual(linksOf((await (await demo.signIn('ana')).get('/')).text), ['/demo/phone']);
    await demo[Symbol.asyncDispose]();
  });
});

describe('language', () => {
  let app: Harness;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('chosen by a person goes with them to another computer', async () => {
    await app.aUser({ login: 'ana', name: 'Ana Souza' });
    const visitor = await app.signIn('ana');
    const answer = await visitor.post('/locale', { locale: 'en', next: '/admin/users' });
    assert.equal(answer.headers['location'], '/admin/users');
    assert.match((await visitor.get('/')).text, /Hello, Ana/);
    assert.match((await (await app.signIn('ana')).get('/')).text, /Hello, Ana/);
  });

  it('chosen before signing in stays on that computer, and comes back to the same page', async () => {
    const visitor = app.visitor();
    const answer = await visitor.post('/locale', { locale: 'en', next: '/sign-in?next=%2Fdesk' });
    assert.equal(answer.headers['location'], '/sign-in?next=%2Fdesk');
    assert.match((await visitor.get('/sign-in')).text, /<html lang="en"/);
  });

  it('of the browser is a hint for the sign-in page, which the choice outweighs', async () => {
    const ask = (languages: string, cookie = ''): request.Test =>
      request(app.url).get('/sign-in').set('Accept-Language', languages).set('Cookie', cookie);
    assert.match((await ask('en-GB,en;q=0.9')).text, /<html lang="en"/);
    assert.match((await ask('pt-PT,pt;q=0.9')).text, /<html lang="pt-BR"/);
    assert.match((await ask('ja')).text, /<html lang="pt-BR"/);
    assert.match((await ask('en', 'citrus-voz.locale=pt-BR')).text, /<html lang="pt-BR"/);
  });

  it('that does not exist is refused', async () => {
    assert.equal((await app.visitor().post('/locale', { locale: 'xx' })).status, 404);
  });
});

describe('lists', () => {
  let app: Harness;
  beforeEach(async () => {
    app = await startApp();
    const profile = await app.aProfile({ name: 'Atendente', permissions: ['users.list', 'profiles.list'] });
    await app.aUser({ login: 'ana', name: 'Ana <b>Souza</b>', profile, extension: '1007' });
    for (let n = 10; n < 40; n += 1) await app.aUser({ login: `bia${String(n)}`, name: `Bia ${String(n)}`, profile });
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });
  const rows = (text: string): number => text.match(/data-testid="user"/g)?.length ?? 0;

  it('of users come in pages, escape what they show, and keep the search from page to page', async () => {
    const visitor = await app.signIn('ana');
    const first = await visitor.get('/admin/users').expect(200);
    assert.equal(rows(first.text), 25);
    assert.match(first.text, /31 usuários/);
    assert.match(first.text, /Ana &lt;b&gt;Souza/);
    const second = await visitor.get('/admin/users?q=BIA&page=2').expect(200);
    assert.equal(rows(second.text), 5);
    assert.match(second.text, /href="\/admin\/users\?q=BIA&amp;page=1"/);
  });

  it('of users find by name and by login, and say when there is nothing', async () => {
    const visitor = await app.signIn('ana');
    assert.equal(rows((await visitor.get('/admin/users?q=bia1')).text), 10);
    assert.equal(rows((await visitor.get('/admin/users?q=souza')).text), 1);
    assert.match((await visitor.get('/admin/users?q=%25')).text, /31 usuários/);
    assert.match((await visitor.get('/admin/users?q=zzz%3Ci%3E')).text, /Nenhum resultado para “zzz&lt;i&gt;”/);
  });

  it('do not fall over nonsense in their address', async () => {
    const visitor = await app.signIn('ana');
    for (const query of ['page=abc', 'page=-1', 'page=1e9', 'q=a&q=b', 'page=999', `q=${'x'.repeat(300)}`]) {
      await visitor.get(`/admin/users?${query}`).expect(200);
    }
  });

  it('of profiles count permissions and users', async () => {
    const page = await (await app.signIn('ana')).get('/admin/profiles?q=atend').expect(200);
    assert.match(page.text, /Atendente<\/a><\/th><td class="figures">2<\/td><td class="figures">31</);
  });
});

describe('health', () => {
  it('says that the process runs, and which part does not answer', async () => {
    const app = await startApp();
    await request(app.url).get('/healthz').expect(200, { status: 'ok' });
    await request(app.url)
      .get('/readyz')
      .expect(200, { status: 'ready', checks: { database: 'ok' } });
    await app[Symbol.asyncDispose]();
  });

  it('is not ready while the exchange is out of reach', async () => {
    const telephony = new FakeTelephony();
    telephony.disconnect();
    const app = await startApp({ telephony: () => ({ telephony }) });
    await request(app.url)
      .get('/readyz')
      .expect(503, { status: 'not ready', checks: { database: 'ok', telephony: 'failed' } });
    telephony.connect();
    await request(app.url).get('/readyz').expect(200);
    await request(app.url).get('/healthz').expect(200);
    await app[Symbol.asyncDispose]();
  });
});
