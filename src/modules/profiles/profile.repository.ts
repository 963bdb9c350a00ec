import { Op, QueryTypes, UniqueConstraintError, type ModelStatic } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { containing } from '../../platform/db/containing.js';
import { DomainError } from '../../platform/errors.js';
import { PERMISSIONS, type Permission } from '../../shared/permissions.js';
import { type Profile, type ProfileDraft, type ProfileListItem } from './profile.domain.js';
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

export class SequelizeProfileRepository implements ProfileRepository {
  readonly #db: Database;
  readonly #profiles: ModelStatic<ProfileRow>;
  readonly #permissions: ModelStatic<ProfilePermissionRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#profiles = defineProfileModel(db.sequelize);
    this.#permissions = defineProfilePermissionModel(db.sequelize);
  }

  async find(id: number): Promise<Profile | null> {
    const [row, permissions] = await Promise.all([
      this.#profiles.findByPk(id),
      this.#permissions.findAll({ where: { profileId: id } }),
    ]);
    if (row === null) return null;
    return { id: row.id, name: row.name, permissions: toPermissions(permissions.map((each) => each.permission)) };
  }

  async list(search: string): Promise<readonly ProfileListItem[]> {
    const rows = await this.#profiles.findAll({
      ...(search === '' ? {} : { where: { nameKey: { [Op.like]: containing(search) } } }),
      order: [['nameKey', 'ASC']],
    });
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

  async insert(draft: ProfileDraft & { readonly nameKey: string }): Promise<Profile> {
    try {
      return await this.#db.write(async (transaction) => {
        const row = await this.#profiles.create({ name: draft.name, nameKey: draft.nameKey }, { transaction });
        const permissions = new Set(draft.permissions);
        await this.#permissions.bulkCreate(
          [...permissions].map((permission) => ({ profileId: row.id, permission })),
          { transaction },
        );
        return { id: row.id, name: row.name, permissions };
      });
    } catch (error) {
      if (error instanceof UniqueConstraintError) {
        throw new DomainError('conflict', 'errors:name-taken', { cause: error, field: 'name' });
      }
      throw error;
    }
  }

  async #count(query: string): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#db.sequelize.query<{ id: number; n: number }>(query, { type: QueryTypes.SELECT });
    return new Map(rows.map((row) => [row.id, row.n]));
  }
}
