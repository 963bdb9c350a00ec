import { type Core } from 'sip.js';
import { type CallContext } from './call-context.js';
import { LiveCall } from './call-book.js';
import { type ConnectionHandlers, type SipConnection } from './connection.js';
import { type Distributor } from './distributor.js';
import { type Gatekeeper } from './gatekeeper.js';
import { QueuedCall } from './queued-call.js';
import { readSdp } from './sip-message.js';

/**
 * The dial plan, whole: a phone registers as itself, a customer's line calls the number of a queue. Agents' calls are
 * dialled by the application, so their phones may not call by themselves.
 */
export class Reception implements ConnectionHandlers {
  readonly #context: CallContext;
  readonly #gatekeeper: Gatekeeper;
  readonly #distributor: Distributor;
  readonly #newId: () => string;

  constructor(deps: {
    readonly context: CallContext;
    readonly gatekeeper: Gatekeeper;
    readonly distributor: Distributor;
    readonly newId: () => string;
  }) {
    this.#context = deps.context;
    this.#gatekeeper = deps.gatekeeper;
    this.#distributor = deps.distributor;
    this.#newId = deps.newId;
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
    const { book, directory, now } = this.#context;
    const queue = directory.findQueueByNumber(request.message.ruri?.user ?? '');
    const offer = readSdp(request.message);
    if (queue === null) request.reject({ statusCode: 404 });
    else if (offer === null) request.reject({ statusCode: 488 });
    else if (book.findByAddress(caller.address) !== null) request.reject({ statusCode: 486 });
    else {
      const call = new LiveCall({
        callId: this.#newId(),
        direction: 'inbound',
        number: caller.address,
        queue: queue.name,
        extension: null,
        state: 'waiting',
        startedAt: now(),
      });
      call.engaged.add(caller.address);
      const waiting = new QueuedCall(this.#context, { call, queue, request, connection, offer }, this.#distributor);
      call.phase = waiting;
      book.open(call, { stored: false });
      if (book.isLive(call)) this.#distributor.enqueue(waiting);
    }
  }
}
