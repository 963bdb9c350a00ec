import { DomainError } from '../../src/platform/errors.js';
import { type AgentSnapshot, type AgentStatus } from '../../src/shared/agent-state.js';
import { type EndCause, type EndedBy } from '../../src/modules/telephony/telephony.port.js';
import { type CallFact, type FoundCall } from '../../src/modules/callbacks/callback-call.domain.js';
import { type CallbackAgents, type DialOrder } from '../../src/modules/callbacks/callback.port.js';

interface Call {
  readonly order: DialOrder;
  state: 'offered' | 'dialling' | 'talking' | 'ended';
  answeredAt: number | null;
  end: { readonly by: EndedBy; readonly cause: EndCause; readonly at: number } | null;
}

/** Agents and an exchange that outlive the processes under test. It remembers ids, as the port asks of a real one. */
export class FakeAgents implements CallbackAgents {
  readonly calls = new Map<string, Call>();
  /** Every dial that came, repeated ones included. */
  readonly dials: DialOrder[] = [];
  readonly #statuses = new Map<number, AgentStatus>();
  readonly #reservations = new Map<number, number>();
  readonly #listeners = new Set<(fact: CallFact) => void>();
  readonly #now: () => Date;
  /** Awaited at the beginning of each dial; what it throws is the answer, and nothing is dialled. */
  beforeDial: (order: DialOrder) => Promise<void> = () => Promise.resolve();
  /** The same at the end, when the exchange has taken it. */
  afterDial: (order: DialOrder) => Promise<void> = () => Promise.resolve();
  isSilent = false;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** How often the phone of that number has begun to ring. */
  rings(number: string): number {
    return [...this.calls.values()].filter((call) => call.order.number === number && call.state !== 'offered').length;
  }

  set(agentId: number, status: AgentStatus): void {
    this.#statuses.set(agentId, status);
  }

  reservedFor(agentId: number): number | null {
    return this.#reservations.get(agentId) ?? null;
  }

  onCall(listener: (fact: CallFact) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  status(agentId: number): AgentSnapshot | null {
    const status = this.#statuses.get(agentId);
    if (status === undefined) return null;
    return {
      agentId,
      name: `Pessoa ${String(agentId)}`,
      extension: '1007',
      status: status === 'available' && this.#reservations.has(agentId) ? 'reserved' : status,
      since: 0,
      blockers: [],
      missedCalls: 0,
      pauseReason: null,
      nextPause: null,
      call: null,
      loggedInQueueIds: [],
      phoneRegistered: true,
      pageConnected: true,
      shiftStartedAt: 0,
      wrapUpEndsAt: null,
      version: 1,
    };
  }

  async reserve(agentId: number, callbackId: number): Promise<void> {
    await Promise.resolve();
    const held = this.#reservations.get(agentId);
    if (held === callbackId) return;
    if (held !== undefined || this.#statuses.get(agentId) !== 'available') {
      throw new DomainError('conflict', 'callbacks:error.under-way');
    }
    this.#reservations.set(agentId, callbackId);
  }

  async release(agentId: number, callbackId: number): Promise<void> {
    await Promise.resolve();
    if (this.#reservations.get(agentId) === callbackId) this.#reservations.delete(agentId);
  }

  async dial(order: DialOrder): Promise<void> {
    await this.beforeDial(order);
    this.dials.push(order);
    if (!this.calls.has(order.callId)) {
      this.calls.set(order.callId, { order, state: 'offered', answeredAt: null, end: null });
      this.#statuses.set(order.agentId, 'offered');
      this.#tell('offered', order.callId);
    }
    await this.afterDial(order);
  }

  async findCall(callId: string): Promise<FoundCall | null> {
    await Promise.resolve();
    if (this.isSilent) throw new DomainError('unavailable', 'callbacks:error.under-way');
    const call = this.calls.get(callId);
    if (call === undefined) return null;
    if (call.end !== null) return { live: false, by: call.end.by, cause: call.end.cause, answeredAt: call.answeredAt };
    return { live: true, state: call.state === 'ended' ? 'talking' : call.state };
  }

  accept(callId: string): void {
    this.#call(callId).state = 'dialling';
    this.set(this.#call(callId).order.agentId, 'dialling');
    this.#tell('accepted', callId);
  }

  answer(callId: string): void {
    const call = this.#call(callId);
    call.state = 'talking';
    call.answeredAt = this.#now().getTime();
    this.set(call.order.agentId, 'talking');
    this.#tell('answered', callId);
  }

  end(callId: string, by: EndedBy, cause: EndCause): void {
    const call = this.#call(callId);
    call.end = { by, cause, at: this.#now().getTime() };
    if (call.state !== 'offered') call.state = 'ended';
    this.set(call.order.agentId, 'available');
    this.#tell('ended', callId);
  }

  /** Tells a fact again, as exchanges do. */
  repeat(type: CallFact['type'], callId: string): void {
    this.#tell(type, callId);
  }

  #tell(type: CallFact['type'], callId: string): void {
    const { answeredAt, end } = this.#call(callId);
    const fact: CallFact = {
      type,
      call: {
        callId,
        direction: 'callback',
        answeredAt,
        endedAt: end?.at ?? null,
        endedBy: end?.by ?? null,
        endCause: end?.cause ?? null,
      },
    };
    for (const listener of this.#listeners) listener(fact);
  }

  #call(callId: string): Call {
    const call = this.calls.get(callId);
    if (call === undefined) throw new Error(`no call ${callId}`);
    return call;
  }
}
