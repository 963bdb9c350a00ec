import { setTimeout as wait } from 'node:timers/promises';
import { DomainError } from '../../../platform/errors.js';
import { type Schedule } from '../../../platform/schedule.js';
import {
  type ConsultRequest,
  type DialRequest,
  type EndedBy,
  type Telephony,
  type TelephonyCall,
  type TelephonyEvent,
  type TransferRequest,
} from '../telephony.port.js';
import { ignoreRefusal } from './ami-commands.js';
import { type AsteriskLog } from './ami-link.js';
import { type AmiMessage } from './ami-parser.js';
import { readQueueNumbers, type Ami } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { CallBook } from './call-book.js';
import { CallKeeper } from './call-keeper.js';
import { CallTracker } from './call-tracker.js';
import { readChannels } from './channel-list.js';
import { Dialler } from './dialler.js';
import { type DirectoryCache } from './directory-cache.js';
import { EndedCalls } from './ended-calls.js';
import { HandOver } from './hand-over.js';
import { type MemberCommands } from './member-commands.js';
import { type MemberTracker } from './member-tracker.js';
import { TargetCheck } from './target-check.js';
import { type ChannelRef, type TrackedCall } from './tracked-call.js';
import { Transfers } from './transfers.js';

export interface AsteriskCallsDeps {
  readonly ami: Ami;
  readonly settings: AsteriskSettings;
  readonly directory: DirectoryCache;
  readonly members: MemberTracker;
  readonly memberCommands: MemberCommands;
  readonly emit: (event: TelephonyEvent) => void;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: AsteriskLog;
  /** Work nobody waits for. */
  readonly background: (work: Promise<void>, complaint: string) => void;
}

/** How far an event may lag behind a list of the exchange. */
const LAG_MS = 1500;
/** How long a command waits for the event that says it is done. */
const DONE_MS = 4000;
const LOOK_MS = 20;

/** Every call at an Asterisk, from its first event to what is remembered of it, and what can be done with it. */
export class AsteriskCalls {
  readonly #deps: AsteriskCallsDeps;
  readonly #book: CallBook;
  readonly #handOver: HandOver;
  readonly #tracker: CallTracker;
  readonly #keeper: CallKeeper;
  readonly #transfers: Transfers;
  readonly #dialler: Dialler;
  readonly #ended: EndedCalls;

  constructor(deps: AsteriskCallsDeps) {
    this.#deps = deps;
    const { ami, settings, directory, members, now, background } = deps;
    this.#ended = new EndedCalls(ami, now);
    this.#book = new CallBook({
      emit: deps.emit,
      note: (channel, variable, value) => {
        background(this.#note(channel, variable, value), 'a call could not be written to');
      },
      onEnded: (call, ending) => {
        const { callId, answeredAt, isKept, extension } = call;
        const written = this.#ended.remember(callId, { ...ending, answeredAt });
        background(written, 'the end of a call could not be written down');
        if (isKept && extension !== null) this.#keeper.notKept(call, extension);
        background(this.#transfers.letGo(call), 'what was left of a call could not be let go');
      },
    });
    const book = this.#book;
    this.#handOver = new HandOver({
      book,
      onKept: (call) => {
        this.#keeper.kept(call);
      },
      onNotKept: (call, extension) => {
        this.#keeper.notKept(call, extension);
      },
      onNotTakenBack: (call) => {
        this.#keeper.notTakenBack(call);
      },
      onConferenceLost: (call) => {
        this.#keeper.conferenceLost(call);
      },
      onConferenceLeft: (call) => {
        background(this.#transfers.hangUp(call, 'agent'), 'a call of a conference could not be ended');
      },
    });
    const handOver = this.#handOver;
    this.#tracker = new CallTracker({ book, handOver });
    const targets = new TargetCheck({ book, directory, members });
    this.#keeper = new CallKeeper({
      ...deps,
      book,
      handOver,
      members: deps.memberCommands,
      isRegistered: (extension) => members.isRegistered(extension),
    });
    this.#transfers = new Transfers({
      ...deps,
      ...{ book, handOver, targets },
      queueNumber: (queue) => this.#queueNumber(queue),
      until: (holds) => until(holds, DONE_MS),
    });
    this.#dialler = new Dialler({ ami, settings, book, targets, ended: this.#ended });
  }

  take(event: AmiMessage, at: number): void {
    this.#tracker.take(event, at);
  }

  /** `isGone`: a page has lost its connection, though another may have taken its place. */
  phoneChanged(extension: string, isGone: boolean): void {
    if (isGone) this.#keeper.phoneGone(extension);
    if (this.#deps.members.isRegistered(extension)) this.#keeper.phoneBack(extension);
  }

  /** A connection has just come up, and everything was compared: what could not wait is made up for. */
  async takeUp(lost: readonly TrackedCall[]): Promise<void> {
    for (const call of lost) await this.#endLost(call, 0);
    this.#keeper.takeUp();
    this.#deps.background(this.#ended.forgetOld(), 'old calls could not be forgotten');
  }

  list(apart: readonly TrackedCall[]): readonly TelephonyCall[] {
    return this.#book
      .all()
      .filter((call) => !apart.includes(call))
      .map((call) => call.toTelephonyCall());
  }

  /** Heals the picture by the list of channels. Returns calls that are gone from it though no event has said so. */
  async compare(): Promise<readonly TrackedCall[]> {
    const before = this.#book.all();
    return this.#tracker.reconcile(await readChannels(this.#deps.ami), before, this.#deps.now());
  }

  endLostSoon(lost: readonly TrackedCall[]): void {
    for (const call of lost) {
      this.#deps.background(this.#endLost(call, LAG_MS), 'what became of a call is not known');
    }
  }

  async dial(request: DialRequest): Promise<void> {
    await this.#deps.directory.requireAgent(request.extension);
    await this.#dialler.dial(request);
  }

  async consult(request: ConsultRequest): Promise<void> {
    const { extension, target } = request;
    await this.#deps.directory.requireAgent(extension);
    const number = target.kind === 'queue' ? await this.#queueNumber(target.queue) : '';
    await this.#dialler.consult(request, number);
  }

  /** A dial that was taken but whose channel no event has told of yet is waited for. */
  async live(callId: string): Promise<TrackedCall | null> {
    await this.#dialler.settled(callId);
    await until(() => this.#book.findExpected(callId) === null, LAG_MS);
    return this.#book.find(callId);
  }

  async find(callId: string): ReturnType<Telephony['findCall']> {
    const call = await this.live(callId);
    if (call !== null) return { live: true, call: call.toTelephonyCall() };
    const ended = await this.#ended.find(callId);
    return ended === null ? null : { live: false, ...ended };
  }

  async hangUp(callId: string, by: EndedBy): Promise<void> {
    const call = await this.live(callId);
    if (call !== null) await this.#transfers.hangUp(call, by);
    else if ((await this.#ended.find(callId)) === null) throw new DomainError('not-found', 'exchange:unknown-call');
  }

  async transfer(request: TransferRequest): Promise<void> {
    await this.#transfers.transfer(request);
  }

  takeBack(callId: string): Promise<void> {
    return this.#transfers.takeBack(callId);
  }

  join(callId: string, secondCallId: string): Promise<void> {
    return this.#transfers.join(callId, secondCallId);
  }

  confer(callId: string, secondCallId: string): Promise<void> {
    return this.#transfers.confer(callId, secondCallId);
  }

  /** Its last event may be on its way; when it is not, the exchange knows how it ended. */
  async #endLost(call: TrackedCall, patienceMs: number): Promise<void> {
    if (await until(() => this.#book.find(call.callId) !== call, patienceMs)) return;
    const known = await this.#ended.find(call.callId);
    call.answeredAt ??= known?.answeredAt ?? null;
    const ending = { by: known?.by ?? 'system', cause: known?.cause ?? 'dropped' } as const;
    this.#deps.log.warn({ callId: call.callId, ...ending }, 'a call ended while nobody was told');
    this.#book.end(call, ending, this.#deps.now());
  }

  async #queueNumber(queue: string): Promise<string> {
    const numbers = await readQueueNumbers(this.#deps.ami, this.#deps.settings.agentContext);
    return numbers.get(queue) ?? '';
  }

  async #note(channel: ChannelRef | null, variable: string, value: string): Promise<void> {
    if (channel === null) return;
    const action = { Action: 'Setvar', Channel: channel.name, Variable: variable, Value: value };
    await this.#deps.ami.act(action).catch(ignoreRefusal);
  }
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
