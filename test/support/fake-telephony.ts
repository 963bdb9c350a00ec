import { DomainError } from '../../src/platform/errors.js';
import {
  type Capability,
  type DialRequest,
  type Directory,
  type EndedBy,
  type Telephony,
  type TelephonyCall,
  type TelephonyEvent,
  type TelephonySnapshot,
  type TelephonyStatus,
} from '../../src/modules/telephony/telephony.port.js';
import { NO_RECORDER } from '../../src/modules/telephony/no-recorder.js';
import { type CallRecorder } from '../../src/modules/telephony/recording.port.js';
import { type SoftphoneCredentials } from '../../src/shared/desk.js';

export type Command =
  | { readonly name: 'logIn' | 'logOut'; readonly queue: string; readonly extension: string }
  | { readonly name: 'pause'; readonly extension: string; readonly reason: string }
  | { readonly name: 'unpause'; readonly extension: string }
  | { readonly name: 'dial'; readonly request: DialRequest }
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
  readonly capabilities: ReadonlySet<Capability> = new Set();
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

  transfer(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  takeBack(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  consult(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  join(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  confer(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
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
      const { callId, direction, number, queue, extension, at } = event;
      const state = 'waiting' as const;
      this.#calls.set(callId, { callId, direction, number, queue, extension, state, startedAt: at, answeredAt: null });
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
    const { extension, at } = event;
    const set = (change: Partial<TelephonyCall>): void => {
      this.#calls.set(event.callId, { ...call, extension, ...change });
    };
    if (event.type === 'call-offered') set({ state: 'offered' });
    else if (event.type === 'call-declined') set({ state: 'waiting', extension: null });
    else if (event.type === 'call-accepted') set({ state: 'dialling' });
    else if (event.type === 'call-answered') set({ state: 'talking', answeredAt: at });
    else set({ state: event.type === 'call-held' ? 'on-hold' : 'talking' });
  }
}
