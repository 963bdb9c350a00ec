import assert from 'node:assert/strict';
import { BoardStore, SILENCE_MS } from '../../src/client/board/board-store.js';
import { type BoardChange, type BoardSnapshot } from '../../src/shared/board.js';
import { aLink, anAgent, aQueue, T0 } from '../support/board-fixtures.js';

const aSnapshot = (over: Partial<BoardSnapshot> = {}): BoardSnapshot => ({
  seq: 10,
  at: T0,
  link: aLink(),
  agents: [anAgent({ agentId: 1 }), anAgent({ agentId: 2, name: 'Bruno Lima' })],
  queues: [aQueue()],
  ...over,
});
const aChange = (over: Partial<BoardChange> = {}): BoardChange => ({
  seq: 11,
  at: T0 + 1_000,
  link: aLink({ lastSeenAt: T0 + 1_000 }),
  agents: [],
  queues: [],
  ...over,
});

describe('board store', () => {
  let store: BoardStore;
  const status = (agentId: number): string | undefined =>
    store.agents.find((agent) => agent.agentId === agentId)?.status;

  beforeEach(() => {
    store = new BoardStore();
    store.setConnected(true);
  });

  it('knows nothing before the first snapshot', () => {
    assert.deepEqual(store.freshness(T0), { state: 'empty' });
    assert.equal(store.apply(aChange(), T0), 'gap');
    assert.deepEqual(store.agents, []);
  });

  it('takes the next change and replaces only whom it names', () => {
    store.replace(aSnapshot(), T0);
    const change = aChange({ agents: [anAgent({ status: 'talking', version: 2 })], queues: [aQueue({ waiting: 3 })] });
    assert.equal(store.apply(change, T0 + 1_000), 'applied');
    assert.equal(status(1), 'talking');
    assert.equal(status(2), 'available');
    assert.equal(store.queues[0]?.waiting, 3);
    assert.equal(store.queueName(1), 'Suporte');
  });

  it('drops a change it has had', () => {
    store.replace(aSnapshot({ seq: 11 }), T0);
    assert.equal(store.apply(aChange({ agents: [anAgent({ status: 'paused', version: 9 })] }), T0), 'stale');
    assert.equal(status(1), 'available');
  });

  it('finds a gap, changes nothing, and heals with the next snapshot', () => {
    store.replace(aSnapshot(), T0);
    assert.equal(store.apply(aChange({ seq: 12, agents: [anAgent({ status: 'talking', version: 3 })] }), T0), 'gap');
    assert.equal(status(1), 'available');
    store.replace(aSnapshot({ seq: 12, agents: [anAgent({ status: 'talking', version: 3 })] }), T0);
    assert.equal(status(1), 'talking');
    assert.equal(status(2), undefined, 'who is not in the snapshot is gone');
    assert.equal(store.apply(aChange({ seq: 13 }), T0), 'applied');
  });

  it('keeps frames that overtake the snapshot, and applies those that follow it', () => {
    assert.equal(store.apply(aChange({ seq: 10 }), T0), 'gap');
    store.apply(aChange({ seq: 11, agents: [anAgent({ status: 'offered', version: 2 })] }), T0);
    store.apply(aChange({ seq: 12, agents: [anAgent({ status: 'talking', version: 3 })] }), T0);
    store.replace(aSnapshot({ seq: 10 }), T0);
    assert.equal(status(1), 'talking');
    assert.equal(store.apply(aChange({ seq: 13 }), T0), 'applied');
  });

  it('forgets what came early when the connection is another one', () => {
    store.apply(aChange({ seq: 11, agents: [anAgent({ status: 'paused', version: 2 })] }), T0);
    store.setConnected(false);
    store.setConnected(true);
    store.replace(aSnapshot({ seq: 10 }), T0);
    assert.equal(status(1), 'available');
  });

  it('believes a new server whose sequence begins anew', () => {
    store.replace(aSnapshot({ seq: 900 }), T0);
    store.replace(aSnapshot({ seq: 0, agents: [anAgent({ status: 'paused' })] }), T0);
    assert.equal(status(1), 'paused');
    assert.equal(store.apply(aChange({ seq: 1 }), T0), 'applied');
  });

  it('does not let a frame take an agent back behind the snapshot', () => {
    store.replace(aSnapshot({ agents: [anAgent({ status: 'talking', version: 5 })] }), T0);
    store.apply(aChange({ agents: [anAgent({ status: 'offered', version: 4 })] }), T0);
    assert.equal(status(1), 'talking');
  });

  it('tells the server’s time on a page whose clock is wrong, by the frame that was on its way the shortest', () => {
    const pageClock = T0 - 3_600_000;
    store.replace(aSnapshot({ at: T0 }), pageClock + 400);
    store.apply(aChange({ seq: 11, at: T0 + 1_000 }), pageClock + 1_020);
    store.apply(aChange({ seq: 12, at: T0 + 2_000 }), pageClock + 2_900);
    assert.equal(store.serverNow(pageClock + 3_000), T0 + 2_980);
  });

  it('follows a clock that was set, within eight frames', () => {
    store.replace(aSnapshot(), T0 - 60_000);
    for (let i = 1; i <= 8; i += 1) store.apply(aChange({ seq: 10 + i, at: T0 + i * 5_000 }), T0 + i * 5_000);
    assert.equal(store.serverNow(T0 + 41_000), T0 + 41_000);
  });

  it('is as old as the last sign of life of the exchange, not as the frame', () => {
    store.replace(aSnapshot({ at: T0, link: aLink({ lastSeenAt: T0 - 4_000 }) }), T0);
    assert.deepEqual(store.freshness(T0 + 500), { state: 'live', goodAt: T0 - 4_000, ageMs: 4_500 });
  });

  it('is stale while the exchange is gone, since it went, with the time of the last good state', () => {
    store.replace(aSnapshot(), T0);
    const link = aLink({ connected: false, since: T0 + 3_000, lastSeenAt: T0 + 2_000 });
    store.apply(aChange({ at: T0 + 3_000, link }), T0 + 3_000);
    store.apply(aChange({ seq: 12, at: T0 + 8_000, link }), T0 + 8_000);
    const { lostAt, goodAt } = { lostAt: T0 + 3_000, goodAt: T0 + 2_000 };
    const freshness = store.freshness(T0 + 9_000);
    assert.deepEqual(freshness, { state: 'stale', why: 'link', goodAt, ageMs: 7_000, lostAt });
    assert.equal(store.shownNow(T0 + 9_000), goodAt, 'durations stand still with the data');
  });

  it('is stale from the first snapshot on when the exchange was never there', () => {
    store.replace(aSnapshot({ link: aLink({ connected: false, since: T0 - 9_000, lastSeenAt: null }) }), T0);
    const lostAt = T0 - 9_000;
    assert.deepEqual(store.freshness(T0), { state: 'stale', why: 'link', goodAt: lostAt, ageMs: 9_000, lostAt });
  });

  it('is stale as soon as the socket is gone, and live again with the next snapshot', () => {
    store.replace(aSnapshot(), T0);
    store.setConnected(false);
    const freshness = store.freshness(T0 + 100);
    assert.deepEqual(freshness, { state: 'stale', why: 'socket', goodAt: T0, ageMs: 100, lostAt: T0 });
    store.setConnected(true);
    store.replace(aSnapshot({ seq: 0, at: T0 + 5_000, link: aLink({ lastSeenAt: T0 + 5_000 }) }), T0 + 5_000);
    assert.equal(store.freshness(T0 + 5_000).state, 'live');
  });

  it('is stale when frames stop although the socket says it is well', () => {
    store.replace(aSnapshot(), T0);
    assert.equal(store.freshness(T0 + SILENCE_MS).state, 'live');
    assert.equal(store.freshness(T0 + SILENCE_MS + 1).state, 'stale');
    store.apply(aChange({ at: T0 + 20_000, link: aLink({ lastSeenAt: T0 + 20_000 }) }), T0 + 20_000);
    assert.equal(store.freshness(T0 + 20_000).state, 'live');
  });
});
