import { type DialRequest, type EndCause, type EndedBy, type TelephonyEvent } from '../telephony.port.js';
import { type AmiMessage } from './ami-parser.js';
import { extensionOf } from './asterisk-directory.js';
import { toTrackedCall, type ChannelRow } from './channel-list.js';
import { declineCause, TrackedCall } from './tracked-call.js';

export interface CallTrackerDeps {
  readonly emit: (event: TelephonyEvent) => void;
  /** To be written to the call's channel, so that a restarted application finds it there. */
  readonly note: (call: TrackedCall, variable: string, value: string) => void;
  readonly onEnded: (call: TrackedCall, ending: { readonly by: EndedBy; readonly cause: EndCause }) => void;
}

/**
 * The calls of Citrus Voz at an Asterisk, told by its events: those that joined a queue, and those we dialled. Channels of
 * anybody else pass unseen. Events that come twice, late, or of a call that is not known change nothing.
 */
export class CallTracker {
  readonly #deps: CallTrackerDeps;
  readonly #calls = new Map<string, TrackedCall>();
  /** By the id of any of its channels. */
  readonly #byChannel = new Map<string, TrackedCall>();
  /** Dials on their way: the channel of that id is not there yet. */
  readonly #expected = new Map<string, DialRequest>();
  /** Channels that ended lately; a list that was asked for earlier may still have them. */
  readonly #gone = new Set<string>();

  readonly #handlers = new Map<string, (event: AmiMessage, at: number) => void>([
    ['Newchannel', this.#channelBegan.bind(this)],
    ['QueueCallerJoin', this.#callerJoined.bind(this)],
    ['QueueCallerLeave', this.#callerLeft.bind(this)],
    ['AgentCalled', this.#agentCalled.bind(this)],
    ['AgentRingNoAnswer', this.#agentDidNotAnswer.bind(this)],
    ['AgentConnect', this.#agentConnected.bind(this)],
    ['DialBegin', this.#dialBegan.bind(this)],
    ['DialEnd', this.#dialEnded.bind(this)],
    ['Hold', this.#held.bind(this)],
    ['Unhold', this.#held.bind(this)],
    ['HangupRequest', this.#hangupAsked.bind(this)],
    ['Hangup', this.#channelEnded.bind(this)],
    ['OriginateResponse', this.#originateFailed.bind(this)],
  ]);

  constructor(deps: CallTrackerDeps) {
    this.#deps = deps;
  }

  find(callId: string): TrackedCall | null {
    return this.#calls.get(callId) ?? null;
  }

  all(): readonly TrackedCall[] {
    return [...this.#calls.values()];
  }

  /** Whether an extension is in a call, or about to be. */
  isEngaged(extension: string): boolean {
    for (const request of this.#expected.values()) if (request.extension === extension) return true;
    for (const call of this.#calls.values()) {
      if (call.extension === extension && call.state !== 'waiting') return true;
      if (call.ringingLeg(extension) !== null) return true;
    }
    return false;
  }

  /** A dial that is about to be asked for: the channel of its id will be a call of ours. */
  expect(request: DialRequest): void {
    this.#expected.set(request.callId, request);
  }

  /** The exchange refused it: there will be no channel. */
  unexpect(callId: string): void {
    this.#expected.delete(callId);
  }

  /** A dial whose channel is not there yet; null when there is none. */
  findExpected(callId: string): DialRequest | null {
    return this.#expected.get(callId) ?? null;
  }

  take(event: AmiMessage, at: number): void {
    this.#handlers.get(event.event)?.(event, at);
  }

  #channelBegan(event: AmiMessage, at: number): void {
    const callId = event.get('Uniqueid');
    const request = this.#expected.get(callId);
    if (request !== undefined) this.#begin(request, event.get('Channel'), at);
  }

  #callerJoined(event: AmiMessage, at: number): void {
    const callId = event.get('Uniqueid');
    if (this.#calls.has(callId)) return;
    const call = new TrackedCall({
      callId,
      direction: 'inbound',
      number: event.get('CallerIDNum'),
      queue: event.get('Queue'),
      extension: null,
      channel: event.get('Channel'),
      startedAt: at,
      state: 'waiting',
    });
    this.#start(call);
    this.#deps.note(call, 'CITRUS_STARTED_AT', String(at));
  }

  #agentCalled(event: AmiMessage, at: number): void {
    const call = this.#calls.get(event.get('Uniqueid'));
    const extension = extensionOf(event.get('Interface'));
    const channelId = event.get('DestUniqueid');
    if (call === undefined || extension === null || call.isTalking || call.legs.has(channelId)) return;
    this.#addLeg(call, channelId, 'agent', extension);
    call.state = 'offered';
    call.extension = extension;
    this.#deps.emit({ type: 'call-offered', at, callId: call.callId, extension });
  }

  #agentDidNotAnswer(event: AmiMessage, at: number): void {
    const call = this.#calls.get(event.get('Uniqueid'));
    const extension = extensionOf(event.get('Interface'));
    if (call === undefined || extension === null) return;
    const channelId = call.ringingLeg(extension);
    if (channelId === null) return;
    const leg = call.legs.get(channelId);
    const cause = leg === undefined ? 'no-answer' : declineCause(leg);
    this.#removeLeg(call, channelId);
    if (!call.isTalking) {
      const next = [...call.legs.values()].find((leg) => leg.side === 'agent');
      call.state = next === undefined ? 'waiting' : 'offered';
      call.extension = next?.extension ?? null;
    }
    this.#deps.emit({ type: 'call-declined', at, callId: call.callId, extension, cause });
  }

  #agentConnected(event: AmiMessage, at: number): void {
    const call = this.#calls.get(event.get('Uniqueid'));
    const extension = extensionOf(event.get('Interface'));
    if (call === undefined || extension === null || call.isTalking) return;
    const channelId = event.get('DestUniqueid');
    for (const other of [...call.legs.keys()]) if (other !== channelId) this.#removeLeg(call, other);
    if (!call.legs.has(channelId)) this.#addLeg(call, channelId, 'agent', extension);
    call.talkingLeg = channelId;
    this.#answered(call, extension, at);
  }

  #dialBegan(event: AmiMessage, at: number): void {
    const reached = event.get('DestUniqueid');
    const own = this.#calls.get(reached);
    if (own?.isDialled === true && own.extension !== null) {
      this.#deps.emit({ type: 'call-offered', at, callId: own.callId, extension: own.extension });
      return;
    }
    const call = this.#calls.get(event.get('Uniqueid'));
    if (call?.isDialled === true && !call.legs.has(reached)) this.#addLeg(call, reached, 'customer', null);
  }

  #dialEnded(event: AmiMessage, at: number): void {
    const reached = event.get('DestUniqueid');
    const status = event.get('DialStatus');
    const own = this.#calls.get(reached);
    if (own?.isDialled === true) {
      this.#agentDialled(own, status, at);
      return;
    }
    const call = this.#byChannel.get(reached);
    const leg = call?.legs.get(reached);
    if (call === undefined || leg === undefined) return;
    leg.dialStatus = status;
    if (!call.isDialled || status !== 'ANSWER' || call.extension === null || call.answeredAt !== null) return;
    call.talkingLeg = reached;
    this.#answered(call, call.extension, at);
  }

  #held(event: AmiMessage, at: number): void {
    const isHeld = event.event === 'Hold';
    const channelId = event.get('Uniqueid');
    const call = this.#byChannel.get(channelId);
    if (call?.isTalking !== true || call.extension === null || call.sideOf(channelId) !== 'agent') return;
    const state = isHeld ? 'on-hold' : 'talking';
    if (call.state === state) return;
    call.state = state;
    this.#deps.note(call, 'CITRUS_HELD', isHeld ? '1' : '0');
    const { callId, extension } = call;
    this.#deps.emit({ type: isHeld ? 'call-held' : 'call-resumed', at, callId, extension });
  }

  #callerLeft(event: AmiMessage): void {
    const call = this.#calls.get(event.get('Uniqueid'));
    if (call?.queue === event.get('Queue')) call.hasLeftQueue = true;
  }

  #hangupAsked(event: AmiMessage): void {
    const channelId = event.get('Uniqueid');
    const call = this.#byChannel.get(channelId);
    if (call === undefined) return;
    const isAgentRinging = channelId === call.callId && call.isDialled && call.state === 'offered';
    // A phone that rejects, a customer who is busy: that is no end of a call, but says why there was no answer.
    if (isAgentRinging || (channelId !== call.callId && !call.isTalking)) {
      const leg = isAgentRinging ? call.agentLeg : call.legs.get(channelId);
      if (leg !== undefined) leg.hangupCause = event.number('Cause');
      return;
    }
    call.endAskedBy ??= call.sideOf(channelId);
  }

  #channelEnded(event: AmiMessage, at: number): void {
    const channelId = event.get('Uniqueid');
    this.#rememberGone(channelId);
    const call = this.#byChannel.get(channelId);
    if (call === undefined) return;
    if (channelId === call.callId) this.end(call, call.ending(), at);
  }

  /** An originate that failed before there was a channel: the call has begun and ended in one. */
  #originateFailed(event: AmiMessage, at: number): void {
    if (event.get('Response') !== 'Failure') return;
    const extension = extensionOf(event.get('Channel'));
    for (const request of [...this.#expected.values()]) {
      if (request.extension !== extension) continue;
      const call = this.#begin(request, event.get('Channel'), at);
      this.end(call, call.ending(), at);
    }
  }

  end(call: TrackedCall, ending: { readonly by: EndedBy; readonly cause: EndCause }, at: number): void {
    if (this.#calls.get(call.callId) !== call) return;
    this.#calls.delete(call.callId);
    this.#byChannel.delete(call.callId);
    for (const id of call.legs.keys()) this.#byChannel.delete(id);
    if (call.isDialled && ending.cause === 'not-taken' && call.extension !== null) {
      const cause = declineCause(call.agentLeg);
      this.#deps.emit({ type: 'call-declined', at, callId: call.callId, extension: call.extension, cause });
    }
    this.#deps.onEnded(call, ending);
    this.#deps.emit({ type: 'call-ended', at, callId: call.callId, ...ending });
  }

  /**
   * Takes in a list of the channels there are. Returns the calls that are gone from it though no event said so; `before`
   * are the calls that were known when the list was asked for.
   */
  reconcile(rows: readonly ChannelRow[], before: readonly TrackedCall[], at: number): readonly TrackedCall[] {
    const there = new Set(rows.map(({ uniqueId }) => uniqueId));
    for (const row of rows) {
      if (row.callId !== row.uniqueId || this.#calls.has(row.callId) || this.#gone.has(row.callId)) continue;
      if (this.#expected.has(row.callId)) continue;
      this.#adopt(row, rows, at);
    }
    return before.filter((call) => this.#calls.get(call.callId) === call && !there.has(call.callId));
  }

  #adopt(row: ChannelRow, rows: readonly ChannelRow[], at: number): void {
    const others = rows.filter(
      (other) => other.callId === row.callId && other !== row && !this.#gone.has(other.uniqueId),
    );
    const call = toTrackedCall(row, others, at);
    this.#calls.set(call.callId, call);
    for (const id of [call.callId, ...call.legs.keys()]) this.#byChannel.set(id, call);
  }

  #begin(request: DialRequest, channel: string, at: number): TrackedCall {
    this.#expected.delete(request.callId);
    const { callId, direction, number, extension } = request;
    const call = new TrackedCall({
      ...{ callId, direction, number, extension, channel },
      queue: null,
      startedAt: at,
      state: 'offered',
    });
    this.#start(call);
    return call;
  }

  #start(call: TrackedCall): void {
    this.#calls.set(call.callId, call);
    this.#byChannel.set(call.callId, call);
    const { callId, direction, number, queue, extension, startedAt } = call;
    this.#deps.emit({ type: 'call-started', at: startedAt, callId, direction, number, queue, extension });
  }

  #agentDialled(call: TrackedCall, status: string, at: number): void {
    if (call.state !== 'offered') return;
    if (status !== 'ANSWER') {
      call.agentLeg.dialStatus = status;
      return;
    }
    call.state = 'dialling';
    const { callId, extension } = call;
    if (extension !== null) this.#deps.emit({ type: 'call-accepted', at, callId, extension });
  }

  #answered(call: TrackedCall, extension: string, at: number): void {
    call.state = 'talking';
    call.extension = extension;
    call.answeredAt = at;
    this.#deps.note(call, 'CITRUS_ANSWERED_AT', String(at));
    this.#deps.emit({ type: 'call-answered', at, callId: call.callId, extension });
  }

  #addLeg(call: TrackedCall, channelId: string, side: 'agent' | 'customer', extension: string | null): void {
    call.legs.set(channelId, { side, extension, dialStatus: null, hangupCause: null });
    this.#byChannel.set(channelId, call);
  }

  #removeLeg(call: TrackedCall, channelId: string): void {
    call.legs.delete(channelId);
    this.#byChannel.delete(channelId);
  }

  #rememberGone(channelId: string): void {
    this.#gone.add(channelId);
    if (this.#gone.size <= GONE_REMEMBERED) return;
    const [oldest] = this.#gone;
    if (oldest !== undefined) this.#gone.delete(oldest);
  }
}

const GONE_REMEMBERED = 5000;
