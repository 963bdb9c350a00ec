import { createTurnCredentials } from '../../platform/crypto/turn-credentials.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';
import { SwitchableTelephony } from '../telephony/switchable-telephony.js';
import { type Telephony } from '../telephony/telephony.port.js';
import { cutsCalls, needsNewConnection, type IntegrationSettings } from './integration-settings.domain.js';

/** One exchange that was made by the settings. */
export interface Platform {
  readonly telephony: Telephony;
  /** Takes what of the settings needs no new connection: prefix and caller number. */
  readonly adjust?: (settings: IntegrationSettings) => void;
  /** The path of its WebSocket on the application's own server, where it has one. */
  readonly socketPath?: string;
}

export interface PlatformRunnerDeps<P extends Platform> {
  readonly make: (settings: IntegrationSettings) => P;
  readonly now: () => number;
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/** Softphones ask for new credentials this often, at the latest, so that those of TURN have not ended. */
const TURN_RENEW_MS = 3_600_000;
/** A call that begins just before a renewal can still allocate for this long. */
const TURN_SLACK_MS = 3_600_000;
/** What an exchange may take to hang up before it is left. */
const HANG_UP_LIMIT_MS = 3000;

/**
 * Runs the exchange that the settings say, and changes over when they change: not at all when it need not, in place when it
 * can, and otherwise by a new one. Everyone else holds `telephony`, which stays the same.
 */
export class PlatformRunner<P extends Platform> {
  readonly telephony: SwitchableTelephony;
  readonly #deps: PlatformRunnerDeps<P>;
  readonly #listeners = new Set<() => void>();
  #settings: IntegrationSettings;
  #current: P | null = null;

  constructor(deps: PlatformRunnerDeps<P>, settings: IntegrationSettings) {
    this.#deps = deps;
    this.#settings = settings;
    const withNetwork = (credentials: SoftphoneCredentials, user: string): SoftphoneCredentials =>
      this.withNetwork(credentials, user);
    this.telephony = new SwitchableTelephony({ now: deps.now, log: deps.log, withNetwork });
    try {
      this.telephony.begin(this.#make(settings));
    } catch (error) {
      // The settings' page must be there to put it right: without an exchange the application runs, and says so.
      deps.log.error({ err: error, platform: settings.platform }, 'the exchange of the settings could not be made');
    }
  }

  /** Null when it could not be made. */
  get current(): P | null {
    return this.#current;
  }

  get settings(): IntegrationSettings {
    return this.#settings;
  }

  /** Told after each change that phones have to hear of. Returns its own undo. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes these settings take effect. Calls that would be lost are ended first, so that nobody is left in silence. */
  async apply(next: IntegrationSettings): Promise<void> {
    const before = this.#settings;
    this.#settings = next;
    const isNew = this.#current === null || needsNewConnection(before, next);
    if (isNew) {
      if (cutsCalls(before, next)) await this.#endCalls();
      this.#deps.log.info({ from: before.platform, to: next.platform }, 'the exchange is switched');
      this.#current = null;
      try {
        await this.telephony.switchTo(() => this.#make(next));
      } catch (error) {
        this.#deps.log.error({ err: error, platform: next.platform }, 'the exchange of the settings could not be made');
      }
    } else {
      this.#current?.adjust?.(next);
    }
    if (!isNew && !differsForPhones(before, next)) return;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Where pages' phones connect to beside our own host: a source of the content security policy. */
  phoneSources(): readonly string[] {
    const { platform, softphoneUrl } = this.#settings;
    if (platform !== 'asterisk' || !URL.canParse(softphoneUrl)) return [];
    const { protocol, host } = new URL(softphoneUrl);
    const isPlain = /^wss?:$/.test(protocol) && /^[\w.-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i.test(host);
    // A host that is not plainly a host is not written into a header.
    return isPlain ? [`${protocol}//${host}`] : [];
  }

  /** Adds the ICE servers, TURN's with credentials of this phone that end. */
  withNetwork(credentials: SoftphoneCredentials, user: string): SoftphoneCredentials {
    const { stunUrls, turnUrls, turnSecret } = this.#settings;
    const stun = stunUrls.map((urls) => ({ urls }));
    if (turnUrls.length === 0 || turnSecret === '') {
      return { ...credentials, iceServers: [...credentials.iceServers, ...stun] };
    }
    const renewAt = this.#deps.now() + TURN_RENEW_MS;
    const turn = createTurnCredentials(turnSecret, user, renewAt + TURN_SLACK_MS);
    return {
      ...credentials,
      expiresAt: Math.min(credentials.expiresAt, renewAt),
      iceServers: [...credentials.iceServers, ...stun, ...turnUrls.map((urls) => ({ urls, ...turn }))],
    };
  }

  #make(settings: IntegrationSettings): Telephony {
    // Wrong passwords at every try would have the exchange lock this server out.
    if (settings.platform === 'asterisk' && settings.secret === '') throw new Error('its password cannot be read');
    const made = this.#deps.make(settings);
    this.#current = made;
    return made.telephony;
  }

  async #endCalls(): Promise<void> {
    const { telephony } = this;
    if (!telephony.status().connected) return;
    const limit = new Promise<void>((resolve) => setTimeout(resolve, HANG_UP_LIMIT_MS).unref());
    const hangUps = async (): Promise<void> => {
      const { calls } = await telephony.snapshot();
      await Promise.all(calls.map(({ callId }) => telephony.hangUp(callId, 'system')));
    };
    try {
      await Promise.race([hangUps(), limit]);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the calls could not all be ended before the exchange was left');
    }
  }
}

/** What pages' phones have been given and would keep: where they connect to is a new connection already. */
function differsForPhones(before: IntegrationSettings, next: IntegrationSettings): boolean {
  const network = ({ stunUrls, turnUrls, turnSecret }: IntegrationSettings): string =>
    JSON.stringify([stunUrls, turnUrls, turnSecret]);
  return network(before) !== network(next);
}
