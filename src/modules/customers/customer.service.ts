import { type Actor } from '../audit/audit.domain.js';
import { DomainError } from '../../platform/errors.js';
import { type Customer, type CustomerFields, type CustomerPage, type CustomerSearch } from './customer.domain.js';
import { type MergeChoices } from './customer-merge.domain.js';
import { documentKey } from './document.domain.js';
import { normaliseNumber } from './phone-number.domain.js';

/** Two records of one customer, as they were shown, and what was chosen. */
export interface MergeOrder {
  readonly keepId: number;
  readonly keepVersion: number;
  readonly goneId: number;
  readonly goneVersion: number;
  readonly choices: MergeChoices;
}

/**
 * Where customers are kept; every change is in the audit trail. What another customer has is refused with a `conflict` at
 * `document` or `numbers`, whose params name the other, and the number.
 */
export interface CustomerRepository {
  find(id: number): Promise<Customer | null>;
  /** By a number in E.164. */
  findByNumber(number: string): Promise<Customer | null>;
  /** By a document without punctuation. */
  findByDocument(document: string): Promise<Customer | null>;
  /** By name. */
  list(search: CustomerSearch): Promise<CustomerPage>;
  create(fields: CustomerFields, actor: Actor): Promise<Customer>;
  /** Throws a `StaleError` when `version` is not the record's any more. */
  update(id: number, version: number, fields: CustomerFields, actor: Actor): Promise<Customer>;
  /** One more number, whatever else changes meanwhile; none when the customer has it. */
  addNumber(id: number, number: string, actor: Actor): Promise<Customer>;
  /** All or none: one with calls, attendances or callbacks is a `conflict`. Those that are not there are passed over. */
  remove(ids: readonly number[], actor: Actor): Promise<void>;
  idsWithTies(ids: readonly number[]): Promise<ReadonlySet<number>>;
  /**
   * Moves numbers, calls, attendances and callbacks to the one that stays, and deletes the other; all or nothing. Throws a
   * `StaleError` when one of the two was changed since it was shown, `not-found` when one is gone.
   */
  merge(order: MergeOrder, actor: Actor): Promise<Customer>;
}

/** A customer that is no more, and who has what was its: nobody when it was deleted. */
export interface CustomerGone {
  readonly goneId: number;
  readonly stays: { readonly id: number; readonly name: string } | null;
}

/** The people who call and are called. */
export class Customers {
  readonly #repository: CustomerRepository;
  readonly #listeners = new Set<(gone: CustomerGone) => void>();

  constructor(deps: { readonly repository: CustomerRepository }) {
    this.#repository = deps.repository;
  }

  find(id: number): Promise<Customer | null> {
    return this.#repository.find(id);
  }

  /** Throws a DomainError 'not-found'. */
  async require(id: number): Promise<Customer> {
    const customer = await this.#repository.find(id);
    if (customer === null) throw new DomainError('not-found', 'errors:no-such-record');
    return customer;
  }

  /** By a number as the exchange or a person wrote it. */
  findByNumber(number: string): Promise<Customer | null> {
    return this.#repository.findByNumber(normaliseNumber(number));
  }

  /** By a document as a person wrote it. */
  findByDocument(document: string): Promise<Customer | null> {
    return this.#repository.findByDocument(documentKey(document));
  }

  list(search: CustomerSearch): Promise<CustomerPage> {
    return this.#repository.list(search);
  }

  create(fields: CustomerFields, actor: Actor): Promise<Customer> {
    return this.#repository.create(fields, actor);
  }

  update(id: number, version: number, fields: CustomerFields, actor: Actor): Promise<Customer> {
    return this.#repository.update(id, version, fields, actor);
  }

  /** A number in E.164. */
  addNumber(id: number, number: string, actor: Actor): Promise<Customer> {
    return this.#repository.addNumber(id, number, actor);
  }

  /** Which of these cannot be deleted. */
  idsWithTies(ids: readonly number[]): Promise<ReadonlySet<number>> {
    return this.#repository.idsWithTies(ids);
  }

  async remove(ids: readonly number[], actor: Actor): Promise<void> {
    await this.#repository.remove(ids, actor);
    for (const goneId of ids) this.#tell({ goneId, stays: null });
  }

  async merge(order: MergeOrder, actor: Actor): Promise<Customer> {
    if (order.keepId === order.goneId) throw new DomainError('invalid', 'customers:error.merge-same');
    const customer = await this.#repository.merge(order, actor);
    this.#tell({ goneId: order.goneId, stays: { id: customer.id, name: customer.name } });
    return customer;
  }

  /** Told after it is stored; for what holds customers in memory, as running calls do. Returns its own undo. */
  onGone(listener: (gone: CustomerGone) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(gone: CustomerGone): void {
    for (const listener of this.#listeners) listener(gone);
  }
}
