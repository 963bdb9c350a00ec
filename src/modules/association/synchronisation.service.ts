import { DomainError } from '../../platform/errors.js';
import { type Actor } from '../audit/index.js';
import { type Directory, type DirectoryUser } from '../telephony/telephony.port.js';
import {
  differenceOf,
  fingerprintOf,
  importedQueues,
  queueDifferenceOf,
  tooLongField,
  type Person,
  type QueueDifference,
} from './association.domain.js';
import { type AssociationDeps, type Import, type PersonDifference, type RowReport } from './association.port.js';
import { RowWork } from './row-work.js';

export interface Differences {
  readonly people: readonly PersonDifference[];
  readonly queues: QueueDifference | null;
}

/** A ticked row of the differences, with what was shown there (`fingerprintOf`). */
export interface SynchroniseWish {
  readonly userId: number;
  readonly seen: string;
}

/** Brings what was imported up to date with the exchange: shows the differences, then applies those that were confirmed. */
export class Synchronisation {
  readonly #deps: AssociationDeps;
  readonly #work: RowWork;

  constructor(deps: AssociationDeps) {
    this.#deps = deps;
    this.#work = new RowWork(deps);
  }

  /** Changes nothing. Throws a DomainError 'unavailable' when the exchange does not answer. */
  async differences(ids: readonly number[]): Promise<Differences> {
    return this.#differences(ids, await this.#directory());
  }

  /**
   * Applies what was confirmed; a row whose difference is no longer the one that was shown is refused.
   *
   * @param queuesSeen the queues' difference as it was shown, null when they are to stay as they are
   * Throws a DomainError: 'unavailable' when the exchange does not answer, 'conflict' when the queues changed meanwhile;
   * then nothing was done.
   */
  async apply(
    wishes: readonly SynchroniseWish[],
    queuesSeen: string | null,
    actor: Actor,
  ): Promise<readonly RowReport[]> {
    const directory = await this.#directory();
    const { people, queues } = await this.#differences(
      wishes.map(({ userId }) => userId),
      directory,
    );
    if (queuesSeen !== null && queues !== null && fingerprintOf(queues) !== queuesSeen) {
      throw new DomainError('conflict', 'association:queues-overtaken');
    }
    return this.#work.thenReload(async () => {
      if (queuesSeen !== null && queues !== null) await this.#deps.repository.synchroniseQueues(queues, actor);
      const imports: Import[] = [];
      const prepared = await this.#work.each(
        people.map(({ person }) => person),
        async (person) => {
          const compared = people.find((each) => each.person.id === person.id);
          const seen = wishes.find(({ userId }) => userId === person.id)?.seen ?? '';
          const wanted = compared === undefined ? null : this.#importOf(compared, seen, directory);
          if (compared === undefined || wanted === null) return 'unchanged';
          // Another extension is another phone; with other queues the live half deals by itself.
          if (movesPhone(compared)) await this.#work.logOutFirst(person, true, true);
          imports.push(wanted);
          return 'done';
        },
      );
      const written = await this.#write(imports, people, actor);
      for (const { userId, outcome } of written) {
        const moved = people.some((compared) => compared.person.id === userId && movesPhone(compared));
        // Pages that are open hold the phone of before.
        if (outcome === 'done' && moved) await this.#deps.endSessions(userId);
      }
      return prepared.map((report) => written.find(({ userId }) => userId === report.userId) ?? report);
    });
  }

  /** All at once, because people may have traded extensions; where that is refused, each for itself. */
  async #write(
    imports: readonly Import[],
    people: readonly PersonDifference[],
    actor: Actor,
  ): Promise<readonly RowReport[]> {
    const { repository } = this.#deps;
    const concerned = people
      .map(({ person }) => person)
      .filter(({ id }) => imports.some(({ userId }) => userId === id));
    try {
      if (imports.length > 0) await repository.import('synchronised', imports, actor);
      return concerned.map(({ id, name }) => ({ userId: id, name, outcome: 'done', problem: null }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return this.#work.each(concerned, async ({ id }) => {
        const own = imports.find(({ userId }) => userId === id);
        if (own !== undefined) await this.#work.import('synchronised', own, actor);
        return 'done';
      });
    }
  }

  async #differences(ids: readonly number[], directory: Directory): Promise<Differences> {
    const { repository } = this.#deps;
    const [people, known] = await Promise.all([repository.findMany(ids), repository.queues()]);
    return {
      people: people.map((person) => this.#compare(person, directory)),
      queues: queueDifferenceOf(known, directory.queues),
    };
  }

  #compare(person: Person, directory: Directory): PersonDifference {
    const standing = this.#deps.presence.standingOf(person.id);
    const none = { person, difference: null, standing };
    if (person.exchangeLogin === null) return { ...none, kind: 'not-associated' };
    const user = userOf(person, directory);
    if (user === null) return { ...none, kind: 'gone' };
    const difference = differenceOf(person, user, directory.queues);
    return { person, standing, difference, kind: difference === null ? 'equal' : 'differs' };
  }

  /** What to import; null where there is nothing to do. Throws a DomainError for what may not be done. */
  #importOf(
    { person, kind, difference, standing }: PersonDifference,
    seen: string,
    directory: Directory,
  ): Import | null {
    if (kind === 'gone') throw new DomainError('conflict', 'association:gone');
    if (kind === 'not-associated') throw new DomainError('conflict', 'association:not-associated');
    const user = userOf(person, directory);
    if (difference === null || user === null) return null;
    if (fingerprintOf(difference) !== seen) throw new DomainError('conflict', 'association:overtaken');
    const tooLong = tooLongField(user);
    if (tooLong !== null) throw new DomainError('invalid', `association:too-long-${tooLong}`);
    if (standing.isBusy) throw new DomainError('conflict', 'association:in-call');
    return { userId: person.id, was: user.login, user, queues: importedQueues(user, directory.queues) };
  }

  async #directory(): Promise<Directory> {
    if (this.#deps.directory === null) throw new DomainError('unavailable', 'association:exchange-none');
    return this.#deps.directory();
  }
}

function userOf(person: Person, directory: Directory): DirectoryUser | null {
  return directory.users.find(({ login }) => login === person.exchangeLogin) ?? null;
}

function movesPhone({ difference }: PersonDifference): boolean {
  return difference !== null && difference.extension !== null;
}
