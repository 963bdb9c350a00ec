import { DomainError } from '../../platform/errors.js';
import { type AttendanceForm, type PastAttendance } from '../../shared/desk.js';
import { type Attendance, type AttendanceOpening, type AttendanceText } from './attendance.domain.js';

export interface AttendanceRepository {
  find(id: number): Promise<Attendance | null>;
  findByCall(callId: string): Promise<Attendance | null>;
  /** Opens the record of a call under the next protocol number of `at`'s day; the open one when the call has one. */
  open(opening: AttendanceOpening, at: Date): Promise<Attendance>;
  /** False when it is not open, or not this agent's. */
  save(id: number, agentId: number, text: AttendanceText, at: Date): Promise<boolean>;
  /** Finishing what is finished changes nothing. */
  finish(callId: string, at: Date): Promise<void>;
  /** Finished or not, the newest first. */
  lastOfCustomer(customerId: number, limit: number): Promise<readonly PastAttendance[]>;
}

/** The records agents write while they talk. */
export class Attendances {
  readonly #repository: AttendanceRepository;
  readonly #now: () => Date;

  constructor(deps: { readonly repository: AttendanceRepository; readonly now: () => Date }) {
    this.#repository = deps.repository;
    this.#now = deps.now;
  }

  find(id: number): Promise<Attendance | null> {
    return this.#repository.find(id);
  }

  /** Opens the record of an answered call; repeating it opens nothing more. */
  openForCall(opening: AttendanceOpening): Promise<Attendance> {
    return this.#repository.open(opening, this.#now());
  }

  /** What the agent's page fills in; null when the call has no record. */
  async forCall(callId: string): Promise<AttendanceForm | null> {
    const found = await this.#repository.findByCall(callId);
    return found === null
      ? null
      : {
          attendanceId: found.id,
          protocol: found.protocol,
          subject: found.subject,
          description: found.description,
          savedAt: found.savedAt?.getTime() ?? null,
        };
  }

  /**
   * Stores what was typed so far.
   * @returns when it was stored, epoch milliseconds
   * @throws DomainError `not-found`, `forbidden` for another agent's, `conflict` for a finished one
   */
  async save(agentId: number, id: number, text: AttendanceText): Promise<number> {
    const at = this.#now();
    if (await this.#repository.save(id, agentId, text, at)) return at.getTime();
    const found = await this.#repository.find(id);
    if (found === null) throw new DomainError('not-found', 'attendances:not-found');
    if (found.agentId !== agentId) throw new DomainError('forbidden', 'attendances:not-yours');
    throw new DomainError('conflict', 'attendances:finished');
  }

  finish(callId: string): Promise<void> {
    return this.#repository.finish(callId, this.#now());
  }

  lastOfCustomer(customerId: number, limit: number): Promise<readonly PastAttendance[]> {
    return this.#repository.lastOfCustomer(customerId, limit);
  }
}
