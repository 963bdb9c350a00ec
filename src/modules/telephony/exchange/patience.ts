import { type Timers } from './exchange.port.js';

const RETRY_MS = 1000;

/** How long a call waits for a phone that went away, and when it is tried again meanwhile. */
export class Patience {
  readonly #timers: Timers;
  readonly #graceSeconds: number;
  readonly #onOver: () => void;
  readonly #onRetry: () => void;
  #grace: unknown = null;
  #retry: unknown = null;

  constructor(deps: {
    readonly timers: Timers;
    readonly graceSeconds: number;
    readonly onOver: () => void;
    readonly onRetry: () => void;
  }) {
    this.#timers = deps.timers;
    this.#graceSeconds = deps.graceSeconds;
    this.#onOver = deps.onOver;
    this.#onRetry = deps.onRetry;
  }

  /** A try is under way to come. */
  get willRetry(): boolean {
    return this.#retry !== null;
  }

  /** The time runs from now, unless it runs already. */
  start(): void {
    this.#grace ??= this.#timers.setTimeout(() => {
      this.#grace = null;
      this.#onOver();
    }, this.#graceSeconds * 1000);
  }

  retryLater(): void {
    this.#timers.clearTimeout(this.#retry);
    this.#retry = this.#timers.setTimeout(() => {
      this.#retry = null;
      this.#onRetry();
    }, RETRY_MS);
  }

  stop(): void {
    this.#timers.clearTimeout(this.#grace);
    this.#timers.clearTimeout(this.#retry);
    this.#grace = this.#retry = null;
  }
}
