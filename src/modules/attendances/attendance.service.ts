import { DomainError } from '../../platform/errors.js';
import { KeyedQueue } from '../../platform/keyed-queue.js';
import { type AttendanceForm, type PastAttendance } from '../../shared/desk.js';
import {
  mayRead,
  refusalToWrite,
  toAttendanceForm,
  type Attendance,
  type AttendanceEvent,
  type AttendanceOpening,
  type AttendanceText,
  type UraChoice,
  type UraOpening,
} from './attendance.domain.js';

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
  /** Writes only while it is open and `agentId`'s; false when it is not. */
  save(id: number, agentId: number, text: AttendanceText, at: Date): Promise<boolean>;
  /** Does nothing to one that is not open, that is another's, or that does not exist. */
  finish(callId: string, agentId: number, at: Date): Promise<void>;
  /** Only while it is open and nobody's; false when it is not. */
  abandon(callId: string, at: Date): Promise<boolean>;
  /** Calls whose records are open, nobody's, and older than that. */
  openWithoutAgent(openedBefore: Date): Promise<readonly string[]>;
  /** Those that are finished, the newest first. */
  lastOfCustomer(customerId: number, n: number): Promise<readonly PastRecord[]>;
}

export interface AttendancesDeps {
  readonly repository: AttendanceRepository;
  readonly now: () => Date;
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

/** A past attendance with what decides who may read it. */
export type PastRecord = PastAttendance & Pick<Attendance, 'kind' | 'agentId'>;

/** An agent's page is drawn for whoever has the call, by what they are, not by what their profile adds. */
const NO_PERMISSIONS: ReadonlySet<string> = new Set();

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
   * Stores what was typed. Only for the agent whose record it is, and only while it is open: else `forbidden` or `conflict`.
   * Saves of one record are stored in the order they came.
   */
  save(
    agentId: number,
    input: { readonly attendanceId: number; readonly subject: string; readonly description: string },
  ): Promise<{ readonly savedAt: number }> {
    return this.#saves.run(input.attendanceId, async () => {
      const { repository, now } = this.#deps;
      const at = now();
      const { attendanceId, subject, description } = input;
      if (!(await repository.save(attendanceId, agentId, { subject, description }, at))) {
        throw (
          refusalToWrite(await repository.find(attendanceId), agentId, await repository.hadIt(attendanceId, agentId)) ??
          // It was not open a moment ago, and is now: nothing does that.
          new DomainError('conflict', 'attendances:finished')
        );
      }
      return { savedAt: at.getTime() };
    });
  }

  /**
   * Closes the record of a call for the agent who had it last. Finishing twice, a record that is another's by now (the call
   * was transferred), or a call without a record, is no error.
   */
  async finish(callId: string, agentId: number): Promise<void> {
    const attendance = await this.#deps.repository.findByCall(callId);
    if (attendance === null) return;
    // After the saves that came before it, or the last words typed would be refused.
    await this.#saves.run(attendance.id, () => this.#deps.repository.finish(callId, agentId, this.#deps.now()));
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

  /**
   * The finished ones, the newest first, for an agent who has the customer on the line. What a confidential one was about
   * is left out but for its own agent.
   */
  async lastOfCustomer(customerId: number, n: number, readerId: number): Promise<readonly PastAttendance[]> {
    const found = await this.#deps.repository.lastOfCustomer(customerId, n);
    return found.map(({ kind, agentId, ...past }) => {
      const isReadable = mayRead({ kind, agentId }, { userId: readerId, permissions: NO_PERMISSIONS });
      return isReadable ? past : { ...past, subject: '' };
    });
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
