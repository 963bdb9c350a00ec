import { type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE, type ConnectionHandlers, SipConnection } from './connection.js';
import { type ExchangeLog, type Timers } from './exchange.port.js';

export interface GatewayDeps {
  readonly path: string;
  readonly realm: string;
  readonly handlers: ConnectionHandlers;
  readonly log: ExchangeLog;
  readonly now: () => number;
  readonly timers: Timers;
  readonly newId: () => string;
  readonly isAllowedOrigin: (origin: string | undefined) => boolean;
  /** Between two pings; a dead connection is noticed after at most twice this. */
  readonly pingSeconds: number;
  /** How long a connection may stay without having authenticated. */
  readonly strangerSeconds: number;
  readonly maxConnections: number;
}

const MAX_MESSAGE_BYTES = 64 * 1024;

/** Takes WebSocket upgrades for SIP off the HTTP server it shares with everything else. */
export class SipGateway {
  readonly #deps: GatewayDeps;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<SipConnection>();
  #pingTimer: unknown = null;
  #running = false;

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: () => 'sip',
    });
  }

  /** Listens for the upgrades of its path; those of other paths are left alone. Returns its own undo. */
  attach(server: Server): () => void {
    const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      this.handleUpgrade(request, socket, head);
    };
    server.on('upgrade', listener);
    return () => server.off('upgrade', listener);
  }

  /** False when the upgrade is not for this path, and so somebody else's to answer. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (request.url?.split('?', 1)[0] !== this.#deps.path) return false;
    const refusal = this.#refusal(request);
    if (refusal !== null) {
      socket.on('error', () => undefined);
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return true;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#accept(webSocket);
    });
    return true;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#pingTimer = this.#scheduleCheck();
  }

  /** Closes every connection, with the code that says it will be back. */
  stop(): void {
    this.#running = false;
    this.#deps.timers.clearTimeout(this.#pingTimer);
    for (const connection of [...this.#connections]) connection.close(CLOSE.stopping, 'the exchange is stopping');
    this.#server.close();
  }

  #refusal(request: IncomingMessage): string | null {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!this.#running) return '503 Service Unavailable';
    if (!protocols.includes('sip')) return '400 Bad Request';
    if (!this.#deps.isAllowedOrigin(request.headers.origin)) return '403 Forbidden';
    if (this.#connections.size >= this.#deps.maxConnections) return '503 Service Unavailable';
    return null;
  }

  #accept(socket: WebSocket): void {
    const { timers, log, now, realm, handlers, newId, strangerSeconds } = this.#deps;
    const connection = new SipConnection({ id: newId(), socket, realm, handlers, log, now });
    this.#connections.add(connection);
    const strangerTimer = timers.setTimeout(() => {
      if (!connection.isAuthenticated) connection.close(CLOSE.refused, 'not authenticated');
    }, strangerSeconds * 1000);
    connection.onClose(() => {
      timers.clearTimeout(strangerTimer);
      this.#connections.delete(connection);
    });
  }

  #scheduleCheck(): unknown {
    return this.#deps.timers.setTimeout(() => {
      for (const connection of [...this.#connections]) connection.checkAlive();
      this.#pingTimer = this.#scheduleCheck();
    }, this.#deps.pingSeconds * 1000);
  }
}
