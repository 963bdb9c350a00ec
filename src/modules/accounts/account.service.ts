import { DomainError } from '../../platform/errors.js';
import { type Locale } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';
import { textKey } from '../../shared/text-key.js';
import { isDemoPassword } from './demo-passwords.domain.js';
import { type SignInThrottle } from './sign-in-throttle.domain.js';
import { type Viewer } from './viewer.domain.js';

export interface Account {
  readonly userId: number;
  readonly passwordHash: string | null;
  readonly exchangeLogin: string | null;
  readonly isActive: boolean;
}

/** A viewer without what only the request knows. */
export interface ViewerRecord {
  readonly userId: number;
  readonly name: string;
  readonly locale: Locale | null;
  readonly extension: string | null;
  readonly permissions: ReadonlySet<Permission>;
}

export interface AccountStore {
  findByLogin(loginKey: string): Promise<Account | null>;
  findByExchangeLogin(login: string): Promise<Account | null>;
  /** Null for a user who is not there or not active. */
  loadViewer(userId: number): Promise<ViewerRecord | null>;
}

export interface PasswordCheck {
  verify(passwordHash: string | null, password: string): Promise<boolean>;
}

/** Settles with whether the exchange takes them; rejects with a DomainError 'unavailable' when it does not answer. */
export type VerifyExchangeCredentials = (login: string, password: string) => Promise<boolean>;

export interface AccountsDeps {
  readonly store: AccountStore;
  readonly passwords: PasswordCheck;
  readonly throttle: SignInThrottle;
  readonly verifyExchangeCredentials: VerifyExchangeCredentials;
  readonly now: () => Date;
  /** Whether sign-ins that everyone knows are refused. */
  readonly refuseDemoPasswords: boolean;
  readonly defaultLocale: Locale;
  /** Removes the stored sessions of a user. */
  readonly destroySessions: (userId: number) => Promise<void>;
}

/** Which pages must go: those of one session, or all of a user. */
export type SessionsEnded = { readonly sessionId: string } | { readonly userId: number };

/** Who may come in, and who they are. */
export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #listeners = new Set<(ended: SessionsEnded) => void>();
  readonly #accessListeners = new Set<(userIds: readonly number[]) => Promise<void>>();

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  /**
   * Checks a sign-in; returns the user's id. An unknown login and a wrong password get one answer, after the same work.
   * Throws a DomainError: 'forbidden' for refusals (too many attempts, wrong, not active, a password everyone knows),
   * 'unavailable' when the exchange should have checked the password and does not answer.
   */
  async verifySignIn(login: string, password: string): Promise<number> {
    const { throttle, now } = this.#deps;
    const key = textKey(login);
    const waitMs = throttle.begin(key, now().getTime());
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      if (seconds < 60) throw new DomainError('forbidden', 'auth:wait-seconds', { params: { count: seconds } });
      throw new DomainError('forbidden', 'auth:wait-minutes', { params: { count: Math.ceil(seconds / 60) } });
    }
    const account = await this.#check(login.trim(), key, password);
    if (account === null) throw new DomainError('forbidden', 'auth:wrong-credentials');
    throttle.succeed(key);
    if (!account.isActive) throw new DomainError('forbidden', 'auth:inactive');
    if (this.#deps.refuseDemoPasswords && isDemoPassword(password)) {
      throw new DomainError('forbidden', 'auth:demo-password');
    }
    return account.userId;
  }

  /** The account, if the password is right. Someone associated with the exchange has the exchange's login and password. */
  async #check(login: string, key: string, password: string): Promise<Account | null> {
    const { store, passwords, throttle, verifyExchangeCredentials } = this.#deps;
    const associated = await store.findByExchangeLogin(login);
    if (associated === null) {
      const local = await store.findByLogin(key);
      const usable = local !== null && local.exchangeLogin === null ? local : null;
      return (await passwords.verify(usable?.passwordHash ?? null, password)) ? usable : null;
    }
    try {
      const [accepted] = await Promise.all([
        verifyExchangeCredentials(login, password),
        // The exchange answers in a time of its own; this keeps its users from answering faster than unknown ones.
        passwords.verify(null, password),
      ]);
      return accepted ? associated : null;
    } catch (error) {
      throttle.undo(key);
      if (error instanceof DomainError && error.code === 'unavailable') {
        throw new DomainError('unavailable', 'auth:exchange-unavailable', { cause: error });
      }
      throw error;
    }
  }

  /** The person as of now, for one request or one command. `locale` is the browser's, for someone who chose none. */
  async loadViewer(userId: number, sessionId: string, locale: Locale | null = null): Promise<Viewer | null> {
    const record = await this.#deps.store.loadViewer(userId);
    if (record === null) return null;
    return { ...record, sessionId, locale: record.locale ?? locale ?? this.#deps.defaultLocale };
  }

  /** Tells of sessions that are over, so that what is open in them can be closed. Returns its own undo. */
  onSessionsEnded(listener: (ended: SessionsEnded) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** One session signed out. */
  sessionEnded(sessionId: string): void {
    for (const listener of this.#listeners) listener({ sessionId });
  }

  /** Signs a user out everywhere: deactivated, or given another role. */
  async endSessions(userId: number): Promise<void> {
    await this.#deps.destroySessions(userId);
    for (const listener of this.#listeners) listener({ userId });
  }

  /** Tells of people who may do something else than before. Awaited by whoever changed it. Returns its own undo. */
  onAccessChanged(listener: (userIds: readonly number[]) => Promise<void>): () => void {
    this.#accessListeners.add(listener);
    return () => {
      this.#accessListeners.delete(listener);
    };
  }

  /**
   * The permissions, the extension or the activity of these users were changed: what is open of theirs goes by it from
   * now on. To be called after the change is stored; settles when that is so.
   */
  async accessChanged(userIds: readonly number[]): Promise<void> {
    await Promise.all([...this.#accessListeners].map((listener) => listener(userIds)));
  }
}
