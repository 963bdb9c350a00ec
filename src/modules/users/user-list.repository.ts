import { QueryTypes } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import { searchKey, textKey } from '../../shared/text-key.js';
import { type User, type UserFilter, type UserPage, type UserSearch, type UserSort } from './user.domain.js';
import { toLocale } from './user.model.js';

/** One user as `SELECT_USERS` reads it. */
interface UserRecord {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly profileId: number;
  readonly profileName: string;
  readonly locale: string | null;
  readonly isActive: number | boolean;
  readonly hasPassword: number | boolean;
  readonly exchangeLogin: string | null;
  readonly extension: string | null;
  readonly locality: string | null;
  readonly version: number;
}

export const SELECT_USERS =
  'SELECT u.id AS id, u.login AS login, u.name AS name, u.profile_id AS profileId, p.name AS profileName, ' +
  'u.locale AS locale, u.is_active AS isActive, u.password_hash IS NOT NULL AS hasPassword, ' +
  'u.exchange_login AS exchangeLogin, u.extension AS extension, u.locality AS locality, u.version AS version ' +
  'FROM users u JOIN profiles p ON p.id = u.profile_id';

export function toUser(row: UserRecord): User {
  return {
    ...row,
    locale: toLocale(row.locale),
    isActive: Boolean(row.isActive),
    hasPassword: Boolean(row.hasPassword),
  };
}

/** Extensions are digits: by length first, 999 comes before 1000. What is empty comes last either way. */
const ORDER: Readonly<Record<UserSort, (direction: string) => string>> = {
  name: (direction) => `u.name_key ${direction}, u.id ${direction}`,
  login: (direction) => `u.login_key ${direction}, u.id`,
  profile: (direction) => `p.name_key ${direction}, u.name_key, u.id`,
  unity: (direction) => `u.exchange_login IS NULL, u.exchange_login ${direction}, u.name_key, u.id`,
  extension: (direction) =>
    `u.extension IS NULL, LENGTH(u.extension) ${direction}, u.extension ${direction}, u.name_key, u.id`,
  status: (direction) => `u.is_active ${direction === 'ASC' ? 'DESC' : 'ASC'}, u.name_key, u.id`,
};

/** One page of the list: two queries, whatever is asked and however many users there are. */
export async function readUserPage(db: Database, search: UserSearch): Promise<UserPage> {
  const { where, replacements } = conditionsOf(search);
  const order = ORDER[search.sort](search.descending ? 'DESC' : 'ASC');
  const [rows, counts] = await Promise.all([
    db.sequelize.query<UserRecord>(`${SELECT_USERS}${where} ORDER BY ${order} LIMIT :limit OFFSET :offset`, {
      type: QueryTypes.SELECT,
      replacements: { ...replacements, limit: search.pageSize, offset: (search.page - 1) * search.pageSize },
    }),
    db.sequelize.query<{ n: number }>(`SELECT COUNT(*) AS n FROM users u${where}`, {
      type: QueryTypes.SELECT,
      replacements,
    }),
  ]);
  return { users: rows.map(toUser), total: counts[0]?.n ?? 0 };
}

/** By name. */
export async function readUsers(db: Database, ids: readonly number[]): Promise<readonly User[]> {
  if (ids.length === 0) return [];
  const rows = await db.sequelize.query<UserRecord>(`${SELECT_USERS} WHERE u.id IN (:ids) ORDER BY u.name_key, u.id`, {
    type: QueryTypes.SELECT,
    replacements: { ids: [...ids] },
  });
  return rows.map(toUser);
}

function conditionsOf(filter: UserFilter): {
  readonly where: string;
  readonly replacements: Readonly<Record<string, string | number | boolean>>;
} {
  const conditions: string[] = [];
  const replacements: Record<string, string | number | boolean> = {};
  if (filter.text !== '') {
    conditions.push('(u.name_key LIKE :name OR u.login_key LIKE :login)');
    replacements['name'] = containing(searchKey(filter.text));
    replacements['login'] = containing(textKey(filter.text));
  }
  if (filter.state !== 'all') {
    conditions.push('u.is_active = :active');
    replacements['active'] = filter.state === 'active';
  }
  if (filter.profileId !== null) {
    conditions.push('u.profile_id = :profileId');
    replacements['profileId'] = filter.profileId;
  }
  if (filter.association !== 'all') {
    conditions.push(`u.exchange_login IS ${filter.association === 'associated' ? 'NOT ' : ''}NULL`);
  }
  return { where: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, replacements };
}
