import { DomainError } from '../../platform/errors.js';
import { type AgentSnapshot } from '../../shared/agent-state.js';
import { type LinkSnapshot, type QueueSnapshot } from '../../shared/board.js';
import { type LiveCall } from '../calls/index.js';
import { type TelephonyEvent } from '../telephony/telephony.port.js';
import { callIdOf } from './agent-registry.js';
import { exchangePauseOf } from './agent-state.domain.js';
import { AgentWishes, type DialWish } from './agent-wishes.js';
import { type CallCentreDeps, type CentreCallEvent, type CentreChange } from './call-centre.port.js';
import { ExchangePauses, type DesiredPause } from './exchange-pauses.js';
import { LiveState } from './live-state.js';
import { Memberships } from './memberships.js';
import { Reconciler } from './reconciler.js';
import { Restorer } from './restorer.js';
import { TelephonyIntake } from './telephony-intake.js';

/**
 * The live picture of agents, calls and queues, derived from what the exchange tells, what people wish and time.
 *
 * `start()` restores it from the database, then compares it with the exchange; before that wishes are refused. It does not
 * start the telephony, and does not dispose the journal: whoever made them does, the journal after this.
 */
export class CallCentre implements AsyncDisposable {
  readonly #deps: CallCentreDeps;
  readonly #live: LiveState;
  readonly #pauses: ExchangePauses;
  readonly #memberships: Memberships;
  readonly #intake: TelephonyIntake;
  readonly #reconciler: Reconciler;
  readonly #restorer: Restorer;
  readonly #wishes: AgentWishes;
  readonly #undo: (() => void)[] = [];
  #cancelReconcile: (() => void) | null = null;
  #cancelMidnight: (() => void) | null = null;
  #connected = false;
  #disposed = false;

  constructor(deps: CallCentreDeps) {
    this.#deps = deps;
    const { telephony, schedule, log, now } = deps;
    const live = new LiveState({
      ...deps,
      dialledWrapUpSeconds: deps.settings.dialledWrapUpSeconds,
      onStanding: (agentId) => {
        this.#pauses.request(agentId);
      },
    });
    this.#live = live;
    this.#pauses = new ExchangePauses({ telephony, schedule, log, desired: (agentId) => this.#desiredPause(agentId) });
    const pauses = this.#pauses;
    const memberships = new Memberships({ telephony, live, log });
    this.#memberships = memberships;
    this.#intake = new TelephonyIntake({
      live,
      pauses,
      customers: deps.customers,
      log,
      onGap: () => {
        void this.#reconciler.run('gap');
      },
      onStranger: (agentId) => {
        const agent = live.agents.find(agentId);
        if (agent !== null) void memberships.leaveAll(agent);
      },
    });
    const intake = this.#intake;
    this.#wishes = new AgentWishes({ live, memberships, intake, centre: deps });
    const isDialling = (callId: string): boolean => this.#wishes.isDialling(callId);
    this.#reconciler = new Reconciler({ telephony, live, intake, pauses, memberships, isDialling, now, log });
    this.#restorer = new Restorer({ ...deps, live, pauses, memberships });
  }

  /** Settles when the picture is restored and, if the exchange is there, compared with it. */
  async start(): Promise<void> {
    const { telephony } = this.#deps;
    // Listened to from the first moment; what comes while the past is being read waits for it.
    const early: TelephonyEvent[] = [];
    let take = (event: TelephonyEvent): void => void early.push(event);
    this.#undo.push(
      telephony.onEvent((event) => {
        take(event);
      }),
    );
    await this.#restorer.restore();
    take = (event) => {
      this.#take(event);
    };
    for (const event of early) this.#take(event);
    this.#connected = telephony.status().connected;
    this.#undo.push(
      telephony.onStatus((status) => {
        this.#linkChanged(status.connected);
      }),
    );
    this.#pauses.start();
    this.#wishes.open();
    this.#live.feed.commit();
    this.#armMidnight();
    if (this.#connected) await this.#reconciler.run('start');
    this.#armReconcile();
  }

  agent(agentId: number): AgentSnapshot | null {
    return this.#live.agents.find(agentId)?.snapshot ?? null;
  }

  agents(): readonly AgentSnapshot[] {
    return this.#live.agents.all().map((agent) => agent.snapshot);
  }

  queues(): readonly QueueSnapshot[] {
    return this.#live.queues.snapshots();
  }

  queue(queueId: number): QueueSnapshot | null {
    return this.#live.queues.snapshot(queueId);
  }

  link(): LinkSnapshot {
    const { connected, since, lastSeenAt } = this.#deps.telephony.status();
    return { connected, since, lastSeenAt };
  }

  /** Calls that have not ended, waiting ones too. */
  countCalls(): number {
    return this.#live.calls.all().length;
  }

  /** Null when there is none of that id, or it has ended. */
  liveCall(callId: string): LiveCall | null {
    return this.#live.calls.live(callId);
  }

  /** The call this agent is in, is being dialled for, or is writing up (it has ended then). */
  callOf(agentId: number): LiveCall | null {
    const agent = this.#live.agents.find(agentId);
    const callId = agent === null ? null : callIdOf(agent.state);
    return callId === null ? this.#live.calls.dialOf(agentId) : this.#live.calls.find(callId);
  }

  /** Every change, once, when it is complete. Returns its own undo. */
  onChanged(listener: (change: CentreChange) => void): () => void {
    return this.#live.feed.onChanged(listener);
  }

  onCall(listener: (event: CentreCallEvent) => void): () => void {
    return this.#live.feed.onCall(listener);
  }

  /** Reads queues and agents again; called after an administrator changed them, and by itself now and then. */
  reload(): Promise<void> {
    return this.#restorer.reload();
  }

  /** Compares the picture with the exchange now. */
  reconcile(): Promise<void> {
    return this.#reconciler.run('gap');
  }

  /** The customer of a call was found or created by a person. */
  identify(callId: string, customer: { readonly id: number; readonly name: string } | null): void {
    this.#live.identify(callId, customer);
    this.#live.feed.commit();
  }

  /** A customer is no more: running calls, and those being written up, are of the one that stays, or of nobody. */
  replaceCustomer(goneId: number, stays: { readonly id: number; readonly name: string } | null): void {
    this.#live.replaceCustomer(goneId, stays);
    this.#live.feed.commit();
  }

  async startShift(agentId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.startShift(agentId);
    });
  }

  /** Refused in a call. Logs the agent out of all queues. */
  async endShift(agentId: number): Promise<void> {
    await this.#wished(() => this.#wishes.endShift(agentId));
  }

  /** Pauses now, or when the call, its wrap-up and a reservation are over. */
  async pause(agentId: number, reasonId: number): Promise<void> {
    await this.#wished(() => this.#wishes.pause(agentId, reasonId));
  }

  /** Ends every pause: the one there is, the one that waits, the one after missed calls. */
  async resume(agentId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.resume(agentId);
    });
  }

  /** Takes back a pause that waits for the end of a call; no error when none does. */
  async dropPause(agentId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.dropPause(agentId);
    });
  }

  /** Settles when the exchange has done it; its event changes the picture. */
  async logIn(agentId: number, queueId: number): Promise<void> {
    await this.#wished(() => this.#wishes.logIn(agentId, queueId));
  }

  async logOut(agentId: number, queueId: number): Promise<void> {
    await this.#wished(() => this.#wishes.logOut(agentId, queueId));
  }

  async logAll(agentId: number, loggedIn: boolean): Promise<void> {
    await this.#wished(() => this.#wishes.logAll(agentId, loggedIn));
  }

  /** Keeps an available agent free for a callback. Repeating it is no error. */
  async reserve(agentId: number, callbackId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.reserve(agentId, callbackId);
    });
  }

  /** No error when there is nothing to release. */
  async release(agentId: number, callbackId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.release(agentId, callbackId);
    });
  }

  dial(agentId: number, wish: DialWish): Promise<string> {
    return this.#wished(() => this.#wishes.dial(agentId, wish));
  }

  /** A call that has already ended is no error. */
  async hangUp(agentId: number, callId: string): Promise<void> {
    await this.#wished(() => this.#wishes.hangUp(agentId, callId));
  }

  /** Refused while the call runs; finishing what is finished is no error. */
  async finishWrapUp(agentId: number, callId: string): Promise<void> {
    await this.#wished(() => {
      this.#wishes.finishWrapUp(agentId, callId);
    });
  }

  transfer(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  takeBack(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  consult(): Promise<string> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  join(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  confer(): Promise<void> {
    return Promise.reject(new DomainError('conflict', 'exchange:not-offered'));
  }

  async pageConnected(agentId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.page(agentId, true);
    });
  }

  /** At once; how long a page may be away before it counts as lost is the caller's to decide. */
  async pageLost(agentId: number): Promise<void> {
    await this.#wished(() => {
      this.#wishes.page(agentId, false);
    });
  }

  /** Stops listening and waits for what is under way. The state stays in the database, to be restored from. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const undo of this.#undo) undo();
    this.#cancelReconcile?.();
    this.#cancelMidnight?.();
    this.#live.timers.stop();
    await Promise.all([this.#reconciler.stop(), this.#pauses.stop()]);
    await Promise.all([this.#memberships.idle(), this.#intake.idle()]);
  }

  /** A wish that is refused at once rejects too, whoever calls. */
  async #wished<T>(wish: () => T | Promise<T>): Promise<T> {
    return wish();
  }

  #take(event: TelephonyEvent): void {
    try {
      this.#intake.take(event);
    } catch (error) {
      // One event that cannot be taken must not end the exchange's telling of the others.
      this.#deps.log.error({ error, event }, 'an event of the exchange could not be taken');
    }
  }

  #linkChanged(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.#deps.log.warn({ connected }, connected ? 'the exchange is back' : 'the exchange is out of reach');
    this.#live.feed.linkChanged();
    this.#live.feed.commit();
    if (connected) void this.#reconciler.run('reconnect');
  }

  #desiredPause(agentId: number): DesiredPause | null {
    const agent = this.#live.agents.find(agentId);
    const extension = agent?.identity.extension ?? null;
    if (agent === null || extension === null) return null;
    if (agent.state.shiftStartedAt === null && agent.queueIds.size === 0) return null;
    return { extension, reason: exchangePauseOf(agent.state) };
  }

  #armReconcile(): void {
    if (this.#disposed) return;
    this.#cancelReconcile = this.#deps.schedule(() => {
      void this.#periodic();
    }, this.#deps.settings.reconcileMs);
  }

  async #periodic(): Promise<void> {
    await this.#restorer.reload();
    await this.#reconciler.run('periodic');
    this.#armReconcile();
  }

  #armMidnight(): void {
    const { now, schedule } = this.#deps;
    const wait = Math.max(1, this.#live.queues.day.until - now());
    this.#cancelMidnight = schedule(() => {
      this.#live.queues.rollOver(now());
      this.#live.feed.commit();
      this.#armMidnight();
    }, wait);
  }
}
