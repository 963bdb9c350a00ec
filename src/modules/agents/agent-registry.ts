import {
  type AgentBlocker,
  type AgentCallRef,
  type AgentSnapshot,
  type AgentStatus,
} from '../../shared/agent-state.js';
import { type CallJournal, type LiveCall } from '../calls/index.js';
import { blockersSince, pausedSince } from './agent-blockers.domain.js';
import {
  INITIAL_AGENT_STATE,
  statusOf,
  transition,
  type AgentEvent,
  type AgentState,
  type Transition,
} from './agent-state.domain.js';
import { type AgentIdentity, type StoredAgent } from './call-centre.port.js';

/**
 * Added to the stored versions at each start. What a crash kept from being written had higher versions already told to
 * pages; so many cannot have been lost.
 */
const VERSION_LEAP = 1000;

/** An agent as he is kept in memory; only the registry writes to it. */
export interface Agent {
  readonly id: number;
  identity: AgentIdentity;
  state: AgentState;
  status: AgentStatus;
  /** When the status (with its reason and call) began: the beginning of the interval under way. */
  since: number;
  blockers: readonly AgentBlocker[];
  version: number;
  queueIds: ReadonlySet<number>;
  snapshot: AgentSnapshot;
}

export interface AgentMove {
  readonly before: { readonly state: AgentState; readonly status: AgentStatus; readonly queueIds: ReadonlySet<number> };
  readonly agent: Agent;
  readonly at: number;
}

export interface AgentRegistryDeps {
  readonly journal: CallJournal;
  readonly callOf: (callId: string) => LiveCall | null;
  readonly queueName: (queueId: number) => string | null;
  /** After every change, when the agent is what it says already. */
  readonly onMoved: (move: AgentMove) => void;
}

/** The agents in memory: applies events to them, counts their versions, writes their journal. */
export class AgentRegistry {
  readonly #deps: AgentRegistryDeps;
  readonly #agents = new Map<number, Agent>();
  readonly #byExtension = new Map<string, number>();

  constructor(deps: AgentRegistryDeps) {
    this.#deps = deps;
  }

  find(agentId: number): Agent | null {
    return this.#agents.get(agentId) ?? null;
  }

  findByExtension(extension: string): Agent | null {
    const id = this.#byExtension.get(extension);
    return id === undefined ? null : this.find(id);
  }

  all(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  /** Takes in an agent who was not known; `stored` is how he was left. */
  add(identity: AgentIdentity, stored: StoredAgent | null, at: number): Agent {
    const state = stored?.state ?? INITIAL_AGENT_STATE;
    const agent: Agent = {
      id: identity.id,
      identity,
      state,
      status: statusOf(state),
      since: stored?.since ?? at,
      blockers: blockersSince(stored?.blockers ?? [], state, stored?.since ?? at),
      version: stored === null ? 0 : stored.version + VERSION_LEAP,
      queueIds: new Set(stored?.queueIds),
      snapshot: undefined as unknown as AgentSnapshot,
    };
    agent.snapshot = this.#toSnapshot(agent);
    this.#agents.set(agent.id, agent);
    if (identity.extension !== null) this.#byExtension.set(identity.extension, agent.id);
    return agent;
  }

  /** Takes over a changed name, extension or set of queues. Returns whether there was anything to change. */
  update(agentId: number, identity: AgentIdentity, at: number): boolean {
    const agent = this.#agents.get(agentId);
    if (agent === undefined || sameIdentity(agent.identity, identity)) return false;
    const old = agent.identity.extension;
    if (old !== identity.extension) {
      if (old !== null && this.#byExtension.get(old) === agentId) this.#byExtension.delete(old);
      if (identity.extension !== null) this.#byExtension.set(identity.extension, agentId);
    }
    agent.identity = identity;
    this.#changed(agent, { state: agent.state, status: agent.status, queueIds: agent.queueIds }, at);
    return true;
  }

  remove(agentId: number): void {
    const extension = this.#agents.get(agentId)?.identity.extension ?? null;
    this.#agents.delete(agentId);
    if (extension !== null && this.#byExtension.get(extension) === agentId) this.#byExtension.delete(extension);
  }

  apply(agentId: number, event: AgentEvent): Transition | null {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return null;
    const result = transition(agent.state, event);
    if (result.kind !== 'moved') return result;
    const { state, status, queueIds } = agent;
    agent.state = result.state;
    agent.status = statusOf(result.state);
    this.#changed(agent, { state, status, queueIds }, event.at);
    return result;
  }

  setMember(agentId: number, queueId: number, loggedIn: boolean, at: number): boolean {
    const agent = this.#agents.get(agentId);
    if (agent === undefined || agent.queueIds.has(queueId) === loggedIn) return false;
    const { state, status, queueIds } = agent;
    const next = new Set(queueIds);
    if (loggedIn) next.add(queueId);
    else next.delete(queueId);
    agent.queueIds = next;
    this.#changed(agent, { state, status, queueIds }, at);
    return true;
  }

  /** Something the snapshot shows of the agent's call has changed. */
  callChanged(agentId: number, at: number): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    this.#changed(agent, { state: agent.state, status: agent.status, queueIds: agent.queueIds }, at);
  }

  #changed(agent: Agent, before: AgentMove['before'], at: number): void {
    agent.version += 1;
    agent.blockers = blockersSince(agent.blockers, agent.state, at);
    const interval = this.#turn(agent, before, at);
    agent.snapshot = this.#toSnapshot(agent);
    this.#deps.journal.append([
      ...interval,
      {
        kind: 'agent-state',
        agentId: agent.id,
        state: JSON.stringify({ state: agent.state, blockers: agent.blockers, queueIds: [...agent.queueIds] }),
        version: agent.version,
        since: agent.since,
      },
    ]);
    this.#deps.onMoved({ before, agent, at });
  }

  /** Where status, reason or call changed: begins a new `since`, and a new interval of the journal. */
  #turn(agent: Agent, before: AgentMove['before'], at: number): Parameters<CallJournal['append']>[0] {
    if (intervalKey(before.status, before.state) === intervalKey(agent.status, agent.state)) return [];
    const closes = before.status === 'offline' ? null : agent.since;
    // Clocks differ: what comes after may not begin before what it follows.
    agent.since = Math.max(agent.since, at);
    const opens = agent.status === 'offline' ? null : toInterval(agent.status, agent.state);
    return [{ kind: 'interval', agentId: agent.id, at: agent.since, closes, opens }];
  }

  #toSnapshot(agent: Agent): AgentSnapshot {
    const { state, identity } = agent;
    return {
      agentId: agent.id,
      name: identity.name,
      extension: identity.extension,
      status: agent.status,
      since: (agent.status === 'paused' ? pausedSince(state) : null) ?? agent.since,
      blockers: agent.blockers,
      missedCalls: state.missedCalls,
      pauseReason: state.pause?.reason ?? null,
      nextPause: state.nextPause,
      call: this.#callRef(callIdOf(state)),
      loggedInQueueIds: [...agent.queueIds],
      phoneRegistered: state.phoneRegistered,
      pageConnected: state.pageConnected,
      shiftStartedAt: state.shiftStartedAt,
      wrapUpEndsAt: state.activity.kind === 'wrap-up' ? state.activity.until : null,
      version: agent.version,
    };
  }

  #callRef(callId: string | null): AgentCallRef | null {
    const call = callId === null ? null : this.#deps.callOf(callId);
    if (call === null) return null;
    return {
      callId: call.callId,
      direction: call.direction,
      number: call.number,
      customerName: call.customer?.name ?? null,
      queueName: call.queueId === null ? null : (this.#deps.queueName(call.queueId) ?? call.queueName),
    };
  }
}

export function callIdOf(state: AgentState): string | null {
  return state.activity.kind === 'idle' ? null : state.activity.callId;
}

type Interval = Extract<Parameters<CallJournal['append']>[0][number], { kind: 'interval' }>;

function toInterval(status: AgentStatus, state: AgentState): NonNullable<Interval['opens']> {
  const callId = callIdOf(state);
  if (status !== 'paused') return { status, reasonId: null, callId, pause: null };
  const reason = state.pause?.reason ?? null;
  const pause = {
    cause: reason === null ? ('missed' as const) : ('reason' as const),
    beganAt: pausedSince(state),
    limitSeconds: reason?.timeLimitSeconds ?? null,
  };
  return { status, reasonId: reason?.id ?? null, callId, pause };
}

function intervalKey(status: AgentStatus, state: AgentState): string {
  const reason = status === 'paused' ? (state.pause?.reason.id ?? 'missed') : '';
  return `${status}/${reason}/${callIdOf(state) ?? ''}`;
}

function sameIdentity(a: AgentIdentity, b: AgentIdentity): boolean {
  return (
    a.name === b.name &&
    a.extension === b.extension &&
    a.queueIds.length === b.queueIds.length &&
    a.queueIds.every((id) => b.queueIds.includes(id))
  );
}
