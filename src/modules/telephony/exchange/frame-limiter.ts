/**
 * How fast a connection may speak: a bucket that fills by `perSecond` up to `burst` frames. A stranger gets a small
 * one; who has authenticated gets more.
 */
export class FrameLimiter {
  readonly #now: () => number;
  #perSecond: number;
  #burst: number;
  #level: number;
  #filledAt: number;

  constructor(now: () => number, rate: { readonly perSecond: number; readonly burst: number }) {
    this.#now = now;
    this.#perSecond = rate.perSecond;
    this.#burst = rate.burst;
    this.#level = rate.burst;
    this.#filledAt = now();
  }

  widen(rate: { readonly perSecond: number; readonly burst: number }): void {
    this.#perSecond = rate.perSecond;
    this.#burst = rate.burst;
    this.#level = rate.burst;
  }

  /** False when this frame is one too many. */
  take(): boolean {
    const now = this.#now();
    this.#level = Math.min(this.#burst, this.#level + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
    if (this.#level < 1) return false;
    this.#level -= 1;
    return true;
  }
}
