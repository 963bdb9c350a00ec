import { type Core } from 'sip.js';
import { type EndedBy } from '../telephony.port.js';
import { Bridge } from './bridge.js';
import { agentInvite, type CallContext } from './call-context.js';
import { type CallPhase, type LiveCall } from './call-book.js';
import { type SipConnection } from './connection.js';
import { type ExchangeQueue } from './exchange.port.js';
import { Leg } from './leg.js';
import { type Accepted, OutgoingInvite } from './outgoing-invite.js';
import { HEADERS, type InviteFailure, reasonHeaders, sdpBody } from './sip-message.js';

export interface QueuedCallHooks {
  /** An agent's phone was rung in vain. */
  onDeclined(waiting: QueuedCall, extension: string): void;
  /** It waits no longer: answered, given up, or ended. */
  onLeft(waiting: QueuedCall): void;
}

/**
 * A caller in a queue: told the position, offered to the phones the queue chooses, given to the first that is picked up.
 */
export class QueuedCall implements CallPhase {
  readonly call: LiveCall;
  readonly queue: ExchangeQueue;
  readonly #context: CallContext;
  readonly #hooks: QueuedCallHooks;
  readonly #request: Core.IncomingInviteRequest;
  readonly #connection: SipConnection;
  readonly #offer: string;
  readonly #offers = new Map<string, OutgoingInvite>();
  readonly #waitTimer: unknown;
  readonly #stopWatching: () => void;
  #position = 0;
  #waitedTooLong = false;
  #left = false;

  constructor(
    context: CallContext,
    caller: {
      readonly call: LiveCall;
      readonly queue: ExchangeQueue;
      readonly request: Core.IncomingInviteRequest;
      readonly connection: SipConnection;
      readonly offer: string;
    },
    hooks: QueuedCallHooks,
  ) {
    this.#context = context;
    this.#hooks = hooks;
    this.call = caller.call;
    this.queue = caller.queue;
    this.#request = caller.request;
    this.#connection = caller.connection;
    this.#offer = caller.offer;
    this.#request.delegate = {
      onCancel: () => {
        this.#leave(487, 'abandoned');
        context.book.end(this.call, 'customer', 'abandoned');
      },
    };
    this.#waitTimer = context.timers.setTimeout(() => {
      this.#waitedTooLong = true;
      this.#giveUpIfTooLong();
    }, this.queue.maxWaitSeconds * 1000);
    this.#stopWatching = this.#connection.onClose(() => {
      if (this.#left) return;
      this.#leave(null, 'abandoned');
      context.book.end(this.call, 'customer', 'abandoned');
    });
  }

  get isOffered(): boolean {
    return this.#offers.size > 0;
  }

  /** Tells the caller the place in the queue, from 1, when it has changed. */
  tellPosition(position: number): void {
    if (position === this.#position || this.#left) return;
    this.#position = position;
    this.#request.progress({
      statusCode: 182,
      reasonPhrase: 'Queued',
      extraHeaders: [
        `${HEADERS.callId}: ${this.call.callId}`,
        `${HEADERS.queuePosition}: ${position}`,
        ...waitingSound(this.queue.promptUrl),
      ],
    });
  }

  /** Rings a member's phone; false when it is not there any more. */
  offerTo(extension: string): boolean {
    const { registrar, realm, timers, emit } = this.#context;
    const registration = registrar.find(extension);
    if (registration === null || this.#left) return false;
    const { from, headers } = agentInvite(this.#context, this.call);
    this.call.engaged.add(extension);
    this.#offers.set(
      extension,
      new OutgoingInvite(
        { timers },
        { registration, realm, from, headers, offer: this.#offer, ringSeconds: this.queue.ringSeconds },
        {
          onAccepted: (accepted) => {
            this.#onAccepted(extension, accepted);
          },
          onFailed: (failure) => {
            this.#onFailed(extension, failure);
          },
        },
      ),
    );
    this.call.state = 'offered';
    this.call.extension ??= extension;
    emit({ type: 'call-offered', callId: this.call.callId, extension });
    return true;
  }

  hangUp(by: EndedBy): void {
    const cause = by === 'customer' ? 'abandoned' : 'failed';
    this.#leave(480, cause);
    this.#context.book.end(this.call, by, cause);
  }

  onRegistered(): void {
    // A caller who registers again calls again; a member who does is offered calls by the queue.
  }

  dispose(): void {
    this.#letGo();
  }

  #onAccepted(extension: string, accepted: Accepted): void {
    this.#offers.delete(extension);
    accepted.ack(null);
    this.#letGo('answered elsewhere');
    const session = this.#answerCaller(accepted.sdp);
    if (session === null) {
      accepted.leg.bye(reasonHeaders(500, 'failed'));
      this.#hooks.onLeft(this);
      this.#context.book.end(this.call, 'system', 'failed');
      return;
    }
    const customer = new Leg({
      address: this.call.number,
      side: 'customer',
      session,
      connection: this.#connection,
      timers: this.#context.timers,
    });
    this.call.phase = new Bridge(this.#context, this.call, { agent: accepted.leg, customer });
    this.#context.book.answered(this.call, extension);
    this.#hooks.onLeft(this);
  }

  #answerCaller(sdp: string): Core.Session | null {
    try {
      const extraHeaders = [`${HEADERS.callId}: ${this.call.callId}`];
      return this.#request.accept({ statusCode: 200, extraHeaders, body: sdpBody(sdp) }).session;
    } catch (error) {
      this.#context.log.warn({ err: error, callId: this.call.callId }, 'a caller could not be answered');
      return null;
    }
  }

  #onFailed(extension: string, failure: InviteFailure): void {
    this.#offers.delete(extension);
    this.call.engaged.delete(extension);
    this.call.extension = [...this.#offers.keys()][0] ?? null;
    if (!this.isOffered) this.call.state = 'waiting';
    const cause = failure === 'busy' ? 'rejected' : failure;
    this.#context.emit({ type: 'call-declined', callId: this.call.callId, extension, cause });
    this.#giveUpIfTooLong();
    this.#hooks.onDeclined(this, extension);
  }

  /** A phone that is ringing when the time is over may still be picked up. */
  #giveUpIfTooLong(): void {
    if (!this.#waitedTooLong || this.isOffered || this.#left) return;
    this.#leave(480, 'timed-out');
    this.#context.book.end(this.call, 'system', 'timed-out');
  }

  #leave(status: number | null, cause: string): void {
    if (this.#left) return;
    this.#letGo();
    if (status !== null && this.#connection.isOpen) {
      this.#request.reject({ statusCode: status, extraHeaders: reasonHeaders(status, cause) });
    }
    this.#hooks.onLeft(this);
  }

  #letGo(why = 'the caller has left'): void {
    if (this.#left) return;
    this.#left = true;
    this.#context.timers.clearTimeout(this.#waitTimer);
    this.#stopWatching();
    for (const offer of this.#offers.values()) offer.cancel(why);
    this.#offers.clear();
  }
}

/** What the phone shall play instead of a ringing tone (RFC 3261 section 20.4). */
function waitingSound(url: string | null): readonly string[] {
  return url === null ? [] : [`Alert-Info: <${url}>;info=waiting`];
}
