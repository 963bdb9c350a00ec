import { DomainError } from '../../../platform/errors.js';
import { type DialRequest } from '../telephony.port.js';
import { type CallContext } from './call-context.js';
import { LiveCall } from './call-book.js';
import { DialledCall } from './dialled-call.js';

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

  dial(request: DialRequest): Promise<void> {
    const underWay = this.#underWay.get(request.callId);
    if (underWay !== undefined) return underWay;
    const work = this.#dial(request).finally(() => {
      this.#underWay.delete(request.callId);
    });
    this.#underWay.set(request.callId, work);
    return work;
  }

  async #dial(request: DialRequest): Promise<void> {
    const { book, registrar, now } = this.#context;
    const { callId, extension, number, direction } = request;
    // Only of a call that was never dialled does it matter whether it could be now.
    if (book.find(callId) !== null || (await book.findStored(callId)) !== null) return;
    if (registrar.find(extension) === null) {
      throw new DomainError('conflict', 'exchange:phone-not-registered', { params: { extension } });
    }
    if (book.findByAddress(extension) !== null || this.#reserved.has(extension)) {
      throw new DomainError('conflict', 'exchange:extension-busy', { params: { extension } });
    }
    const call = new LiveCall({
      callId,
      direction,
      number,
      queue: null,
      extension,
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
    const dialled = new DialledCall(this.#context, call, request);
    call.phase = dialled;
    book.open(call, { stored: true });
    if (book.isLive(call)) dialled.start();
  }
}
