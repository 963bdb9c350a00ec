import { DomainError } from '../../platform/errors.js';
import { textKey } from '../../shared/text-key.js';
import { type Actor } from '../audit/index.js';
import {
  type MoveDirection,
  type Reason,
  type ReasonDraft,
  type ReasonSearch,
  type ReasonType,
  type RemovedReasons,
} from './reason.domain.js';

type KeyedDraft = ReasonDraft & { readonly nameKey: string };
/** A row as somebody saw it. */
interface SeenRow {
  readonly id: number;
  readonly version: number;
}

export interface ReasonRepository {
  /** In the order people chose for them; retired ones too. */
  list(type: ReasonType): Promise<readonly Reason[]>;
  /** By type, those in use before the retired ones, each in their order. */
  search(search: ReasonSearch): Promise<readonly Reason[]>;
  find(id: number): Promise<Reason | null>;
  /** Which of these something stored refers to. */
  usedAmong(ids: readonly number[]): Promise<ReadonlySet<number>>;
  /** At the end of its type. Throws a DomainError 'conflict' on field 'name' when the type has the name. */
  insert(type: ReasonType, draft: KeyedDraft, actor: Actor): Promise<Reason>;
  /** Throws a DomainError 'not-found' or 'conflict' (name), or a `StaleError`. */
  update(row: SeenRow, draft: KeyedDraft, actor: Actor): Promise<Reason>;
  /** Throws a DomainError 'not-found'. */
  restore(id: number, actor: Actor): Promise<Reason>;
  /** Throws a DomainError 'not-found'. */
  move(id: number, direction: MoveDirection, actor: Actor): Promise<Reason>;
  /** Deletes those that nothing refers to and `isHeld` does not know; retires the others. */
  remove(ids: readonly number[], actor: Actor, isHeld: (id: number) => boolean): Promise<RemovedReasons>;
}

export interface ReasonsDeps {
  readonly repository: ReasonRepository;
  /**
   * Settles with what tells whether an agent is, or is about to be, in a pause for a reason, when all that was before is
   * stored. Without it nothing is live.
   */
  readonly live?: () => Promise<(reasonId: number) => boolean>;
}

/** The reasons people choose from. */
export class Reasons {
  readonly #deps: ReasonsDeps;
  readonly #repository: ReasonRepository;
  readonly #listeners = new Set<() => void>();

  constructor(deps: ReasonsDeps) {
    this.#deps = deps;
    this.#repository = deps.repository;
  }

  list(type: ReasonType): Promise<readonly Reason[]> {
    return this.#repository.list(type);
  }

  search(search: ReasonSearch): Promise<readonly Reason[]> {
    return this.#repository.search({ ...search, text: textKey(search.text) });
  }

  find(id: number): Promise<Reason | null> {
    return this.#repository.find(id);
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

  /** Which of these would be retired rather than deleted. */
  async usedAmong(ids: readonly number[]): Promise<ReadonlySet<number>> {
    const isHeld = await this.#live();
    return new Set([...(await this.#repository.usedAmong(ids)), ...ids.filter(isHeld)]);
  }

  /** Throws a DomainError 'conflict' when another reason of the type has the name. */
  create(type: ReasonType, draft: ReasonDraft, actor: Actor): Promise<Reason> {
    return this.#changed(this.#repository.insert(type, keyed(draft), actor));
  }

  /** Throws as `ReasonRepository.update` does. */
  change(row: SeenRow, draft: ReasonDraft, actor: Actor): Promise<Reason> {
    return this.#changed(this.#repository.update(row, keyed(draft), actor));
  }

  /** Puts a retired one back in use; one that is in use stays so. */
  restore(id: number, actor: Actor): Promise<Reason> {
    return this.#changed(this.#repository.restore(id, actor));
  }

  move(id: number, direction: MoveDirection, actor: Actor): Promise<Reason> {
    return this.#changed(this.#repository.move(id, direction, actor));
  }

  async remove(ids: readonly number[], actor: Actor): Promise<RemovedReasons> {
    return this.#changed(this.#repository.remove(ids, actor, await this.#live()));
  }

  /** Tells that what may be chosen has changed. Returns its own undo. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #changed<T>(change: Promise<T>): Promise<T> {
    const result = await change;
    for (const listener of this.#listeners) listener();
    return result;
  }

  #live(): Promise<(reasonId: number) => boolean> {
    return this.#deps.live?.() ?? Promise.resolve(() => false);
  }
}

function keyed(draft: ReasonDraft): KeyedDraft {
  return { ...draft, nameKey: textKey(draft.name) };
}
