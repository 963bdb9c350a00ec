import assert from 'node:assert/strict';
import { BoardFeed, type BoardSource } from '../../src/modules/monitoring/board-feed.service.js';
import { type AgentSnapshot } from '../../src/shared/agent-state.js';
import { type BoardChange, type LinkSnapshot, type QueueSnapshot } from '../../src/shared/board.js';
import { aLink, anAgent, aQueue, ManualTime, T0 } from '../support/board-fixtures.js';

class FakeCentre implements BoardSource {
  agentList: AgentSnapshot[] = [anAgent({ agentId: 1 }), anAgent({ agentId: 2 })];
  queueList: QueueSnapshot[] = [aQueue()];
  linkNow: LinkSnapshot = aLink();
  readsOfAll = 0;
  readonly listeners = new Set<Parameters<BoardSource['onChanged']>[0]>();

  agents(): readonly AgentSnapshot[] {
    this.readsOfAll += 1;
    return this.agentList;
  }
  queues(): readonly QueueSnapshot[] {
    this.readsOfAll += 1;
    return this.queueList;
  }
  link(): LinkSnapshot {
    return this.linkNow;
  }
  onChanged(listener: Parameters<BoardSource['onChanged']>[0]): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  say(change: { agents?: AgentSnapshot[]; queues?: QueueSnapshot[]; link?: boolean }): void {
    for (const listener of this.listeners) {
      listener({ agents: change.agents ?? [], queues: change.queues ?? [], link: change.link ?? false });
    }
  }
}

describe('board feed', () => {
  let time: ManualTime;
  let centre: FakeCentre;
  let feed: BoardFeed;
  let frames: BoardChange[];
  let errors: unknown[];

  beforeEach(() => {
    time = new ManualTime();
    centre = new FakeCentre();
    errors = [];
    feed = new BoardFeed({
      source: centre,
      now: time.now,
      schedule: time.schedule,
      logError: (error) => errors.push(error),
    });
    frames = [];
    feed.onFrame((frame) => frames.push(frame));
    feed.start();
  });
  afterEach(() => {
    feed[Symbol.dispose]();
    assert.equal(time.pending, 0, 'no timer outlives the feed');
    assert.deepEqual(errors, []);
  });

  it('sends the first change at once', () => {
    const agent = anAgent({ status: 'talking', version: 2 });
    centre.say({ agents: [agent] });
    assert.deepEqual(frames, [{ seq: 1, at: T0, link: centre.linkNow, agents: [agent], queues: [] }]);
  });

  it('puts what comes within a quarter of a second into one frame, the last state of each', () => {
    centre.say({ agents: [anAgent({ version: 2 })] });
    time.advance(10);
    centre.say({ agents: [anAgent({ version: 3 })] });
    centre.say({ agents: [anAgent({ agentId: 2, version: 5 })], queues: [aQueue({ waiting: 1 })] });
    time.advance(100);
    centre.say({ agents: [anAgent({ version: 4 })], queues: [aQueue({ waiting: 2 })] });
    assert.equal(frames.length, 1);
    time.advance(139);
    assert.equal(frames.length, 1, 'not before 250 ms');
    time.advance(1);
    assert.equal(frames.length, 2);
    assert.deepEqual(
      frames[1]?.agents.map(({ agentId, version }) => [agentId, version]),
      [
        [1, 4],
        [2, 5],
      ],
    );
    assert.deepEqual(
      frames[1].queues.map(({ waiting }) => waiting),
      [2],
    );
  });

  it('sends at most four frames a second under a steady storm, and ends with the last state', () => {
    for (let i = 0; i < 999; i += 1) {
      centre.say({ agents: [anAgent({ version: i + 2 })] });
      time.advance(1);
    }
    assert.equal(frames.length, 4);
    time.advance(250);
    assert.equal(frames.at(-1)?.agents[0]?.version, 1000);
    for (const [i, frame] of frames.entries()) {
      assert.equal(frame.seq, i + 1);
      if (i > 0) assert.ok(frame.at - frames[i - 1]!.at >= 250);
    }
  });

  it('never reads the whole board for a frame', () => {
    centre.say({ agents: [anAgent({ version: 2 })] });
    time.advance(20_000);
    assert.equal(centre.readsOfAll, 0);
  });

  it('says nothing when nothing changed, but for a heartbeat each five seconds', () => {
    centre.say({});
    time.advance(4_999);
    assert.equal(frames.length, 0);
    time.advance(1);
    assert.deepEqual(frames, [{ seq: 1, at: T0 + 5_000, link: centre.linkNow, agents: [], queues: [] }]);
    time.advance(10_000);
    assert.equal(frames.length, 3);
  });

  it('counts the five seconds from the last frame, whatever it carried', () => {
    time.advance(3_000);
    centre.say({ queues: [aQueue({ waiting: 1 })] });
    time.advance(4_999);
    assert.equal(frames.length, 1);
    time.advance(1);
    assert.equal(frames.length, 2);
  });

  it('tells at once that the link went down, and leaves signs of life to the heartbeat', () => {
    centre.linkNow = aLink({ lastSeenAt: T0 + 900 });
    centre.say({ link: true });
    assert.equal(frames.length, 0);
    centre.linkNow = aLink({ connected: false, since: T0 + 1_000, lastSeenAt: T0 + 900 });
    centre.say({ link: true });
    assert.equal(frames.length, 1);
    assert.equal(frames[0]?.link.connected, false);
    centre.say({ link: true });
    time.advance(1_000);
    assert.equal(frames.length, 1, 'the same link again is no news');
  });

  it('gives a snapshot whose sequence the next frame continues', () => {
    centre.say({ agents: [anAgent({ version: 2 })] });
    centre.agentList = [anAgent({ version: 3 }), anAgent({ agentId: 2 })];
    centre.say({ agents: [anAgent({ version: 3 })] });
    const snapshot = feed.snapshot();
    assert.equal(snapshot.seq, 1);
    assert.equal(snapshot.at, T0);
    assert.equal(snapshot.agents[0]?.version, 3);
    time.advance(250);
    assert.equal(frames[1]?.seq, snapshot.seq + 1);
  });

  it('keeps telling the others when one listener throws', () => {
    const broken = new Error('a page that cannot be written to');
    const others: number[] = [];
    feed.onFrame(() => {
      throw broken;
    });
    const stop = feed.onFrame(({ seq }) => others.push(seq));
    centre.say({ agents: [anAgent()] });
    stop();
    time.advance(250);
    centre.say({ agents: [anAgent()] });
    assert.deepEqual(others, [1]);
    assert.deepEqual(errors.splice(0), [broken, broken]);
    assert.equal(frames.length, 2);
  });

  it('is silent after it was put away', () => {
    centre.say({ agents: [anAgent()] });
    centre.say({ agents: [anAgent({ version: 2 })] });
    feed[Symbol.dispose]();
    centre.say({ agents: [anAgent({ version: 3 })] });
    time.advance(10_000);
    assert.equal(frames.length, 1);
    assert.equal(centre.listeners.size, 0);
  });
});
