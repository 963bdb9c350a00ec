import { DomainError } from '../../platform/errors.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { parseNumber } from '../customers/phone-number.domain.js';
import { type Agent } from './agent-registry.js';
import { type AgentEvent } from './agent-state.domain.js';
import { type CallCentreDeps } from './call-centre.port.js';
import { type LiveState } from './live-state.js';
import { type Memberships } from './memberships.js';
import { type TelephonyIntake } from './telephony-intake.js';

export interface DialWish {
  /** Chosen and stored by the caller; one is made when it is left out. Dialling twice with one id dials once. */
  readonly callId?: string;
  /** As it was typed. */
  readonly number: string;
  readonly direction: 'outbound' | 'callback';
  /** The agent asked for this call, so the phone need not ring for it. */
  readonly autoAnswer: boolean;
}

export interface AgentWishesDeps {
  readonly live: LiveState;
  readonly memberships: Memberships;
  readonly intake: TelephonyIntake;
  readonly centre: Pick<CallCentreDeps, 'telephony' | 'journal' | 'reasons' | 'now' | 'newCallId' | 'log' | 'settings'>;
}

/** What people ask for. Each rejects with a DomainError when it cannot be; permissions are the caller's to check. */
export class AgentWishes {
  readonly #deps: AgentWishesDeps;
  readonly #dialling = new Set<string>();
  #open = false;

  constructor(deps: AgentWishesDeps) {
    this.#deps = deps;
  }

  /** From now on wishes are taken: the picture is restored. */
  open(): void {
    this.#open = true;
  }

  isDialling(callId: string): boolean {
    return this.#dialling.has(callId);
  }

  startShift(agentId: number): void {
    if (this.#asker(agentId).identity.extension === null) refuse('calls:refused.no-agent');
    this.#wish(agentId, { type: 'shift-started', at: this.#now() });
  }

  /** Settles when the agent is out of all queues, or that has to wait for the exchange to come back. */
  async endShift(agentId: number): Promise<void> {
    const agent = this.#agent(agentId);
    // Its phone is about to ring, though the exchange has not said so yet.
    if (this.#deps.live.calls.dialOf(agentId) !== null) refuse('calls:refused.in-call');
    this.#wish(agentId, { type: 'shift-ended', at: this.#now() });
    await this.#deps.memberships.leaveAll(agent);
  }

  async pause(agentId: number, reasonId: number): Promise<void> {
    this.#asker(agentId);
    const found = await this.#deps.centre.reasons.requireActive('pause', reasonId);
    const { id, name, isProductive, timeLimitSeconds } = found;
    const reason = { id, name, isProductive, timeLimitSeconds };
    this.#wish(agentId, { type: 'pause-asked', at: this.#now(), reason });
  }

  resume(agentId: number): void {
    this.#wish(agentId, { type: 'resumed', at: this.#now() });
  }

  dropPause(agentId: number): void {
    this.#wish(agentId, { type: 'pause-dropped', at: this.#now() });
  }

  logIn(agentId: number, queueId: number): Promise<void> {
    return this.#deps.memberships.logIn(this.#asker(agentId), queueId);
  }

  logOut(agentId: number, queueId: number): Promise<void> {
    return this.#deps.memberships.logOut(this.#agent(agentId), queueId);
  }

  logAll(agentId: number, loggedIn: boolean): Promise<void> {
    const agent = this.#agent(agentId);
    if (loggedIn && agent.state.shiftStartedAt === null) refuse('calls:refused.not-on-shift');
    return this.#deps.memberships.logAll(agent, loggedIn);
  }

  reserve(agentId: number, callbackId: number): void {
    this.#asker(agentId);
    if (this.#deps.live.calls.dialOf(agentId) !== null) refuse('calls:refused.not-available');
    this.#wish(agentId, { type: 'reserved', at: this.#now(), callbackId });
  }

  release(agentId: number, callbackId: number): void {
    if (this.#deps.live.agents.find(agentId) === null) return;
    this.#wish(agentId, { type: 'released', at: this.#now(), callbackId });
  }

  finishWrapUp(agentId: number, callId: string): void {
    this.#wish(agentId, { type: 'wrap-up-finished', at: this.#now(), callId });
  }

  page(agentId: number, connected: boolean): void {
    // A page counts as lost some time after it went: who was dissociated meanwhile has no phone to lose.
    if (!connected && this.#deps.live.agents.find(agentId) === null) return;
    this.#wish(agentId, { type: connected ? 'page-connected' : 'page-lost', at: this.#now() });
  }

  /**
   * Rings the agent's phone, then the customer's. The call is recorded before the exchange is asked, so that a crash in
   * between leaves something to ask about. Rejects as `unavailable` when the exchange did not answer, which leaves open
   * whether it dials; with any other code it does not.
   * @returns the call's id
   */
  async dial(agentId: number, wish: DialWish): Promise<string> {
    const { live, centre } = this.#deps;
    const callId = wish.callId ?? centre.newCallId();
    const parsed = parseNumber(wish.number);
    if (!parsed.ok) throw new DomainError('invalid', parsed.reason, { field: 'number' });
    const extension = this.#requireFreeFor(callId, this.#asker(agentId));
    const known = live.calls.find(callId);
    if (known?.state === 'ended') refuse('calls:refused.call-id-taken');
    this.#dialling.add(callId);
    try {
      if (known === null) await this.#recordDial(callId, agentId, parsed.number, wish.direction);
      await centre.telephony.dial({
        callId,
        extension,
        number: parsed.number,
        direction: wish.direction,
        autoAnswer: wish.autoAnswer,
        agentRingSeconds: centre.settings.agentRingSeconds,
        customerRingSeconds: centre.settings.customerRingSeconds,
      });
    } catch (error) {
      const open = !(error instanceof DomainError) || error.code === 'unavailable';
      // What is left open is settled by the comparison with the exchange.
      if (!open) live.moveCall(callId, { type: 'ended', at: this.#now(), by: 'system', cause: 'failed' });
      live.feed.commit();
      throw error;
    } finally {
      this.#dialling.delete(callId);
    }
    return callId;
  }

  async hangUp(agentId: number, callId: string): Promise<void> {
    const { live, centre } = this.#deps;
    this.#agent(agentId);
    const call = live.calls.find(callId);
    if (call === null) throw new DomainError('not-found', 'calls:refused.no-call');
    if (call.agentId !== agentId) throw new DomainError('forbidden', 'calls:refused.not-your-call');
    if (call.state !== 'ended') await centre.telephony.hangUp(callId, 'agent');
  }

  /** @returns the agent's extension */
  #requireFreeFor(callId: string, agent: Agent): string {
    const { state, identity } = agent;
    if (identity.extension === null) refuse('calls:refused.no-agent');
    if (state.shiftStartedAt === null) refuse('calls:refused.not-on-shift');
    if (!state.phoneRegistered) refuse('calls:refused.no-phone');
    if (state.activity.kind === 'wrap-up') refuse('calls:refused.wrapping-up');
    const dialled = this.#deps.live.calls.dialOf(agent.id);
    if (state.activity.kind !== 'idle' && state.activity.callId !== callId) refuse('calls:refused.in-call');
    if (dialled !== null && dialled.callId !== callId) refuse('calls:refused.in-call');
    return identity.extension;
  }

  async #recordDial(
    callId: string,
    agentId: number,
    number: string,
    direction: 'outbound' | 'callback',
  ): Promise<void> {
    const { live, intake, centre } = this.#deps;
    live.touch(`call:${callId}`);
    live.startCall({
      callId,
      direction,
      number,
      customer: null,
      queueId: null,
      queueName: null,
      agentId,
      startedAt: this.#now(),
    });
    intake.identify(callId, number);
    live.feed.commit();
    await centre.journal.flush();
    // The wait was short, but a call may have come in it.
    const agent = live.agents.find(agentId);
    if (agent?.state.activity.kind !== 'idle') refuse('calls:refused.in-call');
  }

  #wish(agentId: number, event: AgentEvent): void {
    const { live } = this.#deps;
    this.#agent(agentId);
    const result = live.moveAgent(agentId, event);
    live.feed.commit();
    if (result?.kind === 'refused') refuse(result.reason);
  }

  #agent(agentId: number): Agent {
    if (!this.#open) throw new DomainError('unavailable', 'calls:refused.starting');
    const agent = this.#deps.live.agents.find(agentId);
    if (agent === null) throw new DomainError('not-found', 'calls:refused.no-agent');
    return agent;
  }

  /** The agent, if wishes that add to the journal may be taken. Facts of telephony are; people can be asked to wait. */
  #asker(agentId: number): Agent {
    if (this.#deps.centre.journal.isBehind) throw new DomainError('unavailable', 'calls:refused.busy-saving');
    return this.#agent(agentId);
  }

  #now(): number {
    return this.#deps.centre.now();
  }
}

function refuse(reason: MessageKey): never {
  throw new DomainError('conflict', reason);
}
