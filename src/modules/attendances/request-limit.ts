const MOST_KEYS = 10_000;

/** Counts requests by key in windows of a fixed length. Times are epoch milliseconds. */
export class RequestLimit {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #windows = new Map<string, { readonly beganAt: number; count: number }>();

  constructor(options: { readonly max: number; readonly windowMs: number }) {
    this.#max = options.max;
    this.#windowMs = options.windowMs;
  }

  /** Counts one. Returns 0, or how many milliseconds the next has to wait; that one is not counted. */
  take(key: string, now: number): number {
    const waitMs = this.waitOf(key, now);
    if (waitMs > 0) return waitMs;
    const window = this.#current(key, now);
    if (window !== null) {
      window.count += 1;
      return 0;
    }
    this.#windows.delete(key);
    if (this.#windows.size >= MOST_KEYS) {
      const oldest = this.#windows.keys().next();
      if (oldest.done !== true) this.#windows.delete(oldest.value);
    }
    this.#windows.set(key, { beganAt: now, count: 1 });
    return 0;
  }

  /** How long the next has to wait, without counting it. */
  waitOf(key: string, now: number): number {
    const window = this.#current(key, now);
    return window === null || window.count < this.#max ? 0 : window.beganAt + this.#windowMs - now;
  }

  #current(key: string, now: number): { readonly beganAt: number; count: number } | null {
    const window = this.#windows.get(key);
    return window === undefined || now - window.beganAt >= this.#windowMs ? null : window;
  }
}
