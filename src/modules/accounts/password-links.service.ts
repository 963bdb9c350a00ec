import { createHash, randomBytes } from 'node:crypto';
import { DomainError } from '../../platform/errors.js';
import { type Actor } from '../audit/audit.domain.js';
import { passwordProblem } from './password-rules.domain.js';

/** How long a link works; long enough for the next shift. */
export const LINK_LIFE_MS = 24 * 3600 * 1000;
const TOKEN_BYTES = 32;

export interface NewPasswordLink {
  readonly userId: number;
  readonly tokenHash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** For whom a link is. */
export interface LinkHolder {
  readonly userId: number;
  readonly name: string;
  readonly login: string;
}

export interface PasswordStore {
  /** Also ends the user's links. Throws a DomainError 'not-found', or 'conflict' for somebody associated. */
  setPassword(userId: number, passwordHash: string, actor: Actor): Promise<void>;
  /** In place of those the users have, in one transaction. Throws a DomainError 'not-found' when a user is not there. */
  addLinks(links: readonly NewPasswordLink[], actor: Actor): Promise<void>;
  /** Null for a link that is not there, used or over, and for somebody inactive or associated. */
  findHolder(tokenHash: string, now: Date): Promise<LinkHolder | null>;
  /** Uses the link up. False when it was used, replaced or over in the meantime; nothing is stored then. */
  redeem(tokenHash: string, passwordHash: string, now: Date, address: string | null): Promise<boolean>;
  /** Of these users, those who can sign in with nothing: no password and no association. */
  withoutPassword(userIds: readonly number[]): Promise<readonly LinkHolder[]>;
}

export interface PasswordLinksDeps {
  readonly store: PasswordStore;
  readonly hash: (password: string) => Promise<string>;
  readonly endSessions: (userId: number) => Promise<void>;
  readonly now: () => Date;
}

/** Passwords that an administrator sets, and one-time links with which people choose their own. */
export class PasswordLinks {
  readonly #deps: PasswordLinksDeps;

  constructor(deps: PasswordLinksDeps) {
    this.#deps = deps;
  }

  /**
   * Makes a link for a user, in place of an earlier one; returns its path, which is known to nobody afterwards. Not to be
   * called in a transaction. Throws a DomainError 'not-found'.
   */
  async issue(userId: number, actor: Actor): Promise<string> {
    const { link, path } = this.#make(userId);
    await this.#deps.store.addLinks([link], actor);
    return path;
  }

  /** Makes a link for each of these users who has no way to sign in yet, all in one transaction. */
  async issueToNewcomers(
    userIds: readonly number[],
    actor: Actor,
  ): Promise<readonly (LinkHolder & { readonly path: string })[]> {
    const holders = await this.#deps.store.withoutPassword(userIds);
    const made = holders.map((holder) => ({ holder, ...this.#make(holder.userId) }));
    await this.#deps.store.addLinks(
      made.map(({ link }) => link),
      actor,
    );
    return made.map(({ holder, path }) => ({ ...holder, path }));
  }

  /** Whom a link is for; null when it is worth nothing (any more). */
  find(token: string): Promise<LinkHolder | null> {
    return this.#deps.store.findHolder(hashOf(token), this.#deps.now());
  }

  /**
   * Sets the password that its owner chose, uses the link up and signs the owner out everywhere else. Throws a DomainError:
   * 'not-found' for a link that is worth nothing, 'invalid' on `password` for one that is not good enough.
   */
  async redeem(token: string, password: string, address: string | null): Promise<LinkHolder> {
    const { store, now, hash, endSessions } = this.#deps;
    const holder = await this.find(token);
    if (holder === null) throw linkOver();
    const problem = passwordProblem(password, holder.login);
    if (problem !== null) throw new DomainError('invalid', problem, { field: 'password' });
    if (!(await store.redeem(hashOf(token), await hash(password), now(), address))) throw linkOver();
    await endSessions(holder.userId);
    return holder;
  }

  /** Sets a password for somebody and signs them out everywhere. Throws as `PasswordStore.setPassword`. */
  async set(userId: number, password: string, actor: Actor): Promise<void> {
    await this.#deps.store.setPassword(userId, await this.#deps.hash(password), actor);
    await this.#deps.endSessions(userId);
  }

  #make(userId: number): { readonly link: NewPasswordLink; readonly path: string } {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const createdAt = this.#deps.now();
    const expiresAt = new Date(createdAt.getTime() + LINK_LIFE_MS);
    return { link: { userId, tokenHash: hashOf(token), createdAt, expiresAt }, path: `/password/${token}` };
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function linkOver(): DomainError {
  return new DomainError('not-found', 'auth:link-over');
}
