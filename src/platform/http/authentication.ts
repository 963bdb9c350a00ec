import { type Request, type RequestHandler, type Response } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { type Viewer } from '../../modules/accounts/viewer.domain.js';
import { DomainError } from '../errors.js';

/**
 * One way to check a login and a password. Settles with the user's id, or null for "not by me", and the next way is tried;
 * rejects with a DomainError that says why nobody is let in, and no other way is tried.
 */
export type VerifyPassword = (login: string, password: string) => Promise<number | null>;

export interface AuthenticationDeps {
  /** Before any way is tried: throws a DomainError for an attempt that may not be made now. */
  readonly begin: (login: string) => void;
  /** The Passport strategies by name, tried in this order. */
  readonly strategies: Readonly<Record<string, VerifyPassword>>;
  /** The person as of now; null for one who may no longer be here. */
  readonly loadViewer: (userId: number, req: Request) => Promise<Viewer | null>;
  readonly now: () => Date;
}

export interface Authentication {
  /** Puts the viewer of the session on the request. To run after the session's; also on a socket's handshake. */
  readonly restore: RequestHandler;
  /**
   * Checks `login` and `password` of the body and opens a new session: the old one's id is worth nothing afterwards.
   * Rejects with a DomainError when nobody is let in; an unknown login and a wrong password get the same one.
   */
  signIn(req: Request, res: Response): Promise<void>;
  signOut(req: Request): Promise<void>;
}

/** Passport, with an instance of its own: the package's is shared by everything in the process. */
export function createAuthentication(deps: AuthenticationDeps): Authentication {
  const own = new passport.Passport();
  for (const [name, verify] of Object.entries(deps.strategies)) own.use(name, passwordStrategy(verify));
  own.serializeUser<number>((user, done) => {
    done(null, (user as { userId: number }).userId);
  });
  own.deserializeUser((req: Request, userId: number, done: (error: unknown, user?: Viewer | false) => void) => {
    deps.loadViewer(userId, req).then(
      (viewer) => {
        done(null, viewer ?? false);
      },
      (error: unknown) => {
        done(error);
      },
    );
  });
  return {
    restore: own.session() as RequestHandler,
    signIn: (req, res) =>
      new Promise((resolve, reject) => {
        deps.begin(loginOf(req));
        const ways = Object.keys(deps.strategies);
        const attempt = own.authenticate(ways, (error: unknown, user: Express.User | false | null) => {
          if (error !== null && error !== undefined) {
            reject(asError(error));
            return;
          }
          if (user === false || user === null) {
            reject(new DomainError('forbidden', 'auth:wrong-credentials'));
            return;
          }
          req.logIn(
            user,
            settleWith(() => {
              // Only now: signing in made a new session. Stored before the answer, because the browser follows a redirect
              // at once, and the next request would write back the session without it.
              req.session.signedIn = {
                at: deps.now().toISOString(),
                address: req.ip ?? null,
                userAgent: req.get('user-agent') ?? null,
              };
              req.session.save(settleWith(resolve, reject));
            }, reject),
          );
        }) as RequestHandler;
        void attempt(req, res, reject);
      }),
    signOut: (req) =>
      new Promise((resolve, reject) => {
        req.logOut(settleWith(resolve, reject));
      }),
  };
}

/** Passport's own strategy for a login and a password, around one way to check them. */
function passwordStrategy(verify: VerifyPassword): LocalStrategy {
  return new LocalStrategy({ usernameField: 'login', passwordField: 'password' }, (login, password, done) => {
    verify(login, password).then(
      (userId) => {
        done(null, userId === null ? false : { userId });
      },
      (error: unknown) => {
        done(error);
      },
    );
  });
}

function loginOf(req: Request): string {
  const { login } = (req.body ?? {}) as { readonly login?: unknown };
  return typeof login === 'string' ? login : '';
}

function settleWith(resolve: () => void, reject: (error: Error) => void): (error: unknown) => void {
  return (error) => {
    if (error === undefined || error === null) resolve();
    else reject(asError(error));
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('signing in failed', { cause: error });
}
