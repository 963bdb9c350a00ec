import { createHash } from 'node:crypto';
import { DomainError } from '../../platform/errors.js';
import { searchKey } from '../../shared/text-key.js';
import { type Actor } from '../audit/audit.domain.js';
import { type ListedSession, type SignedInSession } from './logged-in.domain.js';

export interface LoggedInRepository {
  /** Sessions of people that have not expired, by name, the newest of each first. */
  list(now: Date): Promise<readonly SignedInSession[]>;
  /** Deletes the session and audits it. False when it was gone. */
  end(session: ListedSession, actor: Actor): Promise<boolean>;
}

export interface LoggedInDeps {
  readonly repository: LoggedInRepository;
  /** How many pages are connected, by session. */
  readonly openPages: () => ReadonlyMap<string, number>;
  /** Keeps requests under way from writing the session back. */
  readonly forget: (sessionId: string) => void;
  /** Closes what is open in a session. */
  readonly sessionEnded: (sessionId: string) => void;
  readonly now: () => Date;
}

/** "Usuários Logados": who is signed in now, and from where. */
export class LoggedIn {
  readonly #deps: LoggedInDeps;

  constructor(deps: LoggedInDeps) {
    this.#deps = deps;
  }

  /** @param text a part of name or profile, whatever its case and accents; empty for all */
  async list(text = ''): Promise<readonly ListedSession[]> {
    const { repository, openPages, now } = this.#deps;
    const sessions = await repository.list(now());
    const pages = openPages();
    const wanted = searchKey(text);
    return sessions
      .filter(({ name, profileName }) => searchKey(`${name} ${profileName}`).includes(wanted))
      .map((session) => ({
        ...session,
        ref: refOf(session.sessionId),
        pages: pages.get(session.sessionId) ?? 0,
      }));
  }

  /** Throws a DomainError 'not-found' for a session that is over. */
  async require(ref: string): Promise<ListedSession> {
    const found = (await this.list()).find((session) => session.ref === ref);
    if (found === undefined) throw new DomainError('not-found', 'users:logged-in-gone');
    return found;
  }

  /** Signs the session out at once, with everything that is open in it. Throws as `require`. */
  async end(ref: string, actor: Actor): Promise<ListedSession> {
    const session = await this.require(ref);
    this.#deps.forget(session.sessionId);
    if (!(await this.#deps.repository.end(session, actor))) throw new DomainError('not-found', 'users:logged-in-gone');
    this.#deps.sessionEnded(session.sessionId);
    return session;
  }
}

/** Tells sessions apart and leads back to none. */
export function refOf(sessionId: string): string {
  return createHash('sha256').update(`ref ${sessionId}`).digest('hex').slice(0, 24);
}
