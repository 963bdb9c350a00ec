import { type ErrorRequestHandler, type RequestHandler } from 'express';
import { ZodError } from 'zod';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { DomainError, type DomainErrorCode } from '../errors.js';
import { localsOf } from './locals.js';
import { loggedPath } from './logged-path.js';
import { type Pages } from './pages.js';

const STATUS: Readonly<Record<DomainErrorCode, number>> = {
  invalid: 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
};

interface Shown {
  readonly status: number;
  readonly key: MessageKey;
  readonly params: Readonly<Record<string, string | number>>;
}

export const notFound: RequestHandler = (_req, _res, next) => {
  next(new DomainError('not-found', 'errors:no-such-page'));
};

/** The one place where an error becomes a response. Only what we refused on purpose is told to the browser. */
export function createErrorHandler(deps: {
  readonly logError: (error: unknown, context: object) => void;
}): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const shown = describe(error);
    if (shown.status === 500) deps.logError(error, { method: req.method, path: loggedPath(req.path) });
    const locals = localsOf(res);
    const message = locals.t(shown.key, shown.params);
    res.status(shown.status);
    if (req.accepts(['html', 'json']) === 'json') {
      res.json({ error: { message } });
      return;
    }
    // Nobody signed in has no form on this page: without a token, a stranger's 404 makes no session.
    if (locals.viewer === null) Object.defineProperty(locals, 'csrfToken', { value: '', enumerable: true });
    const model: Pages['errors/error'] = { status: shown.status, title: locals.t(titleOf(shown.status)), message };
    // Express answers a page that cannot be rendered with the stack trace, so this one answers for itself.
    res.render('errors/error', model, (renderError: Error | null, html?: string) => {
      if (renderError === null) {
        res.send(html);
        return;
      }
      deps.logError(renderError, { at: 'error page' });
      res.type('text/plain').send(message);
    });
  };
}

function describe(error: unknown): Shown {
  if (error instanceof DomainError) return { status: STATUS[error.code], key: error.key, params: error.params };
  // A path or query that does not parse names nothing; forms report their errors themselves (form.ts).
  if (error instanceof ZodError) return { status: 404, key: 'errors:no-such-page', params: {} };
  if (error instanceof Error && 'code' in error && error.code === 'EBADCSRFTOKEN') {
    return { status: 403, key: 'errors:form-expired', params: {} };
  }
  // What Express and its body parsers refuse: a body too large, a path that does not decode.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    const key =
      error.status === 413 ? 'errors:too-large' : error.status === 404 ? 'errors:no-such-page' : 'errors:unreadable';
    return { status: error.status, key, params: {} };
  }
  return { status: 500, key: 'errors:internal', params: {} };
}

function titleOf(status: number): MessageKey {
  switch (status) {
    case 403:
      return 'errors:title-forbidden';
    case 404:
      return 'errors:title-not-found';
    case 409:
      return 'errors:title-conflict';
    case 503:
      return 'errors:title-unavailable';
    case 500:
      return 'errors:title-internal';
    default:
      return 'errors:title-refused';
  }
}
