import { verify } from 'argon2';
import { DomainError } from '../../../platform/errors.js';
import { type SoftphoneCredentials } from '../../../shared/desk.js';
import { type CredentialIssuer } from './credentials.js';
import { type DirectoryView } from './directory-view.js';
import { type ExchangeDirectory } from './exchange.port.js';
import { type ExchangeOptions } from './exchange-options.js';

/** What people and their phones sign in with. */
export class PhoneAccounts {
  readonly #directory: ExchangeDirectory;
  readonly #view: DirectoryView;
  readonly #credentials: CredentialIssuer;
  readonly #realm: string;
  readonly #options: ExchangeOptions;

  constructor(deps: {
    readonly directory: ExchangeDirectory;
    readonly view: DirectoryView;
    readonly credentials: CredentialIssuer;
    readonly realm: string;
    readonly options: ExchangeOptions;
  }) {
    this.#directory = deps.directory;
    this.#view = deps.view;
    this.#credentials = deps.credentials;
    this.#realm = deps.realm;
    this.#options = deps.options;
  }

  async verify(login: string, password: string): Promise<boolean> {
    const hash = await this.#directory.findPasswordHash(login);
    // An unknown login costs as much time as a known one, so that the answer's delay names nobody.
    const matches = await verify(hash ?? UNKNOWN_LOGIN_HASH, password);
    return hash !== null && matches;
  }

  ofAgent(extension: string): Promise<SoftphoneCredentials> {
    const user = this.#view.findUser(extension);
    if (user !== null) return Promise.resolve(this.#issue(extension, user.name));
    return Promise.reject(new DomainError('not-found', 'exchange:unknown-extension', { params: { extension } }));
  }

  ofLine(number: string): Promise<SoftphoneCredentials> {
    const line = this.#view.findLine(number);
    if (line !== null) return Promise.resolve(this.#issue(number, line.name));
    return Promise.reject(new DomainError('not-found', 'exchange:unknown-number', { params: { number } }));
  }

  #issue(address: string, displayName: string): SoftphoneCredentials {
    const { username, password, expiresAt } = this.#credentials.issue(address);
    return {
      uri: `sip:${address}@${this.#realm}`,
      server: this.#options.path,
      authorizationUsername: username,
      authorizationPassword: password,
      displayName,
      expiresAt,
      iceServers: this.#options.iceServers,
      pagePlaysHoldMusic: true,
      pageMixesConference: true,
    };
  }
}

/** Of no password: made once from random bytes that were thrown away. */
const UNKNOWN_LOGIN_HASH =
  '$argon2id$v=19$m=65536,p=4,t=3$XreewCfAbeYop6wAkcSiHQ$Kyg1Y9r0FH87F2QeEC2hkmGlDS6hJ8+GGEKkQ81k3JI';
