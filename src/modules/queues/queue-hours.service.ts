import { type Schedule } from '../../platform/schedule.js';
import { datesAround, isOpen, openStateOf, type OpeningHours } from './opening-hours.domain.js';

/** What decides whether a queue takes calls. */
export interface HoursOfQueue {
  readonly exchangeName: string;
  readonly hours: OpeningHours;
  readonly followsHolidays: boolean;
}

export interface QueueHoursDeps {
  readonly listHours: () => Promise<readonly HoursOfQueue[]>;
  readonly holidays: { datesBetween(from: string, until: string): Promise<ReadonlySet<string>> };
  readonly timeZone: string;
  readonly now: () => Date;
  readonly schedule: Schedule;
  readonly logError: (error: unknown, context: object) => void;
}

/** What another process, or a hand in the database, changed is in force after this long at the latest. */
const REFRESH_MS = 30_000;
const NO_HOLIDAYS: ReadonlySet<string> = new Set();

/**
 * The hours of all queues, in memory, for an exchange that asks in the middle of its signalling. Read again when somebody
 * saves queues or holidays, and every 30 seconds. What could not be read again stays as it was read last.
 */
export class QueueHours {
  readonly #deps: QueueHoursDeps;
  #queues: ReadonlyMap<string, HoursOfQueue> = new Map();
  #holidays: ReadonlySet<string> = NO_HOLIDAYS;
  /** One reading after another, so that an older one never replaces a newer. */
  #reading: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(deps: QueueHoursDeps) {
    this.#deps = deps;
  }

  /** Settles when the hours were read once, or could not be. */
  async start(): Promise<void> {
    await this.refresh();
    if (!this.#stopped) this.#cancel = this.#deps.schedule(() => void this.start(), REFRESH_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#reading;
  }

  /** Never rejects: what was saved is saved, and is read again soon. */
  refresh(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  /**
   * Whether a queue takes calls now; of a closed one when it opens next (epoch milliseconds), null when that is more than a
   * month away. A queue that is not known is open.
   */
  openingOf(
    exchangeName: string,
  ): { readonly isOpen: true } | { readonly isOpen: false; readonly opensAt: number | null } {
    const queue = this.#queues.get(exchangeName);
    if (queue === undefined) return { isOpen: true };
    const { timeZone } = this.#deps;
    const at = this.#deps.now().getTime();
    const holidays = queue.followsHolidays ? this.#holidays : NO_HOLIDAYS;
    if (isOpen(queue.hours, holidays, at, timeZone)) return { isOpen: true };
    return { isOpen: false, opensAt: openStateOf(queue.hours, holidays, at, timeZone).until };
  }

  async #read(): Promise<void> {
    const { timeZone } = this.#deps;
    const { from, until } = datesAround(this.#deps.now().getTime(), timeZone);
    try {
      const [queues, holidays] = await Promise.all([
        this.#deps.listHours(),
        this.#deps.holidays.datesBetween(from, until),
      ]);
      this.#queues = new Map(queues.map((queue) => [queue.exchangeName, queue]));
      this.#holidays = holidays;
    } catch (error) {
      this.#deps.logError(error, { at: 'the opening hours of the queues' });
    }
  }
}
