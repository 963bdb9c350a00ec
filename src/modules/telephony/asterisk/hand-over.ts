import { type TransferFailure } from '../telephony.port.js';
import { type AmiMessage } from './ami-parser.js';
import { type CallBook } from './call-book.js';
import { failureOf, type Leg, type TrackedCall } from './tracked-call.js';

export interface HandOverDeps {
  readonly book: CallBook;
  /** The customer is alone and hears music; the agent's page is waited for. */
  readonly onKept: (call: TrackedCall) => void;
  /** Nobody is waited for any more: the page is back, or the call went elsewhere. */
  readonly onNotKept: (call: TrackedCall, extension: string) => void;
  /** The page was asked to take its call again, and did not. */
  readonly onNotTakenBack: (call: TrackedCall) => void;
  /** An agent's phone left one call of a conference, in which nobody else is let go by that. */
  readonly onConferenceLeft: (call: TrackedCall) => void;
  /** It fell silent in a conference. */
  readonly onConferenceLost: (call: TrackedCall) => void;
}

/** Causes of phones and networks that fell silent, as in the dialplan (`citrus-left`), which then keeps the customer. */
const LOST: readonly (number | null)[] = [27, 38, 41, 44, 102];

/**
 * How a call gets from one phone to another.
 *
 * ```txt
 *                       target answers: both in one bridge
 *   with an agent ──────────────────────────────────────────► with another agent, or gone to a number
 *     │  ▲   │ second call joined: both in one bridge ───────►
 *     │  │   └ customer put into a queue ───────────────────► waiting
 *     ▼  │ page back: both in one bridge                        ▲
 *    kept ────────────────── time over: the dialplan ──────────┘
 * ```
 *
 * That two are in one bridge is what counts; which of them entered it first, or when the one before was let go, is not.
 */
export class HandOver {
  readonly #deps: HandOverDeps;
  readonly #book: CallBook;
  readonly #bridges = new Map<string, string>();
  /** Second calls on their way into the bridge of the first. */
  readonly #conferring = new Map<string, string>();

  constructor(deps: HandOverDeps) {
    this.#deps = deps;
    this.#book = deps.book;
  }

  take(event: AmiMessage, at: number): void {
    const channelId = event.get('Uniqueid');
    switch (event.event) {
      case 'BridgeEnter':
        if (this.#book.ofChannel(channelId) === null) return;
        this.#bridges.set(channelId, event.get('BridgeUniqueid'));
        this.#look(channelId, at);
        break;
      case 'BridgeLeave':
        if (this.#bridges.get(channelId) === event.get('BridgeUniqueid')) this.#bridges.delete(channelId);
        break;
      case 'Hangup':
        this.#bridges.delete(channelId);
        this.#legEnded(channelId, event.number('Cause'), at);
        break;
      case 'OriginateResponse':
        if (event.get('Response') === 'Failure') this.#neverRang(event.get('Channel'), at);
        break;
    }
  }

  /** What is known from a list: who is in which bridge. */
  learn(bridges: readonly { readonly uniqueId: string; readonly bridgeId: string }[]): void {
    this.#bridges.clear();
    for (const { uniqueId, bridgeId } of bridges) {
      if (bridgeId !== '' && this.#book.ofChannel(uniqueId) !== null) this.#bridges.set(uniqueId, bridgeId);
    }
  }

  areTogether(one: string | undefined, other: string | undefined): boolean {
    const bridge = one === undefined ? undefined : this.#bridges.get(one);
    return bridge !== undefined && other !== undefined && bridge === this.#bridges.get(other);
  }

  /** The customer of a call that we know waits in a queue. */
  joinedQueue(call: TrackedCall, queue: string, at: number): void {
    if (!call.isTalking) return;
    const from = call.attempt?.from ?? call.extension;
    const how = call.attempt?.target.kind === 'queue' ? 'blind' : 'agent-away';
    this.#book.setSide(call, 'agent', null);
    call.queue = queue;
    call.state = 'waiting';
    call.extension = null;
    call.hasLeftQueue = false;
    this.#settle(call, from);
    if (from === null) return;
    this.#book.emit({ type: 'call-transferred', at, callId: call.callId, from, extension: null, queue, how });
  }

  /** The agent's channel is gone, the customer's is not. */
  agentLeft(call: TrackedCall, cause: number | null, at: number): void {
    this.#book.setSide(call, 'agent', null);
    // Let go because somebody else takes the customer over.
    if (call.isKept || !call.isTalking || call.legOf('joining') !== null) return;
    const isLost = call.endAskedBy === null && LOST.includes(cause);
    if (call.conference !== null) {
      if (isLost) this.#deps.onConferenceLost(call);
      else if (call.endAskedBy !== null) this.#deps.onConferenceLeft(call);
    } else if (isLost && call.consults === null) {
      this.keep(call, at);
    }
    // Otherwise the dialplan lets the customer go.
  }

  /** From now on the agent's page is waited for. */
  keep(call: TrackedCall, at: number): void {
    const { callId, extension, state } = call;
    if (call.isKept || extension === null) return;
    call.isKept = true;
    call.state = 'on-hold';
    if (state !== 'on-hold') this.#book.emit({ type: 'call-held', at, callId, extension });
    this.#deps.onKept(call);
  }

  /** `second` is on its way into the bridge of `first`. */
  expectConference(first: TrackedCall, second: TrackedCall): void {
    this.#conferring.set(second.callId, first.callId);
  }

  unexpectConference(second: TrackedCall): void {
    this.#conferring.delete(second.callId);
  }

  failTransfer(call: TrackedCall, cause: TransferFailure, at: number): void {
    const { attempt } = call;
    if (attempt === null) return;
    call.attempt = null;
    const { callId } = call;
    this.#book.emit({ type: 'transfer-failed', at, callId, extension: attempt.from, cause });
    if (call.isKept) this.#deps.onNotTakenBack(call);
  }

  #look(channelId: string, at: number): void {
    const own = this.#book.ofChannel(channelId);
    if (own === null) return;
    // The other side of a second call that is joined is still of that call.
    const first = own.consults === null ? null : this.#book.find(own.consults);
    for (const call of first === null ? [own] : [own, first]) this.#lookFor(call, at);
    this.#lookForConference(own, at);
  }

  #lookFor(call: TrackedCall, at: number): void {
    for (const [id, leg] of call.legs) {
      const takesOver = leg.kind === 'target' || leg.kind === 'returning' || leg.kind === 'joining';
      if (takesOver && this.areTogether(id, call.customer?.id)) {
        this.#takenOver(call, id, leg, at);
        return;
      }
    }
  }

  #lookForConference(call: TrackedCall, at: number): void {
    for (const [secondId, firstId] of this.#conferring) {
      const [first, second] = [this.#book.find(firstId), this.#book.find(secondId)];
      if (first === null || second === null) {
        this.#conferring.delete(secondId);
      } else if ((first === call || second === call) && this.areTogether(first.customer?.id, second.customer?.id)) {
        this.#conferring.delete(secondId);
        first.conference = secondId;
        second.conference = firstId;
        const extension = first.extension ?? '';
        this.#book.emit({ type: 'call-conferenced', at, callId: firstId, second: secondId, extension });
      }
    }
  }

  #takenOver(call: TrackedCall, id: string, leg: Leg, at: number): void {
    const from = call.attempt?.from ?? call.extension;
    const second = leg.second === undefined ? null : this.#book.find(leg.second);
    call.conference = null;
    if (second !== null) second.conference = null;
    call.legs.delete(id);
    if (leg.kind !== 'returning' && leg.extension === null) {
      // To a number: the two go on without us.
      this.#book.end(call, { by: 'agent', cause: 'transferred' }, at);
    } else {
      this.#book.setSide(call, 'agent', { id, name: leg.name });
      call.extension = leg.extension;
      this.#settle(call, from);
      this.#talks(call, from, leg, at);
    }
    if (second !== null) this.#book.end(second, { by: 'agent', cause: 'transferred' }, at);
    this.#book.note(call.customer, 'CITRUS_HELD', '0');
  }

  #talks(call: TrackedCall, from: string | null, leg: Leg, at: number): void {
    const { callId } = call;
    const { extension, second } = leg;
    call.state = 'talking';
    if (extension === null) return;
    if (leg.kind === 'returning') {
      this.#book.emit({ type: 'call-resumed', at, callId, extension });
      return;
    }
    if (second !== undefined) call.alsoKnownAs = [...call.alsoKnownAs, second];
    const how = leg.kind === 'joining' ? 'attended' : 'blind';
    this.#book.emit({
      ...{ type: 'call-transferred', at, callId, from: from ?? '', extension, queue: null, how },
      ...(second !== undefined && { second }),
    });
  }

  /** Whatever was going on with it is over: somebody has it, or it waits. */
  #settle(call: TrackedCall, from: string | null): void {
    const wasKept = call.isKept;
    call.isKept = false;
    call.attempt = null;
    call.endAskedBy = null;
    if (wasKept && from !== null) this.#deps.onNotKept(call, from);
  }

  #legEnded(channelId: string, cause: number | null, at: number): void {
    const call = this.#book.ofChannel(channelId);
    const leg = call?.legs.get(channelId);
    if (call === null || leg === undefined) return;
    leg.hangupCause ??= cause;
    this.#legFailed(call, channelId, leg, at);
  }

  #neverRang(dialString: string, at: number): void {
    for (const call of this.#book.all()) {
      for (const [id, leg] of call.legs) {
        if (leg.name !== '' || leg.dialString !== dialString) continue;
        leg.dialStatus = 'CHANUNAVAIL';
        this.#legFailed(call, id, leg, at);
      }
    }
  }

  #legFailed(call: TrackedCall, id: string, leg: Leg, at: number): void {
    if (leg.kind === 'target') {
      this.#book.removeLeg(call, id);
      this.failTransfer(call, call.attempt?.isTakenBack === true ? 'taken-back' : failureOf(leg), at);
    } else if (leg.kind === 'returning') {
      this.#book.removeLeg(call, id);
      this.#deps.onNotTakenBack(call);
    }
  }
}
