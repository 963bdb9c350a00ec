import { io, type Socket } from 'socket.io-client';
import { type DeskState, type TransferTargets } from '../../shared/desk.js';
import { type Translate } from '../../shared/i18n/messages.js';
import { type RecordingView } from '../../shared/recording.js';
import {
  type AckError,
  type ClientEventName,
  type ClientEventPayload,
  type ClientEventResults,
  type ClientToServerEvents,
  type ServerToClientEvents,
} from '../../shared/realtime.js';

const REFUSED_RETRY_MS = 3000;

/** A wish that was not granted. The message is a sentence for the person. */
export class CommandError extends Error {
  readonly code: AckError['code'];
  readonly field: string | null;

  /** The same wish will not be granted later: the server understood it and said no. */
  get isFinal(): boolean {
    return this.code !== 'unavailable' && this.code !== 'internal';
  }

  constructor(error: AckError) {
    super(error.message);
    this.name = 'CommandError';
    this.code = error.code;
    this.field = error.field;
  }
}

export interface DeskLinkDeps {
  readonly pageId: string;
  readonly t: Translate;
  /** A connection begins; what it brings is told after this. */
  readonly onConnected: () => void;
  /** The answer to `desk:open`: the page is joined and has its state. */
  readonly onOpened: (desk: DeskState) => void;
  readonly onChanged: (desk: DeskState) => void;
  /** What the phone was given to register with is no longer right. */
  readonly onPhoneChanged: () => void;
  /** Who is there to take a call, while it is watched. */
  readonly onTargetsChanged: (targets: TransferTargets) => void;
  /** The recording of the present call. */
  readonly onRecording: (recording: RecordingView | null) => void;
  /** The server does not open the desk; a sentence says why. It is asked again. */
  readonly onRefused: (sentence: string) => void;
  readonly onLost: () => void;
  /** The server closed this page's connection on purpose: signed out, or no longer allowed. It does not come back. */
  readonly onSessionEnded: () => void;
}

const ACK_TIMEOUT_MS = 5000;
const REOPEN_MS = 3000;

/** The page's line to the server: opens the desk on every connection, and carries wishes. */
export class DeskLink {
  readonly #deps: DeskLinkDeps;
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  constructor(deps: DeskLinkDeps) {
    this.#deps = deps;
    this.#socket = io({
      ackTimeout: ACK_TIMEOUT_MS,
      autoConnect: false,
      transports: ['websocket', 'polling'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    });
    this.#socket.on('connect', () => {
      deps.onConnected();
      void this.#open();
    });
    this.#socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') deps.onSessionEnded();
      else deps.onLost();
    });
    this.#socket.on('connect_error', (error) => {
      if (error.message === 'unauthorised') {
        deps.onSessionEnded();
        return;
      }
      deps.onLost();
      // The network's failures are tried again by the socket itself; a server that cannot look us up just now is not.
      if (!this.#socket.active) {
        window.setTimeout(() => {
          this.#socket.connect();
        }, REFUSED_RETRY_MS);
      }
    });
    this.#socket.on('desk:changed', deps.onChanged);
    this.#socket.on('phone:changed', deps.onPhoneChanged);
    this.#socket.on('transfer:changed', deps.onTargetsChanged);
    this.#socket.on('recording:changed', deps.onRecording);
    window.addEventListener('online', this.#onOnline);
    window.addEventListener('offline', this.#onOffline);
  }

  connect(): void {
    this.#socket.connect();
  }

  /** Throws a CommandError. A wish is never kept for later: by then it may no longer be one. */
  async send<E extends ClientEventName>(event: E, payload: ClientEventPayload<E>): Promise<ClientEventResults[E]> {
    if (!this.#socket.connected) throw this.#failure('unavailable', 'desk:error.offline');
    // The types of emitWithAck do not follow a generic event name.
    const emit = this.#socket.emitWithAck.bind(this.#socket) as unknown as (
      name: E,
      value: ClientEventPayload<E>,
    ) => Promise<{ ok: true; data: ClientEventResults[E] } | { ok: false; error: AckError }>;
    let result;
    try {
      result = await emit(event, payload);
    } catch {
      throw this.#failure('unavailable', 'desk:error.timeout');
    }
    if (!result.ok) throw new CommandError(result.error);
    return result.data;
  }

  dispose(): void {
    window.removeEventListener('online', this.#onOnline);
    window.removeEventListener('offline', this.#onOffline);
    this.#socket.disconnect();
  }

  readonly #onOnline = (): void => {
    if (!this.#socket.connected && this.#socket.active) this.#socket.disconnect().connect();
  };

  /** A socket may look open for long after the network went: it is closed, and comes back if the server can be reached. */
  readonly #onOffline = (): void => {
    this.#socket.io.engine.close();
  };

  async #open(): Promise<void> {
    try {
      this.#deps.onOpened(await this.send('desk:open', { pageId: this.#deps.pageId }));
    } catch (error) {
      if (!this.#socket.connected) return;
      // Why is told; what stands in the way (an association that is missing, a database that is away) may be put right.
      this.#deps.onRefused(error instanceof Error ? error.message : '');
      setTimeout(() => {
        if (this.#socket.connected) void this.#open();
      }, REOPEN_MS);
    }
  }

  #failure(code: AckError['code'], key: 'desk:error.offline' | 'desk:error.timeout'): CommandError {
    return new CommandError({ code, message: this.#deps.t(key), field: null });
  }
}
