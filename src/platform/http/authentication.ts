import { type Request, type RequestHandler, type Response } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { type Viewer } from '../../modules/accounts/viewer.domain.js';

export interface AuthenticationDeps {
  /** Settles with the user's id, or rejects with a DomainError that says why not. */
  readonly verify: (login: string, password: string) => Promise<number>;
  /** The person as of now; null for one who may no longer be here. */
  readonly loadViewer: (userId: number, req: Request) => Promise<Viewer | null>;
  readonly now: () => Date;
}

export interface Authentication {
  /** Puts the viewer of the session on the request. To run after the session's; also on a socket's handshake. */
  readonly restore: RequestHandler;
  /** Checks `login` and `password` of the body and opens a new session: the old one's id is worth nothing afterwards. */
  signIn(req: Request, res: Response): Promise<void>;
  signOut(req: Request): Promise<void>;
}

/** Passport, with an instance of its own: the package's is shared by everything in the process. */
export function createAuthentication(deps: AuthenticationDeps): Authentication {
  const own = new passport.Passport();
  own.use(
    new LocalStrategy({ usernameField: 'login', passwordField: 'password' }, (login, password, done) => {
      deps.verify(login, password).then(
        (userId) => {
          done(null, { userId });
        },
        (error: unknown) => {
          done(error);
        },
      );
    }),
  );
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
        const attempt = own.authenticate('local', (error: unknown, user: Express.User | false | null) => {
          if (error !== null && error !== undefined) {
            reject(asError(error));
            return;
          }
          if (user === false || user === null) {
            reject(new Error('login and password were not checked before signing in'));
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

function settleWith(resolve: () => void, reject: (error: Error) => void): (error: unknown) => void {
  return (error) => {
    if (error === undefined || error === null) resolve();
    else reject(asError(error));
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('signing in failed', { cause: error });
}
