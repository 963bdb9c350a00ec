import {
  ForeignKeyConstraintError,
  literal,
  QueryTypes,
  UniqueConstraintError,
  type ModelStatic,
  type Transaction,
} from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { type Locale, type MessageKey } from '../../shared/i18n/messages.js';
import { searchKey } from '../../shared/text-key.js';
import { type Actor, type SequelizeAuditRepository } from '../audit/index.js';
import { readAgents } from './agent-list.repository.js';
import { administratorIds, lockAdministration } from './administrators.repository.js';
import { auditedMainData, auditedServiceData } from './user-audit.domain.js';
import { usersWithHistory } from './user-history.repository.js';
import { readUserPage, readUsers } from './user-list.repository.js';
import {
  type AgentUser,
  type Deletion,
  type KeptReason,
  type User,
  type UserDraft,
  type UserMainData,
  type UserPage,
  type UserSearch,
  type UserServiceData,
  type VersionedId,
} from './user.domain.js';
import { defineUserModel, defineUserQueueModel, type UserQueueRow, type UserRow } from './user.model.js';
import { type UserRepository } from './user.service.js';

interface Missing {
  readonly key: MessageKey;
  readonly field: string;
}
const NO_PROFILE: Missing = { key: 'users:no-such-profile', field: 'profileId' };
const NO_QUEUE: Missing = { key: 'users:no-such-queue', field: 'queues' };

export class SequelizeUserRepository implements UserRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #users: ModelStatic<UserRow>;
  readonly #queues: ModelStatic<UserQueueRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#users = defineUserModel(db.sequelize);
    this.#queues = defineUserQueueModel(db.sequelize);
  }

  async find(id: number): Promise<User | null> {
    return (await readUsers(this.#db, [id]))[0] ?? null;
  }

  findAll(ids: readonly number[]): Promise<readonly User[]> {
    return readUsers(this.#db, ids);
  }

  list(search: UserSearch): Promise<UserPage> {
    return readUserPage(this.#db, search);
  }

  listAgents(): Promise<readonly AgentUser[]> {
    return readAgents(this.#db);
  }

  async queueIdsOf(id: number): Promise<readonly number[]> {
    const rows = await this.#queues.findAll({ where: { userId: id }, order: [['queueId', 'ASC']] });
    return rows.map(({ queueId }) => queueId);
  }

  async insert(draft: UserDraft & { readonly loginKey: string }, actor: Actor | null): Promise<User> {
    const id = await this.#conflictsAtFields(() =>
      this.#db.write(async (transaction) => {
        const row = await this.#users.create(
          {
            login: draft.login,
            loginKey: draft.loginKey,
            name: draft.name,
            nameKey: searchKey(draft.name),
            passwordHash: draft.passwordHash,
            profileId: draft.profileId,
            locale: draft.locale ?? null,
            isActive: draft.isActive ?? true,
            exchangeLogin: draft.exchangeLogin ?? null,
            extension: draft.extension ?? null,
            locality: draft.locality ?? null,
          },
          { transaction },
        );
        if (actor !== null) {
          const profile = await this.#profileName(row.profileId, transaction);
          const after = auditedMainData(row, profile, row.isActive);
          await this.#note(transaction, actor, 'created', row, null, after);
        }
        return row.id;
      }),
    );
    const user = await this.find(id);
    if (user === null) throw new Error(`user ${id} has no profile`);
    return user;
  }

  async updateMainData(
    target: VersionedId,
    data: UserMainData & { readonly loginKey: string },
    actor: Actor,
  ): Promise<{ readonly before: User; readonly after: User }> {
    const before = await this.find(target.id);
    if (before === null) throw noSuchUser();
    await this.#conflictsAtFields(() =>
      this.#db.write(async (transaction) => {
        await this.#keepingAdministration(transaction, [target.id], async () => {
          const row = await this.#lock(target.id, transaction);
          const profiles = await this.#profileNames([row.profileId, data.profileId], transaction);
          const change = {
            name: data.name,
            nameKey: searchKey(data.name),
            profileId: data.profileId,
            locale: data.locale,
            ...(row.exchangeLogin === null ? { login: data.login, loginKey: data.loginKey } : {}),
          };
          const was = auditedMainData(row, profiles.get(row.profileId) ?? '', row.isActive);
          await updateVersioned(this.#users, target, change, transaction);
          const now = auditedMainData({ ...row.get(), ...change }, profiles.get(change.profileId) ?? '', row.isActive);
          await this.#note(transaction, actor, 'changed', { id: row.id, name: data.name }, was, now);
        });
      }),
    );
    const after = await this.find(target.id);
    if (after === null) throw noSuchUser();
    return { before, after };
  }

  async updateServiceData(target: VersionedId, data: UserServiceData, actor: Actor): Promise<void> {
    await this.#conflictsAtFields(
      () =>
        this.#db.write(async (transaction) => {
          const row = await this.#lock(target.id, transaction);
          if (row.exchangeLogin !== null) throw new DomainError('conflict', 'users:imported');
          const was = await this.#queueNames(row.id, transaction);
          const { locality, extension, queueIds } = data;
          await updateVersioned(this.#users, target, { locality, extension }, transaction);
          await this.#replaceQueues(row.id, queueIds, transaction);
          const now = await this.#queueNames(row.id, transaction);
          await this.#note(
            transaction,
            actor,
            'changed',
            row,
            auditedServiceData(row, was),
            auditedServiceData(data, now),
          );
        }),
      NO_QUEUE,
    );
  }

  async setLocale(id: number, locale: Locale): Promise<void> {
    await this.#db.write((transaction) =>
      this.#users.update({ locale, version: literal('version + 1') }, { where: { id }, transaction }),
    );
  }

  async setActive(id: number, isActive: boolean, actor: Actor): Promise<User> {
    await this.#db.write((transaction) =>
      this.#keepingAdministration(transaction, isActive ? [] : [id], async () => {
        const row = await this.#lock(id, transaction);
        if (row.isActive === isActive) return;
        await this.#users.update({ isActive }, { where: { id }, transaction });
        const action = isActive ? 'activated' : 'deactivated';
        await this.#note(transaction, actor, action, row, { isActive: row.isActive }, { isActive });
      }),
    );
    const user = await this.find(id);
    if (user === null) throw noSuchUser();
    return user;
  }

  historyOf(ids: readonly number[]): Promise<ReadonlySet<number>> {
    return usersWithHistory(this.#db, ids);
  }

  async delete(ids: readonly number[], actor: Actor): Promise<Deletion> {
    const users = await this.findAll(ids);
    const deleted: User[] = [];
    const kept: { user: User; reason: KeptReason }[] = [];
    await this.#db.write(async (transaction) => {
      await lockAdministration(this.#db, transaction);
      const administrators = new Set(await administratorIds(this.#db, transaction));
      const busy = await usersWithHistory(
        this.#db,
        users.map(({ id }) => id),
        transaction,
      );
      for (const user of users) {
        const isLast = administrators.has(user.id) && administrators.size === 1;
        const reason: KeptReason | null =
          user.id === actor.userId ? 'self' : busy.has(user.id) ? 'history' : isLast ? 'last-administrator' : null;
        if (reason !== null) {
          kept.push({ user, reason });
          continue;
        }
        administrators.delete(user.id);
        await this.#users.destroy({ where: { id: user.id }, transaction });
        const before = auditedMainData(user, user.profileName, user.isActive);
        await this.#note(transaction, actor, 'deleted', user, before, null);
        deleted.push(user);
      }
    });
    return { deleted, kept };
  }

  async setQueues(id: number, queueIds: readonly number[]): Promise<void> {
    await this.#db.write((transaction) => this.#replaceQueues(id, queueIds, transaction));
  }

  /** Refuses, and takes back, a change after which nobody could administer who could before. */
  async #keepingAdministration(
    transaction: Transaction,
    changed: readonly number[],
    change: () => Promise<void>,
  ): Promise<void> {
    if (changed.length === 0) {
      await change();
      return;
    }
    await lockAdministration(this.#db, transaction);
    const before = await administratorIds(this.#db, transaction);
    await change();
    if (!changed.some((id) => before.has(id))) return;
    const after = await administratorIds(this.#db, transaction);
    if (after.size === 0) throw new DomainError('conflict', 'users:last-administrator');
  }

  /** Held until the end of the transaction: what is written about the row is what the row was. */
  async #lock(id: number, transaction: Transaction): Promise<UserRow> {
    const row = await this.#users.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE });
    if (row === null) throw noSuchUser();
    return row;
  }

  async #replaceQueues(id: number, queueIds: readonly number[], transaction: Transaction): Promise<void> {
    await this.#queues.destroy({ where: { userId: id }, transaction });
    await this.#queues.bulkCreate(
      queueIds.map((queueId) => ({ userId: id, queueId })),
      { transaction },
    );
  }

  async #queueNames(userId: number, transaction: Transaction): Promise<readonly string[]> {
    const rows = await this.#db.sequelize.query<{ name: string }>(
      'SELECT q.name AS name FROM user_queues m JOIN queues q ON q.id = m.queue_id WHERE m.user_id = :userId ORDER BY q.name',
      { type: QueryTypes.SELECT, transaction, replacements: { userId } },
    );
    return rows.map(({ name }) => name);
  }

  async #profileName(id: number, transaction: Transaction): Promise<string> {
    return (await this.#profileNames([id], transaction)).get(id) ?? '';
  }

  /** A profile that is not there (any more) is an error at the field. */
  async #profileNames(ids: readonly number[], transaction: Transaction): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#db.sequelize.query<{ id: number; name: string }>(
      'SELECT id, name FROM profiles WHERE id IN (:ids)',
      { type: QueryTypes.SELECT, transaction, replacements: { ids: [...ids] } },
    );
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    if (ids.some((id) => !names.has(id))) {
      throw new DomainError('invalid', 'users:no-such-profile', { field: 'profileId' });
    }
    return names;
  }

  #note(
    transaction: Transaction,
    actor: Actor,
    action: 'created' | 'changed' | 'deleted' | 'activated' | 'deactivated',
    { id, name }: { readonly id: number; readonly name: string },
    before: Parameters<SequelizeAuditRepository['write']>[1]['before'],
    after: Parameters<SequelizeAuditRepository['write']>[1]['after'],
  ): Promise<void> {
    const note = { actor, action, subject: 'user', subjectId: id, subjectName: name, before, after } as const;
    return this.#audit.write(transaction, note);
  }

  async #conflictsAtFields<T>(work: () => Promise<T>, missing = NO_PROFILE): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // What was chosen has been deleted meanwhile.
      if (error instanceof ForeignKeyConstraintError) {
        throw new DomainError('invalid', missing.key, { field: missing.field, cause: error });
      }
      if (!(error instanceof UniqueConstraintError)) throw error;
      const field = takenField(error);
      throw new DomainError('conflict', `users:taken-${field}`, { cause: error, field });
    }
  }
}

function noSuchUser(): DomainError {
  return new DomainError('not-found', 'errors:no-such-record');
}

/** SQLite names the column, MariaDB the index, which Sequelize names after the column. */
function takenField(error: UniqueConstraintError): 'login' | 'exchangeLogin' | 'extension' {
  const told = JSON.stringify([error.fields, error.errors.map((each) => each.path)]);
  if (told.includes('exchange_login')) return 'exchangeLogin';
  return told.includes('extension') ? 'extension' : 'login';
}
