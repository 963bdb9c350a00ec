import { type MessageKey } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';

/** A page that can be reached from the menu and the home page. */
export interface MenuEntry {
  readonly href: string;
  readonly label: MessageKey;
  /** What it is for, in a sentence. */
  readonly about: MessageKey;
  /** Name in the icon set; to be listed in `src/client/icons.json`. */
  readonly icon: string;
  readonly group: MessageKey;
  /** What one must hold to open it. */
  readonly permission: Permission | 'demo';
}

/** In the order shown. A new page adds its line here, and nothing else. */
export const MENU: readonly MenuEntry[] = [
  {
    href: '/desk',
    label: 'common:menu-desk',
    about: 'common:about-desk',
    icon: 'headset',
    group: 'common:group-service',
    permission: 'voice.desk',
  },
  {
    href: '/calls',
    label: 'common:menu-calls',
    about: 'common:about-calls',
    icon: 'phone-call',
    group: 'common:group-service',
    permission: 'calls.list',
  },
  {
    href: '/attendances',
    label: 'common:menu-attendances',
    about: 'common:about-attendances',
    icon: 'notes',
    group: 'common:group-service',
    permission: 'attendances.list',
  },
  {
    href: '/callbacks',
    label: 'common:menu-callbacks',
    about: 'common:about-callbacks',
    icon: 'calendar-time',
    group: 'common:group-service',
    permission: 'callbacks.list',
  },
  {
    href: '/customers',
    label: 'common:menu-customers',
    about: 'common:about-customers',
    icon: 'address-book',
    group: 'common:group-service',
    permission: 'customers.list',
  },
  {
    href: '/monitoring',
    label: 'common:menu-monitoring',
    about: 'common:about-monitoring',
    icon: 'layout-dashboard',
    group: 'common:group-statistics',
    permission: 'monitoring',
  },
  {
    href: '/admin',
    label: 'common:menu-admin',
    about: 'common:about-admin',
    icon: 'settings',
    group: 'common:group-administration',
    permission: 'administration',
  },
  {
    href: '/admin/users',
    label: 'common:menu-users',
    about: 'common:about-users',
    icon: 'users',
    group: 'common:group-administration',
    permission: 'users.list',
  },
  {
    href: '/admin/association',
    label: 'common:menu-association',
    about: 'common:about-association',
    icon: 'link',
    group: 'common:group-administration',
    permission: 'unity.associate',
  },
  {
    href: '/admin/logged-in',
    label: 'common:menu-logged-in',
    about: 'common:about-logged-in',
    icon: 'user-check',
    group: 'common:group-administration',
    permission: 'users.logged-in',
  },
  {
    href: '/admin/profiles',
    label: 'common:menu-profiles',
    about: 'common:about-profiles',
    icon: 'shield-check',
    group: 'common:group-administration',
    permission: 'profiles.list',
  },
  {
    href: '/admin/reasons',
    label: 'common:menu-reasons',
    about: 'common:about-reasons',
    icon: 'list-check',
    group: 'common:group-administration',
    permission: 'reasons.list',
  },
  {
    href: '/admin/queues',
    label: 'common:menu-queues',
    about: 'common:about-queues',
    icon: 'users-group',
    group: 'common:group-administration',
    permission: 'queues.list',
  },
  {
    href: '/admin/settings/integration',
    label: 'common:menu-integration',
    about: 'common:about-integration',
    icon: 'plug-connected',
    group: 'common:group-administration',
    permission: 'general-settings',
  },
  {
    href: '/admin/exchange',
    label: 'common:menu-exchange',
    about: 'common:about-exchange',
    icon: 'server',
    group: 'common:group-administration',
    permission: 'exchange.list',
  },
  {
    href: '/admin/audit',
    label: 'common:menu-audit',
    about: 'common:about-audit',
    icon: 'history',
    group: 'common:group-administration',
    permission: 'audit.list',
  },
  {
    href: '/demo/phone',
    label: 'common:menu-demo-phone',
    about: 'common:about-demo-phone',
    icon: 'device-mobile',
    group: 'common:group-demo',
    permission: 'demo',
  },
];

/** What somebody with these permissions may open. */
export function menuFor(permissions: ReadonlySet<Permission>, demo: boolean): readonly MenuEntry[] {
  return MENU.filter(({ permission }) => (permission === 'demo' ? demo : permissions.has(permission)));
}
