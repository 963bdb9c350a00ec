import { QueryTypes } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { localeOf } from '../../platform/http/preferences.js';
import { toPermissions } from '../profiles/index.js';
import { type Account, type AccountStore, type ViewerRecord } from './account.service.js';

interface AccountRow {
  readonly id: number;
  readonly passwordHash: string | null;
  readonly exchangeLogin: string | null;
  readonly isActive: number | boolean;
}

interface ViewerRow {
  readonly id: number;
  readonly name: string;
  readonly locale: string | null;
  readonly extension: string | null;
  readonly permission: string | null;
}

const ACCOUNT =
  'SELECT id, password_hash AS passwordHash, exchange_login AS exchangeLogin, is_active AS isActive FROM users';

/** Reads users as accounts. Plain queries: a viewer is read at every request, in one round. */
export class SequelizeAccountStore implements AccountStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  findByLogin(loginKey: string): Promise<Account | null> {
    return this.#findOne(`${ACCOUNT} WHERE login_key = :value`, loginKey);
  }

  findByExchangeLogin(login: string): Promise<Account | null> {
    return this.#findOne(`${ACCOUNT} WHERE exchange_login = :value`, login);
  }

  async loadViewer(userId: number): Promise<ViewerRecord | null> {
    const rows = await this.#db.sequelize.query<ViewerRow>(
      'SELECT u.id, u.name, u.locale, u.extension, p.permission FROM users u ' +
        'LEFT JOIN profile_permissions p ON p.profile_id = u.profile_id WHERE u.id = :userId AND u.is_active = :active',
      { type: QueryTypes.SELECT, replacements: { userId, active: true } },
    );
    const [first] = rows;
    if (first === undefined) return null;
    return {
      userId: first.id,
      name: first.name,
      locale: localeOf(first.locale),
      extension: first.extension,
      permissions: toPermissions(rows.flatMap((row) => row.permission ?? [])),
    };
  }

  async #findOne(query: string, value: string): Promise<Account | null> {
    const [row] = await this.#db.sequelize.query<AccountRow>(query, {
      type: QueryTypes.SELECT,
      replacements: { value },
    });
    if (row === undefined) return null;
    return {
      userId: row.id,
      passwordHash: row.passwordHash,
      exchangeLogin: row.exchangeLogin,
      isActive: Boolean(row.isActive),
    };
  }
}
