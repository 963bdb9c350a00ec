import { io, type Socket } from 'socket.io-client';
import {
  type Ack,
  type ClientEventName,
  type ClientEventPayload,
  type ClientEventResults,
  type ClientToServerEvents,
  type ServerToClientEvents,
} from '../../src/shared/realtime.js';
import { type Visitor } from './harness.js';

export type PageSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** A page's socket, signed in as the visitor is; not yet connected. */
export function pageSocket(url: string, visitor: Visitor | null): PageSocket {
  return io(url, {
    transports: ['websocket'],
    reconnection: false,
    autoConnect: false,
    forceNew: true,
    ackTimeout: 3000,
    ...(visitor === null ? {} : { extraHeaders: { cookie: visitor.cookies() } }),
  });
}

/** Settles when it is connected; rejects with the server's refusal. */
export function connect(socket: PageSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
    socket.connect();
  });
}

/** Asks, and returns the acknowledgement as it came. */
export function ask<E extends ClientEventName>(
  socket: PageSocket,
  event: E,
  payload: ClientEventPayload<E>,
): Promise<Ack<ClientEventResults[E]>> {
  return (
    socket as unknown as { emitWithAck(event: string, payload: unknown): Promise<Ack<ClientEventResults[E]>> }
  ).emitWithAck(event, payload);
}
