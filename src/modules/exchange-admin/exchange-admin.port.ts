import { type Actor } from '../audit/index.js';
import {
  type Entry,
  type LocalityEntry,
  type NameFields,
  type PromptEntry,
  type PromptFields,
  type QueueEntry,
  type QueueFields,
  type RecordKey,
  type UserEntry,
  type UserFields,
} from './exchange-admin.domain.js';

/** One kind of record of the exchange's directory. */
export interface DirectorySection<E extends Entry, Fields> {
  /** Those whose name, login or number contains `text`; all for an empty one. In the order people look for them. */
  list(
    text: string,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly entries: readonly E[]; readonly total: number }>;
  all(): Promise<readonly E[]>;
  find(id: number): Promise<E | null>;
  /** @throws DomainError `conflict` at the field whose value another record has */
  insert(fields: Fields, actor: Actor): Promise<void>;
  /**
   * @throws DomainError `not-found`; `conflict` as `insert`
   * @throws StaleError when somebody saved it since
   */
  save(key: RecordKey, fields: Fields, actor: Actor): Promise<void>;
  /**
   * All or none; those that are gone already are no error.
   * @throws DomainError `conflict` when one is in use
   */
  remove(ids: readonly number[], actor: Actor): Promise<void>;
}

/** A recording as it is served. */
export interface ServedAudio {
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface PromptSection extends DirectorySection<PromptEntry, PromptFields> {
  /** For people who may see the directory; null when it is gone. */
  audioOf(id: number): Promise<ServedAudio | null>;
  /** For phones, which only know this; null for a token of nothing, or of what has been replaced. */
  audioOfToken(token: string): Promise<ServedAudio | null>;
}

export interface DirectorySections {
  readonly users: DirectorySection<UserEntry, UserFields>;
  readonly queues: DirectorySection<QueueEntry, QueueFields>;
  readonly localities: DirectorySection<LocalityEntry, NameFields>;
  readonly pauseReasons: DirectorySection<Entry, NameFields>;
  readonly prompts: PromptSection;
}

/** The exchange as it runs. */
export interface RunningExchange {
  /** Takes over what was changed, now. */
  reloadDirectory(): Promise<void>;
  /** Whether the phone of an extension rings or talks. */
  isInCall(extension: string): boolean;
  /** Whether callers wait in the queue of that name. */
  hasCallers(queue: string): boolean;
}
