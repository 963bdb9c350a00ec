import { createHmac } from 'node:crypto';

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

/**
 * Credentials of a TURN server that end by themselves, as coturn's `use-auth-secret` expects them
 * (draft-uberti-behave-turn-rest-00, section 2.2): the name begins with the second at which it ends.
 *
 * @param expiresAt epoch milliseconds
 */
export function createTurnCredentials(secret: string, user: string, expiresAt: number): TurnCredentials {
  const username = `${Math.floor(expiresAt / 1000)}:${user}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
