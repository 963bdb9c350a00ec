import { type Permission } from '../../shared/permissions.js';

/** A named set of permissions; every user has exactly one. */
export interface Profile {
  readonly id: number;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Counts the changes; a form that was drawn from an older one is refused. */
  readonly version: number;
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

/** Somebody who has a profile. */
export interface ProfileUser {
  readonly id: number;
  readonly name: string;
  readonly login: string;
  readonly isActive: boolean;
}

export interface ProfileUsers {
  /** The first of them, by name. */
  readonly users: readonly ProfileUser[];
  readonly total: number;
}
