import express, { Router, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { type Attendances } from './attendance.service.js';
import { isProtocol } from './protocol.domain.js';
import { RequestLimit } from './request-limit.js';
import { uraForm } from './ura.schema.js';

const BODY_LIMIT = '8kb';
const MINUTE_MS = 60_000;
/** Fifty calls a second is more than the largest operation has; a dialplan in a loop has more. */
const REQUESTS_A_MINUTE = 3000;
/** Wrong tokens from one address. */
const REFUSALS_A_MINUTE = 30;

export interface UraRouterDeps {
  /** Null without telephony: there are no records then. */
  readonly attendances: Pick<Attendances, 'issueForUra' | 'stateOfProtocol'> | null;
  readonly verifyToken: (token: string) => Promise<boolean>;
  /** Whose number it is; null when it cannot be told. */
  readonly customerOf: (number: string) => Promise<number | null>;
  readonly now: () => Date;
  readonly logError: (error: unknown, context: object) => void;
  readonly requestsAMinute?: number;
}

/**
 * What the URA may ask, with its token and without a session: a protocol for a call (`POST /protocols`), and whether one
 * that was keyed exists (`GET /protocols/:number`). Answers JSON, or the bare word for `Accept: text/plain`, which a dialplan
 * reads more easily. Says nothing of customers. To be mounted at `/api/ura`, before whatever reads sessions.
 */
export function createUraRouter(deps: UraRouterDeps): Router {
  const router = Router();
  const { attendances } = deps;
  router.use(requireToken(deps), express.urlencoded({ extended: false, limit: BODY_LIMIT }));
  router.use(express.json({ limit: BODY_LIMIT }));

  router.post('/protocols', async (req, res) => {
    const parsed = uraForm.safeParse(req.body ?? {});
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path[0];
      refuse(res, 400, 'invalid', typeof field === 'string' ? field : undefined);
      return;
    }
    if (attendances === null) {
      refuse(res, 503, 'unavailable');
      return;
    }
    const { call_id: callId, number, digits, menu } = parsed.data;
    const customerId = number === null ? null : await deps.customerOf(number);
    const { protocol } = await attendances.issueForUra({ callId, customerId, digits, menu });
    answer(res, { protocol }, protocol);
  });

  router.get('/protocols/:number', async (req, res) => {
    const { number: protocol } = req.params;
    // A digit misheard or mistyped is told from a number that was never given.
    if (!isProtocol(protocol)) {
      refuse(res, 400, 'invalid', 'number');
      return;
    }
    const found = (await attendances?.stateOfProtocol(protocol)) ?? null;
    if (found === null) refuse(res, 404, 'not-found');
    else answer(res, { protocol, open: found.isOpen }, found.isOpen ? 'open' : 'closed');
  });

  router.use((_req, res) => {
    refuse(res, 404, 'not-found');
  });
  router.use(createErrorAnswer(deps));
  return router;
}

function requireToken(deps: UraRouterDeps): RequestHandler {
  const requests = new RequestLimit({ max: deps.requestsAMinute ?? REQUESTS_A_MINUTE, windowMs: MINUTE_MS });
  const refusals = new RequestLimit({ max: REFUSALS_A_MINUTE, windowMs: MINUTE_MS });
  return async (req, res, next) => {
    const now = deps.now().getTime();
    const address = req.ip ?? '';
    const token = /^Bearer ([\w~+/.=-]{1,256})$/i.exec(req.headers.authorization ?? '')?.[1];
    // The right token is never shut out by somebody who guesses behind the same address.
    if (token !== undefined && (await deps.verifyToken(token))) {
      const waitMs = requests.take('all', now);
      if (waitMs > 0) refuseForNow(res, waitMs);
      else next();
      return;
    }
    const waitMs = refusals.take(address, now);
    if (waitMs > 0) {
      refuseForNow(res, waitMs);
      return;
    }
    res.set('WWW-Authenticate', 'Bearer');
    refuse(res, 401, 'unauthorized');
  };
}

function createErrorAnswer({ logError }: UraRouterDeps): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    // What the body's readers refuse has a status.
    if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
      refuse(res, error.status, 'invalid');
      return;
    }
    logError(error, { at: 'a request of the URA' });
    refuse(res, 500, 'internal');
  };
}

function answer(res: Response, body: object, word: string): void {
  if (isPlain(res)) res.type('text/plain').send(word);
  else res.json(body);
}

function refuseForNow(res: Response, waitMs: number): void {
  res.set('Retry-After', String(Math.ceil(waitMs / 1000)));
  refuse(res, 429, 'too-many');
}

/** For `text/plain` with an empty body: a dialplan must not read an error as a protocol. */
function refuse(res: Response, status: number, code: string, field?: string): void {
  res.status(status);
  if (isPlain(res)) res.type('text/plain').send('');
  else res.json({ error: { code, ...(field === undefined ? {} : { field }) } });
}

function isPlain(res: Response): boolean {
  return res.req.accepts(['json', 'text']) === 'text';
}
