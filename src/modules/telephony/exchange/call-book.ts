import { type CallDirection } from '../../../shared/agent-state.js';
import { KeyedQueue } from '../../../platform/keyed-queue.js';
import {
  type CallTarget,
  type EndCause,
  type EndedBy,
  type TelephonyCall,
  type TelephonyEvent,
} from '../telephony.port.js';
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
  readonly startedAt: number;
  /** Of a consultation, the call it was dialled beside. */
  readonly consults: string | null;
  /** False of two numbers that were left talking: it has ended for everybody but their phones. */
  readonly isTold: boolean;
  queue: string | null;
  extension: string | null;
  answeredAt: number | null = null;
  state: TelephonyCall['state'];
  /** Of a consultation, the other agent's extension, once rung. */
  peer: string | null = null;
  /** Where it is being sent. */
  transfer: CallTarget | null = null;
  /** The other call of the conference it is in. */
  conference: string | null = null;
  alsoKnownAs: readonly string[] = [];
  /** By which id the phones know it, where that is another one: a phone that was asked knows that call. */
  readonly idAtPhone: { agent: string | null; customer: string | null } = { agent: null, customer: null };
  /** Extensions and numbers whose phones ring for it or talk in it. */
  readonly engaged = new Set<string>();
  phase: CallPhase | null = null;

  constructor(init: {
    readonly callId: string;
    readonly direction: CallDirection;
    readonly number: string;
    readonly queue: string | null;
    readonly extension: string | null;
    readonly state: TelephonyCall['state'];
    readonly startedAt: number;
    readonly consults?: string | null;
    readonly isTold?: boolean;
  }) {
    this.callId = init.callId;
    this.direction = init.direction;
    this.number = init.number;
    this.queue = init.queue;
    this.extension = init.extension;
    this.state = init.state;
    this.startedAt = init.startedAt;
    this.consults = init.consults ?? null;
    this.isTold = init.isTold ?? true;
  }

  /** Whoever stands on the customer's side. */
  get otherAddress(): string {
    return this.peer ?? this.number;
  }

  /** From now on it is these two who talk. */
  engageTalkers(): void {
    this.engaged.clear();
    if (this.extension !== null) this.engaged.add(this.extension);
    this.engaged.add(this.otherAddress);
  }

  toTelephonyCall(): TelephonyCall {
    const { callId, direction, number, queue, extension, state, startedAt, answeredAt } = this;
    const call = { callId, direction, number, queue, extension, state, startedAt, answeredAt };
    return {
      ...call,
      ...(this.consults === null ? {} : { consults: this.consults }),
      ...(this.peer === null ? {} : { peer: this.peer }),
      ...(this.transfer === null ? {} : { transfer: this.transfer }),
      ...(this.conference === null ? {} : { conference: this.conference }),
      ...(this.alsoKnownAs.length === 0 ? {} : { alsoKnownAs: this.alsoKnownAs }),
    };
  }
}

/** How a call left an agent. */
export type Move = Pick<
  Extract<TelephonyEvent, { readonly type: 'call-transferred' }>,
  'extension' | 'queue' | 'how' | 'second'
>;

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
  readonly #onLeft: (extension: string) => void;

  constructor(deps: {
    readonly store: CallStore;
    readonly emit: (event: NewEvent) => void;
    readonly now: () => number;
    readonly log: ExchangeLog;
    /** After the event was told: whoever was in it is free again. */
    readonly onEnded: (call: LiveCall) => void;
    /** After the event was told: an agent's call went on without the agent. */
    readonly onLeft: (extension: string) => void;
  }) {
    this.#store = deps.store;
    this.#emit = deps.emit;
    this.#now = deps.now;
    this.#log = deps.log;
    this.#onEnded = deps.onEnded;
    this.#onLeft = deps.onLeft;
  }

  find(callId: string): LiveCall | null {
    return this.#live.get(callId) ?? null;
  }

  list(): LiveCall[] {
    return [...this.#live.values()].filter((call) => call.isTold);
  }

  /** The calls for which the phone of an address rings or talks: two at most, of an agent who consults. */
  listByAddress(address: string): LiveCall[] {
    return [...this.#live.values()].filter((call) => call.engaged.has(address));
  }

  isEngaged(address: string, except: LiveCall | null = null): boolean {
    return this.listByAddress(address).some((call) => call !== except);
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
    if (!call.isTold) return;
    if (!options.stored) this.#write(call.callId, () => this.#store.insert(toStored(call, null)));
    const { callId, direction, number, queue, extension, consults } = call;
    const event = { type: 'call-started', callId, direction, number, queue, extension } as const;
    this.#emit(consults === null ? event : { ...event, consults });
  }

  /** Takes up a call that was live before the process began. Nothing is told: it began before. */
  restore(call: LiveCall): void {
    call.engageTalkers();
    this.#live.set(call.callId, call);
  }

  /** Reserves the id of a call that is about to be dialled; false when it was dialled before. */
  claim(call: LiveCall): Promise<boolean> {
    return this.#writes.run(call.callId, () => this.#store.insert(toStored(call, null)));
  }

  isLive(call: LiveCall): boolean {
    return this.#live.get(call.callId) === call;
  }

  /** The two can talk from now on. `peer`: the agent who was asked, of a consultation. */
  answered(call: LiveCall, extension: string, peer: string | null = null): void {
    call.extension = extension;
    call.peer = peer;
    call.answeredAt ??= this.#now();
    call.state = 'talking';
    call.engageTalkers();
    this.save(call);
    const event = { type: 'call-answered', callId: call.callId, extension } as const;
    this.#emit(peer === null ? event : { ...event, peer });
  }

  /** It went on without the agent who had it: to another one, who has it now, or into a queue. */
  moved(call: LiveCall, move: Move): void {
    const { callId, extension: from } = call;
    this.#endConference(call);
    call.transfer = null;
    call.extension = move.extension;
    call.queue = move.queue ?? call.queue;
    call.state = move.extension === null ? 'waiting' : 'talking';
    call.idAtPhone.agent = move.second ?? null;
    if (move.second !== undefined) call.alsoKnownAs = [...call.alsoKnownAs, move.second];
    call.engageTalkers();
    this.save(call);
    if (from === null) return;
    this.#emit({ type: 'call-transferred', callId, from, ...move });
    this.#onLeft(from);
  }

  /** Two calls of one agent are one conversation from now on. */
  conferred(call: LiveCall, second: LiveCall, extension: string): void {
    call.conference = second.callId;
    second.conference = call.callId;
    this.save(call);
    this.save(second);
    this.#emit({ type: 'call-conferenced', callId: call.callId, second: second.callId, extension });
  }

  /** Stores a live call as it is now. */
  save(call: LiveCall): void {
    if (call.isTold) this.#write(call.callId, () => this.#store.update(toStored(call, null)));
  }

  /** Ends a call; one that has ended stays as it ended. */
  end(call: LiveCall, by: EndedBy, cause: EndCause): void {
    if (!this.isLive(call)) return;
    this.#live.delete(call.callId);
    call.phase?.dispose();
    this.#endConference(call);
    const ended = { endedAt: this.#now(), endedBy: by, cause };
    if (call.isTold) {
      this.#write(call.callId, () => this.#store.update(toStored(call, ended)));
      this.#emit({ type: 'call-ended', callId: call.callId, by, cause });
    }
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

  #endConference(call: LiveCall): void {
    const other = call.conference === null ? null : this.find(call.conference);
    call.conference = null;
    if (other === null) return;
    other.conference = null;
    this.save(other);
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
  const { consults, peer, conference, alsoKnownAs } = call;
  const base = { callId, direction, number, queue, extension, startedAt, answeredAt };
  const relations = { consults, peer, conference, alsoKnownAs };
  if (ended !== null) return { ...base, ...relations, ...ended, state: 'ended' };
  return { ...base, ...relations, state: storedStateOf(call), endedAt: null, endedBy: null, cause: null };
}

/** A call that was sent on may have been answered before and wait again. */
function storedStateOf({ state, answeredAt, direction }: LiveCall): StoredCall['state'] {
  const isTalking = answeredAt !== null && state !== 'waiting' && state !== 'offered';
  if (isTalking) return 'talking';
  return direction === 'inbound' || answeredAt !== null ? 'waiting' : 'dialling';
}
