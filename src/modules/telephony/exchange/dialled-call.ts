import { type EndCause, type EndedBy } from '../telephony.port.js';
import { Bridge } from './bridge.js';
import { AUTO_ANSWER_HEADERS, agentInvite, type CallContext, partyOf } from './call-context.js';
import { type CallPhase, type LiveCall } from './call-book.js';
import { type ExchangeQueue } from './exchange.port.js';
import { type InfoRequest, type Leg, type LegListener, type ReinviteRequest } from './leg.js';
import { type Accepted, OutgoingInvite } from './outgoing-invite.js';
import { placeholderAnswer } from './sdp.js';
import { type InviteFailure, reasonHeaders } from './sip-message.js';

const STATUS_OF: Readonly<Record<InviteFailure, number>> = {
  busy: 486,
  rejected: 603,
  'no-answer': 408,
  unreachable: 480,
};

/** Whom the agent is to talk to. A number is that of the call. */
export type FarEnd =
  | { readonly kind: 'number'; readonly ringSeconds: number }
  | { readonly kind: 'agent'; readonly extension: string; readonly ringSeconds: number }
  | { readonly kind: 'queue'; readonly queue: ExchangeQueue };

export interface DialPlan {
  readonly autoAnswer: boolean;
  readonly agentRingSeconds: number;
  readonly far: FarEnd;
}

/**
 * A call the application dials: the agent first, then the customer; or in a consultation another agent, or a queue.
 *
 * ```txt
 *  agent's phone rings ──picked up──► customer's phone rings ──picked up──► Bridge
 *   │                                  │ (a queue: QueuedCall)               │
 *   │ INVITE without offer             │ INVITE with the agent's offer       │ the agent's phone is asked for its offer
 *   │ not picked up                    │ not picked up: BYE to the agent     │ again, and given the customer's answer
 *   └──► ended (not-taken)             └──► ended (busy, no-answer, …)
 * ```
 *
 * The agent's offer is acknowledged at once with an answer that opens no media (see `placeholderAnswer`), so that the
 * agent can hang up while the customer's phone rings, however long that takes.
 */
export class DialledCall implements CallPhase, LegListener {
  readonly #context: CallContext;
  readonly #call: LiveCall;
  readonly #extension: string;
  readonly #plan: DialPlan;
  #ringing: OutgoingInvite | null = null;
  #agent: Leg | null = null;

  constructor(context: CallContext, call: LiveCall, extension: string, plan: DialPlan) {
    this.#context = context;
    this.#call = call;
    this.#extension = extension;
    this.#plan = plan;
  }

  /** Rings the agent's phone. */
  start(): void {
    const { autoAnswer, agentRingSeconds } = this.#plan;
    const extension = this.#extension;
    const registration = this.#context.registrar.find(extension);
    if (registration === null) {
      this.#onAgentFailed('unreachable');
      return;
    }
    const { from, headers } = agentInvite(this.#context, this.#call);
    this.#ringing = new OutgoingInvite(
      this.#context,
      {
        registration,
        realm: this.#context.realm,
        from,
        headers: autoAnswer ? [...headers, ...AUTO_ANSWER_HEADERS] : headers,
        offer: null,
        ringSeconds: agentRingSeconds,
      },
      {
        onAccepted: (accepted) => {
          this.#onAgentAccepted(accepted);
        },
        onFailed: (failure) => {
          this.#onAgentFailed(failure);
        },
      },
    );
    this.#context.emit({ type: 'call-offered', callId: this.#call.callId, extension });
  }

  hangUp(by: EndedBy): void {
    this.#end(by, this.#agent === null ? 'not-taken' : 'no-answer', 487);
  }

  onRegistered(): void {
    // Nobody talks yet: a phone that went away has ended the attempt already.
  }

  dispose(): void {
    this.#ringing?.cancel('The call has ended');
    this.#ringing = null;
  }

  onBye(): void {
    this.#agent = null;
    this.#end('agent', 'no-answer', 487);
  }

  onInfo(_leg: Leg, request: InfoRequest): void {
    request.respond(480);
  }

  /** There is nobody to hear it: an agent who turns to another call meanwhile may. */
  onReinvite(_leg: Leg, request: ReinviteRequest): void {
    request.accept(placeholderAnswer(request.offer));
  }

  onLost(): void {
    this.#agent = null;
    this.#end('system', 'dropped', 503);
  }

  #onAgentAccepted(accepted: Accepted): void {
    const { far } = this.#plan;
    this.#agent = accepted.leg;
    accepted.leg.listener = this;
    accepted.ack(placeholderAnswer(accepted.sdp));
    this.#ringing = null;
    this.#call.state = 'dialling';
    this.#context.emit({ type: 'call-accepted', callId: this.#call.callId, extension: this.#extension });
    if (!this.#context.book.isLive(this.#call)) return;
    if (far.kind !== 'queue') this.#ringFar(far, accepted.sdp);
    else this.#context.lines.takeIn(this.#call, far.queue, { leg: accepted.leg, side: 'agent', place: 'back' });
  }

  #ringFar(far: Exclude<FarEnd, { readonly kind: 'queue' }>, offer: string): void {
    const { book, registrar, realm, emit } = this.#context;
    const { callId } = this.#call;
    if (far.kind === 'agent') this.#call.peer = far.extension;
    const address = this.#call.otherAddress;
    const registration = registrar.find(address);
    if (registration === null || book.isEngaged(address, this.#call)) {
      const failure = registration === null ? 'unreachable' : 'busy';
      this.#end('system', failure, STATUS_OF[failure]);
      return;
    }
    this.#call.engaged.add(address);
    this.#ringing = new OutgoingInvite(
      this.#context,
      {
        registration,
        realm,
        ...partyOf(this.#context, this.#call, 'customer'),
        offer,
        ringSeconds: far.ringSeconds,
      },
      {
        onAccepted: (answered) => {
          this.#onFarAccepted(answered);
        },
        onFailed: (failure) => {
          this.#onFarFailed(failure);
        },
      },
    );
    if (far.kind === 'agent') emit({ type: 'call-offered', callId, extension: far.extension });
  }

  #onFarAccepted(answered: Accepted): void {
    answered.ack(null);
    this.#ringing = null;
    const bridge = new Bridge(this.#context, this.#call, { agent: this.#agent, customer: answered.leg });
    this.#call.phase = bridge;
    this.#context.book.answered(this.#call, this.#extension, this.#call.peer);
    void bridge.giveAnswer(answered.sdp);
  }

  #onFarFailed(failure: InviteFailure): void {
    const { callId, peer } = this.#call;
    const isTheirs = failure === 'busy' || failure === 'rejected';
    if (peer !== null) {
      const cause = failure === 'busy' ? 'rejected' : failure;
      this.#context.emit({ type: 'call-declined', callId, extension: peer, cause });
    }
    this.#end(!isTheirs ? 'system' : peer === null ? 'customer' : 'agent', failure, STATUS_OF[failure]);
  }

  #onAgentFailed(failure: InviteFailure): void {
    const extension = this.#extension;
    const cause = failure === 'busy' ? 'rejected' : failure;
    this.#context.emit({ type: 'call-declined', callId: this.#call.callId, extension, cause });
    this.#end(cause === 'rejected' ? 'agent' : 'system', 'not-taken', STATUS_OF[failure]);
  }

  #end(by: EndedBy, cause: EndCause, status: number): void {
    this.dispose();
    this.#agent?.bye(reasonHeaders(status, cause));
    this.#context.book.end(this.#call, by, cause);
  }
}
