import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { AmiParser, AmiProtocolError, encodeAction, type AmiAction, type AmiMessage } from './ami-parser.js';

/**
 * What went wrong with the manager interface.
 *
 * - `unreachable`: nobody listens, the name is unknown, the network does not lead there. `tls`: no trusted encryption.
 * - `not-ami`: something else answers. `login`: it refuses the name or the secret. `silent`: no answer in time.
 * - `closed`: the connection ended. `protocol`: unreadable or absurdly large messages. `refused`: an action was.
 */
export type AmiFailureKind =
  'unreachable' | 'tls' | 'not-ami' | 'login' | 'silent' | 'closed' | 'protocol' | 'refused' | 'overloaded';

export class AmiFailure extends Error {
  readonly kind: AmiFailureKind;

  constructor(kind: AmiFailureKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AmiFailure';
    this.kind = kind;
  }
}

export type AmiAddress = Pick<AsteriskSettings, 'host' | 'port' | 'tls' | 'tlsVerify'>;

export interface AmiLimitsInTime {
  readonly connectMs: number;
  readonly actionMs: number;
}

const DEFAULT_TIMES: AmiLimitsInTime = { connectMs: 5000, actionMs: 10_000 };
const MAX_PENDING_ACTIONS = 1000;
/** What may wait in the socket for an exchange that does not read. */
const MAX_UNSENT_BYTES = 1024 * 1024;
const MAX_LIST_ITEMS = 200_000;

interface Pending {
  readonly action: string;
  readonly items: AmiMessage[] | null;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (found: { readonly response: AmiMessage; readonly items: readonly AmiMessage[] }) => void;
  readonly reject: (failure: AmiFailure) => void;
  response: AmiMessage | null;
}

/**
 * One connection to the manager interface (AMI), over TCP or TLS, from its greeting to its end; it does not come back.
 *
 * Why a client of our own: the kept packages were read. asterisk-manager 0.2.0 keeps whatever comes without a line end for
 * ever, takes a letter apart that falls on the border of two packets ("Almoço" among them) and has no time limit on an
 * action; asterisk-ami-client 1.1.5 is of 2018; ami-io 1.2.1 runs a regular expression over everything it has not read
 * yet at each packet. All send the secret in clear, and none has types. Once that is mended nothing of them is left.
 */
export class AmiConnection {
  readonly #socket: Socket;
  readonly #times: AmiLimitsInTime;
  readonly #parser = new AmiParser();
  readonly #pending = new Map<string, Pending>();
  readonly #greeted: Promise<string>;
  #onGreeting: (greeting: string) => void = () => undefined;
  #onGreetingFailure: (failure: AmiFailure) => void = () => undefined;
  #lastActionId = 0;
  #failure: AmiFailure | null = null;
  #lastSeenAt: number | null = null;
  #onEvent: (event: AmiMessage) => void = () => undefined;
  #onClosed: (failure: AmiFailure) => void = () => undefined;

  private constructor(socket: Socket, times: AmiLimitsInTime) {
    this.#socket = socket;
    this.#times = times;
    this.#greeted = new Promise((resolve, reject) => {
      this.#onGreeting = resolve;
      this.#onGreetingFailure = reject;
    });
    this.#greeted.catch(() => undefined);
  }

  /** Settles when the other side has greeted. Rejects with an `AmiFailure`. */
  static async connect(address: AmiAddress, times: Partial<AmiLimitsInTime> = {}): Promise<AmiConnection> {
    const { host, port } = address;
    const limits = { ...DEFAULT_TIMES, ...times };
    const socket = address.tls
      ? connectTls({ host, port, rejectUnauthorized: address.tlsVerify, ...(isName(host) && { servername: host }) })
      : connectTcp({ host, port });
    const connection = new AmiConnection(socket, limits);
    connection.#listen(address.tls);
    const timer = setTimeout(() => {
      const connected = address.tls
        ? 'secureConnecting' in socket && socket.secureConnecting === false
        : !socket.connecting;
      connection.#end(
        new AmiFailure(connected ? 'not-ami' : 'unreachable', `no greeting from ${host}:${port} in time`),
      );
    }, limits.connectMs);
    try {
      await connection.#greeted;
      return connection;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The version of the manager interface, as `11.0.0`. */
  get interfaceVersion(): string {
    return this.#parser.greeting?.split('/')[1] ?? '';
  }

  /** When something last came from the other side; epoch milliseconds. */
  get lastSeenAt(): number | null {
    return this.#lastSeenAt;
  }

  get isOpen(): boolean {
    return this.#failure === null;
  }

  /** At most one listener each; events that come while there is none are dropped. */
  listen(listeners: {
    readonly onEvent: (event: AmiMessage) => void;
    readonly onClosed: (failure: AmiFailure) => void;
  }): void {
    this.#onEvent = listeners.onEvent;
    this.#onClosed = listeners.onClosed;
    if (this.#failure !== null) listeners.onClosed(this.#failure);
  }

  /** Signs in without sending the secret. `events` are the classes wanted, or `off`. */
  async logIn(username: string, secret: string, events: string): Promise<void> {
    try {
      const { response } = await this.#send({ Action: 'Challenge', AuthType: 'MD5' }, null);
      const key = createHash('md5')
        .update(`${response.get('Challenge')}${secret}`)
        .digest('hex');
      await this.#send({ Action: 'Login', AuthType: 'MD5', Username: username, Key: key, Events: events }, null);
    } catch (error) {
      if (error instanceof AmiFailure && error.kind === 'refused') {
        throw new AmiFailure('login', `${username} was refused: ${error.message}`, error);
      }
      throw error;
    }
  }

  /** Settles with the answer; rejects with an `AmiFailure`, of the kind `refused` when the answer is an error. */
  async act(action: AmiAction): Promise<AmiMessage> {
    return (await this.#send(action, null)).response;
  }

  /** The events that answer a question for a list; an answer that says there are none is an empty list. */
  async list(action: AmiAction): Promise<readonly AmiMessage[]> {
    try {
      return (await this.#send(action, [])).items;
    } catch (error) {
      if (error instanceof AmiFailure && error.kind === 'refused' && /^No .+ found/i.test(error.message)) return [];
      throw error;
    }
  }

  close(): void {
    this.#end(new AmiFailure('closed', 'closed on our side'));
  }

  #listen(tls: boolean): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on('data', (piece: Buffer) => {
      this.#lastSeenAt = Date.now();
      this.#read(piece);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#end(toFailure(error, { tls, greeted: this.#parser.greeting !== null }));
    });
    socket.on('close', () => {
      const greeted = this.#parser.greeting !== null;
      this.#end(new AmiFailure(greeted ? 'closed' : 'not-ami', 'the other side closed the connection'));
    });
  }

  #read(piece: Buffer): void {
    if (this.#failure !== null) return;
    const known = this.#parser.greeting;
    try {
      const messages = this.#parser.push(piece);
      if (known === null && this.#parser.greeting !== null) this.#onGreeting(this.#parser.greeting);
      for (const message of messages) {
        // A listener may have closed us.
        if (this.#isOver()) return;
        this.#take(message);
      }
    } catch (error) {
      if (!(error instanceof AmiProtocolError)) throw error;
      this.#end(new AmiFailure(known === null ? 'not-ami' : 'protocol', error.message, error));
    }
  }

  #take(message: AmiMessage): void {
    const id = message.get('ActionID');
    const pending = id === '' ? undefined : this.#pending.get(id);
    if (message.event === '') {
      if (pending !== undefined) this.#answer(id, pending, message);
      return;
    }
    if (pending?.items === undefined || pending.items === null) {
      this.#onEvent(message);
      return;
    }
    if (/^complete$/i.test(message.get('EventList'))) {
      this.#settle(id, pending);
      pending.resolve({ response: pending.response ?? message, items: pending.items });
    } else if (pending.items.push(message) > MAX_LIST_ITEMS) {
      this.#end(new AmiFailure('protocol', `the answer to ${pending.action} does not end`));
    }
  }

  #answer(id: string, pending: Pending, response: AmiMessage): void {
    const refused = response.get('Response') === 'Error';
    if (!refused && pending.items !== null) {
      pending.response = response;
      return;
    }
    this.#settle(id, pending);
    if (refused) pending.reject(new AmiFailure('refused', response.get('Message')));
    else pending.resolve({ response, items: [] });
  }

  #settle(id: string, pending: Pending): void {
    this.#pending.delete(id);
    clearTimeout(pending.timer);
  }

  #send(
    action: AmiAction,
    items: AmiMessage[] | null,
  ): Promise<{ readonly response: AmiMessage; readonly items: readonly AmiMessage[] }> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      if (this.#pending.size >= MAX_PENDING_ACTIONS || this.#socket.writableLength > MAX_UNSENT_BYTES) {
        reject(new AmiFailure('overloaded', 'too much waits for the exchange already'));
        return;
      }
      this.#lastActionId += 1;
      const id = String(this.#lastActionId);
      const text = encodeAction(action, id);
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new AmiFailure('silent', `no answer to ${action.Action} in time`));
      }, this.#times.actionMs);
      this.#pending.set(id, { action: action.Action, items, timer, resolve, reject, response: null });
      this.#socket.write(text);
    });
  }

  #end(failure: AmiFailure): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#socket.destroy();
    this.#onGreetingFailure(failure);
    for (const [id, pending] of [...this.#pending]) {
      this.#settle(id, pending);
      pending.reject(failure);
    }
    this.#onClosed(failure);
  }

  #isOver(): boolean {
    return this.#failure !== null;
  }
}

function toFailure(error: NodeJS.ErrnoException, at: { readonly tls: boolean; readonly greeted: boolean }): AmiFailure {
  if (at.greeted) return new AmiFailure('closed', error.message, error);
  const code = error.code ?? '';
  const isNetwork = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL)$/.test(code);
  if (isNetwork || !at.tls)
    return new AmiFailure(code === 'ECONNRESET' ? 'not-ami' : 'unreachable', error.message, error);
  return new AmiFailure('tls', error.message, error);
}

/** Certificates name hosts; an address may not be asked for by SNI. */
function isName(host: string): boolean {
  return !/^[\d.]+$/.test(host) && !host.includes(':');
}
