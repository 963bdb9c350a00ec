import { type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { verify } from 'argon2';
import { DomainError } from '../../../platform/errors.js';
import { type SoftphoneCredentials } from '../../../shared/desk.js';
import {
  type Capability,
  type DialRequest,
  type Directory,
  type EndedBy,
  type Telephony,
  type TelephonyEvent,
  type TelephonySnapshot,
  type TelephonyStatus,
} from '../telephony.port.js';
import { Bridge } from './bridge.js';
import { CallBook, LiveCall, type NewEvent } from './call-book.js';
import { type CallContext } from './call-context.js';
import { CredentialIssuer } from './credentials.js';
import { Dialler } from './dialler.js';
import { DigestAuthenticator } from './digest.js';
import { DirectoryView } from './directory-view.js';
import { Distributor } from './distributor.js';
import { EventOutlet } from '../event-outlet.js';
import { NO_RECORDER } from '../no-recorder.js';
import { DEFAULT_OPTIONS, type ExchangeDeps, type ExchangeOptions } from './exchange-options.js';
import { type StoredCall } from './exchange.port.js';
import { Gatekeeper } from './gatekeeper.js';
import { SipGateway } from './gateway.js';
import { MemberBook } from './member-book.js';
import { Reception } from './reception.js';
import { Registrar, type Registration } from './registrar.js';

const START_RETRY_MS = 2000;

/**
 * The built-in exchange: a registrar and back-to-back user agent for SIP over WebSocket in this process, with queues.
 * Media goes from phone to phone, so it can do nothing that needs to hear it; `capabilities` says so.
 *
 * `attach` or `handleUpgrade` may be called before `start`; phones are refused until it has started.
 */
export class ExchangeTelephony implements Telephony {
  readonly capabilities: ReadonlySet<Capability> = new Set();
  readonly recorder = NO_RECORDER;
  readonly #deps: ExchangeDeps;
  readonly #options: ExchangeOptions;
  readonly #events: EventOutlet<TelephonyEvent>;
  readonly #statuses: EventOutlet<TelephonyStatus>;
  readonly #directory: DirectoryView;
  readonly #credentials: CredentialIssuer;
  readonly #registrar: Registrar;
  readonly #book: CallBook;
  readonly #members: MemberBook;
  readonly #context: CallContext;
  readonly #distributor: Distributor;
  readonly #gateway: SipGateway;
  readonly #detachments: (() => void)[] = [];
  readonly #dialler: Dialler;
  #timer: unknown = null;
  #connectedSince: number | null = null;
  #statusSince: number;
  #stopped = false;

  constructor(deps: ExchangeDeps) {
    this.#deps = deps;
    this.#options = { ...DEFAULT_OPTIONS, ...deps.options };
    const { now, timers, log, realm, secret, newId } = deps;
    this.#statusSince = now();
    this.#events = new EventOutlet(log);
    this.#statuses = new EventOutlet(log);
    const emit = (event: NewEvent): void => {
      this.#events.emit({ ...event, at: now() });
    };
    this.#directory = new DirectoryView(deps.directory);
    this.#credentials = new CredentialIssuer({ secret, now, validSeconds: this.#options.credentialSeconds });
    this.#registrar = new Registrar({
      timers,
      onRegistered: (registration) => {
        this.#onRegistered(registration, emit);
      },
      onGone: ({ kind, address }) => {
        if (kind === 'agent') emit({ type: 'phone-unregistered', extension: address });
      },
    });
    this.#book = new CallBook({
      store: deps.calls,
      emit,
      now,
      log,
      onEnded: (call) => {
        this.#distributor.release(call);
      },
    });
    this.#members = new MemberBook({
      directory: this.#directory,
      store: deps.memberStates,
      emit,
      now,
      onChanged: () => {
        this.#distributor.distribute();
      },
    });
    const { callerId, legGraceSeconds } = this.#options;
    const { book, registrar, directory } = { book: this.#book, registrar: this.#registrar, directory: this.#directory };
    this.#context = { realm, timers, now, log, emit, book, registrar, directory, callerId, legGraceSeconds };
    this.#dialler = new Dialler(this.#context);
    this.#distributor = new Distributor({
      context: this.#context,
      members: this.#members,
      isReserved: (extension) => this.#dialler.isReserved(extension),
      restSeconds: {
        afterDecline: this.#options.restAfterDeclineSeconds,
        afterCall: this.#options.restAfterCallSeconds,
      },
    });
    const digest = new DigestAuthenticator({ secret, realm, now, nonceSeconds: this.#options.nonceSeconds });
    const gatekeeper = new Gatekeeper({ digest, credentials: this.#credentials, directory });
    const handlers = new Reception({ ...deps, context: this.#context, gatekeeper, distributor: this.#distributor });
    this.#gateway = new SipGateway({ ...this.#options, realm, handlers, log, now, timers, newId });
  }

  /** Takes SIP upgrades off an HTTP server; those of other paths are left to others. */
  attach(server: Server): void {
    this.#detachments.push(this.#gateway.attach(server));
  }

  /** For a server whose upgrades are handed out by somebody else. False: not for this path. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.#gateway.handleUpgrade(request, socket, head);
  }

  /** Credentials of a customer's line, for the demonstration's telephone. */
  customerLineCredentials(number: string): Promise<SoftphoneCredentials> {
    const line = this.#directory.findLine(number);
    if (line === null)
      return Promise.reject(new DomainError('not-found', 'exchange:unknown-number', { params: { number } }));
    return Promise.resolve(this.#toSoftphoneCredentials(number, line.name));
  }

  /** Never rejects: what cannot be read yet is read again every two seconds. */
  async start(): Promise<void> {
    if (this.#connectedSince !== null || this.#stopped) return;
    try {
      await this.#directory.reload();
      await this.#members.load();
      await this.#takeUpCalls(await this.#deps.calls.listLive());
      await this.#deps.calls.deleteEndedBefore(this.#deps.now() - this.#options.rememberCallsDays * 86_400_000);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'the exchange could not start; it will try again');
      this.#timer = this.#deps.timers.setTimeout(() => void this.start(), START_RETRY_MS);
      return;
    }
    if (this.#isStopped()) return;
    this.#gateway.start();
    this.#connectedSince = this.#statusSince = this.#deps.now();
    this.#statuses.emit(this.status());
    this.#scheduleReload();
  }

  status(): TelephonyStatus {
    const connected = this.#connectedSince !== null;
    const lastSeenAt = connected ? this.#deps.now() : null;
    return { connected, since: this.#statusSince, lastSeenAt, roundTripMs: connected ? 0 : null };
  }

  async directory(): Promise<Directory> {
    const data = await this.#directory.reload();
    const queuesOf = (extension: string): string[] =>
      data.memberships.filter((entry) => entry.extension === extension).map((entry) => entry.queue);
    return {
      users: data.users.map(({ login, name, locality, extension }) => {
        return { login, name, locality, extension, queues: queuesOf(extension) };
      }),
      queues: data.queues.map(({ name, number, strategy }) => ({ name, number, strategy })),
      pauseReasons: [...data.pauseReasons],
    };
  }

  /**
   * Takes over a changed directory at once: logs out members who are none any more, and closes the phones of extensions
   * that are gone. A phone in a call is left alone until the call is over.
   */
  async reloadDirectory(): Promise<void> {
    await this.#directory.reload();
    await this.#members.forgetGone();
    for (const extension of this.#registrar.list('agent')) {
      if (this.#directory.findUser(extension) === null && !this.isInCall(extension)) this.#registrar.drop(extension);
    }
  }

  /** Whether a phone rings or talks. */
  isInCall(extension: string): boolean {
    return this.#book.findByAddress(extension) !== null;
  }

  /** Whether callers wait in a queue, or are being offered from it. */
  hasCallers(queue: string): boolean {
    return this.#book.list().some((call) => call.queue === queue && call.answeredAt === null);
  }

  async verifyCredentials(login: string, password: string): Promise<boolean> {
    const hash = await this.#deps.directory.findPasswordHash(login);
    // An unknown login costs as much time as a known one, so that the answer's delay names nobody.
    const matches = await verify(hash ?? UNKNOWN_LOGIN_HASH, password);
    return hash !== null && matches;
  }

  softphoneCredentials(extension: string): Promise<SoftphoneCredentials> {
    const user = this.#directory.findUser(extension);
    if (user === null) {
      return Promise.reject(new DomainError('not-found', 'exchange:unknown-extension', { params: { extension } }));
    }
    return Promise.resolve(this.#toSoftphoneCredentials(extension, user.name));
  }

  snapshot(): Promise<TelephonySnapshot> {
    return Promise.resolve({
      at: this.#deps.now(),
      registered: this.#registrar.list('agent'),
      members: this.#members.listMembers(),
      paused: this.#members.listPaused(),
      calls: this.#book.list().map((call) => call.toTelephonyCall()),
    });
  }

  onEvent(listener: (event: TelephonyEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  onStatus(listener: (status: TelephonyStatus) => void): () => void {
    return this.#statuses.listen(listener);
  }

  logIn(queue: string, extension: string): Promise<void> {
    return this.#members.logIn(queue, extension);
  }

  logOut(queue: string, extension: string): Promise<void> {
    return this.#members.logOut(queue, extension);
  }

  pause(extension: string, reason: string): Promise<void> {
    return this.#members.pause(extension, reason);
  }

  unpause(extension: string): Promise<void> {
    return this.#members.unpause(extension);
  }

  /** Refuses, with nothing dialled and the id still unknown, when the agent's phone is not there or in a call. */
  async dial(request: DialRequest): Promise<void> {
    if (this.#connectedSince === null) throw new DomainError('unavailable', 'exchange:not-running');
    this.#members.requireUser(request.extension);
    await this.#dialler.dial(request);
  }

  async findCall(callId: string): ReturnType<Telephony['findCall']> {
    await this.#dialler.settled(callId);
    const call = this.#book.find(callId);
    if (call !== null) return { live: true, call: call.toTelephonyCall() };
    const stored = await this.#book.findStored(callId);
    if (stored === null) return null;
    const { endedBy, cause, answeredAt } = stored;
    return { live: false, by: endedBy ?? 'system', cause: cause ?? 'dropped', answeredAt };
  }

  async hangUp(callId: string, by: EndedBy): Promise<void> {
    await this.#dialler.settled(callId);
    const call = this.#book.find(callId);
    if (call !== null) call.phase?.hangUp(by);
    else if ((await this.#book.findStored(callId)) === null)
      throw new DomainError('not-found', 'exchange:unknown-call');
  }

  transfer(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  takeBack(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  consult(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  join(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  confer(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  unregister(extension: string): Promise<void> {
    this.#registrar.drop(extension);
    return Promise.resolve();
  }

  /** Closes every phone's connection but ends no call: calls are taken up again by the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#deps.timers.clearTimeout(this.#timer);
    for (const detach of this.#detachments) detach();
    this.#distributor.dispose();
    this.#registrar.clear();
    await this.#book.close();
    this.#gateway.stop();
    await this.#members.idle();
    if (this.#connectedSince === null) return;
    this.#connectedSince = null;
    this.#statusSince = this.#deps.now();
    this.#statuses.emit(this.status());
  }

  /** Calls that had not ended when the process did: who talked is waited for, all else has been dropped. */
  async #takeUpCalls(stored: readonly StoredCall[]): Promise<void> {
    const { now, calls } = this.#deps;
    for (const row of stored) {
      if (row.state === 'talking' && row.extension !== null) {
        const call = new LiveCall({ ...row, state: 'on-hold' });
        call.answeredAt = row.answeredAt;
        const bridge = new Bridge(this.#context, call, { agent: null, customer: null });
        call.phase = bridge;
        this.#book.restore(call);
        bridge.awaitPhones();
        continue;
      }
      await calls.update({ ...row, state: 'ended', endedAt: now(), endedBy: 'system', cause: 'dropped' });
      this.#events.emit({ type: 'call-ended', at: now(), callId: row.callId, by: 'system', cause: 'dropped' });
    }
  }

  #onRegistered({ kind, address }: Registration, emit: (event: NewEvent) => void): void {
    if (kind === 'agent') emit({ type: 'phone-registered', extension: address });
    this.#book.findByAddress(address)?.phase?.onRegistered(address);
    this.#distributor.distribute();
  }

  #toSoftphoneCredentials(address: string, displayName: string): SoftphoneCredentials {
    const { username, password, expiresAt } = this.#credentials.issue(address);
    return {
      uri: `sip:${address}@${this.#deps.realm}`,
      server: this.#options.path,
      authorizationUsername: username,
      authorizationPassword: password,
      displayName,
      expiresAt,
      iceServers: this.#options.iceServers,
      pagePlaysHoldMusic: true,
      pageMixesConference: true,
    };
  }

  #scheduleReload(): void {
    this.#timer = this.#deps.timers.setTimeout(() => {
      this.reloadDirectory()
        .catch((error: unknown) => {
          this.#deps.log.error({ err: error }, 'the directory of the exchange could not be read');
        })
        .finally(() => {
          if (!this.#stopped) this.#scheduleReload();
        });
    }, this.#options.directoryReloadSeconds * 1000);
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}

/** Of no password: made once from random bytes that were thrown away. */
const UNKNOWN_LOGIN_HASH =
  '$argon2id$v=19$m=65536,p=4,t=3$XreewCfAbeYop6wAkcSiHQ$Kyg1Y9r0FH87F2QeEC2hkmGlDS6hJ8+GGEKkQ81k3JI';
