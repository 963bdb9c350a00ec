import { type AmiMessage } from './ami-parser.js';
import { extensionOf } from './asterisk-directory.js';
import { type CallBook, type ExpectedCall } from './call-book.js';
import { toTrackedCalls, type ChannelRow } from './channel-list.js';
import { type HandOver } from './hand-over.js';
import { declineCause, newLeg, TrackedCall, type ChannelRef } from './tracked-call.js';

export interface CallTrackerDeps {
  readonly book: CallBook;
  readonly handOver: HandOver;
}

/**
 * The calls of Citrus Voz at an Asterisk, told by its events: those that joined a queue, and those we dialled. Channels of
 * anybody else pass unseen. Events that come twice, late, or of a call that is not known change nothing.
 */
export class CallTracker {
  readonly #book: CallBook;
  readonly #handOver: HandOver;

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

  constructor({ book, handOver }: CallTrackerDeps) {
    this.#book = book;
    this.#handOver = handOver;
  }

  take(event: AmiMessage, at: number): void {
    this.#handlers.get(event.event)?.(event, at);
    this.#handOver.take(event, at);
  }

  /**
   * Takes in a list of the channels there are. Returns the calls that are gone from it though no event said so; `before`
   * are the calls that were known when the list was asked for.
   */
  reconcile(rows: readonly ChannelRow[], before: readonly TrackedCall[], at: number): readonly TrackedCall[] {
    const book = this.#book;
    const isNew = ({ callId, uniqueId }: ChannelRow): boolean =>
      book.find(callId) === null &&
      book.findExpected(callId) === null &&
      !book.isGone(callId) &&
      !book.isGone(uniqueId);
    const found = rows.filter(isNew);
    if (found.length > 0) {
      for (const call of toTrackedCalls(found, at)) book.add(call);
      this.#handOver.learn(rows);
    }
    const there = new Set(rows.map(({ uniqueId }) => uniqueId));
    return before.filter((call) => book.find(call.callId) === call && !call.channelIds().some((id) => there.has(id)));
  }

  #channelBegan(event: AmiMessage, at: number): void {
    const channel = refOf(event);
    const request = this.#book.findExpected(channel.id);
    if (request !== null) this.#begin(request, channel, at);
    const leg = this.#book.ofChannel(channel.id)?.legs.get(channel.id);
    if (leg !== undefined) leg.name = channel.name;
  }

  #callerJoined(event: AmiMessage, at: number): void {
    const customer = refOf(event);
    const known = this.#book.ofChannel(customer.id);
    if (known !== null) {
      // One who asks a queue waits in it as a customer does; a customer who was in a call before is told elsewhere.
      if (known.customer?.id === customer.id) this.#handOver.joinedQueue(known, event.get('Queue'), at);
      return;
    }
    if (this.#book.isGone(customer.id)) return;
    const call = new TrackedCall({
      callId: customer.id,
      direction: 'inbound',
      number: event.get('CallerIDNum'),
      queue: event.get('Queue'),
      extension: null,
      startedAt: at,
      state: 'waiting',
    });
    call.customer = customer;
    this.#start(call);
    this.#book.note(customer, 'CITRUS_STARTED_AT', String(at));
  }

  #callerLeft(event: AmiMessage): void {
    const call = this.#book.ofChannel(event.get('Uniqueid'));
    if (call?.queue === event.get('Queue')) call.hasLeftQueue = true;
  }

  #agentCalled(event: AmiMessage, at: number): void {
    const call = this.#book.ofChannel(event.get('Uniqueid'));
    const extension = extensionOf(event.get('Interface'));
    const channelId = event.get('DestUniqueid');
    if (call === null || extension === null || call.isTalking || call.legs.has(channelId)) return;
    const kind = call.consults === null ? 'agent' : 'customer';
    this.#book.addLeg(call, channelId, newLeg({ kind, extension, name: event.get('DestChannel') }));
    if (call.consults === null) {
      call.state = 'offered';
      call.extension = extension;
    } else {
      call.peer = extension;
    }
    this.#book.emit({ type: 'call-offered', at, callId: call.callId, extension });
  }

  #agentDidNotAnswer(event: AmiMessage, at: number): void {
    const call = this.#book.ofChannel(event.get('Uniqueid'));
    const extension = extensionOf(event.get('Interface'));
    if (call === null || extension === null) return;
    const channelId = call.ringingLeg(extension);
    const leg = channelId === null ? undefined : call.legs.get(channelId);
    if (channelId === null || leg === undefined) return;
    this.#book.removeLeg(call, channelId);
    if (call.consults !== null) {
      if (call.peer === extension && !call.isTalking) call.peer = null;
      return;
    }
    if (!call.isTalking) {
      const next = call.legOf('agent');
      call.state = next === null ? 'waiting' : 'offered';
      call.extension = next?.[1].extension ?? null;
    }
    this.#book.emit({ type: 'call-declined', at, callId: call.callId, extension, cause: declineCause(leg) });
  }

  #agentConnected(event: AmiMessage, at: number): void {
    const call = this.#book.ofChannel(event.get('Uniqueid'));
    const extension = extensionOf(event.get('Interface'));
    if (call === null || extension === null || call.isTalking) return;
    const agent = { id: event.get('DestUniqueid'), name: event.get('DestChannel') };
    for (const other of [...call.legs.keys()]) if (other !== agent.id) this.#book.removeLeg(call, other);
    if (call.consults !== null) {
      this.#book.setSide(call, 'customer', agent);
      call.peer = extension;
      if (call.extension !== null) this.#answered(call, call.extension, at);
      return;
    }
    this.#book.setSide(call, 'agent', agent);
    this.#answered(call, extension, at);
  }

  #dialBegan(event: AmiMessage, at: number): void {
    const reached = event.get('DestUniqueid');
    const own = this.#book.ofChannel(reached);
    if (own?.isDialled === true && own.agent?.id === reached && own.extension !== null && own.state === 'offered') {
      this.#book.emit({ type: 'call-offered', at, callId: own.callId, extension: own.extension });
      return;
    }
    const call = this.#book.ofChannel(event.get('Uniqueid'));
    if (call?.isDialled !== true || call.isTalking || call.legs.has(reached) || call.agent === null) return;
    const name = event.get('DestChannel');
    const extension = call.asksAgent ? extensionOf(name) : null;
    call.peer = extension;
    this.#book.addLeg(call, reached, newLeg({ kind: 'customer', extension, name }));
    if (extension !== null) this.#book.emit({ type: 'call-offered', at, callId: call.callId, extension });
  }

  #dialEnded(event: AmiMessage, at: number): void {
    const reached = event.get('DestUniqueid');
    const status = event.get('DialStatus');
    const call = this.#book.ofChannel(reached);
    if (call === null) return;
    if (call.isDialled && call.agent?.id === reached) {
      this.#agentDialled(call, status, at);
      return;
    }
    const leg = call.legs.get(reached);
    if (leg === undefined) return;
    leg.dialStatus = status;
    const isCustomer = leg.kind === 'customer' && call.isDialled && call.queueOfConsultation === null;
    if (!isCustomer || status !== 'ANSWER' || call.extension === null || call.isTalking) return;
    this.#book.setSide(call, 'customer', { id: reached, name: leg.name });
    this.#answered(call, call.extension, at);
  }

  #held(event: AmiMessage, at: number): void {
    const isHeld = event.event === 'Hold';
    const channelId = event.get('Uniqueid');
    const call = this.#book.ofChannel(channelId);
    if (call?.isTalking !== true || call.extension === null || call.agent?.id !== channelId) return;
    const state = isHeld ? 'on-hold' : 'talking';
    if (call.state === state) return;
    call.state = state;
    this.#book.note(call.customer, 'CITRUS_HELD', isHeld ? '1' : '0');
    const { callId, extension } = call;
    this.#book.emit({ type: isHeld ? 'call-held' : 'call-resumed', at, callId, extension });
  }

  #hangupAsked(event: AmiMessage): void {
    const channelId = event.get('Uniqueid');
    const call = this.#book.ofChannel(channelId);
    if (call === null) return;
    // A phone that rejects, a customer who is busy: that is no end of a call, but says why there was no answer.
    const isAgentRinging = call.isDialled && call.state === 'offered' && channelId === call.agent?.id;
    const leg = isAgentRinging ? call.agentLeg : call.legs.get(channelId);
    if (leg !== undefined) leg.hangupCause = event.number('Cause');
    else call.endAskedBy ??= call.sideOf(channelId);
  }

  #channelEnded(event: AmiMessage, at: number): void {
    const channelId = event.get('Uniqueid');
    this.#book.rememberGone(channelId);
    const call = this.#book.ofChannel(channelId);
    const side = call?.sideOf(channelId);
    if (call === null || side === undefined || side === null) return;
    const isOver = side === 'customer' || (call.isDialled && call.customer === null);
    if (isOver) this.#book.end(call, call.ending(), at);
    else this.#handOver.agentLeft(call, event.number('Cause'), at);
  }

  /** An originate that failed before there was a channel: the call has begun and ended in one. */
  #originateFailed(event: AmiMessage, at: number): void {
    if (event.get('Response') !== 'Failure') return;
    const extension = extensionOf(event.get('Channel'));
    for (const request of this.#book.allExpected()) {
      if (request.extension !== extension) continue;
      const call = this.#begin(request, { id: request.callId, name: event.get('Channel') }, at);
      this.#book.end(call, call.ending(), at);
    }
  }

  #begin(request: ExpectedCall, agent: ChannelRef, at: number): TrackedCall {
    this.#book.unexpect(request.callId);
    const { callId, direction, number, extension, consults, queue, asksAgent } = request;
    const call = new TrackedCall({
      ...{ callId, direction, number, extension },
      ...{ consults: consults ?? null, queue: queue ?? null, asksAgent: asksAgent ?? false },
      startedAt: at,
      state: 'offered',
    });
    call.agent = agent;
    this.#start(call);
    // Two underscores: the customer's channel gets it too.
    this.#book.note(agent, '__CITRUS_STARTED_AT', String(at));
    return call;
  }

  #start(call: TrackedCall): void {
    this.#book.add(call);
    const { callId, direction, number, queue, extension, startedAt, consults } = call;
    this.#book.emit({
      ...{ type: 'call-started', at: startedAt, callId, direction, number, queue, extension },
      ...(consults !== null && { consults }),
    });
  }

  #agentDialled(call: TrackedCall, status: string, at: number): void {
    if (call.state !== 'offered') return;
    if (status !== 'ANSWER') {
      call.agentLeg.dialStatus = status;
      return;
    }
    call.state = 'dialling';
    const { callId, extension } = call;
    if (extension !== null) this.#book.emit({ type: 'call-accepted', at, callId, extension });
  }

  #answered(call: TrackedCall, extension: string, at: number): void {
    const { callId, customer, peer } = call;
    call.state = 'talking';
    call.extension = extension;
    call.answeredAt ??= at;
    this.#book.note(customer, 'CITRUS_ANSWERED_AT', String(call.answeredAt));
    this.#book.note(customer, 'CITRUS_AGENT', extension);
    this.#book.emit({ type: 'call-answered', at, callId, extension, ...(peer !== null && { peer }) });
  }
}

function refOf(event: AmiMessage): ChannelRef {
  return { id: event.get('Uniqueid'), name: event.get('Channel') };
}
