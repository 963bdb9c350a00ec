import { NO_RECORDER } from '../../src/modules/telephony/no-recorder.js';
import { DomainError } from '../../src/platform/errors.js';
import {
  type Directory,
  type Telephony,
  type TelephonyCall,
  type TelephonyEvent,
  type TelephonySnapshot,
  type TelephonyStatus,
} from '../../src/modules/telephony/telephony.port.js';

type FindCall = Awaited<ReturnType<Telephony['findCall']>>;

type CallMove = 'call-offered' | 'call-declined' | 'call-accepted' | 'call-answered' | 'call-held' | 'call-resumed';

/**
 * An exchange that says what the benchmark tells it to, and takes every command at once. It keeps book of what it said, so
 * that a comparison with it finds nothing to heal.
 */
export class ScriptedTelephony implements Telephony {
  readonly capabilities = new Set<never>();
  readonly recorder = NO_RECORDER;
  readonly #since = Date.now();
  readonly #listeners = new Set<(event: TelephonyEvent) => void>();
  readonly #registered = new Set<string>();
  readonly #members = new Map<string, { readonly queue: string; readonly extension: string }>();
  readonly #paused = new Map<string, string>();
  readonly #calls = new Map<string, TelephonyCall>();

  say(event: TelephonyEvent): void {
    this.#keepBook(event);
    for (const listener of this.#listeners) listener(event);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  status(): TelephonyStatus {
    return { connected: true, since: this.#since, lastSeenAt: Date.now(), roundTripMs: 0 };
  }

  directory(): Promise<Directory> {
    return Promise.resolve({ users: [], queues: [], pauseReasons: [] });
  }

  verifyCredentials(): Promise<boolean> {
    return Promise.resolve(false);
  }

  softphoneCredentials(): Promise<never> {
    return Promise.reject(notHere());
  }

  snapshot(): Promise<TelephonySnapshot> {
    return Promise.resolve({
      at: Date.now(),
      registered: [...this.#registered],
      members: [...this.#members.values()],
      paused: [...this.#paused].map(([extension, reason]) => ({ extension, reason })),
      calls: [...this.#calls.values()],
    });
  }

  onEvent(listener: (event: TelephonyEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  onStatus(): () => void {
    return () => undefined;
  }

  logIn(queue: string, extension: string): Promise<void> {
    this.say({ type: 'member-logged-in', at: Date.now(), queue, extension });
    return Promise.resolve();
  }

  logOut(queue: string, extension: string): Promise<void> {
    this.say({ type: 'member-logged-out', at: Date.now(), queue, extension });
    return Promise.resolve();
  }

  pause(extension: string, reason: string): Promise<void> {
    this.say({ type: 'member-paused', at: Date.now(), extension, reason });
    return Promise.resolve();
  }

  unpause(extension: string): Promise<void> {
    this.say({ type: 'member-unpaused', at: Date.now(), extension });
    return Promise.resolve();
  }

  dial(): Promise<void> {
    return Promise.reject(notHere());
  }

  findCall(callId: string): Promise<FindCall> {
    const call = this.#calls.get(callId);
    return Promise.resolve(call === undefined ? null : { live: true, call });
  }

  hangUp(): Promise<void> {
    return Promise.resolve();
  }

  transfer(): Promise<void> {
    return Promise.resolve();
  }

  takeBack(): Promise<void> {
    return Promise.resolve();
  }

  consult(): Promise<void> {
    return Promise.resolve();
  }

  join(): Promise<void> {
    return Promise.resolve();
  }

  confer(): Promise<void> {
    return Promise.resolve();
  }

  unregister(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  #keepBook(event: TelephonyEvent): void {
    switch (event.type) {
      case 'call-started':
        this.#calls.set(event.callId, { ...event, state: 'waiting', startedAt: event.at, answeredAt: null });
        break;
      case 'call-ended':
        this.#calls.delete(event.callId);
        break;
      case 'member-logged-in':
        this.#members.set(`${event.queue}/${event.extension}`, { queue: event.queue, extension: event.extension });
        break;
      case 'member-logged-out':
        this.#members.delete(`${event.queue}/${event.extension}`);
        break;
      case 'member-paused':
        this.#paused.set(event.extension, event.reason);
        break;
      case 'member-unpaused':
        this.#paused.delete(event.extension);
        break;
      case 'phone-registered':
        this.#registered.add(event.extension);
        break;
      case 'phone-unregistered':
        this.#registered.delete(event.extension);
        break;
      case 'transfer-started':
      case 'transfer-failed':
      case 'call-transferred':
      case 'call-conferenced':
        break;
      default:
        this.#moveCall(event);
    }
  }

  #moveCall(event: Extract<TelephonyEvent, { readonly type: CallMove }>): void {
    const call = this.#calls.get(event.callId);
    if (call === undefined) return;
    const { at, extension } = event;
    switch (event.type) {
      case 'call-offered':
        this.#calls.set(call.callId, { ...call, extension, state: 'offered' });
        break;
      case 'call-answered':
        this.#calls.set(call.callId, { ...call, extension, state: 'talking', answeredAt: at });
        break;
      case 'call-held':
        this.#calls.set(call.callId, { ...call, state: 'on-hold' });
        break;
      case 'call-resumed':
        this.#calls.set(call.callId, { ...call, state: 'talking' });
        break;
      case 'call-declined':
      case 'call-accepted':
        break;
    }
  }
}

function notHere(): DomainError {
  return new DomainError('unavailable', 'realtime:internal');
}
