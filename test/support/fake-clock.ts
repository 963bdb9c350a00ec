/**
 * A clock in the test's hands, for code that reads the global one and cannot be given another (packages). Replaces `Date`
 * and `setTimeout` until it is disposed of.
 */
export class FakeClock implements Disposable {
  readonly #date = globalThis.Date;
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;
  readonly #timers = new Map<object, { readonly at: number; readonly run: () => void }>();
  #now: number;

  constructor(now: number) {
    this.#now = now;
    const read = (): number => this.#now;
    const RealDate = this.#date;
    globalThis.Date = class extends RealDate {
      constructor(...args: [] | [number | string | Date]) {
        super(...((args.length === 0 ? [read()] : args) as [number]));
      }
      static override now(): number {
        return read();
      }
    } as DateConstructor;
    globalThis.setTimeout = ((run: () => void, delay = 0) => {
      const timer = { unref: () => timer, ref: () => timer };
      this.#timers.set(timer, { at: this.#now + Math.max(1, delay), run });
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: object | undefined) => {
      if (timer !== undefined) this.#timers.delete(timer);
    }) as typeof clearTimeout;
  }

  /** As a timer that repeats; returns its own undo. */
  every(milliseconds: number, run: () => void): () => void {
    let timer = setTimeout(again, milliseconds);
    function again(): void {
      timer = setTimeout(again, milliseconds);
      run();
    }
    return () => {
      clearTimeout(timer);
    };
  }

  /** Lets time pass, timer by timer, with everything else having its turn after each. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].run();
    }
    this.#now = end;
  }

  [Symbol.dispose](): void {
    globalThis.Date = this.#date;
    globalThis.setTimeout = this.#setTimeout;
    globalThis.clearTimeout = this.#clearTimeout;
  }
}
