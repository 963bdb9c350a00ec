import { type EndedBy } from '../telephony.port.js';
import { Bridge } from './bridge.js';
import { agentInvite, askedInvite, type CallContext } from './call-context.js';
import { type CallPhase, type LiveCall } from './call-book.js';
import { type ExchangeQueue } from './exchange.port.js';
import { type Accepted, OutgoingInvite } from './outgoing-invite.js';
import { type InviteFailure, reasonHeaders } from './sip-message.js';
import { type WaitingPhone, type WhyGone } from './waiting-phone.js';

export interface QueuedCallHooks {
  /** An agent's phone was rung in vain. */
  onDeclined(waiting: QueuedCall, extension: string): void;
  /** It waits no longer: answered, given up, or ended. */
  onLeft(waiting: QueuedCall): void;
}

/**
 * Somebody in a queue: told the position, offered to the phones the queue chooses, given to the first that is picked up.
 * Who waits is a customer, or in a consultation an agent, who then stands on the agent's side of the call as ever.
 */
export class QueuedCall implements CallPhase {
  readonly call: LiveCall;
  readonly queue: ExchangeQueue;
  readonly #context: CallContext;
  readonly #hooks: QueuedCallHooks;
  readonly #phone: WaitingPhone;
  readonly #offers = new Map<string, OutgoingInvite>();
  readonly #waitTimer: unknown;
  #position = 0;
  #waitedTooLong = false;
  #left = false;

  constructor(
    context: CallContext,
    waiting: { readonly call: LiveCall; readonly queue: ExchangeQueue; readonly phone: WaitingPhone },
    hooks: QueuedCallHooks,
  ) {
    this.#context = context;
    this.#hooks = hooks;
    this.call = waiting.call;
    this.queue = waiting.queue;
    this.#phone = waiting.phone;
    this.#phone.onGone = (why) => {
      this.#onGone(why);
    };
    this.#waitTimer = context.timers.setTimeout(() => {
      this.#waitedTooLong = true;
      this.#giveUpIfTooLong();
    }, this.queue.maxWaitSeconds * 1000);
  }

  get isOffered(): boolean {
    return this.#offers.size > 0;
  }

  /** Tells the caller the place in the queue, from 1, when it has changed. */
  tellPosition(position: number): void {
    if (position === this.#position || this.#left) return;
    this.#position = position;
    this.#phone.tellPosition(position, this.queue.promptUrl);
  }

  /** Rings a member's phone; false when it is not there any more. */
  offerTo(extension: string): boolean {
    const { registrar, realm, timers, emit } = this.#context;
    const registration = registrar.find(extension);
    if (registration === null || this.#left) return false;
    const { from, headers } = (this.#isConsultation ? askedInvite : agentInvite)(this.#context, this.call);
    this.call.engaged.add(extension);
    this.#offers.set(
      extension,
      new OutgoingInvite(
        { timers },
        { registration, realm, from, headers, offer: this.#phone.offer, ringSeconds: this.queue.ringSeconds },
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
    if (this.#isConsultation) this.call.peer ??= extension;
    else this.call.extension ??= extension;
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

  get #isConsultation(): boolean {
    return this.#phone.side === 'agent';
  }

  #onGone(why: WhyGone): void {
    this.#leave(null, 'abandoned');
    const { book } = this.#context;
    if (!this.#isConsultation) book.end(this.call, 'customer', 'abandoned');
    else if (why === 'hung-up') book.end(this.call, 'agent', 'no-answer');
    else book.end(this.call, 'system', 'dropped');
  }

  #onAccepted(extension: string, accepted: Accepted): void {
    this.#offers.delete(extension);
    this.#letGo('answered elsewhere');
    const connected = this.#phone.connect(accepted);
    if (connected === null) {
      accepted.leg.bye(reasonHeaders(500, 'failed'));
      this.#hooks.onLeft(this);
      this.#context.book.end(this.call, 'system', 'failed');
      return;
    }
    const { leg, isAnswered } = connected;
    const legs = this.#isConsultation ? { agent: leg, customer: accepted.leg } : { agent: accepted.leg, customer: leg };
    const bridge = new Bridge(this.#context, this.call, legs);
    this.call.phase = bridge;
    const { book } = this.#context;
    if (this.#isConsultation) book.answered(this.call, this.call.extension ?? '', extension);
    else book.answered(this.call, extension);
    this.#hooks.onLeft(this);
    if (!isAnswered) bridge.introduce(this.#isConsultation ? 'customer' : 'agent', accepted);
  }

  #onFailed(extension: string, failure: InviteFailure): void {
    this.#offers.delete(extension);
    this.call.engaged.delete(extension);
    const [next = null] = this.#offers.keys();
    if (this.#isConsultation) this.call.peer = next;
    else this.call.extension = next;
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
    if (status !== null) this.#phone.turnAway(status, cause);
    this.#hooks.onLeft(this);
  }

  #letGo(why = 'the caller has left'): void {
    if (this.#left) return;
    this.#left = true;
    this.#context.timers.clearTimeout(this.#waitTimer);
    this.#phone.dispose();
    for (const offer of this.#offers.values()) offer.cancel(why);
    this.#offers.clear();
  }
}
