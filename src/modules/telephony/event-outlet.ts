interface OutletLog {
  error(context: object, message: string): void;
}

/**
 * Tells listeners one event after another. What a listener causes is told after the event it is hearing, not inside
 * it, so that all hear the same order; a listener that throws is logged and stops nobody.
 */
export class EventOutlet<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #log: OutletLog;
  readonly #waiting: Event[] = [];
  #telling = false;

  constructor(log: OutletLog) {
    this.#log = log;
  }

  /** Returns its own undo. */
  listen(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: Event): void {
    this.#waiting.push(event);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#tell(next);
    this.#telling = false;
  }

  #tell(event: Event): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error, event }, 'a listener of the exchange failed');
      }
    }
  }
}
