import assert from 'node:assert/strict';
import { SYSTEM_ACTOR } from '../../src/modules/audit/index.js';
import { type Customer, type CustomerFields } from '../../src/modules/customers/index.js';
import { type Permission } from '../../src/shared/permissions.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';

const ALL: readonly Permission[] = ['customers.list', 'customers.create', 'customers.edit', 'customers.delete'];
const HISTORY: readonly Permission[] = ['calls.list', 'attendances.list', 'callbacks.list'];

describe('customers pages', () => {
  let app: Harness;
  let people = 0;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
  });

  const add = (fields: Partial<CustomerFields> = {}): Promise<Customer> =>
    app.app.customers.create(
      { name: 'Beatriz Nunes', document: null, email: null, notes: null, numbers: [], ...fields },
      SYSTEM_ACTOR,
    );
  const as = async (...permissions: readonly Permission[]): Promise<Visitor> => {
    const login = `pessoa-${String(++people)}`;
    await app.aUser({ login, permissions, name: 'Helena Prado' });
    return app.signIn(login);
  };
  const form = (over: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    name: 'Caio Prado',
    document: '',
    email: '',
    notes: '',
    numbers: '',
    ...over,
  });
  /** Several fields of one name, which an object cannot hold. */
  const postRows = async (visitor: Visitor, path: string, rows: readonly (readonly [string, string])[]) => {
    const body = new URLSearchParams([
      ['_csrf', await visitor.csrfToken()],
      ...rows.map(([k, v]) => [k, v]),
    ] as string[][]);
    return visitor.agent.post(path).type('form').send(body.toString());
  };
  const count = (text: string, testId: string): number => text.split(`data-testid="${testId}"`).length - 1;

  it('send who is not signed in to the sign-in page, and change nothing', async () => {
    const { id } = await add();
    const visitor = app.visitor();
    for (const path of ['', '/new', '/delete', `/${String(id)}`, `/${String(id)}/merge`]) {
      await visitor
        .get(`/customers${path}`)
        .expect(303)
        .expect('location', /^\/sign-in/);
    }
    for (const path of ['', '/delete', `/${String(id)}`, `/${String(id)}/merge`]) {
      const answer = await visitor.post(`/customers${path}`, form({ id: String(id), version: '0' }));
      assert.equal(answer.status, 303, path);
      assert.match(answer.headers['location']!, /^\/sign-in/);
    }
    assert.equal((await app.app.customers.list({ text: '', page: 1, pageSize: 5 })).total, 1);
  });

  it('are each shut without their permission, and show no button for what is', async () => {
    const { id } = await add();
    const reader = await as('customers.list');
    for (const path of ['/new', `/delete?id=${String(id)}`, `/${String(id)}/merge`]) {
      await reader.get(`/customers${path}`).expect(403);
    }
    for (const path of ['', '/delete', `/${String(id)}`, `/${String(id)}/merge`]) {
      assert.equal((await reader.post(`/customers${path}`, form({ id: String(id), version: '0' }))).status, 403, path);
    }
    const list = (await reader.get('/customers').expect(200)).text;
    assert.doesNotMatch(list, /\/customers\/new|type="checkbox"|customers-ticked"><svg/);
    const record = (await reader.get(`/customers/${String(id)}`).expect(200)).text;
    assert.doesNotMatch(record, /type="submit">Salvar|\/merge"|\/customers\/delete/);
    assert.match(record, /não permite editar/);
    const other = await as('customers.create', 'customers.edit', 'customers.delete');
    await other.get('/customers').expect(403);
    await other.get(`/customers/${String(id)}`).expect(403);
  });

  it('answer 404 where there is no such customer', async () => {
    const { id } = await add();
    const visitor = await as(...ALL);
    for (const path of ['/4711', '/0', '/abc', '/99999999999', '/4711/merge', `/${String(id)}/merge?with=4711`]) {
      await visitor.get(`/customers${path}`).expect(404);
    }
    assert.equal((await visitor.post('/customers/4711', form({ version: '0' }))).status, 404);
    const choices = {
      keepVersion: '0',
      goneVersion: '0',
      name: 'kept',
      document: 'kept',
      email: 'kept',
      notes: 'kept',
    };
    assert.equal((await visitor.post('/customers/4711/merge', { ...choices, with: String(id) })).status, 404);
    assert.equal((await visitor.post(`/customers/${String(id)}/merge`, { ...choices, with: '4711' })).status, 404);
  });

  describe('the list', () => {
    it('is in the menu, counts, and escapes what customers are called', async () => {
      await add({ name: 'Beatriz <b>Nunes</b>', document: '12ABC34501DE35', numbers: ['+5583999990001'] });
      const { text } = await (await as(...ALL)).get('/customers').expect(200);
      assert.match(text, /menu-link" href="\/customers" aria-current="page"/);
      assert.match(text, />1 cliente</);
      assert.match(text, /Beatriz &lt;b&gt;Nunes/);
      assert.doesNotMatch(text, /<b>Nunes/);
      assert.match(text, /12\.ABC\.345\/01DE-35/);
      assert.match(text, /\+55 83 99999-0001/);
    });

    it('has pages of 25 by name, and keeps the search and the filter from one to the next', async () => {
      for (let i = 0; i < 26; i += 1) await add({ name: `Zé ${String(i).padStart(2, '0')}` });
      await add({ name: 'ÁLVARO', document: '52998224725' });
      const visitor = await as(...ALL);
      const first = (await visitor.get('/customers').expect(200)).text;
      assert.equal(count(first, 'customer'), 25);
      assert.ok(first.indexOf('ÁLVARO') < first.indexOf('Zé 00'));
      const next = (await visitor.get('/customers?q=ze&document=none&page=1')).text;
      assert.match(next, /\?q=ze&amp;document=none&amp;page=2/);
      assert.equal(count((await visitor.get('/customers?q=ze&document=none&page=2')).text, 'customer'), 1);
      assert.equal(count((await visitor.get('/customers?document=cpf')).text, 'customer'), 1);
      await visitor.get('/customers?page=0&document=nonsense&q=a&q=b').expect(200);
    });

    it('says what to do when there is nothing, and keeps what was typed', async () => {
      const visitor = await as(...ALL);
      assert.match((await visitor.get('/customers')).text, /Nenhum cliente cadastrado/);
      const { text } = await visitor.get(`/customers?q=${encodeURIComponent('"><i>')}`);
      assert.match(text, /Nenhum cliente foi encontrado/);
      assert.match(text, /value="&#34;&gt;&lt;i&gt;"/);
    });
  });

  describe('a new customer', () => {
    it('is stored as typed, with numbers and document brought into one form, and noted', async () => {
      const visitor = await as(...ALL);
      const answer = await postRows(visitor, '/customers', [
        ['name', '  Caio Prado '],
        ['document', '529.982.247-25'],
        ['email', 'caio@exemplo.com.br'],
        ['notes', 'Falar devagar.'],
        ['numbers', '(83) 99999-0001'],
        ['numbers', ''],
        ['numbers', '083 3214-5678'],
        ['numbers', '+55 83 99999 0001'],
      ]);
      assert.equal(answer.status, 303);
      const [customer] = (await app.app.customers.list({ text: '', page: 1, pageSize: 5 })).customers;
      assert.deepEqual(customer, {
        id: customer?.id,
        name: 'Caio Prado',
        document: '52998224725',
        email: 'caio@exemplo.com.br',
        notes: 'Falar devagar.',
        numbers: ['+5583999990001', '+558332145678'],
        version: 0,
      });
      assert.equal(answer.headers['location'], `/customers/${String(customer.id)}`);
      assert.match((await visitor.get(answer.headers['location'])).text, /“Caio Prado” foi salvo/);
      const entry = await app.app.audit.last('customer', customer.id);
      assert.deepEqual([entry?.action, entry?.actor.name], ['created', 'Helena Prado']);
    });

    it('may begin with a number', async () => {
      const { text } = await (await as(...ALL)).get('/customers/new?number=%2B5583999990001').expect(200);
      assert.match(text, /name="numbers" type="tel" value="\+5583999990001"/);
    });

    it('is refused at each field that is wrong, with what was typed kept', async () => {
      const visitor = await as(...ALL);
      const refused = async (
        over: Readonly<Record<string, string>>,
        sentence: RegExp,
        field: string,
      ): Promise<void> => {
        const answer = await visitor.post('/customers', form(over));
        assert.equal(answer.status, 422, field);
        assert.match(answer.text, sentence);
        assert.match(answer.text, new RegExp(`id="${field}"[^>]*aria-invalid="true"`), field);
        assert.match(answer.text, /value="Caio Prado"|name="name" type="text" value=""|aria-invalid/);
      };
      await refused({ name: '  ' }, /Preencha este campo/, 'name');
      await refused({ name: 'x'.repeat(121) }, /no máximo 120 caracteres/, 'name');
      await refused({ document: '529.982.247-26' }, /Este CPF não existe/, 'document');
      await refused({ document: '11.222.333/0001-82' }, /Este CNPJ não existe/, 'document');
      await refused({ document: '123' }, /Um CPF tem 11 números/, 'document');
      await refused({ email: 'caio@' }, /Confira o e-mail/, 'email');
      await refused({ notes: 'x'.repeat(4001) }, /no máximo 4000 caracteres/, 'notes');
      await refused({ numbers: '99999-0001' }, /Este número não é válido/, 'numbers\\.0');
      await refused({ numbers: '1007' }, /Números curtos são de ramais/, 'numbers\\.0');
      const kept = await visitor.post(
        '/customers',
        form({ name: '<b>Caio', document: '1', email: 'a b', notes: '</textarea>', numbers: '"9' }),
      );
      assert.match(kept.text, /value="&lt;b&gt;Caio"/);
      assert.match(kept.text, /&lt;\/textarea&gt;<\/textarea>/);
      assert.match(kept.text, /value="&#34;9"/);
      assert.match(kept.text, /href="#numbers\.0">Telefone 1</);
      assert.equal((await app.app.customers.list({ text: '', page: 1, pageSize: 5 })).total, 0);
    });

    it('has ten numbers at most', async () => {
      const visitor = await as(...ALL);
      const rows = Array.from({ length: 11 }, (_, i) => ['numbers', `8399999${String(1000 + i)}`] as const);
      const answer = await postRows(visitor, '/customers', [['name', 'Caio'], ...rows]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /até 10 telefones/);
      assert.match(answer.text, /value="83999991010"/);
    });

    it('is refused a number or document of another, at its field, with a link to who has it', async () => {
      const { id } = await add({ name: 'Ana <i>', document: '52998224725', numbers: ['+5583999990001'] });
      const visitor = await as(...ALL);
      const answer = await postRows(visitor, '/customers', [
        ['name', 'Caio'],
        ['numbers', ''],
        ['numbers', '(83) 3214-5678'],
        ['numbers', '(83) 99999-0001'],
      ]);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /id="numbers\.2-error">Este número já é de Ana &lt;i&gt;\./);
      assert.match(answer.text, new RegExp(`href="/customers/${String(id)}">Abrir o cadastro de Ana &lt;i&gt;`));
      assert.match(answer.text, /value="\(83\) 99999-0001"/);
      const document = await visitor.post('/customers', form({ document: '529.982.247-25' }));
      assert.match(document.text, /id="document-error">Este documento já é de Ana/);
      assert.match(document.text, new RegExp(`href="/customers/${String(id)}"`));
    });

    it('is spoken of in English to who reads English', async () => {
      await app.aUser({ login: 'ana', permissions: ALL, locale: 'en' });
      const visitor = await app.signIn('ana');
      assert.match((await visitor.post('/customers', form({ document: '1' }))).text, /A CPF has 11 digits/);
    });
  });

  describe('the record', () => {
    it('is changed, counted and noted', async () => {
      const { id } = await add({ numbers: ['+5583999990001'] });
      const visitor = await as(...ALL);
      const shown = (await visitor.get(`/customers/${String(id)}`).expect(200)).text;
      assert.match(shown, /name="version" value="0"/);
      const answer = await visitor.post(`/customers/${String(id)}`, form({ version: '0', numbers: '83999990002' }));
      assert.equal(answer.status, 303);
      const after = await app.app.customers.find(id);
      assert.deepEqual([after?.name, after?.numbers, after?.version], ['Caio Prado', ['+5583999990002'], 1]);
      const entry = await app.app.audit.last('customer', id);
      assert.deepEqual(entry?.before?.['numbers'], ['+5583999990001']);
      assert.deepEqual(Object.keys(entry.after ?? {}).sort(), ['name', 'numbers']);
    });

    it('is refused with what is wrong, and keeps the history beside it', async () => {
      const { id } = await add();
      const visitor = await as(...ALL, ...HISTORY);
      const answer = await visitor.post(`/customers/${String(id)}`, form({ version: '0', name: '' }));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /name="version" value="0"/);
      assert.match(answer.text, /Nenhuma ligação deste cliente/);
      assert.equal((await visitor.post(`/customers/${String(id)}`, form({ version: 'x' }))).status, 422);
    });

    it('that somebody else saved meanwhile shows both, and is then saved knowingly', async () => {
      const { id, ...fields } = await add({ numbers: ['+5583999990001'] });
      const visitor = await as(...ALL);
      await app.app.customers.update(
        id,
        0,
        { ...fields, email: 'b@exemplo.com.br', notes: 'nova', numbers: ['+5583999990003'] },
        { userId: null, name: 'Bruno Lima', address: null },
      );
      const answer = await visitor.post(`/customers/${String(id)}`, form({ version: '0', numbers: '83999990001' }));
      assert.equal(answer.status, 409);
      assert.match(answer.text, /Bruno Lima salvou outra versão às/);
      assert.match(answer.text, /value="Caio Prado"/);
      assert.match(answer.text, /Agora está: Beatriz Nunes/);
      assert.match(answer.text, /Agora está: b@exemplo\.com\.br/);
      assert.match(answer.text, /id="notes-theirs">Agora está: nova/);
      assert.match(answer.text, /id="numbers-theirs">Agora está: \+55 83 99999-0003/);
      assert.match(answer.text, /name="version" value="1"/);
      assert.equal((await app.app.customers.find(id))?.name, 'Beatriz Nunes');
      const again = await visitor.post(`/customers/${String(id)}`, form({ version: '1', numbers: '83999990001' }));
      assert.equal(again.status, 303);
    });

    it('shows calls, attendances and callbacks each to those who may list them, the newest first, in pages', async () => {
      const { id } = await add();
      await addStory(app, id, 21);
      const visitor = await as('customers.list', ...HISTORY);
      const calls = (await visitor.get(`/customers/${String(id)}`).expect(200)).text;
      assert.equal(count(calls, 'history-call'), 20);
      assert.ok(calls.indexOf('/calls/call-20') < calls.indexOf('/calls/call-19'));
      assert.match(calls, /\?tab=calls&amp;page=2/);
      assert.equal(count((await visitor.get(`/customers/${String(id)}?tab=calls&page=2`)).text, 'history-call'), 1);
      const attendances = (await visitor.get(`/customers/${String(id)}?tab=attendances`)).text;
      assert.equal(count(attendances, 'history-attendance'), 20);
      assert.match(attendances, /Troca &lt;b&gt;20/);
      assert.ok(attendances.indexOf('protocolo-20') < attendances.indexOf('protocolo-19'));
      const callbacks = (await visitor.get(`/customers/${String(id)}?tab=callbacks`)).text;
      assert.equal(count(callbacks, 'history-callback'), 20);
      const one = await as('customers.list', 'attendances.list');
      const shown = (await one.get(`/customers/${String(id)}?tab=calls`)).text;
      assert.equal(count(shown, 'history-call'), 0);
      assert.equal(count(shown, 'history-attendance'), 20);
      assert.doesNotMatch(shown, /href="[^"]*\?tab=(?:calls|callbacks)"/);
      assert.doesNotMatch((await (await as('customers.list')).get(`/customers/${String(id)}`)).text, /Histórico/);
    });
  });

  describe('deleting', () => {
    it('asks with the names of what goes, deletes, and says so', async () => {
      const [ana, bia] = [await add({ name: 'Ana <b>' }), await add({ name: 'Bia' })];
      const visitor = await as(...ALL);
      const asked = (await visitor.get(`/customers/delete?id=${String(ana.id)}&id=${String(bia.id)}`).expect(200)).text;
      assert.match(asked, /Excluir estes 2 clientes\?/);
      assert.match(asked, /Ana &lt;b&gt;/);
      const answer = await postRows(visitor, '/customers/delete', [
        ['id', String(ana.id)],
        ['id', String(bia.id)],
      ]);
      assert.equal(answer.status, 303);
      assert.match((await visitor.get('/customers')).text, /2 clientes foram excluídos/);
      await visitor.get(`/customers/${String(ana.id)}`).expect(404);
    });

    it('refuses one with a story with a sentence, before and after the question', async () => {
      const { id } = await add({ name: 'Ana' });
      await addStory(app, id, 1);
      const visitor = await as(...ALL);
      const asked = (await visitor.get(`/customers/delete?id=${String(id)}`).expect(200)).text;
      assert.match(asked, /não podem ser excluídos/);
      assert.doesNotMatch(asked, /Sim, excluir/);
      const answer = await visitor.post('/customers/delete', { id: String(id) });
      assert.equal(answer.status, 409);
      assert.match(answer.text, /“Ana” tem ligações, atendimentos ou callbacks e não pode ser excluído/);
      assert.notEqual(await app.app.customers.find(id), null);
    });

    it('of nothing sends back to the list, which says what to do', async () => {
      const visitor = await as(...ALL);
      await visitor.get('/customers/delete?id=abc').expect(303).expect('location', '/customers');
      assert.match((await visitor.get('/customers')).text, /Marque na lista/);
      assert.match((await visitor.get('/customers/delete?id=4711').expect(200)).text, /não existem mais/);
    });
  });

  describe('merging', () => {
    const choose = (gone: Customer, over: Readonly<Record<string, string>> = {}): Record<string, string> => ({
      with: String(gone.id),
      keepVersion: '0',
      goneVersion: '0',
      name: 'kept',
      document: 'gone',
      email: 'kept',
      notes: 'both',
      ...over,
    });

    it('finds the other, shows both, and makes one of them', async () => {
      const kept = await add({ name: 'Beatriz <i>', notes: 'um', numbers: ['+5583999990001'] });
      const gone = await add({
        name: 'Bia Nunes',
        document: '52998224725',
        notes: 'dois',
        numbers: ['+5583999990002'],
      });
      await addStory(app, gone.id, 2);
      const visitor = await as(...ALL, ...HISTORY);
      const path = `/customers/${String(kept.id)}/merge`;
      assert.equal(count((await visitor.get(path).expect(200)).text, 'merge-found'), 0);
      const found = (await visitor.get(`${path}?q=nunes`)).text;
      assert.equal(count(found, 'merge-found'), 1);
      assert.match(found, new RegExp(`href="${path}\\?with=${String(gone.id)}"`));
      assert.match((await visitor.get(`${path}?q=zzz`)).text, /Nenhum cliente foi encontrado/);
      const both = (await visitor.get(`${path}?with=${String(gone.id)}`).expect(200)).text;
      assert.match(both, /Beatriz &lt;i&gt;/);
      assert.match(both, /name="document" value="gone" checked/);
      assert.match(both, /name="notes" value="both" checked/);
      const answer = await visitor.post(path, choose(gone));
      assert.equal(answer.status, 303);
      assert.equal(answer.headers['location'], `/customers/${String(kept.id)}`);
      const after = (await visitor.get(`/customers/${String(kept.id)}`)).text;
      assert.match(after, /Os dois cadastros agora são um/);
      assert.match(after, /529\.982\.247-25/);
      assert.equal(count(after, 'history-call'), 2);
      await visitor.get(`/customers/${String(gone.id)}`).expect(404);
    });

    it('is refused when one of the two changed meanwhile, with the choices kept', async () => {
      const [kept, gone] = [await add({ name: 'Ana' }), await add({ name: 'Bia' })];
      await app.app.customers.update(gone.id, 0, { ...gone, name: 'Bia Nova' }, SYSTEM_ACTOR);
      const visitor = await as(...ALL);
      const answer = await visitor.post(`/customers/${String(kept.id)}/merge`, choose(gone, { name: 'gone' }));
      assert.equal(answer.status, 409);
      assert.match(answer.text, /mudou enquanto você comparava/);
      assert.match(answer.text, /Bia Nova/);
      assert.match(answer.text, /name="name" value="gone" checked/);
      assert.match(answer.text, /name="goneVersion" value="1"/);
    });

    it('is refused without a choice, or with itself', async () => {
      const [kept, gone] = [await add({ name: 'Ana' }), await add({ name: 'Bia' })];
      const visitor = await as(...ALL);
      const path = `/customers/${String(kept.id)}/merge`;
      const answer = await visitor.post(path, choose(gone, { name: 'nonsense' }));
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Escolha qual dos dois fica/);
      const itself = await visitor.post(path, choose(kept));
      assert.equal(itself.status, 400);
      assert.match(itself.text, /não pode ser unido a ele mesmo/);
      assert.equal(count((await visitor.get(`${path}?with=${String(kept.id)}`)).text, 'merge-form'), 0);
      assert.equal((await app.app.customers.list({ text: '', page: 1, pageSize: 5 })).total, 2);
    });
  });
});

async function addStory({ app }: Harness, customerId: number, times: number): Promise<void> {
  const query = app.db.sequelize.getQueryInterface();
  const each = (make: (n: number, at: Date) => object): object[] =>
    Array.from({ length: times }, (_, n) => make(n, new Date(Date.UTC(2026, 10, 1, 12, n))));
  await app.db.write(async (transaction) => {
    const calls = each((n, at) => ({
      id: `call-${String(n)}`,
      direction: 'inbound',
      number: '+5583999990001',
      customer_id: customerId,
      state: 'ended',
      started_at: at,
    }));
    const attendances = each((n, at) => ({
      protocol: `protocolo-${String(n)}`,
      customer_id: customerId,
      state: 'finished',
      subject: `Troca <b>${String(n)}`,
      description: '',
      opened_at: at,
      version: 0,
    }));
    const callbacks = each((_n, at) => ({
      number: '+5583999990001',
      customer_id: customerId,
      due_at: at,
      window_end_at: at,
      time_zone: 'America/Sao_Paulo',
      state: 'done',
      max_attempts: 3,
      next_attempt_at: at,
      created_at: at,
      updated_at: at,
    }));
    for (const [table, rows] of Object.entries({ calls, attendances, callbacks })) {
      await query.bulkInsert(table, rows, { transaction });
    }
  });
}
