import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type BoardChange, type BoardSnapshot } from '../../src/shared/board.js';
import { type ClientToServerEvents, type ServerToClientEvents } from '../../src/shared/realtime.js';

const NOTHING: BoardSnapshot = {
  seq: 0,
  at: 0,
  link: { connected: true, since: 0, lastSeenAt: null },
  agents: [],
  queues: [],
};

/** The peer: Socket.IO and nothing else. It sends what it is given to everyone in one room. */
export class BareServer {
  readonly url: string;
  readonly #io: Server<ClientToServerEvents, ServerToClientEvents>;

  private constructor(io: Server<ClientToServerEvents, ServerToClientEvents>, url: string) {
    this.#io = io;
    this.url = url;
  }

  static async start(): Promise<BareServer> {
    const http = createServer();
    const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, { serveClient: false });
    io.on('connection', (socket) => {
      socket.on('board:open', async (_payload, ack) => {
        await socket.join('board');
        ack({ ok: true, data: NOTHING });
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new BareServer(io, `http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  }

  broadcast(frame: BoardChange): void {
    this.#io.to('board').emit('board:changed', frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#io.close();
  }
}
