import { KeyedQueue } from '../../../platform/keyed-queue.js';
import { DomainError } from '../../../platform/errors.js';
import { type NewEvent } from './call-book.js';
import { type DirectoryView } from './directory-view.js';
import { type MemberStateStore } from './exchange.port.js';

/**
 * Who is logged in to which queue, and who is paused. A change counts for distribution at once, before it is stored, so
 * that no call slips in behind a pause; it is told, and settles, when it is stored. One that cannot be stored is undone.
 */
export class MemberBook {
  readonly #loggedIn = new Map<string, Map<string, number>>();
  /** What counts for distribution: a pause that is being stored counts already. */
  readonly #paused = new Map<string, string>();
  /** What is stored and was told. */
  readonly #toldPaused = new Map<string, string>();
  /** The latest wish about an extension's pause: an earlier one that is stored later may not undo it. */
  readonly #wishes = new Map<string, symbol>();
  readonly #turns = new KeyedQueue<string>();
  readonly #directory: DirectoryView;
  readonly #store: MemberStateStore;
  readonly #emit: (event: NewEvent) => void;
  readonly #now: () => number;
  readonly #onChanged: () => void;

  constructor(deps: {
    readonly directory: DirectoryView;
    readonly store: MemberStateStore;
    readonly emit: (event: NewEvent) => void;
    readonly now: () => number;
    /** Somebody may be free for a call now. */
    readonly onChanged: () => void;
  }) {
    this.#directory = deps.directory;
    this.#store = deps.store;
    this.#emit = deps.emit;
    this.#now = deps.now;
    this.#onChanged = deps.onChanged;
  }

  async load(): Promise<void> {
    const { loggedIn, paused } = await this.#store.load();
    for (const { queue, extension, since } of loggedIn) this.#queue(queue).set(extension, since);
    for (const { extension, reason } of paused) {
      this.#paused.set(extension, reason);
      this.#toldPaused.set(extension, reason);
    }
  }

  /** Members who are logged in to a queue and not paused, with the time they logged in. */
  listReady(queue: string): { readonly extension: string; readonly since: number }[] {
    return [...this.#queue(queue)]
      .filter(([extension]) => !this.#paused.has(extension))
      .map(([extension, since]) => ({ extension, since }));
  }

  listMembers(): { readonly queue: string; readonly extension: string }[] {
    return [...this.#loggedIn].flatMap(([queue, members]) =>
      [...members.keys()].map((extension) => ({ queue, extension })),
    );
  }

  listPaused(): { readonly extension: string; readonly reason: string }[] {
    return [...this.#toldPaused].map(([extension, reason]) => ({ extension, reason }));
  }

  async logIn(queue: string, extension: string): Promise<void> {
    this.requireUser(extension);
    if (this.#directory.findQueue(queue) === null) {
      throw new DomainError('not-found', 'exchange:unknown-queue', { params: { queue } });
    }
    if (!this.#directory.isMember(queue, extension)) {
      throw new DomainError('conflict', 'exchange:not-a-member', { params: { queue, extension } });
    }
    await this.#turns.run(extension, async () => {
      if (this.#queue(queue).has(extension)) return;
      const since = this.#now();
      await this.#store.setLoggedIn(queue, extension, since);
      this.#queue(queue).set(extension, since);
      this.#emit({ type: 'member-logged-in', queue, extension });
      this.#onChanged();
    });
  }

  async logOut(queue: string, extension: string): Promise<void> {
    const since = this.#queue(queue).get(extension);
    this.#queue(queue).delete(extension);
    await this.#turns.run(extension, async () => {
      try {
        await this.#store.setLoggedIn(queue, extension, null);
      } catch (error) {
        if (since !== undefined) this.#queue(queue).set(extension, since);
        throw error;
      }
      // A login that was waiting its turn has been undone by the store as well.
      this.#queue(queue).delete(extension);
      if (since !== undefined) this.#emit({ type: 'member-logged-out', queue, extension });
    });
  }

  async pause(extension: string, reason: string): Promise<void> {
    this.requireUser(extension);
    const wish = this.#wish(extension);
    this.#paused.set(extension, reason);
    await this.#turns.run(extension, async () => {
      const told = this.#toldPaused.get(extension);
      try {
        await this.#store.setPaused(extension, reason);
      } catch (error) {
        if (this.#wishes.get(extension) === wish) this.#restorePause(extension, told);
        throw error;
      }
      if (told === reason) return;
      this.#toldPaused.set(extension, reason);
      this.#emit({ type: 'member-paused', extension, reason });
    });
  }

  async unpause(extension: string): Promise<void> {
    this.requireUser(extension);
    const wish = this.#wish(extension);
    await this.#turns.run(extension, async () => {
      if (!this.#toldPaused.has(extension)) return;
      await this.#store.setPaused(extension, null);
      this.#toldPaused.delete(extension);
      if (this.#wishes.get(extension) === wish) this.#paused.delete(extension);
      this.#emit({ type: 'member-unpaused', extension });
      this.#onChanged();
    });
  }

  /** After the directory has changed: whoever is no member any more is logged out, a pause of nobody ends. */
  async forgetGone(): Promise<void> {
    const gone = this.listMembers().filter(
      ({ queue, extension }) =>
        this.#directory.findUser(extension) === null || !this.#directory.isMember(queue, extension),
    );
    for (const { queue, extension } of gone) await this.logOut(queue, extension);
    for (const { extension } of this.listPaused()) {
      if (this.#directory.findUser(extension) !== null) continue;
      this.#paused.delete(extension);
      this.#toldPaused.delete(extension);
      this.#emit({ type: 'member-unpaused', extension });
    }
    this.#onChanged();
  }

  requireUser(extension: string): void {
    if (this.#directory.findUser(extension) !== null) return;
    throw new DomainError('not-found', 'exchange:unknown-extension', { params: { extension } });
  }

  /** Waits for what is being stored. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  #wish(extension: string): symbol {
    const wish = Symbol(extension);
    this.#wishes.set(extension, wish);
    return wish;
  }

  #restorePause(extension: string, reason: string | undefined): void {
    if (reason === undefined) this.#paused.delete(extension);
    else this.#paused.set(extension, reason);
  }

  #queue(name: string): Map<string, number> {
    let members = this.#loggedIn.get(name);
    if (members === undefined) {
      members = new Map();
      this.#loggedIn.set(name, members);
    }
    return members;
  }
}
