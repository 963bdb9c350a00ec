import { type CallDirection } from '../../../shared/agent-state.js';
import { type CallBook, type LiveCall, type NewEvent } from './call-book.js';
import { type DirectoryView } from './directory-view.js';
import { type ExchangeLog, type Timers } from './exchange.port.js';
import { type Registrar } from './registrar.js';
import { HEADERS } from './sip-message.js';

/** What the phases of a call share. */
export interface CallContext {
  readonly realm: string;
  readonly timers: Timers;
  readonly now: () => number;
  readonly log: ExchangeLog;
  readonly emit: (event: NewEvent) => void;
  readonly book: CallBook;
  readonly registrar: Registrar;
  readonly directory: DirectoryView;
  /** Whom a customer sees calling. */
  readonly callerId: { readonly number: string; readonly name: string };
  /** How long a call waits for a phone that went away. */
  readonly legGraceSeconds: number;
}

/** Who an agent's phone shows as calling, and what tells the page which call it is. */
export function agentInvite(
  context: CallContext,
  call: {
    readonly callId: string;
    readonly number: string;
    readonly direction: CallDirection;
    readonly queue: string | null;
  },
): { readonly from: { readonly number: string; readonly name: string }; readonly headers: string[] } {
  const headers = [`${HEADERS.callId}: ${call.callId}`, `${HEADERS.direction}: ${call.direction}`];
  if (call.queue !== null) headers.push(`${HEADERS.queue}: ${encodeURIComponent(call.queue)}`);
  return {
    from: { number: call.number, name: context.directory.findLine(call.number)?.name ?? '' },
    headers,
  };
}

/** The same for a customer's phone. */
export function customerInvite(
  context: CallContext,
  call: LiveCall,
): { readonly from: { readonly number: string; readonly name: string }; readonly headers: string[] } {
  return { from: context.callerId, headers: [`${HEADERS.callId}: ${call.callId}`] };
}

/** The phone shall be picked up without ringing: what desk phones agree on, and a header of our own for pages. */
export const AUTO_ANSWER_HEADERS: readonly string[] = [
  'Call-Info: <sip:exchange>;answer-after=0',
  `${HEADERS.autoAnswer}: 1`,
];
