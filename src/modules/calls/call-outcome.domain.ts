import { type EndCause } from '../telephony/telephony.port.js';
import { type CallRecord } from './call-record.domain.js';

/**
 * What became of a call, in one word: `answered` when customer and agent talked and somebody hung up, else the reason
 * why not. `transferred` went on without us, to a number; of a consultation, its others were joined. `cancelled` was hung up before anybody answered.
 */
export const CALL_OUTCOMES = [
  'answered',
  'transferred',
  'abandoned',
  'timed-out',
  'out-of-hours',
  'busy',
  'no-answer',
  'rejected',
  'unreachable',
  'not-taken',
  'cancelled',
  'dropped',
  'failed',
  'in-progress',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** Of the causes of an end, the word for a call that nobody answered. */
const UNANSWERED: Readonly<Record<EndCause, CallOutcome>> = {
  'hung-up': 'cancelled',
  abandoned: 'abandoned',
  'timed-out': 'timed-out',
  'out-of-hours': 'out-of-hours',
  busy: 'busy',
  'no-answer': 'no-answer',
  rejected: 'rejected',
  unreachable: 'unreachable',
  'not-taken': 'not-taken',
  dropped: 'dropped',
  failed: 'failed',
  transferred: 'transferred',
};

export function outcomeOf({ state, answeredAt, endCause }: CallRecord): CallOutcome {
  if (state !== 'ended') return 'in-progress';
  if (endCause === 'dropped') return 'dropped';
  if (endCause === 'transferred') return 'transferred';
  if (answeredAt !== null) return 'answered';
  return endCause === null ? 'failed' : UNANSWERED[endCause];
}
