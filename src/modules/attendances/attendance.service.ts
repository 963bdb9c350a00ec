import { DomainError } from '../../platform/errors.js';
import { KeyedQueue } from '../../platform/keyed-queue.js';
import { type AttendanceForm, type PastAttendance } from '../../shared/desk.js';
import {
  refusalToWrite,
  toAttendanceForm,
  type Attendance,
  type AttendanceOpening,
  type AttendanceText,
} from './attendance.domain.js';

export interface AttendanceRepository {
  /**
   * Opens the record of a call under the next protocol number of the day that `at` is on, where the operation is; or gives
   * back the one the call already has. Never gives one number to two, however many open at once, in however many processes.
   */
  open(opening: AttendanceOpening, at: Date): Promise<Attendance>;
  find(id: number): Promise<Attendance | null>;
  findByCall(callId: string): Promise<Attendance | null>;
  /** Writes only while it is open and `agentId`'s; false when it is not. */
  save(id: number, agentId: number, text: AttendanceText, at: Date): Promise<boolean>;
  /** Does nothing to one that is finished, or that does not exist. */
  finish(callId: string, at: Date): Promise<void>;
  /** Those that are finished, the newest first. */
  lastOfCustomer(customerId: number, n: number): Promise<readonly PastAttendance[]>;
}

export interface AttendancesDeps {
  readonly repository: AttendanceRepository;
  readonly now: () => Date;
}

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
          refusalToWrite(await repository.find(attendanceId), agentId) ??
          // It was not open a moment ago, and is now: nothing does that.
          new DomainError('conflict', 'attendances:finished')
        );
      }
      return { savedAt: at.getTime() };
    });
  }

  /** Closes the record of a call. Finishing twice, or a call without a record, is no error. */
  async finish(callId: string): Promise<void> {
    const attendance = await this.#deps.repository.findByCall(callId);
    if (attendance === null) return;
    // After the saves that came before it, or the last words typed would be refused.
    await this.#saves.run(attendance.id, () => this.#deps.repository.finish(callId, this.#deps.now()));
  }

  /** The finished ones, the newest first. */
  lastOfCustomer(customerId: number, n: number): Promise<readonly PastAttendance[]> {
    return this.#deps.repository.lastOfCustomer(customerId, n);
  }

  async forCall(callId: string): Promise<AttendanceForm | null> {
    const attendance = await this.#deps.repository.findByCall(callId);
    return attendance === null ? null : toAttendanceForm(attendance);
  }

  /** What others may continue, as a callback does; null when there is no such record. */
  async find(id: number): Promise<{ readonly customerId: number | null; readonly queueId: number | null } | null> {
    return this.#deps.repository.find(id);
  }
}
