import { z } from 'zod';
import { ATTENDANCE_KINDS } from './attendance.js';
import { type BoardChange, type BoardSnapshot } from './board.js';
import {
  type AttendanceForm,
  type CallbackView,
  type CustomerChoice,
  type DeskState,
  type PastCall,
  type SoftphoneCredentials,
  type TransferTargets,
} from './desk.js';
import { type RecordingView } from './recording.js';
import { MICROPHONE_LEVELS } from './line-quality.js';

export interface AckError {
  readonly code: 'invalid' | 'forbidden' | 'not-found' | 'conflict' | 'unavailable' | 'internal';
  /** A sentence in the viewer's language. */
  readonly message: string;
  /** The field of the payload it is about, where there is one. */
  readonly field: string | null;
}
export type Ack<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: AckError };

const id = z.number().int().positive();
const callId = z.string().min(1).max(64);
/** Names one page for as long as it is open; kept over a reload in `sessionStorage`. */
const pageId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);
/** Names one browser, for all its tabs; kept in `localStorage`. */
const deviceId = pageId;
const nothing = z.object({});
/** Whom a call is sent to, or who is asked about it. A number is as it was typed. */
const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), agentId: id }),
  z.object({ kind: z.literal('queue'), queueId: id }),
  z.object({ kind: z.literal('number'), number: z.string().min(1).max(32) }),
]);
/** Longer than any line that carries speech, in milliseconds. */
const delayMs = z.number().min(0).max(10_000).nullable();
/** A device by the name the browser gives it; null where it gives none. */
const deviceLabel = z.string().min(1).max(120).nullable();

/** One schema per client event: the hub parses with it, both sides take their type from it. */
export const clientEventSchemas = {
  /** Joins the desk: answered with its state, then told each change as `desk:changed`. */
  'desk:open': z.object({ pageId }),
  /**
   * Takes the agent's phone to this page. `force` takes it from another page of this browser that holds it; on another
   * computer the holder is asked first. A page that does not say where it is counts as a computer of its own.
   */
  'phone:claim': z.object({ pageId, deviceId: deviceId.optional(), force: z.boolean() }),
  /** The page that holds the phone answers the computer that asks for it. */
  'phone:answer': z.object({ pageId, agreed: z.boolean() }),
  'phone:credentials': z.object({ pageId }),
  'shift:start': z.object({ pageId }),
  'shift:end': nothing,
  'queue:log-in': z.object({ queueId: id }),
  'queue:log-out': z.object({ queueId: id }),
  'queue:all': z.object({ loggedIn: z.boolean() }),
  'agent:pause': z.object({ reasonId: id }),
  'agent:resume': nothing,
  /** Takes back a pause that waits for the end of the call. */
  'agent:drop-pause': nothing,
  'call:dial': z.object({ number: z.string().min(1).max(32) }),
  'call:hang-up': z.object({ callId }),
  /** Joins those who are told who is there to take a call: answered with them, then told each change. */
  'transfer:watch': nothing,
  'transfer:unwatch': nothing,
  /** Sends a call on without asking first. */
  'call:transfer': z.object({ callId, target }),
  /** Ends that attempt: the agent has the call again. */
  'call:take-back': z.object({ callId }),
  /** Dials a second call beside the one on hold. */
  'call:consult': z.object({ callId, target }),
  /** Joins the two others of the agent's two calls, and lets the agent go. */
  'call:join': z.object({ callId }),
  /** All three hear each other. */
  'call:confer': z.object({ callId }),
  'wrap-up:finish': z.object({ callId }),
  'attendance:save': z.object({
    attendanceId: id,
    /** What it was typed over: when another page has saved since, nothing is stored, and the answer is what it saved. */
    version: z.number().int().nonnegative(),
    subjectReasonId: id.nullable(),
    outcomeReasonId: id.nullable(),
    description: z.string().max(4000),
    kind: z.enum(ATTENDANCE_KINDS),
  }),
  /** Closes a record whose call is over. */
  'attendance:finish': z.object({ attendanceId: id }),
  /** What the page measured over the last seconds of the call this agent is in or just had. */
  'call:quality': z.object({
    callId,
    seconds: z.number().min(0.5).max(60),
    roundTripMs: delayMs,
    jitterMs: delayMs,
    lossPercent: z.number().min(0).max(100),
    microphone: deviceLabel,
    speaker: deviceLabel,
  }),
  /** The outcome of a test of this agent's equipment. */
  'equipment:report': z.object({
    level: z.enum(MICROPHONE_LEVELS),
    peakDb: z.number().min(-200).max(0).nullable(),
    roundTripMs: delayMs,
    microphone: deviceLabel,
    speaker: deviceLabel,
    ringer: deviceLabel,
  }),
  /** The agent's own calls of today, the newest first. */
  'desk:history': nothing,
  /** Part of a name, a document or a number, however written. */
  'customer:search': z.object({ text: z.string().max(60) }),
  /** A new customer with the number of this agent's call, which is the customer's from then on. */
  'customer:create': z.object({ callId, name: z.string().max(1000) }),
  /** Says whose call it is; `keepNumber` adds its number to the customer's. */
  'customer:choose': z.object({ callId, customerId: id, keepNumber: z.boolean() }),
  'callback:book': z.object({
    number: z.string().min(1).max(32),
    /** Local date and time in `timeZone`. */
    date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    time: z.string().regex(/^\d{2}:\d{2}$/),
    timeZone: z.string().min(1).max(64),
    notes: z.string().max(500),
    /** The attendance it continues; null when there is none. */
    attendanceId: id.nullable(),
  }),
  'callback:cancel': z.object({ callbackId: id }),
  /** The recording of the agent's present call; asked when the page has (again) a connection. */
  'recording:look': nothing,
  'recording:pause': z.object({ callId }),
  'recording:resume': z.object({ callId }),
  /** Joins the board: answered with a snapshot, then told each change as `board:changed`. Also asked again after a gap. */
  'board:open': nothing,
} as const;
export type ClientEventName = keyof typeof clientEventSchemas;
export type ClientEventPayload<E extends ClientEventName> = z.infer<(typeof clientEventSchemas)[E]>;

export interface ClientEventResults {
  'desk:open': DeskState;
  'phone:claim': { readonly holder: string | null };
  'phone:answer': null;
  'phone:credentials': SoftphoneCredentials;
  'shift:start': null;
  'shift:end': null;
  'queue:log-in': null;
  'queue:log-out': null;
  'queue:all': null;
  'agent:pause': null;
  'agent:resume': null;
  'agent:drop-pause': null;
  'call:dial': { readonly callId: string };
  'call:hang-up': null;
  'transfer:watch': TransferTargets;
  'transfer:unwatch': null;
  'call:transfer': null;
  'call:take-back': null;
  'call:consult': { readonly callId: string };
  'call:join': null;
  'call:confer': null;
  'wrap-up:finish': null;
  'attendance:save': { readonly isStored: boolean; readonly form: AttendanceForm };
  'attendance:finish': null;
  'call:quality': null;
  'equipment:report': null;
  'desk:history': readonly PastCall[];
  'customer:search': { readonly customers: readonly CustomerChoice[]; readonly total: number };
  'customer:create': { readonly id: number; readonly name: string };
  'customer:choose': { readonly id: number; readonly name: string };
  'callback:book': CallbackView;
  'callback:cancel': null;
  'recording:look': RecordingView | null;
  'recording:pause': null;
  'recording:resume': null;
  'board:open': BoardSnapshot;
}

export type ClientToServerEvents = {
  [E in ClientEventName]: (payload: ClientEventPayload<E>, ack: (result: Ack<ClientEventResults[E]>) => void) => void;
};

export interface ServerToClientEvents {
  'desk:changed': (desk: DeskState) => void;
  /** The exchange or the network's servers are others: the phone asks for credentials again and registers with them. */
  'phone:changed': () => void;
  /** Of the agent's present call; null when it is not being recorded. */
  'recording:changed': (recording: RecordingView | null) => void;
  'transfer:changed': (targets: TransferTargets) => void;
  'board:changed': (change: BoardChange) => void;
  /** What the viewer may do has changed, and this page may still be shown. What it may not do any more is refused. */
  'viewer:changed': () => void;
}
