import { DateTime } from 'luxon';
import { Op, UniqueConstraintError, literal, type CreationAttributes, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import {
  isForTaking,
  type Attendance,
  type AttendanceEventType,
  type AttendanceOpening,
  type AttendanceEvent,
  type PastRecord,
  type UraChoice,
  type UraOpening,
} from './attendance.domain.js';
import {
  defineAttendanceModels,
  type AttendanceEventRow,
  type AttendanceModels,
  type AttendanceRow,
} from './attendance.model.js';
import { type AttendanceRepository, type SeenAttendance, type StoredWriting } from './attendance.service.js';
import { protocolFor, numberOfProtocol } from './protocol.domain.js';

/** A counter that had fallen behind is put right once; a second refusal is something else. */
const OPEN_TRIES = 3;

export class SequelizeAttendanceRepository implements AttendanceRepository {
  readonly #db: Database;
  readonly #timeZone: string;
  readonly #models: AttendanceModels;

  /** `timeZone` is the operation's (IANA): its calendar day is the one in a protocol. */
  constructor(db: Database, timeZone: string) {
    this.#db = db;
    this.#timeZone = timeZone;
    this.#models = defineAttendanceModels(db.sequelize);
  }

  async open(opening: AttendanceOpening, at: Date): Promise<Attendance> {
    const found = await this.#foundOrMade(opening.callId, at, opening, 'opened');
    if (!isForTaking(found, opening.agentId)) return found;
    return this.#handOver(found.id, opening, at);
  }

  issue({ callId, customerId, digits, menu }: UraOpening, at: Date): Promise<Attendance> {
    const values = { callId, customerId, agentId: null, queueId: null, uraDigits: digits, uraMenu: menu };
    return this.#foundOrMade(callId, at, values, 'issued');
  }

  /** What the caller keyed later in the same call; what is not said stays. */
  async noteUra(id: number, { digits, menu }: UraChoice): Promise<void> {
    const fields = { ...(digits === null ? {} : { uraDigits: digits }), ...(menu === null ? {} : { uraMenu: menu }) };
    if (Object.keys(fields).length === 0) return;
    await this.#db.write((transaction) => this.#models.attendances.update(fields, { where: { id }, transaction }));
  }

  /** The record of the call, made under the next number when it has none. */
  async #foundOrMade(callId: string, at: Date, values: NewRecord, type: AttendanceEventType): Promise<Attendance> {
    const day = DateTime.fromJSDate(at, { zone: this.#timeZone }).toFormat('yyyyMMdd');
    await this.#ensureCounter(day);
    for (let tries = 1; ; tries += 1) {
      const existing = await this.findByCall(callId);
      if (existing !== null) return existing;
      try {
        return await this.#db.write((transaction) => this.#insert(values, type, day, at, transaction));
      } catch (error) {
        if (!(error instanceof UniqueConstraintError) || tries === OPEN_TRIES) throw error;
        // Either the call has its record meanwhile, or the counter is behind the numbers given out (a restored backup).
        await this.#catchUp(day);
      }
    }
  }

  async find(id: number): Promise<Attendance | null> {
    const row = await this.#models.attendances.findByPk(id);
    return row === null ? null : toAttendance(row);
  }

  async findByProtocol(protocol: string): Promise<Attendance | null> {
    const row = await this.#models.attendances.findOne({ where: { protocol } });
    return row === null ? null : toAttendance(row);
  }

  async hadIt(id: number, agentId: number): Promise<boolean> {
    const { events } = this.#models;
    return (await events.findOne({ where: { attendanceId: id, type: 'handed-over', fromId: agentId } })) !== null;
  }

  async eventsOf(id: number): Promise<readonly AttendanceEvent[]> {
    const rows = await this.#models.events.findAll({
      where: { attendanceId: id },
      include: [{ association: 'user' }, { association: 'from' }],
      order: [['id', 'ASC']],
    });
    return rows.map(toEvent);
  }

  async findByCall(callId: string): Promise<Attendance | null> {
    const row = await this.#models.attendances.findOne({ where: { callId } });
    return row === null ? null : toAttendance(row);
  }

  save(row: SeenAttendance, writing: StoredWriting, at: Date): Promise<boolean> {
    return this.#db.write(async (transaction) => {
      const [changed] = await this.#models.attendances.update(
        { ...writing, savedAt: at, version: literal('version + 1') },
        { where: { ...row, state: 'open' }, transaction },
      );
      return changed === 1;
    });
  }

  async finish(id: number, agentId: number, at: Date): Promise<void> {
    await this.#move({ id, agentId, state: 'open' }, { state: 'finished', finishedAt: at }, () => ({
      ...{ attendanceId: id, at, type: 'finished', userId: agentId, fromId: null, reason: '' },
    }));
  }

  async abandon(callId: string, at: Date): Promise<boolean> {
    const where = { callId, agentId: null, state: 'open' as const };
    return this.#move(where, { state: 'abandoned', finishedAt: at }, (id) => ({
      ...{ attendanceId: id, at, type: 'abandoned', userId: null, fromId: null, reason: '' },
    }));
  }

  async openWithoutAgent(openedBefore: Date): Promise<readonly string[]> {
    const rows = await this.#models.attendances.findAll({
      attributes: ['callId'],
      where: { state: 'open', agentId: null, openedAt: { [Op.lt]: openedBefore }, callId: { [Op.not]: null } },
    });
    return rows.flatMap(({ callId }) => (callId === null ? [] : [callId]));
  }

  async openOf(agentId: number, n: number): Promise<readonly Attendance[]> {
    const order: [string, string][] = [
      ['openedAt', 'DESC'],
      ['id', 'DESC'],
    ];
    const rows = await this.#models.attendances.findAll({ where: { agentId, state: 'open' }, order, limit: n });
    return rows.map(toAttendance);
  }

  async lastOfCustomer(customerId: number, n: number): Promise<readonly PastRecord[]> {
    const rows = await this.#models.attendances.findAll({
      where: { customerId, state: 'finished' },
      include: [{ association: 'agent' }],
      order: [
        ['openedAt', 'DESC'],
        ['id', 'DESC'],
      ],
      limit: n,
    });
    return rows.map((row) => ({
      protocol: row.protocol,
      at: row.openedAt.getTime(),
      subject: row.subject,
      kind: row.kind,
      agentId: row.agentId,
      agentName: row.agent?.name ?? null,
    }));
  }

  /** Gives a record that is not finished to another; of two at once each is noted, and the last has it. */
  async #handOver(id: number, { agentId, customerId, queueId }: AttendanceOpening, at: Date): Promise<Attendance> {
    const { attendances, events } = this.#models;
    return this.#db.write(async (transaction) => {
      const row = await attendances.findByPk(id, { rejectOnEmpty: true, transaction, lock: transaction.LOCK.UPDATE });
      if (!isForTaking(row, agentId)) return toAttendance(row);
      const fromId = row.agentId;
      await row.update(
        {
          agentId,
          customerId: row.kind === 'anonymous' ? null : (customerId ?? row.customerId),
          queueId: queueId ?? row.queueId,
          // One that was closed as abandoned while the caller still waited.
          state: 'open',
          finishedAt: null,
          version: row.version + 1,
        },
        { transaction },
      );
      const type = fromId === null ? 'opened' : 'handed-over';
      await events.create({ attendanceId: id, at, type, userId: agentId, fromId, reason: '' }, { transaction });
      return toAttendance(row);
    });
  }

  /** Moves the record that `where` names on and notes it, when it is still as `where` says. */
  #move(
    where: Partial<Pick<AttendanceRow, 'id' | 'callId' | 'agentId' | 'state'>>,
    values: Pick<AttendanceRow, 'state' | 'finishedAt'>,
    noteOf: (id: number) => Omit<CreationAttributes<AttendanceEventRow>, 'id'>,
  ): Promise<boolean> {
    const { attendances, events } = this.#models;
    return this.#db.write(async (transaction) => {
      const row = await attendances.findOne({ where, transaction, lock: transaction.LOCK.UPDATE });
      if (row === null) return false;
      await row.update({ ...values, version: row.version + 1 }, { transaction });
      await events.create(noteOf(row.id), { transaction });
      return true;
    });
  }

  async #insert(
    values: NewRecord,
    type: AttendanceEventType,
    day: string,
    at: Date,
    transaction: Transaction,
  ): Promise<Attendance> {
    const { attendances, counters, events } = this.#models;
    // The update locks the day's row until the transaction ends, so what is read next is this one's alone.
    await counters.update({ lastNumber: literal('last_number + 1') }, { where: { day }, transaction });
    const counter = await counters.findByPk(day, { rejectOnEmpty: true, transaction });
    const row = await attendances.create(
      {
        ...values,
        protocol: protocolFor(day, counter.lastNumber),
        state: 'open',
        subject: '',
        description: '',
        openedAt: at,
        savedAt: null,
        finishedAt: null,
        version: 0,
      },
      { transaction },
    );
    const note = { attendanceId: row.id, at, type, userId: values.agentId, fromId: null, reason: '' };
    await events.create(note, { transaction });
    return toAttendance(row);
  }

  /** In a transaction of its own: several that begin a day at once deadlock on MySQL when they go on to count in it. */
  async #ensureCounter(day: string): Promise<void> {
    const { counters } = this.#models;
    if ((await counters.findByPk(day)) !== null) return;
    await this.#db.write((transaction) =>
      counters.bulkCreate([{ day, lastNumber: 0 }], { ignoreDuplicates: true, transaction }),
    );
  }

  async #catchUp(day: string): Promise<void> {
    const { attendances, counters } = this.#models;
    await this.#db.write(async (transaction) => {
      const newest = await attendances.findAll({
        attributes: ['protocol'],
        where: { protocol: { [Op.startsWith]: day } },
        transaction,
      });
      const highest = newest.reduce((most, { protocol }) => Math.max(most, numberOfProtocol(protocol)), 0);
      await counters.update({ lastNumber: highest }, { where: { day, lastNumber: { [Op.lt]: highest } }, transaction });
    });
  }
}

type NewRecord = Pick<AttendanceRow, 'callId' | 'customerId' | 'agentId' | 'queueId'> &
  Partial<Pick<AttendanceRow, 'uraDigits' | 'uraMenu'>>;

export function toEvent(row: AttendanceEventRow): AttendanceEvent {
  return {
    type: row.type,
    at: row.at.getTime(),
    userName: row.user?.name ?? null,
    fromName: row.from?.name ?? null,
    reason: row.reason,
  };
}

export function toAttendance(row: AttendanceRow): Attendance {
  // A row that was just made has no value where none was given.
  const digits = row.uraDigits ?? null;
  const menu = row.uraMenu ?? null;
  return {
    id: row.id,
    protocol: row.protocol,
    callId: row.callId,
    customerId: row.customerId,
    agentId: row.agentId,
    queueId: row.queueId,
    state: row.state,
    kind: row.kind,
    subject: row.subject,
    subjectReasonId: row.subjectReasonId ?? null,
    outcome: row.outcome,
    outcomeReasonId: row.outcomeReasonId ?? null,
    ura: digits === null && menu === null ? null : { digits, menu },
    description: row.description,
    openedAt: row.openedAt.getTime(),
    savedAt: row.savedAt?.getTime() ?? null,
    finishedAt: row.finishedAt?.getTime() ?? null,
    version: row.version,
  };
}
