import { DomainError } from '../../../platform/errors.js';
import { type CallTarget } from '../telephony.port.js';
import { type CallBook } from './call-book.js';
import { type DirectoryCache } from './directory-cache.js';
import { type MemberTracker } from './member-tracker.js';

export interface TargetCheckDeps {
  readonly book: CallBook;
  readonly directory: DirectoryCache;
  readonly members: MemberTracker;
}

/** Whether somebody can be rung now. Throws a `DomainError` that says why not. */
export class TargetCheck {
  readonly #deps: TargetCheckDeps;

  constructor(deps: TargetCheckDeps) {
    this.#deps = deps;
  }

  async require(target: CallTarget): Promise<void> {
    if (target.kind === 'number') this.requireNumber(target.number);
    else if (target.kind === 'queue') await this.#requireQueue(target.queue);
    else await this.#requireAgent(target.extension);
  }

  /** A sign of Asterisk's dial strings in a number would call somebody else as well. */
  requireNumber(number: string): void {
    if (/^[+\d*#]{1,40}$/.test(number)) return;
    throw new DomainError('not-found', 'exchange:unknown-number', { params: { number } });
  }

  requirePhone(extension: string): void {
    if (this.#deps.members.isRegistered(extension)) return;
    throw new DomainError('conflict', 'exchange:phone-not-registered', { params: { extension } });
  }

  async #requireAgent(extension: string): Promise<void> {
    await asConflict(this.#deps.directory.requireAgent(extension));
    this.requirePhone(extension);
    if (!this.#deps.book.isEngaged(extension)) return;
    throw new DomainError('conflict', 'exchange:extension-busy', { params: { extension } });
  }

  async #requireQueue(queue: string): Promise<void> {
    await asConflict(this.#deps.directory.requireQueue(queue));
  }
}

/** Where a call is sent to a place that is not known, it is the sending that cannot be done. */
async function asConflict<T>(found: Promise<T>): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not-found') throw error;
    throw new DomainError('conflict', error.key, { params: error.params, cause: error });
  }
}
