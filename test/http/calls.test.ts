import assert from 'node:assert/strict';
import request from 'supertest';
import { createCallRouter, type CallFilter, type CallRecordWithEvents } from '../../src/modules/calls/index.js';
import { createMonitoringRouter } from '../../src/modules/monitoring/index.js';
import { hostPages, type PageHost } from '../support/page-host.js';

/** 23 November 2026, 01:00 in São Paulo. */
const NOW = Date.parse('2026-11-23T04:00:00.000Z');

function aCall(over: Partial<CallRecordWithEvents> = {}): CallRecordWithEvents {
  const startedAt = Date.parse('2026-11-22T17:05:09.000Z');
  return {
    callId: 'call-1',
    direction: 'inbound',
    number: '+5583999990001',
    queue: { id: 1, name: 'Suporte' },
    customer: { id: 3, name: 'Beatriz <b>Nunes</b>' },
    agent: { id: 5, name: 'Ana Souza' },
    state: 'ended',
    startedAt,
    answeredAt: startedAt + 17_000,
    endedAt: startedAt + 257_000,
    waitedMs: 17_000,
    talkedMs: 210_000,
    heldMs: 30_000,
    wrapUpMs: 41_000,
    offers: 1,
    endedBy: 'customer',
    endCause: 'hung-up',
    consults: null,
    peer: null,
    consultations: [],
    events: [
      { type: 'started', at: startedAt, agent: null, detail: null },
      { type: 'offered', at: startedAt + 2_000, agent: { id: 4, name: 'Bruno Lima' }, detail: null },
      { type: 'declined', at: startedAt + 12_000, agent: { id: 4, name: 'Bruno Lima' }, detail: 'no-answer' },
      { type: 'answered', at: startedAt + 17_000, agent: { id: 5, name: 'Ana Souza' }, detail: null },
      { type: 'ended', at: startedAt + 257_000, agent: null, detail: 'customer:hung-up' },
    ],
    ...over,
  };
}

describe('calls pages', () => {
  let host: PageHost;
  let asked: CallFilter[];
  let kept: readonly CallRecordWithEvents[];
  let total: number | null;

  const open = async (person: Parameters<typeof hostPages>[1]): Promise<void> => {
    const calls = createCallRouter({
      records: {
        list: (filter) => {
          asked.push(filter);
          return Promise.resolve({ calls: kept, total: total ?? kept.length, page: filter.page, pageSize: 50 });
        },
        find: (id) => Promise.resolve(kept.find(({ callId }) => callId === id) ?? null),
      },
      attendanceOf: () => Promise.resolve({ id: 9, protocol: '202611250000426' }),
      linesOf: () => Promise.resolve(new Map()),
      choices: () => Promise.resolve({ queues: [{ id: 1, name: 'Suporte' }], agents: [{ id: 5, name: 'Ana Souza' }] }),
      timeZone: 'America/Sao_Paulo',
      now: () => NOW,
    });
    host = await hostPages({ '/calls': calls, '/monitoring': createMonitoringRouter() }, person);
  };

  beforeEach(() => {
    asked = [];
    kept = [aCall()];
    total = null;
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    assert.deepEqual(host.errors, []);
  });

  it('show nothing to who is not signed in or may not list calls', async () => {
    await open(null);
    await request(host.url)
      .get('/calls')
      .expect(303)
      .expect('location', /^\/sign-in/);
    await host[Symbol.asyncDispose]();
    await open({ permissions: ['monitoring'] });
    await request(host.url).get('/calls').expect(403);
    await request(host.url).get('/calls/call-1').expect(403);
    assert.deepEqual(asked, []);
  });

  it('show each call with its times in the operation’s zone, and escape what customers are called', async () => {
    await open({ permissions: ['calls.list'] });
    const { text } = await request(host.url).get('/calls').expect(200);
    for (const shown of ['22/11/26 14:05:09', 'Receptiva', '+55 83 99999-0001', '0:17', '3:30', '0:41', 'Atendida']) {
      assert.ok(text.includes(shown), shown);
    }
    assert.match(text, /Beatriz &lt;b&gt;Nunes/);
    assert.match(text, /data-testid="calls-count">1 ligação</);
    assert.match(text, /href="\/calls\/call-1"/);
  });

  it('ask for the last seven days of the operation’s zone when no day is given', async () => {
    await open({ permissions: ['calls.list'] });
    await request(host.url)
      .get('/calls')
      .expect(200)
      .expect(/name="from"[^>]*value="2026-11-17"/);
    const [filter] = asked;
    assert.equal(filter?.from, Date.parse('2026-11-17T03:00:00.000Z'));
    assert.equal(filter.to, Date.parse('2026-11-24T03:00:00.000Z'));
    assert.equal(filter.page, 1);
  });

  it('hand on every field of the filter and keep it in the form and in the pages’ addresses', async () => {
    total = 120;
    await open({ permissions: ['calls.list'], locale: 'en' });
    const query = { from: '2026-11-01', to: '2026-11-02', queue: '1', agent: '5', outcome: 'answered', q: ' Nunes ' };
    const { text } = await request(host.url)
      .get('/calls')
      .query({ ...query, page: 2 })
      .expect(200);
    assert.deepEqual(asked, [
      {
        from: Date.parse('2026-11-01T03:00:00.000Z'),
        to: Date.parse('2026-11-03T03:00:00.000Z'),
        queueId: 1,
        agentId: 5,
        outcome: 'answered',
        text: 'Nunes',
        page: 2,
        pageSize: 50,
      },
    ]);
    assert.match(text, /<option value="1" selected>Suporte/);
    assert.match(text, /<option value="5" selected>Ana Souza/);
    assert.match(text, /<option value="answered" selected>Answered/);
    assert.match(text, /outcome=answered&amp;q=Nunes&amp;page=3/);
  });

  it('refuse dates that are none, turned round or too far apart, and keep what was typed', async () => {
    await open({ permissions: ['calls.list'] });
    const refused = async (query: object, message: RegExp): Promise<void> => {
      const { text } = await request(host.url).get('/calls').query(query).expect(422);
      assert.match(text, message);
    };
    await refused({ from: '2026-02-31' }, /Informe uma data válida/);
    await refused(
      { from: '31/02/2026', q: 'Nunes' },
      /value="31\/02\/2026"[\s\S]*aria-invalid=true[\s\S]*value="Nunes"/,
    );
    await refused({ from: '2026-11-03', to: '2026-11-01' }, /A data final vem antes/);
    await refused({ from: '2026-01-01', to: '2026-11-01' }, /no máximo 92 dias/);
    await refused({ outcome: 'nonsense' }, /role="alert"/);
    assert.deepEqual(asked, []);
  });

  it('say so when no call matches', async () => {
    kept = [];
    await open({ permissions: ['calls.list'] });
    await request(host.url)
      .get('/calls?q=ninguem')
      .expect(200)
      .expect(/Nenhuma ligação com este filtro/);
  });

  it('name the outcome of what was not answered', async () => {
    kept = [
      aCall({ answeredAt: null, endCause: 'abandoned', talkedMs: 0 }),
      aCall({ callId: 'call-2', endCause: 'dropped', endedBy: 'system' }),
      aCall({ callId: 'call-3', direction: 'outbound', answeredAt: null, endCause: 'hung-up', endedBy: 'agent' }),
      aCall({ callId: 'call-4', state: 'talking', endedAt: null, endCause: null, endedBy: null }),
    ];
    await open({ permissions: ['calls.list'] });
    const { text } = await request(host.url).get('/calls');
    const outcomes = [...text.matchAll(/data-testid="call" data-outcome="([^"]+)"/g)].map((found) => found[1]);
    assert.deepEqual(outcomes, ['abandoned', 'dropped', 'cancelled', 'in-progress']);
  });

  it('show what happened in a call, in order and since its beginning', async () => {
    await open({ permissions: ['calls.list'] });
    const { text } = await request(host.url).get('/calls/call-1').expect(200);
    const types = [...text.matchAll(/<li data-type="([^"]+)"/g)].map((found) => found[1]);
    assert.deepEqual(types, ['started', 'offered', 'declined', 'answered', 'ended']);
    for (const shown of [
      '14:05:26',
      '+0:17',
      'Bruno Lima · não atendeu a tempo',
      'Encerrada por: Cliente · Atendida',
    ]) {
      assert.ok(text.includes(shown), shown);
    }
  });

  it('answer 404 for a call that is not there', async () => {
    await open({ permissions: ['calls.list'] });
    await request(host.url)
      .get('/calls/nowhere')
      .expect(404)
      .expect(/Esta ligação não existe/);
    await request(host.url)
      .get(`/calls/${'x'.repeat(65)}`)
      .expect(404);
  });

  it('have a monitoring page beside them, for who may monitor, and for a television', async () => {
    await open({ permissions: ['calls.list'] });
    await request(host.url).get('/monitoring').expect(403);
    await host[Symbol.asyncDispose]();
    await open({ permissions: ['monitoring'] });
    await request(host.url)
      .get('/monitoring')
      .expect(200)
      .expect(/data-testid="board" data-tv="false"/);
    await request(host.url)
      .get('/monitoring?tv=1')
      .expect(200)
      .expect(/data-tv="true"/);
  });
});
