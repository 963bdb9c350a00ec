import { DomainError } from '../../platform/errors.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';
import { EventOutlet } from './event-outlet.js';
import {
  type Capability,
  type Directory,
  type Telephony,
  type TelephonyEvent,
  type TelephonySnapshot,
  type TelephonyStatus,
} from './telephony.port.js';
import { SwitchableRecorder } from './switchable-recorder.js';

export interface SwitchableTelephonyDeps {
  readonly now: () => number;
  readonly log: {
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
  /** Adds what does not come from the exchange, such as ICE servers. */
  readonly withNetwork: (credentials: SoftphoneCredentials, extension: string) => SoftphoneCredentials;
}

const NOTHING: ReadonlySet<Capability> = new Set();

/**
 * Stands for whichever exchange is in use, so that nothing else notices when it is another one. Its listeners stay; between
 * two exchanges it is disconnected, and everything asked of it is refused as `unavailable`.
 *
 * ```txt
 *  none --switchTo--> disconnected --the new one's status--> as the new one says
 *   ^                     ^
 *   | dispose             +-- switchTo: the old one is disposed of first, because two cannot hold one server's path
 * ```
 */
export class SwitchableTelephony implements Telephony {
  readonly recorder: SwitchableRecorder;
  readonly #deps: SwitchableTelephonyDeps;
  readonly #events: EventOutlet<TelephonyEvent>;
  readonly #statuses: EventOutlet<TelephonyStatus>;
  #current: Telephony | null = null;
  #unlisten: (() => void)[] = [];
  #started = false;
  #stopped = false;
  #switching: Promise<void> = Promise.resolve();
  /** What was last told, so that a switch that nobody would see is not told. */
  #told: { connected: boolean; since: number };
  #lastSeenAt: number | null = null;

  constructor(deps: SwitchableTelephonyDeps) {
    this.#deps = deps;
    this.#events = new EventOutlet(deps.log);
    this.#statuses = new EventOutlet(deps.log);
    this.recorder = new SwitchableRecorder(() => this.#require().recorder, deps.log);
    this.#told = { connected: false, since: deps.now() };
  }

  get capabilities(): ReadonlySet<Capability> {
    return this.#current?.capabilities ?? NOTHING;
  }

  /**
   * Disposes of the exchange in use, makes the next one and, once this has been started, starts it. Switches one after
   * another. When `make` throws there is no exchange until the next switch, and this rejects.
   */
  switchTo(make: () => Telephony | null): Promise<void> {
    const turn = this.#switching.then(() => this.#switch(make));
    this.#switching = turn.catch(() => undefined);
    return turn;
  }

  /** For the first exchange of all, which is there before anything can be told. */
  begin(first: Telephony): void {
    if (this.#current !== null || this.#started) throw new Error('there is an exchange already: switch');
    this.#take(first);
  }

  async start(): Promise<void> {
    this.#started = true;
    await this.#current?.start();
    this.#tell();
  }

  status(): TelephonyStatus {
    if (this.#current !== null) return this.#current.status();
    return { connected: false, since: this.#told.since, lastSeenAt: this.#lastSeenAt, roundTripMs: null };
  }

  async softphoneCredentials(extension: string): Promise<SoftphoneCredentials> {
    return this.#deps.withNetwork(await this.#require().softphoneCredentials(extension), extension);
  }

  onEvent(listener: (event: TelephonyEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  onStatus(listener: (status: TelephonyStatus) => void): () => void {
    return this.#statuses.listen(listener);
  }

  async directory(): Promise<Directory> {
    return this.#require().directory();
  }

  async snapshot(): Promise<TelephonySnapshot> {
    return this.#require().snapshot();
  }

  async verifyCredentials(...args: Parameters<Telephony['verifyCredentials']>): Promise<boolean> {
    return this.#require().verifyCredentials(...args);
  }

  async logIn(...args: Parameters<Telephony['logIn']>): Promise<void> {
    await this.#require().logIn(...args);
  }

  async logOut(...args: Parameters<Telephony['logOut']>): Promise<void> {
    await this.#require().logOut(...args);
  }

  async pause(...args: Parameters<Telephony['pause']>): Promise<void> {
    await this.#require().pause(...args);
  }

  async unpause(...args: Parameters<Telephony['unpause']>): Promise<void> {
    await this.#require().unpause(...args);
  }

  async dial(...args: Parameters<Telephony['dial']>): Promise<void> {
    await this.#require().dial(...args);
  }

  async findCall(...args: Parameters<Telephony['findCall']>): ReturnType<Telephony['findCall']> {
    return this.#require().findCall(...args);
  }

  async hangUp(...args: Parameters<Telephony['hangUp']>): Promise<void> {
    await this.#require().hangUp(...args);
  }

  async transfer(...args: Parameters<Telephony['transfer']>): Promise<void> {
    await this.#require().transfer(...args);
  }

  async takeBack(...args: Parameters<Telephony['takeBack']>): Promise<void> {
    await this.#require().takeBack(...args);
  }

  async consult(...args: Parameters<Telephony['consult']>): Promise<void> {
    await this.#require().consult(...args);
  }

  async join(...args: Parameters<Telephony['join']>): Promise<void> {
    await this.#require().join(...args);
  }

  async confer(...args: Parameters<Telephony['confer']>): Promise<void> {
    await this.#require().confer(...args);
  }

  async unregister(...args: Parameters<Telephony['unregister']>): Promise<void> {
    await this.#require().unregister(...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#switching;
    await this.#drop();
  }

  async #switch(make: () => Telephony | null): Promise<void> {
    if (this.#stopped) return;
    await this.#drop();
    if (this.#isStopped()) return;
    const next = make();
    if (next === null) return;
    this.#take(next);
    if (!this.#started) return;
    await next.start();
    this.#tell();
  }

  #take(next: Telephony): void {
    this.#current = next;
    this.#unlisten = [
      next.onEvent((event) => {
        this.#events.emit(event);
      }),
      next.onStatus(() => {
        this.#tell();
      }),
      this.recorder.follow(next.recorder),
    ];
  }

  async #drop(): Promise<void> {
    const old = this.#current;
    if (old === null) return;
    this.#lastSeenAt = old.status().lastSeenAt;
    this.#current = null;
    this.#tell();
    try {
      await old[Symbol.asyncDispose]();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'the exchange that was in use did not stop cleanly');
    }
    // Only now: how its last calls ended is told while it stops.
    for (const undo of this.#unlisten.splice(0)) undo();
  }

  /** Tells the state of now, if it is another one than was told. */
  #tell(): void {
    const { connected } = this.status();
    if (connected === this.#told.connected) return;
    this.#told = { connected, since: this.#deps.now() };
    this.#statuses.emit(this.status());
  }

  #require(): Telephony {
    if (this.#current === null) throw new DomainError('unavailable', 'integration:no-exchange');
    return this.#current;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}
