import { DomainError } from '../../../platform/errors.js';
import { type Schedule } from '../../../platform/schedule.js';
import { type SoftphoneCredentials } from '../../../shared/desk.js';
import { EventOutlet } from '../event-outlet.js';
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
import { AmiFailure } from './ami-connection.js';
import { AmiLink, type AmiLinkTimes, type AsteriskLog } from './ami-link.js';
import { readContacts, readQueues, type Ami } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { AsteriskCalls } from './asterisk-calls.js';
import { DirectoryCache } from './directory-cache.js';
import { MemberCommands } from './member-commands.js';
import { MemberTracker } from './member-tracker.js';
import { Recorder } from './recorder.js';
import { unregisterAll } from './sip-unregister.js';

export interface AsteriskDeps {
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: AsteriskLog;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly times?: Partial<AmiLinkTimes>;
}

/** Pages ask again for credentials each time they connect; Asterisk's do not expire. */
const CREDENTIALS_MS = 3_600_000;
const UNREGISTER_MS = 5000;
/** How far an event may lag behind a list of the exchange. */
const LAG_MS = 1500;

/**
 * Asterisk 20 or 22 behind the telephony port, over its manager interface. What it has to be given is in
 * `deploy/asterisk/`.
 *
 * - A call is named after the channel it began with: the customer's when it came to a queue, one whose id the caller of
 *   `dial` chose when we dialled it. Its channels change, its id does not. What must outlive this process (whose channel it
 *   is, when it was answered, that it is on hold or kept) is written on the channels, and how it ended into Asterisk's
 *   database.
 * - Users are PJSIP endpoints with `webrtc=yes` and an auth: the login is the auth's, the extension the endpoint's name, the
 *   name that of its caller id, the locality its context. The queues open to a user stand in the endpoint's variable
 *   CITRUS_QUEUES (all, where there is none), because members of a queue come and go.
 * - Passwords are compared with what PJSIP shows of the auth, and the softphone registers with the same ones.
 */
export class AsteriskTelephony implements Telephony {
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>([
    'hold-music',
    'blind-transfer',
    'attended-transfer',
    'conference',
    'recording',
  ]);
  readonly recorder: Recorder;
  readonly #settings: AsteriskSettings;
  readonly #deps: AsteriskDeps;
  readonly #events: EventOutlet<TelephonyEvent>;
  readonly #statuses: EventOutlet<TelephonyStatus>;
  readonly #link: AmiLink;
  readonly #calls: AsteriskCalls;
  readonly #members: MemberTracker;
  readonly #memberCommands: MemberCommands;
  readonly #directory: DirectoryCache;

  constructor(settings: AsteriskSettings, deps: AsteriskDeps) {
    this.#settings = settings;
    this.#deps = deps;
    const { now, log, schedule } = deps;
    this.#events = new EventOutlet(log);
    this.#statuses = new EventOutlet(log);
    const emit = (event: TelephonyEvent): void => {
      if (event.type === 'call-ended') this.recorder.callEnded(event.callId);
      this.#events.emit(event);
    };
    this.#link = new AmiLink({
      ...deps,
      settings,
      onEvent: (event, at) => {
        this.#calls.take(event, at);
        this.#members.take(event, at);
      },
      onUp: () => this.#takeIn(),
      onStatus: (status) => {
        this.#statuses.emit(status);
      },
    });
    const ami: Ami = this.#link;
    this.#members = new MemberTracker(emit, (extension, isGone) => {
      // While a connection comes up the whole picture is taken in first.
      if (this.#link.status().connected) this.#calls.phoneChanged(extension, isGone);
    });
    this.#directory = new DirectoryCache(ami, settings, now);
    this.#memberCommands = new MemberCommands({ ami, members: this.#members, directory: this.#directory, now });
    this.#calls = new AsteriskCalls({
      ...{ ami, settings, now, schedule, log, emit },
      directory: this.#directory,
      members: this.#members,
      memberCommands: this.#memberCommands,
      background: (work, complaint) => {
        this.#background(work, complaint);
      },
    });
    this.recorder = new Recorder({
      ...{ ami, now, log },
      findCall: (callId) => this.#calls.live(callId),
      ask: (work) => this.#ask(work),
    });
  }

  start(): Promise<void> {
    this.#link.start();
    return Promise.resolve();
  }

  status(): TelephonyStatus {
    return this.#link.status();
  }

  directory(): Promise<Directory> {
    return this.#ask(() => this.#directory.read());
  }

  verifyCredentials(login: string, password: string): Promise<boolean> {
    return this.#ask(() => this.#directory.verify(login, password));
  }

  softphoneCredentials(extension: string): Promise<SoftphoneCredentials> {
    return this.#ask(async () => {
      const agent = await this.#directory.requireAgent(extension);
      const auth = (await this.#directory.current(extension))?.auth ?? agent.auth;
      if (auth.password === '') {
        const key = auth.hash === '' ? 'asterisk:no-password' : 'asterisk:no-clear-password';
        throw new DomainError('conflict', key, { params: { extension } });
      }
      return {
        uri: `sip:${extension}@${this.#sipHost()}`,
        server: this.#settings.softphoneUrl,
        authorizationUsername: auth.login,
        authorizationPassword: auth.password,
        displayName: agent.name,
        expiresAt: this.#deps.now() + CREDENTIALS_MS,
        iceServers: this.#settings.iceServers,
        pagePlaysHoldMusic: false,
        pageMixesConference: false,
      };
    });
  }

  snapshot(): Promise<TelephonySnapshot> {
    return this.#ask(async () => {
      const lost = await this.#compare();
      this.#calls.endLostSoon(lost);
      return {
        at: this.#deps.now(),
        registered: this.#members.listRegistered(),
        members: this.#members.listMembers(),
        paused: this.#members.listPaused(),
        calls: this.#calls.list(lost),
      };
    });
  }

  onEvent(listener: (event: TelephonyEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  onStatus(listener: (status: TelephonyStatus) => void): () => void {
    return this.#statuses.listen(listener);
  }

  logIn(queue: string, extension: string): Promise<void> {
    return this.#ask(() => this.#memberCommands.logIn(queue, extension));
  }

  logOut(queue: string, extension: string): Promise<void> {
    return this.#ask(() => this.#memberCommands.logOut(queue, extension));
  }

  pause(extension: string, reason: string): Promise<void> {
    return this.#ask(() => this.#memberCommands.pause(extension, reason));
  }

  unpause(extension: string): Promise<void> {
    return this.#ask(() => this.#memberCommands.unpause(extension));
  }

  dial(request: DialRequest): Promise<void> {
    return this.#ask(() => this.#calls.dial(request));
  }

  findCall(callId: string): ReturnType<Telephony['findCall']> {
    return this.#ask(() => this.#calls.find(callId));
  }

  hangUp(callId: string, by: EndedBy): Promise<void> {
    return this.#ask(() => this.#calls.hangUp(callId, by));
  }

  transfer(request: TransferRequest): Promise<void> {
    return this.#ask(() => this.#calls.transfer(request));
  }

  takeBack(callId: string): Promise<void> {
    return this.#ask(() => this.#calls.takeBack(callId));
  }

  consult(request: ConsultRequest): Promise<void> {
    return this.#ask(() => this.#calls.consult(request));
  }

  join(callId: string, secondCallId: string): Promise<void> {
    return this.#ask(() => this.#calls.join(callId, secondCallId));
  }

  confer(callId: string, secondCallId: string): Promise<void> {
    return this.#ask(() => this.#calls.confer(callId, secondCallId));
  }

  unregister(extension: string): Promise<void> {
    return this.#ask(async () => {
      const { password, login } = (await this.#directory.requireAgent(extension)).auth;
      if (!this.#members.isRegistered(extension)) return;
      const { softphoneUrl: server, tlsVerify } = this.#settings;
      const account = { server, tlsVerify, extension, host: this.#sipHost(), login, password };
      const reason = await unregisterAll(account, UNREGISTER_MS).then(
        (status) => (status === 200 ? null : `SIP ${status}`),
        (error: unknown) => String(error),
      );
      if (reason !== null) {
        throw new DomainError('unavailable', 'asterisk:phone-out-of-reach', { params: { extension, reason } });
      }
      await this.#members.until(() => !this.#members.isRegistered(extension), LAG_MS);
    });
  }

  /** Leaves every call and every registration as it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.stop();
  }

  /** A connection has just come up: everything is looked at anew before anybody is told of it. */
  async #takeIn(): Promise<void> {
    await this.#directory.reload();
    await this.#calls.takeUp(await this.#compare());
  }

  /** Heals the picture by the exchange's lists. Returns calls that are gone though no event has said so. */
  async #compare(): ReturnType<AsteriskCalls['compare']> {
    const [lost, { members }, contacts] = await Promise.all([
      this.#calls.compare(),
      readQueues(this.#link),
      readContacts(this.#link),
    ]);
    this.#members.reconcile({ members, contacts }, this.#deps.now());
    return lost;
  }

  #sipHost(): string {
    return new URL(this.#settings.softphoneUrl).hostname;
  }

  /** Work nobody waits for. What fails with the connection is made up for by the next one. */
  #background(work: Promise<void>, complaint: string): void {
    work.catch((error: unknown) => {
      if (error instanceof AmiFailure) this.#deps.log.warn({ kind: error.kind, reason: error.message }, complaint);
      else this.#deps.log.error({ err: error }, complaint);
    });
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#link.status().connected) throw new DomainError('unavailable', 'asterisk:unavailable');
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AmiFailure)) throw error;
      if (error.kind !== 'refused') throw new DomainError('unavailable', 'asterisk:unavailable', { cause: error });
      const params = { reason: error.message };
      throw new DomainError('conflict', 'asterisk:refused-by-exchange', { params, cause: error });
    }
  }
}

/** An Asterisk behind the telephony port. Nothing is connected before `start`. */
export function createAsteriskTelephony(settings: AsteriskSettings, deps: AsteriskDeps): Telephony {
  return new AsteriskTelephony(settings, deps);
}
