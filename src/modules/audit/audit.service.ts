import { holderOf } from './audit-places.domain.js';
import {
  type AuditEntry,
  type AuditNote,
  type AuditPerson,
  type AuditRecord,
  type AuditSearch,
  type AuditSubject,
} from './audit.domain.js';

export interface AuditRepository {
  /** The newest first. */
  list(
    search: AuditSearch,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }>;
  count(search: AuditSearch): Promise<number>;
  /** The newest entries that were written before the one with that id; those that come meanwhile do not shift them. */
  listBefore(search: AuditSearch, id: number, limit: number): Promise<readonly AuditEntry[]>;
  /** The newest entry about one record; null when there is none. */
  last(subject: AuditSubject, subjectId: string | number | null): Promise<AuditEntry | null>;
  /** Everybody the trail names, by name. */
  people(): Promise<readonly AuditPerson[]>;
  /** Those of the records whose deletion is in the trail. */
  deletedOf(records: readonly AuditRecord[]): Promise<readonly AuditRecord[]>;
  /** Writes an entry that belongs to no other change, in a transaction of its own. */
  record(note: AuditNote): Promise<AuditEntry>;
}

export const AUDIT_PAGE_SIZE = 50;
/** Entries in one file; spreadsheets end at a million lines, and an entry may take several. */
export const AUDIT_EXPORT_LIMIT = 50_000;
const EXPORT_CHUNK = 500;

/** Who changed what, when, from where. Written by the repositories, in the transaction of each change; read here. */
export class AuditTrail {
  readonly #repository: AuditRepository;

  constructor(deps: { readonly repository: AuditRepository }) {
    this.#repository = deps.repository;
  }

  list(
    search: AuditSearch,
    page: number,
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }> {
    return this.#repository.list(search, { offset: (page - 1) * AUDIT_PAGE_SIZE, limit: AUDIT_PAGE_SIZE });
  }

  /** Who touched a record last: what a form that was overtaken names. */
  last(subject: AuditSubject, subjectId: string | number | null): Promise<AuditEntry | null> {
    return this.#repository.last(subject, subjectId);
  }

  people(): Promise<readonly AuditPerson[]> {
    return this.#repository.people();
  }

  /** Tells of a record whether it is still there, as far as the trail knows. */
  async existing(records: readonly AuditRecord[]): Promise<(record: AuditRecord) => boolean> {
    const keyOf = ({ subject, subjectId }: AuditRecord): string => `${subject} ${subjectId ?? ''}`;
    const gone = new Set((await this.#repository.deletedOf(records.map(holderOf))).map(keyOf));
    return (record) => !gone.has(keyOf(holderOf(record)));
  }

  /**
   * Writes down that the entries found by a search are taken out of the system, then gives them, the newest first, in
   * portions, so that no file is too large for the memory. What happens from then on is not among them.
   *
   * @param note who takes them, and what was searched for
   */
  async export(
    search: AuditSearch,
    note: Pick<AuditNote, 'actor' | 'subjectName'> & { readonly filter: NonNullable<AuditNote['after']> },
  ): Promise<AsyncGenerator<readonly AuditEntry[]>> {
    const count = Math.min(await this.#repository.count(search), AUDIT_EXPORT_LIMIT);
    const begin = await this.#repository.record({
      actor: note.actor,
      action: 'exported',
      subject: 'audit',
      subjectId: null,
      subjectName: note.subjectName,
      before: null,
      after: { entries: count, ...note.filter },
    });
    return this.#portions(search, begin.id);
  }

  async *#portions(search: AuditSearch, begin: number): AsyncGenerator<readonly AuditEntry[]> {
    let id = begin;
    for (let left = AUDIT_EXPORT_LIMIT; left > 0;) {
      const entries = await this.#repository.listBefore(search, id, Math.min(EXPORT_CHUNK, left));
      const last = entries.at(-1);
      if (last === undefined) return;
      yield entries;
      left -= entries.length;
      id = last.id;
    }
  }
}
