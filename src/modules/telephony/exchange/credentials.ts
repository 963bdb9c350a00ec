import { createHmac } from 'node:crypto';

export interface ShortLivedCredentials {
  readonly username: string;
  readonly password: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * Credentials that say themselves until when they hold, so that nothing has to be remembered of them: the name is
 * `<address>.<expiry in epoch seconds>`, the password its HMAC. The scheme is that of TURN's REST interface.
 */
export class CredentialIssuer {
  readonly #secret: string;
  readonly #now: () => number;
  readonly #validSeconds: number;

  constructor(deps: { readonly secret: string; readonly now: () => number; readonly validSeconds: number }) {
    this.#secret = deps.secret;
    this.#now = deps.now;
    this.#validSeconds = deps.validSeconds;
  }

  issue(address: string): ShortLivedCredentials {
    const expirySeconds = Math.floor(this.#now() / 1000) + this.#validSeconds;
    const username = `${address}.${expirySeconds}`;
    return { username, password: this.passwordOf(username), expiresAt: expirySeconds * 1000 };
  }

  passwordOf(username: string): string {
    return createHmac('sha256', this.#secret).update(username).digest('base64url');
  }

  /** Whose name it is; null when it is none of ours by its form. Says nothing about the password. */
  read(username: string): { readonly address: string; readonly expired: boolean } | null {
    const parts = /^([+\w-]{1,40})\.(\d{1,12})$/.exec(username);
    if (parts?.[1] === undefined || parts[2] === undefined) return null;
    return { address: parts[1], expired: Number(parts[2]) * 1000 <= this.#now() };
  }
}
