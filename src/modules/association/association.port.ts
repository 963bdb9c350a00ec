import { type MessageKey } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';
import { type Actor } from '../audit/index.js';
import { type Directory, type DirectoryQueue, type DirectoryUser } from '../telephony/telephony.port.js';
import {
  type AssociationFilter,
  type Difference,
  type KnownQueue,
  type Person,
  type QueueDifference,
} from './association.domain.js';

export interface AssociationSearch {
  /** A part of name or login, as a text key; empty for all. */
  readonly text: string;
  readonly show: AssociationFilter;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** Imports `user` into a person. */
export interface Import {
  readonly userId: number;
  /** Whom the person is associated with now; with somebody else it is a StaleError. */
  readonly was: string | null;
  readonly user: DirectoryUser;
  /** The user's queues, as the exchange has them. */
  readonly queues: readonly DirectoryQueue[];
}

/** What the unique indexes would not take. */
export interface Holder {
  readonly userId: number;
  readonly name: string;
}

export interface AssociationRepository {
  list(search: AssociationSearch): Promise<{ readonly people: readonly Person[]; readonly total: number }>;
  /** Those of the ids that exist, by name. */
  findMany(ids: readonly number[]): Promise<readonly Person[]>;
  /** Who is associated with whom, by the exchange's login. */
  holders(): Promise<ReadonlyMap<string, Holder>>;
  holderOfExtension(extension: string): Promise<Holder | null>;
  queues(): Promise<readonly KnownQueue[]>;
  /**
   * Imports in one transaction, with queues that are not known yet; the local password is gone with a first association.
   * Throws a DomainError: 'conflict' on `exchangeLogin` or `extension` when another person has it, StaleError, 'not-found'.
   */
  import(action: 'associated' | 'synchronised', imports: readonly Import[], actor: Actor): Promise<void>;
  /**
   * Takes out all that was imported. `passwordHash` is the new local password's, null for someone who is to choose one.
   * Throws StaleError or a DomainError 'not-found'.
   */
  dissociate(userId: number, was: string, passwordHash: string | null, actor: Actor): Promise<void>;
  /** Creates, renumbers, brings back and retires queues, in one transaction. */
  synchroniseQueues(difference: QueueDifference, actor: Actor): Promise<void>;
}

/** What the live half knows of a person who takes calls. */
export interface Standing {
  /** In a call, about to be in one, or writing one up. */
  readonly isBusy: boolean;
  /** On shift or logged in to queues: to be logged out before the phone or the login changes. */
  readonly isOnShift: boolean;
  /** Names of the queues they are logged in to. */
  readonly queues: readonly string[];
}

export interface AgentPresence {
  standingOf(userId: number): Standing;
  /** Ends the shift and logs out of all queues. Throws a DomainError 'conflict' for someone in a call. */
  logOut(userId: number): Promise<void>;
}

/** How someone who no longer signs in through the exchange comes to a password. */
export interface NewLocalPassword {
  /** A one-time link to a page where the person chooses one; the path, to be handed on. */
  issue(userId: number, actor: Actor): Promise<string>;
}

/** Who asks. */
export interface AssociationAdministrator {
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
}

export interface AssociationDeps {
  readonly permissionsOf: (profileId: number) => Promise<ReadonlySet<Permission>>;
  readonly repository: AssociationRepository;
  /** The exchange's users and queues; null without an exchange. Rejects as 'unavailable' when it does not answer. */
  readonly directory: (() => Promise<Directory>) | null;
  readonly presence: AgentPresence;
  readonly links: NewLocalPassword;
  readonly hash: (password: string) => Promise<string>;
  readonly endSessions: (userId: number) => Promise<void>;
  /** Tells the live half that people or queues are not what they were. */
  readonly reload: () => Promise<void>;
  readonly logError: (error: unknown, context: object) => void;
}

/** A sentence about a row, still as a key. */
export interface RowProblem {
  readonly key: MessageKey;
  readonly params: Readonly<Record<string, string | number>>;
}

/** What became of one row of many. */
export interface RowReport {
  readonly userId: number;
  readonly name: string;
  readonly outcome: 'done' | 'unchanged' | 'refused';
  /** Why it was refused. */
  readonly problem: RowProblem | null;
}

/** The exchange as the page needs it. */
export type ExchangeSide =
  | { readonly state: 'there'; readonly directory: Directory; readonly free: readonly DirectoryUser[] }
  /** `away`: it does not answer now. `none`: there is no telephony at all. */
  | { readonly state: 'away' | 'none' };

/** One ticked row, as it was posted. */
export interface AssociationWish {
  readonly userId: number;
  /** What stands in "Usuário Unity". */
  readonly typed: string;
  /** Whom the person was associated with when the page was drawn; null for nobody. */
  readonly was: string | null;
}

export interface PersonDifference {
  readonly person: Person;
  /**
   * `differs`: something would change. `equal`: nothing would. `gone`: the exchange has no such user any more.
   * `not-associated`: there is nothing to compare.
   */
  readonly kind: 'differs' | 'equal' | 'gone' | 'not-associated';
  readonly difference: Difference | null;
  readonly standing: Standing;
}
