import { type AgentSnapshot, type AgentStatus, type CallDirection, type PauseReasonRef } from './agent-state.js';
import { type AttendanceKind } from './attendance.js';
import { type LinkSnapshot } from './board.js';

/** What a telephony platform may or may not be able to do; pages show only what is there. */
export type Capability =
  | 'hold-music'
  | 'blind-transfer'
  | 'attended-transfer'
  | 'conference'
  | 'listen'
  | 'whisper'
  | 'barge'
  | 'recording'
  | 'ivr'
  | 'queue-callback';

export type CallCardState = 'offered' | 'dialling' | 'talking' | 'on-hold' | 'ended';

export interface PastAttendance {
  readonly protocol: string;
  readonly at: number;
  /** Null where it is not for this viewer: of confidential ones. */
  readonly subject: string | null;
  readonly agentName: string | null;
}

/** What an agent says of a record: the reasons by their ids, null where none is chosen. */
export interface AttendanceEntry {
  readonly subjectReasonId: number | null;
  readonly outcomeReasonId: number | null;
  readonly description: string;
  readonly kind: AttendanceKind;
}

/** The record an agent writes while talking. Saved as typed; finished by the agent. */
export interface AttendanceForm extends AttendanceEntry {
  readonly attendanceId: number;
  readonly protocol: string;
  /** As they were called when they were chosen: a reason that was retired since is still shown. */
  readonly subject: string;
  readonly outcome: string;
  /** Grows with each change; a save says which one it was typed over. */
  readonly version: number;
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
  /** Every id under which the agent's phone may know this call: its own, and those of consultations that became it. */
  readonly phoneCallIds: readonly string[];
  /** Where it is being sent, while nobody there has taken it. */
  readonly transfer: TransferUnderWay | null;
  /** Agent, customer and the other side of the second call hear each other. */
  readonly isConference: boolean;
  /** For who is asked about a call of somebody else: whose, and what is known of it. */
  readonly consultation: ConsultationView | null;
}

export interface TransferUnderWay {
  readonly kind: DeskTarget['kind'];
  /** The name of the agent or queue, or the number. */
  readonly label: string;
  readonly since: number;
}

/** The other call of an agent who has two. */
export interface SecondCall {
  readonly callId: string;
  readonly phoneCallIds: readonly string[];
  readonly kind: DeskTarget['kind'];
  /** The name of the agent or queue, or the number. */
  readonly label: string;
  readonly state: 'dialling' | 'talking' | 'on-hold';
  readonly startedAt: number;
  readonly answeredAt: number | null;
}

export interface ConsultationView {
  readonly agentName: string;
  readonly number: string;
  readonly customerName: string | null;
  readonly queueName: string | null;
  readonly protocol: string | null;
  /** What was written so far; null where the viewer may not read it. */
  readonly record: { readonly subject: string; readonly description: string } | null;
}

/** Whom a page may send a call to, or ask about it. */
export type DeskTarget =
  | { readonly kind: 'agent'; readonly agentId: number }
  | { readonly kind: 'queue'; readonly queueId: number }
  | { readonly kind: 'number'; readonly number: string };

/** Who is there to take a call, live. Of two, the one with the higher `version` is the newer. */
export interface TransferTargets {
  readonly version: number;
  readonly agents: readonly {
    readonly agentId: number;
    readonly name: string;
    readonly status: AgentStatus;
    readonly since: number;
    readonly queueNames: readonly string[];
  }[];
  readonly queues: readonly {
    readonly queueId: number;
    readonly name: string;
    readonly isOpen: boolean;
    readonly waiting: number;
    readonly free: number;
  }[];
}

/** A record of the agent's own whose call is over and that was not finished. */
export interface UnfinishedAttendance extends AttendanceForm {
  readonly openedAt: number;
}

/** A reason that may be chosen. */
export interface ReasonChoice {
  readonly id: number;
  readonly name: string;
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
  /** The browser that page is open in. */
  readonly phoneDeviceId: string | null;
  /** Another computer asks for the phone; null when none does. */
  readonly phoneRequest: {
    readonly pageId: string;
    /** From then on, without an answer, it may take it. */
    readonly until: number;
    readonly isRefused: boolean;
  } | null;
  /** When the page that has the phone last was not heard of for a while, so that no calls were offered. */
  readonly phoneSilence: { readonly from: number; readonly until: number } | null;
  readonly queues: readonly DeskQueue[];
  readonly pauseReasons: readonly PauseReasonRef[];
  /** What a record may be said to be about, and how it may have ended. */
  readonly attendanceReasons: { readonly subject: readonly ReasonChoice[]; readonly outcome: readonly ReasonChoice[] };
  /** The newest first. */
  readonly unfinished: readonly UnfinishedAttendance[];
  readonly call: CallCard | null;
  readonly second: SecondCall | null;
  /** What the exchange in use can do. */
  readonly capabilities: readonly Capability[];
  readonly callbacks: readonly CallbackView[];
  readonly today: { readonly answered: number; readonly averageHandlingSeconds: number | null };
}

/** Of the desk, where the phone is. */
export type PhonePart = Pick<DeskState, 'phoneHolder' | 'phoneDeviceId' | 'phoneRequest' | 'phoneSilence'>;

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
  /** The exchange does not mix a conference, so the page lets its two calls hear each other. */
  readonly pageMixesConference: boolean;
}
