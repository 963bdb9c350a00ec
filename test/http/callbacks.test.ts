import assert from 'node:assert/strict';
import { Router, urlencoded, type Request } from 'express';
import request from 'supertest';
import {
  Callbacks,
  createCallbackHandlers,
  createCallbackRouter,
  DEFAULT_CALLBACK_SETTINGS,
} from '../../src/modules/callbacks/index.js';
import { type Permission } from '../../src/shared/permissions.js';
import { DUE, MINUTE } from '../support/callback-builders.js';
import { FakeAgents } from '../support/fake-agents.js';
import { InMemoryCallbackRepository } from '../support/in-memory-callbacks.js';
import { hostPages, type PageHost } from '../support/page-host.js';

const ALL: readonly Permission[] = ['callbacks.list', 'callbacks.edit'];

describe('callbacks page', () => {
  let host: PageHost;
  let callbacks: Callbacks;
  let agents: FakeAgents;
  let now: number;
  let said: unknown[];

  /** Beside the real router, what the application's session would do. */
  const open = async (permissions: readonly Permission[] | null, locale: 'pt-BR' | 'en' = 'pt-BR'): Promise<void> => {
    const withSession = Router().use(urlencoded({ extended: false }), (req, _res, next) => {
      const save = (done: (error?: unknown) => void): void => {
        said.push(req.session.flash);
        done();
      };
      req.session = { save } as unknown as Request['session'];
      next();
    });
    withSession.use(createCallbackRouter({ callbacks }));
    host = await hostPages({ '/callbacks': withSession }, permissions === null ? null : { permissions, locale });
  };
  const book = async (
    fields: { number?: string; time?: string; timeZone?: string; notes?: string } = {},
  ): Promise<number> =>
    (
      await callbacks.book(7, {
        number: '+5583999990001',
        date: '2026-11-25',
        time: '14:00',
        timeZone: 'America/Sao_Paulo',
        notes: '',
        attendanceId: null,
        ...fields,
      })
    ).id;
  const get = (path = ''): request.Test => request(host.url).get(`/callbacks${path}`);
  const rows = (text: string): number => text.split('data-testid="callback"').length - 1;

  beforeEach(() => {
    now = DUE - 60 * MINUTE;
    said = [];
    agents = new FakeAgents(() => new Date(now));
    agents.set(7, 'available');
    let ids = 0;
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    callbacks = new Callbacks({
      repository: new InMemoryCallbackRepository({
        customers: new Map([[1, 'Beatriz <b>Nunes</b>']]),
        users: new Map([[7, 'Ana Souza']]),
      }),
      agents,
      customers: {
        findByNumber: (number) => Promise.resolve(number === '+5583999990001' ? { id: 1, name: 'Beatriz' } : null),
      },
      attendances: { find: () => Promise.resolve(null) },
      doNotCall: { has: () => Promise.resolve(false) },
      holidays: { isHoliday: () => Promise.resolve(false) },
      queues: { offersCallbacks: () => Promise.resolve(true), currentOf: () => null },
      settings: DEFAULT_CALLBACK_SETTINGS,
      processId: 'p1',
      now: () => new Date(now),
      newId: () => `call-${String(++ids)}`,
      log: silent,
    });
    agents.onCall((fact) => {
      callbacks.onCallEvent(fact);
    });
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    assert.deepEqual(host.errors, []);
  });

  it('shows nothing to who is not signed in, or may not list', async () => {
    await open(null);
    await get()
      .expect(303)
      .expect('location', /^\/sign-in/);
    await host[Symbol.asyncDispose]();
    await open(['callbacks.schedule', 'callbacks.edit']);
    await get().expect(403);
  });

  it('shows what is promised, in the customer’s own time with the zone named, and escapes it', async () => {
    await book({ timeZone: 'America/Manaus', notes: 'falar <script>alert(1)</script>' });
    await open(ALL);
    const { text } = await get().expect(200);
    assert.match(text, /25\/11\/2026\s+14:00/);
    assert.match(text, /até 14:30/);
    assert.match(text, /America\/Manaus \(UTC-4\)/);
    assert.match(text, /\+55 83 99999-0001/);
    assert.match(text, /Beatriz &lt;b&gt;Nunes/);
    assert.match(text, /falar &lt;script&gt;/);
    assert.match(text, /Ana Souza/);
    assert.match(text, /0 de 3/);
    assert.doesNotMatch(text, /<b>Nunes|<script>alert/);
  });

  it('speaks English to who reads English', async () => {
    await book();
    await open(ALL, 'en');
    const { text } = await get().expect(200);
    assert.match(text, /Scheduled callbacks/);
    assert.match(text, /0 of 3/);
  });

  it('shows each call that was made, when, and what came of it', async () => {
    const id = await book();
    now = DUE + 5000;
    await callbacks.tick();
    agents.accept('call-1');
    agents.end('call-1', 'customer', 'busy');
    await callbacks.idle();
    await open(ALL);
    const { text } = await get().expect(200);
    assert.match(text, new RegExp(`data-id="${String(id)}" data-state="retry-wait"`));
    assert.match(text, /14:00:05 O número do cliente estava ocupado\./);
    assert.match(text, /1 de 3/);
  });

  it('filters by state, open ones first of all', async () => {
    const cancelled = await book();
    await book({ time: '15:00' });
    await callbacks.cancel({ userId: 7, mayEditAll: false }, cancelled);
    await open(ALL);
    for (const [query, count] of [
      ['', 1],
      ['?state=open', 1],
      ['?state=ended', 1],
      ['?state=all', 2],
      ['?state=cancelled', 1],
      ['?state=done', 0],
      ['?state=nonsense', 1],
    ] as const) {
      assert.equal(rows((await get(query).expect(200)).text), count, query);
    }
    assert.match((await get('?state=done')).text, /Nenhum callback foi encontrado/);
  });

  it('finds by number and by customer, and keeps what was typed', async () => {
    await book();
    await book({ number: '+5511987654321', time: '15:00' });
    await open(ALL);
    assert.equal(rows((await get('?q=beatriz')).text), 1);
    const found = (await get(`?q=${encodeURIComponent('(11) 98765')}`)).text;
    assert.equal(rows(found), 1);
    assert.match(found, /value="\(11\) 98765"/);
    assert.match((await get(`?q=${encodeURIComponent('"><i>')}`)).text, /value="&#34;&gt;&lt;i&gt;"/);
  });

  it('has pages, and keeps the filter from one to the next', async () => {
    const id = await book();
    const one = (await callbacks.list({ states: null, search: '', page: 1, pageSize: 1 })).rows[0]!;
    const asked: number[] = [];
    const router = createCallbackRouter({
      callbacks: {
        list: (filter) => {
          asked.push(filter.page);
          return Promise.resolve({ rows: [one], total: 101 });
        },
        cancel: () => Promise.resolve(),
      },
    });
    host = await hostPages({ '/callbacks': router }, { permissions: ALL });
    const { text } = await get('?state=all&q=83&page=2').expect(200);
    assert.match(text, new RegExp(`data-id="${String(id)}"`));
    assert.match(text, /101 callbacks/);
    assert.match(text, /Página 2 de 3/);
    assert.match(text, /\/callbacks\?state=all&amp;q=83&amp;page=3|\/callbacks\?state=all&#38;q=83&#38;page=3/);
    await get('?page=0').expect(200);
    await get('?page=abc').expect(200);
    assert.deepEqual(asked, [2, 1, 1]);
  });

  describe('cancelling', () => {
    const cancel = (id: number | string, fields: Record<string, string> = {}): request.Test =>
      request(host.url)
        .post(`/callbacks/${String(id)}/cancel`)
        .type('form')
        .send(fields);

    it('is offered to who may edit, with the name of what goes', async () => {
      const id = await book();
      await open(ALL);
      assert.match((await get()).text, new RegExp(`action="/callbacks/${String(id)}/cancel"`));
      assert.match((await get()).text, /Cancelar o callback para \+55 83 99999-0001, .*25\/11\/2026 14:00\?/);
      await host[Symbol.asyncDispose]();
      await open(['callbacks.list']);
      assert.doesNotMatch((await get()).text, /\/cancel"/);
      await cancel(id).expect(403);
      assert.equal((await callbacks.listFor(7))[0]?.state, 'scheduled');
    });

    it('cancels, says so and goes back to the list as it was', async () => {
      const id = await book();
      await open(ALL);
      await cancel(id, { back: '/callbacks?state=all' }).expect(303).expect('location', '/callbacks?state=all');
      assert.deepEqual(said, [{ kind: 'success', key: 'callbacks:list.cancelled', params: {} }]);
      const { text } = await get('?state=all');
      assert.match(text, /data-state="cancelled"/);
      assert.match(text, /Cancelado por outra pessoa/);
    });

    it('goes nowhere else than to a page of ours', async () => {
      await open(ALL);
      await cancel(await book(), { back: 'https://elsewhere.example/' })
        .expect(303)
        .expect('location', '/');
      await cancel(await book({ time: '15:00' }), { back: '//elsewhere.example' })
        .expect(303)
        .expect('location', '/');
    });

    it('says why not, on the list, when its call is under way', async () => {
      const id = await book();
      now = DUE;
      await callbacks.tick();
      await open(ALL);
      assert.doesNotMatch((await get()).text, /\/cancel"/);
      await cancel(id).expect(303).expect('location', '/callbacks');
      assert.deepEqual(said, [{ kind: 'danger', key: 'callbacks:error.under-way', params: {} }]);
    });

    it('answers 404 for what does not exist and for what is no number', async () => {
      await open(ALL);
      await cancel(4711).expect(404);
      await cancel('abc').expect(404);
      await cancel('99999999999999').expect(404);
    });
  });

  describe('over the socket', () => {
    const viewer = (
      userId: number,
      permissions: readonly Permission[],
    ): { userId: number; permissions: Set<Permission> } => ({
      userId,
      permissions: new Set(permissions),
    });
    const payload = {
      number: '+5583999990001',
      date: '2026-11-25',
      time: '14:00',
      timeZone: 'America/Sao_Paulo',
      notes: '',
      attendanceId: null,
    };
    beforeEach(() => open(ALL));

    it('books for who asks', async () => {
      const handlers = createCallbackHandlers({ callbacks });
      await assert.rejects(handlers['callback:book'](viewer(7, []), payload), { code: 'forbidden' });
      const booked = await handlers['callback:book'](viewer(7, ['callbacks.schedule']), payload);
      assert.deepEqual(
        (await callbacks.listFor(7)).map(({ id }) => id),
        [booked.id],
      );
    });

    it('cancels one’s own, and others’ only for who may edit', async () => {
      const handlers = createCallbackHandlers({ callbacks });
      const cancel = handlers['callback:cancel'];
      const first = await book();
      const second = await book({ time: '15:00' });
      await assert.rejects(cancel(viewer(8, ['callbacks.schedule']), { callbackId: first }), { code: 'forbidden' });
      assert.equal(await cancel(viewer(7, ['callbacks.schedule']), { callbackId: first }), null);
      assert.equal(await cancel(viewer(8, ['callbacks.schedule', 'callbacks.edit']), { callbackId: second }), null);
    });
  });
});
