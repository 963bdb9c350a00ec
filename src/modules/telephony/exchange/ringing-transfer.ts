import { type TransferFailure, type TransferRequest } from '../telephony.port.js';
import { type Attempt, type Bridge } from './bridge.js';
import { agentInvite, type CallContext, customerInvite } from './call-context.js';
import { type LiveCall } from './call-book.js';
import { type Accepted, OutgoingInvite } from './outgoing-invite.js';
import { type Registration } from './registrar.js';

/** A phone, an agent's or a number's, that is rung for a call which another agent sends on. */
export type PhoneTarget = Exclude<TransferRequest['target'], { readonly kind: 'queue' }>;

/**
 * A call that is being sent to a phone, beside the bridge of the agent who sends it and the customer.
 *
 * ```txt
 *  target's phone rings ──picked up──► the agent's leg is replaced, or the call ends for us (a number)
 *   │ INVITE without offer              │ its offer goes to the customer's phone, whose answer acknowledges it
 *   │ not picked up, or taken back
 *   └──► transfer-failed: the bridge is as it was
 * ```
 *
 * The first of picking up, giving up and taking back wins: the invitation is settled once, and a phone that was picked up
 * in the same moment as it was cancelled is hung up.
 */
export class RingingTransfer implements Attempt {
  readonly #context: CallContext;
  readonly #call: LiveCall;
  readonly #bridge: Bridge;
  readonly #request: TransferRequest;
  readonly #onNumberAnswered: (accepted: Accepted, number: string) => void;
  #ringing: OutgoingInvite | null = null;

  constructor(deps: {
    readonly context: CallContext;
    readonly call: LiveCall;
    readonly bridge: Bridge;
    readonly request: TransferRequest;
    /** The customer shall be left alone with that phone. */
    readonly onNumberAnswered: (accepted: Accepted, number: string) => void;
  }) {
    this.#context = deps.context;
    this.#call = deps.call;
    this.#bridge = deps.bridge;
    this.#request = deps.request;
    this.#onNumberAnswered = deps.onNumberAnswered;
  }

  start(target: PhoneTarget, registration: Registration): void {
    const { timers, realm, emit } = this.#context;
    const { callId, extension, targetRingSeconds } = this.#request;
    const introduce = target.kind === 'agent' ? agentInvite : customerInvite;
    this.#call.engaged.add(addressOf(target));
    this.#call.transfer = target;
    this.#bridge.begin(this);
    this.#ringing = new OutgoingInvite(
      { timers },
      { registration, realm, ...introduce(this.#context, this.#call), offer: null, ringSeconds: targetRingSeconds },
      {
        onAccepted: (accepted) => {
          this.#onAccepted(target, accepted);
        },
        onFailed: (failure) => {
          this.#fail(target, failure);
        },
      },
    );
    emit({ type: 'transfer-started', callId, extension, target });
  }

  cancel(): void {
    this.#ringing?.cancel('The call has ended');
  }

  /** The agent wants it back. */
  takeBack(): void {
    const { transfer } = this.#call;
    if (transfer === null || transfer.kind === 'queue') return;
    this.#ringing?.cancel('The call was taken back');
    this.#fail(transfer, 'taken-back');
  }

  #onAccepted(target: PhoneTarget, accepted: Accepted): void {
    this.#call.transfer = null;
    if (target.kind === 'number') this.#onNumberAnswered(accepted, target.number);
    else this.#bridge.handOver({ accepted }, { extension: target.extension, queue: null, how: 'blind' });
  }

  #fail(target: PhoneTarget, cause: TransferFailure): void {
    const { callId, extension } = this.#request;
    this.#call.transfer = null;
    this.#call.engaged.delete(addressOf(target));
    this.#bridge.attemptFailed();
    this.#context.emit({ type: 'transfer-failed', callId, extension, cause });
    this.#context.lines.distribute();
  }
}

export function addressOf(target: PhoneTarget): string {
  return target.kind === 'agent' ? target.extension : target.number;
}
