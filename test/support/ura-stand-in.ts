import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';

/** What the URA asked of the application. */
export interface UraRequest {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  /** How long the asker waited before it gave up, when it was not answered. */
  gaveUpAfterMs: number | null;
}

/** How the stand-in behaves: answers, answers with an error or with nonsense, or never. */
export type UraManners = { readonly status: number; readonly body: string } | 'never';

/** Stands in for the application at the URA's addresses, so that its faults can be chosen. */
export class UraStandIn implements AsyncDisposable {
  readonly port: number;
  readonly requests: UraRequest[] = [];
  protocols: (fields: UraRequest['fields']) => UraManners = () => ({ status: 200, body: '202611' });
  queueCallbacks: UraManners = { status: 200, body: 'ok' };
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
        const { authorization, accept } = req.headers;
        const asked: UraRequest = { path: req.url ?? '', fields, authorization, accept, gaveUpAfterMs: null };
        this.requests.push(asked);
        const began = performance.now();
        res.on('close', () => {
          if (!res.writableEnded) asked.gaveUpAfterMs = performance.now() - began;
        });
        const manners = req.url === '/api/ura/queue-callbacks' ? this.queueCallbacks : this.protocols(fields);
        if (manners !== 'never') res.writeHead(manners.status, { 'Content-Type': 'text/plain' }).end(manners.body);
      });
    });
  }

  static async start(): Promise<UraStandIn> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new UraStandIn(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
