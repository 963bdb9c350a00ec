import { type AgentSnapshot, type CallDirection } from '../../shared/agent-state.js';
import { type QueueSnapshot } from '../../shared/board.js';
import { type Desks } from './desk.service.js';

/** A call whose record an agent writes. */
export interface RecordedCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly agentId: number | null;
  readonly customer: { readonly id: number } | null;
  readonly queueId: number | null;
  readonly answeredAt: number | null;
}

export interface FollowedCentre {
  agents(): readonly AgentSnapshot[];
  callOf(agentId: number): RecordedCall | null;
  onChanged(
    listener: (change: {
      readonly agents: readonly AgentSnapshot[];
      readonly queues: readonly QueueSnapshot[];
      readonly link: boolean;
    }) => void,
  ): () => void;
  onCall(
    listener: (event: { readonly type: string; readonly call: RecordedCall; readonly agentId: number | null }) => void,
  ): () => void;
}

export interface DeskRecordKeeper {
  /** Repeating it for one call opens nothing more. */
  openForCall(call: {
    readonly callId: string;
    readonly agentId: number;
    readonly customerId: number | null;
    readonly queueId: number | null;
  }): Promise<unknown>;
  /** No error when it was finished before, or is another's by now. */
  finish(callId: string, agentId: number): Promise<unknown>;
  /** Closes a record that no agent was reached for; leaves every other. */
  callEnded(callId: string): Promise<unknown>;
}

export interface DeskFollowerDeps {
  readonly centre: FollowedCentre;
  readonly desks: Desks;
  readonly attendances: DeskRecordKeeper;
  /** The customer of a call became known while its record was being opened. */
  readonly setCustomer: (callId: string, customerId: number) => Promise<void>;
  /** Settles when what the centre told so far is stored, so that the day's figures have it. */
  readonly stored: () => Promise<void>;
  readonly schedule: (work: () => void, delayMs: number) => () => void;
  readonly logError: (error: unknown, context: object) => void;
}

const RETRY_MS = 2000;

/**
 * Keeps desks and records in step with the call centre: a call that is answered has its record opened, one that is sent on
 * has it handed to who has the call now, one whose wrap-up
 * ends has it finished, by whichever way the wrap-up ended, and each agent's page hears what concerns it.
 */
export class DeskFollower {
  readonly #deps: DeskFollowerDeps;
  readonly #wrappingUp = new Map<number, string>();
  readonly #waiting = new Map<number, number>();
  readonly #retries = new Set<() => void>();
  readonly #undo: (() => void)[] = [];

  constructor(deps: DeskFollowerDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { centre } = this.#deps;
    this.#undo.push(
      centre.onChanged(({ agents, queues, link }) => {
        for (const agent of agents) this.#agentChanged(agent);
        for (const queue of queues) this.#queueChanged(queue);
        if (link) this.#deps.desks.allChanged();
      }),
      centre.onCall(({ type, call, agentId }) => {
        if (type === 'answered' || type === 'transferred') this.#open(call);
        if (type === 'transferred' && agentId !== null) this.#left(agentId);
        if (type === 'ended' && call.answeredAt === null) this.#abandon(call.callId);
      }),
    );
    // A call answered while the application was away has no record yet, or is known to have one.
    for (const agent of centre.agents()) {
      this.#noteWrapUp(agent);
      const call = centre.callOf(agent.agentId);
      if (call !== null) this.#open(call);
    }
  }

  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
    for (const cancel of this.#retries) cancel();
    this.#retries.clear();
  }

  #agentChanged(agent: AgentSnapshot): void {
    this.#noteWrapUp(agent);
    this.#deps.desks.changed(agent.agentId);
  }

  #noteWrapUp(agent: AgentSnapshot): void {
    const { agentId } = agent;
    const before = this.#wrappingUp.get(agentId);
    const callId = agent.status === 'wrap-up' ? (agent.call?.callId ?? this.#callIdOf(agentId)) : undefined;
    if (before !== undefined && before !== callId) this.#finish(agentId, before);
    if (callId === undefined) this.#wrappingUp.delete(agentId);
    else this.#wrappingUp.set(agentId, callId);
  }

  #callIdOf(agentId: number): string | undefined {
    return this.#deps.centre.callOf(agentId)?.callId;
  }

  #queueChanged(queue: QueueSnapshot): void {
    if (this.#waiting.get(queue.queueId) === queue.waiting) return;
    this.#waiting.set(queue.queueId, queue.waiting);
    this.#deps.desks.queueChanged(queue.queueId);
  }

  #open(call: RecordedCall): void {
    const { callId, agentId, queueId, answeredAt, direction } = call;
    // A consultation belongs to the record of the call it is about. One that waits again has its record already.
    if (agentId === null || answeredAt === null || direction === 'consult') return;
    this.#untilDone({ at: 'open attendance', callId }, async () => {
      // Who it is may have become known, or have been merged, since the call was answered.
      const customerId = this.#customerOf(call, agentId);
      await this.#deps.attendances.openForCall({ callId, agentId, customerId, queueId });
      const known = this.#customerOf(call, agentId);
      if (known !== null && known !== customerId) await this.#deps.setCustomer(callId, known);
      this.#deps.desks.recordsChanged(agentId);
    });
  }

  #abandon(callId: string): void {
    this.#untilDone({ at: 'abandon attendance', callId }, async () => {
      await this.#deps.attendances.callEnded(callId);
    });
  }

  /** Whoever sent a call on has what was talked in the day's figures. */
  #left(agentId: number): void {
    this.#untilDone({ at: 'figures after a transfer', agentId }, async () => {
      await this.#deps.stored();
      this.#deps.desks.recordsChanged(agentId);
    });
  }

  #customerOf(call: RecordedCall, agentId: number): number | null {
    const current = this.#deps.centre.callOf(agentId);
    return (current?.callId === call.callId ? current : call).customer?.id ?? null;
  }

  #finish(agentId: number, callId: string): void {
    this.#untilDone({ at: 'finish attendance', callId }, async () => {
      await this.#deps.attendances.finish(callId, agentId);
      await this.#deps.stored();
      this.#deps.desks.recordsChanged(agentId);
    });
  }

  /** A database that is away for a moment must not cost a record. */
  #untilDone(context: object, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.#deps.logError(error, context);
      const cancel = this.#deps.schedule(() => {
        this.#retries.delete(cancel);
        this.#untilDone(context, work);
      }, RETRY_MS);
      this.#retries.add(cancel);
    });
  }
}
