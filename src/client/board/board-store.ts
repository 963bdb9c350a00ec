import type { AgentSnapshot } from '../../shared/agent-state.js';
import type { BoardChange, BoardSnapshot, LinkSnapshot, QueueSnapshot } from '../../shared/board.js';

/** Three heartbeats without a frame: the socket may look alive, the data is not. */
export const SILENCE_MS = 15_000;
/** Frames the clock is judged by; few enough that a clock that was set is believed within the minute. */
const CLOCK_SAMPLES = 8;
/** Frames kept while a snapshot is under way. */
const EARLY_FRAMES = 64;

export type Applied = 'applied' | 'stale' | 'gap';

/**
 * How far the board may be believed.
 *
 * - `empty`: nothing has come yet. `live`: it is as old as `ageMs`.
 * - `stale`: `why` the exchange (`link`) or the server (`socket`) is out of reach, since `lostAt`; what is shown is of
 *   `goodAt`.
 *
 * Times are epoch milliseconds by the server's clock.
 */
export type Freshness =
  | { readonly state: 'empty' }
  | { readonly state: 'live'; readonly goodAt: number; readonly ageMs: number }
  | {
      readonly state: 'stale';
      readonly why: 'link' | 'socket';
      readonly goodAt: number;
      readonly ageMs: number;
      readonly lostAt: number;
    };

/**
 * What this page knows of the board. Holds no DOM, and no clock: who calls gives the page's time in epoch milliseconds.
 */
export class BoardStore {
  readonly #agents = new Map<number, AgentSnapshot>();
  readonly #queues = new Map<number, QueueSnapshot>();
  readonly #clockSamples: number[] = [];
  #early: BoardChange[] = [];
  #seq: number | null = null;
  #at = 0;
  #receivedAt = 0;
  #link: LinkSnapshot | null = null;
  #connected = false;

  get agents(): readonly AgentSnapshot[] {
    return [...this.#agents.values()];
  }

  get queues(): readonly QueueSnapshot[] {
    return [...this.#queues.values()];
  }

  queueName(queueId: number): string | null {
    return this.#queues.get(queueId)?.name ?? null;
  }

  /** The socket came or went. What came early from another connection is of no use: sequences may have begun anew. */
  setConnected(connected: boolean): void {
    if (connected !== this.#connected) this.#early = [];
    this.#connected = connected;
  }

  /** Takes the whole board, then the changes that overtook it on the way. */
  replace(snapshot: BoardSnapshot, pageNow: number): void {
    this.#agents.clear();
    this.#queues.clear();
    for (const agent of snapshot.agents) this.#agents.set(agent.agentId, agent);
    for (const queue of snapshot.queues) this.#queues.set(queue.queueId, queue);
    this.#seq = snapshot.seq;
    this.#received(snapshot.at, snapshot.link, pageNow);
    const early = this.#early;
    this.#early = [];
    for (const change of early) this.apply(change, pageNow);
  }

  /**
   * Takes a change, if it is the next one. After a `gap` the page asks for a snapshot; what comes until then is kept, so
   * that a frame that is sent while the snapshot is on its way is not lost.
   */
  apply(change: BoardChange, pageNow: number): Applied {
    if (this.#seq === null || change.seq > this.#seq + 1) {
      if (this.#early.length < EARLY_FRAMES) this.#early.push(change);
      return 'gap';
    }
    if (change.seq <= this.#seq) return 'stale';
    for (const agent of change.agents) {
      // A snapshot may be newer than the frame that follows it.
      if ((this.#agents.get(agent.agentId)?.version ?? -1) <= agent.version) this.#agents.set(agent.agentId, agent);
    }
    for (const queue of change.queues) this.#queues.set(queue.queueId, queue);
    this.#seq = change.seq;
    this.#received(change.at, change.link, pageNow);
    return 'applied';
  }

  /** The server's clock, as far as this page can tell. */
  serverNow(pageNow: number): number {
    return pageNow + (this.#clockSamples.length === 0 ? 0 : Math.max(...this.#clockSamples));
  }

  freshness(pageNow: number): Freshness {
    const link = this.#link;
    if (link === null) return { state: 'empty' };
    const now = this.serverNow(pageNow);
    const goodAt = Math.min(this.#at, link.lastSeenAt ?? (link.connected ? this.#at : link.since));
    const ageMs = Math.max(0, now - goodAt);
    if (!link.connected) return { state: 'stale', why: 'link', goodAt, ageMs, lostAt: Math.min(link.since, this.#at) };
    if (!this.#connected || pageNow - this.#receivedAt > SILENCE_MS) {
      return { state: 'stale', why: 'socket', goodAt, ageMs, lostAt: this.#at };
    }
    return { state: 'live', goodAt, ageMs };
  }

  /** The moment the shown durations count to: now while the board is live, the last good moment when it is not. */
  shownNow(pageNow: number): number {
    const freshness = this.freshness(pageNow);
    return freshness.state === 'stale' ? freshness.goodAt : this.serverNow(pageNow);
  }

  #received(at: number, link: LinkSnapshot, pageNow: number): void {
    this.#at = at;
    this.#receivedAt = pageNow;
    this.#link = link;
    // A frame is always older than its arrival, so of the last few the largest difference is nearest to the truth.
    this.#clockSamples.push(at - pageNow);
    if (this.#clockSamples.length > CLOCK_SAMPLES) this.#clockSamples.shift();
  }
}
