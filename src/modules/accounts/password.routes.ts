import { Router, type Request, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, type FieldErrors } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf, translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Permission } from '../../shared/permissions.js';
import { type User } from '../users/user.domain.js';
import { LINK_LIFE_MS, type LinkHolder, type PasswordLinks } from './password-links.service.js';
import { passwordProblem } from './password-rules.domain.js';
import { newPasswordForm } from './password.schema.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'accounts/password': {
      /** Null for a link that is worth nothing; then `problem` says why. */
      readonly holder: LinkHolder | null;
      readonly problem: string | null;
      readonly token: string;
      readonly errors: FieldErrors;
    };
    'users/password': { readonly user: User; readonly errors: FieldErrors; readonly associated: boolean };
    'users/password-link': { readonly user: User; readonly url: string; readonly until: string };
  }
}

export interface PasswordRouterDeps {
  readonly links: PasswordLinks;
  /** Throws a DomainError 'not-found'. */
  readonly requireUser: (id: number) => Promise<User>;
  /** Whether somebody with these permissions can do all that the user can. */
  readonly reaches: (permissions: ReadonlySet<Permission>, user: User) => Promise<boolean>;
  /** The address people reach the application by; null when it is that of the request. */
  readonly publicUrl: URL | null;
  readonly timeZone: string;
  readonly now: () => Date;
  /** Bad links from one address in ten minutes. */
  readonly failuresPerAddress: number;
}

const WINDOW_MS = 10 * 60_000;

/** Where a path of ours is, as somebody outside writes it. */
export function absoluteUrl(req: Request, publicUrl: URL | null, path: string): string {
  return new URL(path, publicUrl ?? `${req.protocol}://${req.get('host') ?? 'localhost'}`).href;
}

/** When a link made now ends, as people write it. */
export function linkEnd(res: Response, now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(localsOf(res).locale, { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
    now.getTime() + LINK_LIFE_MS,
  );
}

/** The reset of a password by an administrator, and the public page behind a one-time link. To be mounted at `/`. */
export function createPasswordRouter(deps: PasswordRouterDeps): Router {
  const { links } = deps;
  const router = Router();

  /** Whoever sets a password can sign in as its owner: never as somebody who administers more. */
  const requireReach = async (req: Request): Promise<User> => {
    const user = await deps.requireUser(idOf(req));
    if (!(await deps.reaches(requireViewer(req).permissions, user))) {
      throw new DomainError('forbidden', 'users:above-you');
    }
    return user;
  };

  router.get('/admin/users/:id/password', requirePermission('users.edit'), async (req, res) => {
    const user = await requireReach(req);
    renderPage(res, 'users/password', { user, errors: {}, associated: user.exchangeLogin !== null });
  });

  router.post('/admin/users/:id/password', requirePermission('users.edit'), async (req, res) => {
    const user = await requireReach(req);
    const form = await submitForm(res, newPasswordForm, req.body, async ({ password }) => {
      const problem = passwordProblem(password, user.login);
      if (problem !== null) throw new DomainError('invalid', problem, { field: 'password' });
      await links.set(user.id, password, actorOf(req));
    });
    if (!form.ok) {
      const model = { user, errors: form.errors, associated: user.exchangeLogin !== null };
      renderPage(res, 'users/password', model, form.status);
      return;
    }
    await flash(req, 'success', 'users:password-changed', { name: user.name });
    res.redirect(303, `/admin/users/${user.id}`);
  });

  router.post('/admin/users/:id/password-link', requirePermission('users.edit'), async (req, res) => {
    const user = await requireReach(req);
    if (user.exchangeLogin !== null) {
      renderPage(res, 'users/password', { user, errors: {}, associated: true }, 409);
      return;
    }
    const url = absoluteUrl(req, deps.publicUrl, await links.issue(user.id, actorOf(req)));
    renderPage(res, 'users/password-link', { user, url, until: linkEnd(res, deps.now(), deps.timeZone) });
  });

  const renderOver = (res: Response, status: number, problem: string): void => {
    renderPage(res, 'accounts/password', { holder: null, problem, token: '', errors: {} }, status);
  };

  router.use('/password/:token', limitGuesses(deps, renderOver));

  router.get('/password/:token', async (req, res) => {
    const token = tokenOf(req);
    const holder = await links.find(token);
    if (holder === null) renderOver(res, 410, translateOf(res)('auth:link-over'));
    else renderPage(res, 'accounts/password', { holder, problem: null, token, errors: {} });
  });

  router.post('/password/:token', async (req, res) => {
    const token = tokenOf(req);
    const holder = await links.find(token);
    if (holder === null) {
      renderOver(res, 410, translateOf(res)('auth:link-over'));
      return;
    }
    try {
      const form = await submitForm(res, newPasswordForm, req.body, ({ password }) =>
        links.redeem(token, password, req.ip ?? null),
      );
      if (!form.ok) {
        renderPage(res, 'accounts/password', { holder, problem: null, token, errors: form.errors }, form.status);
        return;
      }
    } catch (error) {
      // Somebody used it between the two.
      if (!(error instanceof DomainError) || error.code !== 'not-found') throw error;
      renderOver(res, 410, translateOf(res)(error.key));
      return;
    }
    await flash(req, 'success', 'auth:password-saved');
    res.redirect(303, '/sign-in');
  });

  return router;
}

function tokenOf(req: Request): string {
  const { token } = req.params;
  return typeof token === 'string' ? token.slice(0, 200) : '';
}

function limitGuesses(
  deps: PasswordRouterDeps,
  refuse: (res: Response, status: number, problem: string) => void,
): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: deps.failuresPerAddress,
    skipSuccessfulRequests: true,
    // A password that was not good enough is no guess at a link.
    requestWasSuccessful: (_req, res) => res.statusCode !== 410,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_req, res) => {
      refuse(res, 429, translateOf(res)('auth:link-limit', { count: WINDOW_MS / 60_000 }));
    },
  });
}
