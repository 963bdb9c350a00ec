import { type CallBook, type LiveCall } from './call-book.js';
import { type CallContext } from './call-context.js';
import { type MemberBook } from './member-book.js';
import { type ExchangeQueue } from './exchange.port.js';
import { type Leg, type Side } from './leg.js';
import { chooseMembers } from './queue-distribution.domain.js';
import { QueuedCall, type QueuedCallHooks } from './queued-call.js';
import { ConnectedPhone } from './waiting-phone.js';

/**
 * Brings waiting callers and free members together: callers in the order they came, members as the queue's strategy
 * says. A member is free when logged in to the queue, not paused, registered, in no call, and rested: after rejecting a
 * call (so that the only one is not rung in a tight loop) and after a call (so that the application can begin its
 * wrap-up before the next one rings).
 */
export class Distributor implements QueuedCallHooks {
  readonly #context: CallContext;
  readonly #book: CallBook;
  readonly #members: MemberBook;
  readonly #isReserved: (extension: string) => boolean;
  readonly #restSeconds: { readonly afterDecline: number; readonly afterCall: number };
  readonly #waiting: QueuedCall[] = [];
  readonly #lastOffered = new Map<string, string>();
  readonly #idleSince = new Map<string, number>();
  readonly #restUntil = new Map<string, number>();
  readonly #restTimers = new Set<unknown>();
  #distributing = false;
  #again = false;

  constructor(deps: {
    readonly context: CallContext;
    readonly members: MemberBook;
    /** A phone that is about to be rung for a dialled call. */
    readonly isReserved: (extension: string) => boolean;
    readonly restSeconds: { readonly afterDecline: number; readonly afterCall: number };
  }) {
    this.#context = deps.context;
    this.#book = deps.context.book;
    this.#members = deps.members;
    this.#isReserved = deps.isReserved;
    this.#restSeconds = deps.restSeconds;
  }

  enqueue(waiting: QueuedCall, place: 'front' | 'back' = 'back'): void {
    if (place === 'front') this.#waiting.unshift(waiting);
    else this.#waiting.push(waiting);
    this.#tellPositions();
    this.distribute();
  }

  /** A phone that is connected already waits from now on. */
  takeIn(
    call: LiveCall,
    queue: ExchangeQueue,
    { leg, side, place }: { readonly leg: Leg; readonly side: Side; readonly place: 'front' | 'back' },
  ): void {
    const waiting = new QueuedCall(this.#context, { call, queue, phone: new ConnectedPhone(leg, side) }, this);
    call.phase = waiting;
    call.state = 'waiting';
    this.#book.save(call);
    this.enqueue(waiting, place);
  }

  onDeclined(_waiting: QueuedCall, extension: string): void {
    this.#rest(extension, this.#restSeconds.afterDecline);
    this.distribute();
  }

  onLeft(waiting: QueuedCall): void {
    const index = this.#waiting.indexOf(waiting);
    if (index !== -1) this.#waiting.splice(index, 1);
    this.#tellPositions();
  }

  /** A call has ended, so whoever was in it is free again. */
  release(call: LiveCall): void {
    for (const address of call.engaged) {
      if (call.answeredAt !== null) this.#idleSince.set(address, this.#context.now());
      this.#rest(address, this.#restSeconds.afterCall);
    }
    this.distribute();
  }

  /** An agent's call went on without the agent. */
  free(extension: string): void {
    this.#idleSince.set(extension, this.#context.now());
    this.#rest(extension, this.#restSeconds.afterCall);
    this.distribute();
  }

  /** To be called whenever somebody may have become free. What it causes is done after it, not inside it. */
  distribute(): void {
    this.#again = true;
    if (this.#distributing) return;
    this.#distributing = true;
    while (this.#again) {
      this.#again = false;
      for (const waiting of [...this.#waiting]) if (!waiting.isOffered) this.#offer(waiting);
    }
    this.#distributing = false;
  }

  dispose(): void {
    for (const timer of this.#restTimers) this.#context.timers.clearTimeout(timer);
    this.#restTimers.clear();
    this.#waiting.length = 0;
  }

  #offer(waiting: QueuedCall): void {
    const { name, strategy } = waiting.queue;
    const chosen = chooseMembers(strategy, this.#freeMembers(name), this.#lastOffered.get(name) ?? null);
    for (const extension of chosen) {
      if (waiting.offerTo(extension)) this.#lastOffered.set(name, extension);
    }
  }

  #freeMembers(queue: string): { readonly extension: string; readonly idleSince: number }[] {
    const engaged = this.#book.engagedAddresses();
    const now = this.#context.now();
    return this.#members
      .listReady(queue)
      .filter(
        ({ extension }) =>
          !engaged.has(extension) &&
          !this.#isReserved(extension) &&
          this.#context.registrar.find(extension) !== null &&
          (this.#restUntil.get(extension) ?? 0) <= now,
      )
      .map(({ extension, since }) => ({ extension, idleSince: this.#idleSince.get(extension) ?? since }));
  }

  #rest(extension: string, seconds: number): void {
    if (seconds <= 0) return;
    this.#restUntil.set(extension, this.#context.now() + seconds * 1000);
    const timer = this.#context.timers.setTimeout(() => {
      this.#restTimers.delete(timer);
      this.distribute();
    }, seconds * 1000);
    this.#restTimers.add(timer);
  }

  #tellPositions(): void {
    const places = new Map<string, number>();
    for (const waiting of this.#waiting) {
      const place = (places.get(waiting.queue.name) ?? 0) + 1;
      places.set(waiting.queue.name, place);
      waiting.tellPosition(place);
    }
  }
}
