import { type CallDirection } from '../../../shared/agent-state.js';
import { type EndCause, type EndedBy, type TelephonyCall } from '../telephony.port.js';

/** A channel of a call beside the one the call is named after. */
export interface Leg {
  readonly side: 'agent' | 'customer';
  /** Of the agent's side. */
  readonly extension: string | null;
  /** How ringing it ended, in Asterisk's word; null while it rings. */
  dialStatus: string | null;
  /** The Q.850 cause its phone, or its network, hung it up with; null while it did not. */
  hangupCause: number | null;
}

/**
 * A call as the events have told it so far. It is named after one channel, which lives as long as the call: the
 * customer's of a call to a queue, the agent's of a dialled one.
 */
export class TrackedCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly queue: string | null;
  readonly startedAt: number;
  /** Of the channel it is named after, for commands. */
  channel: string;
  extension: string | null;
  state: TelephonyCall['state'];
  answeredAt: number | null = null;
  readonly legs = new Map<string, Leg>();
  /** The one leg that talks with the named channel. */
  talkingLeg: string | null = null;
  /** Who asked first for the end, by a phone or by a command. */
  endAskedBy: EndedBy | null = null;
  /** The queue let the customer go, of its own accord. */
  hasLeftQueue = false;
  /** How ringing the agent of a dialled call ended without an answer. */
  readonly agentLeg: Leg;

  constructor(of: {
    readonly callId: string;
    readonly direction: CallDirection;
    readonly number: string;
    readonly queue: string | null;
    readonly extension: string | null;
    readonly channel: string;
    readonly startedAt: number;
    readonly state: TelephonyCall['state'];
  }) {
    this.callId = of.callId;
    this.direction = of.direction;
    this.number = of.number;
    this.queue = of.queue;
    this.extension = of.extension;
    this.channel = of.channel;
    this.startedAt = of.startedAt;
    this.state = of.state;
    this.agentLeg = { side: 'agent', extension: of.extension, dialStatus: null, hangupCause: null };
  }

  get isDialled(): boolean {
    return this.direction !== 'inbound';
  }

  get isTalking(): boolean {
    return this.state === 'talking' || this.state === 'on-hold';
  }

  /** Whose channel it is; null for a leg that only rings for a queue, or none of this call. */
  sideOf(channelId: string): 'agent' | 'customer' | null {
    if (channelId === this.callId) return this.isDialled ? 'agent' : 'customer';
    const leg = this.legs.get(channelId);
    if (leg === undefined) return null;
    return leg.side === 'customer' || channelId === this.talkingLeg ? leg.side : null;
  }

  ringingLeg(extension: string): string | null {
    for (const [id, leg] of this.legs) if (leg.extension === extension && id !== this.talkingLeg) return id;
    return null;
  }

  /** How it has ended, now that its channel is gone. */
  ending(): { readonly by: EndedBy; readonly cause: EndCause } {
    if (this.answeredAt !== null) return this.#endingOfTalk();
    return this.isDialled ? this.#endingOfDialling() : this.#endingOfWaiting();
  }

  toTelephonyCall(): TelephonyCall {
    const { callId, direction, number, queue, extension, state, startedAt, answeredAt } = this;
    return { callId, direction, number, queue, extension, state, startedAt, answeredAt };
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
    const customer = [...this.legs.values()].find(({ side }) => side === 'customer');
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
