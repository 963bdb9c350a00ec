import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { type AuditNote } from '../../src/modules/audit/audit.domain.js';
import { MASKED, SECRET_CHANGED, SequelizeAuditRepository } from '../../src/modules/audit/index.js';
import { type Permission } from '../../src/shared/permissions.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

/** 23 November 2026, 01:30:05 in São Paulo. */
const NOW = new Date('2026-11-23T04:30:05.000Z');
const MINUTE = 60_000;

describe('audit pages', () => {
  let app: Harness;
  let now: Date;
  let rows: SequelizeAuditRepository;

  beforeEach(async () => {
    now = NOW;
    app = await startApp({ env: { TIME_ZONE: 'America/Sao_Paulo' } });
    rows = new SequelizeAuditRepository(app.app.db, () => now);
  });
  afterEach(() => app[Symbol.asyncDispose]());

  const someone = async (
    permissions: readonly Permission[] = ['audit.list'],
    locale: 'pt-BR' | 'en' = 'pt-BR',
  ): Promise<Visitor> => app.signIn((await app.aUser({ permissions, locale, name: 'Rita Reis' })).login);
  const note = (over: Partial<AuditNote> = {}): AuditNote => ({
    actor: { userId: 77, name: 'Helena Prado', address: '10.0.0.7' },
    action: 'changed',
    subject: 'user',
    subjectId: 4,
    subjectName: 'Ana Souza',
    before: { extension: '1001' },
    after: { extension: null },
    ...over,
  });
  const write = (...notes: readonly AuditNote[]): Promise<void> =>
    app.app.db.write((transaction) => rows.write(transaction, ...notes));
  /** What the page says, without its markup. */
  const wordsOf = (html: string): string =>
    html
      .replace(/[\s\S]*<ol class="audit-entries/, '')
      .replace(/<\/ol>[\s\S]*/, '')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ');
  const idsOf = (html: string): readonly number[] =>
    [...html.matchAll(/data-testid="audit-entry" data-id="(\d+)"/g)].map((found) => Number(found[1]));

  it('are for who is signed in and may list the trail', async () => {
    const other = await someone(['users.list', 'administration']);
    await app.visitor().get('/admin/audit').expect(303).expect('location', '/sign-in?next=%2Fadmin%2Faudit');
    await other.get('/admin/audit').expect(403);
    assert.equal((await app.visitor().post('/admin/audit/export')).status, 303);
    assert.equal((await other.post('/admin/audit/export')).status, 403);
    assert.equal((await rows.list({ ...NOTHING }, { offset: 0, limit: 1 })).total, 0, 'nothing was exported');
  });

  it('say what happened, who did it, when in the operation’s zone, from where, and what changed', async () => {
    await write(note());
    const { text } = await (await someone()).get('/admin/audit').expect(200);
    assert.match(text, /data-testid="audit-count">1 registro</);
    assert.match(text, /Horários de America\/Sao_Paulo/);
    assert.match(wordsOf(text), /23\/11\/2026 01:30:05/);
    assert.match(wordsOf(text), /Alteração do usuário “Ana Souza” por Helena Prado, de 10\.0\.0\.7/);
    assert.match(wordsOf(text), /Ramal 1001 \(vazio\)/);
  });

  it('speak English to who reads English', async () => {
    await write(note({ after: { extension: null, isActive: false }, before: { extension: '1001', isActive: true } }));
    const { text } = await (await someone(undefined, 'en')).get('/admin/audit').expect(200);
    assert.match(wordsOf(text), /Changed user “Ana Souza” by Helena Prado, from 10\.0\.0\.7/);
    assert.match(wordsOf(text), /Extension 1001 \(empty\) Active Yes No/);
  });

  it('put values in words, hide secrets, and show an unnamed field by its name', async () => {
    await write(
      note({
        before: {
          permissions: ['reports', 'users.list', 'audit.list'],
          locale: 'en',
          password: null,
          strangeDay: '2026-12-25',
        },
        after: {
          permissions: ['users.list', 'audit.list', 'monitoring'],
          locale: 'pt-BR',
          password: MASKED,
          strangeDay: null,
        },
      }),
      note({
        subject: 'queue',
        before: { openingHours: ['1: 08:00–18:00', '7: '], name: 'monitoring', type: 'pause', strategy: 'ring-all' },
        after: { openingHours: [], name: 'en', type: 'outcome', strategy: 'round-robin' },
      }),
      note({ before: { isActive: true, queues: ['Suporte'] }, after: { isActive: false, queues: [] } }),
      note({ action: 'created', before: null, after: { name: 'reports', password: SECRET_CHANGED, strangeField: 3 } }),
    );
    const words = wordsOf((await (await someone()).get('/admin/audit')).text);
    for (const shown of [
      'Permissões Relatórios e mais 2 iguais Monitoramento e mais 2 iguais',
      'Idioma English Português (Brasil)',
      'Senha (vazio) definido, não mostrado',
      'strangeDay 25/12/2026 (vazio)',
      'Horário de atendimento seg. 08:00–18:00, dom. fechada (nenhum)',
      'Nome monitoring en',
      'Tipo Pausa Desfecho',
      'Distribuição Todos ao mesmo tempo Um de cada vez, em rodízio',
      'Ativo Sim Não',
      'Filas Suporte (nenhum)',
      'Criação do usuário',
      'Nome — reports',
      'Senha — trocado, não mostrado',
      'strangeField — 3',
    ]) {
      assert.ok(words.includes(shown), `${shown} is in ${words}`);
    }
    assert.doesNotMatch(words, /••/);
  });

  it('lead to the record where it still exists and one may open it, and to its history', async () => {
    await write(
      note(),
      note({ subject: 'profile', subjectId: 2, subjectName: 'Supervisor' }),
      note({ subjectId: 9, subjectName: 'Foi Embora' }),
      note({ subjectId: 9, subjectName: 'Foi Embora', action: 'deleted', after: null }),
      note({ subject: 'association', subjectId: 9, subjectName: 'Foi Embora', action: 'dissociated' }),
    );
    const page = await (await someone(['audit.list', 'users.list'])).get('/admin/audit');
    const links = [...page.text.matchAll(/href="(\/admin\/(?:users|profiles)\/\d+)"/g)].map((found) => found[1]);
    assert.deepEqual(links, ['/admin/users/4']);
    assert.match(page.text, /href="\/admin\/audit\?subject=user&amp;id=9" aria-label="Histórico de Foi Embora"/);
    const history = await (await someone()).get('/admin/audit?subject=user&id=9');
    assert.equal(idsOf(history.text).length, 2);
    assert.match(history.text, /Só os registros de um cadastro/);
    assert.doesNotMatch(history.text, /class="audit-history"/);
  });

  it('escape what people typed', async () => {
    await write(note({ subjectName: '<b>x</b>', before: { name: '<i>' }, after: { name: '"&' } }));
    const person = await someone();
    const { text } = await person.get('/admin/audit').query({ q: '<b>x' });
    assert.match(text, /“&lt;b&gt;x&lt;\/b&gt;”/);
    assert.match(text, /&lt;i&gt;/);
    assert.match(text, /name="q"[^>]*value="&lt;b&gt;x"/);
    assert.doesNotMatch(text, /<b>x|<i>/);
  });

  it('are filtered by every field, with days of the operation’s zone, and keep the filter', async () => {
    now = new Date('2026-11-22T02:59:59.999Z');
    await write(note({ subjectName: 'dia 21' }));
    now = new Date('2026-11-22T03:00:00.000Z');
    await write(note({ subjectName: 'dia 22', action: 'created', before: null }));
    now = new Date('2026-11-23T02:59:59.999Z');
    await write(note({ subjectName: 'fim do dia 22', subject: 'queue' }));
    now = new Date('2026-11-23T03:00:00.000Z');
    await write(note({ subjectName: 'dia 23', actor: { userId: 78, name: 'Marcos Teles', address: null } }));
    const person = await someone();
    const found = async (query: object): Promise<readonly string[]> => {
      const { text } = await person.get('/admin/audit').query(query).expect(200);
      return [...text.matchAll(/<strong>“([^”]+)”<\/strong>/g)].map((each) => each[1]!);
    };
    assert.deepEqual(await found({}), ['dia 23', 'fim do dia 22', 'dia 22', 'dia 21']);
    assert.deepEqual(await found({ from: '2026-11-22', until: '2026-11-22' }), ['fim do dia 22', 'dia 22']);
    assert.deepEqual(await found({ until: '2026-11-21' }), ['dia 21']);
    assert.deepEqual(await found({ from: '2026-11-23' }), ['dia 23']);
    assert.deepEqual(await found({ action: 'created' }), ['dia 22']);
    assert.deepEqual(await found({ subject: 'queue' }), ['fim do dia 22']);
    assert.deepEqual(await found({ person: '78' }), ['dia 23']);
    assert.deepEqual(await found({ q: ' marcos ' }), ['dia 23']);
    const query = {
      q: 'dia',
      subject: 'queue',
      action: 'changed',
      person: '77',
      from: '2026-11-01',
      until: '2026-11-30',
    };
    const { text } = await person.get('/admin/audit').query(query);
    for (const [name, value] of Object.entries(query)) {
      assert.ok(text.includes(`<input type="hidden" name="${name}" value="${value}">`), `the export takes ${name}`);
    }
    assert.match(text, /<option value="queue" selected >Fila</);
    assert.match(text, /<option value="changed" selected >Alteração</);
    assert.match(text, /<option value="77" selected >Helena Prado</);
    assert.match(text, /name="from" type="date" value="2026-11-01"/);
  });

  it('refuse what is no filter at its field, and keep what was typed', async () => {
    const person = await someone();
    const refused = async (query: object, field: string, message: RegExp): Promise<string> => {
      const { text } = await person.get('/admin/audit').query(query).expect(422);
      assert.match(text, new RegExp(`id="${field}-error">[^<]*${message.source}`));
      return text;
    };
    const typed = await refused({ from: '31/02/2026', q: 'Ana' }, 'from', /Informe uma data válida/);
    assert.match(typed, /value="31\/02\/2026"/);
    assert.match(typed, /name="q"[^>]*value="Ana"/);
    await refused({ until: '2026-02-31' }, 'until', /Informe uma data válida/);
    await refused({ from: '0001-01-01' }, 'from', /Informe uma data válida/);
    await refused({ from: '2026-11-03', until: '2026-11-01' }, 'until', /A data final vem antes/);
    await refused({ subject: 'nonsense' }, 'subject', /não é válido/);
    await refused({ action: 'nonsense' }, 'action', /não é válido/);
    await refused({ person: '1 OR 1' }, 'person', /não é válido/);
    await refused({ q: 'x'.repeat(61) }, 'q', /não é válido/);
    assert.equal((await person.post('/admin/audit/export', { from: 'ontem' })).status, 422);
  });

  it('show fifty on a page, the newest first', async () => {
    for (let n = 0; n < 51; n += 1) {
      now = new Date(NOW.getTime() + n * MINUTE);
      await write(note({ subjectName: `nº ${String(n)}` }));
    }
    const person = await someone();
    const first = await person.get('/admin/audit?q=n');
    assert.equal(idsOf(first.text).length, 50);
    assert.match(first.text, /data-testid="audit-count">51 registros/);
    assert.match(first.text, /Página 1 de 2[\s\S]*href="[^"]*q=n[^"]*page=2"/);
    assert.match(wordsOf(first.text), /^[^“]*“nº 50”/);
    const second = await person.get('/admin/audit?q=n&page=2');
    assert.match(wordsOf(second.text), /“nº 0”/);
    assert.equal(idsOf(second.text).length, 1);
    assert.equal(idsOf((await person.get('/admin/audit?page=-1').expect(200)).text).length, 50);
  });

  it('say so when there is nothing, and offer no file', async () => {
    const { text } = await (await someone()).get('/admin/audit').expect(200);
    assert.match(text, /Nenhum registro/);
    assert.doesNotMatch(text, /action="\/admin\/audit\/export"/);
  });

  describe('as a file', () => {
    const read = (text: string, delimiter: string): string[][] =>
      parse(text, { delimiter, bom: true, record_delimiter: '\r\n' });

    it('have a line a field, for a spreadsheet of the language, and name the zone', async () => {
      await write(note({ before: { extension: '1001', name: 'a;b\n"c"' }, after: { extension: null, name: 'Ana' } }));
      const answer = await (await someone()).post('/admin/audit/export');
      assert.equal(answer.status, 200);
      assert.match(answer.headers['content-type']!, /^text\/csv; charset=utf-8/);
      assert.match(answer.headers['content-disposition']!, /^attachment; filename=auditoria-\d{4}-\d\d-\d\d\.csv$/);
      assert.ok(answer.text.startsWith('\uFEFF'), 'it begins with the mark that spreadsheets know UTF-8 by');
      const [header, ...lines] = read(answer.text, ';');
      assert.deepEqual(header, [
        'Nº',
        'Data e hora (America/Sao_Paulo)',
        'Quem',
        'De onde',
        'O que foi feito',
        'Cadastro',
        'Campo',
        'Antes',
        'Depois',
      ]);
      const who = ['23/11/2026 01:30:05', 'Helena Prado', '10.0.0.7', 'Alteração do usuário', 'Ana Souza'];
      assert.deepEqual(
        lines.map((line) => line.slice(1)),
        [
          [...who, 'Ramal', '1001', '(vazio)'],
          [...who, 'Nome', 'a;b\n"c"', 'Ana'],
        ],
      );
      const english = await (await someone(undefined, 'en')).post('/admin/audit/export', { subject: 'user' });
      assert.equal(read(english.text, ',')[1]?.[4], 'Changed user');
    });

    it('hold no cell that a spreadsheet would run', async () => {
      const formulas = ['=1+1', '+1', '-1', '@x', '\tx', '\rx'];
      await write(...formulas.map((name) => note({ subjectName: name, before: null, after: { name } })));
      const [, ...lines] = read((await (await someone()).post('/admin/audit/export')).text, ';');
      assert.equal(lines.length, formulas.length);
      for (const cell of lines.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
      assert.deepEqual(
        lines.map((line) => line[5]),
        formulas.map((name) => `'${name}`).reverse(),
      );
    });

    it('hold only what the filter finds, however much it is, and not the export itself', async () => {
      const many = Array.from({ length: 1203 }, (_, n) => note({ subjectName: `nº ${String(n)}` }));
      await write(...many, note({ subject: 'queue', subjectName: 'Suporte' }));
      const { text } = await (await someone()).post('/admin/audit/export', { subject: 'user', q: '' });
      const [, ...lines] = read(text, ';');
      assert.equal(lines.length, 1203);
      assert.deepEqual(
        lines.map((line) => line[5]),
        many.map(({ subjectName }) => subjectName).reverse(),
      );
    });

    it('are written down themselves, with what was searched for', async () => {
      await write(note());
      const person = await someone();
      await person.post('/admin/audit/export', { subject: 'user', person: '77', q: 'ana', from: '2026-11-01' });
      const words = wordsOf((await person.get('/admin/audit?action=exported')).text);
      assert.match(words, /Exportação da “Auditoria” por Rita Reis, de /);
      for (const shown of [
        'Registros exportados — 1',
        'Pesquisa — ana',
        'Cadastro — Usuário',
        'Quem — Helena Prado',
        'De — 01/11/2026',
      ]) {
        assert.ok(words.includes(shown), `${shown} is in ${words}`);
      }
    });

    it('are not given without the form’s token', async () => {
      const person = await someone();
      await person.agent.post('/admin/audit/export').type('form').send({}).expect(403);
      assert.equal((await rows.list({ ...NOTHING }, { offset: 0, limit: 1 })).total, 0);
    });
  });
});

const NOTHING = { text: '', subject: null, subjectId: null, action: null, userId: null, from: null, until: null };
