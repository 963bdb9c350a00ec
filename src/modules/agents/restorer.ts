import { waitOf } from '../calls/index.js';
import { type Queue } from '../queues/index.js';
import { callIdOf, type Agent } from './agent-registry.js';
import { type AgentState } from './agent-state.domain.js';
import { type AgentIdentity, type CallCentreDeps, type StoredAgent } from './call-centre.port.js';
import { type ExchangePauses } from './exchange-pauses.js';
import { type LiveState } from './live-state.js';
import { type Memberships } from './memberships.js';

export interface RestorerDeps extends Pick<
  CallCentreDeps,
  'directory' | 'agents' | 'calls' | 'journal' | 'queues' | 'now' | 'log'
> {
  readonly live: LiveState;
  readonly pauses: ExchangePauses;
  readonly memberships: Memberships;
}

/** A queue's calls come in while they are counted; so often it is tried again before the next occasion. */
const RECOUNT_TRIES = 5;

/** Fills the picture from the database: whole at the start, and later what administrators changed. */
export class Restorer {
  readonly #deps: RestorerDeps;
  #reloading: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  /** Those whose leaving waits for the exchange: each leaves once, and not at all who is an agent again by then. */
  readonly #leaving = new Set<number>();

  constructor(deps: RestorerDeps) {
    this.#deps = deps;
  }

  async restore(): Promise<void> {
    const { live, directory, agents, calls, queues, now } = this.#deps;
    const [queueList, people, stored, unfinished] = await Promise.all([
      queues.list(),
      directory.listAgents(),
      agents.list(),
      calls.unfinished(),
    ]);
    for (const queue of live.queues.load(queueList)) await this.#countAll(queue);
    for (const call of unfinished) {
      live.calls.put(call);
      const wait = waitOf(call);
      if (wait !== null) live.queues.callWaits(wait.queueId, call.callId, wait.since);
    }
    const written = await calls.load(stored.map(({ state }) => toWriteUp(state)).filter((id) => id !== null));
    for (const call of written) {
      live.calls.put(call);
      live.calls.keep(call.callId);
    }
    const states = new Map(stored.map((agent) => [agent.agentId, agent]));
    for (const person of people) {
      const agent = live.agents.add(person, states.get(person.id) ?? null, now());
      live.queues.agentMoved(null, agent);
      this.#settleRestored(agent);
    }
  }

  /**
   * Takes over what was changed in queues and agents, up to this call. Never rejects: the picture goes on with what it
   * has.
   */
  reload(): Promise<void> {
    if (this.#reloading === null) return this.#begin();
    // What is being read just now may be older than the change somebody calls about.
    this.#next ??= this.#reloading.then(() => {
      this.#next = null;
      return this.#begin();
    });
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#reloading = this.#reloadNow()
      .catch((error: unknown) => {
        this.#deps.log.error({ error }, 'queues and agents could not be read again');
      })
      .finally(() => {
        this.#reloading = null;
      });
    return this.#reloading;
  }

  async #reloadNow(): Promise<void> {
    const { live, directory, queues, agents } = this.#deps;
    const [queueList, people] = await Promise.all([queues.list(), directory.listAgents()]);
    const unknown = people.some(({ id }) => live.agents.find(id) === null);
    const stored = unknown ? await agents.list() : [];
    const recount = live.queues.load(queueList);
    for (const person of people) this.#takeOver(person, stored);
    const there = new Set(people.map(({ id }) => id));
    for (const agent of live.agents.all()) if (!there.has(agent.id)) this.#leave(agent);
    live.feed.commit();
    for (const queue of recount) await this.#countAgain(queue);
    live.feed.commit();
  }

  /** What a restart changes of an agent: no page is connected yet, and what is gone meanwhile is not waited for. */
  #settleRestored(agent: Agent): void {
    const { live, now } = this.#deps;
    live.moveAgent(agent.id, { type: 'page-lost', at: now() });
    // Whoever made a reservation makes it again if it still holds; one that nobody remembers would keep the agent for ever.
    const { reservedFor } = agent.state;
    if (reservedFor !== null) live.moveAgent(agent.id, { type: 'released', at: now(), callbackId: reservedFor });
    const callId = callIdOf(agent.state);
    const wrappingUp = agent.state.activity.kind === 'wrap-up';
    if (callId !== null && !wrappingUp && live.calls.live(callId) === null) {
      // The call ended, and this was all of it that did not get written.
      live.moveAgent(agent.id, { type: 'call-ended', callId, at: now(), wrapUpSeconds: null });
    }
    const { second } = agent.state;
    if (second !== null && live.calls.live(second.callId) === null) {
      live.moveAgent(agent.id, { type: 'call-ended', callId: second.callId, at: now(), wrapUpSeconds: null });
    }
    live.timers.follow(agent.id, agent.state);
  }

  #takeOver(person: AgentIdentity, stored: readonly StoredAgent[]): void {
    const { live, now, memberships } = this.#deps;
    const agent = live.agents.find(person.id);
    if (agent === null) {
      const added = live.agents.add(person, stored.find(({ agentId }) => agentId === person.id) ?? null, now());
      live.queues.agentMoved(null, added);
      live.feed.agentChanged(added.id);
      this.#settleRestored(added);
      return;
    }
    this.#leaving.delete(agent.id);
    if (agent.identity.extension !== person.extension) {
      this.#changePhone(agent, person);
      return;
    }
    live.agents.update(person.id, person, now());
    for (const queueId of agent.queueIds) {
      if (!person.queueIds.includes(queueId)) memberships.logOut(agent, queueId).catch(() => undefined);
    }
  }

  /** Another extension is another phone: the shift ends on the old one. In a call it has to wait for the next time. */
  #changePhone(agent: Agent, person: AgentIdentity): void {
    const { live, now, memberships } = this.#deps;
    const ended = live.moveAgent(agent.id, { type: 'shift-ended', at: now() });
    if (ended?.kind === 'refused') return;
    live.moveAgent(agent.id, { type: 'phone-unregistered', at: now() });
    void memberships.leaveAll(agent).then(() => {
      live.agents.update(person.id, person, now());
      live.feed.commit();
    });
  }

  /** Someone who is no agent any more. One who is in a call stays until it is over. */
  #leave(agent: Agent): void {
    const { live, now, memberships, pauses } = this.#deps;
    if (this.#leaving.has(agent.id)) return;
    const ended = live.moveAgent(agent.id, { type: 'shift-ended', at: now() });
    if (ended?.kind === 'refused') return;
    this.#leaving.add(agent.id);
    void memberships.leaveAll(agent).then(() => {
      if (!this.#leaving.delete(agent.id)) return;
      live.queues.agentMoved(agent, null);
      live.agents.remove(agent.id);
      pauses.forget(agent.id);
      live.feed.commit();
    });
  }

  async #countAll(queue: Queue): Promise<void> {
    const { live, calls } = this.#deps;
    const { from, until } = live.queues.day;
    live.queues.setCounters(queue.id, await calls.countersOf(queue.id, queue.serviceLevelSeconds, from, until));
  }

  /** While calls go on: counted from the journal, and taken only if nothing was counted meanwhile. */
  async #countAgain(queue: Queue): Promise<void> {
    const { live, calls, journal, log } = this.#deps;
    for (let tries = 0; tries < RECOUNT_TRIES; tries += 1) {
      await journal.flush();
      const before = live.queues.counters(queue.id);
      const { from, until } = live.queues.day;
      const counters = await calls.countersOf(queue.id, queue.serviceLevelSeconds, from, until);
      if (live.queues.counters(queue.id) !== before) continue;
      live.queues.setCounters(queue.id, counters);
      return;
    }
    log.warn({ queueId: queue.id }, 'the counters of a queue could not be counted anew in between its calls');
  }
}

/** The ended call whose record this agent writes, or has to write when the other call is over. */
function toWriteUp(state: AgentState): string | null {
  return state.activity.kind === 'wrap-up' ? state.activity.callId : (state.owed?.callId ?? null);
}
