import express, { type Express, type Request, type RequestHandler, type Response, type Router } from 'express';
import session from 'express-session';
import { type Viewer } from '../../modules/accounts/viewer.domain.js';
import { type Translate } from '../../shared/i18n/messages.js';
import { type Config } from '../config/config.js';
import { type Secrets } from '../config/secrets.js';
import { DomainError } from '../errors.js';
import { type Translator } from '../i18n/translator.js';
import { type Logger } from '../log.js';
import { paths } from '../paths.js';
import { createAssetUrl, createStaticFiles } from './assets.js';
import { type Authentication } from './authentication.js';
import { createCsrf, type Csrf } from './csrf.js';
import { createErrorHandler, notFound } from './error-handler.js';
import { takeFlash } from './flash.js';
import { createHealthRouter, type HealthCheck } from './health.js';
import { createEarlyLocals, localsOf, setLocale, viewerOf, type FlashMessage, type MenuLink } from './locals.js';
import { loggedPath } from './logged-path.js';
import { createSecurityHeaders } from './security.js';
import { type DatabaseSessionStore } from './session-store.js';

const BODY_LIMIT = '100kb';
/** Where people who are signed in may post a file of lines as a form's field. */
const LARGE_BODIES = { path: '/admin/users/import', limit: '3mb' } as const;
export const sessionCookie = 'citrus-voz.sid';

/** The menu of one person, with the entry of `path` marked. */
export type MenuOf = (viewer: Viewer, path: string, t: Translate) => readonly MenuLink[];

export interface WebDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly translator: Translator;
  readonly sessions: DatabaseSessionStore;
  readonly authentication: Authentication;
  readonly menuOf: MenuOf;
  readonly healthChecks: Readonly<Record<string, HealthCheck>>;
  /** Further addresses that pages may open sockets to; they change with the settings. */
  readonly connectTo: () => readonly string[];
  readonly routes: readonly (readonly [path: string, router: Router])[];
  /** For machines, which bring a token of their own: no session is read or made, and no form's token asked for. */
  readonly machineRoutes: readonly (readonly [path: string, router: Router])[];
}

export interface Web {
  readonly app: Express;
  /** Session, then viewer: what a socket's handshake runs, and nothing else. */
  readonly handshake: readonly RequestHandler[];
}

/** Every request's way, in the order that matters: what is cheap and needs nobody comes before what reads the session. */
export function createWeb(deps: WebDeps): Web {
  const { config, logger } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('views', paths.views);
  app.set('view engine', 'ejs');
  app.set('view cache', config.environment !== 'development');
  app.locals['asset'] = createAssetUrl(paths.public);

  const csrf = createCsrf();
  const handshake = [createSession(deps), deps.authentication.restore];
  app.use(
    createRequestLog(logger),
    createEarlyLocals({ translator: deps.translator, defaultLocale: config.defaultLocale, demo: config.demo }),
    ...createSecurityHeaders({ https: config.secureCookies, connectTo: deps.connectTo }),
    ...createStaticFiles(paths.public),
    createHealthRouter(deps.healthChecks),
    // What a page shows is one person's; after signing out, the back button must not bring it again.
    (_req, res, next) => {
      res.set('Cache-Control', 'no-store');
      next();
    },
  );
  for (const [path, router] of deps.machineRoutes) app.use(path, router);
  app.use(
    ...handshake,
    createViewerLocals(deps, csrf),
    refuseUndecodable,
    createLargeBodies(),
    express.urlencoded({ extended: false, limit: BODY_LIMIT }),
    express.json({ limit: BODY_LIMIT }),
    csrf.protect,
  );
  for (const [path, router] of deps.routes) app.use(path, router);
  app.use(
    notFound,
    createErrorHandler({
      logError: (error, context) => {
        logger.error({ err: error, ...context }, 'a request failed');
      },
    }),
  );
  return { app, handshake };
}

/** Reads a large form before the usual reader would refuse it; that one leaves alone what is read already. */
function createLargeBodies(): RequestHandler {
  const read: RequestHandler = express.urlencoded({ extended: false, limit: LARGE_BODIES.limit });
  return (req, res, next) => {
    const isLarge = req.path === LARGE_BODIES.path || req.path.startsWith(`${LARGE_BODIES.path}/`);
    if (isLarge && viewerOf(req) !== null) read(req, res, next);
    else next();
  };
}

function createSession(deps: WebDeps): RequestHandler {
  return session({
    name: sessionCookie,
    secret: deps.secrets.sessionSecret,
    store: deps.sessions,
    resave: false,
    // A session comes to be when there is something in it: a form's token, or somebody.
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', path: '/', secure: deps.config.secureCookies },
  });
}

function createViewerLocals(deps: WebDeps, csrf: Csrf): RequestHandler {
  return (req, res, next) => {
    const locals = localsOf(res);
    const viewer = viewerOf(req);
    if (viewer !== null) {
      locals.viewer = viewer;
      setLocale(res, deps.translator, viewer.locale);
      locals.menu = deps.menuOf(viewer, req.path, locals.t);
    }
    // Both read when a page is drawn, and only then: a token makes a session, a message is gone once shown.
    Object.defineProperty(locals, 'csrfToken', { enumerable: true, configurable: true, get: () => csrf.tokenOf(req) });
    Object.defineProperty(locals, 'flash', { enumerable: true, configurable: true, get: () => readFlash(req, res) });
    next();
  };
}

function readFlash(req: Request, res: Response): FlashMessage | null {
  const pending = takeFlash(req);
  return pending === null ? null : { kind: pending.kind, text: localsOf(res).t(pending.key, pending.params) };
}

/** Express finds out only where a route has a parameter; elsewhere such a path would merely not be there. */
const refuseUndecodable: RequestHandler = (req, _res, next) => {
  try {
    decodeURIComponent(req.path);
    next();
  } catch (error) {
    next(new DomainError('invalid', 'errors:unreadable', { cause: error }));
  }
};

function createRequestLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    res.on('finish', () => {
      const ms = Math.round(performance.now() - startedAt);
      logger.debug({ method: req.method, path: loggedPath(req.path), status: res.statusCode, ms }, 'request');
    });
    next();
  };
}
