import {
  isEnded,
  isActive,
  isWaiting,
  type AttemptChange,
  type Callback,
  type CallbackAttempt,
  type CallbackDraft,
} from '../../src/modules/callbacks/callback.domain.js';
import {
  type CallbackClaim,
  type CallbackFilter,
  type CallbackPage,
  type CallbackRepository,
} from '../../src/modules/callbacks/callback.port.js';

/** Held to the port by the same suite as the one over the database. Each call yields once, as a real one would. */
export class InMemoryCallbackRepository implements CallbackRepository {
  readonly #rows = new Map<number, Callback>();
  #attempts: CallbackAttempt[] = [];
  #nextId = 1;
  readonly #names: { readonly customers: ReadonlyMap<number, string>; readonly users: ReadonlyMap<number, string> };

  constructor(names: { readonly customers: ReadonlyMap<number, string>; readonly users: ReadonlyMap<number, string> }) {
    this.#names = names;
  }

  async insert(draft: CallbackDraft, maxOpen: number): Promise<Callback | null> {
    await Promise.resolve();
    const open = this.#all().filter((row) => row.ownerId === draft.ownerId && !isEnded(row.state));
    const same = open.find((row) => row.number === draft.number && row.dueAt === draft.dueAt);
    if (same !== undefined) return same;
    if (open.length >= maxOpen) return null;
    const row: Callback = {
      ...draft,
      id: this.#nextId++,
      customerName: draft.customerId === null ? null : (this.#names.customers.get(draft.customerId) ?? null),
      ownerName: draft.ownerId === null ? null : (this.#names.users.get(draft.ownerId) ?? null),
      state: 'scheduled',
      reason: null,
      attempts: 0,
      claimedBy: null,
      claimedUntil: null,
      version: 0,
    };
    this.#rows.set(row.id, row);
    return row;
  }

  async find(id: number): Promise<Callback | null> {
    await Promise.resolve();
    return this.#rows.get(id) ?? null;
  }

  async findByCall(callId: string): Promise<{ callback: Callback; attempt: CallbackAttempt } | null> {
    await Promise.resolve();
    const attempt = this.#attempts.find((each) => each.callId === callId);
    const callback = attempt === undefined ? undefined : this.#rows.get(attempt.callbackId);
    return attempt === undefined || callback === undefined ? null : { callback, attempt };
  }

  async openAttempt(callbackId: number): Promise<CallbackAttempt | null> {
    await Promise.resolve();
    return this.#open(callbackId) ?? null;
  }

  async waiting(before: number): Promise<readonly Callback[]> {
    await Promise.resolve();
    return this.#all().filter((row) => isWaiting(row.state) && row.nextAttemptAt <= before);
  }

  async active(): Promise<readonly Callback[]> {
    await Promise.resolve();
    return this.#all().filter((row) => isActive(row.state));
  }

  async changedSince(moment: number): Promise<readonly Callback[]> {
    await Promise.resolve();
    return this.#all().filter((row) => row.updatedAt >= moment);
  }

  async ofOwner(ownerId: number, endedSince: number): Promise<readonly Callback[]> {
    await Promise.resolve();
    return this.#all().filter((row) => row.ownerId === ownerId && (!isEnded(row.state) || row.updatedAt >= endedSince));
  }

  async list(filter: CallbackFilter): Promise<CallbackPage> {
    await Promise.resolve();
    const search = filter.search.trim().toLowerCase();
    const digits = search.replace(/\D/g, '');
    const found = this.#all()
      .reverse()
      .filter((row) => filter.states?.includes(row.state) ?? true)
      .filter((row) => filter.customerId === undefined || row.customerId === filter.customerId)
      .filter(
        (row) =>
          search === '' ||
          (row.customerName?.toLowerCase().includes(search) ?? false) ||
          (digits !== '' && row.number.includes(digits)),
      );
    const from = (filter.page - 1) * filter.pageSize;
    return {
      total: found.length,
      rows: found.slice(from, from + filter.pageSize).map((callback) => ({
        callback,
        attempts: this.#attempts.filter(({ callbackId }) => callbackId === callback.id),
      })),
    };
  }

  async save(next: Callback, change: AttemptChange | null): Promise<boolean> {
    await Promise.resolve();
    if (this.#rows.get(next.id)?.version !== next.version - 1) return false;
    this.#rows.set(next.id, next);
    if (change !== null) {
      const open = this.#open(next.id);
      this.#attempts = this.#attempts.map((each) => (each === open ? { ...each, ...change } : each));
    }
    return true;
  }

  async claim({ next, callId }: CallbackClaim): Promise<CallbackAttempt | null> {
    await Promise.resolve();
    const row = this.#rows.get(next.id);
    if (row?.version !== next.version - 1 || !isWaiting(row.state)) return null;
    this.#rows.set(next.id, next);
    const open = this.#open(next.id);
    if (open !== undefined) return open;
    const attempt: CallbackAttempt = {
      callbackId: next.id,
      n: this.#attempts.filter(({ callbackId }) => callbackId === next.id).length + 1,
      callId,
      agentId: next.ownerId,
      offeredAt: next.updatedAt,
      acceptedAt: null,
      answeredAt: null,
      endedAt: null,
      result: null,
    };
    this.#attempts.push(attempt);
    return attempt;
  }

  #open(callbackId: number): CallbackAttempt | undefined {
    return this.#attempts.find((each) => each.callbackId === callbackId && each.result === null);
  }

  #all(): Callback[] {
    return [...this.#rows.values()].sort((a, b) => a.dueAt - b.dueAt || a.id - b.id);
  }
}
