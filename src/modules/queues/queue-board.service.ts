import { type AgentStatus } from '../../shared/agent-state.js';
import { type QueueSnapshot } from '../../shared/board.js';
import { type LocalDay } from '../monitoring/local-day.domain.js';
import { NO_CALLS, count, measure, type QueueCounters, type QueueFact } from '../monitoring/queue-counters.domain.js';
import { type Queue } from './queue.domain.js';

/** What a queue sees of an agent. */
export interface AgentStanding {
  readonly status: AgentStatus;
  readonly queueIds: ReadonlySet<number>;
}

type Tally = 'agentsLoggedIn' | 'agentsAvailable' | 'agentsTalking' | 'agentsPaused';

interface LiveQueue {
  queue: Queue;
  /** Callers who have not been answered yet, in the order they came, with when that was. */
  waiting: Map<string, number>;
  newestWait: number;
  readonly tallies: Record<Tally, number>;
  counters: QueueCounters;
  snapshot: QueueSnapshot | null;
}

const TALLY: Readonly<Partial<Record<AgentStatus, Tally>>> = {
  available: 'agentsAvailable',
  talking: 'agentsTalking',
  'on-hold': 'agentsTalking',
  paused: 'agentsPaused',
};

/**
 * The queues as they are now and what they did today. Everything is kept incrementally: what a change costs grows with
 * the queues it is about, never with how many there are.
 */
export class QueueBoard {
  readonly #queues = new Map<number, LiveQueue>();
  readonly #byExchangeName = new Map<string, number>();
  readonly #dayOf: (at: number) => LocalDay;
  readonly #onChanged: (queueId: number) => void;
  #day: LocalDay;

  constructor(deps: {
    readonly dayOf: (at: number) => LocalDay;
    readonly now: () => number;
    readonly onChanged: (queueId: number) => void;
  }) {
    this.#dayOf = deps.dayOf;
    this.#onChanged = deps.onChanged;
    this.#day = deps.dayOf(deps.now());
  }

  /** The day the counters are of. */
  get day(): LocalDay {
    return this.#day;
  }

  find(queueId: number): Queue | null {
    return this.#queues.get(queueId)?.queue ?? null;
  }

  findByExchangeName(exchangeName: string): Queue | null {
    const id = this.#byExchangeName.get(exchangeName);
    return id === undefined ? null : this.find(id);
  }

  /**
   * Takes the queues as they are set now. Retired ones are kept while the process runs, so that their calls still count.
   * Returns those whose counters have to be counted anew: new ones, and those whose target changed.
   */
  load(queues: readonly Queue[]): readonly Queue[] {
    const recount: Queue[] = [];
    this.#byExchangeName.clear();
    for (const queue of queues) {
      this.#byExchangeName.set(queue.exchangeName, queue.id);
      const live = this.#queues.get(queue.id);
      if (live?.queue.serviceLevelSeconds !== queue.serviceLevelSeconds) recount.push(queue);
      const shown = live?.queue.name === queue.name && live.queue.isActive === queue.isActive;
      if (live === undefined) this.#queues.set(queue.id, newQueue(queue));
      else live.queue = queue;
      if (!shown) this.#changed(queue.id);
    }
    return recount;
  }

  /** `before` or `after` is null for an agent who came or went altogether. */
  agentMoved(before: AgentStanding | null, after: AgentStanding | null): void {
    for (const queueId of before?.queueIds ?? []) this.#tally(queueId, before, -1);
    for (const queueId of after?.queueIds ?? []) this.#tally(queueId, after, 1);
  }

  callWaits(queueId: number, callId: string, since: number): void {
    const live = this.#queues.get(queueId);
    if (live === undefined) return;
    const newest = live.waiting.size === 0 ? since : live.newestWait;
    live.newestWait = Math.max(newest, since);
    live.waiting.set(callId, since);
    // Callers adopted from a snapshot may have waited longer than those whose events came first.
    if (since < newest) live.waiting = new Map([...live.waiting].sort(([, a], [, b]) => a - b));
    this.#changed(queueId);
  }

  callLeft(queueId: number, callId: string): void {
    if (this.#queues.get(queueId)?.waiting.delete(callId) === true) this.#changed(queueId);
  }

  /** Counts what a call that entered the queue at `startedAt` did; calls of another day are left to that day. */
  count(queueId: number, startedAt: number, fact: QueueFact): void {
    // The exchange's clock may be past midnight while ours is not yet.
    this.rollOver(startedAt);
    const live = this.#queues.get(queueId);
    if (live === undefined || startedAt < this.#day.from) return;
    live.counters = count(live.counters, fact, live.queue.serviceLevelSeconds);
    this.#changed(queueId);
  }

  /** Begins a new day if `at` is in one. */
  rollOver(at: number): void {
    if (at < this.#day.until) return;
    this.#day = this.#dayOf(at);
    for (const [queueId, live] of this.#queues) {
      live.counters = NO_CALLS;
      this.#changed(queueId);
    }
  }

  counters(queueId: number): QueueCounters | null {
    return this.#queues.get(queueId)?.counters ?? null;
  }

  setCounters(queueId: number, counters: QueueCounters): void {
    const live = this.#queues.get(queueId);
    if (live === undefined) return;
    live.counters = counters;
    this.#changed(queueId);
  }

  snapshot(queueId: number): QueueSnapshot | null {
    const live = this.#queues.get(queueId);
    if (live === undefined) return null;
    live.snapshot ??= toSnapshot(live);
    return live.snapshot;
  }

  snapshots(): readonly QueueSnapshot[] {
    return [...this.#queues.values()]
      .filter(({ queue }) => queue.isActive)
      .map((live) => (live.snapshot ??= toSnapshot(live)));
  }

  #tally(queueId: number, standing: AgentStanding | null, by: 1 | -1): void {
    const live = this.#queues.get(queueId);
    if (live === undefined || standing === null) return;
    live.tallies.agentsLoggedIn += by;
    const tally = TALLY[standing.status];
    if (tally !== undefined) live.tallies[tally] += by;
    this.#changed(queueId);
  }

  #changed(queueId: number): void {
    const live = this.#queues.get(queueId);
    if (live !== undefined) live.snapshot = null;
    this.#onChanged(queueId);
  }
}

function newQueue(queue: Queue): LiveQueue {
  return {
    queue,
    waiting: new Map(),
    newestWait: 0,
    tallies: { agentsLoggedIn: 0, agentsAvailable: 0, agentsTalking: 0, agentsPaused: 0 },
    counters: NO_CALLS,
    snapshot: null,
  };
}

function toSnapshot({ queue, waiting, tallies, counters }: LiveQueue): QueueSnapshot {
  const [longestWaitSince = null] = waiting.values();
  return {
    queueId: queue.id,
    name: queue.name,
    waiting: waiting.size,
    longestWaitSince,
    ...tallies,
    offered: counters.offered,
    answered: counters.answered,
    notAnswered: counters.notAnswered,
    abandoned: counters.abandoned,
    serviceLevelSeconds: queue.serviceLevelSeconds,
    ...measure(counters),
  };
}
