import { type Core } from 'sip.js';
import { type Timers } from './exchange.port.js';
import { Leg } from './leg.js';
import { type Registration } from './registrar.js';
import { placeholderAnswer } from './sdp.js';
import { ALLOWED_METHODS, failureOf, type InviteFailure, readSdp, sipUri, withSdp } from './sip-message.js';

export interface InviteOptions {
  readonly registration: Registration;
  readonly realm: string;
  /** Who is shown as calling. */
  readonly from: { readonly number: string; readonly name: string };
  readonly headers: readonly string[];
  /** Null asks the phone for an offer. */
  readonly offer: string | null;
  readonly ringSeconds: number;
}

/** A phone that was picked up. `ack` must be called; with an answer where the INVITE carried no offer. */
export interface Accepted {
  readonly leg: Leg;
  readonly sdp: string;
  ack(answer: string | null): void;
}

export interface InviteHandlers {
  onAccepted(accepted: Accepted): void;
  /** The phone was not picked up. Not called after `cancel`. */
  onFailed(failure: InviteFailure, status: number): void;
}

const ALLOW = `Allow: ${ALLOWED_METHODS.join(', ')}`;

/**
 * An INVITE to a registered phone, until it is picked up or not. Exactly one of the handlers is called, once, unless it
 * is cancelled first; a 200 that crosses the CANCEL is acknowledged and hung up (RFC 3261 section 9.1).
 */
export class OutgoingInvite {
  readonly #options: InviteOptions;
  readonly #timers: Timers;
  readonly #handlers: InviteHandlers;
  readonly #request: Core.OutgoingInviteRequest;
  readonly #ringTimer: unknown;
  readonly #stopWatching: () => void;
  #settled = false;

  constructor(deps: { readonly timers: Timers }, options: InviteOptions, handlers: InviteHandlers) {
    this.#options = options;
    this.#timers = deps.timers;
    this.#handlers = handlers;
    const { connection, target, address } = options.registration;
    const message = connection.core.makeOutgoingRequestMessage(
      'INVITE',
      target,
      sipUri(options.from.number, options.realm),
      sipUri(address, options.realm),
      { fromDisplayName: options.from.name.replace(/["\\\r\n]/g, '') },
      [connection.contactHeader, ALLOW, ...options.headers],
      withSdp({}, options.offer).body,
    );
    this.#request = connection.core.invite(message, {
      onAccept: (response) => {
        this.#onAccept(response);
      },
      onReject: (response) => {
        const status = response.message.statusCode ?? 500;
        this.#fail(failureOf(status), status);
      },
      onRedirect: () => {
        this.#fail('rejected', 302);
      },
    });
    this.#ringTimer = this.#timers.setTimeout(() => {
      if (this.#settled) return;
      this.#sendCancel('Ring time is over');
      this.#fail('no-answer', 408);
    }, options.ringSeconds * 1000);
    this.#stopWatching = connection.onClose(() => {
      this.#fail('unreachable', 503);
    });
  }

  /** Stops the ringing, without any handler being called. */
  cancel(why: string): void {
    if (!this.#settle()) return;
    this.#sendCancel(why);
  }

  #sendCancel(why: string): void {
    if (this.#options.registration.connection.isOpen) this.#request.cancel(`SIP;cause=487;text="${why}"`);
  }

  #onAccept(response: Core.AckableIncomingResponseWithSession): void {
    const { registration, offer } = this.#options;
    const sdp = readSdp(response.message);
    const ack = (answer: string | null): void => {
      if (registration.connection.isOpen) response.ack(withSdp({}, answer));
    };
    const { address, connection } = registration;
    const leg = new Leg({ address, session: response.session, connection, timers: this.#timers });
    const first = this.#settle();
    if (first && sdp !== null) {
      this.#handlers.onAccepted({ leg, sdp, ack });
      return;
    }
    ack(offer === null && sdp !== null ? placeholderAnswer(sdp) : null);
    leg.bye();
    if (first) this.#handlers.onFailed('rejected', 488);
  }

  #fail(failure: InviteFailure, status: number): void {
    if (this.#settle()) this.#handlers.onFailed(failure, status);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#timers.clearTimeout(this.#ringTimer);
    // Undefined while the constructor runs, when the connection was closed already.
    (this.#stopWatching as (() => void) | undefined)?.();
    return true;
  }
}
