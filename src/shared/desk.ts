import { type AgentSnapshot, type CallDirection, type PauseReasonRef } from './agent-state.js';
import { type LinkSnapshot } from './board.js';

export type CallCardState = 'offered' | 'dialling' | 'talking' | 'on-hold' | 'ended';

export interface PastAttendance {
  readonly protocol: string;
  readonly at: number;
  readonly subject: string;
  readonly agentName: string | null;
}

/** The record an agent writes while talking. Saved as typed; finished by the agent. */
export interface AttendanceForm {
  readonly attendanceId: number;
  readonly protocol: string;
  readonly subject: string;
  readonly description: string;
  /** When the server last stored it; null when nothing was typed yet. */
  readonly savedAt: number | null;
  /** False while only the URA has given its protocol: an agent writes in it from the answer on. */
  readonly isOpened: boolean;
  /** What the caller keyed before anybody answered; null when the URA said nothing of it. */
  readonly ura: { readonly digits: string | null; readonly menu: string | null } | null;
}

/** A call as the agent's page shows it, ringing to wrap-up. */
export interface CallCard {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly state: CallCardState;
  readonly number: string;
  readonly customer: { readonly id: number; readonly name: string } | null;
  readonly queueName: string | null;
  /** Seconds the customer waited in the queue before this offer; null for calls that came from no queue. */
  readonly waitedSeconds: number | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly lastAttendances: readonly PastAttendance[];
  readonly attendance: AttendanceForm | null;
  /** For a fired callback: what was promised. */
  readonly callback: CallbackView | null;
}

export type CallbackState =
  | 'scheduled'
  | 'reserved'
  | 'offering'
  | 'dialling'
  | 'connected'
  | 'retry-wait'
  | 'done'
  | 'expired'
  | 'failed'
  | 'cancelled';

export interface CallbackView {
  readonly id: number;
  readonly number: string;
  readonly customerName: string | null;
  readonly dueAt: number;
  readonly windowEndAt: number;
  /** IANA name of the customer's time zone, in which the promise was made. */
  readonly timeZone: string;
  readonly notes: string;
  readonly state: CallbackState;
  /** Why it is in this state, as a message key of the namespace `callbacks`; null where the state says all. */
  readonly reason: string | null;
  readonly attempts: number;
  readonly maxAttempts: number;
}

export interface DeskQueue {
  readonly queueId: number;
  readonly name: string;
  readonly loggedIn: boolean;
  readonly waiting: number;
}

/**
 * Everything the agent's page shows, whole: it is small, so a change sends all of it and the page never has to put
 * pieces together. Of two, the one with the higher `version` is the newer.
 */
export interface DeskState {
  readonly version: number;
  /** The server's clock when it was sent; the page corrects its own by it. */
  readonly now: number;
  readonly link: LinkSnapshot;
  readonly agent: AgentSnapshot;
  /** Which page holds the phone of this agent; null when none does. */
  readonly phoneHolder: string | null;
  readonly queues: readonly DeskQueue[];
  readonly pauseReasons: readonly PauseReasonRef[];
  readonly call: CallCard | null;
  readonly callbacks: readonly CallbackView[];
  readonly today: { readonly answered: number; readonly averageHandlingSeconds: number | null };
}

/** A call of the agent's own that is over; words are in the viewer's language, the time in the operation's zone. */
export interface PastCall {
  readonly callId: string;
  readonly number: string;
  readonly name: string | null;
  readonly time: string;
  readonly direction: string;
  readonly talked: string;
  readonly outcome: string;
  readonly isAnswered: boolean;
}

/** Somebody an agent may choose as the customer of a call. */
export interface CustomerChoice {
  readonly id: number;
  readonly name: string;
  /** With punctuation. */
  readonly document: string | null;
  /** E.164. */
  readonly numbers: readonly string[];
}

/** What a softphone needs to register. Made for one session, and useless after `expiresAt`. */
export interface SoftphoneCredentials {
  /** `sip:1007@host` */
  readonly uri: string;
  /** An absolute `ws:`/`wss:` URL, or a path on the host the page came from. */
  readonly server: string;
  readonly authorizationUsername: string;
  readonly authorizationPassword: string;
  readonly displayName: string;
  readonly expiresAt: number;
  readonly iceServers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  /** The exchange plays no music to a held customer, so the page has to. */
  readonly pagePlaysHoldMusic: boolean;
}
