import { type AgentSnapshot, type CallDirection, type PauseReasonRef } from '../../shared/agent-state.js';
import { type LinkSnapshot, type QueueSnapshot } from '../../shared/board.js';
import {
  type AttendanceForm,
  type CallbackView,
  type Capability,
  type ConsultationView,
  type SecondCall,
  type TransferUnderWay,
  type CallCard,
  type CallCardState,
  type DeskQueue,
  type DeskState,
  type PastAttendance,
  type PhonePart,
} from '../../shared/desk.js';
import { DomainError } from '../../platform/errors.js';

/** What the desk needs to know of a call, as its agent sees it. */
export interface DeskCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly number: string;
  readonly customer: { readonly id: number; readonly name: string } | null;
  readonly queueName: string | null;
  readonly state: 'waiting' | CallCardState;
  readonly startedAt: number;
  /** In the queue it was offered from; null where it came from none. */
  readonly waited: { readonly since: number; readonly until: number } | null;
  readonly answeredAt: number | null;
  readonly phoneCallIds: readonly string[];
  readonly transfer: TransferUnderWay | null;
  readonly isConference: boolean;
  /** Of a consultation, the call it is about; `askedBy` names who asks, null for who does. */
  readonly about: {
    readonly callId: string;
    readonly askedBy: string | null;
    readonly number: string;
    readonly customerName: string | null;
    readonly queueName: string | null;
  } | null;
}

/** The live picture, kept by the call centre. */
export interface DeskCentre {
  agent(agentId: number): AgentSnapshot | null;
  /** The call an agent is offered, in, or finishing the record of. */
  callOf(agentId: number): DeskCall | null;
  /** The call the agent dialled beside that one. */
  secondOf(agentId: number): SecondCall | null;
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
  /** Of the call somebody is asked about, what this person may know of it. */
  consultedRecordOf(callId: string, viewerId: number): Promise<ConsultedRecord | null>;
  /** Finished ones, the newest first. */
  /** As that agent may read them. */
  lastAttendancesOf(customerId: number, agentId: number): Promise<readonly PastAttendance[]>;
  todayOf(agentId: number): Promise<DeskState['today']>;
}

export type ConsultedRecord = Pick<ConsultationView, 'protocol' | 'record'>;

export interface DeskDeps {
  readonly centre: DeskCentre;
  readonly records: DeskRecords;
  readonly phoneOf: (agentId: number) => PhonePart;
  readonly isOpen: (agentId: number) => boolean;
  readonly send: (agentId: number, desk: DeskState) => void;
  /** What the exchange in use can do. */
  readonly capabilities: () => readonly Capability[];
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
  readonly consulted: ConsultedRecord | null;
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
      second: centre.secondOf(agentId),
      capabilities: this.#deps.capabilities(),
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
      call === null ? null : this.#loadCard(call, agentId),
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

  async #loadCard(call: DeskCall, agentId: number): Promise<CardRecords> {
    const { records } = this.#deps;
    const { callId, about } = call;
    // A consultation has no record of its own: who asks writes on that of the call, who is asked may read it.
    const isAsked = about !== null && about.askedBy !== null;
    const [attendance, callback, lastAttendances, consulted] = await Promise.all([
      isAsked ? null : records.attendanceOfCall(about?.callId ?? callId),
      call.direction === 'callback' ? records.callbackOfCall(callId) : null,
      call.customer === null ? [] : records.lastAttendancesOf(call.customer.id, agentId),
      isAsked ? records.consultedRecordOf(about.callId, agentId) : null,
    ]);
    return { callId, attendance, callback, lastAttendances, consulted };
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
    waitedSeconds: call.waited === null ? null : Math.round((call.waited.until - call.waited.since) / 1000),
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    lastAttendances: records?.lastAttendances ?? [],
    attendance: records?.attendance ?? null,
    callback: records?.callback ?? null,
    phoneCallIds: call.phoneCallIds,
    transfer: call.transfer,
    isConference: call.isConference,
    consultation: toConsultation(call, records?.consulted ?? null),
  };
}

function toConsultation({ about }: DeskCall, known: ConsultedRecord | null): ConsultationView | null {
  if (typeof about?.askedBy !== 'string') return null;
  const { askedBy, number, customerName, queueName } = about;
  const { protocol, record } = known ?? { protocol: null, record: null };
  return { agentName: askedBy, number, customerName, queueName, protocol, record };
}
