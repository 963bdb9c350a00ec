import { DateTime } from 'luxon';
import { QueryTypes, Sequelize, UniqueConstraintError, type ModelStatic, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type PastAttendance } from '../../shared/desk.js';
import { type Attendance, type AttendanceOpening, type AttendanceText } from './attendance.domain.js';
import {
  defineAttendanceModel,
  defineProtocolCounterModel,
  type AttendanceRow,
  type ProtocolCounterRow,
} from './attendance.model.js';
import { type AttendanceRepository } from './attendance.service.js';
import { protocolFor } from './protocol.domain.js';

/** Two processes may make the day's counter, or open one call's record, at the same moment; the loser looks again. */
const TRIES = 5;

export class SequelizeAttendanceRepository implements AttendanceRepository {
  readonly #db: Database;
  readonly #timeZone: string;
  readonly #attendances: ModelStatic<AttendanceRow>;
  readonly #counters: ModelStatic<ProtocolCounterRow>;

  /** `timeZone` is the operation's: its calendar day is the one in the protocol. */
  constructor(db: Database, timeZone: string) {
    this.#db = db;
    this.#timeZone = timeZone;
    this.#attendances = defineAttendanceModel(db.sequelize);
    this.#counters = defineProtocolCounterModel(db.sequelize);
  }

  async find(id: number): Promise<Attendance | null> {
    return toAttendance(await this.#attendances.findByPk(id));
  }

  async findByCall(callId: string): Promise<Attendance | null> {
    return toAttendance(await this.#attendances.findOne({ where: { callId } }));
  }

  async open(opening: AttendanceOpening, at: Date): Promise<Attendance> {
    for (let attempt = 1; ; attempt += 1) {
      const known = await this.findByCall(opening.callId);
      if (known !== null) return known;
      try {
        return await this.#db.write((transaction) => this.#insert(opening, at, transaction));
      } catch (error) {
        if (!(error instanceof UniqueConstraintError) || attempt === TRIES) throw error;
      }
    }
  }

  async save(id: number, agentId: number, text: AttendanceText, at: Date): Promise<boolean> {
    const [changed] = await this.#db.write((transaction) =>
      this.#attendances.update(
        { ...text, savedAt: at, version: Sequelize.literal('version + 1') as unknown as number },
        { where: { id, agentId, state: 'open' }, transaction },
      ),
    );
    return changed === 1;
  }

  async finish(callId: string, at: Date): Promise<void> {
    await this.#db.write((transaction) =>
      this.#attendances.update(
        { state: 'finished', finishedAt: at },
        { where: { callId, state: 'open' }, transaction },
      ),
    );
  }

  async lastOfCustomer(customerId: number, limit: number): Promise<readonly PastAttendance[]> {
    const rows = await this.#db.sequelize.query<{
      protocol: string;
      openedAt: string | Date;
      subject: string;
      agentName: string | null;
    }>(
      `SELECT attendances.protocol AS protocol, attendances.opened_at AS openedAt, attendances.subject AS subject,
              users.name AS agentName
       FROM attendances LEFT JOIN users ON users.id = attendances.agent_id
       WHERE attendances.customer_id = :customerId AND attendances.state = 'finished'
       ORDER BY attendances.opened_at DESC LIMIT :limit`,
      { type: QueryTypes.SELECT, replacements: { customerId, limit } },
    );
    return rows.map(({ protocol, openedAt, subject, agentName }) => ({
      protocol,
      at: new Date(openedAt).getTime(),
      subject,
      agentName,
    }));
  }

  async #insert(opening: AttendanceOpening, at: Date, transaction: Transaction): Promise<Attendance> {
    const day = DateTime.fromJSDate(at, { zone: this.#timeZone }).toFormat('yyyyLLdd');
    const n = await this.#nextNumber(day, transaction);
    const row = await this.#attendances.create(
      {
        ...opening,
        protocol: protocolFor(day, n),
        state: 'open',
        subject: '',
        description: '',
        openedAt: at,
        savedAt: null,
        finishedAt: null,
      },
      { transaction },
    );
    return toAttendance(row);
  }

  /** Counts up first, then reads: the update holds the row until the transaction ends, so no number is given twice. */
  async #nextNumber(day: string, transaction: Transaction): Promise<number> {
    const [counted] = await this.#counters.update(
      { lastNumber: Sequelize.literal('last_number + 1') as unknown as number },
      { where: { day }, transaction },
    );
    if (counted === 0) {
      await this.#counters.create({ day, lastNumber: 1 }, { transaction });
      return 1;
    }
    const row = await this.#counters.findByPk(day, { transaction, rejectOnEmpty: true });
    return row.lastNumber;
  }
}

function toAttendance(row: AttendanceRow): Attendance;
function toAttendance(row: AttendanceRow | null): Attendance | null;
function toAttendance(row: AttendanceRow | null): Attendance | null {
  if (row === null) return null;
  const { id, protocol, callId, customerId, agentId, queueId, subject, description, openedAt, savedAt, finishedAt } =
    row;
  const state = row.state === 'open' ? 'open' : 'finished';
  return {
    id,
    protocol,
    callId,
    customerId,
    agentId,
    queueId,
    state,
    subject,
    description,
    openedAt,
    savedAt,
    finishedAt,
  };
}
