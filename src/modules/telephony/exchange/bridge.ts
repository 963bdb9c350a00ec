import { type EndedBy } from '../telephony.port.js';
import { type CallContext, partyOf } from './call-context.js';
import { type CallPhase, type LiveCall, type Move } from './call-book.js';
import {
  type InfoRequest,
  type Leg,
  LegError,
  type LegListener,
  otherSide,
  type ReinviteRequest,
  type Side,
  statusOf,
} from './leg.js';
import { type Agreement, type Newcomer, Reunion } from './reunion.js';
import { type Accepted } from './outgoing-invite.js';
import { placeholderAnswer, putsOnHold } from './sdp.js';
import { HEADERS, reasonHeaders } from './sip-message.js';

const RETRY_MS = 1000;
const RELAYED_INFO = /^application\/dtmf(-relay)?\b/i;
const SIDES = ['agent', 'customer'] as const;

/** What rings elsewhere for a call whose agent still has it. */
export interface Attempt {
  /** Stops the ringing; the call has ended. */
  cancel(): void;
}

/**
 * Two who talk. Each side's session descriptions are handed to the other, so that media goes between the phones.
 *
 * ```txt
 *            re-INVITE, INFO: relayed                      grace time is over, the agent's phone is missing:
 *  ┌─────────────────────────────────┐   a leg is lost   ┌──────────────────► front of its queue, or
 *  both legs up ─────────────────────┼──────────────────► a leg is away ────► ended (dropped)
 *    │ BYE                           └── both invited ────┘ its phone registers: INVITE with X-Citrus-Resume
 *    ├──► ended (hung-up)
 *    │ the agent's leg is replaced (`handOver`): its offer goes to the customer's phone; a phone that talked to
 *    │ somebody else is rung for a new session first (`callOver`), for its old one cannot change who it talks to
 *    ├──► both legs up
 *    │ the customer is let go (`release`)
 *    └──► another phase: waiting in a queue, or a bridge of two numbers
 * ```
 *
 * A leg that is lost hangs nobody up: a page that reloads registers again within seconds, and its call is given back
 * by an offer of the new page that the old side answers in a re-INVITE. While an `Attempt` to send the call on rings, it
 * does not matter whether the agent's phone is there.
 */
export class Bridge implements CallPhase, LegListener {
  readonly #context: CallContext;
  readonly #call: LiveCall;
  readonly #legs: Record<Side, Leg | null>;
  readonly #held: Record<Side, boolean> = { agent: false, customer: false };
  readonly #reunion: Reunion;
  #attempt: Attempt | null = null;
  /** Picked up, and not introduced to the other side yet. */
  #newcomer: Newcomer | null = null;
  /** The session of a phone that is to come back with a new one. */
  #outgoing: Leg | null = null;
  /** One negotiation at a time: whoever wants another is told to try again. */
  #negotiating = false;
  #graceTimer: unknown = null;
  #retryTimer: unknown = null;

  constructor(context: CallContext, call: LiveCall, legs: Readonly<Record<Side, Leg | null>>) {
    this.#context = context;
    this.#call = call;
    this.#legs = { ...legs };
    this.#reunion = new Reunion({
      context,
      call,
      listener: this,
      onForgotten: (leg) => {
        this.onLost(leg);
      },
    });
    for (const leg of Object.values(legs)) if (leg !== null) leg.listener = this;
  }

  get attempt(): Attempt | null {
    return this.#attempt;
  }

  legOf(side: Side): Leg | null {
    return this.#legs[side];
  }

  /** For a call of which the process that carried it is gone: waits for both phones. */
  awaitPhones(): void {
    this.#call.state = 'on-hold';
    this.#startGrace();
  }

  /** Gives the agent's phone the customer's answer in place of the one that opened no media. */
  async giveAnswer(answer: string): Promise<void> {
    const { agent } = this.#legs;
    this.#negotiating = true;
    try {
      if (agent === null) throw new LegError(481);
      const offered = await this.#reunion.patiently(() => agent.reinvite(null), this.#isCurrent);
      offered.ack(answer);
    } catch (error) {
      this.#context.log.warn({ err: error, callId: this.#call.callId }, 'a dialled call could not be joined');
      // An agent's leg that was lost meanwhile is waited for like any other.
      if (agent !== null && this.#legs.agent === agent && this.#isCurrent())
        this.#endAll('system', 'failed', reasonHeaders(500, 'failed'));
    }
    this.#negotiating = false;
    this.#tend();
  }

  /** Lets a phone that was just picked up, on a side of this, and the other one hear each other. */
  introduce(side: Side, accepted: Accepted): void {
    this.#newcomer = { ...accepted, side };
    this.#goOn();
  }

  /**
   * A phone that talked to somebody else takes the agent's place, by a session of its own that it is rung for: DTLS cannot
   * change sides in one that is there (RFC 8842 section 5.1). It picks up by itself, as a page that came back.
   */
  callOver(outgoing: Leg): void {
    this.#outgoing = outgoing;
    outgoing.listener = this;
    this.#goOn();
  }

  begin(attempt: Attempt): void {
    this.#attempt = attempt;
  }

  /** The attempt came to nothing: the agent has the call, or it waits for the agent's phone. */
  attemptFailed(): void {
    this.#attempt = null;
    if (this.#isMissing()) this.#startGrace();
  }

  /** Another agent's phone takes the agent's place, picked up just now or from another call; who had it is let go. */
  handOver(phone: { readonly accepted: Accepted } | { readonly outgoing: Leg }, move: Move): void {
    const { agent } = this.#legs;
    const isNew = 'accepted' in phone;
    this.#attempt = null;
    this.#legs.agent = isNew ? phone.accepted.leg : null;
    if (isNew) phone.accepted.leg.listener = this;
    else this.#outgoing = phone.outgoing;
    this.#held.agent = false;
    this.#stopWaiting();
    this.#reunion.abandon(reasonHeaders(200, 'transferred'));
    agent?.bye(reasonHeaders(200, 'transferred'));
    this.#context.book.moved(this.#call, move);
    if (isNew) this.introduce('agent', phone.accepted);
    else this.callOver(phone.outgoing);
  }

  /** Lets a phone go on elsewhere, and is over; whoever else is in it is hung up. The call needs another phase. */
  release(side: Side): Leg | null {
    const leg = this.#legs[side];
    this.#legs[side] = null;
    if (leg !== null) leg.listener = null;
    this.#attempt = null;
    this.#letNewcomerGo();
    this.#outgoing?.bye(reasonHeaders(200, 'transferred'));
    this.#reunion.abandon(reasonHeaders(200, 'transferred'));
    this.dispose();
    this.#legs[otherSide(side)]?.bye(reasonHeaders(200, 'transferred'));
    this.#legs[otherSide(side)] = null;
    return leg;
  }

  hangUp(by: EndedBy): void {
    this.#endAll(by, 'hung-up', reasonHeaders(200, 'hung-up'));
  }

  onRegistered(): void {
    this.#tend();
  }

  dispose(): void {
    this.#stopWaiting();
    this.#reunion.abandon(null);
    this.#attempt?.cancel();
    this.#attempt = null;
  }

  onBye(leg: Leg): void {
    const side = leg === this.#outgoing ? 'agent' : (this.#sideOf(leg) ?? this.#reunion.sideOf(leg));
    if (side === null) return;
    const by = side === 'customer' && this.#call.peer !== null ? 'agent' : side;
    this.#endAll(by, 'hung-up', reasonHeaders(200, 'hung-up'));
  }

  onInfo(leg: Leg, request: InfoRequest): void {
    const other = this.#otherThan(leg);
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
    const other = this.#otherThan(leg);
    if (this.#negotiating || this.#newcomer !== null || other === null) {
      request.reject(491);
      return;
    }
    this.#negotiate(this.#relay(leg, other, request), (error) => {
      request.reject(statusOf(error));
    });
  }

  onLost(leg: Leg): void {
    // A phone that vanished while it picked up again: the attempt fails by itself, and is repeated.
    if (leg === this.#outgoing) this.#outgoing = null;
    const side = this.#sideOf(leg);
    if (side === null) return;
    this.#legs[side] = null;
    if (this.#newcomer?.leg === leg) this.#newcomer = null;
    this.#context.log.info({ callId: this.#call.callId, side }, 'a phone went away in a call');
    this.#tellPeer(otherSide(side), 'away');
    this.#startGrace();
    this.#tellHold();
    this.#tend();
  }

  async #relay(leg: Leg, other: Leg, request: ReinviteRequest): Promise<void> {
    const answered = await other.reinvite(request.offer);
    answered.ack(null);
    if (answered.sdp === null) throw new LegError(488);
    request.accept(answered.sdp);
    const side = this.#sideOf(leg);
    if (side !== null) this.#isHeldBy(side, putsOnHold(request.offer));
    this.#tellHold();
  }

  /** Does what is due, as soon as every phone that is needed is there: one that is missing, or an introduction. */
  #tend(): void {
    const { agent, customer } = this.#legs;
    if (this.#negotiating || !this.#isCurrent()) return;
    const newcomer = this.#newcomer;
    this.#newcomer = null;
    if (agent !== null && customer !== null) {
      if (newcomer !== null) this.#negotiate(this.#meet(newcomer), this.#onNotIntroduced);
      return;
    }
    // Whoever it shall talk to makes an offer on coming back.
    newcomer?.ack(placeholderAnswer(newcomer.sdp));
    const missing = SIDES.filter((side) => this.#legs[side] === null);
    if (missing.some((side) => this.#context.registrar.find(this.#addressOf(side)) === null)) return;
    const [asked = 'agent'] = missing;
    this.#negotiate(this.#bringBack(asked), (error) => {
      this.#context.log.info({ err: error, callId: this.#call.callId }, 'a call could not be given back yet');
      // Somebody else may have taken the place meanwhile.
      if (this.#isMissing()) this.#scheduleRetry();
    });
  }

  #negotiate(work: Promise<void>, onFailed: (error: unknown) => void): void {
    this.#negotiating = true;
    work.catch(onFailed).finally(() => {
      this.#negotiating = false;
      // Somebody may have gone, or come, while it was going on.
      if (this.#retryTimer === null) this.#tend();
    });
  }

  async #bringBack(asked: Side): Promise<void> {
    const other = otherSide(asked);
    const address = this.#addressOf(asked);
    const isWanted = (): boolean =>
      this.#isCurrent() && this.#legs[asked] === null && this.#addressOf(asked) === address;
    const agreed = await this.#reunion.bringBack(asked, this.#legs[other], isWanted);
    this.#legs[asked] = agreed.legs[asked] ?? null;
    this.#legs[other] ??= agreed.legs[other] ?? null;
    this.#stopWaiting();
    this.#tellPeer(other, 'back');
    this.#agreed(agreed);
  }

  async #meet(newcomer: Newcomer): Promise<void> {
    const other = this.#legs[otherSide(newcomer.side)];
    const isWanted = (): boolean => this.#isCurrent() && newcomer.leg.isUp;
    if (other !== null) this.#agreed(await this.#reunion.introduce(newcomer, other, isWanted));
  }

  #agreed({ sdp }: Agreement): void {
    if (this.#legs.agent !== null) this.#outgoing?.bye(reasonHeaders(200, 'transferred'));
    if (this.#legs.agent !== null) this.#outgoing = null;
    // Whoever stayed may have had the other on hold, and then says so.
    for (const side of SIDES) this.#isHeldBy(side, putsOnHold(sdp[side]));
    this.#tellHold();
  }

  readonly #onNotIntroduced = (error: unknown): void => {
    this.#context.log.warn({ err: error, callId: this.#call.callId }, 'two phones could not be joined');
    // One that was lost is waited for.
    const { agent, customer } = this.#legs;
    if (!this.#isCurrent() || agent === null || customer === null || statusOf(error) === 481) return;
    this.#endAll('system', 'failed', reasonHeaders(500, 'failed'));
  };

  #goOn(): void {
    this.#tend();
    if (this.#isMissing()) this.#startGrace();
    this.#tellHold();
  }

  /** A phone may not be hung up before its offer was answered. */
  #letNewcomerGo(): void {
    this.#newcomer?.ack(placeholderAnswer(this.#newcomer.sdp));
    this.#newcomer = null;
  }

  #scheduleRetry(): void {
    const { timers } = this.#context;
    timers.clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    if (!this.#isCurrent()) return;
    this.#retryTimer = timers.setTimeout(() => {
      this.#retryTimer = null;
      this.#tend();
    }, RETRY_MS);
  }

  #startGrace(): void {
    if (this.#graceTimer !== null || !this.#isCurrent()) return;
    this.#graceTimer = this.#context.timers.setTimeout(() => {
      this.#graceTimer = null;
      // What rings elsewhere decides first; the time begins anew when that fails.
      if (this.#attempt === null || this.#legs.customer === null) this.#giveUpWaiting();
    }, this.#context.legGraceSeconds * 1000);
  }

  #giveUpWaiting(): void {
    const { book, directory, lines } = this.#context;
    const { queue: name, direction } = this.#call;
    const queue = name === null || direction === 'consult' ? null : directory.findQueue(name);
    if (queue === null || this.#legs.agent !== null || this.#legs.customer === null) {
      this.#endAll('system', 'dropped', reasonHeaders(503, 'dropped'));
      return;
    }
    const leg = this.release('customer');
    book.moved(this.#call, { extension: null, queue: queue.name, how: 'agent-away' });
    if (leg !== null) lines.takeIn(this.#call, queue, { leg, side: 'customer', place: 'front' });
  }

  #stopWaiting(): void {
    const { timers } = this.#context;
    timers.clearTimeout(this.#graceTimer);
    timers.clearTimeout(this.#retryTimer);
    this.#graceTimer = null;
    this.#retryTimer = null;
  }

  #tellPeer(side: Side, state: 'away' | 'back'): void {
    // Told for the page's comfort only; a phone that does not understand it loses nothing.
    this.#legs[side]?.info([`${HEADERS.peer}: ${state}`], null).catch(() => undefined);
  }

  /** The hold of an agent who was asked is told as that agent's; a customer's is nobody's business. */
  #isHeldBy(side: Side, held: boolean): void {
    const { callId, peer } = this.#call;
    const before = this.#held[side];
    this.#held[side] = held;
    if (side === 'agent' || peer === null || before === held || !this.#isCurrent()) return;
    this.#context.emit({ type: held ? 'call-held' : 'call-resumed', callId, extension: peer });
  }

  #tellHold(): void {
    const { callId, extension } = this.#call;
    if (!this.#isCurrent() || extension === null) return;
    const isAway = (this.#legs.agent ?? this.#outgoing) === null || this.#legs.customer === null;
    const onHold = this.#held.agent || isAway;
    if (onHold === (this.#call.state === 'on-hold')) return;
    this.#call.state = onHold ? 'on-hold' : 'talking';
    if (this.#call.isTold) this.#context.emit({ type: onHold ? 'call-held' : 'call-resumed', callId, extension });
  }

  #endAll(by: EndedBy, cause: 'hung-up' | 'dropped' | 'failed', reason: readonly string[]): void {
    this.#reunion.abandon(reason);
    this.#letNewcomerGo();
    for (const leg of [this.#legs.agent, this.#legs.customer, this.#outgoing]) leg?.bye(reason);
    this.#context.book.end(this.#call, by, cause);
  }

  #addressOf(side: Side): string {
    return partyOf(this.#context, this.#call, side).address;
  }

  #sideOf(leg: Leg): Side | null {
    return SIDES.find((side) => this.#legs[side] === leg) ?? null;
  }

  #otherThan(leg: Leg): Leg | null {
    const side = this.#sideOf(leg);
    return side === null ? null : this.#legs[otherSide(side)];
  }

  #isMissing(): boolean {
    return this.#legs.agent === null || this.#legs.customer === null;
  }

  readonly #isCurrent = (): boolean => this.#context.book.isLive(this.#call) && this.#call.phase === this;
}
