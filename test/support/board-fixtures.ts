import { type AgentSnapshot } from '../../src/shared/agent-state.js';
import { type LinkSnapshot, type QueueSnapshot } from '../../src/shared/board.js';

export const T0 = Date.UTC(2026, 10, 23, 13, 0, 0);

export function anAgent(over: Partial<AgentSnapshot> = {}): AgentSnapshot {
  return {
    agentId: 1,
    name: 'Ana Souza',
    extension: '1001',
    status: 'available',
    since: T0,
    blockers: [],
    missedCalls: 0,
    pauseReason: null,
    nextPause: null,
    call: null,
    loggedInQueueIds: [1],
    phoneRegistered: true,
    pageConnected: true,
    shiftStartedAt: T0,
    wrapUpEndsAt: null,
    version: 1,
    ...over,
  };
}

export function aQueue(over: Partial<QueueSnapshot> = {}): QueueSnapshot {
  return {
    queueId: 1,
    name: 'Suporte',
    waiting: 0,
    longestWaitSince: null,
    agentsLoggedIn: 1,
    agentsAvailable: 1,
    agentsTalking: 0,
    agentsPaused: 0,
    offered: 0,
    answered: 0,
    notAnswered: 0,
    abandoned: 0,
    serviceLevel: null,
    serviceLevelSeconds: 20,
    averageHandlingSeconds: null,
    averageWaitSeconds: null,
    ...over,
  };
}

export function aLink(over: Partial<LinkSnapshot> = {}): LinkSnapshot {
  return { connected: true, since: T0 - 60_000, lastSeenAt: T0, ...over };
}

/** A clock that stands still until it is told to go on, and runs what was scheduled on the way, in order. */
export class ManualTime {
  #now = T0;
  #scheduled: { readonly at: number; readonly work: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly schedule = (work: () => void, delayMs: number): (() => void) => {
    const entry = { at: this.#now + delayMs, work };
    this.#scheduled.push(entry);
    return () => {
      this.#scheduled = this.#scheduled.filter((other) => other !== entry);
    };
  };

  get pending(): number {
    return this.#scheduled.length;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#scheduled.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#scheduled = this.#scheduled.filter((other) => other !== next);
      this.#now = next.at;
      next.work();
    }
    this.#now = end;
  }
}
