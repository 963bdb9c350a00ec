import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type DigestResult =
  { readonly kind: 'passed' } | { readonly kind: 'refused' } | { readonly kind: 'unanswered'; readonly stale: boolean };

/**
 * The server's side of digest authentication (RFC 3261 section 22, RFC 2617 with MD5 and `qop=auth`).
 *
 * Nonces are not remembered: each carries its time and an HMAC over it and the connection it was made for, so that one
 * overheard elsewhere is worth nothing here, and one that is too old is told apart from one that was never ours.
 */
export class DigestAuthenticator {
  readonly #secret: string;
  readonly #realm: string;
  readonly #now: () => number;
  readonly #nonceSeconds: number;

  constructor(deps: {
    readonly secret: string;
    readonly realm: string;
    readonly now: () => number;
    readonly nonceSeconds: number;
  }) {
    this.#secret = deps.secret;
    this.#realm = deps.realm;
    this.#now = deps.now;
    this.#nonceSeconds = deps.nonceSeconds;
  }

  /** The value of a `WWW-Authenticate` header. */
  challenge(connectionId: string, stale: boolean): string {
    const time = this.#now().toString(36);
    const salt = randomBytes(9).toString('base64url');
    const nonce = `${time}.${salt}.${this.#seal(connectionId, time, salt)}`;
    const fields = [`realm="${this.#realm}"`, `nonce="${nonce}"`, 'algorithm=MD5', 'qop="auth"'];
    if (stale) fields.push('stale=true');
    return `Digest ${fields.join(', ')}`;
  }

  /** Checks what a phone answered; `passwordOf` is asked only for an answer to one of our own nonces. */
  verify(
    answer: DigestAnswer,
    context: { readonly connectionId: string; readonly method: string },
    password: string,
  ): DigestResult {
    const nonce = this.#nonceState(context.connectionId, answer.nonce);
    if (nonce === 'foreign') return { kind: 'unanswered', stale: false };
    if (answer.realm !== this.#realm) return { kind: 'refused' };
    const expected = digestResponse(answer, { method: context.method, realm: this.#realm, password });
    // The password is checked before the age: a wrong one is not told that only its nonce was old.
    if (!sameText(expected, answer.response)) return { kind: 'refused' };
    return nonce === 'stale' ? { kind: 'unanswered', stale: true } : { kind: 'passed' };
  }

  #nonceState(connectionId: string, nonce: string): 'fresh' | 'stale' | 'foreign' {
    const [time = '', salt = '', seal = ''] = nonce.split('.');
    if (!sameText(this.#seal(connectionId, time, salt), seal)) return 'foreign';
    return this.#now() - Number.parseInt(time, 36) > this.#nonceSeconds * 1000 ? 'stale' : 'fresh';
  }

  #seal(connectionId: string, time: string, salt: string): string {
    return createHmac('sha256', this.#secret).update(`nonce:${connectionId}:${time}:${salt}`).digest('base64url');
  }
}

export interface DigestAnswer {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly qop: string | null;
  readonly cnonce: string;
  readonly nc: string;
}

/** The fields of an `Authorization` header; null when it is none of digest authentication. */
export function parseDigestAnswer(header: string): DigestAnswer | null {
  const scheme = /^Digest\s+/i.exec(header);
  if (scheme === null) return null;
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain] of header
    .slice(scheme[0].length)
    .matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)) {
    fields.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  const get = (name: string): string => fields.get(name) ?? '';
  if (get('username') === '' || get('nonce') === '' || get('response') === '') return null;
  return {
    username: get('username'),
    realm: get('realm'),
    nonce: get('nonce'),
    uri: get('uri'),
    response: get('response'),
    qop: fields.get('qop') ?? null,
    cnonce: get('cnonce'),
    nc: get('nc'),
  };
}

/** RFC 2617 section 3.2.2.1, with and without `qop`. */
export function digestResponse(
  answer: Pick<DigestAnswer, 'username' | 'nonce' | 'uri' | 'qop' | 'cnonce' | 'nc'>,
  known: { readonly method: string; readonly realm: string; readonly password: string },
): string {
  const who = md5(`${answer.username}:${known.realm}:${known.password}`);
  const what = md5(`${known.method}:${answer.uri}`);
  const between = answer.qop === null ? answer.nonce : [answer.nonce, answer.nc, answer.cnonce, answer.qop].join(':');
  return md5(`${who}:${between}:${what}`);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
