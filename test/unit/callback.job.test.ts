import assert from 'node:assert/strict';
import {
  CallbackJob,
  cronSchedule,
  plainSchedule,
  type CallbackJobDeps,
  type Schedule,
} from '../../src/modules/callbacks/callback.job.js';
import { FakeClock } from '../support/fake-clock.js';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A job with every clock in the test's hands. */
class Bench {
  readonly did: string[] = [];
  readonly errors: string[] = [];
  /** Which schedulers were started. */
  readonly schedules: string[] = [];
  /** Who has the lease. */
  holder: string | null = null;
  now = 1_000_000;
  work: () => Promise<void> = () => Promise.resolve();
  recovery: () => Promise<void> = () => Promise.resolve();
  readonly job: CallbackJob;
  readonly #running = new Map<number, () => Promise<void>>();
  #check: (() => void) | null = null;

  constructor() {
    this.job = new CallbackJob({
      callbacks: {
        tick: () => {
          this.did.push('tick');
          return this.work();
        },
        recover: () => {
          this.did.push('recover');
          return this.recovery();
        },
      },
      leases: {
        acquire: (_name, owner) => {
          this.did.push('acquire');
          this.holder ??= owner;
          return Promise.resolve(this.holder === owner);
        },
        release: (_name, owner) => {
          if (this.holder === owner) this.holder = null;
          return Promise.resolve();
        },
      },
      processId: 'p1',
      now: () => new Date(this.now),
      log: { ...LOG, error: (_context, message) => this.errors.push(message) },
      schedules: [this.#schedule('cron'), this.#schedule('plain')],
      every: (_milliseconds, check) => {
        this.#check = check;
        return () => (this.#check = null);
      },
    });
  }

  #schedule(name: string): Schedule {
    return (run) => {
      const id = this.schedules.push(name);
      this.#running.set(id, run);
      return { stop: () => this.#running.delete(id) };
    };
  }

  /** What the scheduler does every two seconds, while it works. */
  async beat(): Promise<void> {
    await Promise.all([...this.#running.values()].map((run) => run()));
  }

  /** Passes time on the second clock. */
  watch(milliseconds: number): void {
    this.now += milliseconds;
    this.#check?.();
  }
}

describe('callback job', () => {
  it('recovers once when it begins, and ticks from then on', async () => {
    const test = new Bench();
    test.job.start();
    test.job.start();
    await test.beat();
    await test.beat();
    assert.deepEqual(test.did, ['acquire', 'recover', 'tick', 'tick']);
    assert.deepEqual(test.schedules, ['cron']);
  });

  it('renews its lease in good time', async () => {
    const test = new Bench();
    test.job.start();
    await test.beat();
    test.now += 6000;
    await test.beat();
    assert.deepEqual(test.did, ['acquire', 'recover', 'tick', 'acquire', 'tick']);
  });

  it('leaves the ticking to another that has the lease, and recovers when it falls to it', async () => {
    const test = new Bench();
    test.holder = 'p2';
    test.job.start();
    await test.beat();
    await test.beat();
    assert.deepEqual(test.did, ['acquire', 'acquire']);
    test.holder = null;
    await test.beat();
    assert.deepEqual(test.did.slice(2), ['acquire', 'recover', 'tick']);
  });

  it('stops ticking when the lease was lost', async () => {
    const test = new Bench();
    test.job.start();
    await test.beat();
    test.holder = 'p2';
    test.now += 20_000;
    await test.beat();
    assert.deepEqual(test.did, ['acquire', 'recover', 'tick', 'acquire']);
  });

  it('recovers again when the recovery failed', async () => {
    const test = new Bench();
    test.recovery = () => Promise.reject(new Error('no database'));
    test.job.start();
    await test.beat();
    assert.deepEqual(test.errors.splice(0), ['a tick of the callbacks failed']);
    test.recovery = () => Promise.resolve();
    await test.beat();
    assert.deepEqual(test.did, ['acquire', 'recover', 'acquire', 'recover', 'tick']);
  });

  it('goes on after a tick that failed', async () => {
    const test = new Bench();
    test.work = () => Promise.reject(new Error('no database'));
    test.job.start();
    await test.beat();
    test.work = () => Promise.resolve();
    await test.beat();
    assert.deepEqual(test.errors, ['a tick of the callbacks failed']);
    assert.equal(test.did.filter((what) => what === 'tick').length, 2);
  });

  it('waits for the tick that runs and gives the lease up when it is stopped', async () => {
    const test = new Bench();
    let finish = (): void => undefined;
    test.work = () => new Promise((resolve) => (finish = resolve));
    test.job.start();
    const beat = test.beat();
    let isStopped = false;
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = test.job.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isStopped, false);
    assert.equal(test.holder, 'p1');
    finish();
    await Promise.all([beat, stopped]);
    assert.equal(test.holder, null);
    await test.beat();
    assert.equal(test.did.filter((what) => what === 'tick').length, 1, 'nothing ticks after the stop');
  });

  describe('its watch', () => {
    it('leaves a scheduler alone that ticks', async () => {
      const test = new Bench();
      test.job.start();
      for (let beat = 0; beat < 30; beat += 1) {
        await test.beat();
        test.watch(5000);
      }
      assert.deepEqual(test.schedules, ['cron']);
      assert.deepEqual(test.errors, []);
    });

    it('says so and starts again when nothing has ticked for twenty seconds', async () => {
      const test = new Bench();
      test.job.start();
      await test.beat();
      for (let n = 0; n < 5; n += 1) test.watch(5000);
      assert.deepEqual(test.errors, ['the callbacks stopped ticking; they are started again']);
      assert.deepEqual(test.schedules, ['cron', 'plain']);
      await test.beat();
      assert.equal(
        test.did.filter((what) => what === 'tick').length,
        2,
        'the old scheduler is gone, the new one ticks',
      );
    });

    it('stays with the last scheduler when that one stalls too', () => {
      const test = new Bench();
      test.job.start();
      for (let n = 0; n < 10; n += 1) test.watch(5000);
      assert.deepEqual(test.schedules, ['cron', 'plain', 'plain']);
    });

    it('does so too when a tick never ends', async () => {
      const test = new Bench();
      test.work = () => new Promise(() => undefined);
      test.job.start();
      void test.beat();
      await new Promise((resolve) => setImmediate(resolve));
      for (let n = 0; n < 5; n += 1) test.watch(5000);
      test.work = () => Promise.resolve();
      await test.beat();
      assert.deepEqual(test.schedules, ['cron', 'plain']);
      assert.equal(test.did.filter((what) => what === 'tick').length, 2);
    });

    it('does so when the clock was put back', () => {
      const test = new Bench();
      test.job.start();
      test.watch(-3_600_000);
      assert.deepEqual(test.schedules, ['cron', 'plain']);
    });
  });
});

describe('the schedules of the callbacks', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const CHANGES = [
    ['the doubled hour of autumn', '2026-11-01T05:59:00Z'],
    ['the skipped hour of spring', '2026-03-08T06:59:00Z'],
    ['an ordinary minute', '2026-11-25T17:00:00Z'],
  ] as const;

  for (const [what, from] of CHANGES) {
    it(`node-cron in a process in UTC fires every two seconds through ${what}`, async () => {
      process.env['TZ'] = 'UTC';
      using clock = new FakeClock(Date.parse(from));
      let fired = 0;
      const ticking = cronSchedule(LOG)(() => {
        fired += 1;
        return Promise.resolve();
      });
      await clock.pass(3 * 60_000);
      ticking.stop();
      assert.equal(fired, 90);
      await clock.pass(10_000);
      assert.equal(fired, 90, 'stopped is stopped');
    });

    it(`the job in a process in a zone with daylight saving ticks on through ${what}`, async () => {
      process.env['TZ'] = 'America/New_York';
      using clock = new FakeClock(Date.parse(from));
      const every: CallbackJobDeps['every'] = (milliseconds, check) => clock.every(milliseconds, check);
      const ticks: number[] = [Date.now()];
      const job = new CallbackJob({
        callbacks: {
          tick: () => {
            ticks.push(Date.now());
            return Promise.resolve();
          },
          recover: () => Promise.resolve(),
        },
        leases: { acquire: () => Promise.resolve(true), release: () => Promise.resolve() },
        processId: 'p1',
        now: () => new Date(),
        log: LOG,
        schedules: [cronSchedule(LOG), plainSchedule(every)],
        every,
      });
      job.start();
      await clock.pass(3 * 60_000);
      ticks.push(Date.now());
      await job.stop();
      const longest = Math.max(...ticks.slice(1).map((at, n) => at - (ticks[n] ?? at)));
      assert.ok(longest <= 30_000, `${String(longest)} ms without a tick`);
    });
  }
});
