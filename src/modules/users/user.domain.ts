import { type Locale } from '../../shared/i18n/messages.js';

/** A person who uses the system. */
export interface User {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly profileId: number;
  readonly profileName: string;
  /** Null until the person chooses. */
  readonly locale: Locale | null;
  readonly isActive: boolean;
  /** Whether there is a local password. It signs in only while there is no association. */
  readonly hasPassword: boolean;
  /** Set while associated with a user of the exchange: then that login and the exchange's password sign in. */
  readonly exchangeLogin: string | null;
  readonly extension: string | null;
  readonly locality: string | null;
  /** Counts the changes by forms; see `updateVersioned`. */
  readonly version: number;
}

export interface UserDraft {
  readonly login: string;
  readonly name: string;
  /** Null for someone who signs in with the exchange's password, or has none yet. */
  readonly passwordHash: string | null;
  readonly profileId: number;
  readonly locale?: Locale | null;
  readonly isActive?: boolean;
  readonly exchangeLogin?: string | null;
  readonly extension?: string | null;
  readonly locality?: string | null;
}

/** "Dados principais". */
export interface UserMainData {
  readonly name: string;
  /** Not looked at while the user is associated: the exchange's login is in force then. */
  readonly login: string;
  readonly profileId: number;
  readonly locale: Locale | null;
}

/** "Atendimento": what an association imports, and what can be set by hand without one. */
export interface UserServiceData {
  readonly locality: string | null;
  readonly extension: string | null;
  readonly queueIds: readonly number[];
}

/** A record as the form was drawn from it. */
export interface VersionedId {
  readonly id: number;
  readonly version: number;
}

/** A user whose profile lets them take calls. */
export interface AgentUser {
  readonly id: number;
  readonly name: string;
  readonly login: string;
  readonly locale: Locale | null;
  readonly extension: string | null;
  readonly exchangeLogin: string | null;
  /** The queues this agent may log in to. */
  readonly queueIds: readonly number[];
}

export const USER_SORTS = ['name', 'login', 'profile', 'unity', 'extension', 'status'] as const;
export type UserSort = (typeof USER_SORTS)[number];
export const USER_STATES = ['all', 'active', 'inactive'] as const;
export const USER_ASSOCIATIONS = ['all', 'associated', 'not-associated'] as const;

export interface UserFilter {
  /** A part of name or login; empty for all. Case and accents do not matter. */
  readonly text: string;
  readonly state: (typeof USER_STATES)[number];
  readonly profileId: number | null;
  readonly association: (typeof USER_ASSOCIATIONS)[number];
  readonly sort: UserSort;
  readonly descending: boolean;
}

export interface UserSearch extends UserFilter {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface UserPage {
  readonly users: readonly User[];
  readonly total: number;
}

/** Why a user is kept who was to be deleted or deactivated. */
export type KeptReason = 'history' | 'self' | 'last-administrator' | 'above-you';

/** What became of users that were to be deleted. */
export interface Deletion {
  readonly deleted: readonly User[];
  readonly kept: readonly { readonly user: User; readonly reason: KeptReason }[];
}
