import { type Request, type RequestHandler, type Response } from 'express';
import { can, type Viewer } from '../../modules/accounts/viewer.domain.js';
import { type Permission } from '../../shared/permissions.js';
import { DomainError } from '../errors.js';
import { cookieOf } from './cookies.js';
import { viewerOf } from './locals.js';

/** There as long as the browser believes to be signed in; tells an expired session from somebody new. */
export const signedInCookie = 'citrus-voz.signed-in';

/** The viewer of a guarded route. Without a guard before it this is a defect, and says so. */
export function requireViewer(req: Request): Viewer {
  const viewer = viewerOf(req);
  if (viewer === null) throw new Error(`${req.method} ${req.path} has no guard`);
  return viewer;
}

export const requireSignedIn: RequestHandler = (req, res, next) => {
  if (viewerOf(req) === null) sendToSignIn(req, res);
  else next();
};

/** Lets pass who is signed in and holds the permission; others read why not. */
export function requirePermission(permission: Permission): RequestHandler {
  return requireAnyPermission(permission);
}

/** Lets pass who is signed in and holds one of the permissions at least: a page of several, each with its own buttons. */
export function requireAnyPermission(...permissions: readonly Permission[]): RequestHandler {
  return (req, res, next) => {
    const viewer = viewerOf(req);
    if (viewer === null) {
      sendToSignIn(req, res);
      return;
    }
    const mayPass = permissions.some((permission) => can(viewer, permission));
    next(mayPass ? undefined : new DomainError('forbidden', 'errors:forbidden'));
  };
}

function sendToSignIn(req: Request, res: Response): void {
  const expired = cookieOf(req, signedInCookie) !== null;
  if (req.accepts(['html', 'json']) === 'json') {
    const { t } = res.locals as { t: (key: string) => string };
    res.status(401).json({ error: { message: t(expired ? 'auth:session-expired' : 'auth:sign-in-first') } });
    return;
  }
  const query = new URLSearchParams();
  // A form that was posted cannot be posted again by a redirect; its page is asked for instead, where there is one.
  if (req.method === 'GET') query.set('next', req.originalUrl);
  if (expired) query.set('why', 'expired');
  const asked = query.toString();
  res.redirect(303, asked === '' ? '/sign-in' : `/sign-in?${asked}`);
}

/**
 * Where to go after signing in or choosing a language: only a path of our own. `//host` and `/\host` are other hosts to
 * a browser.
 */
export function safePath(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2000) return '/';
  const inside = value.startsWith('/') && !/^\/[/\\]/.test(value) && !/[^\x20-\uffff]/.test(value);
  return inside && !value.startsWith('/sign-in') ? value : '/';
}
