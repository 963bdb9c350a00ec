import { checkSpelling, type SpellingCheck } from './spelling.domain.js';
import { type Reason } from './reason.domain.js';

export interface ExchangeSpellingDeps {
  /** The exchange's pause reasons; rejects when it cannot be asked. Null where there is no exchange. */
  readonly pauseReasons: (() => Promise<readonly string[]>) | null;
  /** An exchange that has not answered after so many milliseconds counts as out of reach. */
  readonly limitMs?: number;
}

/** What the exchange has, as far as it could be asked. */
export interface ExchangeReasons {
  /** Null when it is out of reach; then nothing is said to be wrong. */
  readonly names: readonly string[] | null;
  /** What is wrong with a reason; null when nothing is, or nothing is known, or it is no reason of the exchange's. */
  readonly check: (reason: Pick<Reason, 'type' | 'name'>) => Exclude<SpellingCheck, { readonly kind: 'exact' }> | null;
}

const LIMIT_MS = 4000;

/** Asks the exchange how its pause reasons are spelled: one that is spelled otherwise here does not work there. */
export class ExchangeSpelling {
  readonly #deps: ExchangeSpellingDeps;

  constructor(deps: ExchangeSpellingDeps) {
    this.#deps = deps;
  }

  async ask(): Promise<ExchangeReasons> {
    const names = await this.#names();
    return {
      names,
      check: ({ type, name }) => {
        if (type !== 'pause' || names === null) return null;
        const found = checkSpelling(name, names);
        return found.kind === 'exact' ? null : found;
      },
    };
  }

  /** A page of reasons must not wait for an exchange that hangs, nor fail with one that is away. */
  async #names(): Promise<readonly string[] | null> {
    const { pauseReasons, limitMs = LIMIT_MS } = this.#deps;
    if (pauseReasons === null) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, limitMs, null);
    });
    try {
      return await Promise.race([pauseReasons(), late]);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
