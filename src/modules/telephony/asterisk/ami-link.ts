import { type Schedule } from '../../../platform/schedule.js';
import { type TelephonyStatus } from '../telephony.port.js';
import { AmiConnection, AmiFailure } from './ami-connection.js';
import { type AmiAction, type AmiMessage } from './ami-parser.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';

export interface AsteriskLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface AmiLinkTimes {
  readonly connectMs: number;
  readonly actionMs: number;
  readonly pingMs: number;
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** How long an Asterisk that has just been started may take to load. */
  readonly bootMs: number;
}

const DEFAULT_LINK_TIMES: AmiLinkTimes = {
  connectMs: 5000,
  actionMs: 10_000,
  pingMs: 4000,
  retryMs: 250,
  longestRetryMs: 10_000,
  bootMs: 60_000,
};

export interface AmiLinkDeps {
  readonly settings: AsteriskSettings;
  readonly now: () => number;
  readonly schedule: Schedule;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly log: AsteriskLog;
  readonly times?: Partial<AmiLinkTimes>;
  /** Each event, from the moment of signing in; `at` is its time there, by our clock. */
  readonly onEvent: (event: AmiMessage, at: number) => void;
  /** Asked once a connection is up, before anybody is told: takes in how the exchange is now. */
  readonly onUp: () => Promise<void>;
  readonly onStatus: (status: TelephonyStatus) => void;
}

/** The classes of events that are read; the others (each step of the dialplan, RTCP) would be a flood. */
const EVENT_CLASSES = 'system,call,agent';
/** Below this a difference of clocks is the network's noise. */
const CLOCK_NOISE_MS = 100;

/**
 * The standing connection to an Asterisk: made again for ever with growing pauses, and asked for a sign of life every few
 * seconds, because a connection that died without a word looks like a quiet day.
 */
export class AmiLink {
  readonly #deps: AmiLinkDeps;
  readonly #times: AmiLinkTimes;
  #connection: AmiConnection | null = null;
  /** The connection that is signing in. */
  #opening: AmiConnection | null = null;
  #connected = false;
  #since: number;
  #lastSeenAt: number | null = null;
  #roundTripMs: number | null = null;
  /** What the exchange's clock is ahead of ours. */
  #aheadMs = 0;
  #failures = 0;
  #lastComplaint = '';
  #cancelTimer: () => void = () => undefined;
  /** The attempt that runs, or the last one; it never rejects. */
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(deps: AmiLinkDeps) {
    this.#deps = deps;
    this.#times = { ...DEFAULT_LINK_TIMES, ...deps.times };
    this.#since = deps.now();
  }

  start(): void {
    if (this.#running === null && !this.#stopped) this.#attempt();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    this.#connection?.close();
    this.#opening?.close();
    // One that is still being made closes itself as soon as it is; that is not waited for.
    if (this.#opening !== null) await this.#running;
  }

  status(): TelephonyStatus {
    const lastSeenAt = this.#connection?.lastSeenAt ?? this.#lastSeenAt;
    const roundTripMs = this.#connected ? this.#roundTripMs : null;
    return { connected: this.#connected, since: this.#since, lastSeenAt, roundTripMs };
  }

  /** Rejects with an `AmiFailure`, `closed` when there is no connection. */
  act(action: AmiAction): Promise<AmiMessage> {
    return this.#connection?.act(action) ?? Promise.reject(notConnected());
  }

  list(action: AmiAction): Promise<readonly AmiMessage[]> {
    return this.#connection?.list(action) ?? Promise.reject(notConnected());
  }

  #attempt(): void {
    this.#running = this.#connect().then(
      () => undefined,
      (error: unknown) => {
        this.#onFailed(error);
      },
    );
  }

  async #connect(): Promise<void> {
    const { settings } = this.#deps;
    const connection = await AmiConnection.connect(settings, this.#times);
    if (this.#stopped) {
      connection.close();
      return;
    }
    try {
      this.#opening = connection;
      const booted = this.#listen(connection);
      // When signing in fails this fails as well, and nobody waits for it.
      booted.catch(() => undefined);
      await connection.logIn(settings.username, settings.secret, EVENT_CLASSES);
      await booted;
      this.#connection = connection;
      await this.#ping(connection);
      await this.#deps.onUp();
      if (!connection.isOpen) throw notConnected();
    } catch (error) {
      this.#connection = null;
      connection.close();
      throw error;
    } finally {
      this.#opening = null;
    }
    this.#failures = 0;
    this.#lastComplaint = '';
    this.#deps.log.info({ host: settings.host, roundTripMs: this.#roundTripMs }, 'connected to Asterisk');
    this.#enter(true);
    this.#schedulePing(connection);
  }

  /** Settles when the exchange has loaded everything: only then do its lists say how it is. */
  #listen(connection: AmiConnection): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#deps.schedule(() => {
        reject(new AmiFailure('silent', 'Asterisk does not finish loading'));
      }, this.#times.bootMs);
      connection.listen({
        onEvent: (event) => {
          if (event.event === 'FullyBooted') {
            cancel();
            resolve();
          }
          this.#deps.onEvent(event, this.#timeOf(event));
        },
        onClosed: (failure) => {
          cancel();
          reject(failure);
          this.#onClosed(connection, failure);
        },
      });
    });
  }

  #timeOf(event: AmiMessage): number {
    const seconds = event.number('Timestamp');
    return seconds === null ? this.#deps.now() : Math.round(seconds * 1000 - this.#aheadMs);
  }

  #onClosed(connection: AmiConnection, failure: AmiFailure): void {
    if (this.#connection !== connection) return;
    this.#lastSeenAt = connection.lastSeenAt;
    if (!this.#connected) return;
    this.#connection = null;
    this.#cancelTimer();
    this.#enter(false);
    if (this.#stopped) return;
    this.#deps.log.warn({ kind: failure.kind, reason: failure.message }, 'the connection to Asterisk was lost');
    this.#scheduleAttempt();
  }

  #onFailed(error: unknown): void {
    if (this.#stopped) return;
    this.#failures += 1;
    const kind = error instanceof AmiFailure ? error.kind : 'defect';
    const complaint = `${kind} ${error instanceof Error ? error.message : String(error)}`;
    // Said once, not at every attempt of a long night.
    if (complaint !== this.#lastComplaint) {
      const context = { kind, reason: complaint, host: this.#deps.settings.host };
      if (kind === 'defect') this.#deps.log.error({ err: error, ...context }, 'Asterisk could not be taken in');
      else this.#deps.log.warn(context, 'Asterisk cannot be reached; it is tried again');
    }
    this.#lastComplaint = complaint;
    this.#scheduleAttempt();
  }

  #scheduleAttempt(): void {
    const { retryMs, longestRetryMs } = this.#times;
    const longest = Math.min(longestRetryMs, retryMs * 2 ** Math.min(this.#failures, 16));
    // Half of it by chance, so that many applications do not come back at the same moment.
    this.#cancelTimer = this.#deps.schedule(
      () => {
        this.#attempt();
      },
      longest / 2 + (longest / 2) * this.#deps.random(),
    );
  }

  #schedulePing(connection: AmiConnection): void {
    this.#cancelTimer = this.#deps.schedule(() => {
      this.#ping(connection).then(
        () => {
          if (this.#connection === connection) this.#schedulePing(connection);
        },
        () => {
          // No sign of life: what is on its way is lost, and the next connection begins afresh.
          connection.close();
        },
      );
    }, this.#times.pingMs);
  }

  async #ping(connection: AmiConnection): Promise<void> {
    const sentAt = this.#deps.now();
    const begun = performance.now();
    const answer = await connection.act({ Action: 'Ping' });
    this.#roundTripMs = Math.round((performance.now() - begun) * 10) / 10;
    const seconds = answer.number('Timestamp');
    if (seconds === null) return;
    const ahead = seconds * 1000 - (sentAt + this.#roundTripMs / 2);
    if (Math.abs(ahead - this.#aheadMs) > CLOCK_NOISE_MS + this.#roundTripMs) this.#aheadMs = ahead;
  }

  #enter(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.#since = this.#deps.now();
    this.#deps.onStatus(this.status());
  }
}

function notConnected(): AmiFailure {
  return new AmiFailure('closed', 'there is no connection to Asterisk');
}
