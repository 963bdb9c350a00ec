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
    href: '/callbacks',
    label: 'common:menu-callbacks',
    about: 'common:about-callbacks',
    icon: 'calendar-time',
    group: 'common:group-service',
    permission: 'callbacks.list',
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
    href: '/admin/users',
    label: 'common:menu-users',
    about: 'common:about-users',
    icon: 'users',
    group: 'common:group-administration',
    permission: 'users.list',
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
