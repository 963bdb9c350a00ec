import { type Queue } from './queue.domain.js';

export interface QueueRepository {
  /** All queues, retired ones too, by name. */
  list(): Promise<readonly Queue[]>;
  find(id: number): Promise<Queue | null>;
  findByExchangeName(exchangeName: string): Promise<Queue | null>;
  /** The active queues a user may log in to, by name. */
  listOfUser(userId: number): Promise<readonly { readonly id: number; readonly name: string }[]>;
}

/** The voice queues. */
export class Queues {
  readonly #repository: QueueRepository;

  constructor(deps: { readonly repository: QueueRepository }) {
    this.#repository = deps.repository;
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
}
