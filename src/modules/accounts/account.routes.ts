import { Router, type Request, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { type Authentication } from '../../platform/http/authentication.js';
import { toFieldErrors, type FieldErrors } from '../../platform/http/form.js';
import { DomainError } from '../../platform/errors.js';
import { cookieOf } from '../../platform/http/cookies.js';
import { safePath, signedInCookie } from '../../platform/http/guards.js';
import { localsOf, setLocale, translateOf, viewerOf } from '../../platform/http/locals.js';
import { hintedLocale, localeCookie, rememberLocale } from '../../platform/http/preferences.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Translator } from '../../platform/i18n/translator.js';
import { type Locale } from '../../shared/i18n/messages.js';
import { localeForm, signInForm, signInQuery } from './account.schema.js';
import { type Accounts } from './account.service.js';
import { type DemoSignIn } from './demo-passwords.domain.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'accounts/sign-in': {
      readonly login: string;
      readonly next: string;
      /** A sentence above the form; null when there is nothing to say. */
      readonly notice: { readonly kind: 'danger' | 'warning'; readonly text: string } | null;
      readonly errors: FieldErrors;
      readonly demoSignIns: readonly DemoSignIn[];
    };
  }
}

export interface AccountRouterDeps {
  readonly accounts: Accounts;
  readonly authentication: Authentication;
  readonly translator: Translator;
  readonly chooseLocale: (userId: number, locale: Locale) => Promise<void>;
  readonly demoSignIns: readonly DemoSignIn[];
  readonly secureCookies: boolean;
  /** Wrong sign-ins from one address in ten minutes. A whole contact centre may share an address. */
  readonly failuresPerAddress: number;
}

const WINDOW_MS = 10 * 60_000;

export function createAccountRouter(deps: AccountRouterDeps): Router {
  const { accounts, authentication, translator } = deps;
  const router = Router();

  router.use('/sign-in', (req, res, next) => {
    const hinted = cookieOf(req, localeCookie) === null && viewerOf(req) === null ? hintedLocale(req) : null;
    if (hinted !== null) setLocale(res, translator, hinted);
    next();
  });

  router.get('/sign-in', (req, res) => {
    if (viewerOf(req) !== null) {
      res.redirect(303, safePath(req.query['next']));
      return;
    }
    const { next, why } = signInQuery.parse(req.query);
    const expired = why === 'expired';
    if (expired) res.clearCookie(signedInCookie);
    const notice = expired ? ({ kind: 'warning', text: translateOf(res)('auth:session-expired') } as const) : null;
    renderSignIn(res, 200, { login: '', next: safePath(next), notice, errors: {} });
  });

  router.post('/sign-in', limitFailures(deps, renderSignIn), async (req, res) => {
    const t = translateOf(res);
    const typed = typedOf(req);
    const form = signInForm.safeParse(req.body);
    if (!form.success) {
      renderSignIn(res, 422, { ...typed, notice: null, errors: toFieldErrors(form.error, t) });
      return;
    }
    try {
      await authentication.signIn(req, res);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const text = t(error.key, error.params);
      const status = error.code === 'unavailable' ? 503 : error.key.startsWith('auth:wait') ? 429 : 422;
      renderSignIn(res, status, { ...typed, notice: { kind: 'danger', text }, errors: {} });
      return;
    }
    res.cookie(signedInCookie, '1', { httpOnly: true, sameSite: 'lax', secure: deps.secureCookies });
    res.redirect(303, safePath(form.data.next));
  });

  router.post('/sign-out', async (req, res) => {
    const { sessionID } = req;
    await authentication.signOut(req);
    accounts.sessionEnded(sessionID);
    res.clearCookie(signedInCookie);
    res.redirect(303, '/sign-in');
  });

  router.post('/locale', async (req, res) => {
    const { locale, next } = localeForm.parse(req.body);
    const viewer = viewerOf(req);
    if (viewer !== null) await deps.chooseLocale(viewer.userId, locale);
    rememberLocale(res, locale, deps.secureCookies);
    // From the sign-in page one comes back to the sign-in page, which `safePath` leaves out.
    const back = typeof next === 'string' && /^\/sign-in(\?|$)/.test(next) ? next : safePath(next);
    res.redirect(303, back);
  });

  function renderSignIn(res: Response, status: number, model: SignInModel): void {
    renderPage(res, 'accounts/sign-in', { ...model, demoSignIns: localsOf(res).demo ? deps.demoSignIns : [] }, status);
  }

  return router;
}

interface SignInModel {
  readonly login: string;
  readonly next: string;
  readonly notice: { readonly kind: 'danger' | 'warning'; readonly text: string } | null;
  readonly errors: FieldErrors;
}

/** What was typed, for the page that refuses it. Never the password. */
function typedOf(req: Request): { readonly login: string; readonly next: string } {
  const body = (req.body ?? {}) as Readonly<Record<string, unknown>>;
  return { login: typeof body['login'] === 'string' ? body['login'] : '', next: safePath(body['next']) };
}

/** Guessing many logins from one address: the account's own limit does not see it. */
function limitFailures(
  deps: AccountRouterDeps,
  render: (res: Response, status: number, model: SignInModel) => void,
): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: deps.failuresPerAddress,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_req, res) => res.statusCode === 303 || res.statusCode === 503,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (req, res) => {
      const text = translateOf(res)('auth:wait-minutes', { count: WINDOW_MS / 60_000 });
      render(res, 429, { ...typedOf(req), notice: { kind: 'danger', text }, errors: {} });
    },
  });
}
