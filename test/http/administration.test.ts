import assert from 'node:assert/strict';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { type Permission } from '../../src/shared/permissions.js';

/** The blocks that a page shows, by where they lead. */
function blocksOf(html: string): readonly string[] {
  return [...html.matchAll(/<li data-words="[^"]*"\s*>\s*<a class="home-block" href="([^"]+)"/g)].map(
    (found) => found[1]!,
  );
}

describe('administration pages', () => {
  let app: Harness;
  before(async () => {
    app = await startApp();
  });
  after(() => app[Symbol.asyncDispose]());

  const someone = async (...permissions: readonly Permission[]): Promise<Visitor> => {
    const { login } = await app.aUser({ permissions });
    return app.signIn(login);
  };

  for (const [path, permission] of [
    ['/admin', 'administration'],
    ['/admin/people', 'administration'],
    ['/admin/settings', 'general-settings'],
    ['/admin/settings/unity', 'general-settings'],
  ] as const) {
    it(`${path} is for who is signed in and holds “${permission}”`, async () => {
      await app
        .visitor()
        .get(path)
        .expect(303)
        .expect('location', /^\/sign-in/);
      const other = permission === 'administration' ? 'general-settings' : 'administration';
      await (await someone(other, 'users.list')).get(path).expect(403);
      await (await someone(permission)).get(path).expect(200);
    });
  }

  it('show the blocks one may open, and a step as a link only to who may open it', async () => {
    const all = await (await someone('administration', 'general-settings', 'reasons.list', 'users.list')).get('/admin');
    assert.deepEqual(blocksOf(all.text), [
      '/admin/settings/unity',
      '/admin/settings/integration',
      '/admin/reasons',
      '/admin/settings/recordings',
      '/admin/users',
    ]);
    assert.match(all.text, /<h2[^>]*><a href="\/admin\/settings">Configurações Gerais<\/a>/);
    const few = await (await someone('administration', 'reasons.list')).get('/admin');
    assert.deepEqual(blocksOf(few.text), ['/admin/reasons']);
    assert.match(few.text, /<h2[^>]*>Configurações Gerais<\/h2>/);
  });

  it('lead along the manual’s path, step by step, back and forth', async () => {
    const person = await someone('administration', 'general-settings');
    const settings = await person.get('/admin/settings').expect(200);
    assert.match(settings.text, /<li><a href="\/admin">Administração<\/a><\/li>[\s\S]*<h1>Configurações Gerais<\/h1>/);
    assert.deepEqual(blocksOf(settings.text), [
      '/admin/settings/unity',
      '/admin/settings/integration',
      '/admin/settings/recordings',
    ]);
    const unity = await person.get('/admin/settings/unity').expect(200);
    assert.match(
      unity.text,
      /href="\/admin">Administração<[\s\S]*href="\/admin\/settings">Configurações Gerais<[\s\S]*<h1>Integração com o UNITY<\/h1>/,
    );
    assert.deepEqual(blocksOf(unity.text), ['/admin/settings/integration']);
    assert.match(unity.text, /<strong>Configurações de integração com o UNITY<\/strong>/);
  });

  it('do not lead back to an administration that one may not open', async () => {
    const { text } = await (await someone('general-settings')).get('/admin/settings').expect(200);
    assert.doesNotMatch(text, /href="\/admin"/);
  });

  it('are searched by name and description, without accents or case', async () => {
    const person = await someone('administration', 'general-settings', 'reasons.list', 'queues.list', 'users.list');
    const found = async (q: string): Promise<readonly string[]> =>
      blocksOf((await person.get('/admin').query({ q }).expect(200)).text);
    assert.deepEqual(await found('MOTIVOS'), ['/admin/reasons']);
    assert.deepEqual(await found('integracao senha'), ['/admin/settings/integration']);
    assert.deepEqual(await found('nível de servico'), ['/admin/queues']);
    const page = await person.get('/admin?q=motivo').expect(200);
    assert.match(page.text, /name="q"[^>]*value="motivo"/);
    assert.match(page.text, /<div data-empty hidden>/);
  });

  it('say so when nothing is found, keep what was typed and escape it', async () => {
    const { text } = await (
      await someone('administration', 'users.list')
    )
      .get('/admin')
      .query({ q: '"><b>x' })
      .expect(200);
    assert.deepEqual(blocksOf(text), []);
    assert.match(text, /<div data-empty >[\s\S]*Nenhum bloco encontrado/);
    assert.match(text, /value="&#34;&gt;&lt;b&gt;x"/);
  });

  it('show all to a search that is too long or none', async () => {
    const person = await someone('administration', 'users.list');
    for (const query of [`q=${'x'.repeat(200)}`, 'q=a&q=b']) {
      assert.deepEqual(blocksOf((await person.get(`/admin?${query}`).expect(200)).text), ['/admin/users']);
    }
  });

  it('say so when there is nothing to set up', async () => {
    const { text } = await (await someone('administration')).get('/admin').expect(200);
    assert.match(text, /Nada para configurar/);
  });
});
