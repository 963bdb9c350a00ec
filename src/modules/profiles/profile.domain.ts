import { type Permission } from '../../shared/permissions.js';

/** A named set of permissions; every user has exactly one. */
export interface Profile {
  readonly id: number;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

export interface ProfileDraft {
  readonly name: string;
  readonly permissions: readonly Permission[];
}

/** A profile as the list shows it. */
export interface ProfileListItem {
  readonly id: number;
  readonly name: string;
  readonly permissionCount: number;
  readonly userCount: number;
}
