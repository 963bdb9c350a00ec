import { DomainError } from '../../platform/errors.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { type Capability, type DeskTarget } from '../../shared/desk.js';
import { type AgentStatus } from '../../shared/agent-state.js';
import { parseNumber } from '../customers/phone-number.domain.js';
import { type LiveCall } from '../calls/index.js';
import { type CallTarget } from '../telephony/telephony.port.js';
import { type Agent } from './agent-registry.js';
import { type CallCentreDeps } from './call-centre.port.js';
import { type LiveState } from './live-state.js';

export interface CallWishesDeps {
  readonly live: LiveState;
  readonly centre: Pick<CallCentreDeps, 'telephony' | 'journal' | 'now' | 'newCallId' | 'settings' | 'hours'>;
  /** The agent, if wishes are taken now; throws a DomainError otherwise. */
  readonly asker: (agentId: number) => Agent;
}

/** Whom the exchange is to reach, and what stands in the journal for it. */
interface Reached {
  readonly target: CallTarget;
  readonly number: string;
  readonly queue: { readonly id: number; readonly name: string } | null;
}

const AWAY: Readonly<Partial<Record<AgentStatus, MessageKey>>> = {
  offline: 'calls:refused.target-offline',
  unreachable: 'calls:refused.target-unreachable',
  paused: 'calls:refused.target-paused',
  reserved: 'calls:refused.target-reserved',
  'wrap-up': 'calls:refused.target-wrapping-up',
  offered: 'calls:refused.target-busy',
  dialling: 'calls:refused.target-busy',
  talking: 'calls:refused.target-busy',
  'on-hold': 'calls:refused.target-busy',
};

/**
 * What an agent asks for while in a call: sending it on, asking somebody about it, bringing all together. What comes too
 * late is refused with a sentence, and the call is as it was.
 */
export class CallWishes {
  readonly #deps: CallWishesDeps;
  readonly #dialling = new Set<string>();

  constructor(deps: CallWishesDeps) {
    this.#deps = deps;
  }

  isDialling(callId: string): boolean {
    return this.#dialling.has(callId);
  }

  async transfer(agentId: number, callId: string, wanted: DeskTarget): Promise<void> {
    const { telephony, settings } = this.#deps.centre;
    const agent = this.#deps.asker(agentId);
    this.#require('blind-transfer', 'calls:refused.no-transfer');
    const call = this.#mainCallOf(agent, callId);
    if (call.transfer !== null) refuse('calls:refused.transfer-running');
    this.#requireNoSecond(agent);
    const { target } = this.#reach(agentId, wanted);
    const extension = agent.identity.extension ?? '';
    await telephony.transfer({ callId, extension, target, targetRingSeconds: settings.agentRingSeconds });
  }

  /** No error when there is nothing to take back and the call is still there. */
  async takeBack(agentId: number, callId: string): Promise<void> {
    const call = this.#mainCallOf(this.#deps.asker(agentId), callId);
    if (call.transfer !== null) await this.#deps.centre.telephony.takeBack(callId);
  }

  /** @returns the id of the second call */
  async consult(agentId: number, callId: string, wanted: DeskTarget): Promise<string> {
    const { live, centre } = this.#deps;
    const agent = this.#deps.asker(agentId);
    this.#require('attended-transfer', 'calls:refused.no-consult');
    const call = this.#mainCallOf(agent, callId);
    if (call.transfer !== null) refuse('calls:refused.transfer-running');
    this.#requireNoSecond(agent);
    const { number, queue } = this.#reach(agentId, wanted);
    const second = centre.newCallId();
    this.#dialling.add(second);
    try {
      live.touch(`call:${second}`);
      live.startCall({
        callId: second,
        direction: 'consult',
        number,
        customer: null,
        queueId: queue?.id ?? null,
        queueName: queue?.name ?? null,
        agentId,
        startedAt: centre.now(),
        consults: callId,
      });
      live.feed.commit();
      // As with any dialled call, a crash must leave something to ask the exchange about.
      await centre.journal.flush();
      // The wait was short, but the customer or whom we ask may have gone in it.
      this.#mainCallOf(agent, callId);
      const { target } = this.#reach(agentId, wanted);
      await centre.telephony.consult({
        callId: second,
        consults: callId,
        extension: agent.identity.extension ?? '',
        target,
        agentRingSeconds: centre.settings.agentRingSeconds,
        targetRingSeconds:
          target.kind === 'number' ? centre.settings.customerRingSeconds : centre.settings.agentRingSeconds,
      });
    } catch (error) {
      const open = !(error instanceof DomainError) || error.code === 'unavailable';
      if (!open) live.moveCall(second, { type: 'ended', at: centre.now(), by: 'system', cause: 'failed' });
      live.feed.commit();
      throw error;
    } finally {
      this.#dialling.delete(second);
    }
    return second;
  }

  async join(agentId: number, callId: string): Promise<void> {
    this.#require('attended-transfer', 'calls:refused.no-consult');
    const { first, second } = this.#pairOf(agentId, callId);
    await this.#deps.centre.telephony.join(first, second);
  }

  async confer(agentId: number, callId: string): Promise<void> {
    this.#require('conference', 'calls:refused.no-conference');
    const { first, second } = this.#pairOf(agentId, callId);
    await this.#deps.centre.telephony.confer(first, second);
  }

  #require(capability: Capability, reason: MessageKey): void {
    if (!this.#deps.centre.telephony.capabilities.has(capability)) refuse(reason);
  }

  /** The call with the customer, which this agent talks in or has on hold. */
  #mainCallOf(agent: Agent, callId: string): LiveCall {
    const call = this.#deps.live.calls.find(callId);
    if (call === null) throw new DomainError('not-found', 'calls:refused.no-call');
    const had = call.agentId === agent.id || call.parts.some((part) => part.agentId === agent.id);
    if (!had) throw new DomainError('forbidden', 'calls:refused.not-your-call');
    if (call.state === 'ended') refuse('calls:refused.call-over');
    if (call.agentId !== agent.id) refuse('calls:refused.call-left');
    if (call.direction === 'consult') refuse('calls:refused.only-consultation');
    if (call.state !== 'talking' && call.state !== 'on-hold') refuse('calls:refused.not-answered');
    return call;
  }

  #requireNoSecond({ id, state }: Agent): void {
    if (state.second !== null || this.#deps.live.calls.consultationOf(id) !== null) refuse('calls:refused.two-calls');
  }

  /** Either of the two may be named. */
  #pairOf(agentId: number, callId: string): { readonly first: string; readonly second: string } {
    const { live } = this.#deps;
    const agent = this.#deps.asker(agentId);
    const named = live.calls.find(callId);
    const first = this.#mainCallOf(agent, named?.consults ?? callId);
    const second = live.calls.consultationOf(agentId);
    if (second?.consults !== first.callId) refuse('calls:refused.no-second');
    if (second.state !== 'talking' && second.state !== 'on-hold') refuse('calls:refused.second-not-answered');
    return { first: first.callId, second: second.callId };
  }

  #reach(agentId: number, wanted: DeskTarget): Reached {
    switch (wanted.kind) {
      case 'agent':
        return this.#reachAgent(agentId, wanted.agentId);
      case 'queue':
        return this.#reachQueue(wanted.queueId);
      case 'number': {
        const parsed = parseNumber(wanted.number);
        if (!parsed.ok) throw new DomainError('invalid', parsed.reason, { field: 'number' });
        return { target: { kind: 'number', number: parsed.number }, number: parsed.number, queue: null };
      }
    }
  }

  #reachAgent(agentId: number, wantedId: number): Reached {
    const { live } = this.#deps;
    if (agentId === wantedId) refuse('calls:refused.target-self');
    const agent = live.agents.find(wantedId);
    const extension = agent?.identity.extension ?? null;
    if (agent === null || extension === null) refuse('calls:refused.target-gone');
    const isDialled = live.calls.dialOf(wantedId) !== null || live.calls.consultationOf(wantedId) !== null;
    const reason = AWAY[agent.status] ?? (isDialled ? 'calls:refused.target-busy' : null);
    if (reason !== null) throw new DomainError('conflict', reason, { params: { name: agent.identity.name } });
    return { target: { kind: 'agent', extension }, number: extension, queue: null };
  }

  #reachQueue(queueId: number): Reached {
    const queue = this.#deps.live.queues.find(queueId);
    if (queue?.isActive !== true) refuse('calls:refused.no-queue');
    const { id, name, exchangeName, number } = queue;
    if (!this.#deps.centre.hours(exchangeName)) {
      throw new DomainError('conflict', 'calls:refused.queue-closed', { params: { name } });
    }
    return { target: { kind: 'queue', queue: exchangeName }, number, queue: { id, name } };
  }
}

function refuse(reason: MessageKey): never {
  throw new DomainError('conflict', reason);
}
