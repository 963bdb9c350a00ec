import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export type AmiRequest = Readonly<Record<string, string>>;
/** What it says to an action; null to say nothing. Lines without the closing blank one. */
type Answer = (request: AmiRequest, connection: FakeAmiConnection) => readonly string[] | null;

/** One who talks the manager interface's protocol and knows nothing of telephones. */
export class FakeAmiServer {
  readonly requests: AmiRequest[] = [];
  readonly connections: FakeAmiConnection[] = [];
  readonly answers = new Map<string, Answer>([
    ['Challenge', () => ['Response: Success', 'Challenge: 1234']],
    [
      'Login',
      (_request, connection) => {
        setImmediate(() => {
          connection.say(['Event: FullyBooted', 'Status: Fully Booted']);
        });
        return ['Response: Success'];
      },
    ],
    ['Ping', () => ['Response: Success', 'Ping: Pong', `Timestamp: ${(Date.now() / 1000).toFixed(6)}`]],
  ]);
  greeting: string | null = 'Asterisk Call Manager/11.0.0\r\n';
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      const connection: FakeAmiConnection = new FakeAmiConnection(socket, (request): readonly string[] | null => {
        this.requests.push(request);
        const answer = this.answers.get(request['Action'] ?? '');
        return answer === undefined ? ['Response: Error', 'Message: unknown'] : answer(request, connection);
      });
      this.connections.push(connection);
      if (this.greeting !== null) socket.write(this.greeting);
    });
  }

  static async start(): Promise<FakeAmiServer> {
    const server = new FakeAmiServer();
    await server.listen();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get last(): FakeAmiConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }

  /** Takes connections, at the same port as before. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection without a word and takes no more. */
  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export class FakeAmiConnection {
  readonly socket: Socket;
  #text = '';

  constructor(socket: Socket, answer: (request: AmiRequest) => readonly string[] | null) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      this.#text += piece.toString('utf8');
      const messages = this.#text.split('\r\n\r\n');
      this.#text = messages.pop() ?? '';
      for (const message of messages) {
        const request = Object.fromEntries(
          message.split('\r\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]),
        );
        const said = answer(request);
        if (said !== null) this.say([...said.slice(0, 1), `ActionID: ${request['ActionID'] ?? ''}`, ...said.slice(1)]);
      }
    });
  }

  say(lines: readonly string[]): void {
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }
}
