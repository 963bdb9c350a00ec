import { type AgentSnapshot } from './agent-state.js';

/**
 * The state of the connection to the exchange. A board that shows `connected: false` is grey: its numbers are those of
 * `lastSeenAt`, not of now.
 */
export interface LinkSnapshot {
  readonly connected: boolean;
  /** When `connected` last changed; epoch milliseconds. */
  readonly since: number;
  /** The exchange's last sign of life; null when there never was one. */
  readonly lastSeenAt: number | null;
}

/** One queue, today (since midnight in the operation's time zone) and now. */
export interface QueueSnapshot {
  readonly queueId: number;
  readonly name: string;
  readonly waiting: number;
  /** When the longest waiting caller entered; null when nobody waits. Epoch milliseconds. */
  readonly longestWaitSince: number | null;
  readonly agentsLoggedIn: number;
  readonly agentsAvailable: number;
  readonly agentsTalking: number;
  readonly agentsPaused: number;
  /** Calls that entered the queue today while it was open, and have ended or been answered. */
  readonly offered: number;
  readonly answered: number;
  /** Of these some came out of hours, which are not in `offered`. */
  readonly notAnswered: number;
  readonly abandoned: number;
  /** Answered within the target / (offered - abandoned within the target), 0 to 1; null when there is nothing to divide. */
  readonly serviceLevel: number | null;
  readonly serviceLevelSeconds: number;
  /** (talk + hold + wrap-up) / answered, seconds; null without answered calls. */
  readonly averageHandlingSeconds: number | null;
  /** Waiting before answer / answered, seconds; null without answered calls. */
  readonly averageWaitSeconds: number | null;
}

/** The whole board. `seq` is of the board, not of its parts. */
export interface BoardSnapshot {
  readonly seq: number;
  /** The server's clock when it was taken; epoch milliseconds. */
  readonly at: number;
  readonly link: LinkSnapshot;
  readonly agents: readonly AgentSnapshot[];
  readonly queues: readonly QueueSnapshot[];
}

/**
 * What changed since `seq - 1`. Agents and queues are whole, and replace those of the same id. A page that holds another
 * `seq` than `seq - 1` has missed something and asks for a snapshot.
 */
export interface BoardChange {
  readonly seq: number;
  readonly at: number;
  readonly link: LinkSnapshot;
  readonly agents: readonly AgentSnapshot[];
  readonly queues: readonly QueueSnapshot[];
}
