import { createTask } from 'node-cron';
import { type LeaseRepository } from '../../platform/db/lease.js';
import { type RecordingFiles, type RecordingRepository, type RecordingSettingsRepository } from './recording.port.js';

export interface RetentionJobDeps {
  readonly repository: Pick<RecordingRepository, 'listExpired' | 'markDeleted'>;
  readonly settings: Pick<RecordingSettingsRepository, 'load'>;
  readonly files: Pick<RecordingFiles, 'remove'>;
  readonly leases: Pick<LeaseRepository, 'acquire' | 'release'>;
  /** Names this process in the lease. */
  readonly processId: string;
  readonly now: () => Date;
  readonly log: {
    info(context: object, message: string): void;
    error(context: object, message: string): void;
  };
  /** Runs something again and again; returns its own undo. */
  readonly schedule: (run: () => Promise<void>) => () => void;
  /** How many are removed in one run at most: a run must not take hours. */
  readonly perRun?: number;
}

const LEASE = 'recording-retention';
/** Longer than a run takes, and shorter than the time between two. */
const LEASE_MS = 10 * 60_000;
const PER_RUN = 1000;
const CHUNK = 100;
const DAY_MS = 86_400_000;

/**
 * Removes recordings whose time is over, in one process of all. First the file, then the row is marked: whoever was
 * interrupted between the two finds the row again, and a file that is gone already is no error. Those of a call whose
 * attendance is open stay until it is finished.
 */
export class RetentionJob {
  readonly #deps: RetentionJobDeps;
  #unschedule: (() => void) | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(deps: RetentionJobDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#unschedule = this.#deps.schedule(async () => {
      await this.run();
    });
  }

  /** Waits for the recording that is being removed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unschedule?.();
    this.#unschedule = null;
    await this.#running;
  }

  /** Removes what is due, up to the limit of a run; settles with how many. Never rejects. */
  run(): Promise<number> {
    const run = this.#run().catch((error: unknown) => {
      this.#deps.log.error({ err: error }, 'recordings whose time is over could not be removed');
      return 0;
    });
    this.#running = run;
    return run;
  }

  async #run(): Promise<number> {
    const { leases, processId, now, log } = this.#deps;
    if (!(await leases.acquire(LEASE, processId, LEASE_MS, now()))) return 0;
    try {
      const removed = await this.#removeDue();
      if (removed > 0) log.info({ removed }, 'recordings whose time is over were removed');
      return removed;
    } finally {
      await leases.release(LEASE, processId);
    }
  }

  async #removeDue(): Promise<number> {
    const { repository, settings, files, now, perRun = PER_RUN } = this.#deps;
    const { keepDays } = await settings.load();
    const before = now().getTime() - keepDays * DAY_MS;
    let removed = 0;
    while (removed < perRun && !this.#stopped) {
      const due = await repository.listExpired(before, Math.min(CHUNK, perRun - removed));
      if (due.length === 0) break;
      for (const recording of due) {
        if (this.#isStopped()) break;
        await files.remove(recording.file);
        await repository.markDeleted(recording, now().getTime(), 'retention');
        removed += 1;
      }
    }
    return removed;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}

/** Every hour, at minute 17: removing is no matter of minutes. In UTC, whose hours never repeat. */
export function hourly(log: RetentionJobDeps['log']): RetentionJobDeps['schedule'] {
  return (run) => {
    const task = createTask('17 * * * *', run, {
      name: 'recording-retention',
      timezone: 'UTC',
      noOverlap: true,
      suppressMissedWarning: true,
      logger: {
        info: () => undefined,
        warn: () => undefined,
        error: (error, cause) => {
          log.error({ err: cause ?? error }, 'node-cron reports an error');
        },
        debug: () => undefined,
      },
    });
    void task.start();
    return () => {
      void task.destroy();
    };
  };
}
