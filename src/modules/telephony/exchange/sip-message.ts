import { type Core, URI } from 'sip.js';

/** What pages may rely on, beside plain SIP. */
export const HEADERS = {
  callId: 'X-Citrus-Call-Id',
  direction: 'X-Citrus-Direction',
  /** Of a consultation, to the phone that asked for it: the call it is made beside. */
  consults: 'X-Citrus-Consults',
  autoAnswer: 'X-Citrus-Auto-Answer',
  resume: 'X-Citrus-Resume',
  cause: 'X-Citrus-Cause',
  /**
   * In an INFO: `away` when the other side's phone is gone for the moment, `waiting` when the call waits in a queue (with
   * its position, and its sound in `Alert-Info`), `back` when somebody is there again.
   */
  peer: 'X-Citrus-Peer',
  queue: 'X-Citrus-Queue',
  queuePosition: 'X-Queue-Position',
  /** Of a queue that is closed: when it opens, epoch milliseconds. */
  opensAt: 'X-Citrus-Opens-At',
} as const;

export const ALLOWED_METHODS: readonly string[] = ['ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'OPTIONS', 'REGISTER'];

/** The fields every request must have (RFC 3261 section 8.1.1), by the names SIP.js keeps them under. */
const MANDATORY = ['via', 'from', 'to', 'call-id', 'cseq'] as const;

type Message = Core.IncomingRequestMessage | Core.IncomingResponseMessage;

/** Why a request cannot be served at all; null when it can. The parser of SIP.js checks none of this. */
export function findDefect(message: Core.IncomingRequestMessage): string | null {
  for (const name of MANDATORY) if (!message.hasHeader(name)) return `Missing ${name}`;
  // SIP.js leaves these undefined, against their types, where a header did not parse.
  const read = message as Partial<Core.IncomingRequestMessage>;
  if (read.ruri === undefined) return 'Bad Request-URI';
  if (read.from === undefined || read.fromTag === undefined) return 'Bad From';
  if (read.to === undefined) return 'Bad To';
  if (read.viaBranch === undefined) return 'Bad Via';
  if (!Number.isSafeInteger(read.cseq) || cseqMethod(message) !== message.method) return 'Bad CSeq';
  return null;
}

/** Whether there is enough of a request to answer it. */
export function isAnswerable(message: Core.IncomingRequestMessage): boolean {
  if (message.method === 'ACK') return false;
  return MANDATORY.every((name) => message.hasHeader(name)) && message.parseHeader('to') !== undefined;
}

function cseqMethod(message: Core.IncomingRequestMessage): string | undefined {
  const cseq: unknown = message.parseHeader('cseq');
  return typeof cseq === 'object' && cseq !== null && 'method' in cseq ? String(cseq.method) : undefined;
}

/** The session description in a message, or null. */
export function readSdp(message: Message): string | null {
  const type = message.getHeader('content-type');
  if (type === undefined || !/^application\/sdp\b/i.test(type) || message.body === '') return null;
  return message.body;
}

export function sdpBody(sdp: string): Core.Body {
  return { contentDisposition: 'session', contentType: 'application/sdp', content: sdp };
}

/** Options with a body only where there is one: SIP.js tells `undefined` from absent. */
export function withSdp<T extends object>(options: T, sdp: string | null): T & { body?: Core.Body } {
  return sdp === null ? options : { ...options, body: sdpBody(sdp) };
}

export function sipUri(user: string, host: string): URI {
  return new URI('sip', user, host);
}

/** `Reason` (RFC 3326) with the status that stands for why, and our word for it. */
export function reasonHeaders(status: number, cause: string): string[] {
  return [`Reason: SIP;cause=${status};text="${cause}"`, `${HEADERS.cause}: ${cause}`];
}

export type InviteFailure = 'busy' | 'rejected' | 'no-answer' | 'unreachable';

/**
 * What a final response to an INVITE says. 480 is what SIP.js sends when a person rejects without saying more, so it
 * counts as a rejection: a phone that is not there gives no response at all.
 */
export function failureOf(status: number): InviteFailure {
  if (status === 486 || status === 600) return 'busy';
  if (status === 408 || status === 487) return 'no-answer';
  if (status === 404 || status === 410 || status === 481 || (status >= 500 && status < 600)) return 'unreachable';
  return 'rejected';
}
