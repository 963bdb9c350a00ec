import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DEMO_PASSWORD } from '../../src/modules/accounts/index.js';
import { type TelephonyPart } from '../../src/app.js';
import { type Telephony } from '../../src/modules/telephony/telephony.port.js';
import { DomainError } from '../../src/platform/errors.js';
import { SESSION_IDLE_MS } from '../../src/platform/http/session-store.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, TEST_PASSWORD, type Harness, type HarnessOptions } from '../support/harness.js';

const WRONG = /Login ou senha incorretos/;

/** Only what signing in asks of an exchange. */
function exchangeThat(verifyCredentials: Telephony['verifyCredentials']): () => TelephonyPart {
  const telephony = new FakeTelephony();
  telephony.verifyCredentials = verifyCredentials;
  return () => ({ telephony });
}

describe('signing in', () => {
  let app: Harness;
  const start = async (options: HarnessOptions = {}): Promise<void> => {
    app = await startApp(options);
  };
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('with the right password opens the wanted page', async () => {
    await start();
    await app.aUser({ login: 'Ana', name: 'Ana Souza' });
    const visitor = app.visitor();
    const answer = await visitor.post('/sign-in', {
      login: ' ana ',
      password: TEST_PASSWORD,
      next: '/admin/users?q=a',
    });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers['location'], '/admin/users?q=a');
    const page = await visitor.get('/').expect(200);
    assert.match(page.text, /Olá, Ana/);
  });

  it('asks first where it is not known who comes, and remembers the page', async () => {
    await start();
    const visitor = app.visitor();
    await visitor.get('/admin/users?q=a').expect(303).expect('location', '/sign-in?next=%2Fadmin%2Fusers%3Fq%3Da');
    const page = await visitor.get('/sign-in?next=%2Fadmin%2Fusers%3Fq%3Da').expect(200);
    assert.match(page.text, /name="next" value="\/admin\/users\?q=a"/);
  });

  for (const next of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/sign-in',
  ]) {
    it(`does not send anyone to ${next}`, async () => {
      await start();
      await app.aUser({ login: 'ana' });
      const answer = await app.visitor().post('/sign-in', { login: 'ana', password: TEST_PASSWORD, next });
      assert.equal(answer.headers['location'], '/');
    });
  }

  it('says the same of a wrong password and of nobody, keeps the login and never the password', async () => {
    await start();
    await app.aUser({ login: 'ana' });
    const texts: string[] = [];
    for (const login of ['ana', 'ninguem']) {
      const answer = await app.visitor().post('/sign-in', { login, password: 'segredo-errado' });
      assert.equal(answer.status, 422);
      assert.match(answer.text, WRONG);
      assert.match(answer.text, new RegExp(`value="${login}"`));
      assert.doesNotMatch(answer.text, /segredo-errado/);
      texts.push(answer.text.replaceAll(/value="[^"]*"|content="[^"]*"/g, ''));
    }
    assert.equal(texts[0], texts[1]);
  });

  it('checks a hash for nobody too, so that the time tells nothing', async () => {
    await start();
    const checked: (string | null)[] = [];
    const { passwords } = app.app;
    const verify = passwords.verify.bind(passwords);
    passwords.verify = (hash, password) => {
      checked.push(hash);
      return verify(hash, password);
    };
    await app.visitor().post('/sign-in', { login: 'ninguem', password: 'x' });
    assert.deepEqual(checked, [null]);
  });

  it('points at the fields that are empty', async () => {
    await start();
    const answer = await app.visitor().post('/sign-in', { login: '  ', password: '' });
    assert.equal(answer.status, 422);
    for (const field of ['login', 'password']) {
      assert.match(answer.text, new RegExp(`aria-invalid="true" aria-describedby="${field}-error`));
      assert.match(answer.text, new RegExp(`id="${field}-error">Preencha este campo`));
    }
  });

  it('escapes what was typed', async () => {
    await start();
    const answer = await app.visitor().post('/sign-in', { login: '"><b>x</b>', password: 'x' });
    assert.doesNotMatch(answer.text, /<b>x/);
    assert.match(answer.text, /value="&#34;&gt;&lt;b&gt;x/);
  });

  it('refuses someone who was deactivated, once the password is right', async () => {
    await start();
    await app.aUser({ login: 'ana', isActive: false });
    const right = await app.visitor().post('/sign-in', { login: 'ana', password: TEST_PASSWORD });
    assert.equal(right.status, 422);
    assert.match(right.text, /Este usuário está desativado/);
    const wrong = await app.visitor().post('/sign-in', { login: 'ana', password: 'x' });
    assert.match(wrong.text, WRONG);
  });

  it('makes an account wait after five wrong passwords, says how long, and lets in afterwards', async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    await start({ now: () => new Date(now) });
    await app.aUser({ login: 'ana' });
    const visitor = app.visitor();
    for (let n = 0; n < 5; n += 1) {
      assert.match((await visitor.post('/sign-in', { login: 'ana', password: 'x' })).text, WRONG);
    }
    const early = await visitor.post('/sign-in', { login: 'ana', password: TEST_PASSWORD });
    assert.equal(early.status, 429);
    assert.match(early.text, /Aguarde 15 segundos/);
    now += 15_000;
    assert.equal((await visitor.post('/sign-in', { login: 'ana', password: TEST_PASSWORD })).status, 303);
  });

  it('makes an address wait that guesses many logins', async () => {
    await start({ signInFailuresPerAddress: 3 });
    const visitor = app.visitor();
    for (const login of ['a', 'b', 'c'])
      assert.equal((await visitor.post('/sign-in', { login, password: 'x' })).status, 422);
    const answer = await visitor.post('/sign-in', { login: 'd', password: 'x' });
    assert.equal(answer.status, 429);
    assert.match(answer.text, /Aguarde 10 minutos/);
  });

  it('gives the session a new id, and the old one opens nothing', async () => {
    await start();
    await app.aUser({ login: 'ana' });
    const visitor = app.visitor();
    await visitor.get('/sign-in').expect(200);
    const before = visitor.cookies();
    assert.equal((await visitor.post('/sign-in', { login: 'ana', password: TEST_PASSWORD })).status, 303);
    assert.notEqual(visitor.cookies(), before);
    await app.visitor().agent.get('/').set('Cookie', before).expect(303);
  });

  it('takes no demonstration password in production', async () => {
    await start({
      env: {
        NODE_ENV: 'production',
        SESSION_SECRET: 's'.repeat(32),
        ENCRYPTION_KEY: 'e'.repeat(32),
        SECURE_COOKIES: 'no',
      },
    });
    await app.aUser({ login: 'ana', password: DEMO_PASSWORD });
    const answer = await app.visitor().post('/sign-in', { login: 'ana', password: DEMO_PASSWORD });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /senha é de demonstração/);
  });

  it('shows the demonstration’s sign-ins in a demonstration, and only there', async () => {
    const demoSignIns = [{ login: 'ana', password: DEMO_PASSWORD, name: 'Ana', role: 'agent' }] as const;
    await start({ demoSignIns, env: { DEMO: 'true' } });
    assert.match((await app.visitor().get('/sign-in')).text, new RegExp(`data-password="${DEMO_PASSWORD}"`));
    await app[Symbol.asyncDispose]();
    await start({ demoSignIns });
    assert.doesNotMatch((await app.visitor().get('/sign-in')).text, new RegExp(DEMO_PASSWORD));
  });
});

describe('signing in through the exchange', () => {
  let app: Harness;
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });
  const associated = { login: 'ana.local', exchangeLogin: 'ana', extension: '1007' } as const;

  it('takes the exchange’s login and password', async () => {
    const asked: string[] = [];
    app = await startApp({
      telephony: exchangeThat((login, password) => {
        asked.push(`${login}/${password}`);
        return Promise.resolve(password === 'da central');
      }),
    });
    await app.aUser(associated);
    assert.equal((await app.visitor().post('/sign-in', { login: 'ana', password: 'outra' })).status, 422);
    const visitor = await app.signIn('ana', 'da central');
    await visitor.get('/').expect(200);
    assert.deepEqual(asked, ['ana/outra', 'ana/da central']);
  });

  it('no longer takes the local login and password', async () => {
    app = await startApp({ telephony: exchangeThat(() => Promise.resolve(true)) });
    await app.aUser(associated);
    const answer = await app.visitor().post('/sign-in', { login: 'ana.local', password: TEST_PASSWORD });
    assert.match(answer.text, WRONG);
  });

  it('leaves their own password to someone not associated whose login another has at the exchange', async () => {
    app = await startApp({
      telephony: exchangeThat((_login, password) => Promise.resolve(password === 'da central')),
    });
    const byExchange = await app.aUser({ ...associated, name: 'Ana Souza' });
    await app.aUser({ login: 'ana', name: 'Ana Lima' });
    const atHome = async (password: string): Promise<string> =>
      (await (await app.signIn('ana', password)).get('/')).text;
    assert.match(await atHome('da central'), new RegExp(`Olá, ${byExchange.name.split(' ')[0]!}`));
    assert.match(await atHome(TEST_PASSWORD), /Ana Lima/);
  });

  it('never asks the exchange about a login that nobody is associated with', async () => {
    const asked: string[] = [];
    app = await startApp({
      telephony: exchangeThat((login) => {
        asked.push(login);
        return Promise.resolve(true);
      }),
    });
    const answer = await app.visitor().post('/sign-in', { login: 'otavio.reis', password: 'da central' });
    assert.equal(answer.status, 422);
    assert.match(answer.text, WRONG);
    assert.deepEqual(asked, []);
  });

  it('is exact about the login, as the exchange is', async () => {
    app = await startApp({ telephony: exchangeThat(() => Promise.resolve(true)) });
    await app.aUser(associated);
    assert.equal((await app.visitor().post('/sign-in', { login: 'ANA', password: 'x' })).status, 422);
    assert.equal((await app.visitor().post('/sign-in', { login: ' ana ', password: 'x' })).status, 303);
  });

  it('checks a hash for a wrong password too, so that the time tells nothing', async () => {
    app = await startApp({ telephony: exchangeThat(() => Promise.resolve(false)) });
    await app.aUser(associated);
    const checked: (string | null)[] = [];
    const { passwords } = app.app;
    const verify = passwords.verify.bind(passwords);
    passwords.verify = (hash, password) => {
      checked.push(hash);
      return verify(hash, password);
    };
    await app.visitor().post('/sign-in', { login: 'ana', password: 'x' });
    assert.deepEqual(checked, [null]);
  });

  it('makes the account wait after five passwords that the exchange did not take', async () => {
    app = await startApp({ telephony: exchangeThat(() => Promise.resolve(false)) });
    await app.aUser(associated);
    const visitor = app.visitor();
    for (let n = 0; n < 5; n += 1) {
      assert.equal((await visitor.post('/sign-in', { login: 'ana', password: 'x' })).status, 422);
    }
    assert.equal((await visitor.post('/sign-in', { login: 'ana', password: 'x' })).status, 429);
  });

  it('refuses someone who was deactivated, once the exchange has taken the password', async () => {
    app = await startApp({ telephony: exchangeThat(() => Promise.resolve(true)) });
    await app.aUser({ ...associated, isActive: false });
    const answer = await app.visitor().post('/sign-in', { login: 'ana', password: 'da central' });
    assert.match(answer.text, /Este usuário está desativado/);
  });

  it('says that the exchange does not answer, and counts no failure', async () => {
    app = await startApp({
      telephony: exchangeThat(() => Promise.reject(new DomainError('unavailable', 'errors:internal'))),
    });
    await app.aUser(associated);
    const visitor = app.visitor();
    for (let n = 0; n < 8; n += 1) {
      const answer = await visitor.post('/sign-in', { login: 'ana', password: 'x' });
      assert.equal(answer.status, 503);
      assert.match(answer.text, /Unity não está respondendo/);
    }
  });

  it('says so without an exchange, too', async () => {
    app = await startApp();
    await app.aUser(associated);
    const answer = await app.visitor().post('/sign-in', { login: 'ana', password: 'x' });
    assert.equal(answer.status, 503);
  });
});

describe('a session', () => {
  let app: Harness;
  let now: number;
  beforeEach(async () => {
    now = Date.now();
    app = await startApp({ now: () => new Date(now) });
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('that expired is told apart from somebody new, once', async () => {
    await app.aUser({ login: 'ana' });
    const visitor = await app.signIn('ana');
    now += SESSION_IDLE_MS + 1;
    const answer = await visitor.get('/admin/users').expect(303);
    assert.equal(answer.headers['location'], '/sign-in?next=%2Fadmin%2Fusers&why=expired');
    assert.match((await visitor.get('/sign-in?next=%2Fadmin%2Fusers&why=expired')).text, /Sua sessão terminou/);
    await visitor.get('/').expect(303).expect('location', '/sign-in?next=%2F');
  });

  it('that is used does not expire', async () => {
    await app.aUser({ login: 'ana' });
    const visitor = await app.signIn('ana');
    for (let n = 0; n < 3; n += 1) {
      now += SESSION_IDLE_MS - 1;
      await visitor.get('/').expect(200);
    }
  });

  it('that expired is removed, with those that only saw the sign-in page', async () => {
    await app.aUser({ login: 'ana' });
    await app.signIn('ana');
    await app.visitor().get('/sign-in').expect(200);
    assert.equal(await app.app.sessions.sweep(), 0);
    now += 3600 * 1000;
    assert.equal(await app.app.sessions.sweep(), 1);
    now += SESSION_IDLE_MS;
    assert.equal(await app.app.sessions.sweep(), 1);
  });

  it('is over after signing out, and whoever listens is told', async () => {
    await app.aUser({ login: 'ana' });
    const visitor = await app.signIn('ana');
    const cookies = visitor.cookies();
    const ended: unknown[] = [];
    app.app.accounts.onSessionsEnded((each) => ended.push(each));
    const answer = await visitor.post('/sign-out');
    assert.equal(answer.status, 303);
    await visitor.get('/').expect(303).expect('location', '/sign-in?next=%2F');
    await app.visitor().agent.get('/').set('Cookie', cookies).expect(303);
    assert.equal(ended.length, 1);
    assert.ok(cookies.includes((ended[0] as { sessionId: string }).sessionId));
  });

  it('does not come back when a request was under way while it ended', async () => {
    const user = await app.aUser({ login: 'ana' });
    const visitor = await app.signIn('ana');
    const { sessions, db } = app.app;
    const [row] = (await db.sequelize.query('SELECT sid, data FROM sessions WHERE user_id IS NOT NULL'))[0] as {
      sid: string;
      data: string;
    }[];
    await app.app.accounts.endSessions(user.id);
    await new Promise<void>((resolve, reject) => {
      sessions.set(row!.sid, JSON.parse(row!.data) as Parameters<typeof sessions.set>[1], (error) => {
        if (error === undefined) resolve();
        else reject(new Error('not written', { cause: error }));
      });
    });
    await visitor.get('/').expect(303);
  });

  it('outlives a restart', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'citrus-voz-'));
    const env = { DATABASE_URL: path.join(folder, 'voz.sqlite') };
    try {
      const first = await startApp({ env });
      await first.aUser({ login: 'ana' });
      const cookies = (await first.signIn('ana')).cookies();
      await first[Symbol.asyncDispose]();
      const second = await startApp({ env });
      await second.visitor().agent.get('/').set('Cookie', cookies).expect(200);
      await second[Symbol.asyncDispose]();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of someone deactivated, or of another role, shows it at the next request', async () => {
    const profile = await app.aProfile({ permissions: ['users.list'] });
    const user = await app.aUser({ login: 'ana', profile });
    const visitor = await app.signIn('ana');
    await visitor.get('/admin/users').expect(200);
    const { db } = app.app;
    await db.write((transaction) => db.sequelize.query('DELETE FROM profile_permissions', { transaction }));
    await visitor.get('/admin/users').expect(403);
    await db.write((transaction) =>
      db.sequelize.query('UPDATE users SET is_active = 0 WHERE id = :id', {
        transaction,
        replacements: { id: user.id },
      }),
    );
    await visitor.get('/admin/users').expect(303);
  });
});
