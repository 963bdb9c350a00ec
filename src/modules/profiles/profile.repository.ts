import {
  ForeignKeyConstraintError,
  Op,
  QueryTypes,
  UniqueConstraintError,
  type ModelStatic,
  type Transaction,
} from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { containing } from '../../platform/db/containing.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { PERMISSIONS, type Permission } from '../../shared/permissions.js';
import { type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import { Administrators } from './last-administrator.repository.js';
import {
  type Profile,
  type ProfileDraft,
  type ProfileListItem,
  type ProfileUser,
  type ProfileUsers,
} from './profile.domain.js';
import {
  defineProfileModel,
  defineProfilePermissionModel,
  type ProfilePermissionRow,
  type ProfileRow,
} from './profile.model.js';
import { type ProfileRepository } from './profile.service.js';

const known: ReadonlySet<string> = new Set(PERMISSIONS);

/** Codes that this version knows; one that a newer version stored gives nothing here. */
export function toPermissions(codes: readonly string[]): ReadonlySet<Permission> {
  return new Set(codes.filter((code): code is Permission => known.has(code)));
}

type KeyedDraft = ProfileDraft & { readonly nameKey: string };

export class SequelizeProfileRepository implements ProfileRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #administrators: Administrators;
  readonly #profiles: ModelStatic<ProfileRow>;
  readonly #permissions: ModelStatic<ProfilePermissionRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#administrators = new Administrators(db);
    this.#profiles = defineProfileModel(db.sequelize);
    this.#permissions = defineProfilePermissionModel(db.sequelize);
  }

  async find(id: number): Promise<Profile | null> {
    const [row, permissions] = await Promise.all([this.#profiles.findByPk(id), this.#permissionsOf(id)]);
    return row === null ? null : { id: row.id, name: row.name, version: row.version, permissions };
  }

  async findAll(ids: readonly number[]): Promise<readonly ProfileListItem[]> {
    return this.#toItems(
      await this.#profiles.findAll({ where: { id: { [Op.in]: ids } }, order: [['nameKey', 'ASC']] }),
    );
  }

  async list(search: string): Promise<readonly ProfileListItem[]> {
    return this.#toItems(
      await this.#profiles.findAll({
        ...(search === '' ? {} : { where: { nameKey: { [Op.like]: containing(search) } } }),
        order: [['nameKey', 'ASC']],
      }),
    );
  }

  async usersOf(id: number, limit: number): Promise<ProfileUsers> {
    const [users, total] = await Promise.all([
      this.#db.sequelize.query<Omit<ProfileUser, 'isActive'> & { readonly isActive: number | boolean }>(
        'SELECT id, name, login, is_active AS isActive FROM users WHERE profile_id = :id ORDER BY name, id LIMIT :limit',
        { type: QueryTypes.SELECT, replacements: { id, limit } },
      ),
      this.#countUsers(id),
    ]);
    return { users: users.map((user) => ({ ...user, isActive: Boolean(user.isActive) })), total };
  }

  insert(draft: KeyedDraft, actor: Actor | null): Promise<Profile> {
    return this.#named(() =>
      this.#db.write(async (transaction) => {
        const row = await this.#profiles.create({ name: draft.name, nameKey: draft.nameKey }, { transaction });
        const permissions = new Set(draft.permissions);
        await this.#give(row.id, [...permissions], transaction);
        if (actor !== null) {
          const after = toFields(row.name, permissions);
          await this.#audit.write(transaction, { ...noteOf(row, actor), action: 'created', before: null, after });
        }
        return { id: row.id, name: row.name, version: row.version, permissions };
      }),
    );
  }

  update(
    row: { readonly id: number; readonly version: number },
    draft: KeyedDraft,
    actor: Actor,
  ): Promise<readonly number[]> {
    return this.#named(() =>
      this.#db.write((transaction) =>
        this.#administrators.keep(transaction, actor.userId, () => this.#change(row, draft, actor, transaction)),
      ),
    );
  }

  async remove(ids: readonly number[], actor: Actor): Promise<number> {
    return this.#db.write(async (transaction) => {
      const rows = await this.#profiles.findAll({
        where: { id: { [Op.in]: ids } },
        order: [['id', 'ASC']],
        transaction,
      });
      for (const row of rows) {
        const before = toFields(row.name, await this.#permissionsOf(row.id, transaction));
        await this.#destroy(row, transaction);
        await this.#audit.write(transaction, { ...noteOf(row, actor), action: 'deleted', before, after: null });
      }
      return rows.length;
    });
  }

  async #change(
    { id, version }: { readonly id: number; readonly version: number },
    draft: KeyedDraft,
    actor: Actor,
    transaction: Transaction,
  ): Promise<readonly number[]> {
    const row = await this.#profiles.findByPk(id, { transaction });
    if (row === null) throw new DomainError('not-found', 'errors:no-such-record');
    const before = await this.#permissionsOf(id, transaction);
    const after = new Set(draft.permissions);
    await updateVersioned(this.#profiles, { id, version }, { name: draft.name, nameKey: draft.nameKey }, transaction);
    const taken = [...before].filter((permission) => !after.has(permission));
    const given = [...after].filter((permission) => !before.has(permission));
    // What a newer version has stored and this one does not know stays.
    await this.#permissions.destroy({ where: { profileId: id, permission: taken }, transaction });
    await this.#give(id, given, transaction);
    await this.#audit.write(transaction, {
      ...noteOf({ id, name: draft.name }, actor),
      action: 'changed',
      before: toFields(row.name, before),
      after: toFields(draft.name, after),
    });
    if (taken.length + given.length === 0) return [];
    const users = await this.#db.sequelize.query<{ id: number }>(
      'SELECT id FROM users WHERE profile_id = :id AND is_active = :active',
      { type: QueryTypes.SELECT, replacements: { id, active: true }, transaction },
    );
    return users.map((user) => user.id);
  }

  async #give(profileId: number, permissions: readonly Permission[], transaction: Transaction): Promise<void> {
    await this.#permissions.bulkCreate(
      permissions.map((permission) => ({ profileId, permission })),
      { transaction },
    );
  }

  /** Whether somebody has it is the foreign key's to say: a user may be given it at this very moment. */
  async #destroy(row: ProfileRow, transaction: Transaction): Promise<void> {
    try {
      await row.destroy({ transaction });
    } catch (error) {
      if (!(error instanceof ForeignKeyConstraintError)) throw error;
      const params = { name: row.name, count: await this.#countUsers(row.id, transaction) };
      throw new DomainError('conflict', 'profiles:in-use', { cause: error, params });
    }
  }

  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      throw new DomainError('conflict', 'profiles:name-taken', { cause: error, field: 'name' });
    }
  }

  async #permissionsOf(profileId: number, transaction?: Transaction): Promise<ReadonlySet<Permission>> {
    const rows = await this.#permissions.findAll({ where: { profileId }, transaction: transaction ?? null });
    return toPermissions(rows.map(({ permission }) => permission));
  }

  async #toItems(rows: readonly ProfileRow[]): Promise<readonly ProfileListItem[]> {
    const [permissions, users] = await Promise.all([
      this.#count('SELECT profile_id AS id, COUNT(*) AS n FROM profile_permissions GROUP BY profile_id'),
      this.#count('SELECT profile_id AS id, COUNT(*) AS n FROM users GROUP BY profile_id'),
    ]);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      permissionCount: permissions.get(row.id) ?? 0,
      userCount: users.get(row.id) ?? 0,
    }));
  }

  async #countUsers(id: number, transaction?: Transaction): Promise<number> {
    const [row] = await this.#db.sequelize.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM users WHERE profile_id = :id',
      { type: QueryTypes.SELECT, replacements: { id }, transaction: transaction ?? null },
    );
    return row?.n ?? 0;
  }

  async #count(query: string): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#db.sequelize.query<{ id: number; n: number }>(query, { type: QueryTypes.SELECT });
    return new Map(rows.map((row) => [row.id, row.n]));
  }
}

function noteOf(
  row: { readonly id: number; readonly name: string },
  actor: Actor,
): { readonly actor: Actor; readonly subject: 'profile'; readonly subjectId: number; readonly subjectName: string } {
  return { actor, subject: 'profile', subjectId: row.id, subjectName: row.name };
}

/** In the order of the profile's tabs, so that two equal sets are equal lists. */
function toFields(name: string, permissions: ReadonlySet<Permission>): AuditFields {
  return { name, permissions: PERMISSIONS.filter((permission) => permissions.has(permission)) };
}
