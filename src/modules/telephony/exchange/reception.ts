import { type Core } from 'sip.js';
import { type CallContext } from './call-context.js';
import { LiveCall } from './call-book.js';
import { type ConnectionHandlers, type SipConnection } from './connection.js';
import { type Distributor } from './distributor.js';
import { type ExchangeQueue } from './exchange.port.js';
import { type Gatekeeper } from './gatekeeper.js';
import { QueuedCall } from './queued-call.js';
import { HEADERS, readSdp, reasonHeaders } from './sip-message.js';
import { CallingPhone } from './waiting-phone.js';

/**
 * The dial plan, whole: a phone registers as itself, a customer's line calls the number of a queue. Agents' calls are
 * dialled by the application, so their phones may not call by themselves.
 *
 * A queue's hours are looked at here, when a call comes, and never again: who waits when the queue closes is served on.
 */
export class Reception implements ConnectionHandlers {
  readonly #context: CallContext;
  readonly #gatekeeper: Gatekeeper;
  readonly #distributor: Distributor;

  constructor(deps: {
    readonly context: CallContext;
    readonly gatekeeper: Gatekeeper;
    readonly distributor: Distributor;
  }) {
    this.#context = deps.context;
    this.#gatekeeper = deps.gatekeeper;
    this.#distributor = deps.distributor;
  }

  onRegister(connection: SipConnection, request: Core.IncomingRegisterRequest): void {
    const caller = this.#gatekeeper.admit(connection, request, request.message.to.uri.user ?? '');
    if (caller !== null) this.#context.registrar.register(connection, caller, request);
  }

  onInvite(connection: SipConnection, request: Core.IncomingInviteRequest): void {
    const caller = this.#gatekeeper.admit(connection, request, request.message.from.uri.user ?? '');
    if (caller === null) return;
    if (caller.kind === 'agent') {
      request.reject({ statusCode: 403, reasonPhrase: 'Calls Are Dialled By The Application' });
      return;
    }
    const { book, directory } = this.#context;
    const queue = directory.findQueueByNumber(request.message.ruri?.user ?? '');
    const offer = readSdp(request.message);
    if (queue === null) request.reject({ statusCode: 404 });
    else if (offer === null) request.reject({ statusCode: 488 });
    else if (book.isEngaged(caller.address)) request.reject({ statusCode: 486 });
    else {
      const call = this.#newCall(caller.address, queue);
      const opening = this.#context.lines.openingOf(queue);
      if (!opening.isOpen) {
        this.#turnAway(call, request, opening.opensAt);
        return;
      }
      call.engaged.add(caller.address);
      const phone = new CallingPhone(this.#context, call, { request, connection, offer });
      const waiting = new QueuedCall(this.#context, { call, queue, phone }, this.#distributor);
      call.phase = waiting;
      book.open(call, { stored: false });
      if (book.isLive(call)) this.#distributor.enqueue(waiting);
    }
  }

  #newCall(number: string, queue: ExchangeQueue): LiveCall {
    return new LiveCall({
      callId: this.#context.newId(),
      direction: 'inbound',
      number,
      queue: queue.name,
      extension: null,
      state: 'waiting',
      startedAt: this.#context.now(),
    });
  }

  /** A call to a closed queue is one that came and ended, so that somebody can call the customer back. */
  #turnAway(call: LiveCall, request: Core.IncomingInviteRequest, opensAt: number | null): void {
    const { book } = this.#context;
    const cause = 'out-of-hours';
    book.open(call, { stored: false });
    const extraHeaders = [`${HEADERS.callId}: ${call.callId}`, ...reasonHeaders(480, cause)];
    if (opensAt !== null) extraHeaders.push(`${HEADERS.opensAt}: ${opensAt}`);
    request.reject({ statusCode: 480, extraHeaders });
    book.end(call, 'system', cause);
  }
}
