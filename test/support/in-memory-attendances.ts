import { DateTime } from 'luxon';
import {
  isForTaking,
  type Attendance,
  type AttendanceEvent,
  type AttendanceEventType,
  type AttendanceOpening,
  type PastRecord,
  type UraChoice,
  type UraOpening,
} from '../../src/modules/attendances/attendance.domain.js';
import {
  type AttendanceRepository,
  type SeenAttendance,
  type StoredWriting,
} from '../../src/modules/attendances/attendance.service.js';
import { protocolFor } from '../../src/modules/attendances/protocol.domain.js';

/** Held to the port by the same suite as the one over the database. */
export class InMemoryAttendanceRepository implements AttendanceRepository {
  readonly #rows = new Map<number, Attendance>();
  readonly #events: {
    readonly id: number;
    readonly type: AttendanceEventType;
    readonly at: number;
    readonly userId: number | null;
    readonly fromId: number | null;
    readonly reason: string;
  }[] = [];
  readonly #counters = new Map<string, number>();
  readonly #timeZone: string;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  async open(opening: AttendanceOpening, at: Date): Promise<Attendance> {
    await Promise.resolve();
    const { callId, agentId, customerId, queueId } = opening;
    const row = this.#byCall(callId);
    if (row === null) return this.#make({ ...opening, ura: null }, 'opened', at);
    if (!isForTaking(row, agentId)) return row;
    const changed = {
      ...row,
      agentId,
      customerId: row.kind === 'anonymous' ? null : (customerId ?? row.customerId),
      queueId: queueId ?? row.queueId,
      version: row.version + 1,
      state: 'open' as const,
      finishedAt: null,
    };
    this.#rows.set(row.id, changed);
    this.#note(row.id, row.agentId === null ? 'opened' : 'handed-over', at, agentId, row.agentId);
    return changed;
  }

  async issue({ callId, customerId, digits, menu }: UraOpening, at: Date): Promise<Attendance> {
    await Promise.resolve();
    const ura = digits === null && menu === null ? null : { digits, menu };
    return this.#byCall(callId) ?? this.#make({ callId, customerId, agentId: null, queueId: null, ura }, 'issued', at);
  }

  async noteUra(id: number, { digits, menu }: UraChoice): Promise<void> {
    await Promise.resolve();
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const ura = { digits: digits ?? row.ura?.digits ?? null, menu: menu ?? row.ura?.menu ?? null };
    this.#rows.set(id, { ...row, ura });
  }

  async findByProtocol(protocol: string): Promise<Attendance | null> {
    await Promise.resolve();
    return [...this.#rows.values()].find((row) => row.protocol === protocol) ?? null;
  }

  async hadIt(id: number, agentId: number): Promise<boolean> {
    await Promise.resolve();
    return this.#events.some((event) => event.id === id && event.type === 'handed-over' && event.fromId === agentId);
  }

  async eventsOf(id: number): Promise<readonly AttendanceEvent[]> {
    await Promise.resolve();
    const name = (userId: number | null): string | null => (userId === null ? null : `Pessoa ${String(userId)}`);
    return this.#events
      .filter((event) => event.id === id)
      .map(({ type, at, userId, fromId, reason }) => ({
        ...{ type, at, reason },
        userName: name(userId),
        fromName: name(fromId),
      }));
  }

  async find(id: number): Promise<Attendance | null> {
    await Promise.resolve();
    return this.#rows.get(id) ?? null;
  }

  async findByCall(callId: string): Promise<Attendance | null> {
    await Promise.resolve();
    return this.#byCall(callId);
  }

  async save({ id, agentId, version }: SeenAttendance, writing: StoredWriting, at: Date): Promise<boolean> {
    await Promise.resolve();
    const row = this.#rows.get(id);
    if (row?.agentId !== agentId || row.state !== 'open' || row.version !== version) return false;
    this.#rows.set(id, { ...row, ...writing, savedAt: at.getTime(), version: version + 1 });
    return true;
  }

  async finish(id: number, agentId: number, at: Date): Promise<void> {
    await Promise.resolve();
    const row = this.#rows.get(id);
    if (row?.state !== 'open' || row.agentId !== agentId) return;
    this.#rows.set(row.id, { ...row, state: 'finished', finishedAt: at.getTime(), version: row.version + 1 });
    this.#note(row.id, 'finished', at, agentId, null);
  }

  async abandon(callId: string, at: Date): Promise<boolean> {
    await Promise.resolve();
    const row = this.#byCall(callId);
    if (row?.state !== 'open' || row.agentId !== null) return false;
    this.#rows.set(row.id, { ...row, state: 'abandoned', finishedAt: at.getTime() });
    this.#note(row.id, 'abandoned', at, null, null);
    return true;
  }

  async openWithoutAgent(openedBefore: Date): Promise<readonly string[]> {
    await Promise.resolve();
    return [...this.#rows.values()]
      .filter((row) => row.state === 'open' && row.agentId === null && row.openedAt < openedBefore.getTime())
      .flatMap(({ callId }) => (callId === null ? [] : [callId]));
  }

  async openOf(agentId: number, n: number): Promise<readonly Attendance[]> {
    await Promise.resolve();
    return [...this.#rows.values()]
      .filter((row) => row.agentId === agentId && row.state === 'open')
      .sort((a, b) => b.openedAt - a.openedAt || b.id - a.id)
      .slice(0, n);
  }

  async lastOfCustomer(customerId: number, n: number): Promise<readonly PastRecord[]> {
    await Promise.resolve();
    return [...this.#rows.values()]
      .filter((row) => row.customerId === customerId && row.state === 'finished')
      .sort((a, b) => b.openedAt - a.openedAt || b.id - a.id)
      .slice(0, n)
      .map((row) => ({
        protocol: row.protocol,
        at: row.openedAt,
        subject: row.subject,
        kind: row.kind,
        agentId: row.agentId,
        agentName: row.agentId === null ? null : `Pessoa ${String(row.agentId)}`,
      }));
  }

  #make(
    opening: Pick<Attendance, 'callId' | 'customerId' | 'agentId' | 'queueId' | 'ura'>,
    type: AttendanceEventType,
    at: Date,
  ): Attendance {
    const day = DateTime.fromJSDate(at, { zone: this.#timeZone }).toFormat('yyyyMMdd');
    const number = (this.#counters.get(day) ?? 0) + 1;
    this.#counters.set(day, number);
    const row: Attendance = {
      ...opening,
      id: this.#rows.size + 1,
      protocol: protocolFor(day, number),
      state: 'open',
      kind: 'normal',
      subject: '',
      subjectReasonId: null,
      description: '',
      outcome: '',
      outcomeReasonId: null,
      openedAt: at.getTime(),
      savedAt: null,
      finishedAt: null,
      version: 0,
    };
    this.#rows.set(row.id, row);
    this.#note(row.id, type, at, opening.agentId, null);
    return row;
  }

  #note(
    id: number,
    type: AttendanceEventType,
    at: Date,
    userId: number | null,
    fromId: number | null,
    reason = '',
  ): void {
    this.#events.push({ id, type, at: at.getTime(), userId, fromId, reason });
  }

  #byCall(callId: string): Attendance | null {
    return [...this.#rows.values()].find((row) => row.callId === callId) ?? null;
  }
}
