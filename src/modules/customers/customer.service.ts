import { type Customer, type CustomerPage, type CustomerSearch } from './customer.domain.js';
import { normaliseNumber } from './phone-number.domain.js';

export interface CustomerRepository {
  find(id: number): Promise<Customer | null>;
  /** By a number in E.164. */
  findByNumber(number: string): Promise<Customer | null>;
  list(search: CustomerSearch): Promise<CustomerPage>;
}

/** The people who call and are called. */
export class Customers {
  readonly #repository: CustomerRepository;

  constructor(deps: { readonly repository: CustomerRepository }) {
    this.#repository = deps.repository;
  }

  find(id: number): Promise<Customer | null> {
    return this.#repository.find(id);
  }

  /** By a number as the exchange or a person wrote it. */
  findByNumber(number: string): Promise<Customer | null> {
    return this.#repository.findByNumber(normaliseNumber(number));
  }

  list(search: CustomerSearch): Promise<CustomerPage> {
    return this.#repository.list(search);
  }
}
