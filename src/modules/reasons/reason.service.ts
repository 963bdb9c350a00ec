import { DomainError } from '../../platform/errors.js';
import { type Reason, type ReasonType } from './reason.domain.js';

export interface ReasonRepository {
  /** In the order people chose for them; retired ones too. */
  list(type: ReasonType): Promise<readonly Reason[]>;
  find(id: number): Promise<Reason | null>;
}

/** The reasons people choose from. */
export class Reasons {
  readonly #repository: ReasonRepository;

  constructor(deps: { readonly repository: ReasonRepository }) {
    this.#repository = deps.repository;
  }

  list(type: ReasonType): Promise<readonly Reason[]> {
    return this.#repository.list(type);
  }

  /** Those that may still be chosen. */
  async listActive(type: ReasonType): Promise<readonly Reason[]> {
    return (await this.#repository.list(type)).filter((reason) => reason.isActive);
  }

  /**
   * The reason, if it may still be chosen.
   * @throws DomainError `conflict` when there is none of that type, or it was retired.
   */
  async requireActive(type: ReasonType, id: number): Promise<Reason> {
    const reason = await this.#repository.find(id);
    if (reason?.type !== type || !reason.isActive) throw new DomainError('conflict', 'calls:refused.no-reason');
    return reason;
  }
}
