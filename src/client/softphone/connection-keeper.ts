import { type Backoff } from './backoff.js';

/** What a connection says when it is over: `renew` asks for the next one without a wait. */
export type Lost = 'lost' | 'renew';

export interface ConnectionKeeperDeps {
  /**
   * Makes the connection whole, or rejects. Resolves with a promise of its end. When the signal is raised nobody wants it
   * any more: it rejects, or ends.
   */
  readonly establish: (signal: AbortSignal) => Promise<{ readonly ended: Promise<Lost> }>;
  readonly backoff: Backoff;
  /** Resolves after `ms`, or at once when the signal is raised. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** `retryInMs` is how long it waits now; null while it tries. */
  readonly onChanged: (state: KeeperState) => void;
}

export type KeeperState =
  | { readonly status: 'stopped' }
  | { readonly status: 'connecting'; readonly failures: number }
  | { readonly status: 'connected' }
  | { readonly status: 'waiting'; readonly failures: number; readonly retryInMs: number };

/**
 * Keeps one connection up for as long as it is wanted: tries for ever, waits between tries by its backoff, and is woken
 * from a wait by `nudge`.
 *
 * ```txt
 *  stopped --start--> connecting --established--> connected
 *                      ^   |                         |
 *            wait over |   | failed                  | ended (lost: counts as a failure; renew: does not)
 *                      +-- waiting <-----------------+
 *  (any) --stop--> stopped
 * ```
 */
export class ConnectionKeeper {
  readonly #deps: ConnectionKeeperDeps;
  #stop: AbortController | null = null;
  #wake: AbortController | null = null;

  constructor(deps: ConnectionKeeperDeps) {
    this.#deps = deps;
  }

  get isStarted(): boolean {
    return this.#stop !== null;
  }

  start(): void {
    if (this.#stop !== null) return;
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  stop(): void {
    if (this.#stop === null) return;
    this.#stop.abort();
    this.#stop = null;
    this.#wake?.abort();
    this.#deps.onChanged({ status: 'stopped' });
  }

  /** Something says that the network is back: does not wait for the next try. */
  nudge(): void {
    this.#wake?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { backoff, establish } = this.#deps;
    while (!signal.aborted) {
      this.#tell(signal, { status: 'connecting', failures: backoff.failures });
      try {
        const { ended } = await establish(signal);
        backoff.reset();
        this.#tell(signal, { status: 'connected' });
        if ((await ended) === 'renew') continue;
      } catch {
        // Why it failed is of no use to the loop; whoever establishes tells the person.
      }
      await this.#pause(signal);
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const retryInMs = this.#deps.backoff.next();
    this.#tell(signal, { status: 'waiting', failures: this.#deps.backoff.failures, retryInMs });
    this.#wake = new AbortController();
    await this.#deps.wait(retryInMs, this.#wake.signal);
    this.#wake = null;
  }

  #tell(signal: AbortSignal, state: KeeperState): void {
    if (!signal.aborted) this.#deps.onChanged(state);
  }
}

/** A wait that a signal cuts short. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
