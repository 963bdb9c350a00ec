export interface BackoffOptions {
  /** The first wait is at most this long. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly capMs: number;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * Exponential waits with full jitter: anything from nothing to the exponential bound, so that the phones of a whole floor
 * that lost their exchange at one moment do not return at one moment.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure and answers how many milliseconds to wait before the next try. */
  next(): number {
    const { baseMs, capMs, random } = this.#options;
    // The exponent is bounded too: a phone that is away for a weekend must not overflow.
    const bound = Math.min(capMs, baseMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return Math.round(random() * bound);
  }

  reset(): void {
    this.#failures = 0;
  }
}
