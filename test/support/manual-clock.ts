import { type Timers } from '../../src/modules/telephony/exchange/exchange.port.js';

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Timers {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  constructor(start = Date.UTC(2026, 10, 23, 12)) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  setTimeout(run: () => void, milliseconds: number): unknown {
    const alarm: Alarm = { at: this.#now + milliseconds, run };
    this.#alarms.add(alarm);
    return alarm;
  }

  clearTimeout(timer: unknown): void {
    this.#alarms.delete(timer as Alarm);
  }

  /** How many alarms are set: what has ended must leave none behind. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Goes on, ringing what falls due on the way in its order. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#alarms].filter((alarm) => alarm.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
  }
}
