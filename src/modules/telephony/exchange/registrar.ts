import { type Core, type NameAddrHeader, type URI } from 'sip.js';
import { CLOSE, type SipConnection } from './connection.js';
import { type Timers } from './exchange.port.js';
import { type Caller } from './gatekeeper.js';
import { type AddressKind } from './directory-view.js';

export interface Registration {
  readonly address: string;
  readonly kind: AddressKind;
  readonly connection: SipConnection;
  /** Where the phone wants its requests sent. */
  readonly target: URI;
}

interface Entry extends Registration {
  readonly timer: unknown;
  readonly stopWatching: () => void;
}

const DEFAULT_SECONDS = 600;
const MIN_SECONDS = 30;
const MAX_SECONDS = 3600;

/**
 * Which phone is where (RFC 3261 section 10.3), with one contact an address: the newest wins, and the connection of the
 * one before is closed, so that two pages never ring for one agent.
 */
export class Registrar {
  readonly #entries = new Map<string, Entry>();
  readonly #timers: Timers;
  readonly #onRegistered: (registration: Registration) => void;
  readonly #onGone: (registration: Registration) => void;

  constructor(deps: {
    readonly timers: Timers;
    /** Not for a refresh: for a phone that is new, or new on this connection. */
    readonly onRegistered: (registration: Registration) => void;
    /** Not for one that was replaced by a newer one of its address. */
    readonly onGone: (registration: Registration) => void;
  }) {
    this.#timers = deps.timers;
    this.#onRegistered = deps.onRegistered;
    this.#onGone = deps.onGone;
  }

  find(address: string): Registration | null {
    return this.#entries.get(address) ?? null;
  }

  list(kind: AddressKind): string[] {
    return [...this.#entries.values()].filter((entry) => entry.kind === kind).map((entry) => entry.address);
  }

  /** Serves the REGISTER of a phone that was let in. */
  register(connection: SipConnection, caller: Caller, request: Core.IncomingRegisterRequest): void {
    const { message } = request;
    const star = message.getHeader('contact')?.trim() === '*';
    const contact = star ? undefined : readContact(message);
    if (!star && message.hasHeader('contact') && contact === undefined) {
      request.reject({ statusCode: 400, reasonPhrase: 'Bad Contact' });
      return;
    }
    const current = this.#entries.get(caller.address);
    if (star || (contact !== undefined && secondsOf(message, contact) === 0)) {
      // A late goodbye of a page that was replaced must not unregister the page that replaced it.
      if (current?.connection === connection) this.#remove(current);
      request.accept({ statusCode: 200 });
      return;
    }
    if (contact === undefined) {
      // A query: no contact, nothing changes (RFC 3261 section 10.2.3).
      request.accept({ statusCode: 200 });
      return;
    }
    const seconds = Math.min(MAX_SECONDS, Math.max(MIN_SECONDS, secondsOf(message, contact)));
    request.accept({
      statusCode: 200,
      extraHeaders: [`Contact: <${contact.uri.toString()}>;expires=${seconds}`],
    });
    this.#store(connection, caller, contact.uri, seconds);
  }

  /** Forgets an address and closes its connection. False when it was not registered. */
  drop(address: string): boolean {
    const entry = this.#entries.get(address);
    if (entry === undefined) return false;
    this.#remove(entry);
    entry.connection.close(CLOSE.dropped, 'unregistered');
    return true;
  }

  clear(): void {
    for (const entry of this.#entries.values()) {
      this.#timers.clearTimeout(entry.timer);
      entry.stopWatching();
    }
    this.#entries.clear();
  }

  #store(connection: SipConnection, caller: Caller, target: URI, seconds: number): void {
    const before = this.#entries.get(caller.address);
    if (before !== undefined) {
      this.#timers.clearTimeout(before.timer);
      before.stopWatching();
    }
    const entry: Entry = {
      ...caller,
      connection,
      target,
      timer: this.#timers.setTimeout(() => {
        this.#remove(entry);
      }, seconds * 1000),
      stopWatching: connection.onClose(() => {
        this.#remove(entry);
      }),
    };
    this.#entries.set(caller.address, entry);
    if (before?.connection === connection) return;
    // The old connection goes before the new one is told of: what was on it is lost first, then given back.
    if (before?.connection.isOpen === true) before.connection.close(CLOSE.replaced, 'registered elsewhere');
    this.#onRegistered(entry);
  }

  #remove(entry: Entry): void {
    if (this.#entries.get(entry.address) !== entry) return;
    this.#entries.delete(entry.address);
    this.#timers.clearTimeout(entry.timer);
    entry.stopWatching();
    this.#onGone(entry);
  }
}

function readContact(message: Core.IncomingRequestMessage): NameAddrHeader | undefined {
  // Undefined when it does not parse, against its type.
  return message.parseHeader('contact') as NameAddrHeader | undefined;
}

/** `expires` of the contact, else the header, else a default (RFC 3261 section 10.3, step 7). */
function secondsOf(message: Core.IncomingRequestMessage, contact: NameAddrHeader): number {
  // Null for a parameter without a value.
  const parameter = contact.getParam('expires');
  const text = parameter ?? message.getHeader('expires');
  const seconds = Number(text ?? DEFAULT_SECONDS);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : DEFAULT_SECONDS;
}
