import { createTask } from 'node-cron';
import { type LeaseRepository } from '../../platform/db/lease.js';
import { type CallbackLog } from './callback-follower.service.js';
import { type Callbacks } from './callback.service.js';

/** Something that runs again and again until it is stopped. */
export interface Ticking {
  stop(): void;
}
export type Schedule = (run: () => Promise<void>) => Ticking;

export interface CallbackJobDeps {
  readonly callbacks: Pick<Callbacks, 'tick' | 'recover'>;
  readonly leases: Pick<LeaseRepository, 'acquire' | 'release'>;
  /** Names this process in the lease. */
  readonly processId: string;
  readonly now: () => Date;
  readonly log: CallbackLog;
  /** Tick every few seconds. The first is used until it stalls, then the next, and the last for good. */
  readonly schedules: readonly [Schedule, ...Schedule[]];
  /** Runs `check` every so many milliseconds, by other means than the schedules. Returns its own undo. */
  readonly every: (milliseconds: number, check: () => void) => () => void;
}

const LEASE = 'callbacks';
const LEASE_MS = 15_000;
const LEASE_RENEW_MS = 5000;
const TICK_MS = 2000;
const WATCH_MS = 5000;
/** A tick takes milliseconds and comes every two seconds: after this long without one, ticking has stopped. */
const STALLED_MS = 20_000;

/**
 * Ticks the callbacks, in one process of all: the one that has the lease. A second clock watches the first, since schedulers
 * have been seen to stop (at a change of the clocks, or behind a tick that never ended) without saying so. One that stalls
 * is not trusted again, for what stalled it may last an hour.
 */
export class CallbackJob {
  readonly #deps: CallbackJobDeps;
  #ticking: Ticking | null = null;
  #unwatch: (() => void) | null = null;
  #stalls = 0;
  #rounds = new Set<Promise<void>>();
  #finishedAt = 0;
  /** Until when the lease is known to be ours; null when it is not. */
  #leasedUntil: number | null = null;

  constructor(deps: CallbackJobDeps) {
    this.#deps = deps;
  }

  /** Begins to tick; once it does, it goes on until `stop`. */
  start(): void {
    if (this.#unwatch !== null) return;
    this.#begin();
    this.#unwatch = this.#deps.every(WATCH_MS, () => {
      this.#watch();
    });
  }

  /** Stops ticking, waits for the tick that runs, and gives the lease to others. */
  async stop(): Promise<void> {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#ticking?.stop();
    this.#ticking = null;
    await Promise.all(this.#rounds);
    if (this.#leasedUntil === null) return;
    this.#leasedUntil = null;
    await this.#deps.leases.release(LEASE, this.#deps.processId);
  }

  #begin(): void {
    this.#finishedAt = this.#now();
    const { schedules } = this.#deps;
    const schedule = schedules[Math.min(this.#stalls, schedules.length - 1)] ?? schedules[0];
    this.#ticking = schedule(() => this.#run());
  }

  #run(): Promise<void> {
    const round = this.#round()
      .catch((error: unknown) => {
        this.#deps.log.error({ err: error }, 'a tick of the callbacks failed');
      })
      .then(() => {
        this.#finishedAt = this.#now();
        this.#rounds.delete(round);
      });
    this.#rounds.add(round);
    return round;
  }

  async #round(): Promise<void> {
    const { callbacks, leases, processId, now } = this.#deps;
    const isNew = this.#leasedUntil === null;
    if (this.#leasedUntil === null || this.#leasedUntil - this.#now() < LEASE_MS - LEASE_RENEW_MS) {
      const until = this.#now() + LEASE_MS;
      this.#leasedUntil = (await leases.acquire(LEASE, processId, LEASE_MS, now())) ? until : null;
    }
    if (this.#leasedUntil === null) return;
    if (isNew) await this.#takeOver();
    await callbacks.tick();
  }

  /** Whoever ticked before may be dead, with calls under way. */
  async #takeOver(): Promise<void> {
    try {
      await this.#deps.callbacks.recover();
    } catch (error) {
      this.#leasedUntil = null;
      throw error;
    }
  }

  #watch(): void {
    const silence = this.#now() - this.#finishedAt;
    // Negative: the machine's clock was put back, and a scheduler may be waiting for the old time to come again.
    if (silence >= 0 && silence <= STALLED_MS) return;
    this.#stalls += 1;
    this.#deps.log.error(
      { silenceMs: silence, stalls: this.#stalls },
      'the callbacks stopped ticking; they are started again',
    );
    this.#ticking?.stop();
    this.#begin();
  }

  #now(): number {
    return this.#deps.now().getTime();
  }
}

/**
 * Every two seconds by node-cron. Seen in 4.6, whose arithmetic is on the wall clock:
 * - in a task's zone with daylight saving it sleeps through the whole repeated hour of autumn, hence UTC, although the
 *   expression names no hour;
 * - where the process's own zone has it, UTC does not help: in that hour it takes now for an hour ago and spins without
 *   ever firing. Run the process with `TZ=UTC`; and have another schedule behind this one.
 */
export function cronSchedule(log: CallbackLog): Schedule {
  return (run) => {
    const task = createTask('*/2 * * * * *', run, {
      name: 'callbacks',
      timezone: 'UTC',
      noOverlap: true,
      // A busy machine misses beats; the watch tells when it matters.
      suppressMissedWarning: true,
      logger: {
        info: (message) => {
          log.info({}, message);
        },
        warn: (message) => {
          log.warn({}, message);
        },
        error: (error, cause) => {
          log.error({ err: cause ?? error }, 'node-cron reports an error');
        },
        debug: () => undefined,
      },
    });
    void task.start();
    return {
      stop: () => {
        void task.destroy();
      },
    };
  };
}

/** Every two seconds by a plain timer: no calendar, nothing to get wrong. Passes over beats while a tick runs. */
export function plainSchedule(every: CallbackJobDeps['every']): Schedule {
  return (run) => {
    let isRunning = false;
    const stop = every(TICK_MS, () => {
      if (isRunning) return;
      isRunning = true;
      void run().finally(() => {
        isRunning = false;
      });
    });
    return { stop };
  };
}
