import assert from 'node:assert/strict';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

const NOW = new Date('2026-11-23T13:00:00Z');
const PATRON = { date: '2026-08-05', name: 'Nossa Senhora das Neves', kind: 'local' };

describe('holidays', () => {
  let app: Harness;
  let admin: Visitor;

  const rows = (text: string): number => text.split('data-testid="holiday"').length - 1;
  const idOf = async (name: string, year = 2026): Promise<string> => {
    const { text } = await admin.get(`/admin/holidays?year=${String(year)}`);
    const id = new RegExp(`/admin/holidays/(\\d+)">${name}<`).exec(text)?.[1];
    assert.ok(id !== undefined, `${name} is not listed`);
    return id;
  };

  beforeEach(async () => {
    app = await startApp({ now: () => NOW });
    await app.aUser({ login: 'admin', name: 'Helena Prado' });
    admin = await app.signIn('admin');
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  it('are closed to strangers and to who may not', async () => {
    await admin.post('/admin/holidays', PATRON);
    const id = await idOf(PATRON.name);
    await app.aUser({ login: 'leitora', permissions: ['queues.list'] });
    await app.aUser({ login: 'agente', permissions: ['voice.desk'] });
    const reader = await app.signIn('leitora');
    const agent = await app.signIn('agente');
    const reading = ['/admin/holidays', `/admin/holidays/${id}`];
    const editing = ['/admin/holidays/new', '/admin/holidays/national', `/admin/holidays/delete?ids=${id}`];
    for (const page of [...reading, ...editing]) {
      assert.equal((await app.visitor().get(page)).status, 303, page);
      assert.equal((await agent.get(page)).status, 403, page);
    }
    for (const page of reading) assert.equal((await reader.get(page)).status, 200, page);
    for (const page of editing) assert.equal((await reader.get(page)).status, 403, page);
    for (const page of ['', '/national', '/delete', `/${id}`]) {
      const fields = { ...PATRON, ids: id, dates: '2026-12-25', version: '0' };
      assert.equal((await app.visitor().post(`/admin/holidays${page}`, fields)).status, 303, page);
      assert.equal((await reader.post(`/admin/holidays${page}`, fields)).status, 403, page);
    }
    assert.equal(rows((await admin.get('/admin/holidays')).text), 1);
  });

  it('are below the queues in the menu, also where their address says nothing of them', async () => {
    for (const page of ['/admin/holidays', '/admin/holidays/new', '/admin/queues']) {
      const { text } = await admin.get(page);
      assert.deepEqual(
        text.match(/href="[^"]*" aria-current="page"/g),
        ['href="/admin/queues" aria-current="page"'],
        page,
      );
    }
  });

  it('are listed by year, those that repeat in each', async () => {
    await admin.post('/admin/holidays', PATRON);
    await admin.post('/admin/holidays', { date: '2020-12-24', name: 'Véspera <b>', kind: 'local', yearly: 'on' });
    const { text } = await admin.get('/admin/holidays');
    assert.equal(rows(text), 2);
    assert.match(text, /2 feriados em 2026/);
    assert.match(text, /05\/08\/2026[\s\S]*quarta-feira[\s\S]*24\/12\/2026[\s\S]*Véspera &lt;b&gt;/);
    assert.equal(rows((await admin.get('/admin/holidays?year=2027')).text), 1);
    assert.match((await admin.get('/admin/holidays?year=99999')).text, /em 2026/);
  });

  it('are created, say so, and leave a trace', async () => {
    const answer = await admin.post('/admin/holidays', PATRON);
    assert.equal(answer.status, 303);
    assert.equal(answer.headers['location'], '/admin/holidays?year=2026');
    assert.match((await admin.get('/admin/holidays')).text, /“Nossa Senhora das Neves” foi salvo/);
    const entry = await app.app.audit.last('holiday', await idOf(PATRON.name));
    assert.equal(entry?.action, 'created');
    assert.deepEqual(entry.after, { date: '2026-08-05', name: PATRON.name, kind: 'local' });
  });

  for (const [field, value, sentence] of [
    ['date', '', /Informe uma data que exista/],
    ['date', '2026-02-29', /Informe uma data que exista/],
    ['date', '1899-01-01', /Informe uma data que exista/],
    ['name', '', /Preencha este campo/],
    ['name', 'x'.repeat(61), /no máximo 60/],
    ['kind', 'world', /não é válido/],
  ] as const) {
    it(`refuse “${value.slice(0, 12)}” as ${field}, with what was typed`, async () => {
      await admin.post('/admin/holidays', PATRON);
      const id = await idOf(PATRON.name);
      const typed = { date: '2026-06-24', name: 'São João', kind: 'local', version: '0' };
      for (const page of ['/admin/holidays', `/admin/holidays/${id}`]) {
        const { status, text } = await admin.post(page, { ...typed, [field]: value });
        assert.equal(status, 422);
        assert.match(text, sentence);
        assert.match(text, field === 'name' ? /value="2026-06-24"/ : /value="São João"/);
      }
      assert.equal(rows((await admin.get('/admin/holidays')).text), 1);
    });
  }

  it('of one day and name are there once, however spelled and whoever is faster', async () => {
    await admin.post('/admin/holidays', PATRON);
    const again = await admin.post('/admin/holidays', { ...PATRON, name: '  nossa senhora  das NEVES' });
    assert.equal(again.status, 422);
    assert.match(again.text, /Já existe um feriado com este nome nesta data/);
    const both = { date: '2026-06-24', name: 'São João', kind: 'local' };
    await app.aUser({ login: 'outra' });
    const other = await app.signIn('outra');
    const statuses = await Promise.all(
      [admin, other].map(async (who) => (await who.post('/admin/holidays', both)).status),
    );
    assert.deepEqual(statuses.sort(), [303, 422]);
    const id = await idOf('São João');
    assert.equal((await admin.post(`/admin/holidays/${id}`, { ...PATRON, version: '0' })).status, 422);
  });

  it('are changed, once for each version', async () => {
    await admin.post('/admin/holidays', PATRON);
    const page = `/admin/holidays/${await idOf(PATRON.name)}`;
    assert.match((await admin.get(page)).text, /value="2026-08-05"/);
    const changed = await admin.post(page, { ...PATRON, name: 'Padroeira', yearly: 'on', version: '0' });
    assert.equal(changed.status, 303);
    const late = await admin.post(page, { ...PATRON, name: 'Neves', version: '0' });
    assert.equal(late.status, 409);
    assert.match(late.text, /Helena Prado salvou outra versão/);
    assert.match(late.text, /Agora está: Padroeira/);
    assert.match(late.text, /value="Neves"/);
    assert.match(late.text, /name="version" value="1"/);
  });

  it('that do not exist are not found', async () => {
    for (const page of ['/admin/holidays/4711', '/admin/holidays/x']) {
      assert.equal((await admin.get(page)).status, 404);
      assert.equal((await admin.post(page, { ...PATRON, version: '0' })).status, 404);
    }
  });

  it('are deleted after being named', async () => {
    await admin.post('/admin/holidays', PATRON);
    const id = await idOf(PATRON.name);
    const asked = await admin.get(`/admin/holidays/delete?ids=${id}`);
    assert.match(asked.text, /Excluir este feriado\?[\s\S]*05\/08\/2026[\s\S]*Nossa Senhora das Neves/);
    assert.equal(rows((await admin.get('/admin/holidays')).text), 1, 'asking deletes nothing');
    assert.equal((await admin.post('/admin/holidays/delete', { ids: id })).status, 303);
    const { text } = await admin.get('/admin/holidays');
    assert.equal(rows(text), 0);
    assert.match(text, /1 feriado excluído/);
    assert.equal((await app.app.audit.last('holiday', id))?.action, 'deleted');
    assert.equal((await admin.post('/admin/holidays/delete', { ids: id })).status, 303, 'twice is no error');
  });

  it('are not deleted when none was ticked', async () => {
    assert.equal((await admin.get('/admin/holidays/delete')).status, 303);
    assert.match((await admin.get('/admin/holidays')).text, /Marque ao menos um feriado/);
  });

  it('of the nation are offered, ticked but for the optional points, and added once', async () => {
    const offer = await admin.get('/admin/holidays/national?year=2027');
    assert.match(offer.text, /value="2027-03-26"[^>]*checked[\s\S]*Sexta-feira Santa/);
    assert.doesNotMatch(offer.text, /value="2027-02-09"[^>]*checked/);
    assert.match(offer.text, /Lei 14\.759\/2023/);
    const dates = [...offer.text.matchAll(/value="(2027-[\d-]+)"[^>]*checked/g)].map((found) => found[1]!);
    assert.equal(dates.length, 10);
    const token = await admin.csrfToken();
    const add = async (chosen: readonly string[]): Promise<number> =>
      (
        await admin.agent
          .post('/admin/holidays/national')
          .type('form')
          .send({ _csrf: token, year: '2027', dates: chosen })
      ).status;
    assert.equal(await add([...dates, '2027-07-07']), 303);
    const { text } = await admin.get('/admin/holidays?year=2027');
    assert.match(text, /10 feriados adicionados/);
    assert.equal(rows(text), 10);
    assert.equal(await add(dates), 303);
    assert.equal(rows((await admin.get('/admin/holidays?year=2027')).text), 10);
    assert.match(
      (await admin.get('/admin/holidays/national?year=2027')).text,
      /value="2027-03-26"[^>]*disabled[\s\S]*Já cadastrado/,
    );
  });

  it('of the nation are refused when none is ticked', async () => {
    const { status, text } = await admin.post('/admin/holidays/national', { year: '2027' });
    assert.equal(status, 422);
    assert.match(text, /Marque ao menos um feriado/);
  });
});
