import { type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { DomainError } from '../../../platform/errors.js';
import { type SoftphoneCredentials } from '../../../shared/desk.js';
import {
  type Capability,
  type ConsultRequest,
  type DialRequest,
  type Directory,
  type EndedBy,
  type Telephony,
  type TelephonyEvent,
  type TelephonySnapshot,
  type TelephonyStatus,
  type TransferRequest,
} from '../telephony.port.js';
import { CallBook, type NewEvent } from './call-book.js';
import { type CallContext } from './call-context.js';
import { takeUpCalls } from './call-recovery.js';
import { CredentialIssuer } from './credentials.js';
import { Dialler } from './dialler.js';
import { DigestAuthenticator } from './digest.js';
import { DirectoryView } from './directory-view.js';
import { Distributor } from './distributor.js';
import { EventOutlet } from '../event-outlet.js';
import { DEFAULT_OPTIONS, type ExchangeDeps, type ExchangeOptions } from './exchange-options.js';
import { Gatekeeper } from './gatekeeper.js';
import { SipGateway } from './gateway.js';
import { MemberBook } from './member-book.js';
import { PhoneAccounts } from './phone-accounts.js';
import { queueHours } from './queue-hours.js';
import { Reception } from './reception.js';
import { Registrar, type Registration } from './registrar.js';
import { TransferDesk } from './transfer-desk.js';

const START_RETRY_MS = 2000;

/**
 * The built-in exchange: a registrar and back-to-back user agent for SIP over WebSocket in this process, with queues.
 * Media goes from phone to phone, so it can do nothing that needs to hear it; `capabilities` says so.
 *
 * `attach` or `handleUpgrade` may be called before `start`; phones are refused until it has started.
 */
export class ExchangeTelephony implements Telephony {
  readonly capabilities: ReadonlySet<Capability> = new Set(['blind-transfer', 'attended-transfer', 'conference']);
  readonly #deps: ExchangeDeps;
  readonly #options: ExchangeOptions;
  readonly #events: EventOutlet<TelephonyEvent>;
  readonly #statuses: EventOutlet<TelephonyStatus>;
  readonly #directory: DirectoryView;
  readonly #accounts: PhoneAccounts;
  readonly #registrar: Registrar;
  readonly #book: CallBook;
  readonly #members: MemberBook;
  readonly #context: CallContext;
  readonly #distributor: Distributor;
  readonly #gateway: SipGateway;
  readonly #detachments: (() => void)[] = [];
  readonly #dialler: Dialler;
  readonly #transfers: TransferDesk;
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
    const credentials = new CredentialIssuer({ secret, now, validSeconds: this.#options.credentialSeconds });
    this.#accounts = new PhoneAccounts({ ...deps, options: this.#options, credentials, view: this.#directory });
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
      onLeft: (extension) => {
        this.#distributor.free(extension);
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
    const lines: CallContext['lines'] = {
      takeIn: (call, queue, waiting) => {
        this.#distributor.takeIn(call, queue, waiting);
      },
      openingOf: queueHours(deps.openingHours, log),
      distribute: () => {
        this.#distributor.distribute();
      },
    };
    const parties = { book, registrar, directory, lines, callerId };
    this.#context = { realm, timers, now, log, emit, newId, legGraceSeconds, ...parties };
    this.#dialler = new Dialler(this.#context);
    this.#transfers = new TransferDesk({ context: this.#context, dialler: this.#dialler });
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
    const gatekeeper = new Gatekeeper({ digest, credentials, directory });
    const handlers = new Reception({ context: this.#context, gatekeeper, distributor: this.#distributor });
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
    return this.#accounts.ofLine(number);
  }

  /** Never rejects: what cannot be read yet is read again every two seconds. */
  async start(): Promise<void> {
    if (this.#connectedSince !== null || this.#stopped) return;
    try {
      await this.#directory.reload();
      await this.#members.load();
      await takeUpCalls(this.#context, this.#deps.calls);
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
    return this.#book.isEngaged(extension);
  }

  /** Whether callers wait in a queue, or are being offered from it. */
  hasCallers(queue: string): boolean {
    return this.#book.list().some((call) => call.queue === queue && ['waiting', 'offered'].includes(call.state));
  }

  verifyCredentials(login: string, password: string): Promise<boolean> {
    return this.#accounts.verify(login, password);
  }

  softphoneCredentials(extension: string): Promise<SoftphoneCredentials> {
    return this.#accounts.ofAgent(extension);
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
    this.#requireRunning();
    this.#members.requireUser(request.extension);
    const { autoAnswer, agentRingSeconds, customerRingSeconds: ringSeconds } = request;
    const plan = { autoAnswer, agentRingSeconds, far: { kind: 'number', ringSeconds } } as const;
    await this.#dialler.dial({ ...request, queue: null, consults: null, plan: () => plan });
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

  async transfer(request: TransferRequest): Promise<void> {
    this.#requireRunning();
    await this.#dialler.settled(request.callId);
    this.#transfers.transfer(request);
  }

  takeBack(callId: string): Promise<void> {
    this.#transfers.takeBack(callId);
    return Promise.resolve();
  }

  async consult(request: ConsultRequest): Promise<void> {
    this.#requireRunning();
    this.#members.requireUser(request.extension);
    await this.#transfers.consult(request);
  }

  async join(callId: string, secondCallId: string): Promise<void> {
    await this.#dialler.settled(secondCallId);
    this.#transfers.join(callId, secondCallId);
  }

  async confer(callId: string, secondCallId: string): Promise<void> {
    await this.#dialler.settled(secondCallId);
    this.#transfers.confer(callId, secondCallId);
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

  #onRegistered({ kind, address }: Registration, emit: (event: NewEvent) => void): void {
    if (kind === 'agent') emit({ type: 'phone-registered', extension: address });
    for (const call of this.#book.listByAddress(address)) call.phase?.onRegistered(address);
    this.#distributor.distribute();
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

  #requireRunning(): void {
    if (this.#connectedSince === null) throw new DomainError('unavailable', 'exchange:not-running');
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}
