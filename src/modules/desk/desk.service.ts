import { type AgentSnapshot, type CallDirection, type PauseReasonRef } from '../../shared/agent-state.js';
import { type LinkSnapshot, type QueueSnapshot } from '../../shared/board.js';
import {
  type AttendanceForm,
  type CallbackView,
  type CallCard,
  type CallCardState,
  type DeskQueue,
  type DeskState,
  type PastAttendance,
  type PhonePart,
} from '../../shared/desk.js';
import { DomainError } from '../../platform/errors.js';

/** What the desk needs to know of a call. */
export interface DeskCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly customer: { readonly id: number; readonly name: string } | null;
  readonly queueName: string | null;
  readonly state: 'waiting' | CallCardState;
  readonly startedAt: number;
  readonly offeredAt: number | null;
  readonly answeredAt: number | null;
}

/** The live picture, kept by the call centre. */
export interface DeskCentre {
  agent(agentId: number): AgentSnapshot | null;
  /** The call an agent is offered, in, or finishing the record of. */
  callOf(agentId: number): DeskCall | null;
  queue(queueId: number): QueueSnapshot | null;
  link(): LinkSnapshot;
}

/** What is read from the database, each a question about one agent, one customer or one call. */
export interface DeskRecords {
  queuesOf(agentId: number): Promise<readonly { readonly id: number; readonly name: string }[]>;
  pauseReasons(): Promise<readonly PauseReasonRef[]>;
  callbacksOf(agentId: number): Promise<readonly CallbackView[]>;
  callbackOfCall(callId: string): Promise<CallbackView | null>;
  attendanceOfCall(callId: string): Promise<AttendanceForm | null>;
  /** Finished ones, the newest first. */
  lastAttendancesOf(customerId: number): Promise<readonly PastAttendance[]>;
  todayOf(agentId: number): Promise<DeskState['today']>;
}

export interface DeskDeps {
  readonly centre: DeskCentre;
  readonly records: DeskRecords;
  readonly phoneOf: (agentId: number) => PhonePart;
  readonly isOpen: (agentId: number) => boolean;
  readonly send: (agentId: number, desk: DeskState) => void;
  readonly now: () => number;
  readonly logError: (error: unknown, context: object) => void;
}

/** The parts of a desk that come from the database; read when something said they changed, not at every event. */
interface Loaded {
  readonly queues: readonly { readonly id: number; readonly name: string }[];
  readonly pauseReasons: readonly PauseReasonRef[];
  readonly callbacks: readonly CallbackView[];
  readonly today: DeskState['today'];
  readonly card: CardRecords | null;
}

interface CardRecords {
  readonly callId: string;
  readonly attendance: AttendanceForm | null;
  readonly callback: CallbackView | null;
  readonly lastAttendances: readonly PastAttendance[];
}

/**
 * Puts an agent's page together and sends it, whole, whenever something in it changed.
 *
 * Changes of one agent that come while a desk is being read are sent once, after it: a page is never behind by more than
 * the last reading, and a busy exchange does not make it read the database once an event.
 */
export class Desks {
  readonly #deps: DeskDeps;
  /** Held as promises: what is forgotten while it is being read stays forgotten. */
  readonly #loaded = new Map<number, { readonly about: string; readonly parts: Promise<Loaded> }>();
  readonly #sending = new Set<number>();
  readonly #again = new Set<number>();
  /** Which open desks show a queue. */
  readonly #watchers = new Map<number, Set<number>>();
  #version = 0;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /** The desk as it is now, read anew. */
  async open(agentId: number): Promise<DeskState> {
    this.#loaded.delete(agentId);
    return this.#read(agentId);
  }

  /** Something live changed: state, call, queue, link. */
  changed(agentId: number): void {
    if (!this.#deps.isOpen(agentId)) {
      this.#forget(agentId);
      return;
    }
    if (this.#sending.has(agentId)) {
      this.#again.add(agentId);
      return;
    }
    this.#sending.add(agentId);
    this.#read(agentId)
      .then((desk) => {
        this.#deps.send(agentId, desk);
      })
      .catch((error: unknown) => {
        this.#deps.logError(error, { at: 'desk', agentId });
      })
      .finally(() => {
        this.#sending.delete(agentId);
        if (this.#again.delete(agentId)) this.changed(agentId);
      });
  }

  /** The number waiting in a queue changed: for whoever has that queue on an open page. */
  queueChanged(queueId: number): void {
    for (const agentId of this.#watchers.get(queueId) ?? []) this.changed(agentId);
  }

  /** Something that every page shows changed: the link to the exchange. */
  allChanged(): void {
    for (const agentId of this.#loaded.keys()) this.changed(agentId);
  }

  /** Something stored changed: a callback, the record, the day's figures. */
  recordsChanged(agentId: number): void {
    this.#loaded.delete(agentId);
    this.changed(agentId);
  }

  /** Something stored that every page shows changed: the reasons to choose from. */
  allRecordsChanged(): void {
    for (const agentId of [...this.#loaded.keys()]) this.recordsChanged(agentId);
  }

  async #read(agentId: number): Promise<DeskState> {
    const { centre, phoneOf, now } = this.#deps;
    const call = centre.callOf(agentId);
    const loaded = await this.#load(agentId, call);
    // What is live is taken after the reading, in one go, so that its parts are of one moment.
    const agent = centre.agent(agentId);
    if (agent === null) throw new DomainError('conflict', 'realtime:no-extension');
    const current = centre.callOf(agentId);
    return {
      version: this.#nextVersion(),
      now: now(),
      link: centre.link(),
      agent,
      ...phoneOf(agentId),
      queues: loaded.queues.map((queue) => this.#toDeskQueue(queue, agent)),
      pauseReasons: loaded.pauseReasons,
      call: current === null ? null : toCard(current, loaded.card?.callId === current.callId ? loaded.card : null),
      second: null,
      capabilities: [],
      callbacks: loaded.callbacks,
      today: loaded.today,
    };
  }

  #load(agentId: number, call: DeskCall | null): Promise<Loaded> {
    // Who calls is often known only after the call is.
    const about = call === null ? '' : `${call.callId} ${String(call.customer?.id ?? '')}`;
    const known = this.#loaded.get(agentId);
    if (known?.about === about) return known.parts;
    const parts = this.#loadParts(agentId, call);
    this.#loaded.set(agentId, { about, parts });
    parts.catch(() => {
      // A reading that failed must not be what every later desk is made of.
      if (this.#loaded.get(agentId)?.parts === parts) this.#loaded.delete(agentId);
    });
    return parts;
  }

  async #loadParts(agentId: number, call: DeskCall | null): Promise<Loaded> {
    const { records } = this.#deps;
    const [queues, pauseReasons, callbacks, today, card] = await Promise.all([
      records.queuesOf(agentId),
      records.pauseReasons(),
      records.callbacksOf(agentId),
      records.todayOf(agentId),
      call === null ? null : this.#loadCard(call),
    ]);
    for (const { id } of queues) {
      const watchers = this.#watchers.get(id) ?? new Set();
      this.#watchers.set(id, watchers.add(agentId));
    }
    return { queues, pauseReasons, callbacks, today, card };
  }

  #forget(agentId: number): void {
    this.#loaded.delete(agentId);
    for (const watchers of this.#watchers.values()) watchers.delete(agentId);
  }

  async #loadCard(call: DeskCall): Promise<CardRecords> {
    const { records } = this.#deps;
    const [attendance, callback, lastAttendances] = await Promise.all([
      records.attendanceOfCall(call.callId),
      call.direction === 'callback' ? records.callbackOfCall(call.callId) : null,
      call.customer === null ? [] : records.lastAttendancesOf(call.customer.id),
    ]);
    return { callId: call.callId, attendance, callback, lastAttendances };
  }

  #toDeskQueue(queue: { readonly id: number; readonly name: string }, agent: AgentSnapshot): DeskQueue {
    return {
      queueId: queue.id,
      name: queue.name,
      loggedIn: agent.loggedInQueueIds.includes(queue.id),
      waiting: this.#deps.centre.queue(queue.id)?.waiting ?? 0,
    };
  }

  /** By the clock, so that it grows over a restart too; by one where the clock stands still. */
  #nextVersion(): number {
    this.#version = Math.max(this.#version + 1, this.#deps.now());
    return this.#version;
  }
}

function toCard(call: DeskCall, records: CardRecords | null): CallCard | null {
  if (call.state === 'waiting') return null;
  return {
    callId: call.callId,
    direction: call.direction,
    state: call.state,
    number: call.number,
    customer: call.customer,
    queueName: call.queueName,
    waitedSeconds:
      call.direction === 'inbound' && call.offeredAt !== null
        ? Math.round((call.offeredAt - call.startedAt) / 1000)
        : null,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    lastAttendances: records?.lastAttendances ?? [],
    attendance: records?.attendance ?? null,
    callback: records?.callback ?? null,
    phoneCallIds: [call.callId],
    transfer: null,
    isConference: false,
    consultation: null,
  };
}
