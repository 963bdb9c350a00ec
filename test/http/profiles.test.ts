import assert from 'node:assert/strict';
import { type Response } from 'supertest';
import { type Profile } from '../../src/modules/profiles/index.js';
import { PERMISSIONS, type Permission } from '../../src/shared/permissions.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

const ALL = ['profiles.list', 'profiles.create', 'profiles.edit', 'profiles.delete'] as const;

describe('profiles', () => {
  let app: Harness;
  let admin: Visitor;
  let adminProfile: Profile;

  beforeEach(async () => {
    app = await startApp();
    adminProfile = await app.aProfile({ name: 'Administrador' });
    await app.aUser({ login: 'admin', name: 'Helena Prado', profile: adminProfile });
    admin = await app.signIn('admin');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  /** Fields that are there several times, as ticked boxes are. */
  async function post(
    visitor: Visitor,
    path: string,
    fields: readonly (readonly [string, string])[],
  ): Promise<Response> {
    const body = new URLSearchParams([['_csrf', await visitor.csrfToken()], ...fields.map(([...field]) => field)]);
    return visitor.agent.post(path).type('form').send(body.toString());
  }
  const form = (
    name: string,
    permissions: readonly string[],
    version?: number,
  ): readonly (readonly [string, string])[] => [
    ['name', name],
    ...(version === undefined ? [] : [['version', String(version)] as const]),
    ...permissions.map((permission) => ['permissions', permission] as const),
  ];
  const find = async (id: number): Promise<Profile> => {
    const profile = await app.app.profiles.find(id);
    assert.ok(profile !== null);
    return profile;
  };
  const ticked = (text: string): readonly string[] =>
    [...text.matchAll(/name="permissions" value="([^"]+)" checked/g)].map((found) => found[1]!);

  it('are for those who are signed in and hold the permission, each its own', async () => {
    const routes: readonly (readonly ['get' | 'post', string, Permission])[] = [
      ['get', '/admin/profiles', 'profiles.list'],
      ['get', '/admin/profiles/new', 'profiles.create'],
      ['post', '/admin/profiles', 'profiles.create'],
      ['get', '/admin/profiles/delete?ids=1', 'profiles.delete'],
      ['post', '/admin/profiles/delete', 'profiles.delete'],
      ['get', '/admin/profiles/1', 'profiles.list'],
      ['post', '/admin/profiles/1', 'profiles.edit'],
    ];
    for (const [method, path, permission] of routes) {
      const login = `sem-${method}-${String(routes.findIndex((each) => each[1] === path))}`;
      await app.aUser({ login, permissions: PERMISSIONS.filter((each) => each !== permission) });
      const other = await app.signIn(login);
      const stranger = app.visitor();
      if (method === 'get') {
        await other.get(path).expect(403);
        const answer = await stranger.get(path).expect(303);
        assert.match(answer.headers['location']!, /^\/sign-in/);
      } else {
        assert.equal((await other.post(path, { name: 'Nada' })).status, 403, path);
        const answer = await stranger.post(path, { name: 'Nada' });
        assert.equal(answer.status, 303);
        assert.match(answer.headers['location']!, /^\/sign-in/);
      }
    }
    assert.equal((await app.app.profiles.list('nada')).length, 0);
  });

  it('that do not exist are not found', async () => {
    for (const path of [
      '/admin/profiles/9999',
      '/admin/profiles/abc',
      '/admin/profiles/0',
      '/admin/profiles/new?from=9999',
    ]) {
      await admin.get(path).expect(404);
    }
    assert.equal((await post(admin, '/admin/profiles/9999', form('Nada', [], 0))).status, 404);
  });

  it('are listed with their users, found by a part of the name, and escaped', async () => {
    const profile = await app.aProfile({ name: '<b>Noite</b>', permissions: ['voice.desk', 'calls.list'] });
    for (const n of [1, 2, 3]) await app.aUser({ login: `n${String(n)}`, profile });
    const { text } = await admin.get('/admin/profiles?q=noite').expect(200);
    assert.match(text, /&lt;b&gt;Noite&lt;\/b&gt;<\/a><\/th><td class="figures">2<\/td><td class="figures">3</);
    assert.doesNotMatch(text, /<b>Noite/);
    assert.match(text, /1 perfil/);
    assert.match((await admin.get('/admin/profiles?q=nenhum')).text, /Nada encontrado/);
  });

  it('offer only what one may do', async () => {
    await app.aUser({ login: 'olha', permissions: ['profiles.list'] });
    const looker = await app.signIn('olha');
    const list = await looker.get('/admin/profiles').expect(200);
    assert.doesNotMatch(list.text, /profiles\/new|type="checkbox"/);
    const page = await looker.get(`/admin/profiles/${String(adminProfile.id)}`).expect(200);
    assert.match(page.text, /<fieldset disabled/);
    assert.match(page.text, /mas não alterá-lo/);
    assert.doesNotMatch(page.text, /Salvar|Copiar|Excluir<\/a>/);
    assert.match(page.text, /Helena Prado/);
    assert.doesNotMatch(page.text, /href="\/admin\/users\/\d/);
  });

  it('show every permission by its exact name, in its tab', async () => {
    const { text } = await admin.get('/admin/profiles/new').expect(200);
    const codes = [...text.matchAll(/name="permissions" value="([^"]+)"/g)].map((found) => found[1]);
    assert.deepEqual(codes, [...PERMISSIONS]);
    const users = /id="group-users"[\s\S]*?<\/section>/.exec(text)![0];
    for (const name of [
      'Associação de usuário com o usuário do Unity',
      'Desassociação de usuário com o usuário do Unity',
      'Listar usuários',
      'Criar usuários',
      'Editar usuários',
    ]) {
      assert.ok(users.includes(`>${name}</span>`), name);
    }
  });

  it('are created with what is ticked in any tab', async () => {
    const answer = await post(admin, '/admin/profiles', form('  Atendente ', ['calls.list', 'voice.desk', 'reports']));
    assert.equal(answer.status, 303);
    const id = Number(/\/admin\/profiles\/(\d+)$/.exec(answer.headers['location']!)![1]);
    const { text } = await admin.get(answer.headers['location']!).expect(200);
    assert.match(text, /O perfil “Atendente” foi criado/);
    assert.deepEqual([...ticked(text)].sort(), ['calls.list', 'reports', 'voice.desk']);
    const entry = await app.app.audit.last('profile', id);
    assert.deepEqual(
      [entry?.action, entry?.actor.name, entry?.after],
      ['created', 'Helena Prado', { name: 'Atendente', permissions: ['voice.desk', 'calls.list', 'reports'] }],
    );
  });

  it('without any permission are profiles too', async () => {
    const answer = await post(admin, '/admin/profiles', form('Vazio', []));
    assert.equal(answer.status, 303);
    assert.equal((await app.app.profiles.list('vazio'))[0]?.permissionCount, 0);
  });

  for (const [what, name, permissions, problem] of [
    ['without a name', '  ', ['voice.desk'], /Preencha este campo/],
    ['with a name that is too long', 'x'.repeat(61), ['voice.desk'], /no máximo 60 caracteres/],
    ['whose name grows too long as a key', 'İ'.repeat(60), ['voice.desk'], /no máximo 60 caracteres/],
    ['with a permission that there is not', 'Novo <i>', ['voice.desk', 'fly'], /Este valor não é válido/],
    ['with the name of another', 'ADMINISTRADOR ', ['voice.desk'], /Já existe um perfil com este nome/],
  ] as const) {
    it(`${what} are refused, and keep what was typed`, async () => {
      const { id } = await app.aProfile({ name: 'Antes', permissions: ['reports'] });
      for (const [path, version] of [
        ['/admin/profiles', undefined],
        [`/admin/profiles/${String(id)}`, 0],
      ] as const) {
        const { status, text } = await post(admin, path, form(name, permissions, version));
        assert.equal(status, 422);
        assert.match(text, problem);
        assert.deepEqual(ticked(text), ['voice.desk']);
        const kept = name.replace('<', '&lt;').replace('>', '&gt;');
        assert.ok(text.includes(`value="${kept}"`), kept);
      }
      assert.deepEqual([(await find(id)).name, [...(await find(id)).permissions]], ['Antes', ['reports']]);
      assert.equal((await app.app.profiles.list()).length, 2);
    });
  }

  it('are given one name once, however many ask at the same time', async () => {
    await admin.csrfToken();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => post(admin, '/admin/profiles', form('Único', ['reports']))),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422, 422, 422]);
  });

  it('are changed, and the trail has the permissions before and after', async () => {
    const { id } = await app.aProfile({ name: 'Noite', permissions: ['voice.desk', 'reports'] });
    const answer = await post(admin, `/admin/profiles/${String(id)}`, form('Noite 2', ['voice.desk', 'calls.list'], 0));
    assert.equal(answer.status, 303);
    const profile = await find(id);
    assert.deepEqual(
      [profile.name, [...profile.permissions].sort(), profile.version],
      ['Noite 2', ['calls.list', 'voice.desk'], 1],
    );
    const entry = await app.app.audit.last('profile', id);
    assert.equal(entry?.action, 'changed');
    assert.deepEqual(entry.before, { name: 'Noite', permissions: ['voice.desk', 'reports'] });
    assert.deepEqual(entry.after, { name: 'Noite 2', permissions: ['voice.desk', 'calls.list'] });
    assert.match((await admin.get(`/admin/profiles/${String(id)}`)).text, /“Noite 2” foi salvo/);
  });

  it('saved over somebody’s newer change say so, show both, and are saved when asked again', async () => {
    const { id } = await app.aProfile({ name: 'Noite', permissions: ['voice.desk', 'reports'] });
    const path = `/admin/profiles/${String(id)}`;
    await post(admin, path, form('Madrugada', ['voice.desk', 'calls.list'], 0));
    const { status, text } = await post(admin, path, form('Noite', ['voice.desk', 'reports', 'monitoring'], 0));
    assert.equal(status, 409);
    assert.match(text, /Helena Prado salvou outra versão às \d\d:\d\d/);
    assert.match(text, /Agora está: Madrugada/);
    assert.match(text, /Permissões diferentes agora: Listar ligações, Monitoramento, Relatórios\./);
    assert.match(text, /id="theirs-calls.list">Agora está marcada</);
    assert.match(text, /id="theirs-reports">Agora está desmarcada</);
    assert.deepEqual([...ticked(text)].sort(), ['monitoring', 'reports', 'voice.desk']);
    assert.match(text, /name="version" value="1"/);
    assert.equal((await find(id)).name, 'Madrugada');
    assert.equal((await post(admin, path, form('Noite', ['voice.desk'], 1))).status, 303);
    assert.equal((await find(id)).name, 'Noite');
  });

  it('with a version that is none are refused', async () => {
    const { id } = await app.aProfile({ name: 'Noite', permissions: [] });
    for (const version of ['-1', 'x', '1e99']) {
      const answer = await post(admin, `/admin/profiles/${String(id)}`, [
        ['name', 'Outro'],
        ['version', version],
      ]);
      assert.equal(answer.status, 422, version);
    }
  });

  it('begin as a copy of another, under another name', async () => {
    const source = await app.aProfile({ name: 'Noite', permissions: ['voice.desk', 'reports'] });
    const page = await admin.get(`/admin/profiles/${String(source.id)}`);
    assert.match(page.text, new RegExp(`href="/admin/profiles/new\\?from=${String(source.id)}"`));
    const { text } = await admin.get(`/admin/profiles/new?from=${String(source.id)}`).expect(200);
    assert.match(text, /value="Cópia de Noite"/);
    assert.deepEqual(ticked(text), ['voice.desk', 'reports']);
    assert.equal((await app.app.profiles.list()).length, 2);
  });

  it('say who uses them, the first twenty and how many more', async () => {
    const profile = await app.aProfile({ name: 'Noite', permissions: ['voice.desk'] });
    for (let n = 10; n < 33; n += 1) {
      await app.aUser({
        login: `n${String(n)}`,
        name: `Pessoa <${String(n)}>`,
        profile,
        password: null,
        isActive: n > 10,
      });
    }
    const { text } = await admin.get(`/admin/profiles/${String(profile.id)}`).expect(200);
    assert.equal(text.match(/data-testid="profile-user"/g)?.length, 20);
    assert.match(text, /Pessoa &lt;10&gt;<\/a> <span class="form-hint">n10 · inativo/);
    assert.match(text, /23 usuários/);
    assert.match(text, /e mais 3 usuários/);
  });

  it('are removed after the question that names them, those that are ticked and no others', async () => {
    const [one, two, three] = [
      await app.aProfile({ name: 'Um <1>', permissions: ['reports'] }),
      await app.aProfile({ name: 'Dois' }),
      await app.aProfile({ name: 'Três' }),
    ];
    const { text } = await admin.get(`/admin/profiles/delete?ids=${String(one.id)}&ids=${String(two.id)}`).expect(200);
    assert.match(text, /Excluir estes 2 perfis\?/);
    assert.match(text, /Um &lt;1&gt;/);
    assert.doesNotMatch(text, /Três/);
    const answer = await post(admin, '/admin/profiles/delete', [
      ['ids', String(one.id)],
      ['ids', String(two.id)],
    ]);
    assert.deepEqual([answer.status, answer.headers['location']], [303, '/admin/profiles']);
    assert.match((await admin.get('/admin/profiles')).text, /2 perfis foram excluídos/);
    assert.deepEqual([await app.app.profiles.find(one.id), await app.app.profiles.find(two.id)], [null, null]);
    assert.ok((await app.app.profiles.find(three.id)) !== null);
    const entry = await app.app.audit.last('profile', one.id);
    assert.deepEqual(
      [entry?.action, entry?.before, entry?.after],
      ['deleted', { name: 'Um <1>', permissions: ['reports'] }, null],
    );
  });

  it('that users have are not removed, nor any other that was ticked with them', async () => {
    const [free, used] = [await app.aProfile({ name: 'Livre' }), await app.aProfile({ name: 'Usado <u>' })];
    await app.aUser({ profile: used, isActive: false, password: null });
    await app.aUser({ profile: used, password: null });
    const { status, text } = await post(admin, '/admin/profiles/delete', [
      ['ids', String(free.id)],
      ['ids', String(used.id)],
    ]);
    assert.equal(status, 409);
    assert.match(text, /“Usado &lt;u&gt;” não pode ser excluído: 2 usuários têm este perfil/);
    assert.ok((await app.app.profiles.find(free.id)) !== null);
    assert.ok((await app.app.profiles.find(used.id)) !== null);
    assert.equal(await app.app.audit.last('profile', free.id), null, 'nothing is said to have been removed');
  });

  it('are removed by nobody who ticked none', async () => {
    await admin.get('/admin/profiles/delete').expect(303);
    assert.match((await admin.get('/admin/profiles')).text, /Marque na lista/);
    assert.equal((await post(admin, '/admin/profiles/delete', [['ids', 'abc']])).status, 303);
    assert.equal((await post(admin, '/admin/profiles/delete', [['ids', '9999']])).status, 303);
    assert.equal((await app.app.profiles.list()).length, 1);
  });

  it('of one’s own keep their administration', async () => {
    await app.aUser({ login: 'outra', name: 'Outra' });
    const path = `/admin/profiles/${String(adminProfile.id)}`;
    const without = PERMISSIONS.filter((permission) => permission !== 'administration');
    const { status, text } = await post(admin, path, form('Administrador', without, 0));
    assert.equal(status, 409);
    assert.match(text, /Você perderia a sua própria administração/);
    assert.deepEqual(ticked(text), without, 'what was ticked is kept');
    assert.ok((await find(adminProfile.id)).permissions.has('administration'));
    assert.equal((await find(adminProfile.id)).version, 0);
    const less = PERMISSIONS.filter((permission) => permission !== 'reports');
    assert.equal((await post(admin, path, form('Administrador', less, 0))).status, 303);
  });

  it('of the last administrator keep their administration, whoever asks', async () => {
    await app.aUser({ login: 'perfis', permissions: ALL });
    const editor = await app.signIn('perfis');
    const path = `/admin/profiles/${String(adminProfile.id)}`;
    const { status, text } = await post(editor, path, form('Administrador', ['administration', 'profiles.edit'], 0));
    assert.equal(status, 409);
    assert.match(text, /Não restaria nenhum administrador ativo/);
    assert.equal((await find(adminProfile.id)).permissions.size, PERMISSIONS.length);
  });

  it('of two administrators cannot both lose it, when two take it at once', async () => {
    const second = await app.aProfile({ name: 'Segundo' });
    const { id } = await app.aUser({ login: 'segundo', profile: second });
    const other = await app.signIn('segundo');
    const answers = await Promise.all([
      post(admin, `/admin/profiles/${String(second.id)}`, form('Segundo', ['profiles.list'], 0)),
      post(other, `/admin/profiles/${String(adminProfile.id)}`, form('Administrador', ['profiles.list'], 0)),
    ]);
    assert.equal(answers.filter(({ status }) => status === 303).length, 1, answers.map(({ status }) => status).join());
    const held = [(await find(second.id)).permissions, (await find(adminProfile.id)).permissions];
    assert.equal(held.filter((permissions) => permissions.has('administration')).length, 1);
    assert.ok(id > 0);
  });
});
