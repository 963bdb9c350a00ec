import { type PhoneCallState } from './phone-call.js';

const WEIGHT: Readonly<Record<PhoneCallState, number>> = {
  ringing: 0,
  answering: 1,
  calling: 1,
  talking: 2,
  held: 3,
  ended: 4,
};

/**
 * The call that a person means by "the call": one that rings or is being put through, else the one that is talked in,
 * else the one on hold; of equals the one that began first. Null without a call.
 */
export function foreground<C extends { readonly state: PhoneCallState }>(calls: readonly C[]): C | null {
  return calls.reduce<C | null>(
    (best, call) => (best === null || WEIGHT[call.state] < WEIGHT[best.state] ? call : best),
    null,
  );
}
