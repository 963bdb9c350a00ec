import { type MessageKey } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';

/** A screen of the administration, as a block that leads to it. */
export interface AdminBlock {
  readonly href: string;
  readonly label: MessageKey;
  /** What it is for, in a sentence; found by the search too. */
  readonly about: MessageKey;
  /** Name in the icon set. */
  readonly icon: string;
  readonly permission: Permission;
  /** The page of blocks between the section and this one, where there is one. */
  readonly under?: AdminStepKey;
}

/** A page that holds nothing but blocks: a step on the way to a screen. */
export interface AdminStep {
  readonly href: string;
  readonly label: MessageKey;
  readonly permission: Permission;
}

export type AdminStepKey = 'settings' | 'unity' | 'people';

/** The steps of the ways to the screens, below the administration itself. */
export const ADMIN_STEPS: Readonly<Record<AdminStepKey, AdminStep>> = {
  settings: { href: '/admin/settings', label: 'administration:section-settings', permission: 'general-settings' },
  unity: { href: '/admin/settings/unity', label: 'administration:unity', permission: 'general-settings' },
  people: { href: '/admin/people', label: 'administration:section-people', permission: 'administration' },
};

export interface AdminSection {
  readonly label: MessageKey;
  /** The page that shows this section alone; null when there is none. */
  readonly step: 'settings' | 'people' | null;
  readonly blocks: readonly AdminBlock[];
}

/** Everything that is set up, grouped along the ways that the product's manual describes. */
export const ADMIN_SECTIONS: readonly AdminSection[] = [
  {
    label: 'administration:section-settings',
    step: 'settings',
    blocks: [
      {
        href: ADMIN_STEPS.unity.href,
        label: 'administration:unity',
        about: 'administration:about-unity',
        icon: 'plug-connected',
        permission: 'general-settings',
      },
      {
        href: '/admin/settings/integration',
        label: 'administration:integration',
        about: 'administration:about-integration',
        icon: 'adjustments',
        permission: 'general-settings',
        under: 'unity',
      },
      {
        href: '/admin/reasons',
        label: 'administration:reasons',
        about: 'common:about-reasons',
        icon: 'list-check',
        permission: 'reasons.list',
      },
      {
        href: '/admin/queues',
        label: 'administration:queues',
        about: 'common:about-queues',
        icon: 'users-group',
        permission: 'queues.list',
      },
      {
        href: '/admin/holidays',
        label: 'administration:holidays',
        about: 'administration:about-holidays',
        icon: 'calendar-off',
        permission: 'queues.list',
      },
      {
        href: '/admin/settings/recordings',
        label: 'administration:recordings',
        about: 'administration:about-recordings',
        icon: 'microphone',
        permission: 'general-settings',
      },
      {
        href: '/admin/exchange',
        label: 'administration:exchange',
        about: 'common:about-exchange',
        icon: 'server',
        permission: 'exchange.list',
      },
    ],
  },
  {
    label: 'administration:section-people',
    step: 'people',
    blocks: [
      {
        href: '/admin/users',
        label: 'administration:user',
        about: 'common:about-users',
        icon: 'users',
        permission: 'users.list',
      },
      {
        href: '/admin/association',
        label: 'administration:association',
        about: 'common:about-association',
        icon: 'link',
        permission: 'unity.associate',
      },
      {
        href: '/admin/logged-in',
        label: 'administration:logged-in',
        about: 'common:about-logged-in',
        icon: 'user-check',
        permission: 'users.logged-in',
      },
    ],
  },
  {
    label: 'administration:section-profiles',
    step: null,
    blocks: [
      {
        href: '/admin/profiles',
        label: 'administration:profiles',
        about: 'common:about-profiles',
        icon: 'shield-check',
        permission: 'profiles.list',
      },
    ],
  },
  {
    label: 'administration:section-audit',
    step: null,
    blocks: [
      {
        href: '/admin/audit',
        label: 'administration:audit',
        about: 'common:about-audit',
        icon: 'history',
        permission: 'audit.list',
      },
    ],
  },
];

/** What somebody with these permissions may open; a section without a block is not there. */
export function adminSectionsFor(permissions: ReadonlySet<Permission>): readonly AdminSection[] {
  return ADMIN_SECTIONS.map((section) => ({
    ...section,
    blocks: section.blocks.filter(({ permission }) => permissions.has(permission)),
  })).filter(({ blocks }) => blocks.length > 0);
}

/** The blocks on a step's own page. The step itself is not one of them. */
export function adminBlocksOf(step: AdminStepKey, permissions: ReadonlySet<Permission>): readonly AdminBlock[] {
  const all = adminSectionsFor(permissions);
  if (step === 'unity') return all.flatMap(({ blocks }) => blocks.filter(({ under }) => under === 'unity'));
  return all.filter((section) => section.step === step).flatMap(({ blocks }) => blocks);
}
