import { AUTO_ANSWER_HEADERS, type CallContext, partyOf } from './call-context.js';
import { type LiveCall } from './call-book.js';
import { type Leg, LegError, type LegListener, otherSide, type Side, statusOf } from './leg.js';
import { type Accepted, OutgoingInvite } from './outgoing-invite.js';
import { placeholderAnswer } from './sdp.js';
import { HEADERS, reasonHeaders } from './sip-message.js';

const BUSY_RETRY_MS = 250;
const BUSY_RETRIES = 20;
/** How long a page that came back may take to pick up its call again. */
const RESUME_RING_SECONDS = 15;

/** What two phones have agreed on, and the legs that are new. */
export interface Agreement {
  readonly legs: Partial<Record<Side, Leg>>;
  readonly sdp: Readonly<Record<Side, string>>;
}

/** A phone that was picked up, and waits for the answer to its offer. */
export interface Newcomer extends Accepted {
  readonly side: Side;
}

/** Lets two phones hear each other that did not: one that comes back, or two who talked to others before. */
export class Reunion {
  readonly #context: CallContext;
  readonly #call: LiveCall;
  readonly #listener: LegListener;
  readonly #onForgotten: (leg: Leg) => void;
  /** Legs of phones that are picking up again, before both sides have agreed. */
  readonly #fresh = new Map<Leg, Side>();
  #abandon: (() => void) | null = null;

  constructor(deps: {
    readonly context: CallContext;
    readonly call: LiveCall;
    readonly listener: LegListener;
    /** A phone that was thought to be there does not know the call any more, or says nothing. */
    readonly onForgotten: (leg: Leg) => void;
  }) {
    this.#context = deps.context;
    this.#call = deps.call;
    this.#listener = deps.listener;
    this.#onForgotten = deps.onForgotten;
  }

  sideOf(leg: Leg): Side | null {
    return this.#fresh.get(leg) ?? null;
  }

  /** Stops ringing; whoever is picking up is let go with a reason, or with null left alone. */
  abandon(reason: readonly string[] | null): void {
    this.#abandon?.();
    if (reason !== null) for (const leg of this.#fresh.keys()) leg.bye(reason);
  }

  /**
   * Rings the phone that is missing, and the other one too where that has no leg. The phone that comes back makes the
   * offer: its session is new, and answering it restarts ICE and DTLS on the side that stayed, which an answer could not
   * ask for (RFC 8445 section 9).
   */
  async bringBack(asked: Side, stayed: Leg | null, isWanted: () => boolean): Promise<Agreement> {
    const other = otherSide(asked);
    try {
      const first = await this.#ring(asked, null);
      try {
        const second = stayed === null ? await this.#ringWith(other, first.sdp) : null;
        const answer = second?.sdp ?? (await this.#renew(stayed, first.sdp, isWanted));
        if (!first.leg.isUp || !isWanted()) throw new LegError(481);
        first.ack(answer);
        const legs = { [asked]: first.leg, ...(second === null ? {} : { [other]: second.leg }) };
        return { legs, sdp: bothSides(asked, first.sdp, answer) };
      } catch (error) {
        first.ack(placeholderAnswer(first.sdp));
        for (const leg of this.#fresh.keys()) leg.bye(reasonHeaders(500, 'failed'));
        throw error;
      }
    } finally {
      this.#fresh.clear();
    }
  }

  /** The offer of a phone that was just picked up goes to the one that is there. */
  async introduce(newcomer: Newcomer, other: Leg, isWanted: () => boolean): Promise<Agreement> {
    const { side: offering, sdp: offer } = newcomer;
    try {
      const answer = await this.#renew(other, offer, isWanted);
      newcomer.ack(answer);
      return { legs: {}, sdp: bothSides(offering, offer, answer) };
    } catch (error) {
      newcomer.ack(placeholderAnswer(offer));
      throw error;
    }
  }

  /** Repeats what a phone is not ready for yet: it still works on the answer before (491, or 500 with Retry-After). */
  async patiently<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries >= BUSY_RETRIES || !isWanted() || ![491, 500].includes(statusOf(error))) throw error;
      }
      await new Promise<void>((resolve) => {
        this.#context.timers.setTimeout(resolve, BUSY_RETRY_MS);
      });
    }
  }

  /** Offers a phone that is there something new. */
  async #renew(leg: Leg | null, offer: string, isWanted: () => boolean): Promise<string> {
    if (leg === null) throw new LegError(481);
    const answered = await this.#orForget(leg, () => this.patiently(() => leg.reinvite(offer), isWanted));
    answered.ack(null);
    if (answered.sdp === null) throw new LegError(488);
    return answered.sdp;
  }

  async #orForget<T>(leg: Leg, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (leg.isUp && [408, 481].includes(statusOf(error))) {
        leg.bye();
        this.#onForgotten(leg);
      }
      throw error;
    }
  }

  async #ringWith(side: Side, offer: string): Promise<Accepted> {
    const accepted = await this.#ring(side, offer);
    accepted.ack(null);
    return accepted;
  }

  #ring(side: Side, offer: string | null): Promise<Accepted> {
    return new Promise((resolve, reject) => {
      const { registrar, timers, realm } = this.#context;
      const { address, from, headers: introduction } = partyOf(this.#context, this.#call, side);
      const registration = registrar.find(address);
      if (registration === null) {
        reject(new LegError(480));
        return;
      }
      const headers = [...introduction, ...AUTO_ANSWER_HEADERS, `${HEADERS.resume}: 1`];
      const ringing = new OutgoingInvite(
        { timers },
        { registration, realm, from, headers, offer, ringSeconds: RESUME_RING_SECONDS },
        {
          onAccepted: (accepted) => {
            this.#abandon = null;
            accepted.leg.listener = this.#listener;
            this.#fresh.set(accepted.leg, side);
            resolve(accepted);
          },
          onFailed: (_failure, status) => {
            this.#abandon = null;
            reject(new LegError(status));
          },
        },
      );
      this.#abandon = () => {
        this.#abandon = null;
        ringing.cancel('The call has ended');
        reject(new LegError(487));
      };
    });
  }
}

function bothSides(offering: Side, offer: string, answer: string): Readonly<Record<Side, string>> {
  return offering === 'agent' ? { agent: offer, customer: answer } : { agent: answer, customer: offer };
}
