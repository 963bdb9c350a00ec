import assert from 'node:assert/strict';
import { assertGuarded, auditOf, rowsOf, signInWith } from '../support/admin-pages.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

describe('import of users', () => {
  let app: Harness;
  let visitor: Visitor;
  beforeEach(async () => {
    app = await startApp();
    await app.aUser({ login: 'chefe', name: 'Chefe Geral' });
    await app.aProfile({ name: 'Atendente', permissions: ['voice.desk'] });
    visitor = await app.signIn('chefe');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });
  const preview = (text: string): ReturnType<Visitor['post']> => visitor.post('/admin/users/import', { text });
  const confirm = (text: string): ReturnType<Visitor['post']> => visitor.post('/admin/users/import/confirm', { text });
  const logins = async (): Promise<readonly string[]> =>
    (await rowsOf<{ login: string }>(app, 'SELECT login FROM users ORDER BY id')).map(({ login }) => login);
  /** What each line of the page's tables says, tags taken out. */
  const linesOf = (html: string): readonly string[] =>
    [...html.matchAll(/<tr data-testid="line">(.*?)<\/tr>/g)].map((found) =>
      found[1]!
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );

  it('is closed to who is not signed in or has no permission', async () => {
    await assertGuarded(app, [
      ['get', '/admin/users/import'],
      ['get', '/admin/users/import/template.csv'],
      ['post', '/admin/users/import'],
      ['post', '/admin/users/import/confirm'],
      ['post', '/admin/users/import/links'],
    ]);
  });

  it('shows what will happen to each line and stores nothing', async () => {
    await app.aUser({ login: 'Ocupado' });
    const before = await logins();
    const answer = await preview(
      [
        '\ufeffNome;LOGIN;Perfil;Idioma;Senha',
        'Maria Lima;maria;ATENDENTE;en;x',
        ';sem.nome;Atendente;;',
        'Com Espaço;com espaço;Atendente;;',
        'Zé;ocupado;Atendente;;',
        'Outra;MARIA;Atendente;;',
        '"<b>Perfil</b>";perfil;Nenhum <i>;;',
        `${'x'.repeat(121)};longo;;fr;`,
        '',
        ';;;;',
        'Fim;fim;Atendente;pt-BR;',
      ].join('\r\n'),
    );
    assert.equal(answer.status, 200);
    assert.deepEqual(linesOf(answer.text), [
      '3 sem.nome Atendente Nome : Preencha este campo.',
      '4 Com Espaço com espaço Atendente Login : O login não pode ter espaços.',
      '5 Zé ocupado Atendente Login : Este login já é de outro usuário.',
      '6 Outra MARIA Atendente Login : Este login já está na linha 2.',
      '7 &lt;b&gt;Perfil&lt;/b&gt; perfil Nenhum &lt;i&gt; Perfil : Não existe o perfil “Nenhum &lt;i&gt;”.',
      `8 ${'x'.repeat(121)} longo Nome : Use no máximo 120 caracteres. Perfil : Preencha este campo. Idioma : Use pt-BR ou en.`,
      '2 Maria Lima maria ATENDENTE Será criado',
      '11 Fim fim Atendente Será criado',
    ]);
    assert.match(answer.text, /Colunas que não são importadas: Senha/);
    assert.match(answer.text, /Importar 2 usuários/);
    assert.deepEqual(await logins(), before);
  });

  for (const [name, heading, line] of [
    ['commas and English headings', 'name,login,profile', '"Lima, Maria",maria,Atendente'],
    ['tabs, as pasted from a spreadsheet', 'Perfil\tLogin\tNome', 'Atendente\tmaria\tLima, Maria'],
    ['semicolons', 'nome;usuário;perfil', 'Lima, Maria;maria;Atendente'],
  ] as const) {
    it(`reads ${name}`, async () => {
      assert.deepEqual(linesOf((await preview(`${heading}\n${line}\n`)).text), [
        '2 Lima, Maria maria Atendente Será criado',
      ]);
    });
  }

  for (const [name, text, said] of [
    ['nothing', '', /Cole pelo menos uma linha/],
    ['only headings', 'nome;login;perfil\n', /Cole pelo menos uma linha/],
    ['a missing column', 'nome;senha\nMaria;x', /Faltam colunas na primeira linha: login, perfil/],
    ['a column twice', 'nome;login;perfil;name\nMaria;m;A;B', /aparece mais de uma vez/],
    ['an open quote', 'nome;login;perfil\n"Maria;m;Atendente\n', /aspas que não fecham/],
    ['a stray quote', 'nome;login;perfil\nMa"ria;m;Atendente\n', /Não foi possível ler a linha 2/],
    ['too many lines', `nome;login;perfil\n${'a;b;c\n'.repeat(5001)}`, /São 5001 linhas. Importe no máximo 5000/],
  ] as const) {
    it(`refuses ${name}, and keeps what was pasted`, async () => {
      for (const act of [preview, confirm]) {
        const answer = await act(text);
        assert.equal(answer.status, 422);
        assert.match(answer.text, said);
        assert.match(answer.text, /id="text-error"/);
        if (text !== '') assert.ok(answer.text.includes(text.slice(0, 8)));
      }
    });
  }

  it('creates the good lines, audits each, and says why the others stayed out', async () => {
    const answer = await confirm('nome;login;perfil\nMaria <b>;maria;Atendente\nZé;chefe;Atendente\n');
    assert.equal(answer.status, 200);
    assert.match(answer.text, /1 usuário foi criado\. 1 linha não foi importada/);
    assert.match(answer.text, /Maria &lt;b&gt;/);
    assert.deepEqual(linesOf(answer.text), ['3 Zé chefe Atendente Login : Este login já é de outro usuário.']);
    const [maria] = (await app.app.users.list({ text: 'maria' })).users;
    assert.equal(maria?.profileName, 'Atendente');
    assert.equal(maria.hasPassword, false);
    const [entry] = await auditOf(app, maria.id);
    assert.equal(entry?.action, 'imported');
    assert.equal(entry.after?.['profile'], 'Atendente');
    assert.equal(entry.actor.name, 'Chefe Geral');
  });

  it('leaves out, by line, a login that somebody takes between the check and the storing', async () => {
    const { db } = app.app;
    const { SequelizeUserImportRepository } = await import('../../src/modules/users/index.js');
    const { SequelizeAuditRepository } = await import('../../src/modules/audit/index.js');
    const repository = new SequelizeUserImportRepository(db, new SequelizeAuditRepository(db, () => new Date()));
    const [profile] = await app.app.profiles.list('Atendente');
    const drafts = ['um', 'chefe', 'dois'].map((login, index) => ({
      line: index + 2,
      name: login,
      login,
      loginKey: login,
      profileId: login === 'dois' ? 99_999 : profile!.id,
      profile: 'Atendente',
      locale: null,
    }));
    const { created, failed } = await repository.insertAll(drafts, { userId: null, name: 'x', address: null });
    assert.deepEqual(
      created.map(({ line, login }) => [line, login]),
      [[2, 'um']],
    );
    assert.deepEqual(
      failed.map(({ row, problems }) => [row.line, problems[0]?.key]),
      [
        [3, 'users:taken-login'],
        [4, 'users:no-such-profile'],
      ],
    );
    assert.ok((await logins()).includes('um'));
  });

  it('gives nobody a profile that can do more than who imports', async () => {
    const [boss] = (await app.app.users.list({ text: 'chefe' })).users;
    const lesser = await signInWith(app, 'menor', ['users.create', 'voice.desk']);
    const text = `nome;login;perfil\nA;aa;${boss!.profileName}\nB;bb;Atendente`;
    const answer = await lesser.post('/admin/users/import', { text });
    assert.match(linesOf(answer.text)[0]!, /permissões de administração que você não tem/);
    assert.match(linesOf(answer.text)[1]!, /Será criado/);
    const done = await lesser.post('/admin/users/import/confirm', { text });
    assert.doesNotMatch(done.text, /import\/links/);
  });

  it('makes links for those who have no password, and for nobody else', async () => {
    const done = await confirm('nome;login;perfil\n=Maria;maria;Atendente\n');
    const ids = /name="ids" value="([\d,]+)"/.exec(done.text)?.[1];
    const [boss] = (await app.app.users.list({ text: 'chefe' })).users;
    const answer = await visitor.post('/admin/users/import/links', { ids: `${ids!},${boss!.id},99999,x` });
    assert.equal(answer.status, 200);
    const links = answer.text.match(/\/password\/[\w-]+/g);
    assert.equal(links?.length, 1);
    assert.match(answer.text, /&#39;=Maria;maria;http/);
    const stranger = app.visitor();
    const password = 'um sabiá no abacateiro';
    assert.equal((await stranger.post(links[0], { password, repeat: password })).status, 303);
    await app.signIn('maria', password);
    const again = await visitor.post('/admin/users/import/links', { ids: ids! });
    assert.match(again.text, /Nenhum destes usuários precisa/);
  });

  it('takes 5,000 lines in one go', async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, n) => `Pessoa Número ${String(n)};pessoa.numero.${String(n)};Atendente`,
    );
    const text = `nome;login;perfil\n${lines.join('\n')}\n`;
    assert.match((await preview(text)).text, /5000 linhas prontas para importar/);
    const answer = await confirm(text);
    assert.match(answer.text, /5000 usuários foram criados/);
    assert.equal((await app.app.users.list({ text: 'pessoa numero' })).total, 5000);
  }).timeout(60_000);

  it('refuses a body beyond its limit, and elsewhere one beyond the usual', async () => {
    const large = 'x'.repeat(1_000_001);
    assert.equal((await preview(large)).status, 422);
    assert.equal((await preview('x'.repeat(3_200_000))).status, 413);
    assert.equal((await visitor.post('/admin/users/new', { name: 'x'.repeat(200_000) })).status, 413);
    const nobody = await app.visitor().post('/admin/users/import', { text: large });
    assert.equal(nobody.status, 413);
  });

  it('offers a template that it takes itself', async () => {
    const answer = await visitor.get('/admin/users/import/template.csv').expect(200);
    assert.match(answer.headers['content-disposition'] ?? '', /usuarios\.csv/);
    assert.equal(linesOf((await preview(answer.text)).text).length, 1);
    assert.match((await preview(answer.text)).text, /Será criado/);
  });
});
