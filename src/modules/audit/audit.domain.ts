/** Who does something that the audit trail keeps: a signed-in person, or the system itself. */
export interface Actor {
  /** Null for the system. */
  readonly userId: number | null;
  /** As it was then: the entry is readable when the person is long gone. */
  readonly name: string;
  /** The network address the wish came from; null for the system. */
  readonly address: string | null;
}

export const SYSTEM_ACTOR: Actor = { userId: null, name: 'Citrus Voz', address: null };

export const AUDIT_ACTIONS = [
  'created',
  'changed',
  'deleted',
  'activated',
  'deactivated',
  'associated',
  'dissociated',
  'synchronised',
  'merged',
  'password-changed',
  'session-ended',
  'imported',
  'tested',
  'exported',
  'played',
  'reopened',
  'finished',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What an entry is about; each has a name in the messages, `audit:subject.<code>`. */
export const AUDIT_SUBJECTS = [
  'user',
  'profile',
  'reason',
  'queue',
  'holiday',
  'integration',
  'association',
  'session',
  'exchange-user',
  'exchange-queue',
  'exchange-pause-reason',
  'exchange-locality',
  'exchange-prompt',
  'audit',
  'customer',
  'recording',
  'recording-settings',
  'attendance',
] as const;
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

/** The audited fields of a record, in plain values. Secrets are never put here; say `MASKED` when one is set. */
export type AuditFields = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/** Stands for a secret that is set. Two different secrets look the same; `SECRET_CHANGED` says that it was replaced. */
export const MASKED = '••••••';
export const SECRET_CHANGED = '•••••• (*)';

/** What is to be written: one change to one record. */
export interface AuditNote {
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  /** Id of the record; null for what exists once. */
  readonly subjectId: string | number | null;
  /** What people call the record. */
  readonly subjectName: string;
  readonly before: AuditFields | null;
  readonly after: AuditFields | null;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: Date;
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  readonly subjectId: string | null;
  readonly subjectName: string;
  readonly before: AuditFields | null;
  readonly after: AuditFields | null;
}

export interface AuditSearch {
  /** A part of the person's or the record's name; empty for all. */
  readonly text: string;
  readonly subject: AuditSubject | null;
  readonly subjectId: string | null;
  readonly action: AuditAction | null;
  /** Who did it: a person's id, or `system`; null for all. */
  readonly userId: number | 'system' | null;
  readonly from: Date | null;
  /** Not included. */
  readonly until: Date | null;
}

/** Somebody whom the trail names. */
export interface AuditPerson {
  readonly userId: number | 'system';
  /** As in their newest entry. */
  readonly name: string;
}

/** A record as entries name it. */
export interface AuditRecord {
  readonly subject: AuditSubject;
  readonly subjectId: string | null;
}

/**
 * Only what differs, on both sides, where there are two sides. Null when nothing does: a form that was saved as it was
 * changed nothing, and is not worth an entry.
 */
export function changedFields(
  before: AuditFields | null,
  after: AuditFields | null,
): { readonly before: AuditFields | null; readonly after: AuditFields | null } | null {
  if (before === null || after === null) return { before, after };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
  if (names.length === 0) return null;
  const pick = (fields: AuditFields): AuditFields =>
    Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
