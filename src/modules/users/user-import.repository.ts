import {
  ForeignKeyConstraintError,
  QueryTypes,
  UniqueConstraintError,
  type CreationAttributes,
  type ModelStatic,
  type Transaction,
} from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { searchKey, textKey } from '../../shared/text-key.js';
import { type Actor, type SequelizeAuditRepository } from '../audit/index.js';
import { auditedMainData } from './user-audit.domain.js';
import { type ImportDraft, type ImportProblem } from './user-import.domain.js';
import { type FailedLine, type ImportedUser, type UserImportRepository } from './user-import.service.js';
import { defineUserModel, type UserRow } from './user.model.js';

/** Rows in one statement: more is no faster, and one statement must stay under MariaDB's limit of a packet. */
const ROWS_A_STATEMENT = 500;

const LOGIN_TAKEN: ImportProblem = { field: 'login', key: 'users:taken-login', params: {} };

export class SequelizeUserImportRepository implements UserImportRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #users: ModelStatic<UserRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#users = defineUserModel(db.sequelize);
  }

  async takenKeys(loginKeys: readonly string[]): Promise<ReadonlySet<string>> {
    const taken = await this.#idsOf(loginKeys.map(textKey));
    return new Set(taken.keys());
  }

  async insertAll(
    drafts: readonly ImportDraft[],
    actor: Actor,
  ): Promise<{ readonly created: readonly ImportedUser[]; readonly failed: readonly FailedLine[] }> {
    const created: ImportedUser[] = [];
    const failed: FailedLine[] = [];
    await this.#db.write(async (transaction) => {
      for (let i = 0; i < drafts.length; i += ROWS_A_STATEMENT) {
        const some = drafts.slice(i, i + ROWS_A_STATEMENT);
        const problems = await this.#insert(some, transaction);
        const stored = some.filter((draft) => !problems.has(draft));
        const ids = await this.#idsOf(
          stored.map(({ loginKey }) => loginKey),
          transaction,
        );
        for (const [draft, problem] of problems) failed.push({ row: draft, problems: [problem] });
        for (const { line, name, login, loginKey } of stored) {
          created.push({ id: ids.get(loginKey) ?? 0, line, name, login });
        }
        await this.#audit.write(
          transaction,
          ...stored.map((draft) => ({
            actor,
            action: 'imported' as const,
            subject: 'user' as const,
            subjectId: ids.get(draft.loginKey) ?? null,
            subjectName: draft.name,
            before: null,
            after: auditedMainData(draft, draft.profile, true),
          })),
        );
      }
    });
    return { created, failed };
  }

  /** In one statement; only when somebody took a login meanwhile, line by line, to find out which. */
  async #insert(
    drafts: readonly ImportDraft[],
    transaction: Transaction,
  ): Promise<ReadonlyMap<ImportDraft, ImportProblem>> {
    const problems = new Map<ImportDraft, ImportProblem>();
    try {
      await this.#users.bulkCreate(drafts.map(toRow), { transaction });
    } catch (error) {
      if (problemOf(error) === null) throw error;
      for (const draft of drafts) {
        try {
          await this.#users.create(toRow(draft), { transaction });
        } catch (own) {
          const problem = problemOf(own);
          if (problem === null) throw own;
          problems.set(draft, problem);
        }
      }
    }
    return problems;
  }

  async #idsOf(loginKeys: readonly string[], transaction?: Transaction): Promise<ReadonlyMap<string, number>> {
    const ids = new Map<string, number>();
    for (let i = 0; i < loginKeys.length; i += ROWS_A_STATEMENT) {
      const keys = loginKeys.slice(i, i + ROWS_A_STATEMENT);
      const rows = await this.#db.sequelize.query<{ id: number; loginKey: string }>(
        'SELECT id, login_key AS loginKey FROM users WHERE login_key IN (:keys)',
        { type: QueryTypes.SELECT, replacements: { keys }, ...(transaction === undefined ? {} : { transaction }) },
      );
      for (const { id, loginKey } of rows) ids.set(loginKey, id);
    }
    return ids;
  }
}

/** Nobody imported has a password: each chooses one by a link. */
function toRow(draft: ImportDraft): CreationAttributes<UserRow> {
  const { name, login, loginKey, profileId, locale } = draft;
  return {
    name,
    nameKey: searchKey(name),
    login,
    loginKey,
    profileId,
    locale,
    passwordHash: null,
    exchangeLogin: null,
    extension: null,
    locality: null,
  };
}

function problemOf(error: unknown): ImportProblem | null {
  if (error instanceof UniqueConstraintError) return LOGIN_TAKEN;
  if (error instanceof ForeignKeyConstraintError) return { field: 'profile', key: 'users:no-such-profile', params: {} };
  return null;
}
