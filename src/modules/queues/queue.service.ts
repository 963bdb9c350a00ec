import { type Actor } from '../audit/index.js';
import { type HoursOfQueue } from './queue-hours.service.js';
import { type Queue, type QueueRecord, type QueueSettings, type QueueUse } from './queue.domain.js';

export interface QueueSearch {
  /** A part of the shown name, the exchange's name or the number; empty for all. */
  readonly text: string;
  readonly use: QueueUse;
}

export const QUEUES_PAGE_SIZE = 50;

export interface QueueRepository {
  /** All queues, retired ones too, by name. */
  list(): Promise<readonly Queue[]>;
  find(id: number): Promise<Queue | null>;
  findByExchangeName(exchangeName: string): Promise<Queue | null>;
  /** The active queues a user may log in to, by name. */
  listOfUser(userId: number): Promise<readonly { readonly id: number; readonly name: string }[]>;
  /** By name. */
  search(
    search: QueueSearch,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly queues: readonly QueueRecord[]; readonly total: number }>;
  record(id: number): Promise<QueueRecord | null>;
  /** Of all queues, retired ones too. */
  listHours(): Promise<readonly HoursOfQueue[]>;
  /**
   * @throws DomainError `not-found` when there is no such queue
   * @throws StaleError when somebody saved it since `version`
   */
  save(queue: { readonly id: number; readonly version: number }, settings: QueueSettings, actor: Actor): Promise<void>;
}

/** The voice queues. */
export class Queues {
  readonly #repository: QueueRepository;

  readonly #onChanged: () => Promise<void>;

  constructor(deps: {
    readonly repository: QueueRepository;
    /** Told after each change, and waited for: what is saved is in force when the page says so. */
    readonly onChanged?: () => Promise<void>;
  }) {
    this.#repository = deps.repository;
    this.#onChanged = deps.onChanged ?? (() => Promise.resolve());
  }

  list(): Promise<readonly Queue[]> {
    return this.#repository.list();
  }

  find(id: number): Promise<Queue | null> {
    return this.#repository.find(id);
  }

  findByExchangeName(exchangeName: string): Promise<Queue | null> {
    return this.#repository.findByExchangeName(exchangeName);
  }

  /** The active queues a user may log in to, by name. */
  listOfUser(userId: number): Promise<readonly { readonly id: number; readonly name: string }[]> {
    return this.#repository.listOfUser(userId);
  }

  /** The administrators' list. `page` from 1. */
  search(
    search: QueueSearch,
    page: number,
  ): Promise<{ readonly queues: readonly QueueRecord[]; readonly total: number }> {
    return this.#repository.search(search, { offset: (page - 1) * QUEUES_PAGE_SIZE, limit: QUEUES_PAGE_SIZE });
  }

  record(id: number): Promise<QueueRecord | null> {
    return this.#repository.record(id);
  }

  /** Of all queues, retired ones too. */
  listHours(): Promise<readonly HoursOfQueue[]> {
    return this.#repository.listHours();
  }

  /** Whether callbacks may be promised from a queue. One that does not exist any more forbids nothing. */
  async offersCallbacks(id: number): Promise<boolean> {
    return (await this.#repository.record(id))?.offersCallbacks ?? true;
  }

  /** Saves what an administrator decided; see `QueueRepository.save` for what it throws. */
  async save(
    queue: { readonly id: number; readonly version: number },
    settings: QueueSettings,
    actor: Actor,
  ): Promise<void> {
    await this.#repository.save(queue, settings, actor);
    await this.#onChanged();
  }
}
