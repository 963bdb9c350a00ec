import assert from 'node:assert/strict';
import { type User } from '../../src/modules/users/index.js';
import { assertGuarded, auditOf, rowsOf, signInWith } from '../support/admin-pages.js';
import { startApp, TEST_PASSWORD, type Harness, type Visitor } from '../support/harness.js';

const GOOD = 'um sabiá no abacateiro';

describe('passwords set by an administrator', () => {
  let app: Harness;
  let ana: User;
  let visitor: Visitor;
  let now: number;
  beforeEach(async () => {
    now = Date.now();
    app = await startApp({ now: () => new Date(now), signInFailuresPerAddress: 5 });
    await app.aUser({ login: 'chefe', name: 'Chefe Geral' });
    ana = await app.aUser({ login: 'ana.souza', name: 'Ana <i>Souza</i>', permissions: ['voice.desk'] });
    visitor = await app.signIn('chefe');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });
  const path = (): string => `/admin/users/${ana.id}/password`;
  const issue = async (): Promise<string> => {
    const page = await visitor.post(`${path()}-link`);
    assert.equal(page.status, 200);
    const url = /value="(http[^"]+)"/.exec(page.text)?.[1];
    assert.ok(url !== undefined, page.text);
    return new URL(url).pathname;
  };

  it('are closed to who is not signed in or has no permission', async () => {
    await assertGuarded(app, [
      ['get', path()],
      ['post', path()],
      ['post', `${path()}-link`],
    ]);
    await visitor.get('/admin/users/99999/password').expect(404);
    assert.equal((await visitor.post('/admin/users/99999/password')).status, 404);
    assert.equal((await visitor.post('/admin/users/99999/password-link')).status, 404);
  });

  it('let the person in, and nobody who was in before', async () => {
    const before = await app.signIn('ana.souza');
    assert.match((await visitor.get(path()).expect(200)).text, /Senha de Ana &lt;i&gt;Souza/);
    const answer = await visitor.post(path(), { password: GOOD, repeat: GOOD });
    assert.equal(answer.status, 303);
    await before.get('/').expect(303);
    await app.signIn('ana.souza', GOOD);
    const entries = await auditOf(app, ana.id);
    assert.equal(entries.at(-1)?.action, 'password-changed');
    assert.doesNotMatch(JSON.stringify(entries), /sabiá|argon2/);
  });

  for (const [fields, said] of [
    [{ password: '', repeat: '' }, /id="password-error">Preencha este campo/],
    [{ password: 'curta', repeat: 'curta' }, /id="password-error">Use pelo menos 10/],
    [{ password: 'x'.repeat(201), repeat: 'x' }, /id="password-error">Use no máximo 200/],
    [{ password: 'citrus-voz-demo', repeat: 'citrus-voz-demo' }, /id="password-error">Esta senha é pública/],
    [{ password: 'Ana.Souza', repeat: 'Ana.Souza' }, /id="password-error">Use pelo menos 10/],
    [{ password: GOOD, repeat: `${GOOD}x` }, /id="repeat-error">As duas senhas são diferentes/],
  ] as const) {
    it(`are refused: “${fields.password.slice(0, 16)}” and “${fields.repeat.slice(0, 24)}”`, async () => {
      const answer = await visitor.post(path(), fields);
      assert.equal(answer.status, 422);
      assert.match(answer.text, said);
      assert.doesNotMatch(answer.text, /sabiá|citrus-voz-demo/);
      await app.signIn('ana.souza', TEST_PASSWORD);
    });
  }

  it('are not for somebody associated, whose password is the exchange’s', async () => {
    const bia = await app.aUser({ login: 'bia', exchangeLogin: 'bia', permissions: ['voice.desk'] });
    assert.match((await visitor.get(`/admin/users/${bia.id}/password`)).text, /associado ao Unity/);
    const set = await visitor.post(`/admin/users/${bia.id}/password`, { password: GOOD, repeat: GOOD });
    assert.equal(set.status, 409);
    assert.equal((await visitor.post(`/admin/users/${bia.id}/password-link`)).status, 409);
    assert.deepEqual(await rowsOf(app, 'SELECT * FROM password_links'), []);
  });

  it('are not for who can do more than the one who asks', async () => {
    const lesser = await signInWith(app, 'menor', ['users.list', 'users.edit']);
    const [boss] = (await app.app.users.list({ text: 'chefe' })).users;
    await lesser.get(`/admin/users/${boss!.id}/password`).expect(403);
    assert.equal(
      (await lesser.post(`/admin/users/${boss!.id}/password`, { password: GOOD, repeat: GOOD })).status,
      403,
    );
    assert.equal((await lesser.post(`/admin/users/${boss!.id}/password-link`)).status, 403);
  });

  describe('as a one-time link', () => {
    it('let its owner choose, once, and sign in', async () => {
      const before = await app.signIn('ana.souza');
      const link = await issue();
      const [row] = await rowsOf<{ token_hash: string }>(app, 'SELECT token_hash FROM password_links');
      assert.ok(!link.includes(row!.token_hash), 'the token itself is stored');
      const stranger = app.visitor();
      const page = await stranger.get(link).expect(200);
      assert.match(page.text, /Olá, Ana &lt;i&gt;Souza/);
      const answer = await stranger.post(link, { password: GOOD, repeat: GOOD });
      assert.equal(answer.status, 303);
      assert.equal(answer.headers['location'], '/sign-in');
      assert.match((await stranger.get('/sign-in')).text, /Sua senha foi salva/);
      await before.get('/').expect(303);
      await app.signIn('ana.souza', GOOD);
      assert.match((await stranger.get(link).expect(410)).text, /não vale mais/);
      assert.equal((await stranger.post(link, { password: `${GOOD}!`, repeat: `${GOOD}!` })).status, 410);
      await app.signIn('ana.souza', GOOD);
      const entries = await auditOf(app, ana.id);
      assert.deepEqual(
        entries.map(({ action, actor }) => [action, actor.name]),
        [
          ['changed', 'Chefe Geral'],
          ['password-changed', 'Ana <i>Souza</i>'],
        ],
      );
      assert.doesNotMatch(JSON.stringify(entries), new RegExp(link.split('/').at(-1)!));
    });

    it('keep the old password until it is used, and refuse bad ones without using the link up', async () => {
      const link = await issue();
      await app.signIn('ana.souza', TEST_PASSWORD);
      const stranger = app.visitor();
      for (const [fields, said] of [
        [{ password: '' }, /id="password-error">Preencha/],
        [{ password: 'curta', repeat: 'curta' }, /id="password-error">Use pelo menos 10/],
        [{ password: GOOD, repeat: 'outra' }, /id="repeat-error"/],
      ] as const) {
        const answer = await stranger.post(link, fields);
        assert.equal(answer.status, 422);
        assert.match(answer.text, said);
      }
      assert.equal((await stranger.post(link, { password: GOOD, repeat: GOOD })).status, 303);
    });

    it('end after 24 hours, with a newer one, with a set password, and with the account', async () => {
      const old = await issue();
      const link = await issue();
      const stranger = app.visitor();
      await stranger.get(old).expect(410);
      await stranger.get(link).expect(200);
      now += 24 * 3600 * 1000 - 1;
      await stranger.get(link).expect(200);
      now += 1;
      await stranger.get(link).expect(410);
      visitor = await app.signIn('chefe');
      const third = await issue();
      await visitor.post(path(), { password: GOOD, repeat: GOOD });
      await stranger.get(third).expect(410);
      const fourth = await issue();
      await visitor.post(`/admin/users/${ana.id}/deactivate`);
      await stranger.get(fourth).expect(410);
    });

    it('used twice at the same moment store one password', async () => {
      const { passwordLinks } = app.app;
      const token = (await issue()).split('/').at(-1)!;
      const results = await Promise.allSettled([
        passwordLinks.redeem(token, GOOD, null),
        passwordLinks.redeem(token, `${GOOD}!`, null),
      ]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    it('cannot be guessed at for long from one address', async () => {
      const stranger = app.visitor();
      for (let n = 0; n < 5; n += 1) await stranger.get(`/password/${String(n)}`).expect(410);
      const answer = await stranger.get('/password/mais-um').expect(429);
      assert.match(answer.text, /Aguarde 10 minutos/);
    });

    it('in English say all of it', async () => {
      const link = await issue();
      const page = await app.visitor().agent.get(link).set('Cookie', 'citrus-voz.locale=en').expect(200);
      assert.match(page.text, /Create password/);
    });
  });
});
