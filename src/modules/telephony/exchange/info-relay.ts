import { type InfoRequest, type Leg, statusOf } from './leg.js';

const RELAYED = /^application\/dtmf(-relay)?\b/i;

/** Hands keyed tones that came as SIP INFO (RFC 6086) to the other side; 415 for anything else, 480 with nobody there. */
export function relayInfo(request: InfoRequest, other: Leg | null): void {
  if (!RELAYED.test(request.contentType)) request.respond(415);
  else if (other === null) request.respond(480);
  else {
    other.info([], request).then(
      () => {
        request.respond(200);
      },
      (error: unknown) => {
        request.respond(statusOf(error));
      },
    );
  }
}
