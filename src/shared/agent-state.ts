/**
 * The one word for what an agent is doing. Everything that shows an agent (desk, board, reports) shows this, derived in
 * one place on the server.
 *
 * - `offline`: no shift. `unreachable`: on shift, but the phone is not registered or the page went silent.
 * - `available`: nothing stands in the way of a call. `reserved`: kept free for a callback that is due.
 * - `offered`: the phone rings. `dialling`: the agent's side is up, the customer is being called.
 * - `talking`, `on-hold`: with the customer. `wrap-up`: finishing the record. `paused`: with a reason.
 */
export const AGENT_STATUSES = [
  'offline',
  'unreachable',
  'available',
  'reserved',
  'offered',
  'dialling',
  'talking',
  'on-hold',
  'wrap-up',
  'paused',
] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/**
 * How a call came to be. `callback` is dialled by the server for a promise, `outbound` by an agent's wish, `consult` by
 * an agent who has a call and asks somebody about it.
 */
export type CallDirection = 'inbound' | 'outbound' | 'callback' | 'consult';

export interface PauseReasonRef {
  readonly id: number;
  readonly name: string;
  readonly isProductive: boolean;
  /** How long a pause for it may last; nobody is sent back when it is over. Null: as long as one likes. */
  readonly timeLimitSeconds: number | null;
}

/**
 * What stands in the way of a call of a queue; several may at once, and who is available has none. `missed`: paused by
 * rule, after too many calls in a row that rang and were not taken. `call`: one is under way, or being written up.
 */
export type BlockerKind = 'no-shift' | 'paused' | 'missed' | 'call' | 'no-page' | 'no-phone' | 'reserved';

export interface AgentBlocker {
  readonly kind: BlockerKind;
  /** When it began; epoch milliseconds. */
  readonly since: number;
}

/** What a board needs to know of an agent's call. */
export interface AgentCallRef {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly customerName: string | null;
  readonly queueName: string | null;
}

/** One agent as pages see it. All times are epoch milliseconds by the server's clock. */
export interface AgentSnapshot {
  readonly agentId: number;
  readonly name: string;
  readonly extension: string | null;
  readonly status: AgentStatus;
  /** When the status began. Of a pause: when it was begun, whatever was dialled in it. */
  readonly since: number;
  /** Everything that keeps the exchange from offering a call, in the order in which it is said. */
  readonly blockers: readonly AgentBlocker[];
  /** How many calls in a row rang and were not taken. */
  readonly missedCalls: number;
  readonly pauseReason: PauseReasonRef | null;
  /** A pause asked for while busy; it begins when call and wrap-up have ended. */
  readonly nextPause: PauseReasonRef | null;
  readonly call: AgentCallRef | null;
  readonly loggedInQueueIds: readonly number[];
  readonly phoneRegistered: boolean;
  readonly pageConnected: boolean;
  readonly shiftStartedAt: number | null;
  /** When the server ends the wrap-up by itself; null when it has no limit or there is none. */
  readonly wrapUpEndsAt: number | null;
  /** Grows by one with every change and outlives restarts; of two snapshots the higher is the newer. */
  readonly version: number;
}
