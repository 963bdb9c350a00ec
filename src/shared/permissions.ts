/**
 * Every permission a profile can hold, in the order the profile's tabs show them. The code is stored; the name a person
 * reads is the message `permissions:<code>`, spelled in pt-BR exactly as the product does.
 */
export const PERMISSION_GROUPS = {
  administration: ['administration', 'general-settings', 'audit.list'],
  users: [
    'users.list',
    'users.create',
    'users.edit',
    'users.delete',
    'users.logged-in',
    'unity.associate',
    'unity.dissociate',
    'unity.synchronise',
  ],
  profiles: ['profiles.list', 'profiles.create', 'profiles.edit', 'profiles.delete'],
  reasons: ['reasons.list', 'reasons.create', 'reasons.edit', 'reasons.delete'],
  queues: ['queues.list', 'queues.edit', 'exchange.list', 'exchange.edit'],
  service: [
    'voice.desk',
    'voice.outbound',
    'customers.list',
    'customers.create',
    'customers.edit',
    'customers.delete',
    'attendances.list',
    'attendances.create',
    'attendances.edit',
    'attendances.delete',
    'attendances.confidential',
    'callbacks.schedule',
    'callbacks.list',
    'callbacks.edit',
    'callbacks.delete',
    'calls.list',
    'recordings.listen',
  ],
  supervision: [
    'monitoring',
    'monitoring-groups.list',
    'monitoring-groups.create',
    'monitoring-groups.edit',
    'monitoring-groups.delete',
    'monitoring-alerts',
    'calls.listen',
    'calls.whisper',
    'calls.barge',
    'agents.force-pause',
    'agents.force-logout',
    'calls.force-hang-up',
    'reports',
  ],
} as const;

export type PermissionGroup = keyof typeof PERMISSION_GROUPS;
export type Permission = (typeof PERMISSION_GROUPS)[PermissionGroup][number];

export const PERMISSIONS: readonly Permission[] = Object.values(PERMISSION_GROUPS).flat();

/** What only lets one see the administration, or who is here: supervisors have such too. */
const LOOKING: ReadonlySet<Permission> = new Set<Permission>([
  'users.list',
  'users.logged-in',
  'profiles.list',
  'reasons.list',
  'queues.list',
  'exchange.list',
]);

const ADMINISTERING: readonly Permission[] = [
  ...PERMISSION_GROUPS.administration,
  ...PERMISSION_GROUPS.users,
  ...PERMISSION_GROUPS.profiles,
  ...PERMISSION_GROUPS.reasons,
  ...PERMISSION_GROUPS.queues,
].filter((permission) => !LOOKING.has(permission));

/**
 * Whether somebody administers what another does not. Whoever decides how a person signs in, or which profile they have,
 * could sign in as that person; this keeps it from being a way to more. Taking calls and supervising are left out: an
 * administrator creates and associates agents and supervisors, and need not do their work.
 */
export function outranks(theirs: ReadonlySet<Permission>, mine: ReadonlySet<Permission>): boolean {
  return ADMINISTERING.some((permission) => theirs.has(permission) && !mine.has(permission));
}
