import { type Permission } from '../../shared/permissions.js';
import { type AuditRecord, type AuditSubject } from './audit.domain.js';

interface Place {
  /** Without the record's id where all records of a kind are on one page. */
  readonly href: (id: string) => string;
  readonly permission: Permission;
}

const below =
  (path: string): Place['href'] =>
  (id) =>
    `${path}/${encodeURIComponent(id)}`;
const at =
  (path: string): Place['href'] =>
  () =>
    path;

/** Where the records of the trail are. Exports have no place. */
const PLACES: Readonly<Partial<Record<AuditSubject, Place>>> = {
  user: { href: below('/admin/users'), permission: 'users.list' },
  customer: { href: below('/customers'), permission: 'customers.list' },
  attendance: { href: below('/attendances'), permission: 'attendances.list' },
  profile: { href: below('/admin/profiles'), permission: 'profiles.list' },
  reason: { href: below('/admin/reasons'), permission: 'reasons.list' },
  queue: { href: below('/admin/queues'), permission: 'queues.list' },
  holiday: { href: below('/admin/holidays'), permission: 'queues.list' },
  integration: { href: at('/admin/settings/integration'), permission: 'general-settings' },
  association: { href: below('/admin/users'), permission: 'users.list' },
  session: { href: at('/admin/logged-in'), permission: 'users.logged-in' },
  // Recordings are heard on the page of their call, by whose id they go here.
  recording: { href: below('/calls'), permission: 'calls.list' },
  'recording-settings': { href: at('/admin/settings/recordings'), permission: 'general-settings' },
  'exchange-user': { href: below('/admin/exchange/users'), permission: 'exchange.list' },
  'exchange-queue': { href: below('/admin/exchange/queues'), permission: 'exchange.list' },
  'exchange-pause-reason': { href: below('/admin/exchange/pause-reasons'), permission: 'exchange.list' },
  'exchange-locality': { href: below('/admin/exchange/localities'), permission: 'exchange.list' },
  'exchange-prompt': { href: below('/admin/exchange/prompts'), permission: 'exchange.list' },
};

/** Whose page a record has: an association is part of its user. */
export function holderOf({ subject, subjectId }: AuditRecord): AuditRecord {
  return { subject: subject === 'association' ? 'user' : subject, subjectId };
}

/** The page of a record; null where there is none, or none that somebody with these permissions may open. */
export function placeOf({ subject, subjectId }: AuditRecord, permissions: ReadonlySet<Permission>): string | null {
  const place = PLACES[subject];
  if (place === undefined || !permissions.has(place.permission)) return null;
  return place.href(subjectId ?? '');
}
