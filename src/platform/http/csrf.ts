import { csrfSync } from 'csrf-sync';
import { type Request, type RequestHandler } from 'express';

export interface Csrf {
  /** Refuses what changes something and does not carry the session's token, as field `_csrf` or header `x-csrf-token`. */
  readonly protect: RequestHandler;
  /** The session's token; makes one, and with it the session, when there is none. */
  readonly tokenOf: (req: Request) => string;
}

export function createCsrf(): Csrf {
  const { csrfSynchronisedProtection, generateToken } = csrfSync({
    size: 32,
    getTokenFromRequest: (req) => {
      const body: unknown = req.body;
      if (typeof body === 'object' && body !== null && '_csrf' in body && typeof body._csrf === 'string') {
        return body._csrf;
      }
      const header = req.headers['x-csrf-token'];
      return typeof header === 'string' ? header : null;
    },
  });
  return { protect: csrfSynchronisedProtection, tokenOf: (req) => generateToken(req) };
}
