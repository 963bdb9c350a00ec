import { setTimeout as wait } from 'node:timers/promises';
import { DomainError } from '../../../platform/errors.js';
import { type Schedule } from '../../../platform/schedule.js';
import { type SoftphoneCredentials } from '../../../shared/desk.js';
import { EventOutlet } from '../event-outlet.js';
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
import { AmiFailure } from './ami-connection.js';
import { AmiLink, type AmiLinkTimes, type AsteriskLog } from './ami-link.js';
import { readContacts, readQueues, type Ami } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { CallTracker } from './call-tracker.js';
import { readChannels } from './channel-list.js';
import { Dialler } from './dialler.js';
import { DirectoryCache } from './directory-cache.js';
import { EndedCalls, type CallEnding } from './ended-calls.js';
import { MemberCommands } from './member-commands.js';
import { MemberTracker } from './member-tracker.js';
import { Recorder } from './recorder.js';
import { unregisterAll } from './sip-unregister.js';
import { type TrackedCall } from './tracked-call.js';

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
const LOOK_MS = 20;
const NORMAL_CLEARING = 16;

/**
 * Asterisk 20 or 22 behind the telephony port, over its manager interface. What it has to be given is in
 * `deploy/asterisk/`.
 *
 * - A call is named by the id of the channel it lives on: the customer's when it came to a queue, one that the caller of
 *   `dial` chose when we dialled it. What must outlive this process (when it was answered, that it is on hold) is written
 *   on that channel, and how it ended into Asterisk's database.
 * - Users are PJSIP endpoints with `webrtc=yes` and an auth: the login is the auth's, the extension the endpoint's name, the
 *   name that of its caller id, the locality its context. The queues open to a user stand in the endpoint's variable
 *   CITRUS_QUEUES (all, where there is none), because members of a queue come and go.
 * - Passwords are compared with what PJSIP shows of the auth, and the softphone registers with the same ones.
 */
export class AsteriskTelephony implements Telephony {
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['hold-music', 'recording']);
  readonly recorder: Recorder;
  readonly #settings: AsteriskSettings;
  readonly #deps: AsteriskDeps;
  readonly #events: EventOutlet<TelephonyEvent>;
  readonly #statuses: EventOutlet<TelephonyStatus>;
  readonly #link: AmiLink;
  readonly #tracker: CallTracker;
  readonly #members: MemberTracker;
  readonly #memberCommands: MemberCommands;
  readonly #directory: DirectoryCache;
  readonly #ended: EndedCalls;
  readonly #dialler: Dialler;

  constructor(settings: AsteriskSettings, deps: AsteriskDeps) {
    this.#settings = settings;
    this.#deps = deps;
    const { now, log } = deps;
    this.#events = new EventOutlet(log);
    this.#statuses = new EventOutlet(log);
    const emit = (event: TelephonyEvent): void => {
      this.#events.emit(event);
    };
    this.#link = new AmiLink({
      ...deps,
      settings,
      onEvent: (event, at) => {
        this.#tracker.take(event, at);
        this.#members.take(event, at);
        this.recorder.take(event);
      },
      onUp: () => this.#takeIn(),
      onStatus: (status) => {
        this.#statuses.emit(status);
      },
    });
    const ami: Ami = this.#link;
    this.#members = new MemberTracker(emit);
    this.#tracker = new CallTracker({
      emit,
      note: (call, variable, value) => {
        this.#background(this.#note(call, variable, value), 'a call could not be written to');
      },
      onEnded: (call, ending) => {
        const { callId, answeredAt } = call;
        const written = this.#ended.remember(callId, { ...ending, answeredAt });
        this.#background(written, 'the end of a call could not be written down');
      },
    });
    this.recorder = new Recorder({
      ...{ ami, now, log },
      findCall: (callId) => this.#liveCall(callId),
      ask: (work) => this.#ask(work),
    });
    this.#directory = new DirectoryCache(ami, settings, now);
    this.#memberCommands = new MemberCommands({ ami, members: this.#members, directory: this.#directory, now });
    this.#ended = new EndedCalls(ami, now);
    const isRegistered = (extension: string): boolean => this.#members.isRegistered(extension);
    this.#dialler = new Dialler({ ami, settings, tracker: this.#tracker, ended: this.#ended, isRegistered, now });
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
      for (const call of lost) this.#background(this.#endLost(call, LAG_MS), 'what became of a call is not known');
      return {
        at: this.#deps.now(),
        registered: this.#members.listRegistered(),
        members: this.#members.listMembers(),
        paused: this.#members.listPaused(),
        calls: this.#tracker
          .all()
          .filter((call) => !lost.includes(call))
          .map((call) => call.toTelephonyCall()),
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
    return this.#ask(async () => {
      await this.#directory.requireAgent(request.extension);
      await this.#dialler.dial(request);
    });
  }

  findCall(callId: string): ReturnType<Telephony['findCall']> {
    return this.#ask(async () => {
      const call = await this.#liveCall(callId);
      if (call !== null) return { live: true, call: call.toTelephonyCall() } as const;
      const ended = await this.#ended.find(callId);
      return ended === null ? null : ({ live: false, ...ended } as const);
    });
  }

  hangUp(callId: string, by: EndedBy): Promise<void> {
    return this.#ask(async () => {
      const call = await this.#liveCall(callId);
      if (call === null) {
        if ((await this.#ended.find(callId)) === null) throw new DomainError('not-found', 'exchange:unknown-call');
        return;
      }
      call.endAskedBy ??= by;
      await this.#link.act({ Action: 'Hangup', Channel: call.channel, Cause: NORMAL_CLEARING }).catch(ignoreRefusal);
    });
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
    const lost = await this.#compare();
    for (const call of lost) await this.#endLost(call, 0);
    this.#background(this.#ended.forgetOld(), 'old calls could not be forgotten');
  }

  /** Heals the picture by the exchange's lists. Returns calls that are gone though no event has said so. */
  async #compare(): Promise<readonly TrackedCall[]> {
    const before = this.#tracker.all();
    const [rows, { members }, contacts] = await Promise.all([
      readChannels(this.#link),
      readQueues(this.#link),
      readContacts(this.#link),
    ]);
    const at = this.#deps.now();
    this.#members.reconcile({ members, contacts }, at);
    return this.#tracker.reconcile(rows, before, at);
  }

  /** Its last event may be on its way; when it is not, the exchange knows how it ended. */
  async #endLost(call: TrackedCall, patienceMs: number): Promise<void> {
    if (await until(() => this.#tracker.find(call.callId) !== call, patienceMs)) return;
    const known: CallEnding | null = await this.#ended.find(call.callId);
    call.answeredAt ??= known?.answeredAt ?? null;
    const ending = { by: known?.by ?? 'system', cause: known?.cause ?? 'dropped' } as const;
    this.#deps.log.warn({ callId: call.callId, ...ending }, 'a call ended while nobody was told');
    this.#tracker.end(call, ending, this.#deps.now());
  }

  /** A dial that was taken but whose channel no event has told of yet is waited for. */
  async #liveCall(callId: string): Promise<TrackedCall | null> {
    await this.#dialler.settled(callId);
    await until(() => this.#tracker.findExpected(callId) === null, LAG_MS);
    return this.#tracker.find(callId);
  }

  async #note(call: TrackedCall, variable: string, value: string): Promise<void> {
    await this.#link
      .act({ Action: 'Setvar', Channel: call.channel, Variable: variable, Value: value })
      .catch(ignoreRefusal);
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

/** What is gone already needs no command. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AmiFailure && error.kind === 'refused')) throw error;
}

/** Whether `holds` came to hold within the limit. */
async function until(holds: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() >= end) return false;
    await wait(LOOK_MS, undefined, { ref: false });
  }
  return true;
}
