import { type Schedule } from '../../platform/schedule.js';
import { type AgentSnapshot } from '../../shared/agent-state.js';
import { type BoardChange, type BoardSnapshot, type LinkSnapshot, type QueueSnapshot } from '../../shared/board.js';

/** At most four frames a second: faster than that nobody reads, and a hundred pages have to draw it. */
export const FRAME_INTERVAL_MS = 250;
/** A frame comes at least this often, so that the age a page shows is the age of the data and not of the last event. */
export const HEARTBEAT_MS = 5_000;

/** The live picture a board is taken from. */
export interface BoardSource {
  agents(): readonly AgentSnapshot[];
  queues(): readonly QueueSnapshot[];
  link(): LinkSnapshot;
  /** Tells what changed, whole and in order; returns its own undo. */
  onChanged(
    listener: (change: {
      readonly agents: readonly AgentSnapshot[];
      readonly queues: readonly QueueSnapshot[];
      readonly link: boolean;
    }) => void,
  ): () => void;
}

export interface BoardFeedDeps {
  readonly source: BoardSource;
  /** Epoch milliseconds; the clock the frames carry. */
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly logError: (error: unknown, context: object) => void;
}

/**
 * One board, and the frames that keep pages up to date with it.
 *
 * A change goes out at once when the last frame is a quarter of a second old, else with the next frame; an agent that
 * changed five times meanwhile is in it once. What a frame costs grows with what changed, not with how many there are.
 *
 * `snapshot()` may already hold what the next frame will say; a frame replaces whole agents and queues, so saying it
 * twice is harmless. Join the room first, then take the snapshot.
 *
 * `start()` once; nothing is sent before it or after disposal.
 */
export class BoardFeed {
  readonly #deps: BoardFeedDeps;
  readonly #listeners = new Set<(change: BoardChange) => void>();
  readonly #agents = new Map<number, AgentSnapshot>();
  readonly #queues = new Map<number, QueueSnapshot>();
  #seq = 0;
  #lastFrameAt: number | null = null;
  #sentLink: LinkSnapshot | null = null;
  #cancelFrame: (() => void) | null = null;
  #cancelHeartbeat: (() => void) | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: BoardFeedDeps) {
    this.#deps = deps;
  }

  /** Begins to follow the source. Calling it again does nothing. */
  start(): void {
    if (this.#unsubscribe !== null) return;
    this.#sentLink = this.#deps.source.link();
    this.#unsubscribe = this.#deps.source.onChanged((change) => {
      this.#collect(change.agents, change.queues, change.link);
    });
    this.#armHeartbeat();
  }

  /** The whole board as it is now, and the sequence number its changes go on from. */
  snapshot(): BoardSnapshot {
    const { source, now } = this.#deps;
    return { seq: this.#seq, at: now(), link: source.link(), agents: source.agents(), queues: source.queues() };
  }

  /** Calls `listener` with each frame, in order; returns its own undo. A listener that throws stops no other. */
  onFrame(listener: (change: BoardChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  [Symbol.dispose](): void {
    this.#unsubscribe?.();
    this.#cancelFrame?.();
    this.#cancelHeartbeat?.();
    this.#unsubscribe = this.#cancelFrame = this.#cancelHeartbeat = null;
    this.#listeners.clear();
    this.#agents.clear();
    this.#queues.clear();
  }

  #collect(agents: readonly AgentSnapshot[], queues: readonly QueueSnapshot[], link: boolean): void {
    for (const agent of agents) this.#agents.set(agent.agentId, agent);
    for (const queue of queues) this.#queues.set(queue.queueId, queue);
    if (this.#agents.size > 0 || this.#queues.size > 0 || (link && this.#linkTurned())) this.#requestFrame();
  }

  /** A sign of life is no news by itself: the heartbeat carries it. The link coming or going is. */
  #linkTurned(): boolean {
    const link = this.#deps.source.link();
    return link.connected !== this.#sentLink?.connected || link.since !== this.#sentLink.since;
  }

  #requestFrame(): void {
    if (this.#cancelFrame !== null) return;
    const wait = this.#lastFrameAt === null ? 0 : this.#lastFrameAt + FRAME_INTERVAL_MS - this.#deps.now();
    if (wait <= 0) {
      this.#send();
      return;
    }
    // A clock that was set back must not silence the board.
    this.#cancelFrame = this.#deps.schedule(
      () => {
        this.#send();
      },
      Math.min(wait, FRAME_INTERVAL_MS),
    );
  }

  #armHeartbeat(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#deps.schedule(() => {
      this.#send();
    }, HEARTBEAT_MS);
  }

  #send(): void {
    const { source, now, logError } = this.#deps;
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    this.#seq += 1;
    const link = source.link();
    const change: BoardChange = {
      seq: this.#seq,
      at: now(),
      link,
      agents: [...this.#agents.values()],
      queues: [...this.#queues.values()],
    };
    this.#agents.clear();
    this.#queues.clear();
    this.#sentLink = link;
    this.#lastFrameAt = change.at;
    this.#armHeartbeat();
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        logError(error, { at: 'board frame', seq: change.seq });
      }
    }
  }
}
