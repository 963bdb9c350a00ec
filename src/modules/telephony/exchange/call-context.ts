import { type CallBook, type LiveCall, type NewEvent } from './call-book.js';
import { type DirectoryView } from './directory-view.js';
import { type ExchangeLog, type ExchangeQueue, type QueueOpening, type Timers } from './exchange.port.js';
import { type Leg, type Side } from './leg.js';
import { type Registrar } from './registrar.js';
import { HEADERS } from './sip-message.js';

/** The queues, for a phone that is connected and is to wait in one. */
export interface WaitingLines {
  /** The call waits from now on; `side` is where its phone stands in it. */
  takeIn(
    call: LiveCall,
    queue: ExchangeQueue,
    waiting: { readonly leg: Leg; readonly side: Side; readonly place: 'front' | 'back' },
  ): void;
  openingOf(queue: ExchangeQueue): QueueOpening;
  /** Somebody may have become free. */
  distribute(): void;
}

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
  readonly lines: WaitingLines;
  readonly newId: () => string;
}

/** Who is shown as calling, and what tells the phone which call it is. */
export interface Introduction {
  readonly from: { readonly number: string; readonly name: string };
  readonly headers: readonly string[];
}

/** The phone on a side of a call, and how it is rung for it. */
export interface Party extends Introduction {
  readonly address: string;
}

export function partyOf(context: CallContext, call: LiveCall, side: Side): Party {
  if (side === 'agent') {
    const introduction = call.isTold
      ? agentInvite(context, call, call.idAtPhone.agent ?? call.callId)
      : customerInvite(context, call, 'agent');
    return { address: call.extension ?? '', ...introduction };
  }
  const introduction = call.peer === null ? customerInvite(context, call) : askedInvite(context, call);
  return { address: call.otherAddress, ...introduction };
}

/** For the agent's phone. */
export function agentInvite(context: CallContext, call: LiveCall, callId: string = call.callId): Introduction {
  const { number, consults } = call;
  const headers = headersOf({ callId, direction: call.direction, queue: call.queue });
  if (consults !== null) headers.push(`${HEADERS.consults}: ${consults}`);
  return { from: { number, name: nameOf(context, number) }, headers };
}

/** For the phone of an agent who is asked, on the customer's side of a consultation. */
export function askedInvite(context: CallContext, call: LiveCall): Introduction {
  const number = call.extension ?? '';
  return { from: { number, name: nameOf(context, number) }, headers: headersOf(call) };
}

/** For a customer's phone. */
export function customerInvite(context: CallContext, call: LiveCall, side: Side = 'customer'): Introduction {
  return { from: context.callerId, headers: [`${HEADERS.callId}: ${call.idAtPhone[side] ?? call.callId}`] };
}

function headersOf({ callId, direction, queue }: Pick<LiveCall, 'callId' | 'direction' | 'queue'>): string[] {
  const headers = [`${HEADERS.callId}: ${callId}`, `${HEADERS.direction}: ${direction}`];
  if (queue !== null) headers.push(`${HEADERS.queue}: ${encodeURIComponent(queue)}`);
  return headers;
}

function nameOf({ directory }: CallContext, number: string): string {
  const known = directory.findLine(number) ?? directory.findUser(number) ?? directory.findQueueByNumber(number);
  return known?.name ?? '';
}

/** The phone shall be picked up without ringing: what desk phones agree on, and a header of our own for pages. */
export const AUTO_ANSWER_HEADERS: readonly string[] = [
  'Call-Info: <sip:exchange>;answer-after=0',
  `${HEADERS.autoAnswer}: 1`,
];
