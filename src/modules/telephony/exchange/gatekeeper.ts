import { type Core } from 'sip.js';
import { type SipConnection } from './connection.js';
import { type CredentialIssuer } from './credentials.js';
import { type DigestAuthenticator, parseDigestAnswer } from './digest.js';
import { type AddressKind, type DirectoryView } from './directory-view.js';

export interface Caller {
  readonly address: string;
  readonly kind: AddressKind;
}

/**
 * Asks who sends a REGISTER or INVITE, and lets through only an address speaking for itself (RFC 3261 section 22.2).
 */
export class Gatekeeper {
  readonly #digest: DigestAuthenticator;
  readonly #credentials: CredentialIssuer;
  readonly #directory: DirectoryView;

  constructor(deps: {
    readonly digest: DigestAuthenticator;
    readonly credentials: CredentialIssuer;
    readonly directory: DirectoryView;
  }) {
    this.#digest = deps.digest;
    this.#credentials = deps.credentials;
    this.#directory = deps.directory;
  }

  /**
   * Who sent the request, or null after it was answered: 401 with a challenge, or 403 with why it is refused.
   * `claimed` is the address the request speaks for.
   */
  admit(
    connection: SipConnection,
    request: Core.IncomingRequest & { reject(options: Core.ResponseOptions): unknown },
    claimed: string,
  ): Caller | null {
    const header = request.message.getHeader('authorization');
    const answer = header === undefined ? null : parseDigestAnswer(header);
    if (answer === null) return this.#challenge(connection, request, false);
    const credentials = this.#credentials.read(answer.username);
    if (credentials === null) return this.#refuse(connection, request, 'Unknown Credentials');
    const context = { connectionId: connection.id, method: request.message.method };
    const result = this.#digest.verify(answer, context, this.#credentials.passwordOf(answer.username));
    if (result.kind === 'unanswered') return this.#challenge(connection, request, result.stale);
    if (result.kind === 'refused') return this.#refuse(connection, request, 'Wrong Credentials');
    if (credentials.expired) return this.#refuse(connection, request, 'Credentials Expired');
    if (credentials.address !== claimed) return this.#refuse(connection, request, 'Not Your Address');
    const kind = this.#directory.kindOf(claimed);
    if (kind === null) {
      request.reject({ statusCode: 404 });
      return null;
    }
    connection.markAuthenticated();
    return { address: claimed, kind };
  }

  #challenge(
    connection: SipConnection,
    request: { reject(options: Core.ResponseOptions): unknown },
    stale: boolean,
  ): null {
    const value = this.#digest.challenge(connection.id, stale);
    request.reject({ statusCode: 401, extraHeaders: [`WWW-Authenticate: ${value}`] });
    return null;
  }

  #refuse(
    connection: SipConnection,
    request: { reject(options: Core.ResponseOptions): unknown },
    reasonPhrase: string,
  ): null {
    request.reject({ statusCode: 403, reasonPhrase });
    connection.strike(reasonPhrase);
    return null;
  }
}
