import { type AuditEntry, type AuditSearch, type AuditSubject } from './audit.domain.js';

export interface AuditRepository {
  /** The newest first. */
  list(
    search: AuditSearch,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }>;
  /** The newest entry about one record; null when there is none. */
  last(subject: AuditSubject, subjectId: string | number | null): Promise<AuditEntry | null>;
}

export const AUDIT_PAGE_SIZE = 50;

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
}
