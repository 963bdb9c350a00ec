import { type DialRequest, type EndCause, type EndedBy, type TelephonyEvent } from '../telephony.port.js';
import { declineCause, type ChannelRef, type Leg, type TrackedCall } from './tracked-call.js';

/** A call that is about to be dialled. */
export interface ExpectedCall extends Pick<DialRequest, 'callId' | 'extension' | 'number'> {
  readonly direction: DialRequest['direction'] | 'consult';
  readonly consults?: string;
  readonly queue?: string;
  /** Who is rung of a consultation is an agent, whose extension is told. */
  readonly asksAgent?: boolean;
}

export interface CallBookDeps {
  readonly emit: (event: TelephonyEvent) => void;
  /** To be written to a channel of the call, so that a restarted application finds it there. */
  readonly note: (channel: ChannelRef | null, variable: string, value: string) => void;
  readonly onEnded: (call: TrackedCall, ending: { readonly by: EndedBy; readonly cause: EndCause }) => void;
}

const GONE_REMEMBERED = 5000;

/** The calls there are, and which channel belongs to which of them. */
export class CallBook {
  readonly emit: (event: TelephonyEvent) => void;
  readonly note: CallBookDeps['note'];
  readonly #onEnded: CallBookDeps['onEnded'];
  readonly #calls = new Map<string, TrackedCall>();
  readonly #byChannel = new Map<string, TrackedCall>();
  /** Dials on their way: the channel of that id is not there yet. */
  readonly #expected = new Map<string, ExpectedCall>();
  /** Channels and calls that ended lately; a list that was asked for earlier may still have them. */
  readonly #gone = new Set<string>();

  constructor(deps: CallBookDeps) {
    this.emit = deps.emit;
    this.note = deps.note;
    this.#onEnded = deps.onEnded;
  }

  find(callId: string): TrackedCall | null {
    return this.#calls.get(callId) ?? null;
  }

  all(): readonly TrackedCall[] {
    return [...this.#calls.values()];
  }

  ofChannel(channelId: string): TrackedCall | null {
    return this.#byChannel.get(channelId) ?? null;
  }

  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** Whether an extension is in a call, or about to be. `apart` is one that does not count. */
  isEngaged(extension: string, apart: TrackedCall | null = null): boolean {
    for (const request of this.#expected.values()) if (request.extension === extension) return true;
    for (const call of this.#calls.values()) {
      if (call === apart) continue;
      if (call.extension === extension && call.state !== 'waiting') return true;
      if (call.peer === extension || call.ringingLeg(extension) !== null) return true;
    }
    return false;
  }

  /** A dial that is about to be asked for: the channel of its id will be a call of ours. */
  expect(request: ExpectedCall): void {
    this.#expected.set(request.callId, request);
  }

  /** The exchange refused it: there will be no channel. */
  unexpect(callId: string): void {
    this.#expected.delete(callId);
  }

  /** A dial whose channel is not there yet; null when there is none. */
  findExpected(callId: string): ExpectedCall | null {
    return this.#expected.get(callId) ?? null;
  }

  allExpected(): readonly ExpectedCall[] {
    return [...this.#expected.values()];
  }

  add(call: TrackedCall): void {
    this.#calls.set(call.callId, call);
    for (const id of call.channelIds()) this.#byChannel.set(id, call);
  }

  addLeg(call: TrackedCall, channelId: string, leg: Leg): void {
    call.legs.set(channelId, leg);
    this.#byChannel.set(channelId, call);
  }

  removeLeg(call: TrackedCall, channelId: string): void {
    call.legs.delete(channelId);
    if (this.#byChannel.get(channelId) === call && call.sideOf(channelId) === null) this.#byChannel.delete(channelId);
  }

  /** Gives a side of a call a channel, or takes it away. The one before is of no call any more. */
  setSide(call: TrackedCall, side: 'agent' | 'customer', channel: ChannelRef | null): void {
    const before = call[side];
    call[side] = channel;
    if (before !== null && before.id !== channel?.id) this.#byChannel.delete(before.id);
    if (channel === null) return;
    call.legs.delete(channel.id);
    this.#byChannel.set(channel.id, call);
  }

  end(call: TrackedCall, ending: { readonly by: EndedBy; readonly cause: EndCause }, at: number): void {
    if (this.#calls.get(call.callId) !== call) return;
    this.#calls.delete(call.callId);
    this.rememberGone(call.callId);
    for (const id of call.channelIds()) if (this.#byChannel.get(id) === call) this.#byChannel.delete(id);
    if (call.isDialled && ending.cause === 'not-taken' && call.extension !== null) {
      const cause = declineCause(call.agentLeg);
      this.emit({ type: 'call-declined', at, callId: call.callId, extension: call.extension, cause });
    }
    this.#onEnded(call, ending);
    this.emit({ type: 'call-ended', at, callId: call.callId, ...ending });
  }

  rememberGone(id: string): void {
    this.#gone.add(id);
    if (this.#gone.size <= GONE_REMEMBERED) return;
    const [oldest] = this.#gone;
    if (oldest !== undefined) this.#gone.delete(oldest);
  }
}
