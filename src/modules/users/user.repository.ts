import { Op, QueryTypes, UniqueConstraintError, type ModelStatic } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { containing } from '../../platform/db/containing.js';
import { DomainError } from '../../platform/errors.js';
import { LOCALES, type Locale } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';
import { type AgentUser, type User, type UserDraft, type UserPage, type UserSearch } from './user.domain.js';
import { defineUserModel, defineUserQueueModel, type UserQueueRow, type UserRow } from './user.model.js';
import { type UserRepository } from './user.service.js';

const TAKES_CALLS: Permission = 'voice.desk';

/** The language of a row; one that this version does not have counts as not chosen. */
export function toLocale(value: string | null): Locale | null {
  return LOCALES.find((locale) => locale === value) ?? null;
}

export class SequelizeUserRepository implements UserRepository {
  readonly #db: Database;
  readonly #users: ModelStatic<UserRow>;
  readonly #queues: ModelStatic<UserQueueRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#users = defineUserModel(db.sequelize);
    this.#queues = defineUserQueueModel(db.sequelize);
  }

  async find(id: number): Promise<User | null> {
    const row = await this.#users.findByPk(id);
    return row === null ? null : ((await this.#toUsers([row]))[0] ?? null);
  }

  async list(search: UserSearch): Promise<UserPage> {
    const pattern = containing(search.text);
    const { rows, count } = await this.#users.findAndCountAll({
      ...(search.text === ''
        ? {}
        : { where: { [Op.or]: [{ name: { [Op.like]: pattern } }, { loginKey: { [Op.like]: pattern } }] } }),
      order: [
        ['name', 'ASC'],
        ['id', 'ASC'],
      ],
      limit: search.pageSize,
      offset: (search.page - 1) * search.pageSize,
    });
    return { users: await this.#toUsers(rows), total: count };
  }

  async listAgents(): Promise<readonly AgentUser[]> {
    const allowed = await this.#db.sequelize.query<{ id: number }>(
      'SELECT u.id AS id FROM users u JOIN profile_permissions p ON p.profile_id = u.profile_id ' +
        'WHERE p.permission = :permission',
      { type: QueryTypes.SELECT, replacements: { permission: TAKES_CALLS } },
    );
    const ids = allowed.map((row) => row.id);
    const [rows, queues] = await Promise.all([
      this.#users.findAll({
        where: { id: { [Op.in]: ids }, isActive: true },
        order: [
          ['name', 'ASC'],
          ['id', 'ASC'],
        ],
      }),
      this.#queues.findAll({ where: { userId: { [Op.in]: ids } }, order: [['queueId', 'ASC']] }),
    ]);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      login: row.login,
      locale: toLocale(row.locale),
      extension: row.extension,
      exchangeLogin: row.exchangeLogin,
      queueIds: queues.filter((queue) => queue.userId === row.id).map((queue) => queue.queueId),
    }));
  }

  async insert(draft: UserDraft & { readonly loginKey: string }): Promise<User> {
    try {
      const row = await this.#db.write((transaction) =>
        this.#users.create(
          {
            login: draft.login,
            loginKey: draft.loginKey,
            name: draft.name,
            passwordHash: draft.passwordHash,
            profileId: draft.profileId,
            locale: draft.locale ?? null,
            isActive: draft.isActive ?? true,
            exchangeLogin: draft.exchangeLogin ?? null,
            extension: draft.extension ?? null,
            locality: draft.locality ?? null,
          },
          { transaction },
        ),
      );
      const [user] = await this.#toUsers([row]);
      if (user === undefined) throw new Error(`user ${row.id} has no profile`);
      return user;
    } catch (error) {
      if (error instanceof UniqueConstraintError) {
        throw new DomainError('conflict', 'errors:name-taken', { cause: error, field: takenField(error) });
      }
      throw error;
    }
  }

  async setLocale(id: number, locale: Locale): Promise<void> {
    await this.#db.write((transaction) => this.#users.update({ locale }, { where: { id }, transaction }));
  }

  setActive(id: number, isActive: boolean): Promise<User | null> {
    return this.#update(id, { isActive });
  }

  async setQueues(id: number, queueIds: readonly number[]): Promise<void> {
    await this.#db.write(async (transaction) => {
      await this.#queues.destroy({ where: { userId: id }, transaction });
      await this.#queues.bulkCreate(
        queueIds.map((queueId) => ({ userId: id, queueId })),
        { transaction },
      );
    });
  }

  async #update(id: number, change: { readonly isActive: boolean }): Promise<User | null> {
    const row = await this.#db.write(async (transaction) => {
      const found = await this.#users.findByPk(id, { transaction });
      return found === null ? null : await found.update(change, { transaction });
    });
    return row === null ? null : ((await this.#toUsers([row]))[0] ?? null);
  }

  async #toUsers(rows: readonly UserRow[]): Promise<readonly User[]> {
    const profiles = await this.#db.sequelize.query<{ id: number; name: string }>('SELECT id, name FROM profiles', {
      type: QueryTypes.SELECT,
    });
    const names = new Map(profiles.map((profile) => [profile.id, profile.name]));
    return rows.map((row) => ({
      id: row.id,
      login: row.login,
      name: row.name,
      profileId: row.profileId,
      profileName: names.get(row.profileId) ?? '',
      locale: toLocale(row.locale),
      isActive: row.isActive,
      exchangeLogin: row.exchangeLogin,
      extension: row.extension,
      locality: row.locality,
    }));
  }
}

/** SQLite names the column, MariaDB the index, which Sequelize names after the column. */
function takenField(error: UniqueConstraintError): 'login' | 'exchangeLogin' | 'extension' {
  const told = JSON.stringify([error.fields, error.errors.map((each) => each.path)]);
  if (told.includes('exchange_login')) return 'exchangeLogin';
  return told.includes('extension') ? 'extension' : 'login';
}
