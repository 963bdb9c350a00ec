import { type EndedBy } from '../telephony.port.js';
import { AUTO_ANSWER_HEADERS, agentInvite, type CallContext, customerInvite } from './call-context.js';
import { type CallPhase, type LiveCall } from './call-book.js';
import {
  type InfoRequest,
  type Leg,
  LegError,
  type LegListener,
  otherSide,
  type ReinviteRequest,
  type Side,
} from './leg.js';
import { type Accepted, OutgoingInvite } from './outgoing-invite.js';
import { placeholderAnswer, putsOnHold } from './sdp.js';
import { HEADERS, reasonHeaders } from './sip-message.js';

const RETRY_MS = 1000;
const BUSY_RETRY_MS = 250;
const BUSY_RETRIES = 20;
/** How long a page that came back may take to pick up its call again. */
const RESUME_RING_SECONDS = 15;
const RELAYED_INFO = /^application\/dtmf(-relay)?\b/i;

/**
 * Two people who talk. Each side's session descriptions are handed to the other, so that media goes between the phones.
 *
 * ```txt
 *            re-INVITE, INFO: relayed                      grace time is over
 *  ┌─────────────────────────────────┐   a leg is lost   ┌──────────────────► ended (dropped)
 *  both legs up ─────────────────────┼──────────────────► a leg is away
 *    │ BYE                           └── both invited ────┘ its phone registers: INVITE with X-Citrus-Resume
 *    └──► ended (hung-up)
 * ```
 *
 * A leg that is lost hangs nobody up: a page that reloads registers again within seconds, and its call is given back
 * by an offer of the new page that the old side answers in a re-INVITE.
 */
export class Bridge implements CallPhase, LegListener {
  readonly #context: CallContext;
  readonly #call: LiveCall;
  readonly #legs: Record<Side, Leg | null>;
  /** Legs of phones that are picking up again, before both sides have agreed. */
  readonly #fresh = new Set<Leg>();
  #ringing: OutgoingInvite | null = null;
  /** One negotiation at a time: whoever wants another is told to try again. */
  #negotiating = false;
  #heldByAgent = false;
  #graceTimer: unknown = null;
  #retryTimer: unknown = null;

  constructor(context: CallContext, call: LiveCall, legs: Readonly<Record<Side, Leg | null>>) {
    this.#context = context;
    this.#call = call;
    this.#legs = { ...legs };
    for (const leg of Object.values(legs)) if (leg !== null) leg.listener = this;
  }

  /** For a call of which the process that carried it is gone: waits for both phones. */
  awaitPhones(): void {
    this.#call.state = 'on-hold';
    this.#startGrace();
  }

  /** Gives the agent's phone the customer's answer in place of the one that opened no media. */
  async giveAnswer(answer: string): Promise<void> {
    this.#negotiating = true;
    try {
      const offered = await this.#patiently(() => this.#requireLeg('agent').reinvite(null));
      offered.ack(answer);
    } catch (error) {
      this.#context.log.warn({ err: error, callId: this.#call.callId }, 'a dialled call could not be joined');
      // An agent's leg that was lost meanwhile is waited for like any other.
      if (this.#legs.agent !== null) this.#endAll('system', 'failed', reasonHeaders(500, 'failed'));
    }
    this.#negotiating = false;
    this.#reconnect();
  }

  hangUp(by: EndedBy): void {
    this.#endAll(by, 'hung-up', reasonHeaders(200, 'hung-up'));
  }

  onRegistered(): void {
    this.#reconnect();
  }

  dispose(): void {
    const { timers } = this.#context;
    timers.clearTimeout(this.#graceTimer);
    timers.clearTimeout(this.#retryTimer);
    this.#ringing?.cancel('The call has ended');
    this.#ringing = null;
  }

  onBye(leg: Leg): void {
    if (!this.#isMine(leg)) return;
    this.#endAll(leg.side, 'hung-up', reasonHeaders(200, 'hung-up'));
  }

  onInfo(leg: Leg, request: InfoRequest): void {
    const other = this.#legs[otherSide(leg.side)];
    if (!RELAYED_INFO.test(request.contentType)) request.respond(415);
    else if (other === null) request.respond(480);
    else {
      other.info([], request).then(
        () => {
          request.respond(200);
        },
        (error: unknown) => {
          request.respond(statusOf(error));
        },
      );
    }
  }

  onReinvite(leg: Leg, request: ReinviteRequest): void {
    const other = this.#legs[otherSide(leg.side)];
    if (this.#negotiating || other === null || this.#legs[leg.side] !== leg) {
      request.reject(491);
      return;
    }
    this.#negotiating = true;
    this.#relay(leg, other, request)
      .catch((error: unknown) => {
        request.reject(statusOf(error));
      })
      .finally(() => {
        this.#negotiating = false;
        this.#reconnect();
      });
  }

  onLost(leg: Leg): void {
    // A phone that vanished while it picked up again: the attempt fails by itself, and is repeated.
    if (this.#legs[leg.side] !== leg) return;
    this.#legs[leg.side] = null;
    this.#context.log.info({ callId: this.#call.callId, side: leg.side }, 'a phone went away in a call');
    this.#tellPeer(otherSide(leg.side), 'away');
    this.#startGrace();
    this.#tellHold();
    this.#reconnect();
  }

  async #relay(leg: Leg, other: Leg, request: ReinviteRequest): Promise<void> {
    const answered = await other.reinvite(request.offer);
    answered.ack(null);
    if (answered.sdp === null) throw new LegError(488);
    request.accept(answered.sdp);
    if (leg.side === 'agent') this.#heldByAgent = putsOnHold(request.offer);
    this.#tellHold();
  }

  /** Brings back what is missing, as soon as every phone that is needed is there. */
  #reconnect(): void {
    const { agent, customer } = this.#legs;
    if (this.#negotiating || (agent !== null && customer !== null) || !this.#isLive()) return;
    const missing = (['agent', 'customer'] as const).filter((side) => this.#legs[side] === null);
    if (missing.some((side) => this.#context.registrar.find(this.#addressOf(side)) === null)) return;
    this.#negotiating = true;
    this.#bringTogether()
      .catch((error: unknown) => {
        this.#context.log.info({ err: error, callId: this.#call.callId }, 'a call could not be given back yet');
        this.#scheduleRetry();
      })
      .finally(() => {
        this.#negotiating = false;
        this.#fresh.clear();
        // Somebody may have gone, or come, while it was going on.
        if (this.#retryTimer === null) this.#reconnect();
      });
  }

  /**
   * The phone that comes back makes the offer: its session is new, and answering it restarts ICE and DTLS on the side
   * that stayed, which an answer could not ask for (RFC 8445 section 9).
   */
  async #bringTogether(): Promise<void> {
    const asked: Side = this.#legs.agent === null ? 'agent' : 'customer';
    const first = await this.#invite(asked, null);
    try {
      const second = await this.#deliver(otherSide(asked), first.sdp);
      if (!first.leg.isUp || !this.#isLive()) throw new LegError(481);
      first.ack(second.sdp);
      this.#legs[asked] = first.leg;
      if (second.leg !== null) this.#legs[otherSide(asked)] = second.leg;
      // Whoever stayed may have had the other on hold, and then answers so.
      this.#heldByAgent = asked === 'customer' && putsOnHold(second.sdp);
    } catch (error) {
      first.ack(placeholderAnswer(first.sdp));
      for (const leg of this.#fresh) leg.bye(reasonHeaders(500, 'failed'));
      throw error;
    }
    this.#context.timers.clearTimeout(this.#graceTimer);
    this.#graceTimer = null;
    this.#tellPeer(otherSide(asked), 'back');
    this.#tellHold();
  }

  async #deliver(side: Side, offer: string): Promise<{ readonly sdp: string; readonly leg: Leg | null }> {
    const leg = this.#legs[side];
    if (leg === null) {
      const accepted = await this.#invite(side, offer);
      accepted.ack(null);
      return accepted;
    }
    try {
      const answered = await this.#patiently(() => leg.reinvite(offer));
      answered.ack(null);
      if (answered.sdp === null) throw new LegError(488);
      return { sdp: answered.sdp, leg: null };
    } catch (error) {
      // The phone that was thought to be there does not know this call any more, or says nothing.
      if (leg.isUp && [408, 481].includes(statusOf(error))) {
        leg.bye();
        if (this.#legs[side] === leg) this.#legs[side] = null;
      }
      throw error;
    }
  }

  #invite(side: Side, offer: string | null): Promise<Accepted> {
    return new Promise((resolve, reject) => {
      const { registrar, timers, realm } = this.#context;
      const registration = registrar.find(this.#addressOf(side));
      if (registration === null) {
        reject(new LegError(480));
        return;
      }
      const { from, headers } = (side === 'agent' ? agentInvite : customerInvite)(this.#context, this.#call);
      const resume = [...headers, ...AUTO_ANSWER_HEADERS, `${HEADERS.resume}: 1`];
      this.#ringing = new OutgoingInvite(
        { timers },
        { registration, realm, from, headers: resume, offer, ringSeconds: RESUME_RING_SECONDS },
        {
          onAccepted: (accepted) => {
            accepted.leg.listener = this;
            this.#fresh.add(accepted.leg);
            resolve(accepted);
          },
          onFailed: (_failure, status) => {
            reject(new LegError(status));
          },
        },
      );
    });
  }

  /** Repeats what a phone is not ready for yet: it still works on the answer before (491, or 500 with Retry-After). */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries >= BUSY_RETRIES || !this.#isLive() || ![491, 500].includes(statusOf(error))) throw error;
      }
      await new Promise<void>((resolve) => {
        this.#context.timers.setTimeout(resolve, BUSY_RETRY_MS);
      });
    }
  }

  #scheduleRetry(): void {
    const { timers } = this.#context;
    timers.clearTimeout(this.#retryTimer);
    if (!this.#isLive()) return;
    this.#retryTimer = timers.setTimeout(() => {
      this.#retryTimer = null;
      this.#reconnect();
    }, RETRY_MS);
  }

  #startGrace(): void {
    if (this.#graceTimer !== null || !this.#isLive()) return;
    this.#graceTimer = this.#context.timers.setTimeout(() => {
      this.#endAll('system', 'dropped', reasonHeaders(503, 'dropped'));
    }, this.#context.legGraceSeconds * 1000);
  }

  #tellPeer(side: Side, state: 'away' | 'back'): void {
    // Told for the page's comfort only; a phone that does not understand it loses nothing.
    this.#legs[side]?.info([`${HEADERS.peer}: ${state}`], null).catch(() => undefined);
  }

  #tellHold(): void {
    const { callId, extension } = this.#call;
    if (!this.#isLive() || extension === null) return;
    const onHold = this.#heldByAgent || this.#legs.agent === null || this.#legs.customer === null;
    if (onHold === (this.#call.state === 'on-hold')) return;
    this.#call.state = onHold ? 'on-hold' : 'talking';
    this.#context.emit({ type: onHold ? 'call-held' : 'call-resumed', callId, extension });
  }

  #endAll(by: EndedBy, cause: 'hung-up' | 'dropped' | 'failed', reason: readonly string[]): void {
    for (const leg of [this.#legs.agent, this.#legs.customer, ...this.#fresh]) leg?.bye(reason);
    this.#context.book.end(this.#call, by, cause);
  }

  #addressOf(side: Side): string {
    return side === 'agent' ? (this.#call.extension ?? '') : this.#call.number;
  }

  #requireLeg(side: Side): Leg {
    const leg = this.#legs[side];
    if (leg === null) throw new LegError(481);
    return leg;
  }

  #isMine(leg: Leg): boolean {
    return this.#legs[leg.side] === leg || this.#fresh.has(leg);
  }

  #isLive(): boolean {
    return this.#context.book.isLive(this.#call);
  }
}

function statusOf(error: unknown): number {
  return error instanceof LegError ? error.status : 500;
}
