import { type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { Server, type DefaultEventsMap, type Socket } from 'socket.io';
import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';
import {
  clientEventSchemas,
  type Ack,
  type ClientEventName,
  type ClientEventPayload,
  type ClientEventResults,
  type ClientToServerEvents,
  type ServerToClientEvents,
} from '../../shared/realtime.js';
import { DomainError } from '../errors.js';
import { KeyedQueue } from '../keyed-queue.js';

/** Who is at the other end, from the handshake; never from a payload. */
export interface HubViewer {
  readonly userId: number;
  readonly sessionId: string;
  readonly locale: Locale;
  readonly permissions: ReadonlySet<Permission>;
}

/** One connection of a page, as commands know it. */
export interface PageConnection {
  readonly id: string;
}

/**
 * One thing a page may ask. `room` is joined before `run` reads what it answers: a change between the two is then sent
 * twice and dropped by its version, never lost.
 */
export interface ClientCommand<V extends HubViewer, E extends ClientEventName> {
  readonly permission: Permission;
  readonly room?: (viewer: V) => string;
  readonly run: (viewer: V, payload: ClientEventPayload<E>, page: PageConnection) => Promise<ClientEventResults[E]>;
}
export type ClientCommands<V extends HubViewer> = { readonly [E in ClientEventName]: ClientCommand<V, E> };

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

export interface RealtimeHubDeps<V extends HubViewer> {
  readonly server: HttpServer;
  /** Run on the handshake request only: session, then sign-in. */
  readonly handshake: readonly Middleware[];
  readonly viewerOf: (request: IncomingMessage) => Promise<V | null>;
  /** The same person as of now; null for somebody who is not let in any more. */
  readonly loadViewer: (viewer: V) => Promise<V | null>;
  readonly commands: ClientCommands<V>;
  readonly translate: (locale: Locale) => Translate;
  /** `wasSilent`: it answered no ping, rather than that it went. */
  readonly onClosed: (page: PageConnection, wasSilent: boolean) => void;
  /**
   * Told of each viewer whose page is open, when it connects and every few minutes: a page open all day asks for nothing
   * else over HTTP, and its session must not end under a shift or a call.
   */
  readonly keepAlive: (viewer: V) => void;
  readonly logError: (error: unknown, context: object) => void;
  /** A page that does not answer within interval + timeout is taken for gone; milliseconds. */
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
  readonly keepAliveMs?: number;
}

interface SocketData<V> {
  /** As of the handshake or the last `refreshUser`, whichever was later. */
  viewer: V;
  /** The rooms that commands joined, each with the permission it takes to be there. */
  rooms: Map<string, Permission>;
}
type HubServer<V> = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData<V>>;
type HubSocket<V> = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData<V>>;

const MAX_MESSAGE_BYTES = 64 * 1024;
const KEEP_ALIVE_MS = 5 * 60 * 1000;

/**
 * The only code that knows Socket.IO. Wraps every command of a page: authorise, parse, run, acknowledge, log.
 * An event that is not in the contract is acknowledged as invalid, so that an old page hears about it.
 */
export class RealtimeHub<V extends HubViewer> {
  readonly #deps: RealtimeHubDeps<V>;
  readonly #io: HubServer<V>;
  readonly #keepAlive: NodeJS.Timeout;
  readonly #refreshes = new KeyedQueue<number>();
  /** Counts the refreshes; `#refreshedAt` has the last one of each user, to be compared with when a handshake began. */
  #refreshCount = 0;
  readonly #refreshedAt = new Map<number, number>();
  readonly #begunAt = new WeakMap<IncomingMessage, number>();

  constructor(deps: RealtimeHubDeps<V>) {
    this.#deps = deps;
    this.#io = new Server(deps.server, {
      serveClient: false,
      // A suspended page answers no ping: three seconds each keep what the server believes younger than ten.
      pingInterval: deps.pingIntervalMs ?? 3000,
      pingTimeout: deps.pingTimeoutMs ?? 3000,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      // The exchange's own WebSocket lives on the same server: upgrades of other paths are not ours to end.
      destroyUpgrade: false,
    });
    this.#io.engine.use(
      onlyOnHandshake((req, _res, next) => {
        this.#begunAt.set(req, this.#refreshCount);
        next();
      }),
    );
    for (const middleware of deps.handshake) this.#io.engine.use(onlyOnHandshake(middleware));
    this.#io.use((socket, next) => {
      this.#viewerOf(socket.request).then(
        (viewer) => {
          if (viewer === null) {
            next(new Error('unauthorised'));
            return;
          }
          socket.data.viewer = viewer;
          socket.data.rooms = new Map();
          next();
        },
        (error: unknown) => {
          deps.logError(error, { at: 'handshake' });
          next(new Error('internal'));
        },
      );
    });
    this.#io.on('connection', (socket) => {
      this.#accept(socket);
    });
    this.#keepAlive = setInterval(() => {
      for (const socket of this.#io.sockets.sockets.values()) deps.keepAlive(socket.data.viewer);
    }, deps.keepAliveMs ?? KEEP_ALIVE_MS).unref();
  }

  /** Sends to the pages in a room, and to nobody when it is empty. */
  send<E extends keyof ServerToClientEvents>(
    room: string,
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    this.#io.to(room).emit(event, ...args);
  }

  /** Ends every connection of a session, as at sign-out. Pages that the server disconnects reload. */
  disconnectSession(sessionId: string): void {
    this.#io.in(sessionRoom(sessionId)).disconnectSockets(true);
  }

  /** Ends every connection of a person, as when the account or its profile changes. */
  disconnectUser(userId: number): void {
    this.#io.in(userRoom(userId)).disconnectSockets(true);
  }

  /**
   * Reads a person anew for each open connection: what comes next is checked against what they may do now. Settles when
   * that is so; never rejects.
   *
   * A page that is in a room it may no longer be in leaves it and is disconnected, so that it loads again and says why;
   * with `keepPages` it stays where it is, and its commands are refused. Who is not let in any more is disconnected in
   * any case. All others are told `viewer:changed`.
   */
  refreshUser(userId: number, { keepPages = false }: { readonly keepPages?: boolean } = {}): Promise<void> {
    this.#refreshedAt.set(userId, ++this.#refreshCount);
    // One after another: of two readings the older must not be what stays.
    return this.#refreshes.run(userId, async () => {
      const { adapter, sockets } = this.#io.sockets;
      const open = [...(adapter.rooms.get(userRoom(userId)) ?? [])].flatMap((id) => sockets.get(id) ?? []);
      await Promise.all(open.map((socket) => this.#refresh(socket, keepPages)));
    });
  }

  /** How many pages are connected now, by session. */
  openPages(): ReadonlyMap<string, number> {
    const pages = new Map<string, number>();
    for (const { data } of this.#io.sockets.sockets.values()) {
      const { sessionId } = data.viewer;
      pages.set(sessionId, (pages.get(sessionId) ?? 0) + 1);
    }
    return pages;
  }

  /** Closes the connections and the HTTP server under them. */
  async close(): Promise<void> {
    clearInterval(this.#keepAlive);
    await this.#io.close();
  }

  async #viewerOf(request: IncomingMessage): Promise<V | null> {
    let viewer = await this.#deps.viewerOf(request);
    while (viewer !== null && this.#isOlder(request, viewer)) {
      this.#begunAt.set(request, this.#refreshCount);
      viewer = await this.#deps.loadViewer(viewer);
    }
    return viewer;
  }

  /** Whether this person's permissions were changed after the request began, so that they may have been read before. */
  #isOlder(request: IncomingMessage, { userId }: V): boolean {
    return (this.#refreshedAt.get(userId) ?? 0) > (this.#begunAt.get(request) ?? 0);
  }

  #accept(socket: HubSocket<V>): void {
    const { viewer } = socket.data;
    this.#deps.keepAlive(viewer);
    void socket.join([sessionRoom(viewer.sessionId), userRoom(viewer.userId)]);
    for (const name of Object.keys(clientEventSchemas) as ClientEventName[]) this.#listen(socket, name);
    // Changed since the viewer was read, when this connection was not among the open ones yet.
    if (this.#isOlder(socket.request, viewer)) void this.refreshUser(viewer.userId);
    socket.onAny((name: string, ...args: unknown[]) => {
      if (Object.hasOwn(clientEventSchemas, name)) return;
      replyTo(args.at(-1), this.#refusal(socket.data.viewer, new DomainError('invalid', 'realtime:unknown-command')));
    });
    socket.on('disconnect', (reason) => {
      this.#deps.onClosed({ id: socket.id }, reason === 'ping timeout');
    });
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- ties the schema, the command and the ack of one event together
  #listen<E extends ClientEventName>(socket: HubSocket<V>, name: E): void {
    const command: ClientCommand<V, E> = this.#deps.commands[name];
    const listener = (payload: unknown, ack: unknown): void => {
      this.#run(socket, name, command, payload).then(
        (data) => {
          replyTo(ack, { ok: true, data });
        },
        (error: unknown) => {
          const { viewer } = socket.data;
          if (!(error instanceof DomainError)) this.#deps.logError(error, { at: name, userId: viewer.userId });
          replyTo(ack, this.#refusal(viewer, error));
        },
      );
    };
    socket.on(name, listener as Parameters<typeof socket.on<E>>[1]);
  }

  async #run<E extends ClientEventName>(
    socket: HubSocket<V>,
    name: E,
    command: ClientCommand<V, E>,
    payload: unknown,
  ): Promise<ClientEventResults[E]> {
    const { viewer } = socket.data;
    if (!viewer.permissions.has(command.permission)) throw new DomainError('forbidden', 'realtime:forbidden');
    const parsed = clientEventSchemas[name].safeParse(payload);
    if (!parsed.success) throw new DomainError('invalid', 'realtime:bad-payload');
    if (command.room !== undefined) {
      const room = command.room(viewer);
      // Noted in the same breath as the permission was looked at: a refresh sees it, however long joining takes.
      socket.data.rooms.set(room, command.permission);
      await socket.join(room);
    }
    return command.run(viewer, parsed.data as ClientEventPayload<E>, { id: socket.id });
  }

  async #refresh(socket: HubSocket<V>, keepPages: boolean): Promise<void> {
    let viewer: V | null = null;
    try {
      viewer = await this.#deps.loadViewer(socket.data.viewer);
    } catch (error) {
      // What somebody may do is not known: the page connects again, and is let in or not by what is found then.
      this.#deps.logError(error, { at: 'refresh', userId: socket.data.viewer.userId });
    }
    if (viewer === null) {
      socket.disconnect(true);
      return;
    }
    socket.data.viewer = viewer;
    const { rooms } = socket.data;
    const lost = [...rooms].filter(([, permission]) => !viewer.permissions.has(permission)).map(([room]) => room);
    if (lost.length === 0 || keepPages) {
      socket.emit('viewer:changed');
      return;
    }
    for (const room of lost) {
      rooms.delete(room);
      await socket.leave(room);
    }
    socket.disconnect(true);
  }

  #refusal(viewer: V, error: unknown): Ack<never> {
    const t = this.#deps.translate(viewer.locale);
    return error instanceof DomainError
      ? { ok: false, error: { code: error.code, message: t(error.key, error.params), field: error.field } }
      : { ok: false, error: { code: 'internal', message: t('realtime:internal'), field: null } };
  }
}

/** A page that asked without wanting an answer gets none. */
function replyTo(ack: unknown, result: Ack<unknown>): void {
  if (typeof ack === 'function') (ack as (result: Ack<unknown>) => void)(result);
}

function sessionRoom(sessionId: string): string {
  return `session:${sessionId}`;
}

function userRoom(userId: number): string {
  return `user:${String(userId)}`;
}

/** Engine.IO runs its middleware on every HTTP request of a connection; only the first has a session to read. */
function onlyOnHandshake(middleware: Middleware): Middleware {
  return (req, res, next) => {
    const isHandshake = !new URL(req.url ?? '/', 'http://localhost').searchParams.has('sid');
    if (isHandshake) middleware(req, res, next);
    else next();
  };
}
