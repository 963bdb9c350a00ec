/** The first wrong passwords cost nothing: people mistype. */
export const FREE_ATTEMPTS = 5;
const FIRST_DELAY_MS = 15_000;
const LONGEST_DELAY_MS = 15 * 60_000;
/** After this long without an attempt a login begins anew. */
const FORGET_AFTER_MS = 60 * 60_000;
const MOST_LOGINS = 10_000;

interface Entry {
  readonly failures: number;
  readonly lastAt: number;
}

/** How long to wait after so many failures; milliseconds. 15 s, then twice as long each time, up to 15 minutes. */
export function delayAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - FREE_ATTEMPTS), LONGEST_DELAY_MS);
}

/**
 * Counts wrong passwords by login, whether the login exists or not, so that the waiting tells nothing. Counts when an
 * attempt begins: twenty at once are twenty. All times are epoch milliseconds.
 */
export class SignInThrottle {
  readonly #entries = new Map<string, Entry>();

  /** Begins an attempt. Returns 0, or how many milliseconds it is too early; then it is not counted. */
  begin(login: string, now: number): number {
    const entry = this.#current(login, now);
    const waitMs = entry === null ? 0 : entry.lastAt + delayAfter(entry.failures) - now;
    if (waitMs > 0) return waitMs;
    this.#entries.delete(login);
    if (this.#entries.size >= MOST_LOGINS) this.#dropOldest();
    this.#entries.set(login, { failures: (entry?.failures ?? 0) + 1, lastAt: now });
    return 0;
  }

  /** The password was right. */
  succeed(login: string): void {
    this.#entries.delete(login);
  }

  /** The attempt said nothing about the password: what should have checked it did not answer. */
  undo(login: string): void {
    const entry = this.#entries.get(login);
    if (entry === undefined) return;
    if (entry.failures <= 1) this.#entries.delete(login);
    else this.#entries.set(login, { ...entry, failures: entry.failures - 1 });
  }

  #current(login: string, now: number): Entry | null {
    const entry = this.#entries.get(login);
    return entry === undefined || now - entry.lastAt > FORGET_AFTER_MS ? null : entry;
  }

  /** A map keeps the order of insertion, and an attempt inserts anew. */
  #dropOldest(): void {
    for (const login of this.#entries.keys()) {
      this.#entries.delete(login);
      return;
    }
  }
}
