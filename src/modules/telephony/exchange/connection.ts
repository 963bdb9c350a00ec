import { Core } from 'sip.js';
import { type RawData, WebSocket } from 'ws';
import { type ExchangeLog } from './exchange.port.js';
import { FrameLimiter } from './frame-limiter.js';
import { ALLOWED_METHODS, findDefect, isAnswerable, sipUri } from './sip-message.js';

/** Codes with which the exchange closes a connection (RFC 6455 section 7.4; 4000 and above are ours). */
export const CLOSE = {
  stopping: 1012,
  refused: 1008,
  /** The same address registered elsewhere: this page must not come back by itself. */
  replaced: 4001,
  /** The address was unregistered by the application. */
  dropped: 4002,
} as const;

const STRANGER = { perSecond: 10, burst: 30 };
const KNOWN = { perSecond: 50, burst: 200 };
/** Unreadable frames or refused passwords that a connection may send before it is closed. */
const MAX_STRIKES = 5;

export interface ConnectionHandlers {
  onRegister(connection: SipConnection, request: Core.IncomingRegisterRequest): void;
  onInvite(connection: SipConnection, request: Core.IncomingInviteRequest): void;
}

/**
 * One WebSocket and the SIP.js core that serves it (RFC 7118). Transactions and dialogs live and die with it: when it
 * closes, its core is disposed of and whoever had a leg on it is told.
 *
 * Whatever comes in, nothing here throws: a frame is answered, dropped, or the connection is closed.
 */
export class SipConnection {
  readonly id: string;
  readonly core: Core.UserAgentCore;
  readonly #socket: WebSocket;
  readonly #log: ExchangeLog;
  readonly #limiter: FrameLimiter;
  readonly #closeListeners = new Set<() => void>();
  readonly #parserLog: Core.Logger;
  #authenticated = false;
  #strikes = 0;
  #alive = true;
  #closed = false;

  constructor(deps: {
    readonly id: string;
    readonly socket: WebSocket;
    readonly realm: string;
    readonly handlers: ConnectionHandlers;
    readonly log: ExchangeLog;
    readonly now: () => number;
  }) {
    this.id = deps.id;
    this.#socket = deps.socket;
    this.#log = deps.log;
    this.#limiter = new FrameLimiter(deps.now, STRANGER);
    const loggerFactory = new Core.LoggerFactory();
    loggerFactory.builtinEnabled = false;
    this.#parserLog = loggerFactory.getLogger('exchange.parser');
    this.core = new Core.UserAgentCore(this.#coreConfiguration(deps.realm, loggerFactory), {
      onRegister: (request) => {
        deps.handlers.onRegister(this, request);
      },
      onInvite: (request) => {
        deps.handlers.onInvite(this, request);
      },
    });
    this.#socket.on('message', (data) => {
      this.#receive(data);
    });
    this.#socket.on('pong', () => {
      this.#alive = true;
    });
    this.#socket.on('close', () => {
      this.#onClosed();
    });
    // Without a listener an error of the socket (a frame too large, a reset) would end the process; `close` follows it.
    this.#socket.on('error', (error) => {
      this.#log.warn({ err: error, connection: this.id }, 'sip connection failed');
    });
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === WebSocket.OPEN;
  }

  get isAuthenticated(): boolean {
    return this.#authenticated;
  }

  /** Where this exchange is reached by who is on this connection, as a header. */
  get contactHeader(): string {
    return `Contact: ${this.core.configuration.contact.toString()}`;
  }

  markAuthenticated(): void {
    if (this.#authenticated) return;
    this.#authenticated = true;
    this.#limiter.widen(KNOWN);
  }

  /** Returns its own undo. Called once, at once when it is closed already. */
  onClose(listener: () => void): () => void {
    if (this.#closed) {
      listener();
      return () => undefined;
    }
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Counts something a well-behaved phone does not do; the last one closes the connection. */
  strike(what: string): void {
    this.#strikes += 1;
    if (this.#strikes < MAX_STRIKES) return;
    this.#log.warn({ connection: this.id, what }, 'sip connection closed: too many bad requests');
    this.close(CLOSE.refused, what);
  }

  /** To be called at the ping interval: one that has not answered the last ping is dead and is cut off. */
  checkAlive(): void {
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    if (this.isOpen) this.#socket.ping();
  }

  /** Closes, and lets go at once of what was on it instead of waiting for the other side to agree. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.#onClosed();
  }

  #onClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Legs first learn that they are lost; disposing of the core then ends its timers.
    for (const listener of this.#closeListeners) {
      try {
        listener();
      } catch (error) {
        this.#log.error({ err: error, connection: this.id }, 'a listener of a closed sip connection failed');
      }
    }
    this.#closeListeners.clear();
    this.core.dispose();
  }

  #receive(data: RawData): void {
    if (this.#closed) return;
    if (!this.#limiter.take()) {
      this.close(CLOSE.refused, 'too many messages');
      return;
    }
    const text = toText(data);
    // Keep-alive of RFC 5626 section 4.4.1, which SIP.js can be told to send.
    if (text === '\r\n\r\n') {
      this.#send('\r\n').catch(() => undefined);
      return;
    }
    if (text.trim() === '') return;
    let message: Core.IncomingRequestMessage | Core.IncomingResponseMessage | undefined;
    try {
      message = Core.Parser.parseMessage(text, this.#parserLog);
      if (message === undefined) this.strike('unreadable message');
      else this.#dispatch(message);
    } catch (error) {
      this.#log.warn({ err: error, connection: this.id }, 'a sip message could not be handled');
      this.#answerFailure(message);
      this.strike('unhandled message');
    }
  }

  #dispatch(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage): void {
    if (message instanceof Core.IncomingResponseMessage) {
      if (typeof message.viaBranch === 'string' && message.getHeaders('via').length === 1) {
        this.core.receiveIncomingResponseFromTransport(message);
      }
      return;
    }
    const defect = findDefect(message);
    if (defect !== null) {
      if (isAnswerable(message)) this.core.replyStateless(message, { statusCode: 400, reasonPhrase: defect });
      this.strike(defect);
      return;
    }
    if (!ALLOWED_METHODS.includes(message.method)) {
      const allow = `Allow: ${ALLOWED_METHODS.join(', ')}`;
      this.core.replyStateless(message, { statusCode: 405, extraHeaders: [allow] });
      return;
    }
    // The core answers 404 to what is not addressed to its own AOR; a server is addressed as many.
    if (message.ruri !== undefined) this.core.configuration.aor = message.ruri;
    this.core.receiveIncomingRequestFromTransport(message);
  }

  #answerFailure(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage | undefined): void {
    try {
      if (message instanceof Core.IncomingRequestMessage && isAnswerable(message)) {
        this.core.replyStateless(message, { statusCode: 500 });
      }
    } catch {
      // It was answered already, or cannot be: there is nobody left to tell.
    }
  }

  #send(message: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Error('the connection is closed'));
        return;
      }
      this.#socket.send(message, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  #coreConfiguration(realm: string, loggerFactory: Core.LoggerFactory): Core.UserAgentCoreConfiguration {
    const uri = sipUri('exchange', realm);
    uri.setParam('transport', 'ws');
    const contact: Core.Contact = {
      uri,
      pubGruu: undefined,
      tempGruu: undefined,
      toString: () => `<${uri.toString()}>`,
    };
    const transport: Core.Transport = { protocol: 'WS', send: (message) => this.#send(message) };
    return {
      aor: uri,
      contact,
      displayName: '',
      loggerFactory,
      hackViaTcp: false,
      routeSet: [],
      sipjsId: this.id.replace(/\W/g, '').slice(0, 8),
      supportedOptionTags: [],
      supportedOptionTagsResponse: [],
      userAgentHeaderFieldValue: 'Citrus Voz',
      viaForceRport: false,
      viaHost: realm,
      authenticationFactory: () => undefined,
      transportAccessor: () => transport,
    };
  }
}

/** Text and binary frames are the same to SIP (RFC 7118 section 4.2). */
function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
