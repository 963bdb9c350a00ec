import {
  type Invitation,
  Registerer,
  RegistererState,
  RequestPendingError,
  UserAgent,
  UserAgentState,
  type Web,
} from 'sip.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';
import { Backoff } from './backoff.js';
import { ConnectionKeeper, type KeeperState, type Lost, sleep } from './connection-keeper.js';

/** Credentials are renewed this long before they end, so that no REGISTER meets its end. */
const RENEW_BEFORE_MS = 60_000;
/** Timers and clocks are not exact: a renewal that comes a moment early is still one. */
const CLOCK_SLACK_MS = 2_000;
const MINIMUM_LIFE_MS = 5_000;
const REGISTER_TIMEOUT_MS = 8_000;
const REGISTRATION_SECONDS = 120;
/** Two line ends now and then keep proxies from closing a quiet WebSocket (RFC 5626, section 4.4.1). */
const KEEP_ALIVE_SECONDS = 25;
/** A registrar that is there answers within this. */
const PATIENCE_MS = 1_000;
const WATCH_EVERY_MS = 10_000;
/** A timer this late means that the machine slept; what the page believes of its registration is then worth nothing. */
const SLEPT_MS = 25_000;

export interface SipLineDeps {
  /** Asked before each registration whose credentials are missing, refused or near their end. */
  readonly getCredentials: () => Promise<SoftphoneCredentials>;
  /** A UUID that stays the same for this page, so that the registrar replaces its contact (RFC 5626, 4.1). */
  readonly instanceId: string;
  /** The server's clock, epoch milliseconds: `expiresAt` is by it. */
  readonly now: () => number;
  /** The address the page came from; the exchange's may be relative to it. */
  readonly pageUrl: string;
  readonly mediaHandlerFactory: Web.SessionDescriptionHandlerFactory;
  readonly onInvite: (invitation: Invitation) => void;
  readonly onChanged: (state: KeeperState) => void;
}

class RegistrationRefused extends Error {
  readonly statusCode: number;

  constructor(statusCode: number) {
    super(`registration refused: ${statusCode}`);
    this.name = 'RegistrationRefused';
    this.statusCode = statusCode;
  }
}

/**
 * One registered line: WebSocket, credentials, REGISTER, for as long as it is wanted. Calls outlive a lost connection:
 * their audio runs beside it, and the user agent keeps their dialogs until the line is stopped.
 */
export class SipLine {
  readonly #deps: SipLineDeps;
  readonly #keeper: ConnectionKeeper;
  /** The network came, went, or the machine slept: what is believed of the line is asked for. */
  readonly #onDoubt = (): void => {
    void this.verify();
  };
  #state: KeeperState = { status: 'stopped' };
  #credentials: SoftphoneCredentials | null = null;
  #agent: UserAgent | null = null;
  #registerer: Registerer | null = null;
  #end: ((how: Lost) => void) | null = null;
  #verifyingSince: number | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: SipLineDeps) {
    this.#deps = deps;
    this.#keeper = new ConnectionKeeper({
      establish: (signal) => this.#establish(signal),
      backoff: new Backoff({ baseMs: 500, capMs: 10_000, random: Math.random }),
      wait: sleep,
      onChanged: (state) => {
        this.#state = state;
        deps.onChanged(state);
      },
    });
  }

  get isRegistered(): boolean {
    return this.#state.status === 'connected';
  }

  get userAgent(): UserAgent | null {
    return this.#agent;
  }

  get credentials(): SoftphoneCredentials | null {
    return this.#credentials;
  }

  start(): void {
    if (this.#keeper.isStarted) return;
    window.addEventListener('online', this.#onDoubt);
    window.addEventListener('offline', this.#onDoubt);
    let lastLook = Date.now();
    this.#watch = setInterval(() => {
      const late = Date.now() - lastLook > SLEPT_MS;
      lastLook = Date.now();
      if (late) this.#onDoubt();
    }, WATCH_EVERY_MS);
    this.#keeper.start();
  }

  /**
   * Lets the line go. Only a person's wish (end of the shift, another line) unregisters; a page that is unloaded or
   * replaced just falls silent, so that the exchange can keep its call.
   */
  async stop(options: { readonly unregister: boolean }): Promise<void> {
    window.removeEventListener('online', this.#onDoubt);
    window.removeEventListener('offline', this.#onDoubt);
    clearInterval(this.#watch);
    clearTimeout(this.#renewal);
    const wasRegistered = this.isRegistered;
    this.#keeper.stop();
    this.#end?.('lost');
    const agent = this.#agent;
    const registerer = this.#registerer;
    this.#agent = null;
    this.#registerer = null;
    this.#credentials = null;
    if (agent === null) return;
    if (options.unregister && wasRegistered && registerer !== null) await unregister(registerer);
    agent.delegate = {};
    await agent.stop();
  }

  /**
   * Registers now, to learn whether the line is alive. When it is not, the connection is made anew; so it is when a question
   * asked a moment ago has no answer and something doubts again.
   */
  async verify(): Promise<void> {
    if (!this.isRegistered) {
      this.#keeper.nudge();
      return;
    }
    if (this.#verifyingSince !== null) {
      if (Date.now() - this.#verifyingSince > PATIENCE_MS) this.#lose(this.#end);
      return;
    }
    const connection = this.#end;
    this.#verifyingSince = Date.now();
    try {
      await this.#register();
    } catch {
      this.#lose(connection);
    } finally {
      this.#verifyingSince = null;
    }
  }

  /** Registers again with new credentials, elsewhere if they say so. */
  renew(): void {
    if (!this.#keeper.isStarted) return;
    this.#credentials = null;
    if (this.isRegistered) this.#end?.('renew');
    else this.#keeper.nudge();
  }

  /** Ends a connection, unless another has taken its place meanwhile. */
  #lose(connection: ((how: Lost) => void) | null): void {
    if (connection === null || this.#end !== connection) return;
    this.#dropConnection();
    connection('lost');
  }

  async #establish(signal: AbortSignal): Promise<{ readonly ended: Promise<Lost> }> {
    const credentials = await this.#freshCredentials();
    signal.throwIfAborted();
    const agent = await this.#agentFor(credentials);
    signal.throwIfAborted();
    await (agent.state === UserAgentState.Started ? agent.reconnect() : agent.start());
    signal.throwIfAborted();
    const ended = new Promise<Lost>((resolve) => {
      this.#end = resolve;
    });
    try {
      await this.#register();
    } catch (error) {
      if (error instanceof RegistrationRefused) {
        this.#credentials = null;
        this.#registerer = null;
      } else this.#dropConnection();
      throw error;
    }
    signal.throwIfAborted();
    this.#planRenewal(credentials);
    return { ended };
  }

  async #freshCredentials(): Promise<SoftphoneCredentials> {
    const held = this.#credentials;
    if (held !== null && held.expiresAt - this.#deps.now() > RENEW_BEFORE_MS + CLOCK_SLACK_MS) return held;
    const fresh = await this.#deps.getCredentials();
    this.#credentials = fresh;
    return fresh;
  }

  #planRenewal(credentials: SoftphoneCredentials): void {
    clearTimeout(this.#renewal);
    const left = credentials.expiresAt - this.#deps.now();
    this.#renewal = setTimeout(
      () => {
        this.#end?.('renew');
      },
      Math.max(MINIMUM_LIFE_MS, left - RENEW_BEFORE_MS),
    );
  }

  /** The user agent is kept over reconnections, for the dialogs it holds; only another line makes another. */
  async #agentFor(credentials: SoftphoneCredentials): Promise<UserAgent> {
    const server = absoluteServer(credentials.server, this.#deps.pageUrl);
    const held = this.#agent;
    if (held !== null && isSameLine(held, credentials, server)) {
      // A registerer goes on with the proof it was last accepted with; other credentials need a fresh one.
      if (held.configuration.authorizationPassword !== credentials.authorizationPassword) this.#registerer = null;
      held.configuration.authorizationUsername = credentials.authorizationUsername;
      held.configuration.authorizationPassword = credentials.authorizationPassword;
      held.configuration.sessionDescriptionHandlerFactoryOptions = mediaOptions(credentials);
      return held;
    }
    if (held !== null) {
      held.delegate = {};
      await held.stop();
    }
    this.#registerer = null;
    this.#agent = this.#createAgent(credentials, server);
    return this.#agent;
  }

  #createAgent(credentials: SoftphoneCredentials, server: string): UserAgent {
    const uri = UserAgent.makeURI(credentials.uri);
    if (uri === undefined) throw new Error(`not a SIP address: ${credentials.uri}`);
    const agent = new UserAgent({
      uri,
      displayName: credentials.displayName,
      authorizationUsername: credentials.authorizationUsername,
      authorizationPassword: credentials.authorizationPassword,
      transportOptions: { server, connectionTimeout: 8, keepAliveInterval: KEEP_ALIVE_SECONDS },
      sessionDescriptionHandlerFactory: this.#deps.mediaHandlerFactory,
      sessionDescriptionHandlerFactoryOptions: mediaOptions(credentials),
      userAgentString: 'Citrus Voz',
      // Stopping must not hang up, and reconnecting is ours: see stop() and the keeper.
      gracefulShutdown: false,
      reconnectionAttempts: 0,
      // The exchange decides how long it rings.
      noAnswerTimeout: 300,
      logBuiltinEnabled: false,
      logConfiguration: false,
    });
    agent.delegate = {
      onInvite: this.#deps.onInvite,
      onDisconnect: () => {
        this.#end?.('lost');
      },
    };
    return agent;
  }

  async #register(): Promise<void> {
    const agent = this.#agent;
    if (agent === null) throw new Error('no user agent');
    try {
      await this.#send((this.#registerer ??= this.#createRegisterer(agent)));
    } catch (error) {
      if (!(error instanceof RequestPendingError)) throw error;
      // A refresh that was under way when the connection died has no answer to wait for.
      await this.#send((this.#registerer = this.#createRegisterer(agent)));
    }
  }

  #send(registerer: Registerer): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        // SIP.js refuses a second REGISTER while the first has no answer, for 32 seconds; a fresh registerer need not wait.
        if (this.#registerer === registerer) this.#registerer = null;
        reject(new Error('the registrar does not answer'));
      }, REGISTER_TIMEOUT_MS);
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        finish();
      };
      registerer
        .register({
          requestDelegate: {
            onAccept: () => {
              settle(resolve);
            },
            onReject: (response) => {
              settle(() => {
                reject(new RegistrationRefused(response.message.statusCode ?? 0));
              });
            },
          },
        })
        .catch((error: unknown) => {
          settle(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        });
    });
  }

  #createRegisterer(agent: UserAgent): Registerer {
    const registerer = new Registerer(agent, {
      expires: REGISTRATION_SECONDS,
      instanceId: this.#deps.instanceId,
      regId: 1,
      refreshFrequency: 75,
      logConfiguration: false,
    });
    registerer.stateChange.addListener((state) => {
      if (state === RegistererState.Unregistered && this.#registerer === registerer) this.#end?.('lost');
    });
    return registerer;
  }

  /** For a socket that looks open and is not: the close handshake is not waited for. */
  #dropConnection(): void {
    this.#agent?.transport.disconnect().catch(() => undefined);
  }
}

function isSameLine(agent: UserAgent, credentials: SoftphoneCredentials, server: string): boolean {
  return (
    agent.configuration.uri.toString() === UserAgent.makeURI(credentials.uri)?.toString() &&
    (agent.configuration.transportOptions as { readonly server?: string }).server === server
  );
}

function mediaOptions(credentials: SoftphoneCredentials): Web.SessionDescriptionHandlerFactoryOptions {
  // An empty list is said aloud: SIP.js would otherwise ask a public STUN server for the address of an office's phone.
  return { peerConnectionConfiguration: { iceServers: credentials.iceServers.map((server) => ({ ...server })) } };
}

/** `/sip` on an https page is `wss://<its host>/sip`. */
export function absoluteServer(server: string, pageUrl: string): string {
  const url = new URL(server, pageUrl);
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol === 'http:') url.protocol = 'ws:';
  return url.href;
}

function unregister(registerer: Registerer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    registerer.unregister({ requestDelegate: { onAccept: done, onReject: done } }).catch(done);
  });
}
