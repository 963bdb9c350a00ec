import { type CallDirection } from '../../../shared/agent-state.js';
import { type CallTarget, type EndCause, type EndedBy, type TelephonyCall } from '../telephony.port.js';

/** A channel of the exchange: commands want its name, events tell its id. */
export interface ChannelRef {
  readonly id: string;
  readonly name: string;
}

/**
 * A channel that is not part of the talk yet.
 *
 * - `agent` and `customer` ring: for a queue, or because they were dialled.
 * - `target` rings for a transfer, `returning` is the agent's page that takes its call again. Both take the customer over
 *   once they are in one bridge (`hand-over.ts`); so does `joining`, the other side of a consultation.
 */
export interface Leg {
  readonly kind: 'agent' | 'customer' | 'target' | 'returning' | 'joining';
  /** Of an agent's phone; null of a customer or a number. */
  readonly extension: string | null;
  /** What it is called by, where we call it: told by Asterisk when it cannot even make a channel. */
  readonly dialString?: string;
  /** Of one that joins: the consultation it comes from. */
  readonly second?: string;
  /** Empty until the exchange has told it. */
  name: string;
  /** How ringing it ended, in Asterisk's word; null while it rings. */
  dialStatus: string | null;
  /** The Q.850 cause its phone, or its network, hung it up with; null while it did not. */
  hangupCause: number | null;
}

export function newLeg(of: Pick<Leg, 'kind' | 'extension'> & Partial<Leg>): Leg {
  return { name: '', dialStatus: null, hangupCause: null, ...of };
}

/** A call sent on by its agent that nobody has taken yet. */
export interface TransferAttempt {
  readonly target: CallTarget;
  readonly from: string;
  isTakenBack: boolean;
}

/**
 * A call as the events have told it so far. Its channels come and go: the agent's when a page is reloaded or the call sent
 * on, the customer's never, so that the call lives as long as that; a dialled one begins with the agent's.
 */
export class TrackedCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly startedAt: number;
  /** Of a consultation, the call it was dialled beside. */
  readonly consults: string | null;
  /** Of a consultation: agents are rung, whose extensions are told; not a number outside. */
  readonly asksAgent: boolean;
  queue: string | null;
  extension: string | null;
  state: TelephonyCall['state'];
  answeredAt: number | null = null;
  /** Of a consultation: who is asked. Null until there is one who has answered. */
  customer: ChannelRef | null = null;
  /** Null while nobody has answered, and while the agent's page is away. */
  agent: ChannelRef | null = null;
  readonly legs = new Map<string, Leg>();
  /** Who asked first for the end, by a phone or by a command. */
  endAskedBy: EndedBy | null = null;
  /** The queue let the customer go, of its own accord. */
  hasLeftQueue = false;
  /** How ringing the agent of a dialled call ended without an answer. */
  readonly agentLeg: Leg;
  /** The customer is kept for the agent, whose page went away. */
  isKept = false;
  attempt: TransferAttempt | null = null;
  /** Of a consultation, the other agent's extension, once rung. */
  peer: string | null = null;
  /** The other call of the conference it is in. */
  conference: string | null = null;
  alsoKnownAs: readonly string[] = [];

  constructor(of: {
    readonly callId: string;
    readonly direction: CallDirection;
    readonly number: string;
    readonly queue: string | null;
    readonly extension: string | null;
    readonly startedAt: number;
    readonly state: TelephonyCall['state'];
    readonly consults?: string | null;
    readonly asksAgent?: boolean;
  }) {
    this.callId = of.callId;
    this.direction = of.direction;
    this.number = of.number;
    this.queue = of.queue;
    this.extension = of.extension;
    this.startedAt = of.startedAt;
    this.state = of.state;
    this.consults = of.consults ?? null;
    this.asksAgent = of.asksAgent ?? false;
    this.agentLeg = newLeg({ kind: 'agent', extension: of.extension });
  }

  /** Its agent's phone was called first. */
  get isDialled(): boolean {
    return this.direction !== 'inbound';
  }

  /** The queue that is asked; null of all other calls. */
  get queueOfConsultation(): string | null {
    return this.consults === null ? null : this.queue;
  }

  get isTalking(): boolean {
    return this.state === 'talking' || this.state === 'on-hold';
  }

  /** Both sides are there, so that it can be sent on, joined and conferred. */
  get isComplete(): boolean {
    return this.isTalking && this.customer !== null && this.agent !== null;
  }

  /** The name of the channel that stands for the call: the customer's, until there is one the agent's. */
  get channel(): string {
    return (this.customer ?? this.agent)?.name ?? '';
  }

  /** Whose channel it is; null for a leg that only rings, or none of this call. */
  sideOf(channelId: string): 'agent' | 'customer' | null {
    if (channelId === this.customer?.id) return 'customer';
    return channelId === this.agent?.id ? 'agent' : null;
  }

  channelIds(): readonly string[] {
    return [this.customer?.id, this.agent?.id, ...this.legs.keys()].filter((id) => id !== undefined);
  }

  ringingLeg(extension: string): string | null {
    for (const [id, leg] of this.legs) if (leg.extension === extension) return id;
    return null;
  }

  legOf(kind: Leg['kind']): readonly [string, Leg] | null {
    return [...this.legs].find(([, leg]) => leg.kind === kind) ?? null;
  }

  /** How it has ended, now that its channel is gone. */
  ending(): { readonly by: EndedBy; readonly cause: EndCause } {
    if (this.isTalking) return this.#endingOfTalk();
    // Sent on to a queue, a dialled call waits like any other.
    return this.isDialled && this.answeredAt === null ? this.#endingOfDialling() : this.#endingOfWaiting();
  }

  toTelephonyCall(): TelephonyCall {
    const { callId, direction, number, queue, extension, state, startedAt, answeredAt } = this;
    return {
      ...{ callId, direction, number, queue, extension, state, startedAt, answeredAt },
      ...(this.consults !== null && { consults: this.consults }),
      ...(this.peer !== null && { peer: this.peer }),
      ...(this.attempt !== null && { transfer: this.attempt.target }),
      ...(this.conference !== null && { conference: this.conference }),
      ...(this.alsoKnownAs.length > 0 && { alsoKnownAs: this.alsoKnownAs }),
    };
  }

  #endingOfTalk(): { readonly by: EndedBy; readonly cause: EndCause } {
    // Nobody hung up: a leg was lost, or somebody pulled the call away at the exchange.
    if (this.endAskedBy === null) return { by: 'system', cause: 'dropped' };
    return { by: this.endAskedBy, cause: 'hung-up' };
  }

  #endingOfWaiting(): { readonly by: EndedBy; readonly cause: EndCause } {
    // Asterisk calls it an abandoned call when the time was up, too; but then nobody asked for the end.
    if (this.endAskedBy === null && this.hasLeftQueue) return { by: 'system', cause: 'timed-out' };
    return { by: this.endAskedBy ?? 'customer', cause: 'abandoned' };
  }

  #endingOfDialling(): { readonly by: EndedBy; readonly cause: EndCause } {
    if (this.state === 'offered') {
      const by = this.endAskedBy ?? (declineCause(this.agentLeg) === 'rejected' ? 'agent' : 'system');
      return { by, cause: 'not-taken' };
    }
    const customer = [...this.legs.values()].find(({ kind }) => kind === 'customer');
    const cause = customer === undefined ? 'unreachable' : customerCause(customer);
    if (cause !== null && (this.endAskedBy === null || this.endAskedBy === 'customer')) {
      return { by: cause === 'busy' || cause === 'rejected' ? 'customer' : 'system', cause };
    }
    return { by: this.endAskedBy ?? 'system', cause: 'no-answer' };
  }
}

/** Why an agent's phone did not take a call. */
export function declineCause({ dialStatus, hangupCause }: Leg): 'rejected' | 'no-answer' | 'unreachable' {
  const reason = reasonOf(hangupCause) ?? STATUSES[dialStatus ?? ''] ?? 'no-answer';
  return reason === 'busy' ? 'rejected' : reason;
}

/** Why the target of a transfer did not take it. */
export function failureOf({ dialStatus, hangupCause }: Leg): Reason {
  return reasonOf(hangupCause) ?? STATUSES[dialStatus ?? ''] ?? 'no-answer';
}

/** Why a dialled customer did not answer; null when ringing was called off by our side. */
function customerCause({ dialStatus, hangupCause }: Leg): Reason | null {
  return reasonOf(hangupCause) ?? STATUSES[dialStatus ?? ''] ?? null;
}

type Reason = 'busy' | 'rejected' | 'no-answer' | 'unreachable';

/** Asterisk's word says NOANSWER of nearly everything; what the other side gave as its cause says more. */
function reasonOf(hangupCause: number | null): Reason | null {
  if (hangupCause === null || hangupCause === NORMAL_CLEARING || hangupCause === 0) return null;
  return CAUSES[hangupCause] ?? 'unreachable';
}

const NORMAL_CLEARING = 16;
/** Of Q.850; all others are numbers that do not exist, networks that fail, and the like. */
const CAUSES: Readonly<Record<number, Reason>> = { 17: 'busy', 18: 'no-answer', 19: 'no-answer', 21: 'rejected' };
const STATUSES: Readonly<Record<string, Reason>> = {
  BUSY: 'busy',
  NOANSWER: 'no-answer',
  CHANUNAVAIL: 'unreachable',
  CONGESTION: 'unreachable',
};
