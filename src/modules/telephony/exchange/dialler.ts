import { DomainError } from '../../../platform/errors.js';
import { type CallDirection } from '../../../shared/agent-state.js';
import { type CallContext } from './call-context.js';
import { LiveCall } from './call-book.js';
import { DialledCall, type DialPlan } from './dialled-call.js';

/** A call to be dialled for an agent. */
export interface DialOrder {
  readonly callId: string;
  readonly extension: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  /** The call it is dialled beside: the only one the agent may be in. */
  readonly consults: string | null;
  /** Throws when it cannot be dialled now; what it finds is how. Not asked about a call that was dialled before. */
  readonly plan: () => DialPlan;
}

/**
 * Dials each call id once, however often it is asked to, and after a restart too: the id is stored before any phone
 * rings, and an id that is stored is never dialled again.
 */
export class Dialler {
  readonly #context: CallContext;
  readonly #reserved = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Whether an extension is about to be rung, while the id of its call is being stored. */
  isReserved(extension: string): boolean {
    return this.#reserved.has(extension);
  }

  /** Settles when a dial of that id that is under way has been taken or refused. */
  async settled(callId: string): Promise<void> {
    await this.#underWay.get(callId)?.catch(() => undefined);
  }

  dial(order: DialOrder): Promise<void> {
    const underWay = this.#underWay.get(order.callId);
    if (underWay !== undefined) return underWay;
    const work = this.#dial(order).finally(() => {
      this.#underWay.delete(order.callId);
    });
    this.#underWay.set(order.callId, work);
    return work;
  }

  async #dial(order: DialOrder): Promise<void> {
    const { book, registrar, now } = this.#context;
    const { callId, extension, direction, number, queue, consults } = order;
    // Only of a call that was never dialled does it matter whether it could be now.
    if (book.find(callId) !== null || (await book.findStored(callId)) !== null) return;
    if (registrar.find(extension) === null) {
      throw new DomainError('conflict', 'exchange:phone-not-registered', { params: { extension } });
    }
    const beside = consults === null ? null : book.find(consults);
    if (book.isEngaged(extension, beside) || this.#reserved.has(extension)) {
      throw new DomainError('conflict', 'exchange:extension-busy', { params: { extension } });
    }
    const plan = order.plan();
    const call = new LiveCall({
      callId,
      direction,
      number,
      queue,
      extension,
      consults,
      state: 'offered',
      startedAt: now(),
    });
    call.engaged.add(extension);
    this.#reserved.add(extension);
    try {
      if (!(await book.claim(call))) return;
    } finally {
      this.#reserved.delete(extension);
    }
    const dialled = new DialledCall(this.#context, call, extension, plan);
    call.phase = dialled;
    book.open(call, { stored: true });
    if (book.isLive(call)) dialled.start();
  }
}
