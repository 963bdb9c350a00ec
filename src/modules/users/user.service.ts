import { DomainError } from '../../platform/errors.js';
import { type Locale } from '../../shared/i18n/messages.js';
import { outranks, type Permission } from '../../shared/permissions.js';
import { textKey } from '../../shared/text-key.js';
import { type Actor } from '../audit/audit.domain.js';
import {
  type AgentUser,
  type Deletion,
  type User,
  type UserDraft,
  type UserMainData,
  type UserPage,
  type UserSearch,
  type UserServiceData,
  type VersionedId,
} from './user.domain.js';

export interface UserRepository {
  find(id: number): Promise<User | null>;
  /** Those of these ids that exist, by name. */
  findAll(ids: readonly number[]): Promise<readonly User[]>;
  list(search: UserSearch): Promise<UserPage>;
  /** Active users whose profile holds `voice.desk`, by name. */
  listAgents(): Promise<readonly AgentUser[]>;
  queueIdsOf(id: number): Promise<readonly number[]>;
  /**
   * Throws a DomainError 'conflict' on the field that another user has (login, exchangeLogin or extension), 'invalid' on
   * `profileId` when there is no such profile. Without an actor (a seed) nothing is audited.
   */
  insert(draft: UserDraft & { readonly loginKey: string }, actor: Actor | null): Promise<User>;
  /** Throws as `insert`, and 'not-found', 'conflict' for the last administrator, StaleError. */
  updateMainData(
    target: VersionedId,
    data: UserMainData & { readonly loginKey: string },
    actor: Actor,
  ): Promise<{ readonly before: User; readonly after: User }>;
  /** Throws as `insert`, and 'not-found', 'conflict' for somebody associated, StaleError. */
  updateServiceData(target: VersionedId, data: UserServiceData, actor: Actor): Promise<void>;
  setLocale(id: number, locale: Locale): Promise<void>;
  /** Throws a DomainError 'not-found', or 'conflict' for the last administrator. */
  setActive(id: number, isActive: boolean, actor: Actor): Promise<User>;
  /** Which of these users have done something that is on record. */
  historyOf(ids: readonly number[]): Promise<ReadonlySet<number>>;
  delete(ids: readonly number[], actor: Actor): Promise<Deletion>;
  /** Replaces the queues a user may log in to. */
  setQueues(id: number, queueIds: readonly number[]): Promise<void>;
}

export const USERS_PAGE_SIZE = 25;

export interface UsersDeps {
  readonly repository: UserRepository;
  /** The permissions of a profile; empty for one that does not exist. */
  readonly permissionsOf?: (profileId: number) => Promise<ReadonlySet<Permission>>;
  /** These users may do other things than a moment ago: what they have open must notice. */
  readonly onAccessChanged?: (userIds: readonly number[]) => Promise<void>;
  /** Signs a user out everywhere. */
  readonly endSessions?: (userId: number) => Promise<void>;
  /** Names, extensions or queues are others than before: the live half reads them again. */
  readonly onChanged?: () => Promise<void>;
}

/** Who acts, and what they may do: nobody makes another administer more than they do themselves. */
export interface Administrator {
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
}

const nothing = (): Promise<void> => Promise.resolve();

/** The people who use the system. */
export class Users {
  readonly #repository: UserRepository;
  readonly #permissionsOf: NonNullable<UsersDeps['permissionsOf']>;
  readonly #onAccessChanged: NonNullable<UsersDeps['onAccessChanged']>;
  readonly #endSessions: NonNullable<UsersDeps['endSessions']>;
  readonly #onChanged: NonNullable<UsersDeps['onChanged']>;

  constructor(deps: UsersDeps) {
    this.#repository = deps.repository;
    this.#permissionsOf = deps.permissionsOf ?? (() => Promise.resolve(new Set()));
    this.#onAccessChanged = deps.onAccessChanged ?? nothing;
    this.#endSessions = deps.endSessions ?? nothing;
    this.#onChanged = deps.onChanged ?? nothing;
  }

  find(id: number): Promise<User | null> {
    return this.#repository.find(id);
  }

  /** Throws a DomainError 'not-found'. */
  async require(id: number): Promise<User> {
    const user = await this.#repository.find(id);
    if (user === null) throw new DomainError('not-found', 'errors:no-such-record');
    return user;
  }

  findAll(ids: readonly number[]): Promise<readonly User[]> {
    return this.#repository.findAll(ids);
  }

  list(search: Partial<UserSearch>): Promise<UserPage> {
    return this.#repository.list({
      text: '',
      state: 'all',
      profileId: null,
      association: 'all',
      sort: 'name',
      descending: false,
      page: 1,
      pageSize: USERS_PAGE_SIZE,
      ...search,
    });
  }

  listAgents(): Promise<readonly AgentUser[]> {
    return this.#repository.listAgents();
  }

  /** The queues a user may log in to. */
  queueIdsOf(id: number): Promise<readonly number[]> {
    return this.#repository.queueIdsOf(id);
  }

  /** Creates on behalf of the system; `actor` null leaves no entry in the audit trail. Throws as `UserRepository.insert`. */
  create(draft: UserDraft, actor: Actor | null = null): Promise<User> {
    return this.#repository.insert({ ...draft, loginKey: textKey(draft.login) }, actor);
  }

  /** As `create`; also refuses ('invalid' on `profileId`) a profile that administers more than who creates. */
  async createFor(by: Administrator, draft: UserDraft): Promise<User> {
    await this.#requireReach(by, draft.profileId);
    const user = await this.create(draft, by.actor);
    await this.#onChanged();
    return user;
  }

  /** Throws as `UserRepository.updateMainData`, and 'invalid' on `profileId` for a profile that administers more than `by`. */
  async changeMainData(by: Administrator, target: VersionedId, data: UserMainData): Promise<User> {
    const current = await this.require(target.id);
    if (current.profileId !== data.profileId) {
      if (current.id === by.actor.userId) {
        throw new DomainError('invalid', 'users:own-profile', { field: 'profileId' });
      }
      await this.#requireReach(by, data.profileId);
      if (!(await this.reaches(by, current))) {
        throw new DomainError('invalid', 'users:above-you', { field: 'profileId' });
      }
    }
    const changed = { ...data, loginKey: textKey(data.login) };
    const { before, after } = await this.#repository.updateMainData(target, changed, by.actor);
    if (before.profileId !== after.profileId) await this.#onAccessChanged([after.id]);
    await this.#onChanged();
    return after;
  }

  /** Throws as `UserRepository.updateServiceData`. */
  async changeServiceData(by: Administrator, target: VersionedId, data: UserServiceData): Promise<void> {
    await this.#repository.updateServiceData(target, data, by.actor);
    await this.#onChanged();
  }

  setLocale(id: number, locale: Locale): Promise<void> {
    return this.#repository.setLocale(id, locale);
  }

  /** Throws a DomainError 'not-found', or 'conflict': oneself, somebody who administers more, the last administrator. */
  async deactivate(by: Administrator, id: number): Promise<User> {
    if (id === by.actor.userId) throw new DomainError('conflict', 'users:not-yourself');
    if (!(await this.reaches(by, await this.require(id)))) throw new DomainError('conflict', 'users:above-you');
    const user = await this.#repository.setActive(id, false, by.actor);
    await this.#endSessions(id);
    await this.#onChanged();
    return user;
  }

  /** Throws a DomainError 'not-found', or 'conflict' for somebody who administers more. */
  async activate(by: Administrator, id: number): Promise<User> {
    if (!(await this.reaches(by, await this.require(id)))) throw new DomainError('conflict', 'users:above-you');
    const user = await this.#repository.setActive(id, true, by.actor);
    await this.#onChanged();
    return user;
  }

  /** Which of these users have calls, attendances or the like, and can only be deactivated. */
  historyOf(ids: readonly number[]): Promise<ReadonlySet<number>> {
    return this.#repository.historyOf(ids);
  }

  /** Deletes those it may, and says why it kept the others. */
  async delete(by: Administrator, ids: readonly number[]): Promise<Deletion> {
    const users = await this.findAll(ids);
    const reached: number[] = [];
    const kept: Deletion['kept'][number][] = [];
    for (const user of users) {
      if (user.id === by.actor.userId || (await this.reaches(by, user))) reached.push(user.id);
      else kept.push({ user, reason: 'above-you' });
    }
    const result = await this.#repository.delete(reached, by.actor);
    for (const { id } of result.deleted) await this.#endSessions(id);
    if (result.deleted.length > 0) await this.#onChanged();
    return { deleted: result.deleted, kept: [...kept, ...result.kept] };
  }

  /** Whether `by` administers all that this user does: only then may they change the user's access. */
  async reaches(by: Pick<Administrator, 'permissions'>, user: Pick<User, 'profileId'>): Promise<boolean> {
    return !outranks(await this.#permissionsOf(user.profileId), by.permissions);
  }

  async #requireReach(by: Administrator, profileId: number): Promise<void> {
    if (!(await this.reaches(by, { profileId }))) {
      throw new DomainError('invalid', 'users:profile-above-you', { field: 'profileId' });
    }
  }
}
