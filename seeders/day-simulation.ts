import { type EndCause, type EndedBy } from '../src/modules/telephony/telephony.port.js';
import { IntervalLog, note, startCall, type DayRecord, type SeedCall } from './day-record.js';
import { type DemoAgent } from './demo-accounts.js';
import { type DemoQueue } from './demo-service.js';
import { type SeededRandom } from './random.js';
import { Timeline } from './timeline.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** How long somebody waits who is ready to wait; the rest hang up sooner. */
const MEAN_PATIENCE_MS = 260 * SECOND;

export interface PlannedPause {
  readonly at: number;
  readonly ms: number;
  readonly reasonId: number;
}

export interface PlannedShift {
  readonly agent: DemoAgent;
  readonly from: number;
  readonly to: number;
  readonly pauses: readonly PlannedPause[];
}

/** A call that somebody of ours makes. */
export interface PlannedDial {
  readonly at: number;
  readonly agentId: number;
  readonly direction: 'outbound' | 'callback';
  readonly number: string;
  readonly customerId: number | null;
  readonly outcome: 'answered' | 'no-answer' | 'busy' | 'rejected';
  /** Told once the call has ended; what it returns is dialled next. */
  readonly onEnded?: (call: SeedCall) => PlannedDial | null;
}

export interface PlannedArrival {
  readonly at: number;
  readonly queue: DemoQueue;
  readonly number: string;
  readonly customerId: number | null;
}

export interface DayPlan {
  readonly shifts: readonly PlannedShift[];
  readonly arrivals: readonly PlannedArrival[];
  readonly dials: readonly PlannedDial[];
  /** What has not ended by then is not told at all. */
  readonly until: number;
}

interface Worker {
  readonly shift: PlannedShift;
  /** Since when free for a call; null while busy, paused or off shift. */
  freeSince: number | null;
  readonly duePauses: PlannedPause[];
  /** Calls to make as soon as nothing else is to do. */
  readonly dueDials: PlannedDial[];
}

interface Waiting {
  readonly call: SeedCall;
  readonly queue: DemoQueue;
  /** Grows with each thing that happens, so that what was planned before it can tell that it is too late. */
  step: number;
  offeredTo: Worker | null;
}

/**
 * One day of the contact centre, played from arrivals and shifts: callers wait, are offered to who is idle longest, are
 * declined, answered, held, given up. What comes out can be no other than consistent: nobody talks twice at once.
 */
export class DaySimulation {
  readonly #random: SeededRandom;
  readonly #plan: DayPlan;
  readonly #time = new Timeline();
  readonly #log = new IntervalLog();
  readonly #workers = new Map<number, Worker>();
  readonly #waiting: Waiting[] = [];
  readonly #ended: SeedCall[] = [];

  constructor(random: SeededRandom, plan: DayPlan) {
    this.#random = random;
    this.#plan = plan;
  }

  run(): DayRecord {
    const { shifts, arrivals, dials, until } = this.#plan;
    for (const shift of shifts) this.#planShift(shift);
    for (const arrival of arrivals) {
      this.#time.put(arrival.at, (at) => {
        this.#arrive(arrival, at);
      });
    }
    for (const dial of dials) {
      this.#time.put(dial.at, (at) => {
        this.#dial(dial, at);
      });
    }
    this.#time.runUntil(until);
    for (const { shift } of this.#workers.values()) this.#log.set(shift.agent.id, until, null);
    for (const call of this.#ended) call.wrapUpMs = Math.min(call.wrapUpMs, until - (call.endedAt ?? until));
    const told = new Set(this.#ended.map(({ id }) => id));
    return {
      calls: this.#ended.sort((a, b) => a.startedAt - b.startedAt),
      intervals: this.#log.closed.filter(({ callId }) => callId === null || told.has(callId)),
    };
  }

  #planShift(shift: PlannedShift): void {
    const worker: Worker = { shift, freeSince: null, duePauses: [], dueDials: [] };
    this.#workers.set(shift.agent.id, worker);
    this.#time.put(shift.from, (at) => {
      this.#free(worker, at);
    });
    for (const pause of shift.pauses) {
      this.#time.put(pause.at, (at) => {
        worker.duePauses.push(pause);
        if (worker.freeSince !== null) this.#free(worker, at);
      });
    }
    this.#time.put(shift.to, (at) => {
      if (worker.freeSince !== null) this.#free(worker, at);
    });
  }

  /** Nothing is left to do: goes home, takes the pause that is due, or waits for the next call. */
  #free(worker: Worker, at: number): void {
    const { agent, to } = worker.shift;
    worker.freeSince = null;
    if (at >= to) {
      this.#log.set(agent.id, at, null);
      return;
    }
    const dial = worker.dueDials.shift();
    if (dial !== undefined) {
      worker.freeSince = at;
      this.#dial(dial, at);
      return;
    }
    const pause = worker.duePauses.shift();
    if (pause !== undefined) {
      this.#log.set(agent.id, at, 'paused', { reasonId: pause.reasonId });
      this.#time.put(at + pause.ms, (later) => {
        this.#free(worker, later);
      });
      return;
    }
    worker.freeSince = at;
    this.#log.set(agent.id, at, 'available');
    this.#distribute(at);
  }

  #arrive({ queue, number, customerId }: PlannedArrival, at: number): void {
    const id = this.#random.uuid();
    const call = startCall({
      id,
      direction: 'inbound',
      number,
      queueId: queue.id,
      customerId,
      startedAt: at,
      agentId: null,
    });
    const waiting: Waiting = { call, queue, step: 0, offeredTo: null };
    this.#waiting.push(waiting);
    const patience = Math.round(Math.max(4 * SECOND, this.#random.exponential(MEAN_PATIENCE_MS)));
    const limit = queue.maxWaitSeconds * SECOND;
    this.#time.put(at + Math.min(patience, limit), (later) => {
      if (this.#waiting.includes(waiting)) this.#giveUp(waiting, later, patience > limit);
    });
    this.#distribute(at);
  }

  #giveUp(waiting: Waiting, at: number, timedOut: boolean): void {
    this.#leaveQueue(waiting);
    const { call, offeredTo } = waiting;
    call.agentId = null;
    this.#end(call, at, timedOut ? 'system' : 'customer', timedOut ? 'timed-out' : 'abandoned');
    if (offeredTo !== null) this.#free(offeredTo, at);
  }

  #distribute(at: number): void {
    for (const waiting of this.#waiting) {
      if (waiting.offeredTo !== null) continue;
      const idle = [...this.#workers.values()]
        .filter(({ freeSince, shift }) => freeSince !== null && shift.agent.queues.includes(waiting.queue.name))
        .sort((a, b) => (a.freeSince ?? 0) - (b.freeSince ?? 0))[0];
      if (idle !== undefined) this.#offer(waiting, idle, at);
    }
  }

  #offer(waiting: Waiting, worker: Worker, at: number): void {
    const { call } = waiting;
    const { agent } = worker.shift;
    worker.freeSince = null;
    waiting.offeredTo = worker;
    waiting.step += 1;
    const { step } = waiting;
    call.agentId = agent.id;
    call.offeredAt = at;
    call.offers += 1;
    note(call, 'offered', at);
    this.#log.set(agent.id, at, 'offered', { callId: call.id });
    const declined = this.#random.chance(0.03);
    const rejected = declined && this.#random.chance(0.4);
    const ring = declined && !rejected ? waiting.queue.ringSeconds : this.#random.between(2, 8);
    this.#time.put(at + ring * SECOND + this.#random.between(0, 999), (later) => {
      if (waiting.step !== step || !this.#waiting.includes(waiting)) return;
      if (declined) this.#decline(waiting, worker, later, rejected ? 'rejected' : 'no-answer');
      else this.#answer(waiting, worker, later);
    });
  }

  #decline(waiting: Waiting, worker: Worker, at: number, cause: 'rejected' | 'no-answer'): void {
    const { call } = waiting;
    note(call, 'declined', at, cause);
    call.agentId = null;
    call.offeredAt = null;
    waiting.offeredTo = null;
    waiting.step += 1;
    this.#free(worker, at);
  }

  #answer(waiting: Waiting, worker: Worker, at: number): void {
    this.#leaveQueue(waiting);
    const wrapUpMs = Math.min(waiting.queue.wrapUpSeconds, this.#random.logNormal(25, 0.6)) * SECOND;
    this.#talk(waiting.call, worker, at, this.#random.logNormal(waiting.queue.talkSeconds, 0.55) * SECOND, wrapUpMs);
  }

  #talk(call: SeedCall, worker: Worker, at: number, plannedMs: number, wrapUpMs: number, tell?: () => void): void {
    const { agent } = worker.shift;
    const talkMs = Math.round(Math.max(12 * SECOND, plannedMs));
    call.answeredAt = at;
    note(call, 'answered', at);
    this.#log.set(agent.id, at, 'talking', { callId: call.id });
    if (talkMs > MINUTE && this.#random.chance(0.18)) this.#hold(call, agent.id, at, talkMs);
    this.#time.put(at + talkMs, (end) => {
      const dropped = this.#random.chance(0.012);
      const by = dropped ? 'system' : this.#random.chance(0.62) ? 'customer' : 'agent';
      this.#end(call, end, by, dropped ? 'dropped' : 'hung-up');
      tell?.();
      if (wrapUpMs === 0) {
        this.#free(worker, end);
        return;
      }
      call.wrapUpMs = Math.round(wrapUpMs);
      this.#log.set(agent.id, end, 'wrap-up', { callId: call.id });
      this.#time.put(end + call.wrapUpMs, (later) => {
        this.#free(worker, later);
      });
    });
  }

  #hold(call: SeedCall, agentId: number, answeredAt: number, talkMs: number): void {
    const from = answeredAt + Math.round(talkMs * 0.3);
    const ms = Math.min(this.#random.between(15, 120) * SECOND, Math.round(talkMs * 0.4));
    this.#time.put(from, (at) => {
      note(call, 'held', at);
      this.#log.set(agentId, at, 'on-hold', { callId: call.id });
    });
    this.#time.put(from + ms, (at) => {
      call.heldMs += ms;
      note(call, 'resumed', at);
      this.#log.set(agentId, at, 'talking', { callId: call.id });
    });
  }

  #dial(dial: PlannedDial, at: number): void {
    const worker = this.#workers.get(dial.agentId);
    if (worker === undefined || at >= worker.shift.to) return;
    if (worker.freeSince === null) {
      worker.dueDials.push(dial);
      return;
    }
    const { direction, number, customerId, agentId } = dial;
    const call = startCall({
      id: this.#random.uuid(),
      direction,
      number,
      queueId: null,
      customerId,
      startedAt: at,
      agentId,
    });
    worker.freeSince = null;
    const accepted = at + (direction === 'callback' ? this.#random.between(2_000, 9_000) : 600);
    call.offeredAt = at + 150;
    call.offers = 1;
    note(call, 'offered', call.offeredAt);
    this.#log.set(agentId, at, 'offered', { callId: call.id });
    this.#time.put(accepted, () => {
      call.acceptedAt = accepted;
      note(call, 'accepted', accepted);
      this.#log.set(agentId, accepted, 'dialling', { callId: call.id });
    });
    const tell = (): void => {
      const next = dial.onEnded?.(call) ?? null;
      if (next === null) return;
      this.#time.put(next.at, (later) => {
        this.#dial(next, later);
      });
    };
    const ringMs = { answered: 14_000, 'no-answer': 40_000, busy: 2_500, rejected: 8_000 }[dial.outcome];
    this.#time.put(accepted + ringMs, (later) => {
      if (dial.outcome === 'answered') {
        this.#talk(call, worker, later, this.#random.logNormal(180, 0.5) * SECOND, 0, tell);
        return;
      }
      this.#end(call, later, dial.outcome === 'rejected' ? 'customer' : 'system', dial.outcome);
      tell();
      this.#free(worker, later);
    });
  }

  #leaveQueue(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    waiting.step += 1;
  }

  #end(call: SeedCall, at: number, by: EndedBy, cause: EndCause): void {
    call.endedAt = at;
    call.endedBy = by;
    call.endCause = cause;
    note(call, 'ended', at, `${by}:${cause}`);
    this.#ended.push(call);
  }
}
