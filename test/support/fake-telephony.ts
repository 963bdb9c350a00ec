import { DomainError } from '../../src/platform/errors.js';
import {
  type CallTarget,
  type Capability,
  type ConsultRequest,
  type DialRequest,
  type Directory,
  type EndedBy,
  type Telephony,
  type TelephonyCall,
  type TelephonyEvent,
  type TelephonySnapshot,
  type TelephonyStatus,
  type TransferRequest,
} from '../../src/modules/telephony/telephony.port.js';
import { NO_RECORDER } from '../../src/modules/telephony/no-recorder.js';
import { type CallRecorder } from '../../src/modules/telephony/recording.port.js';
import { type SoftphoneCredentials } from '../../src/shared/desk.js';

export type Command =
  | { readonly name: 'logIn' | 'logOut'; readonly queue: string; readonly extension: string }
  | { readonly name: 'pause'; readonly extension: string; readonly reason: string }
  | { readonly name: 'unpause'; readonly extension: string }
  | { readonly name: 'dial'; readonly request: DialRequest }
  | { readonly name: 'transfer'; readonly request: TransferRequest }
  | { readonly name: 'takeBack'; readonly callId: string }
  | { readonly name: 'consult'; readonly request: ConsultRequest }
  | { readonly name: 'join' | 'confer'; readonly callId: string; readonly second: string }
  | { readonly name: 'hangUp'; readonly callId: string; readonly by: EndedBy };

type FoundCall = Awaited<ReturnType<Telephony['findCall']>>;
/** Leaves out what `say` fills in. */
type Said = TelephonyEvent extends infer Event
  ? Event extends TelephonyEvent
    ? Omit<Event, 'at'> & { readonly at?: number }
    : never
  : never;

/**
 * An exchange that does what it is told. `say` makes something happen there; while the link is down it happens all the
 * same and nobody hears of it. Its snapshot is always what has happened.
 */
export class FakeTelephony implements Telephony {
  capabilities: ReadonlySet<Capability> = new Set(['blind-transfer', 'attended-transfer', 'conference']);
  readonly commands: Command[] = [];
  /** Refuses, as an exchange without recording does, unless a test puts another in. */
  recorder: CallRecorder = NO_RECORDER;
  /** Asked before each command; what it returns is thrown. */
  refuse: (command: Command) => Error | null = () => null;
  /** Awaited before each command is carried out, and before a snapshot is answered. */
  delay: (what: Command['name'] | 'snapshot' | 'findCall' | 'directory') => Promise<void> = () => Promise.resolve();
  directoryAnswer: Directory = { users: [], queues: [], pauseReasons: [] };
  readonly #now: () => number;
  readonly #events = new Set<(event: TelephonyEvent) => void>();
  readonly #statuses = new Set<(status: TelephonyStatus) => void>();
  readonly #registered = new Set<string>();
  readonly #members = new Map<string, { readonly queue: string; readonly extension: string }>();
  readonly #paused = new Map<string, string>();
  readonly #calls = new Map<string, TelephonyCall>();
  readonly #ended = new Map<string, NonNullable<FoundCall> & { readonly live: false }>();
  #connected = true;
  #since: number;
  #lastSeenAt: number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#since = now();
    this.#lastSeenAt = now();
  }

  say(said: Said): void {
    const event = { at: this.#now(), ...said };
    this.#happen(event);
    this.tell(event);
  }

  /** Only delivers: a repeated or late event, of which nothing happens at the exchange. */
  tell(event: TelephonyEvent): void {
    if (!this.#connected) return;
    this.#lastSeenAt = this.#now();
    for (const listener of this.#events) listener(event);
  }

  disconnect(): void {
    this.#link(false);
  }

  connect(): void {
    this.#link(true);
  }

  /** Forgets a call without a word, as an exchange that was restarted would. */
  forget(callId: string): void {
    this.#calls.delete(callId);
    this.#ended.delete(callId);
  }

  /** Forgets who is logged in where, and every pause. */
  forgetMembers(): void {
    this.#members.clear();
    this.#paused.clear();
  }

  pauseOf(extension: string): string | null {
    return this.#paused.get(extension) ?? null;
  }

  queuesOf(extension: string): readonly string[] {
    return [...this.#members.values()].filter((member) => member.extension === extension).map(({ queue }) => queue);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  status(): TelephonyStatus {
    return {
      connected: this.#connected,
      since: this.#since,
      lastSeenAt: this.#lastSeenAt,
      roundTripMs: this.#connected ? 1 : null,
    };
  }

  async directory(): Promise<Directory> {
    this.#requireLink();
    await this.delay('directory');
    return this.directoryAnswer;
  }

  verifyCredentials: Telephony['verifyCredentials'] = () => Promise.resolve(false);

  softphoneCredentials(): Promise<SoftphoneCredentials> {
    return Promise.reject(new Error('this exchange has no softphones'));
  }

  async snapshot(): Promise<TelephonySnapshot> {
    this.#requireLink();
    const snapshot: TelephonySnapshot = {
      at: this.#now(),
      registered: [...this.#registered],
      members: [...this.#members.values()],
      paused: [...this.#paused].map(([extension, reason]) => ({ extension, reason })),
      calls: [...this.#calls.values()],
    };
    await this.delay('snapshot');
    this.#requireLink();
    return snapshot;
  }

  onEvent(listener: (event: TelephonyEvent) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  onStatus(listener: (status: TelephonyStatus) => void): () => void {
    this.#statuses.add(listener);
    return () => this.#statuses.delete(listener);
  }

  logIn(queue: string, extension: string): Promise<void> {
    return this.#do({ name: 'logIn', queue, extension }, () => {
      if (!this.#members.has(`${queue}/${extension}`)) this.say({ type: 'member-logged-in', queue, extension });
    });
  }

  logOut(queue: string, extension: string): Promise<void> {
    return this.#do({ name: 'logOut', queue, extension }, () => {
      if (this.#members.has(`${queue}/${extension}`)) this.say({ type: 'member-logged-out', queue, extension });
    });
  }

  pause(extension: string, reason: string): Promise<void> {
    return this.#do({ name: 'pause', extension, reason }, () => {
      this.say({ type: 'member-paused', extension, reason });
    });
  }

  unpause(extension: string): Promise<void> {
    return this.#do({ name: 'unpause', extension }, () => {
      this.say({ type: 'member-unpaused', extension });
    });
  }

  dial(request: DialRequest): Promise<void> {
    return this.#do({ name: 'dial', request }, () => {
      const { callId, direction, number, extension } = request;
      if (this.#calls.has(callId) || this.#ended.has(callId)) return;
      this.say({ type: 'call-started', callId, direction, number, queue: null, extension });
    });
  }

  async findCall(callId: string): Promise<FoundCall> {
    this.#requireLink();
    await this.delay('findCall');
    const call = this.#calls.get(callId);
    return call === undefined ? (this.#ended.get(callId) ?? null) : { live: true, call };
  }

  hangUp(callId: string, by: EndedBy): Promise<void> {
    return this.#do({ name: 'hangUp', callId, by }, () => {
      if (this.#calls.has(callId)) this.say({ type: 'call-ended', callId, by, cause: 'hung-up' });
    });
  }

  /** The target rings, or of a queue the customer waits in it at once. What becomes of the rest is for the test to say. */
  transfer(request: TransferRequest): Promise<void> {
    return this.#do({ name: 'transfer', request }, () => {
      const { callId, extension, target } = request;
      const call = this.#calls.get(callId);
      if (call?.state !== 'on-hold' || call.transfer !== undefined) throw notNow();
      this.say({ type: 'transfer-started', callId, extension, target });
      if (target.kind !== 'queue') return;
      const { queue } = target;
      this.say({ type: 'call-transferred', callId, from: extension, extension: null, queue, how: 'blind' });
    });
  }

  takeBack(callId: string): Promise<void> {
    return this.#do({ name: 'takeBack', callId }, () => {
      const call = this.#calls.get(callId);
      if (call?.transfer === undefined || call.extension === null) return;
      this.say({ type: 'transfer-failed', callId, extension: call.extension, cause: 'taken-back' });
    });
  }

  /** The agent's phone picks up by itself; whom it asks is for the test to say. */
  consult(request: ConsultRequest): Promise<void> {
    return this.#do({ name: 'consult', request }, () => {
      const { callId, consults, extension, target } = request;
      if (this.#calls.has(callId) || this.#ended.has(callId)) return;
      if (this.#calls.get(consults)?.state !== 'on-hold') throw notNow();
      const queue = target.kind === 'queue' ? target.queue : null;
      const number = dialledFor(target);
      this.say({ type: 'call-started', callId, direction: 'consult', number, queue, extension, consults });
      this.say({ type: 'call-offered', callId, extension });
      this.say({ type: 'call-accepted', callId, extension });
    });
  }

  join(callId: string, second: string): Promise<void> {
    return this.#do({ name: 'join', callId, second }, () => {
      const { first, other } = this.#pair(callId, second);
      const from = first.extension ?? '';
      const cause = 'transferred';
      if (other.peer === undefined) this.say({ type: 'call-ended', callId, by: 'agent', cause });
      else {
        const extension = other.peer;
        this.say({ type: 'call-transferred', callId, from, extension, queue: null, how: 'attended', second });
      }
      this.say({ type: 'call-ended', callId: second, by: 'agent', cause });
    });
  }

  confer(callId: string, second: string): Promise<void> {
    return this.#do({ name: 'confer', callId, second }, () => {
      const { first } = this.#pair(callId, second);
      this.say({ type: 'call-conferenced', callId, second, extension: first.extension ?? '' });
    });
  }

  #pair(callId: string, second: string): { readonly first: TelephonyCall; readonly other: TelephonyCall } {
    const first = this.#calls.get(callId);
    const other = this.#calls.get(second);
    if (first === undefined || other === undefined || other.answeredAt === null) throw notNow();
    return { first, other };
  }

  unregister(extension: string): Promise<void> {
    if (this.#registered.has(extension)) this.say({ type: 'phone-unregistered', extension });
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #do(command: Command, effect: () => void): Promise<void> {
    this.commands.push(command);
    this.#requireLink();
    const refusal = this.refuse(command);
    if (refusal !== null) throw refusal;
    await this.delay(command.name);
    this.#requireLink();
    effect();
  }

  #requireLink(): void {
    if (!this.#connected) throw new DomainError('unavailable', 'calls:refused.starting');
  }

  #link(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.#since = this.#now();
    for (const listener of this.#statuses) listener(this.status());
  }

  #happen(event: TelephonyEvent): void {
    if (event.type === 'call-started') {
      const { callId, direction, number, queue, extension, at, consults } = event;
      const call = { callId, direction, number, queue, extension, ...(consults === undefined ? {} : { consults }) };
      this.#calls.set(callId, { ...call, state: 'waiting', startedAt: at, answeredAt: null });
    } else if ('callId' in event) {
      this.#happenToCall(event);
    } else if (event.type === 'phone-registered') {
      this.#registered.add(event.extension);
    } else if (event.type === 'phone-unregistered') {
      this.#registered.delete(event.extension);
    } else if (event.type === 'member-paused') {
      this.#paused.set(event.extension, event.reason);
    } else if (event.type === 'member-unpaused') {
      this.#paused.delete(event.extension);
    } else {
      const { queue, extension } = event;
      if (event.type === 'member-logged-in') this.#members.set(`${queue}/${extension}`, { queue, extension });
      else this.#members.delete(`${queue}/${extension}`);
    }
  }

  #happenToCall(event: Exclude<Extract<TelephonyEvent, { callId: string }>, { type: 'call-started' }>): void {
    const call = this.#calls.get(event.callId);
    if (call === undefined) return;
    if (event.type === 'call-ended') {
      this.#calls.delete(event.callId);
      this.#ended.set(event.callId, { live: false, by: event.by, cause: event.cause, answeredAt: call.answeredAt });
      return;
    }
    this.#calls.set(event.callId, after(call, event));
    if (event.type !== 'call-conferenced') return;
    const second = this.#calls.get(event.second);
    if (second !== undefined) this.#calls.set(event.second, { ...second, state: 'talking', conference: event.callId });
  }
}

type CallFact = Exclude<Extract<TelephonyEvent, { callId: string }>, { type: 'call-started' | 'call-ended' }>;

function after(call: TelephonyCall, event: CallFact): TelephonyCall {
  switch (event.type) {
    case 'transfer-started':
      return { ...call, state: 'on-hold', transfer: event.target };
    case 'transfer-failed':
      return without(call, 'transfer');
    case 'call-transferred':
      return transferred(call, event);
    case 'call-conferenced':
      return { ...call, state: 'talking', conference: event.second };
    case 'call-offered':
      if (isAsked(call, event)) return { ...call, peer: event.extension };
      return { ...call, state: 'offered', extension: event.extension };
    case 'call-declined':
      if (isAsked(call, event)) return without(call, 'peer');
      return { ...call, state: 'waiting', extension: null };
    case 'call-accepted':
      return { ...call, state: 'dialling', extension: event.extension };
    case 'call-answered': {
      const answered = { ...call, state: 'talking', extension: event.extension } as const;
      const peer = event.peer === undefined ? {} : { peer: event.peer };
      return { ...answered, answeredAt: call.answeredAt ?? event.at, ...peer };
    }
    case 'call-held':
    case 'call-resumed':
      if (isAsked(call, event)) return call;
      return { ...call, state: event.type === 'call-held' ? 'on-hold' : 'talking' };
  }
}

function transferred(call: TelephonyCall, event: CallFact & { readonly type: 'call-transferred' }): TelephonyCall {
  const { extension, queue, second } = event;
  const alsoKnownAs = [...(call.alsoKnownAs ?? []), ...(second === undefined ? [] : [second])];
  const left = without(without(call, 'transfer'), 'conference');
  return {
    ...left,
    ...(alsoKnownAs.length === 0 ? {} : { alsoKnownAs }),
    ...(queue === null ? {} : { queue }),
    extension,
    state: extension === null ? 'waiting' : 'talking',
  };
}

function isAsked(call: TelephonyCall, event: { readonly extension: string }): boolean {
  return call.direction === 'consult' && event.extension !== call.extension;
}

function without(call: TelephonyCall, key: 'transfer' | 'peer' | 'conference'): TelephonyCall {
  return Object.fromEntries(Object.entries(call).filter(([name]) => name !== key)) as unknown as TelephonyCall;
}

function dialledFor(target: CallTarget): string {
  if (target.kind === 'agent') return target.extension;
  return target.kind === 'queue' ? target.queue : target.number;
}

function notNow(): DomainError {
  return new DomainError('conflict', 'exchange:not-offered');
}
