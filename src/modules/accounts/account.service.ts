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
   * Begins an attempt to sign in, whichever way it will be checked. Throws a DomainError 'forbidden' for a login with too
   * many wrong passwords behind it.
   */
  beginSignIn(login: string): void {
    const { throttle, now } = this.#deps;
    const waitMs = throttle.begin(textKey(login), now().getTime());
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    if (seconds < 60) throw new DomainError('forbidden', 'auth:wait-seconds', { params: { count: seconds } });
    throw new DomainError('forbidden', 'auth:wait-minutes', { params: { count: Math.ceil(seconds / 60) } });
  }

  /**
   * Checks a sign-in with the exchange's login and password. Settles with the user's id; null when nobody is associated
   * with that login, or the exchange does not take the password.
   * Throws a DomainError: 'unavailable' when the exchange does not answer, which counts as no attempt; 'forbidden' for
   * someone who may not come in though the password is right.
   */
  async verifyUnity(login: string, password: string): Promise<number | null> {
    const { store, throttle, verifyExchangeCredentials } = this.#deps;
    const associated = await store.findByExchangeLogin(login.trim());
    if (associated === null) return null;
    try {
      const accepted = await verifyExchangeCredentials(login.trim(), password);
      return accepted ? this.#admit(associated, login, password) : null;
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'unavailable')) throw error;
      throttle.undo(textKey(login));
      throw new DomainError('unavailable', 'auth:exchange-unavailable', { cause: error });
    }
  }

  /**
   * Checks a sign-in with the password that is kept here. Settles with the user's id; null for an unknown login, a wrong
   * password and someone associated with the exchange, after the same work.
   * Throws a DomainError 'forbidden' for someone who may not come in though the password is right.
   */
  async verifyLocal(login: string, password: string): Promise<number | null> {
    const account = await this.#deps.store.findByLogin(textKey(login));
    const usable = account !== null && account.exchangeLogin === null ? account : null;
    const matches = await this.#deps.passwords.verify(usable?.passwordHash ?? null, password);
    return matches && usable !== null ? this.#admit(usable, login, password) : null;
  }

  /** The password was right; whether the person may come in is another question. */
  #admit(account: Account, login: string, password: string): number {
    this.#deps.throttle.succeed(textKey(login));
    if (!account.isActive) throw new DomainError('forbidden', 'auth:inactive');
    if (this.#deps.refuseDemoPasswords && isDemoPassword(password)) {
      throw new DomainError('forbidden', 'auth:demo-password');
    }
    return account.userId;
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
