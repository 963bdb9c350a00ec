import { DomainError } from '../../../platform/errors.js';
import { KeyedQueue } from '../../../platform/keyed-queue.js';
import { AmiFailure } from './ami-connection.js';
import { interfaceOf, type Ami } from './asterisk-directory.js';
import { type DirectoryCache } from './directory-cache.js';
import { RESERVED, type MemberTracker } from './member-tracker.js';

export interface MemberCommandsDeps {
  readonly ami: Ami;
  readonly members: MemberTracker;
  readonly directory: DirectoryCache;
  readonly now: () => number;
}

/** How long a command waits for the event that says it is done; Asterisk's word is that it is. */
const CONFIRMED_MS = 2000;

/** Logs people in and out of queues and pauses them: of one person one after another. */
export class MemberCommands {
  readonly #deps: MemberCommandsDeps;
  readonly #turns = new KeyedQueue<string>();
  readonly #reserved = new Set<string>();

  constructor(deps: MemberCommandsDeps) {
    this.#deps = deps;
  }

  async logIn(queue: string, extension: string): Promise<void> {
    const { ami, members, directory } = this.#deps;
    const agent = await directory.requireAgent(extension);
    await directory.requireQueue(queue);
    const isOpen = (queues: readonly string[] | null | undefined): boolean => queues?.includes(queue) ?? true;
    // A no is asked for again: the exchange may have been changed since its people were read.
    if (!isOpen(agent.queues) && !isOpen((await directory.current(extension))?.queues)) {
      throw new DomainError('conflict', 'exchange:not-a-member', { params: { queue, extension } });
    }
    await this.#turns.run(extension, async () => {
      if (members.isMember(queue, extension)) return;
      const reason = members.pauseOf(extension);
      const Interface = interfaceOf(extension);
      const paused = reason === null ? 'false' : 'true';
      await this.#unless(/already there/i, {
        ...{ Action: 'QueueAdd', Queue: queue, Interface, StateInterface: Interface },
        ...{ MemberName: agent.name, Penalty: 0, Paused: paused },
      });
      await members.until(() => members.isMember(queue, extension), CONFIRMED_MS);
      if (reason === null) return;
      await ami.act({ Action: 'QueuePause', Queue: queue, Interface, Paused: 'true', Reason: reason });
    });
  }

  async logOut(queue: string, extension: string): Promise<void> {
    const { members, directory } = this.#deps;
    await directory.requireAgent(extension);
    await directory.requireQueue(queue);
    await this.#turns.run(extension, async () => {
      try {
        await this.#unless(/not there/i, { Action: 'QueueRemove', Queue: queue, Interface: interfaceOf(extension) });
      } catch (error) {
        if (!isRefusal(error, /not dynamic/i)) throw error;
        throw new DomainError('conflict', 'asterisk:fixed-member', { params: { queue, extension }, cause: error });
      }
      await members.until(() => !members.isMember(queue, extension), CONFIRMED_MS);
    });
  }

  async pause(extension: string, reason: string): Promise<void> {
    await this.#deps.directory.requireAgent(extension);
    await this.#turns.run(extension, () => this.#setPaused(extension, reason));
  }

  async unpause(extension: string): Promise<void> {
    await this.#deps.directory.requireAgent(extension);
    await this.#turns.run(extension, () => this.#setPaused(extension, null));
  }

  /** Nobody is offered a call who is waited for with one. Not a pause of theirs: it is told nobody. */
  reserve(extension: string): Promise<void> {
    this.#reserved.add(extension);
    return this.#setReserved(extension);
  }

  release(extension: string): Promise<void> {
    this.#reserved.delete(extension);
    return this.#setReserved(extension);
  }

  async #setReserved(extension: string): Promise<void> {
    const { members } = this.#deps;
    await this.#turns.run(extension, async () => {
      if (members.isInAnyQueue(extension) && members.pauseOf(extension) === null)
        await this.#pauseThere(extension, null);
    });
  }

  async #setPaused(extension: string, reason: string | null): Promise<void> {
    const { members, now } = this.#deps;
    if (members.isInAnyQueue(extension)) {
      await this.#pauseThere(extension, reason);
      await members.until(
        () => members.pauseOf(extension) === reason || !members.isInAnyQueue(extension),
        CONFIRMED_MS,
      );
    }
    if (!members.isInAnyQueue(extension)) members.pauseOutside(extension, reason, now());
  }

  async #pauseThere(extension: string, reason: string | null): Promise<void> {
    const pause = { Action: 'QueuePause', Interface: interfaceOf(extension) };
    const there = reason ?? (this.#reserved.has(extension) ? RESERVED : null);
    // Who has just left the last queue is paused outside.
    await this.#unless(
      /not found/i,
      there === null ? { ...pause, Paused: 'false' } : { ...pause, Paused: 'true', Reason: there },
    );
  }

  async #unless(refusal: RegExp, action: Parameters<Ami['act']>[0]): Promise<void> {
    try {
      await this.#deps.ami.act(action);
    } catch (error) {
      if (!isRefusal(error, refusal)) throw error;
    }
  }
}

function isRefusal(error: unknown, reason: RegExp): boolean {
  return error instanceof AmiFailure && error.kind === 'refused' && reason.test(error.message);
}
