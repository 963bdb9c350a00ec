import { DateTime } from 'luxon';
import {
  type Attendance,
  type AttendanceOpening,
  type AttendanceText,
} from '../../src/modules/attendances/attendance.domain.js';
import { type AttendanceRepository } from '../../src/modules/attendances/attendance.service.js';
import { protocolFor } from '../../src/modules/attendances/protocol.domain.js';
import { type PastAttendance } from '../../src/shared/desk.js';

/** Held to the port by the same suite as the one over the database. */
export class InMemoryAttendanceRepository implements AttendanceRepository {
  readonly #rows = new Map<number, Attendance>();
  readonly #counters = new Map<string, number>();
  readonly #timeZone: string;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  async open(opening: AttendanceOpening, at: Date): Promise<Attendance> {
    await Promise.resolve();
    const existing = this.#byCall(opening.callId);
    if (existing !== null) return existing;
    const day = DateTime.fromJSDate(at, { zone: this.#timeZone }).toFormat('yyyyMMdd');
    const number = (this.#counters.get(day) ?? 0) + 1;
    this.#counters.set(day, number);
    const row: Attendance = {
      ...opening,
      id: this.#rows.size + 1,
      protocol: protocolFor(day, number),
      state: 'open',
      subject: '',
      description: '',
      openedAt: at.getTime(),
      savedAt: null,
      finishedAt: null,
    };
    this.#rows.set(row.id, row);
    return row;
  }

  async find(id: number): Promise<Attendance | null> {
    await Promise.resolve();
    return this.#rows.get(id) ?? null;
  }

  async findByCall(callId: string): Promise<Attendance | null> {
    await Promise.resolve();
    return this.#byCall(callId);
  }

  async save(id: number, agentId: number, text: AttendanceText, at: Date): Promise<boolean> {
    await Promise.resolve();
    const row = this.#rows.get(id);
    if (row?.agentId !== agentId || row.state !== 'open') return false;
    this.#rows.set(id, { ...row, ...text, savedAt: at.getTime() });
    return true;
  }

  async finish(callId: string, at: Date): Promise<void> {
    await Promise.resolve();
    const row = this.#byCall(callId);
    if (row?.state === 'open') this.#rows.set(row.id, { ...row, state: 'finished', finishedAt: at.getTime() });
  }

  async lastOfCustomer(customerId: number, n: number): Promise<readonly PastAttendance[]> {
    await Promise.resolve();
    return [...this.#rows.values()]
      .filter((row) => row.customerId === customerId && row.state === 'finished')
      .sort((a, b) => b.openedAt - a.openedAt || b.id - a.id)
      .slice(0, n)
      .map((row) => ({
        protocol: row.protocol,
        at: row.openedAt,
        subject: row.subject,
        agentName: row.agentId === null ? null : `Pessoa ${String(row.agentId)}`,
      }));
  }

  #byCall(callId: string): Attendance | null {
    return [...this.#rows.values()].find((row) => row.callId === callId) ?? null;
  }
}
