import { DomainError } from '../../platform/errors.js';
import { KeyedQueue } from '../../platform/keyed-queue.js';
import {
  type AttendanceEntry,
  type AttendanceForm,
  type PastAttendance,
  type UnfinishedAttendance,
} from '../../shared/desk.js';
import {
  isSameEntry,
  lacksOutcome,
  mayRead,
  refusalToWrite,
  toAttendanceForm,
  writingOf,
  type Attendance,
  type AttendanceEvent,
  type AttendanceOpening,
  type AttendanceReasons,
  type AttendanceText,
  type AttendanceWriting,
  type PastRecord,
  type UraChoice,
  type UraOpening,
} from './attendance.domain.js';

/** A row as its agent saw it. */
export interface SeenAttendance {
  readonly id: number;
  readonly agentId: number;
  readonly version: number;
}

/** With the customer where that changes: an anonymous record has none. */
export type StoredWriting = AttendanceWriting & { readonly customerId?: number | null };

export interface AttendanceRepository {
  /**
   * Opens the record of a call under the next protocol number of the day that `at` is on, where the operation is; or gives
   * back the one the call already has, which is this agent's from then on while it is open. Never gives one number to two, however many open at once, in however many processes.
   */
  open(opening: AttendanceOpening, at: Date): Promise<Attendance>;
  /** As `open`, of nobody yet; gives back what the call has, whoever's it is. */
  issue(opening: UraOpening, at: Date): Promise<Attendance>;
  noteUra(id: number, choice: UraChoice): Promise<void>;
  findByProtocol(protocol: string): Promise<Attendance | null>;
  /** Whether it was handed over from `agentId` once. */
  hadIt(id: number, agentId: number): Promise<boolean>;
  /** The oldest first. */
  eventsOf(id: number): Promise<readonly AttendanceEvent[]>;
  find(id: number): Promise<Attendance | null>;
  findByCall(callId: string): Promise<Attendance | null>;
  /** Writes only while it is open and as the agent saw it; false when it is not. */
  save(row: SeenAttendance, writing: StoredWriting, at: Date): Promise<boolean>;
  /** Does nothing to one that is not open, that is another's, or that does not exist. */
  finish(id: number, agentId: number, at: Date): Promise<void>;
  /** Only while it is open and nobody's; false when it is not. */
  abandon(callId: string, at: Date): Promise<boolean>;
  /** Calls whose records are open, nobody's, and older than that. */
  openWithoutAgent(openedBefore: Date): Promise<readonly string[]>;
  /** Those that are finished, the newest first. */
  lastOfCustomer(customerId: number, n: number): Promise<readonly PastRecord[]>;
  /** The agent's own that are open, the newest first. */
  openOf(agentId: number, n: number): Promise<readonly Attendance[]>;
}

export interface AttendancesDeps {
  readonly repository: AttendanceRepository;
  readonly now: () => Date;
  /** What may be chosen of a type now. */
  readonly reasons: (type: 'subject' | 'outcome') => Promise<AttendanceReasons['subject']>;
  /** Whose call an agent has or writes up, where that is known; null of every other call. */
  readonly customerOfCall: (agentId: number, callId: string) => number | null;
}

export interface AttendanceReader {
  readonly userId: number;
  readonly permissions: ReadonlySet<string>;
}

/** A record as somebody reads it who does not write in it; the texts are null when they are not for them. */
export interface AttendanceReading {
  readonly protocol: string;
  readonly openedAt: number;
  readonly text: AttendanceText | null;
  readonly ura: UraChoice | null;
}

/** More than anybody leaves undone; the oldest of more are found on the page of all attendances. */
const UNFINISHED_SHOWN = 50;

/** The records agents write while they talk: one a call, under a protocol number, saved as typed. */
export class Attendances {
  readonly #deps: AttendancesDeps;
  readonly #saves = new KeyedQueue<number>();

  constructor(deps: AttendancesDeps) {
    this.#deps = deps;
  }

  /** Opens the record of a call, or gives back the one it has. */
  async openForCall(opening: AttendanceOpening): Promise<AttendanceForm> {
    return toAttendanceForm(await this.#deps.repository.open(opening, this.#deps.now()));
  }

  /**
   * Stores what was typed over `version`. When the record was written in since, by another page of the same agent, nothing
   * is stored and the answer is what is there: whoever typed decides. Only for the agent whose record it is, and only while
   * it is open: else `forbidden` or `conflict`. Saves of one record are stored in the order they came.
   */
  save(
    agentId: number,
    input: AttendanceEntry & { readonly attendanceId: number; readonly version: number },
  ): Promise<{ readonly isStored: boolean; readonly form: AttendanceForm }> {
    return this.#saves.run(input.attendanceId, async () => {
      const { repository, now } = this.#deps;
      const stored = await this.#requireWritable(input.attendanceId, agentId);
      if (stored.version !== input.version) {
        // Of a save whose answer got lost, the second try is no other's.
        return { isStored: isSameEntry(stored, input), form: toAttendanceForm(stored) };
      }
      const writing = writingOf(input, stored, await this.reasons());
      const row = { id: stored.id, agentId, version: stored.version };
      const isStored = await repository.save(row, { ...writing, ...this.#customerFor(input, stored) }, now());
      return { isStored, form: toAttendanceForm(await this.#requireWritable(stored.id, agentId)) };
    });
  }

  /** What may be chosen now. */
  async reasons(): Promise<AttendanceReasons> {
    const { reasons } = this.#deps;
    const [subject, outcome] = await Promise.all([reasons('subject'), reasons('outcome')]);
    return { subject, outcome };
  }

  /**
   * The wrap-up of a call is over: closes its record for the agent who had it last. One that lacks its outcome stays open,
   * for its agent to finish; a record that is finished, or another's by now (the call was transferred), or a call without
   * one, is no error.
   */
  async finish(callId: string, agentId: number): Promise<void> {
    const attendance = await this.#deps.repository.findByCall(callId);
    if (attendance === null) return;
    await this.#finish(attendance.id, agentId, () => undefined);
  }

  /**
   * The agent says that the record of a call is done. As `finish`, but one that lacks its outcome is refused.
   * @throws DomainError `conflict` on field `outcome`.
   */
  async complete(callId: string, agentId: number): Promise<void> {
    const attendance = await this.#deps.repository.findByCall(callId);
    if (attendance === null) return;
    await this.#finish(attendance.id, agentId, refuseWithoutOutcome);
  }

  /** The same for a record whose call is over. Only for its agent. */
  async completeRecord(id: number, agentId: number): Promise<void> {
    await this.#requireWritable(id, agentId);
    await this.#finish(id, agentId, refuseWithoutOutcome);
  }

  /** After the saves that came before it, or the last words typed would be refused. */
  async #finish(id: number, agentId: number, refuse: () => void): Promise<void> {
    await this.#saves.run(id, async () => {
      const { repository, now } = this.#deps;
      const attendance = await repository.find(id);
      if (attendance === null || refusalToWrite(attendance, agentId) !== null) return;
      if (lacksOutcome(attendance, await this.reasons())) {
        refuse();
        return;
      }
      await repository.finish(id, agentId, now());
    });
  }

  async #requireWritable(id: number, agentId: number): Promise<Attendance> {
    const { repository } = this.#deps;
    const attendance = await repository.find(id);
    if (attendance?.agentId === agentId && attendance.state === 'open') return attendance;
    throw (
      refusalToWrite(attendance, agentId, await repository.hadIt(id, agentId)) ??
      new DomainError('not-found', 'attendances:not-found')
    );
  }

  /** Of an anonymous record no customer is kept; one that is no longer so is its caller's again. */
  #customerFor({ kind }: AttendanceEntry, stored: Attendance): { readonly customerId?: number | null } {
    if (kind === stored.kind || stored.agentId === null) return {};
    if (kind === 'anonymous') return { customerId: null };
    if (stored.kind !== 'anonymous' || stored.callId === null) return {};
    return { customerId: this.#deps.customerOfCall(stored.agentId, stored.callId) };
  }

  /**
   * Gives a call its protocol before an agent is reached. Asked again for one call, gives the same, with what was keyed
   * meanwhile.
   */
  async issueForUra(opening: UraOpening): Promise<{ readonly protocol: string }> {
    const { repository, now } = this.#deps;
    const { id, protocol, ura } = await repository.issue(opening, now());
    const { digits, menu } = opening;
    if ((digits ?? ura?.digits) !== ura?.digits || (menu ?? ura?.menu) !== ura?.menu) {
      await repository.noteUra(id, { digits, menu });
    }
    return { protocol };
  }

  /** Whether there is a record under a protocol, and whether it is open; null when there is none. */
  async stateOfProtocol(protocol: string): Promise<{ readonly isOpen: boolean } | null> {
    const found = await this.#deps.repository.findByProtocol(protocol);
    return found === null ? null : { isOpen: found.state === 'open' };
  }

  /** The caller is gone. Closes the record when no agent was reached; else it is the agent's to finish. */
  async callEnded(callId: string): Promise<void> {
    await this.#deps.repository.abandon(callId, this.#deps.now());
  }

  /** Closes what was opened for callers who are gone, and whose going nobody saw. */
  async healAbandoned(isLive: (callId: string) => boolean, graceMs: number): Promise<number> {
    const { repository, now } = this.#deps;
    let closed = 0;
    for (const callId of await repository.openWithoutAgent(new Date(now().getTime() - graceMs))) {
      if (!isLive(callId) && (await repository.abandon(callId, now()))) closed += 1;
    }
    return closed;
  }

  /** What somebody reads who is asked about a call that another has; null when it has no record. */
  async readForConsultation(callId: string, viewer: AttendanceReader): Promise<AttendanceReading | null> {
    const attendance = await this.#deps.repository.findByCall(callId);
    if (attendance === null) return null;
    const { protocol, openedAt, subject, description, ura } = attendance;
    const isReadable = mayRead(attendance, viewer);
    return {
      ...{ protocol, openedAt },
      text: isReadable ? { subject, description } : null,
      ura: isReadable ? ura : null,
    };
  }

  /** What happened to it, the oldest first. */
  historyOf(id: number): Promise<readonly AttendanceEvent[]> {
    return this.#deps.repository.eventsOf(id);
  }

  /** The finished ones, the newest first, as this person may see them. */
  async lastOfCustomer(customerId: number, n: number, viewer: AttendanceReader): Promise<readonly PastAttendance[]> {
    const found = await this.#deps.repository.lastOfCustomer(customerId, n);
    return found.map(({ protocol, at, agentName, ...record }) => ({
      ...{ protocol, at, agentName },
      subject: mayRead(record, viewer) ? record.subject : null,
    }));
  }

  /** The agent's own that were not finished, without those whose calls go on. */
  async unfinishedOf(
    agentId: number,
    isLive: (callId: string) => boolean,
  ): Promise<readonly (UnfinishedAttendance & { readonly callId: string | null })[]> {
    const open = await this.#deps.repository.openOf(agentId, UNFINISHED_SHOWN);
    return open
      .filter(({ callId }) => callId === null || !isLive(callId))
      .map((attendance) => ({
        ...toAttendanceForm(attendance),
        openedAt: attendance.openedAt,
        callId: attendance.callId,
      }));
  }

  async forCall(callId: string): Promise<AttendanceForm | null> {
    const attendance = await this.#deps.repository.findByCall(callId);
    return attendance === null ? null : toAttendanceForm(attendance);
  }

  /** What a call's page names; null when there is no record, or when naming it would tell whose an anonymous one is. */
  async linkOfCall(callId: string): Promise<{ readonly id: number; readonly protocol: string } | null> {
    const attendance = await this.#deps.repository.findByCall(callId);
    if (attendance === null || attendance.kind === 'anonymous') return null;
    return { id: attendance.id, protocol: attendance.protocol };
  }

  /** What others may continue, as a callback does; null when there is no such record. */
  async find(id: number): Promise<{ readonly customerId: number | null; readonly queueId: number | null } | null> {
    return this.#deps.repository.find(id);
  }
}

function refuseWithoutOutcome(): never {
  throw new DomainError('conflict', 'attendances:outcome-required', { field: 'outcome' });
}
