import { type Core } from 'sip.js';
import { type CallContext } from './call-context.js';
import { type LiveCall } from './call-book.js';
import { type SipConnection } from './connection.js';
import { type InfoRequest, Leg, type LegListener, type ReinviteRequest, type Side } from './leg.js';
import { type Accepted } from './outgoing-invite.js';
import { placeholderAnswer } from './sdp.js';
import { HEADERS, reasonHeaders, sdpBody } from './sip-message.js';

/** How somebody stops waiting without having been answered. */
export type WhyGone = 'hung-up' | 'lost';

/** The phone of somebody who waits in a queue. */
export interface WaitingPhone {
  readonly side: Side;
  /** What the phones that are rung are offered; null asks them for an offer. */
  readonly offer: string | null;
  /** Whoever waits has hung up, or the phone is gone. */
  onGone: ((why: WhyGone) => void) | null;
  tellPosition(position: number, promptUrl: string | null): void;
  /** Answers with the phone that was picked up, or leaves it to the bridge to introduce the two. Null: it cannot be answered any more. */
  connect(accepted: Accepted): { readonly leg: Leg; readonly isAnswered: boolean } | null;
  /** Sends it away. */
  turnAway(status: number, cause: string): void;
  /** Lets go of what watches it; says nothing to the phone. */
  dispose(): void;
}

/** A customer who called, and whose call has not been answered. */
export class CallingPhone implements WaitingPhone {
  readonly side = 'customer';
  readonly offer: string;
  onGone: ((why: WhyGone) => void) | null = null;
  readonly #context: CallContext;
  readonly #call: LiveCall;
  readonly #request: Core.IncomingInviteRequest;
  readonly #connection: SipConnection;
  readonly #stopWatching: () => void;

  constructor(
    context: CallContext,
    call: LiveCall,
    from: { readonly request: Core.IncomingInviteRequest; readonly connection: SipConnection; readonly offer: string },
  ) {
    this.#context = context;
    this.#call = call;
    this.#request = from.request;
    this.#connection = from.connection;
    this.offer = from.offer;
    this.#request.delegate = {
      onCancel: () => {
        const { onGone } = this;
        if (onGone === null) return;
        this.turnAway(487, 'abandoned');
        onGone('hung-up');
      },
    };
    this.#stopWatching = this.#connection.onClose(() => {
      this.onGone?.('lost');
    });
  }

  tellPosition(position: number, promptUrl: string | null): void {
    this.#request.progress({
      statusCode: 182,
      reasonPhrase: 'Queued',
      extraHeaders: [`${HEADERS.callId}: ${this.#call.callId}`, ...placeHeaders(position, promptUrl)],
    });
  }

  connect(accepted: Accepted): { readonly leg: Leg; readonly isAnswered: boolean } | null {
    accepted.ack(null);
    try {
      const extraHeaders = [`${HEADERS.callId}: ${this.#call.callId}`];
      const { session } = this.#request.accept({ statusCode: 200, extraHeaders, body: sdpBody(accepted.sdp) });
      const { timers } = this.#context;
      const leg = new Leg({ address: this.#call.number, session, connection: this.#connection, timers });
      return { leg, isAnswered: true };
    } catch (error) {
      this.#context.log.warn({ err: error, callId: this.#call.callId }, 'a caller could not be answered');
      return null;
    }
  }

  turnAway(status: number, cause: string): void {
    if (!this.#connection.isOpen) return;
    this.#request.reject({ statusCode: status, extraHeaders: reasonHeaders(status, cause) });
  }

  dispose(): void {
    this.onGone = null;
    this.#stopWatching();
  }
}

/** A phone that has been answered before: of a customer who was sent on, or of an agent who asks a queue. */
export class ConnectedPhone implements WaitingPhone, LegListener {
  readonly side: Side;
  readonly offer = null;
  onGone: ((why: WhyGone) => void) | null = null;
  readonly #leg: Leg;

  constructor(leg: Leg, side: Side) {
    this.side = side;
    this.#leg = leg;
    leg.listener = this;
  }

  tellPosition(position: number, promptUrl: string | null): void {
    // For the page's comfort only, as all that is told in an INFO.
    this.#tell([`${HEADERS.peer}: waiting`, ...placeHeaders(position, promptUrl)]);
  }

  connect(accepted: Accepted): { readonly leg: Leg; readonly isAnswered: boolean } | null {
    if (!this.#leg.isUp) {
      accepted.ack(placeholderAnswer(accepted.sdp));
      return null;
    }
    this.#tell([`${HEADERS.peer}: back`]);
    return { leg: this.#leg, isAnswered: false };
  }

  turnAway(status: number, cause: string): void {
    this.#leg.bye(reasonHeaders(status, cause));
  }

  dispose(): void {
    this.onGone = null;
  }

  onBye(): void {
    this.onGone?.('hung-up');
  }

  onLost(): void {
    this.onGone?.('lost');
  }

  onInfo(_leg: Leg, request: InfoRequest): void {
    request.respond(480);
  }

  /** There is nobody to hear it: whatever it offers is agreed to, and opens no media. */
  onReinvite(_leg: Leg, request: ReinviteRequest): void {
    request.accept(placeholderAnswer(request.offer));
  }

  #tell(headers: readonly string[]): void {
    this.#leg.info(headers, null).catch(() => undefined);
  }
}

/** The place in the queue, and what the phone shall play instead of a ringing tone (RFC 3261 section 20.4). */
function placeHeaders(position: number, promptUrl: string | null): readonly string[] {
  const place = `${HEADERS.queuePosition}: ${position}`;
  return promptUrl === null ? [place] : [place, `Alert-Info: <${promptUrl}>;info=waiting`];
}
