/**
 * How the call ended as this phone saw it. `cancelled`: the exchange withdrew it before it was answered. `replaced`: the
 * same call goes on in another session. `out-of-hours`: the queue that was called is closed.
 */
export type PhoneCallEnd =
  | 'local'
  | 'remote'
  | 'cancelled'
  | 'rejected'
  | 'busy'
  | 'no-answer'
  | 'not-found'
  | 'out-of-hours'
  | 'failed'
  | 'replaced';

/** What the final refusal of an outgoing call says. */
export function endOf(statusCode: number): PhoneCallEnd {
  switch (statusCode) {
    case 486:
    case 600:
      return 'busy';
    case 408:
    case 480:
    case 487:
      return 'no-answer';
    case 404:
    case 484:
    case 604:
      return 'not-found';
    case 603:
      return 'rejected';
    default:
      return 'failed';
  }
}
