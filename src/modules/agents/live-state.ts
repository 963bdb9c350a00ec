import { type Schedule } from '../../platform/schedule.js';
import {
  CallBook,
  advance,
  detailOf,
  durationsOf,
  presentQueueOf,
  startedCall,
  waitOf,
  type CallEvent,
  type CallJournal,
  type CallStart,
  type LiveCall,
} from '../calls/index.js';
import { localDayOf } from '../monitoring/local-day.domain.js';
import { QueueBoard } from '../queues/index.js';
import { AgentRegistry, type AgentMove } from './agent-registry.js';
import { factsOf, peopleOf, type QueueRules } from './agent-facts.domain.js';
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
    this.#followWait(null, call);
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
    this.#recordParts(before, call);
    this.#moveAgentsOf(before, call, event);
    // Some of it is to be seen though nobody's state changed: where it is being sent, or by which id a phone knows it.
    for (const id of peopleOf(call)) this.feed.agentChanged(id);
    this.#followWait(before, call);
    this.#countCall(before, call);
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
    for (const agentId of this.#peopleAround(identified)) {
      if (this.agents.find(agentId)?.snapshot.call?.callId === callId) {
        this.agents.callChanged(agentId, this.#deps.now());
      } else this.feed.agentChanged(agentId);
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

  /** Each agent's part as it begins and as it is over. A consultation is no part of anybody's figures. */
  #recordParts(before: LiveCall, call: LiveCall): void {
    if (call.direction === 'consult' || call.parts === before.parts) return;
    const { callId } = call;
    const changed = call.parts.flatMap((part, index) =>
      part === before.parts[index] ? [] : [{ kind: 'call-part', callId, index, part } as const],
    );
    this.#deps.journal.append(changed);
  }

  #moveAgentsOf(before: LiveCall, call: LiveCall, event: CallEvent): void {
    for (const { agentId, event: fact } of factsOf(before, call, event, this.#rulesOf(call))) {
      this.#factOf(agentId, fact);
    }
  }

  /** Those in a call, and those who ask or are asked about it. */
  #peopleAround(call: LiveCall): ReadonlySet<number> {
    const people = new Set(peopleOf(call));
    for (const agentId of peopleOf(call)) {
      const consultation = this.calls.consultationOf(agentId);
      if (consultation?.consults === call.callId) for (const id of peopleOf(consultation)) people.add(id);
    }
    return people;
  }

  #factOf(agentId: number | null, event: AgentEvent): void {
    if (agentId === null || this.agents.find(agentId) === null) return;
    const result = this.moveAgent(agentId, event);
    // Ends and declines of calls the agent never had are nothing unusual.
    if (result?.kind === 'ignored' && TAKES_UP.has(event.type)) {
      this.#deps.log.warn({ agentId, event, activity: result.state.activity }, 'the agent is elsewhere than the call');
    }
  }

  /** What the queue rules that rings for it, or that it was taken from. */
  #rulesOf(call: LiveCall): QueueRules {
    const { id } = presentQueueOf(call);
    return {
      wrapUpSeconds: this.#wrapUpSecondsOf(call),
      missedLimit: id === null ? null : (this.queues.find(id)?.missedLimit ?? null),
    };
  }

  #wrapUpSecondsOf(call: LiveCall): number | null {
    const { id } = presentQueueOf(call);
    if (id === null) return this.#deps.dialledWrapUpSeconds;
    return this.queues.find(id)?.wrapUpSeconds ?? null;
  }

  #followWait(before: LiveCall | null, call: LiveCall): void {
    const was = before === null ? null : waitOf(before);
    const is = waitOf(call);
    if (was?.queueId === is?.queueId && was?.since === is?.since) return;
    if (was !== null) this.queues.callLeft(was.queueId, call.callId);
    if (is !== null) this.queues.callWaits(is.queueId, call.callId, is.since);
  }

  /**
   * A call counts once, in the queue it came by: answered when somebody took it first, and handled with all that every
   * agent had of it. Where it was sent later it waits and is seen waiting, and is in no figure. Consultations never count.
   */
  #countCall(before: LiveCall, call: LiveCall): void {
    const { queueId, startedAt } = call;
    if (queueId === null || call.direction === 'consult') return;
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
  }

  #agentMoved({ before, agent, at }: AgentMove): void {
    this.feed.agentChanged(agent.id);
    if (before.status !== agent.status || before.queueIds !== agent.queueIds) this.queues.agentMoved(before, agent);
    const [was, is] = [before.state.activity, agent.state.activity];
    if (was !== is) {
      this.timers.follow(agent.id, agent.state);
      if (is.kind === 'wrap-up') this.calls.keep(is.callId);
      if (was.kind === 'wrap-up') this.#wrapUpOver(agent.id, was.callId, Math.max(0, at - was.startedAt));
    }
    if (agent.state.owed !== null && agent.state.owed !== before.state.owed) this.calls.keep(agent.state.owed.callId);
    this.#deps.onStanding(agent.id);
  }

  #wrapUpOver(agentId: number, callId: string, wrapUpMs: number): void {
    const call = this.calls.find(callId);
    this.calls.letGo(callId);
    this.#deps.journal.append([{ kind: 'wrap-up', callId, agentId, wrapUpMs }]);
    if (call !== null && call.queueId !== null) {
      this.queues.count(call.queueId, call.startedAt, { type: 'wrapped-up', wrapUpMs });
    }
  }
}
