import { type Permission } from '../../shared/permissions.js';
import { type Actor } from '../audit/audit.domain.js';
import { readUsersFile } from './user-csv.js';
import {
  planImport,
  type ImportDraft,
  type ImportProblem,
  type ImportRow,
  type PlannedLine,
} from './user-import.domain.js';
import { type Administrator } from './user.service.js';

export interface ImportedUser {
  readonly id: number;
  readonly line: number;
  readonly name: string;
  readonly login: string;
}

export interface FailedLine {
  readonly row: Pick<ImportRow, 'line' | 'name' | 'login' | 'profile'>;
  readonly problems: readonly ImportProblem[];
}

export interface UserImportRepository {
  /** Which of these logins users have already. */
  takenKeys(loginKeys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Creates them all in one transaction, and audits each; those that conflict meanwhile are left out and said. */
  insertAll(
    drafts: readonly ImportDraft[],
    actor: Actor,
  ): Promise<{ readonly created: readonly ImportedUser[]; readonly failed: readonly FailedLine[] }>;
}

export interface UserImportDeps {
  readonly repository: UserImportRepository;
  readonly profiles: () => Promise<readonly { readonly id: number; readonly name: string }[]>;
  readonly reaches: (
    by: { readonly permissions: ReadonlySet<Permission> },
    user: { readonly profileId: number },
  ) => Promise<boolean>;
  readonly onChanged: () => Promise<void>;
}

export interface ImportPreview {
  readonly lines: readonly PlannedLine[];
  readonly ignored: readonly string[];
}

/** Users from a spreadsheet: first what would happen, then it happens. */
export class UserImport {
  readonly #deps: UserImportDeps;

  constructor(deps: UserImportDeps) {
    this.#deps = deps;
  }

  /** Stores nothing. Throws a DomainError 'invalid' on `text` for a file that cannot be read. */
  async preview(by: Administrator, text: string): Promise<ImportPreview> {
    const { rows, ignored } = readUsersFile(text);
    const { repository, profiles, reaches } = this.#deps;
    const [named, taken] = await Promise.all([profiles(), repository.takenKeys(rows.map((row) => row.login))]);
    const known = await Promise.all(
      named.map(async ({ id, name }) => ({ id, name, isWithinReach: await reaches(by, { profileId: id }) })),
    );
    return { lines: planImport(rows, known, taken), ignored };
  }

  /** Creates the users of all good lines. What was good in the preview and is not any more comes back as failed. */
  async apply(
    by: Administrator,
    text: string,
  ): Promise<{ readonly created: readonly ImportedUser[]; readonly failed: readonly FailedLine[] }> {
    const { lines } = await this.preview(by, text);
    const drafts = lines.flatMap(({ draft }) => draft ?? []);
    const { created, failed } = await this.#deps.repository.insertAll(drafts, by.actor);
    if (created.length > 0) await this.#deps.onChanged();
    const bad = [...lines.filter(({ draft }) => draft === null), ...failed];
    return { created, failed: bad.sort((a, b) => a.row.line - b.row.line) };
  }
}
