import { type SoftphoneCredentials } from '../../../shared/desk.js';
import {
  type CallStore,
  type ExchangeDirectory,
  type ExchangeLog,
  type MemberStateStore,
  type OpeningHours,
  type Timers,
} from './exchange.port.js';

export interface ExchangeOptions {
  /** The path of the WebSocket upgrade on the shared HTTP server. */
  readonly path: string;
  /** How long softphone credentials hold, and how long a digest nonce does. */
  readonly credentialSeconds: number;
  readonly nonceSeconds: number;
  /** Between two pings; a dead connection is noticed after at most twice this. */
  readonly pingSeconds: number;
  /** How long a connection may stay without having authenticated. */
  readonly strangerSeconds: number;
  readonly maxConnections: number;
  /** How long a call waits for a phone that went away in it. */
  readonly legGraceSeconds: number;
  /** How long a member is not rung after rejecting a call or not picking it up, and after a call. */
  readonly restAfterDeclineSeconds: number;
  readonly restAfterCallSeconds: number;
  readonly directoryReloadSeconds: number;
  readonly rememberCallsDays: number;
  readonly iceServers: SoftphoneCredentials['iceServers'];
  /** Whom a customer sees calling. */
  readonly callerId: { readonly number: string; readonly name: string };
  readonly isAllowedOrigin: (origin: string | undefined) => boolean;
}

/** Where phones reach the built-in exchange on the application's server. */
export const EXCHANGE_PATH = '/sip';

export const DEFAULT_OPTIONS: ExchangeOptions = {
  path: EXCHANGE_PATH,
  credentialSeconds: 3600,
  nonceSeconds: 300,
  pingSeconds: 4,
  strangerSeconds: 30,
  maxConnections: 1000,
  legGraceSeconds: 45,
  restAfterDeclineSeconds: 5,
  restAfterCallSeconds: 2,
  directoryReloadSeconds: 30,
  rememberCallsDays: 7,
  iceServers: [],
  callerId: { number: 'citrus-voz', name: 'Citrus Voz' },
  isAllowedOrigin: () => true,
};

export interface ExchangeDeps {
  readonly directory: ExchangeDirectory;
  readonly memberStates: MemberStateStore;
  readonly calls: CallStore;
  /** Without it every queue is always open. */
  readonly openingHours?: OpeningHours;
  /** Signs credentials and nonces: 32 characters at least, the same after a restart. */
  readonly secret: string;
  /** The SIP domain, as a host name: `sip:1007@<realm>`. */
  readonly realm: string;
  readonly now: () => number;
  readonly timers: Timers;
  readonly newId: () => string;
  readonly log: ExchangeLog;
  readonly options?: Partial<ExchangeOptions>;
}
