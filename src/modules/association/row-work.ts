import { DomainError, StaleError } from '../../platform/errors.js';
import { outranks } from '../../shared/permissions.js';
import { type Actor } from '../audit/index.js';
import { choiceOf, type Person } from './association.domain.js';
import {
  type AssociationAdministrator,
  type AssociationDeps,
  type Import,
  type RowProblem,
  type RowReport,
} from './association.port.js';

/** What saving, dissociating and synchronising many rows have in common. */
export class RowWork {
  readonly #deps: AssociationDeps;

  constructor(deps: AssociationDeps) {
    this.#deps = deps;
  }

  /** Does one row after another and reports of each; what was refused on purpose stops only its own row. */
  async each(
    people: readonly Person[],
    act: (person: Person) => Promise<'done' | 'unchanged'>,
  ): Promise<readonly RowReport[]> {
    const reports: RowReport[] = [];
    for (const person of people) {
      const { id: userId, name } = person;
      try {
        reports.push({ userId, name, outcome: await act(person), problem: null });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        reports.push({ userId, name, outcome: 'refused', problem: problemOf(error) });
      }
    }
    return reports;
  }

  /** Throws a DomainError 'forbidden' for someone who administers what `by` does not. Oneself is never above oneself. */
  async requireReach(person: Person, by: AssociationAdministrator): Promise<void> {
    const theirs = await this.#deps.permissionsOf(person.profileId);
    if (person.id !== by.actor.userId && outranks(theirs, by.permissions)) {
      throw new DomainError('forbidden', 'association:above-you');
    }
  }

  /** The live half hears of the changes once, when all are made, and also when something unforeseen ended them. */
  async thenReload<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.#deps.reload().catch((error: unknown) => {
        this.#deps.logError(error, { at: 'reloading after associations changed' });
      });
    }
  }

  /**
   * Makes sure that nothing rings or runs on the phone that is about to change.
   *
   * @param isReachable whether the exchange answers: it has to, for someone to be logged out
   * Throws a DomainError 'conflict' for someone in a call, or logged in without a confirmation.
   */
  async logOutFirst(person: Person, isConfirmed: boolean, isReachable: boolean): Promise<void> {
    const { isBusy, isOnShift, queues } = this.#deps.presence.standingOf(person.id);
    if (isBusy) throw new DomainError('conflict', 'association:in-call');
    if (!isOnShift) return;
    const params = { queues: queues.join(', ') };
    if (!isConfirmed) {
      throw new DomainError('conflict', queues.length === 0 ? 'association:on-shift' : 'association:logged-in', {
        params,
      });
    }
    if (!isReachable) throw new DomainError('unavailable', 'association:cannot-log-out');
    try {
      await this.#deps.presence.logOut(person.id);
    } catch (error) {
      // A call came in between.
      if (error instanceof DomainError && error.code === 'conflict') {
        throw new DomainError('conflict', 'association:in-call', { cause: error });
      }
      throw error;
    }
  }

  /** Imports one person; where the unique indexes refuse, says who has it. */
  async import(action: 'associated' | 'synchronised', wanted: Import, actor: Actor): Promise<void> {
    const { repository } = this.#deps;
    const { userId, user } = wanted;
    try {
      await repository.import(action, [wanted], actor);
    } catch (error) {
      if (!(error instanceof DomainError) || error.field === null) throw error;
      // Which of two broken indexes a database names is its own affair; that somebody has the same user says more.
      const ofLogin = (await repository.holders()).get(user.login);
      const isLogin = ofLogin !== undefined && ofLogin.userId !== userId;
      const holder = isLogin ? ofLogin : await repository.holderOfExtension(user.extension);
      if (holder === null || holder.userId === userId) throw error;
      const params = { user: choiceOf(user), extension: user.extension, name: holder.name };
      const key = isLogin ? 'association:taken-by' : 'association:extension-taken-by';
      throw new DomainError('conflict', key, { params, cause: error });
    }
  }
}

function problemOf(error: DomainError): RowProblem {
  if (error instanceof StaleError) return { key: 'association:overtaken', params: {} };
  return { key: error.key, params: error.params };
}
