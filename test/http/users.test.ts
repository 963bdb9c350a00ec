import assert from 'node:assert/strict';
import { type User } from '../../src/modules/users/index.js';
import { PERMISSIONS } from '../../src/shared/permissions.js';
import { assertGuarded, auditOf, rowsOf, signInWith } from '../support/admin-pages.js';
import { startApp, TEST_PASSWORD, type Harness, type Visitor } from '../support/harness.js';

describe('users pages', () => {
  let app: Harness;
  let admin: User;
  let visitor: Visitor;
  beforeEach(async () => {
    app = await startApp();
    admin = await app.aUser({ login: 'chefe', name: 'Chefe Geral' });
    visitor = await app.signIn('chefe');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const namesOn = (html: string): readonly string[] =>
    [...html.matchAll(/<th scope="row"><a href="[^"]+">([^<]+)<\/a>/g)].map((found) => found[1]!);
  const list = async (query: string): Promise<readonly string[]> =>
    namesOn((await visitor.get(`/admin/users${query}`).expect(200)).text);

  it('are closed to who is not signed in or has no permission', async () => {
    await assertGuarded(app, [
      ['get', '/admin/users'],
      ['get', '/admin/users/delete?ids=1'],
      ['post', '/admin/users/delete'],
      ['get', '/admin/users/new'],
      ['post', '/admin/users/new'],
      ['get', `/admin/users/${admin.id}`],
      ['post', `/admin/users/${admin.id}`],
      ['get', `/admin/users/${admin.id}/service`],
      ['post', `/admin/users/${admin.id}/service`],
      ['get', `/admin/users/${admin.id}/deactivate`],
      ['post', `/admin/users/${admin.id}/deactivate`],
      ['post', `/admin/users/${admin.id}/activate`],
    ]);
  });

  it('know no user with an id that is not there', async () => {
    for (const id of ['99999', '0', 'x', '99999999999']) {
      await visitor.get(`/admin/users/${id}`).expect(404);
      await visitor.get(`/admin/users/${id}/service`).expect(404);
      await visitor.get(`/admin/users/${id}/deactivate`).expect(404);
      for (const act of ['', '/service', '/deactivate', '/activate']) {
        assert.equal((await visitor.post(`/admin/users/${id}${act}`)).status, 404);
      }
    }
  });

  describe('the list', () => {
    beforeEach(async () => {
      const agents = await app.aProfile({ name: 'Atendente', permissions: ['voice.desk'] });
      await app.aUser({ login: 'zelia', name: 'Zélia Ramos', profile: agents, extension: '999' });
      await app.aUser({ login: 'ERICA', name: 'ÉRICA CONCEIÇÃO', profile: agents, extension: '1000' });
      await app.aUser({ login: 'bia', name: 'Bia <b>Lima</b>', profile: agents, isActive: false });
      await app.aUser({ login: 'otavio', name: 'Otávio', profile: agents, exchangeLogin: 'otavio.reis' });
    });

    it('finds names whatever their case and accents, and logins', async () => {
      for (const q of ['érica', 'Erica', 'conceicao', 'ÇÃO']) {
        assert.deepEqual(await list(`?q=${encodeURIComponent(q)}`), ['ÉRICA CONCEIÇÃO'], q);
      }
      assert.deepEqual(await list('?q=zelia'), ['Zélia Ramos']);
      assert.deepEqual(await list('?q=%25'), await list(''));
    });

    it('sorts É beside E, and by each column both ways', async () => {
      assert.deepEqual(await list(''), [
        'Bia &lt;b&gt;Lima&lt;/b&gt;',
        'Chefe Geral',
        'ÉRICA CONCEIÇÃO',
        'Otávio',
        'Zélia Ramos',
      ]);
      assert.equal((await list('?order=desc'))[0], 'Zélia Ramos');
      assert.equal((await list('?sort=login'))[0], 'Bia &lt;b&gt;Lima&lt;/b&gt;');
      assert.equal((await list('?sort=profile'))[0], 'Bia &lt;b&gt;Lima&lt;/b&gt;');
      assert.equal((await list('?sort=profile&order=desc'))[0], 'Chefe Geral');
      assert.equal((await list('?sort=unity'))[0], 'Otávio');
      assert.deepEqual((await list('?sort=extension')).slice(0, 2), ['Zélia Ramos', 'ÉRICA CONCEIÇÃO']);
      assert.equal((await list('?sort=status&order=desc'))[0], 'Bia &lt;b&gt;Lima&lt;/b&gt;');
    });

    it('says which column sorts, and turns round on the next choice', async () => {
      const page = await visitor.get('/admin/users?q=a&sort=login').expect(200);
      assert.match(page.text, /aria-sort="ascending"><a class="sort-link" href="[^"]*order=desc"/);
      assert.equal(page.text.match(/aria-sort="none"/g)?.length, 5);
      assert.match(page.text, /href="\/admin\/users\?q=a"/);
    });

    it('filters by state, profile and association', async () => {
      assert.deepEqual(await list('?state=inactive'), ['Bia &lt;b&gt;Lima&lt;/b&gt;']);
      assert.equal((await list('?state=active')).length, 4);
      assert.deepEqual(await list('?association=associated'), ['Otávio']);
      assert.equal((await list('?association=not-associated')).length, 4);
      const own = (await app.app.users.find(admin.id))!.profileId;
      assert.deepEqual(await list(`?profile=${own}`), ['Chefe Geral']);
    });

    it('takes a search that makes no sense for the whole list', async () => {
      assert.equal((await list('?state=x&profile=y&sort=z&order=w&page=-1&association=v')).length, 5);
    });

    it('escapes what was searched', async () => {
      const page = await visitor.get('/admin/users?q=%22%3E%3Cscript%3Ex').expect(200);
      assert.doesNotMatch(page.text, /<script>x/);
      assert.match(page.text, /Nada encontrado/);
    });

    it('shows only the buttons that one may press', async () => {
      const reader = await signInWith(app, 'leitor', ['users.list']);
      const page = (await reader.get('/admin/users').expect(200)).text;
      assert.doesNotMatch(page, /admin\/users\/new|admin\/users\/import|form="ticked"|name="ids"/);
      const own = (await visitor.get('/admin/users').expect(200)).text;
      assert.match(own, /admin\/users\/new/);
      assert.match(own, /admin\/users\/import/);
      assert.match(own, /form="ticked"/);
    });
  });

  describe('deleting', () => {
    it('asks first with the names, then deletes, and leaves an entry', async () => {
      const bia = await app.aUser({ login: 'bia', name: 'Bia <b>Lima</b>' });
      const page = await visitor.get(`/admin/users/delete?ids=${bia.id}`).expect(200);
      assert.match(page.text, /Bia &lt;b&gt;Lima&lt;\/b&gt;/);
      const answer = await visitor.post('/admin/users/delete', { ids: String(bia.id) });
      assert.equal(answer.status, 303);
      assert.equal(await app.app.users.find(bia.id), null);
      assert.match((await visitor.get('/admin/users')).text, /foi excluído/);
      const [entry] = await auditOf(app, bia.id);
      assert.equal(entry?.action, 'deleted');
      assert.equal(entry.actor.userId, admin.id);
      assert.equal(entry.before?.['login'], 'bia');
    });

    it('lets a request of theirs that is under way end in peace', async () => {
      const bia = await app.aUser({ login: 'bia' });
      await app.signIn('bia');
      const { sessions } = app.app;
      const [row] = await rowsOf<{ sid: string; data: string }>(
        app,
        'SELECT sid, data FROM sessions WHERE user_id = :id',
        { id: bia.id },
      );
      assert.equal((await visitor.post('/admin/users/delete', { ids: String(bia.id) })).status, 303);
      const error = await new Promise((resolve) => {
        sessions.set(row!.sid, JSON.parse(row!.data) as Parameters<typeof sessions.set>[1], resolve);
      });
      assert.equal(error, undefined);
      assert.deepEqual(await rowsOf(app, 'SELECT sid FROM sessions WHERE sid = :sid', { sid: row!.sid }), []);
    });

    it('of nobody, or of an id that is not there, says so', async () => {
      for (const path of ['/admin/users/delete', '/admin/users/delete?ids=99999&ids=x']) {
        await visitor.get(path).expect(303).expect('location', '/admin/users');
        assert.match((await visitor.get('/admin/users')).text, /Marque na lista/);
      }
      assert.equal((await visitor.post('/admin/users/delete', { ids: '99999' })).status, 303);
    });

    it('keeps who has calls or changes on record, and offers to deactivate', async () => {
      const caller = await app.aUser({ login: 'carla', name: 'Carla' });
      const { db } = app.app;
      await db.write((transaction) =>
        db.sequelize.query(
          `INSERT INTO agent_intervals (agent_id, status, started_at) VALUES (:id, 'paused', '2026-11-23 10:00:00.000')`,
          { transaction, replacements: { id: caller.id } },
        ),
      );
      const asked = await visitor.get(`/admin/users/delete?ids=${caller.id}&ids=${admin.id}`).expect(200);
      assert.match(asked.text, /Desative-o em vez de excluir/);
      assert.match(asked.text, new RegExp(`/admin/users/${caller.id}/deactivate`));
      assert.match(asked.text, /é você/);
      const answer = await visitor.post('/admin/users/delete', { ids: String(caller.id) });
      assert.equal(answer.status, 409);
      assert.match(answer.text, /Desative-o em vez de excluir/);
      assert.notEqual(await app.app.users.find(caller.id), null);
    });

    it('keeps oneself, and who can do more', async () => {
      assert.equal((await visitor.post('/admin/users/delete', { ids: String(admin.id) })).status, 409);
      const lesser = await signInWith(app, 'menor', ['users.list', 'users.delete']);
      const answer = await lesser.post('/admin/users/delete', { ids: String(admin.id) });
      assert.equal(answer.status, 409);
      assert.match(answer.text, /permissões de administração que você não tem/);
    });
  });

  describe('a new one', () => {
    const fields = async (over: Record<string, string> = {}): Promise<Record<string, string>> => ({
      name: 'Nova Pessoa',
      login: 'nova',
      profileId: String((await app.aProfile({ permissions: ['voice.desk'] })).id),
      locale: 'en',
      isActive: 'on',
      password: 'uma frase bem longa',
      ...over,
    });

    it('is created, audited without the password, and can sign in', async () => {
      const answer = await visitor.post('/admin/users/new', await fields());
      assert.equal(answer.status, 303);
      const { users } = await app.app.users.list({ text: 'nova' });
      assert.equal(answer.headers['location'], `/admin/users/${users[0]!.id}`);
      assert.match((await visitor.get(answer.headers['location'])).text, /“Nova Pessoa” foi salvo/);
      await app.signIn('nova', 'uma frase bem longa');
      const entries = await auditOf(app, users[0]!.id);
      assert.equal(entries[0]?.action, 'created');
      assert.doesNotMatch(JSON.stringify(entries), /uma frase|argon2/);
    });

    it('without a password cannot sign in, and the page says so', async () => {
      const answer = await visitor.post('/admin/users/new', await fields({ password: '' }));
      assert.match((await visitor.get(answer.headers['location']!)).text, /ainda não tem senha/);
      assert.equal((await app.visitor().post('/sign-in', { login: 'nova', password: 'qualquer coisa' })).status, 422);
    });

    const bad: readonly (readonly [field: string, value: string, said: RegExp])[] = [
      ['name', '  ', /Preencha este campo/],
      ['name', 'x'.repeat(121), /no máximo 120/],
      ['login', '', /Preencha este campo/],
      ['login', 'com espaço', /não pode ter espaços/],
      ['login', 'x'.repeat(61), /no máximo 60/],
      ['profileId', '', /Escolha um perfil/],
      ['profileId', '99999', /não existe mais/],
      ['locale', 'fr', /não é válido/],
      ['password', 'curta', /pelo menos 10/],
      ['password', 'citrus-voz-demo', /pública/],
      ['password', 'Senha12345', /pública/],
      ['password', 'aaaaaaaaaaaa', /pública/],
    ];
    for (const [field, value, said] of bad) {
      it(`is refused for ${field} “${value.slice(0, 20)}”, and keeps what was typed`, async () => {
        const answer = await visitor.post(
          '/admin/users/new',
          await fields({ [field]: value, name: '"><b>x', ...(field === 'name' ? { name: value } : {}) }),
        );
        assert.equal(answer.status, 422);
        assert.match(answer.text, said);
        assert.match(answer.text, new RegExp(`id="${field}-error"`));
        if (field !== 'login') assert.match(answer.text, /value="nova"/);
        if (field !== 'name') assert.match(answer.text, /value="&#34;&gt;&lt;b&gt;x"/);
        assert.doesNotMatch(answer.text, /uma frase bem longa|citrus-voz-demo"|Senha12345/);
      });
    }

    it('is refused for a login that is taken, in whatever case', async () => {
      await app.aUser({ login: 'nova' });
      const answer = await visitor.post('/admin/users/new', await fields({ login: 'NOVA' }));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /id="login-error">Este login já é de outro usuário/);
    });

    it('is refused for the password that is the login', async () => {
      const answer = await visitor.post(
        '/admin/users/new',
        await fields({ login: 'Joaquim.Neto', password: 'joaquim.neto' }),
      );
      assert.match(answer.text, /não pode ser igual ao login/);
    });

    it('cannot be given more than who creates has', async () => {
      const lesser = await signInWith(app, 'menor', ['users.list', 'users.create']);
      const all = await app.aProfile({ permissions: PERMISSIONS });
      const answer = await lesser.post('/admin/users/new', await fields({ profileId: String(all.id) }));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /id="profileId-error">Este perfil tem permissões de administração que você não tem/);
    });
  });

  describe('“Dados principais”', () => {
    const fieldsOf = async (id: number, over: Record<string, string> = {}): Promise<Record<string, string>> => {
      const user = (await app.app.users.find(id))!;
      return {
        name: user.name,
        login: user.login,
        profileId: String(user.profileId),
        locale: user.locale ?? '',
        version: String(user.version),
        ...over,
      };
    };

    it('are changed, with what was before and after in the audit trail', async () => {
      const user = await app.aUser({ login: 'ana', name: 'Ana' });
      const answer = await visitor.post(
        `/admin/users/${user.id}`,
        await fieldsOf(user.id, { name: 'Ana Souza', login: 'ana.souza', locale: 'en' }),
      );
      assert.equal(answer.status, 303);
      const [entry] = await auditOf(app, user.id);
      assert.equal(entry?.action, 'changed');
      assert.deepEqual(entry.before, { name: 'Ana', login: 'ana', locale: null });
      assert.deepEqual(entry.after, { name: 'Ana Souza', login: 'ana.souza', locale: 'en' });
      assert.deepEqual(await list('?q=souza'), ['Ana Souza']);
    });

    it('are refused with a bad field or a login that is taken', async () => {
      const user = await app.aUser({ login: 'ana', name: 'Ana' });
      const path = `/admin/users/${user.id}`;
      for (const [over, said] of [
        [{ name: '' }, /id="name-error">Preencha/],
        [{ login: 'a b' }, /id="login-error">O login não pode ter espaços/],
        [{ profileId: 'x' }, /id="profileId-error">Escolha um perfil/],
        [{ locale: 'fr' }, /id="locale-error"/],
        [{ login: 'Chefe' }, /id="login-error">Este login já é/],
      ] as const) {
        const answer = await visitor.post(path, await fieldsOf(user.id, over));
        assert.equal(answer.status, 422);
        assert.match(answer.text, said);
      }
    });

    it('saved over somebody’s newer change show both, and can then be saved', async () => {
      const user = await app.aUser({ login: 'ana', name: 'Ana' });
      const stale = await fieldsOf(user.id, { name: 'Ana Minha' });
      await visitor.post(`/admin/users/${user.id}`, await fieldsOf(user.id, { name: 'Ana Delas' }));
      const answer = await visitor.post(`/admin/users/${user.id}`, stale);
      assert.equal(answer.status, 409);
      assert.match(answer.text, /Chefe Geral salvou outra versão/);
      assert.match(answer.text, /value="Ana Minha"/);
      assert.match(answer.text, /Agora está: Ana Delas/);
      const version = /name="version" value="(\d+)"/.exec(answer.text)?.[1];
      const again = await visitor.post(`/admin/users/${user.id}`, { ...stale, version: version! });
      assert.equal(again.status, 303);
      assert.equal((await app.app.users.find(user.id))?.name, 'Ana Minha');
    });

    it('of somebody associated show the exchange’s login and leave the local one', async () => {
      const user = await app.aUser({ login: 'local', name: 'Ana', exchangeLogin: 'da.central', extension: '1007' });
      const page = (await visitor.get(`/admin/users/${user.id}`).expect(200)).text;
      assert.match(page, /value="da.central"\s+readonly/);
      assert.match(page, /Importado do Unity/);
      assert.doesNotMatch(page, /name="login"/);
      const answer = await visitor.post(
        `/admin/users/${user.id}`,
        await fieldsOf(user.id, { name: 'Ana S', login: 'outro' }),
      );
      assert.equal(answer.status, 303);
      const after = await app.app.users.find(user.id);
      assert.equal(after?.login, 'local');
      assert.equal(after.name, 'Ana S');
    });

    it('cannot be edited by who may only list', async () => {
      const reader = await signInWith(app, 'leitor', ['users.list']);
      const page = (await reader.get(`/admin/users/${admin.id}`).expect(200)).text;
      assert.match(page, /<fieldset disabled>/);
      assert.doesNotMatch(page, />Salvar</);
    });

    it('with another profile change what open pages may at once', async () => {
      const user = await app.aUser({ login: 'ana', name: 'Ana' });
      const ana = await app.signIn('ana');
      await ana.get('/admin/users').expect(200);
      const few = await app.aProfile({ permissions: ['voice.desk'] });
      const answer = await visitor.post(
        `/admin/users/${user.id}`,
        await fieldsOf(user.id, { profileId: String(few.id) }),
      );
      assert.equal(answer.status, 303);
      assert.notEqual((await ana.get('/admin/users')).status, 200);
    });

    it('do not let anybody change their own profile, give more than they have, or take from who has more', async () => {
      const few = await app.aProfile({ permissions: ['users.list', 'users.edit'] });
      const own = await visitor.post(
        `/admin/users/${admin.id}`,
        await fieldsOf(admin.id, { profileId: String(few.id) }),
      );
      assert.equal(own.status, 422);
      assert.match(own.text, /O próprio perfil não se troca/);
      const lesser = await signInWith(app, 'menor', ['users.list', 'users.edit']);
      const up = await lesser.post(`/admin/users/${admin.id}`, await fieldsOf(admin.id, { profileId: String(few.id) }));
      assert.equal(up.status, 422);
      assert.match(up.text, /permissões de administração que você não tem/);
      const ana = await app.aUser({ login: 'ana', permissions: ['voice.desk'] });
      const give = await lesser.post(
        `/admin/users/${ana.id}`,
        await fieldsOf(ana.id, { profileId: String((await app.app.users.find(admin.id))!.profileId) }),
      );
      assert.match(give.text, /Este perfil tem permissões de administração que você não tem/);
    });
  });

  describe('“Atendimento”', () => {
    let queueId: number;
    beforeEach(async () => {
      const { db } = app.app;
      const kept = {
        service_level_seconds: 20,
        is_active: true,
        version: 0,
        created_at: new Date(),
        updated_at: new Date(),
      };
      await db.write(async (transaction) => {
        await db.sequelize
          .getQueryInterface()
          .bulkInsert('queues', [{ name: 'Vendas <i>', exchange_name: 'vendas', number: '4001', ...kept }], {
            transaction,
          });
      });
      queueId = (await rowsOf<{ id: number }>(app, 'SELECT id FROM queues'))[0]!.id;
    });
    const post = async (id: number, fields: Record<string, string>): ReturnType<Visitor['post']> =>
      visitor.post(`/admin/users/${id}/service`, {
        version: String((await app.app.users.find(id))!.version),
        ...fields,
      });

    it('is set by hand for somebody not associated', async () => {
      const user = await app.aUser({ login: 'ana', name: 'Ana' });
      const page = (await visitor.get(`/admin/users/${user.id}/service`).expect(200)).text;
      assert.match(page, /Vendas &lt;i&gt;/);
      const answer = await post(user.id, { locality: 'Recife', extension: '1020', queues: String(queueId) });
      assert.equal(answer.status, 303);
      const after = await app.app.users.find(user.id);
      assert.equal(after?.extension, '1020');
      assert.deepEqual(await app.app.users.queueIdsOf(user.id), [queueId]);
      const entries = await auditOf(app, user.id);
      assert.deepEqual(entries.at(-1)?.after, { locality: 'Recife', extension: '1020', queues: ['Vendas <i>'] });
      assert.match((await visitor.get(`/admin/users/${user.id}/service`)).text, /name="queues" value="\d+" checked/);
    });

    it('is refused with a bad field, or an extension that is taken', async () => {
      const user = await app.aUser({ login: 'ana' });
      await app.aUser({ login: 'bia', extension: '1020' });
      for (const [fields, said] of [
        [{ extension: '10 20' }, /id="extension-error">Digite de 2 a 20 dígitos/],
        [{ extension: '1' }, /id="extension-error"/],
        [{ locality: 'x'.repeat(61) }, /id="locality-error">Use no máximo 60/],
        [{ queues: 'x' }, /Uma das filas não existe mais/],
        [{ extension: '1020', locality: '"><b>' }, /id="extension-error">Este ramal já é de outro/],
      ] as const) {
        const answer = await post(user.id, fields);
        assert.equal(answer.status, 422);
        assert.match(answer.text, said);
        assert.doesNotMatch(answer.text, /<b>"/);
      }
    });

    it('saved over a newer change shows both', async () => {
      const user = await app.aUser({ login: 'ana' });
      const version = String(user.version);
      await post(user.id, { extension: '1020', queues: String(queueId) });
      const answer = await visitor.post(`/admin/users/${user.id}/service`, { version, extension: '1021' });
      assert.equal(answer.status, 409);
      assert.match(answer.text, /Agora está: 1020/);
      assert.match(answer.text, /Agora está: Vendas &lt;i&gt;/);
      assert.match(answer.text, /value="1021"/);
    });

    it('of somebody associated is read-only and marked, and refuses what is posted', async () => {
      const user = await app.aUser({ login: 'ana', exchangeLogin: 'ana', extension: '1007' });
      const page = (await visitor.get(`/admin/users/${user.id}/service`).expect(200)).text;
      assert.match(page, /value="1007"\s+readonly/);
      assert.match(page, /<fieldset class="mb-3" id="queues" disabled>/);
      assert.equal(page.match(/Importado do Unity\./g)?.length, 3);
      const answer = await post(user.id, { extension: '1020' });
      assert.equal(answer.status, 409);
      assert.match(answer.text, /Nada foi gravado/);
      assert.equal((await app.app.users.find(user.id))?.extension, '1007');
    });
  });

  describe('deactivating', () => {
    it('asks, ends the sessions at once, and is undone by activating', async () => {
      const user = await app.aUser({ login: 'ana', name: 'Ana' });
      const ana = await app.signIn('ana');
      assert.match((await visitor.get(`/admin/users/${user.id}/deactivate`).expect(200)).text, /Desativar Ana\?/);
      assert.equal((await visitor.post(`/admin/users/${user.id}/deactivate`)).status, 303);
      await ana.get('/').expect(303);
      assert.deepEqual(await rowsOf(app, 'SELECT sid FROM sessions WHERE user_id = :id', { id: user.id }), []);
      assert.equal((await visitor.post(`/admin/users/${user.id}/activate`)).status, 303);
      await app.signIn('ana');
      assert.deepEqual(
        (await auditOf(app, user.id)).map(({ action }) => action),
        ['deactivated', 'activated'],
      );
    });

    it('is refused for oneself and for who can do more', async () => {
      const own = await visitor.post(`/admin/users/${admin.id}/deactivate`);
      assert.equal(own.status, 409);
      assert.match(own.text, /desativar a si mesmo/);
      const lesser = await signInWith(app, 'menor', ['users.edit']);
      const answer = await lesser.post(`/admin/users/${admin.id}/deactivate`);
      assert.equal(answer.status, 409);
      assert.match(answer.text, /permissões de administração que você não tem/);
      await visitor.get('/').expect(200);
    });
  });

  describe('the last administrator', () => {
    /** Everything but what makes an administrator, and yet able to change users. */
    const almost = PERMISSIONS.filter((permission) => permission !== 'profiles.edit');

    it('stays, when two deactivate each other at once', async () => {
      const other = await app.aUser({ login: 'outra', name: 'Outra Chefe' });
      const second = await app.signIn('outra');
      const answers = await Promise.all([
        visitor.post(`/admin/users/${other.id}/deactivate`),
        second.post(`/admin/users/${admin.id}/deactivate`),
      ]);
      const active = (await app.app.users.list({ state: 'active' })).users.map(({ id }) => id);
      assert.ok(active.length >= 1, 'nobody is left');
      // The second is refused, or no longer signed in when it asks.
      assert.ok(answers.filter(({ status }) => status === 303).length >= 1);
    });

    it('stays, when two take each other’s profile at once, below the sessions', async () => {
      const other = await app.aUser({ login: 'outra', name: 'Outra Chefe' });
      const few = await app.aProfile({ permissions: almost });
      const demote = async (by: User, whom: User): Promise<unknown> =>
        app.app.users.changeMainData(
          { actor: { userId: by.id, name: by.name, address: null }, permissions: new Set(PERMISSIONS) },
          { id: whom.id, version: whom.version },
          { name: whom.name, login: whom.login, profileId: few.id, locale: null },
        );
      const results = await Promise.allSettled([demote(admin, other), demote(other, admin)]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const refused = results.find((result) => result.status === 'rejected');
      assert.match(String(refused?.reason), /users:last-administrator/);
    });

    it('cannot be deactivated or deleted, also by two at once', async () => {
      const other = await app.aUser({ login: 'outra', name: 'Outra Chefe' });
      const by = (user: User): Parameters<typeof app.app.users.deactivate>[0] => ({
        actor: { userId: user.id, name: user.name, address: null },
        permissions: new Set(PERMISSIONS),
      });
      const results = await Promise.allSettled([
        app.app.users.deactivate(by(admin), other.id),
        app.app.users.deactivate(by(other), admin.id),
      ]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const left = (await app.app.users.list({ state: 'active' })).users[0]!;
      const gone = left.id === admin.id ? other : admin;
      const { kept } = await app.app.users.delete(by(gone), [left.id]);
      assert.equal(kept.length, 1);
      assert.ok(await app.app.users.find(left.id));
    });

    it('is said at the page', async () => {
      const helper = await app.aUser({ login: 'ajuda', permissions: almost });
      await app.app.db.write((transaction) =>
        app.app.db.sequelize.query('UPDATE users SET is_active = :no WHERE id = :id', {
          transaction,
          replacements: { no: false, id: helper.id },
        }),
      );
      const { users } = app.app;
      await assert.rejects(
        users.deactivate(
          { actor: { userId: helper.id, name: 'x', address: null }, permissions: new Set(PERMISSIONS) },
          admin.id,
        ),
        /users:last-administrator/,
      );
    });
  });

  it('in English say all of it', async () => {
    await app.aUser({ login: 'eng', locale: 'en' });
    const english = await app.signIn('eng', TEST_PASSWORD);
    assert.match((await english.get('/admin/users')).text, /Import<\/a>/);
    assert.match((await english.get(`/admin/users/${admin.id}/service`)).text, /Voice queues/);
  });
});
