import { DomainError, StaleError } from '../../platform/errors.js';
import { textKey } from '../../shared/text-key.js';
import { PASSWORD_MIN, passwordProblem } from '../accounts/password-rules.domain.js';
import { type Actor } from '../audit/index.js';
import { type Directory, type DirectoryUser } from '../telephony/telephony.port.js';
import {
  choiceOf,
  importedQueues,
  resolveChoice,
  tooLongField,
  type AssociationFilter,
  type Person,
} from './association.domain.js';
import {
  type AssociationAdministrator,
  type AssociationDeps,
  type AssociationWish,
  type ExchangeSide,
  type Holder,
  type RowReport,
} from './association.port.js';
import { RowWork } from './row-work.js';

export const ASSOCIATION_PAGE_SIZE = 25;

export interface AssociationPage {
  readonly people: readonly Person[];
  readonly total: number;
  readonly exchange: ExchangeSide;
}

export interface DissociationWish {
  readonly userId: number;
  /** Null: the person gets a one-time link. */
  readonly password: string | null;
}

export interface DissociationReport extends RowReport {
  /** Path of the one-time link; null where a password was set, or the link could not be made. */
  readonly link: string | null;
}

/** A person who is logged in to queues, and what they would be logged out of. */
export interface LoggedIn {
  readonly person: Person;
  readonly queues: readonly string[];
}

/** Who of ours is who at the exchange. Each row of many is done for itself, and reports for itself. */
export class Associations {
  readonly #deps: AssociationDeps;
  readonly #work: RowWork;

  constructor(deps: AssociationDeps) {
    this.#deps = deps;
    this.#work = new RowWork(deps);
  }

  /** The stored associations and, where it answers, the exchange's users. Opens with the exchange out of reach too. */
  async page(search: {
    readonly text: string;
    readonly show: AssociationFilter;
    readonly page: number;
  }): Promise<AssociationPage> {
    const [found, exchange] = await Promise.all([
      this.#deps.repository.list({ ...search, text: textKey(search.text), pageSize: ASSOCIATION_PAGE_SIZE }),
      this.exchange(),
    ]);
    return { ...found, exchange };
  }

  async exchange(): Promise<ExchangeSide> {
    if (this.#deps.directory === null) return { state: 'none' };
    try {
      const [directory, holders] = await Promise.all([this.#deps.directory(), this.#deps.repository.holders()]);
      return { state: 'there', directory, free: directory.users.filter(({ login }) => !holders.has(login)) };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unavailable') return { state: 'away' };
      throw error;
    }
  }

  /** Those of the ids that exist, by name, with what they are doing. */
  async people(ids: readonly number[]): Promise<readonly (Person & { readonly isBusy: boolean })[]> {
    const people = await this.#deps.repository.findMany(ids);
    return people.map((person) => ({ ...person, isBusy: this.#deps.presence.standingOf(person.id).isBusy }));
  }

  /** Whom of these it would log out, in the order of their names. Who is in a call is refused anyway, and not among them. */
  async loggedIn(ids: readonly number[]): Promise<readonly LoggedIn[]> {
    const people = await this.#deps.repository.findMany(ids);
    return people.flatMap((person) => {
      const { isBusy, isOnShift, queues } = this.#deps.presence.standingOf(person.id);
      return person.exchangeLogin !== null && isOnShift && !isBusy ? [{ person, queues }] : [];
    });
  }

  /** Whom saving would give another exchange user while they are logged in: to be confirmed first. */
  async needConfirmation(wishes: readonly AssociationWish[]): Promise<readonly LoggedIn[]> {
    const exchange = await this.exchange();
    if (exchange.state !== 'there') return [];
    const loggedIn = await this.loggedIn(wishes.map(({ userId }) => userId));
    return loggedIn.filter(({ person }) => {
      const wish = wishes.find(({ userId }) => userId === person.id);
      const resolved = resolveChoice(wish?.typed ?? '', exchange.directory.users);
      return resolved.kind === 'found' && resolved.user.login !== person.exchangeLogin;
    });
  }

  /**
   * Associates the ticked rows, each in a transaction of its own.
   *
   * @param confirmed those who may be logged out of their queues for it
   * Throws a DomainError 'unavailable' when the exchange does not answer; then nothing was done.
   */
  async save(
    wishes: readonly AssociationWish[],
    confirmed: readonly number[],
    by: AssociationAdministrator,
  ): Promise<readonly RowReport[]> {
    const directory = await this.#requireDirectory();
    const people = await this.#deps.repository.findMany(wishes.map(({ userId }) => userId));
    const associate = (person: Person): Promise<'done' | 'unchanged'> => {
      const wish = wishes.find(({ userId }) => userId === person.id);
      return this.#associate(person, wish ?? { userId: person.id, typed: '', was: null }, directory, confirmed, by);
    };
    return this.#work.thenReload(() => this.#work.each(people, associate));
  }

  /** Dissociates each of them; those who are not associated, in a call or away at the exchange are refused. */
  async dissociate(
    wishes: readonly DissociationWish[],
    by: AssociationAdministrator,
  ): Promise<readonly DissociationReport[]> {
    const { actor } = by;
    const people = await this.#deps.repository.findMany(wishes.map(({ userId }) => userId));
    const exchange = await this.exchange();
    const links = new Map<number, string>();
    const dissociate = async (person: Person): Promise<'done'> => {
      const password = wishes.find(({ userId }) => userId === person.id)?.password ?? null;
      const { exchangeLogin } = person;
      if (exchangeLogin === null) throw new DomainError('conflict', 'association:not-associated');
      await this.#work.requireReach(person, by);
      const problem = password === null ? null : passwordProblem(password, person.login);
      if (problem !== null) throw new DomainError('invalid', problem, { params: { minimum: PASSWORD_MIN } });
      if (password === null && person.id === actor.userId) throw new DomainError('invalid', 'association:own-link');
      const passwordHash = password === null ? null : await this.#deps.hash(password);
      await this.#work.logOutFirst(person, true, exchange.state === 'there');
      await this.#deps.repository.dissociate(person.id, exchangeLogin, passwordHash, actor);
      await this.#deps.endSessions(person.id);
      const link = password === null ? await this.#issue(person.id, actor) : null;
      if (link !== null) links.set(person.id, link);
      return 'done';
    };
    const reports = await this.#work.thenReload(() => this.#work.each(people, dissociate));
    return reports.map((report) => ({ ...report, link: links.get(report.userId) ?? null }));
  }

  async #associate(
    person: Person,
    { typed, was }: AssociationWish,
    directory: Directory,
    confirmed: readonly number[],
    by: AssociationAdministrator,
  ): Promise<'done' | 'unchanged'> {
    if (typed.trim() === '') {
      throw new DomainError('invalid', person.exchangeLogin === null ? 'association:choose' : 'association:emptied');
    }
    const resolved = resolveChoice(typed, directory.users);
    if (resolved.kind !== 'found') throw new DomainError('invalid', `association:${resolved.kind}`);
    const { user } = resolved;
    if (person.exchangeLogin === user.login) return 'unchanged';
    if (person.exchangeLogin !== was) throw new StaleError();
    const tooLong = tooLongField(user);
    if (tooLong !== null) throw new DomainError('invalid', `association:too-long-${tooLong}`);
    await this.#work.requireReach(person, by);
    await this.#refuseTaken(person, user);
    const isAnother = person.exchangeLogin !== null;
    await this.#work.logOutFirst(person, confirmed.includes(person.id), true);
    const queues = importedQueues(user, directory.queues);
    await this.#work.import('associated', { userId: person.id, was, user, queues }, by.actor);
    // Pages that are open hold the phone of the one before.
    if (isAnother) await this.#deps.endSessions(person.id);
    return 'done';
  }

  /** Before anybody is logged out for it. The unique indexes decide all the same. */
  async #refuseTaken(person: Person, user: DirectoryUser): Promise<void> {
    const holder: Holder | undefined = (await this.#deps.repository.holders()).get(user.login);
    if (holder === undefined || holder.userId === person.id) return;
    const params = { user: choiceOf(user), name: holder.name };
    throw new DomainError('conflict', 'association:taken-by', { params });
  }

  async #requireDirectory(): Promise<Directory> {
    if (this.#deps.directory === null) throw new DomainError('unavailable', 'association:exchange-none');
    return this.#deps.directory();
  }

  /** The person is dissociated already: a link that cannot be made is made later, on the user's page. */
  async #issue(userId: number, actor: Actor): Promise<string | null> {
    try {
      return await this.#deps.links.issue(userId, actor);
    } catch (error) {
      this.#deps.logError(error, { at: 'one-time link', userId });
      return null;
    }
  }
}
