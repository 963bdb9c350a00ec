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
  /** Set while associated with a user of the exchange: then that login and the exchange's password sign in. */
  readonly exchangeLogin: string | null;
  readonly extension: string | null;
  readonly locality: string | null;
}

export interface UserDraft {
  readonly login: string;
  readonly name: string;
  /** Null for someone who signs in with the exchange's password. */
  readonly passwordHash: string | null;
  readonly profileId: number;
  readonly locale?: Locale | null;
  readonly isActive?: boolean;
  readonly exchangeLogin?: string | null;
  readonly extension?: string | null;
  readonly locality?: string | null;
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

export interface UserSearch {
  /** A part of name or login; empty for all. */
  readonly text: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface UserPage {
  readonly users: readonly User[];
  readonly total: number;
}
