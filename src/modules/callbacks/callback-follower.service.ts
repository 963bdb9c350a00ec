import { DomainError } from '../../platform/errors.js';
import { KeyedQueue } from '../../platform/keyed-queue.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { eventOfFact, eventOfFound, type CallFact, type FoundCall } from './callback-call.domain.js';
import { isActive, transition, type Callback, type CallbackEvent, type RetryRules } from './callback.domain.js';
import { type CallbackAgents, type CallbackRepository } from './callback.port.js';

export interface CallbackLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface CallbackFollowerDeps {
  readonly repository: CallbackRepository;
  readonly agents: CallbackAgents;
  readonly rules: RetryRules;
  readonly now: () => Date;
  readonly log: CallbackLog;
  readonly onChanged: (callback: Callback) => void;
}

/** The refusal of an id whose call has ended as far as the call centre knows: it stays refused for ever. */
const SPENT_ID: MessageKey = 'calls:refused.call-id-taken';

/**
 * The changes of callbacks, and the calls that make them: stores what a call's news means, of one call in order, and frees
 * the owner when a callback needs nobody any more.
 */
export class CallbackFollower {
  readonly #deps: CallbackFollowerDeps;
  readonly #events = new KeyedQueue<string>();

  constructor(deps: CallbackFollowerDeps) {
    this.#deps = deps;
  }

  /** Returns at once; calls that are no callback are passed over. */
  onCallEvent(fact: CallFact): void {
    if (fact.call.direction !== 'callback') return;
    const event = eventOfFact(fact, this.#now());
    if (event === null) return;
    const { callId } = fact.call;
    this.#events
      .run(callId, () => this.apply(callId, event))
      .catch((error: unknown) => {
        this.#deps.log.error({ err: error, callId, type: fact.type }, 'an event of a callback was not stored');
      });
  }

  idle(): Promise<void> {
    return this.#events.idle();
  }

  /** Brings an event of a call to the callback it belongs to, as often as it takes to be the one who writes. */
  async apply(callId: string, event: CallbackEvent): Promise<void> {
    for (;;) {
      const found = await this.#deps.repository.findByCall(callId);
      // An attempt that has its result takes no more: exchanges repeat themselves, and are late.
      if (found?.attempt.result !== null) return;
      const result = transition(found.callback, event, this.#deps.rules);
      if (result.kind !== 'moved') return;
      if (!(await this.#deps.repository.save(result.callback, result.attempt))) continue;
      await this.#moved(found.callback, result.callback);
      return;
    }
  }

  /** Changes a callback as it was read; null when another was quicker, or there is nothing to change. */
  async move(callback: Callback, event: CallbackEvent): Promise<Callback | null> {
    const result = transition(callback, event, this.#deps.rules);
    if (result.kind !== 'moved' || !(await this.#deps.repository.save(result.callback, result.attempt))) return null;
    await this.#moved(callback, result.callback);
    return result.callback;
  }

  /** Dials, and takes back what was refused. What the exchange leaves open stays claimed until it can be asked. */
  async dial(callback: Callback, callId: string): Promise<void> {
    const { agents, log } = this.#deps;
    if (callback.ownerId === null) return;
    try {
      await agents.dial({ callId, agentId: callback.ownerId, number: callback.number, callbackId: callback.id });
    } catch (error) {
      log.warn({ err: error, callbackId: callback.id, callId }, 'a callback could not be dialled');
      if (!wasRefused(error)) return;
      const isIdSpent = error.key === SPENT_ID;
      await this.apply(callId, { type: 'not-dialled', at: this.#now(), reason: 'owner-busy', isIdSpent });
    }
  }

  /**
   * Asks the exchange what became of a call and stores it. `unknown`: it never heard of the id; `silent`: it does not
   * answer, so nothing may be dialled yet.
   */
  async ask(callback: Callback, callId: string): Promise<'followed' | 'unknown' | 'silent'> {
    let found: FoundCall | null;
    try {
      found = await this.#deps.agents.findCall(callId);
    } catch (error) {
      this.#deps.log.warn(
        { err: error, callbackId: callback.id, callId },
        'the exchange does not say what became of it',
      );
      return 'silent';
    }
    if (found === null && callback.state === 'offering') return 'unknown';
    // A call that was seen to be there and is not any more: the customer's phone has rung.
    const gone: FoundCall = { live: false, by: 'system', cause: 'dropped', answeredAt: null };
    const event = eventOfFound(found ?? gone, this.#now());
    if (event !== null) await this.apply(callId, event);
    return 'followed';
  }

  async release(callback: Callback): Promise<void> {
    if (callback.ownerId === null) return;
    try {
      await this.#deps.agents.release(callback.ownerId, callback.id);
    } catch (error) {
      this.#deps.log.warn({ err: error, callbackId: callback.id }, 'the owner of a callback could not be released');
    }
  }

  async #moved(before: Callback, after: Callback): Promise<void> {
    if (holdsOwner(before) && !holdsOwner(after)) await this.release(after);
    this.#deps.onChanged(after);
  }

  #now(): number {
    return this.#deps.now().getTime();
  }
}

/** The owner is kept free for it, or is in its call. */
export function holdsOwner({ state }: Callback): boolean {
  return state === 'reserved' || isActive(state);
}

/** The exchange, or what stands before it, said no: then there is no call. */
function wasRefused(error: unknown): error is DomainError {
  return error instanceof DomainError && error.code !== 'unavailable';
}
