import { type Schedule } from '../../platform/schedule.js';
import {
  CallBook,
  advance,
  detailOf,
  durationsOf,
  startedCall,
  type CallEvent,
  type CallJournal,
  type CallStart,
  type LiveCall,
} from '../calls/index.js';
import { localDayOf } from '../monitoring/local-day.domain.js';
import { QueueBoard } from '../queues/index.js';
import { AgentRegistry, type AgentMove } from './agent-registry.js';
import { type AgentEvent, type Transition } from './agent-state.domain.js';
import { type CentreLog } from './call-centre.port.js';
import { ChangeFeed } from './change-feed.js';
import { WrapUpTimers } from './wrap-up-timers.js';

export interface LiveStateDeps {
  readonly journal: CallJournal;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: CentreLog;
  readonly timeZone: string;
  readonly dialledWrapUpSeconds: number | null;
  /** Something that may keep an agent from calls has changed. */
  readonly onStanding: (agentId: number) => void;
}

const TAKES_UP: ReadonlySet<AgentEvent['type']> = new Set(['call-offered', 'call-accepted', 'call-answered']);

/**
 * The picture itself: agents, calls and queues, and how one event moves all three.
 *
 * There is no queue of tasks in here, on purpose. An event of a call touches the call, one or more agents and a queue;
 * with a queue a subject, two events of one agent in different calls (the end of one, the offer of the next) could be
 * taken in the wrong order. So each step runs to its end without waiting for anything, in the order in which the exchange
 * spoke, and that is one order for all subjects. What waits (the database, commands to the exchange, the customer's name)
 * stands outside: the journal is written behind, commands are a reconciliation, a name comes in as a step of its own.
 *
 * Whoever moves something calls `feed.commit()` when the step is complete.
 */
export class LiveState {
  readonly agents: AgentRegistry;
  readonly calls = new CallBook();
  readonly queues: QueueBoard;
  readonly feed: ChangeFeed;
  readonly timers: WrapUpTimers;
  readonly #deps: LiveStateDeps;
  readonly #watchers = new Set<Set<string>>();

  constructor(deps: LiveStateDeps) {
    this.#deps = deps;
    this.feed = new ChangeFeed({
      agent: (id) => this.agents.find(id)?.snapshot ?? null,
      queue: (id) => this.queues.snapshot(id),
      log: deps.log,
    });
    this.queues = new QueueBoard({
      dayOf: (at) => localDayOf(at, deps.timeZone),
      now: deps.now,
      onChanged: (queueId) => {
        this.feed.queueChanged(queueId);
      },
    });
    this.agents = new AgentRegistry({
      journal: deps.journal,
      callOf: (callId) => this.calls.find(callId),
      queueName: (queueId) => this.queues.find(queueId)?.name ?? null,
      onMoved: (move) => {
        this.#agentMoved(move);
      },
    });
    this.timers = new WrapUpTimers({
      now: deps.now,
      schedule: deps.schedule,
      onExpired: (agentId, callId, at) => {
        this.moveAgent(agentId, { type: 'wrap-up-expired', callId, at });
        this.feed.commit();
      },
    });
  }

  /** Collects what is touched from now on, until `stop`: whatever was asked before is older news of it. */
  watch(): { readonly touched: ReadonlySet<string>; readonly stop: () => void } {
    const touched = new Set<string>();
    this.#watchers.add(touched);
    return { touched, stop: () => this.#watchers.delete(touched) };
  }

  touch(subject: string): void {
    for (const watcher of this.#watchers) watcher.add(subject);
  }

  /** A call that was not known; one that is or was known is left as it is. */
  startCall(start: CallStart): LiveCall | null {
    if (this.calls.find(start.callId) !== null) return null;
    const call = startedCall(start);
    this.calls.put(call);
    this.#record(call, { type: 'started', at: start.startedAt, agentId: start.agentId, detail: null });
    if (call.queueId !== null) this.queues.callWaits(call.queueId, call.callId, call.startedAt);
    this.feed.callHappened({ type: 'started', call, agentId: start.agentId });
    return call;
  }

  /** Returns whether the event changed anything. */
  moveCall(callId: string, event: CallEvent): boolean {
    const before = this.calls.live(callId);
    const call = before === null ? null : advance(before, event);
    if (before === null || call === null) return false;
    this.calls.put(call);
    const agentId = event.type === 'ended' ? call.agentId : event.agentId;
    this.#record(call, { type: event.type, at: event.at, agentId, detail: detailOf(event) });
    this.#moveAgentsOf(before, call, event);
    if (call.queueId !== null) this.#countCall(call.queueId, before, call);
    this.feed.callHappened({ type: event.type, call, agentId });
    return true;
  }

  moveAgent(agentId: number, event: AgentEvent): Transition | null {
    return this.agents.apply(agentId, event);
  }

  identify(callId: string, customer: { readonly id: number; readonly name: string } | null): void {
    const call = this.calls.find(callId);
    if (call === null || call.customer?.id === customer?.id) return;
    const identified = { ...call, customer };
    this.calls.put(identified);
    this.#deps.journal.append([{ kind: 'call', call: identified }]);
    if (call.agentId !== null && this.agents.find(call.agentId)?.snapshot.call?.callId === callId) {
      this.agents.callChanged(call.agentId, this.#deps.now());
    }
  }

  replaceCustomer(goneId: number, stays: { readonly id: number; readonly name: string } | null): void {
    for (const call of [...this.calls.all(), ...this.calls.keptCalls()]) {
      if (call.customer?.id === goneId) this.identify(call.callId, stays);
    }
  }

  #record(
    call: LiveCall,
    event: Pick<
      Extract<Parameters<CallJournal['append']>[0][number], { kind: 'call-event' }>,
      'type' | 'at' | 'agentId' | 'detail'
    >,
  ): void {
    this.#deps.journal.append([
      { kind: 'call', call },
      { kind: 'call-event', callId: call.callId, ...event },
    ]);
  }

  #moveAgentsOf(before: LiveCall, call: LiveCall, event: CallEvent): void {
    const { callId } = call;
    const { at } = event;
    switch (event.type) {
      case 'offered':
        this.#factOf(event.agentId, { type: 'call-offered', callId, at });
        break;
      case 'declined':
        this.#factOf(event.agentId, this.#declineOf(call, event));
        break;
      case 'accepted':
      case 'answered':
        // Where several phones rang, the others fall silent.
        for (const other of before.offeredTo) {
          if (other !== call.agentId) this.#factOf(other, { type: 'call-declined', callId, at });
        }
        this.#factOf(call.agentId, { type: event.type === 'answered' ? 'call-answered' : 'call-accepted', callId, at });
        break;
      case 'held':
        this.#factOf(call.agentId, { type: 'call-held', callId, at });
        break;
      case 'resumed':
        this.#factOf(call.agentId, { type: 'call-resumed', callId, at });
        break;
      case 'ended': {
        const wrapUpSeconds = call.answeredAt === null ? null : this.#wrapUpSecondsOf(call);
        for (const agentId of new Set([...before.offeredTo, ...(call.agentId === null ? [] : [call.agentId])])) {
          this.#factOf(agentId, { type: 'call-ended', callId, at: call.endedAt ?? at, wrapUpSeconds });
        }
      }
    }
  }

  #factOf(agentId: number | null, event: AgentEvent): void {
    if (agentId === null || this.agents.find(agentId) === null) return;
    const result = this.moveAgent(agentId, event);
    // Ends and declines of calls the agent never had are nothing unusual.
    if (result?.kind === 'ignored' && TAKES_UP.has(event.type)) {
      this.#deps.log.warn({ agentId, event, activity: result.state.activity }, 'the agent is elsewhere than the call');
    }
  }

  /** A phone that could not be reached is not its agent's miss, and who is dialled for is asked by nobody's queue. */
  #declineOf({ callId, queueId }: LiveCall, event: Extract<CallEvent, { type: 'declined' }>): AgentEvent {
    const { at, cause } = event;
    if (cause === 'unreachable' || queueId === null) return { type: 'call-declined', callId, at };
    return { type: 'call-missed', callId, at, limit: this.queues.find(queueId)?.missedLimit ?? null };
  }

  #wrapUpSecondsOf(call: LiveCall): number | null {
    if (call.queueId === null) return this.#deps.dialledWrapUpSeconds;
    return this.queues.find(call.queueId)?.wrapUpSeconds ?? null;
  }

  #countCall(queueId: number, before: LiveCall, call: LiveCall): void {
    const { callId, startedAt } = call;
    const { waitedMs, talkedMs, heldMs } = durationsOf(call);
    const justAnswered = before.answeredAt === null && call.answeredAt !== null;
    if (justAnswered) this.queues.count(queueId, startedAt, { type: 'answered', waitedMs });
    if (call.state === 'ended') {
      const fact =
        call.answeredAt === null
          ? ({ type: 'not-answered', waitedMs, cause: call.endCause ?? '' } as const)
          : ({ type: 'finished', handledMs: talkedMs + heldMs } as const);
      this.queues.count(queueId, startedAt, fact);
    }
    if (justAnswered || call.state === 'ended') this.queues.callLeft(queueId, callId);
  }

  #agentMoved({ before, agent, at }: AgentMove): void {
    this.feed.agentChanged(agent.id);
    if (before.status !== agent.status || before.queueIds !== agent.queueIds) this.queues.agentMoved(before, agent);
    const [was, is] = [before.state.activity, agent.state.activity];
    if (was !== is) {
      this.timers.follow(agent.id, agent.state);
      if (is.kind === 'wrap-up') this.calls.keep(is.callId);
      if (was.kind === 'wrap-up') this.#wrapUpOver(was.callId, Math.max(0, at - was.startedAt));
    }
    this.#deps.onStanding(agent.id);
  }

  #wrapUpOver(callId: string, wrapUpMs: number): void {
    const call = this.calls.find(callId);
    this.calls.letGo(callId);
    this.#deps.journal.append([{ kind: 'wrap-up', callId, wrapUpMs }]);
    if (call !== null && call.queueId !== null) {
      this.queues.count(call.queueId, call.startedAt, { type: 'wrapped-up', wrapUpMs });
    }
  }
}
