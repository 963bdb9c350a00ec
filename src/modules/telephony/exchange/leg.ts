import { Core } from 'sip.js';
import { type SipConnection } from './connection.js';
import { type Timers } from './exchange.port.js';
import { readSdp, withSdp } from './sip-message.js';

/**
 * The two sides of a call. In a consultation whoever was asked is on the customer's side, and of two numbers that were left
 * talking one is on the agent's: it is where a phone stands in a call, not whose phone it is.
 */
export type Side = 'agent' | 'customer';

export function otherSide(side: Side): Side {
  return side === 'agent' ? 'customer' : 'agent';
}

/** A re-INVITE or INFO that was not done; `status` is the SIP status that says why. */
export class LegError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the phone answered ${status}`);
    this.name = 'LegError';
    this.status = status;
  }
}

export function statusOf(error: unknown): number {
  return error instanceof LegError ? error.status : 500;
}

/** The answer to a re-INVITE. `ack` must be called, with an answer where the re-INVITE carried no offer. */
export interface Reinvited {
  readonly sdp: string | null;
  ack(answer: string | null): void;
}

export interface ReinviteRequest {
  readonly offer: string;
  accept(answer: string): void;
  reject(status: number): void;
}

export interface InfoRequest {
  readonly contentType: string;
  readonly content: string;
  respond(status: number): void;
}

/** Who is told what happens on a leg. A leg has one listener at a time: the phase its call is in. */
export interface LegListener {
  onBye(leg: Leg): void;
  onInfo(leg: Leg, request: InfoRequest): void;
  onReinvite(leg: Leg, request: ReinviteRequest): void;
  /** Its connection is gone; nobody hung up. */
  onLost(leg: Leg): void;
}

const REINVITE_SECONDS = 10;

/**
 * One side of a call, from its 200 on: the dialog of SIP.js with what the exchange needs of it.
 *
 * ```txt
 *  up ── BYE from either side ──► ended
 *   └─── connection closed ─────► lost
 * ```
 */
export class Leg {
  readonly address: string;
  listener: LegListener | null = null;
  readonly #session: Core.Session;
  readonly #connection: SipConnection;
  readonly #timers: Timers;
  readonly #failPending = new Set<(error: LegError) => void>();
  readonly #stopWatching: () => void;
  #state: 'up' | 'ended' | 'lost' = 'up';
  #byeAfterAck: (() => void) | null = null;

  constructor(deps: {
    readonly address: string;
    readonly session: Core.Session;
    readonly connection: SipConnection;
    readonly timers: Timers;
  }) {
    this.address = deps.address;
    this.#session = deps.session;
    this.#connection = deps.connection;
    this.#timers = deps.timers;
    this.#session.delegate = {
      onAck: () => {
        this.#byeAfterAck?.();
      },
      onAckTimeout: () => {
        this.#lose();
      },
      onBye: (request) => {
        request.accept({ statusCode: 200 });
        if (this.#leave('ended')) this.listener?.onBye(this);
      },
      onInfo: (request) => {
        this.#onInfo(request);
      },
      onInvite: (request) => {
        this.#onReinvite(request);
      },
    };
    this.#stopWatching = this.#connection.onClose(() => {
      this.#lose();
    });
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Hangs up; nothing happens on a leg that has ended. */
  bye(extraHeaders: readonly string[] = []): void {
    if (!this.#leave('ended')) return;
    const send = (): void => {
      if (this.#connection.isOpen) this.#session.bye(undefined, { extraHeaders: [...extraHeaders] });
    };
    // A called party may not say BYE before the ACK of its 200 is there (RFC 3261 section 15).
    if (this.#session.sessionState === Core.SessionState.AckWait) {
      this.#byeAfterAck = () => {
        this.#byeAfterAck = null;
        send();
      };
    } else if (this.#session.sessionState !== Core.SessionState.Terminated) {
      send();
    }
  }

  /** Offers something new, or with null asks for an offer. Rejects with a `LegError`. */
  reinvite(offer: string | null): Promise<Reinvited> {
    return new Promise((resolve, reject) => {
      if (!this.isUp || this.#session.sessionState !== Core.SessionState.Confirmed) {
        reject(new LegError(this.isUp ? 491 : 481));
        return;
      }
      const settle = this.#pending(reject);
      try {
        this.#session.invite(
          {
            onAccept: (response) => {
              const ack = (answer: string | null): void => {
                if (this.#connection.isOpen) response.ack(withSdp({}, answer));
              };
              // Too late: nobody waits any more, but a 200 is always acknowledged.
              if (!settle()) ack(null);
              else resolve({ sdp: readSdp(response.message), ack });
            },
            onReject: (response) => {
              if (settle()) reject(new LegError(response.message.statusCode ?? 500));
            },
          },
          withSdp({ extraHeaders: [this.#connection.contactHeader] }, offer),
        );
      } catch {
        // Another re-INVITE is under way on this dialog.
        if (settle()) reject(new LegError(491));
      }
    });
  }

  /** Rejects with a `LegError`. */
  info(
    headers: readonly string[],
    body: { readonly contentType: string; readonly content: string } | null,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.isUp || this.#session.sessionState !== Core.SessionState.Confirmed) {
        reject(new LegError(481));
        return;
      }
      const settle = this.#pending(reject);
      const content = body === null ? {} : { body: { contentDisposition: 'render', ...body } };
      this.#session.info(
        {
          onAccept: () => {
            if (settle()) resolve();
          },
          onReject: (response) => {
            if (settle()) reject(new LegError(response.message.statusCode ?? 500));
          },
        },
        { extraHeaders: [...headers], ...content },
      );
    });
  }

  /** What waits for an answer of the phone fails when the leg goes; the result says whether it was still waiting. */
  #pending(reject: (error: LegError) => void): () => boolean {
    let open = true;
    const settle = (): boolean => {
      if (!open) return false;
      open = false;
      this.#failPending.delete(fail);
      this.#timers.clearTimeout(timer);
      return true;
    };
    const fail = (error: LegError): void => {
      if (settle()) reject(error);
    };
    const timer = this.#timers.setTimeout(() => {
      fail(new LegError(408));
    }, REINVITE_SECONDS * 1000);
    this.#failPending.add(fail);
    return settle;
  }

  #onInfo(request: Core.IncomingInfoRequest): void {
    const contentType = request.message.getHeader('content-type') ?? '';
    let answered = false;
    this.listener?.onInfo(this, {
      contentType,
      content: request.message.body,
      respond: (status) => {
        if (answered || !this.isUp) return;
        answered = true;
        if (status < 300) request.accept({ statusCode: status });
        else request.reject({ statusCode: status });
      },
    });
  }

  #onReinvite(request: Core.IncomingInviteRequest): void {
    const offer = readSdp(request.message);
    if (offer === null || this.listener === null) {
      request.reject({ statusCode: 488 });
      return;
    }
    let answered = false;
    const once = (answer: () => void): void => {
      if (answered || !this.isUp) return;
      answered = true;
      answer();
    };
    this.listener.onReinvite(this, {
      offer,
      accept: (answer) => {
        once(() => {
          request.accept(withSdp({ statusCode: 200, extraHeaders: [this.#connection.contactHeader] }, answer));
        });
      },
      reject: (status) => {
        once(() => {
          request.reject({ statusCode: status });
        });
      },
    });
  }

  #lose(): void {
    if (this.#leave('lost')) this.listener?.onLost(this);
  }

  /**
   * SIP.js repeats the 200 of a re-INVITE until its ACK is there, and in a dialog that saw two of them within half a second
   * loses hold of the first one's timer: it would go on for ever when the second ACK never comes.
   */
  #forgetUnacknowledged(): void {
    if (this.#session instanceof Core.SessionDialog) this.#session.reinviteUserAgentServer = undefined;
  }

  #leave(state: 'ended' | 'lost'): boolean {
    if (this.#state !== 'up') return false;
    this.#state = state;
    this.#stopWatching();
    this.#forgetUnacknowledged();
    for (const fail of [...this.#failPending]) fail(new LegError(481));
    return true;
  }
}
