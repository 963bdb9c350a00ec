import { DomainError } from '../../../platform/errors.js';
import { type CallTarget, type ConsultRequest, type TransferRequest } from '../telephony.port.js';
import { Bridge } from './bridge.js';
import { type CallContext } from './call-context.js';
import { LiveCall } from './call-book.js';
import { type FarEnd } from './dialled-call.js';
import { type Dialler } from './dialler.js';
import { type ExchangeQueue } from './exchange.port.js';
import { type Leg } from './leg.js';
import { addressOf, type PhoneTarget, RingingTransfer } from './ringing-transfer.js';
import { type Registration } from './registrar.js';

/** A call in which two talk. */
interface Talk {
  readonly call: LiveCall;
  readonly bridge: Bridge;
}

/**
 * What an agent can do with a call beside talking: send it on, ask somebody about it, join the two, talk in three.
 *
 * ```txt
 *  C1 Bridge ── transfer: queue ─────────────────────────────► C1 QueuedCall
 *     │  └───── transfer: phone ──► RingingTransfer beside it ─► C1 Bridge with the other agent, or ended (a number)
 *     │                                └── failed, taken back ─► C1 Bridge as it was
 *     └─ consult ► C2 DialledCall ► C2 Bridge, or C2 QueuedCall ► C2 Bridge
 *                                      ├── join ─► C1 Bridge with the other agent, C2 ended; or both ended (a number)
 *                                      └── confer: both stay, the agent's page mixes what it hears
 * ```
 */
export class TransferDesk {
  readonly #context: CallContext;
  readonly #dialler: Dialler;

  constructor(deps: { readonly context: CallContext; readonly dialler: Dialler }) {
    this.#context = deps.context;
    this.#dialler = deps.dialler;
  }

  transfer(request: TransferRequest): void {
    const { callId, extension, target } = request;
    const talk = this.#requireTalk(callId, extension);
    const { call, bridge } = talk;
    if (bridge.legOf('customer') === null || this.#context.book.isEngaged(extension, call)) throw notNow(extension);
    if (this.#dialler.isReserved(extension)) throw notNow(extension);
    if (target.kind === 'queue') {
      this.#toQueue(talk, extension, this.#requireQueue(target.queue));
      return;
    }
    const registration = this.#requirePhone(target, extension);
    const transfer = new RingingTransfer({
      context: this.#context,
      call,
      bridge,
      request,
      onNumberAnswered: (accepted, number) => {
        const between = this.#leaveAlone(talk, { leg: accepted.leg, callId }, number);
        between.introduce('agent', accepted);
        this.#context.book.end(call, 'agent', 'transferred');
      },
    });
    transfer.start(target, registration);
  }

  takeBack(callId: string): void {
    const phase = this.#context.book.find(callId)?.phase;
    if (phase instanceof Bridge && phase.attempt instanceof RingingTransfer) phase.attempt.takeBack();
  }

  async consult(request: ConsultRequest): Promise<void> {
    const { callId, consults, extension, target } = request;
    const { directory } = this.#context;
    const queue = target.kind === 'queue' ? directory.findQueue(target.queue) : null;
    await this.#dialler.dial({
      callId,
      extension,
      direction: 'consult',
      number: target.kind === 'queue' ? (queue?.number ?? '') : addressOf(target),
      queue: queue?.name ?? null,
      consults,
      plan: () => {
        this.#requireTalk(consults, extension);
        const far = this.#farEnd(target, extension, request.targetRingSeconds);
        return { autoAnswer: true, agentRingSeconds: request.agentRingSeconds, far };
      },
    });
  }

  join(callId: string, secondCallId: string): void {
    const { first, second } = this.#requireBoth(callId, secondCallId);
    const { peer, number } = second.call;
    const leg = second.bridge.release('customer');
    if (leg === null) return;
    if (peer === null) {
      this.#leaveAlone(first, { leg: null, callId: secondCallId }, number).callOver(leg);
      this.#context.book.end(first.call, 'agent', 'transferred');
    } else {
      first.bridge.handOver({ outgoing: leg }, { extension: peer, queue: null, how: 'attended', second: secondCallId });
    }
    this.#context.book.end(second.call, 'agent', 'transferred');
  }

  confer(callId: string, secondCallId: string): void {
    const { first, second } = this.#requireBoth(callId, secondCallId);
    if (first.call.conference === secondCallId) return;
    this.#context.book.conferred(first.call, second.call, first.call.extension ?? '');
  }

  #toQueue({ call, bridge }: Talk, extension: string, queue: ExchangeQueue): void {
    const { book, emit, lines } = this.#context;
    const target = { kind: 'queue', queue: queue.name } as const;
    emit({ type: 'transfer-started', callId: call.callId, extension, target });
    // Whoever was told may have ended it.
    if (!book.isLive(call) || call.phase !== bridge) return;
    const leg = bridge.release('customer');
    book.moved(call, { extension: null, queue: queue.name, how: 'blind' });
    if (leg !== null && book.isLive(call)) lines.takeIn(call, queue, { leg, side: 'customer', place: 'back' });
  }

  /** The customer and a number go on talking; nobody is told of it any more. */
  #leaveAlone(
    { call, bridge }: Talk,
    other: { readonly leg: Leg | null; readonly callId: string },
    number: string,
  ): Bridge {
    const { book, now, newId } = this.#context;
    const init = { callId: newId(), direction: call.direction, number: call.number, queue: null } as const;
    const alone = new LiveCall({ ...init, extension: number, state: 'talking', startedAt: now(), isTold: false });
    alone.idAtPhone.agent = other.callId;
    alone.idAtPhone.customer = call.idAtPhone.customer ?? call.callId;
    alone.engageTalkers();
    const customer = bridge.release('customer');
    const between = new Bridge(this.#context, alone, { agent: other.leg, customer });
    alone.phase = between;
    book.open(alone, { stored: false });
    return between;
  }

  #requireTalk(callId: string, extension: string): Talk {
    const call = this.#context.book.find(callId);
    if (call?.isTold !== true) throw new DomainError('not-found', 'exchange:unknown-call');
    const { phase } = call;
    if (!(phase instanceof Bridge) || call.extension !== extension || phase.attempt !== null) throw notNow(extension);
    return { call, bridge: phase };
  }

  /** A call and the consultation about it, both with everybody there but perhaps the agent, whose page may reload. */
  #requireBoth(callId: string, secondCallId: string): { readonly first: Talk; readonly second: Talk } {
    const extension = this.#context.book.find(callId)?.extension ?? '';
    const first = this.#requireTalk(callId, extension);
    const second = this.#requireTalk(secondCallId, extension);
    const areThere = [first, second].every(({ bridge }) => bridge.legOf('customer')?.isUp === true);
    if (second.call.consults !== callId || !areThere) throw notNow(extension);
    return { first, second };
  }

  #farEnd(target: CallTarget, asker: string, ringSeconds: number): FarEnd {
    if (target.kind === 'queue') return { kind: 'queue', queue: this.#requireQueue(target.queue) };
    this.#requirePhone(target, asker);
    if (target.kind === 'number') return { kind: 'number', ringSeconds };
    return { kind: 'agent', extension: target.extension, ringSeconds };
  }

  #requireQueue(name: string): ExchangeQueue {
    const queue = this.#context.directory.findQueue(name);
    if (queue === null) throw new DomainError('conflict', 'exchange:unknown-queue', { params: { queue: name } });
    if (this.#context.lines.openingOf(queue).isOpen) return queue;
    throw new DomainError('conflict', 'exchange:queue-closed', { params: { queue: name } });
  }

  #requirePhone(target: PhoneTarget, asker: string): Registration {
    const { book, directory, registrar } = this.#context;
    const address = addressOf(target);
    const isAgent = target.kind === 'agent';
    const params = isAgent ? { extension: address } : { number: address };
    const refuse = (key: 'unknown' | 'absent' | 'busy'): DomainError =>
      new DomainError('conflict', (isAgent ? OF_AGENTS : OF_NUMBERS)[key], { params });
    // Whoever asks is in a call.
    if (address === asker) throw refuse('busy');
    if (directory.kindOf(address) !== (isAgent ? 'agent' : 'customer')) throw refuse('unknown');
    const registration = registrar.find(address);
    if (registration === null) throw refuse('absent');
    if (book.isEngaged(address) || this.#dialler.isReserved(address)) throw refuse('busy');
    return registration;
  }
}

const OF_AGENTS = {
  unknown: 'exchange:unknown-extension',
  absent: 'exchange:phone-not-registered',
  busy: 'exchange:extension-busy',
} as const;
const OF_NUMBERS = {
  unknown: 'exchange:unknown-number',
  absent: 'exchange:number-unreachable',
  busy: 'exchange:number-busy',
} as const;

function notNow(extension: string): DomainError {
  return new DomainError('conflict', 'exchange:not-in-call', { params: { extension } });
}
