const SAMPLES = 8;

/**
 * The server's clock, as well as a page can know it. A message needs time to arrive, so each one that carries the server's
 * time makes the server look behind by that much; the message that was fastest is the nearest to the truth.
 */
export class ServerClock {
  readonly #localNow: () => number;
  readonly #offsets: number[] = [];

  constructor(localNow: () => number) {
    this.#localNow = localNow;
  }

  /** `serverNow` is what a message that has just arrived says. Old samples are forgotten: clocks drift. */
  observe(serverNow: number): void {
    this.#offsets.push(serverNow - this.#localNow());
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }

  /** Milliseconds to add to this machine's clock. */
  get offset(): number {
    return this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets);
  }

  /** Epoch milliseconds by the server's clock. */
  now(): number {
    return this.#localNow() + this.offset;
  }
}
