import assert from 'node:assert/strict';
import { Backoff } from '../../../src/client/softphone/backoff.js';
import {
  ConnectionKeeper,
  type KeeperState,
  type Lost,
  sleep,
} from '../../../src/client/softphone/connection-keeper.js';

/** A connection that is made, refused and lost by hand. */
class Rig {
  readonly states: string[] = [];
  readonly waits: number[] = [];
  tries = 0;
  refuse = false;
  #wake: () => void = () => undefined;
  #lose: (how: Lost) => void = () => undefined;
  readonly keeper = new ConnectionKeeper({
    establish: () => {
      this.tries += 1;
      if (this.refuse) return Promise.reject(new Error('refused'));
      return Promise.resolve({ ended: new Promise<Lost>((resolve) => (this.#lose = resolve)) });
    },
    backoff: new Backoff({ baseMs: 100, capMs: 1000, random: () => 0.999 }),
    wait: (ms, signal) => {
      this.waits.push(ms);
      return new Promise((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
    onChanged: (state: KeeperState) => this.states.push(state.status),
  });

  async waitOver(): Promise<void> {
    this.#wake();
    await settled();
  }

  async lose(how: Lost): Promise<void> {
    this.#lose(how);
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('connection keeper', () => {
  it('tries for ever, waiting longer up to the limit, until it succeeds', async () => {
    const rig = new Rig();
    rig.refuse = true;
    rig.keeper.start();
    await settled();
    for (let round = 0; round < 7; round += 1) await rig.waitOver();
    assert.deepEqual(rig.waits, [100, 200, 400, 799, 999, 999, 999, 999]);
    rig.refuse = false;
    await rig.waitOver();
    assert.equal(rig.states.at(-1), 'connected');
  });

  it('waits short again after a success', async () => {
    const rig = new Rig();
    rig.refuse = true;
    rig.keeper.start();
    await settled();
    await rig.waitOver();
    rig.refuse = false;
    await rig.waitOver();
    await rig.lose('lost');
    assert.deepEqual(rig.waits, [100, 200, 100]);
  });

  it('renews without a wait', async () => {
    const rig = new Rig();
    rig.keeper.start();
    await settled();
    await rig.lose('renew');
    assert.equal(rig.tries, 2);
    assert.deepEqual(rig.waits, []);
  });

  it('is woken from its wait', async () => {
    const rig = new Rig();
    rig.refuse = true;
    rig.keeper.start();
    await settled();
    rig.refuse = false;
    rig.keeper.nudge();
    await settled();
    assert.equal(rig.states.at(-1), 'connected');
  });

  it('does nothing more, and says nothing more, once stopped', async () => {
    const rig = new Rig();
    rig.refuse = true;
    rig.keeper.start();
    await settled();
    rig.keeper.stop();
    await settled();
    assert.equal(rig.tries, 1);
    assert.deepEqual(rig.states, ['connecting', 'waiting', 'stopped']);
  });

  it('can be started again, once', async () => {
    const rig = new Rig();
    rig.keeper.start();
    await settled();
    rig.keeper.stop();
    rig.keeper.start();
    rig.keeper.start();
    await settled();
    assert.equal(rig.tries, 2);
    assert.equal(rig.states.at(-1), 'connected');
  });
});

describe('backoff', () => {
  it('stays between nothing and its bound', () => {
    const least = new Backoff({ baseMs: 500, capMs: 10_000, random: () => 0 });
    assert.deepEqual([least.next(), least.next()], [0, 0]);
    const most = new Backoff({ baseMs: 500, capMs: 10_000, random: () => 0.9999 });
    for (let failure = 0; failure < 200; failure += 1) assert.ok(most.next() <= 10_000);
    assert.equal(most.failures, 200);
  });
});

describe('sleep', () => {
  it('ends at once when the signal was raised before', async () => {
    await sleep(60_000, AbortSignal.abort());
  });
  it('ends when the signal is raised', async () => {
    const wake = new AbortController();
    const slept = sleep(60_000, wake.signal);
    wake.abort();
    await slept;
  });
});
