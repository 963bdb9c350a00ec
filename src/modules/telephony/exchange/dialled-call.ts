import { type DialRequest, type EndCause, type EndedBy } from '../telephony.port.js';
import { Bridge } from './bridge.js';
import { AUTO_ANSWER_HEADERS, agentInvite, type CallContext, customerInvite } from './call-context.js';
import { type CallPhase, type LiveCall } from './call-book.js';
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

/**
 * A call the application dials: the agent first, then the customer.
 *
 * ```txt
 *  agent's phone rings ──picked up──► customer's phone rings ──picked up──► Bridge
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
  readonly #request: DialRequest;
  #ringing: OutgoingInvite | null = null;
  #agent: Leg | null = null;

  constructor(context: CallContext, call: LiveCall, request: DialRequest) {
    this.#context = context;
    this.#call = call;
    this.#request = request;
  }

  /** Rings the agent's phone. */
  start(): void {
    const { extension, autoAnswer, agentRingSeconds } = this.#request;
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

  onReinvite(_leg: Leg, request: ReinviteRequest): void {
    request.reject(491);
  }

  onLost(): void {
    this.#agent = null;
    this.#end('system', 'dropped', 503);
  }

  #onAgentAccepted(accepted: Accepted): void {
    const { callId, number } = this.#call;
    this.#agent = accepted.leg;
    accepted.leg.listener = this;
    accepted.ack(placeholderAnswer(accepted.sdp));
    this.#call.state = 'dialling';
    this.#context.emit({ type: 'call-accepted', callId, extension: this.#request.extension });
    if (!this.#context.book.isLive(this.#call)) return;
    const registration = this.#context.registrar.find(number);
    const other = this.#context.book.findByAddress(number, this.#call);
    if (registration === null || other !== null) {
      const failure = registration === null ? 'unreachable' : 'busy';
      this.#end('system', failure, STATUS_OF[failure]);
      return;
    }
    this.#call.engaged.add(number);
    this.#ringing = new OutgoingInvite(
      this.#context,
      {
        registration,
        realm: this.#context.realm,
        ...customerInvite(this.#context, this.#call),
        offer: accepted.sdp,
        ringSeconds: this.#request.customerRingSeconds,
      },
      {
        onAccepted: (answered) => {
          this.#onCustomerAccepted(answered);
        },
        onFailed: (failure) => {
          const by = failure === 'busy' || failure === 'rejected' ? 'customer' : 'system';
          this.#end(by, failure, STATUS_OF[failure]);
        },
      },
    );
  }

  #onCustomerAccepted(answered: Accepted): void {
    answered.ack(null);
    this.#ringing = null;
    const bridge = new Bridge(this.#context, this.#call, { agent: this.#agent, customer: answered.leg });
    this.#call.phase = bridge;
    this.#context.book.answered(this.#call, this.#request.extension);
    void bridge.giveAnswer(answered.sdp);
  }

  #onAgentFailed(failure: InviteFailure): void {
    const { extension } = this.#request;
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
