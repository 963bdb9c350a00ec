import { type CallDirection } from '../../../shared/agent-state.js';
import { KeyedQueue } from '../../../platform/keyed-queue.js';
import { type EndCause, type EndedBy, type TelephonyCall, type TelephonyEvent } from '../telephony.port.js';
import { type CallStore, type ExchangeLog, type StoredCall } from './exchange.port.js';

/** What a call is doing at the moment, and who does it: waiting in a queue, being dialled, two people talking. */
export interface CallPhase {
  /** Ends it for everyone in it. */
  hangUp(by: EndedBy): void;
  /** A phone of one of its addresses has registered, again or on another connection. */
  onRegistered(address: string): void;
  /** Lets go of timers; says nothing to anybody. */
  dispose(): void;
}

/** One live call. Changed only by its phase and by the book. */
export class LiveCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  readonly startedAt: number;
  extension: string | null;
  answeredAt: number | null = null;
  state: TelephonyCall['state'];
  /** Extensions and numbers whose phones ring for it or talk in it. */
  readonly engaged = new Set<string>();
  phase: CallPhase | null = null;

  constructor(
    init: Pick<TelephonyCall, 'callId' | 'direction' | 'number' | 'queue' | 'extension' | 'state' | 'startedAt'>,
  ) {
    this.callId = init.callId;
    this.direction = init.direction;
    this.number = init.number;
    this.queue = init.queue;
    this.extension = init.extension;
    this.state = init.state;
    this.startedAt = init.startedAt;
  }

  toTelephonyCall(): TelephonyCall {
    const { callId, direction, number, queue, extension, state, startedAt, answeredAt } = this;
    return { callId, direction, number, queue, extension, state, startedAt, answeredAt };
  }
}

export type NewEvent = TelephonyEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'at'> : never) : never;

/**
 * The calls that live, in the order they began, and the one place where a call begins and ends: whatever races, it ends
 * once. What is stored follows behind, call by call in order; a store that fails is logged and delays no call.
 */
export class CallBook {
  readonly #live = new Map<string, LiveCall>();
  readonly #writes = new KeyedQueue<string>();
  readonly #store: CallStore;
  readonly #emit: (event: NewEvent) => void;
  readonly #now: () => number;
  readonly #log: ExchangeLog;
  readonly #onEnded: (call: LiveCall) => void;

  constructor(deps: {
    readonly store: CallStore;
    readonly emit: (event: NewEvent) => void;
    readonly now: () => number;
    readonly log: ExchangeLog;
    /** After the event was told: whoever was in it is free again. */
    readonly onEnded: (call: LiveCall) => void;
  }) {
    this.#store = deps.store;
    this.#emit = deps.emit;
    this.#now = deps.now;
    this.#log = deps.log;
    this.#onEnded = deps.onEnded;
  }

  find(callId: string): LiveCall | null {
    return this.#live.get(callId) ?? null;
  }

  list(): LiveCall[] {
    return [...this.#live.values()];
  }

  /** The call for which the phone of an address rings or talks. */
  findByAddress(address: string, except: LiveCall | null = null): LiveCall | null {
    for (const call of this.#live.values()) {
      if (call !== except && call.engaged.has(address)) return call;
    }
    return null;
  }

  /** Everybody whose phone rings or talks. */
  engagedAddresses(): Set<string> {
    const engaged = new Set<string>();
    for (const call of this.#live.values()) for (const address of call.engaged) engaged.add(address);
    return engaged;
  }

  /** Begins a call and tells it. `stored` when its row is there already, as for one that is dialled. */
  open(call: LiveCall, options: { readonly stored: boolean }): void {
    this.#live.set(call.callId, call);
    if (!options.stored) this.#write(call.callId, () => this.#store.insert(toStored(call, null)));
    const { callId, direction, number, queue, extension } = call;
    this.#emit({ type: 'call-started', callId, direction, number, queue, extension });
  }

  /** Takes up a call that was live before the process began. Nothing is told: it began before. */
  restore(call: LiveCall): void {
    if (call.extension !== null) call.engaged.add(call.extension).add(call.number);
    this.#live.set(call.callId, call);
  }

  /** Reserves the id of a call that is about to be dialled; false when it was dialled before. */
  claim(call: LiveCall): Promise<boolean> {
    return this.#writes.run(call.callId, () => this.#store.insert(toStored(call, null)));
  }

  isLive(call: LiveCall): boolean {
    return this.#live.get(call.callId) === call;
  }

  /** The two can talk from now on. */
  answered(call: LiveCall, extension: string): void {
    call.extension = extension;
    call.answeredAt = this.#now();
    call.state = 'talking';
    call.engaged.clear();
    call.engaged.add(extension).add(call.number);
    this.#write(call.callId, () => this.#store.update(toStored(call, null)));
    this.#emit({ type: 'call-answered', callId: call.callId, extension });
  }

  /** Ends a call; one that has ended stays as it ended. */
  end(call: LiveCall, by: EndedBy, cause: EndCause): void {
    if (!this.isLive(call)) return;
    this.#live.delete(call.callId);
    call.phase?.dispose();
    const ended = { endedAt: this.#now(), endedBy: by, cause };
    this.#write(call.callId, () => this.#store.update(toStored(call, ended)));
    this.#emit({ type: 'call-ended', callId: call.callId, by, cause });
    this.#onEnded(call);
  }

  /** What is known of a call that is no longer live. */
  async findStored(callId: string): Promise<StoredCall | null> {
    return this.#writes.run(callId, () => this.#store.find(callId));
  }

  /** Lets go of every call without ending any: they are taken up again when the process comes back. */
  async close(): Promise<void> {
    for (const call of this.#live.values()) call.phase?.dispose();
    this.#live.clear();
    await this.#writes.idle();
  }

  #write(callId: string, work: () => Promise<unknown>): void {
    this.#writes.run(callId, work).catch((error: unknown) => {
      this.#log.error({ err: error, callId }, 'a call could not be stored');
    });
  }
}

type Ending = Pick<StoredCall, 'endedAt' | 'endedBy' | 'cause'>;

function toStored(call: LiveCall, ended: Ending | null): StoredCall {
  const { callId, direction, number, queue, extension, startedAt, answeredAt } = call;
  const base = { callId, direction, number, queue, extension, startedAt, answeredAt };
  if (ended !== null) return { ...base, ...ended, state: 'ended' };
  const state = answeredAt !== null ? 'talking' : direction === 'inbound' ? 'waiting' : 'dialling';
  return { ...base, state, endedAt: null, endedBy: null, cause: null };
}
