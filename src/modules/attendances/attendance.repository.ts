import { DateTime } from 'luxon';
import { Op, UniqueConstraintError, literal, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type PastAttendance } from '../../shared/desk.js';
import { type Attendance, type AttendanceOpening, type AttendanceText } from './attendance.domain.js';
import { defineAttendanceModels, type AttendanceModels, type AttendanceRow } from './attendance.model.js';
import { type AttendanceRepository } from './attendance.service.js';
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
    const day = DateTime.fromJSDate(at, { zone: this.#timeZone }).toFormat('yyyyMMdd');
    await this.#ensureCounter(day);
    for (let tries = 1; ; tries += 1) {
      const existing = await this.findByCall(opening.callId);
      if (existing !== null) return existing;
      try {
        return await this.#db.write((transaction) => this.#insert(opening, day, at, transaction));
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

  async findByCall(callId: string): Promise<Attendance | null> {
    const row = await this.#models.attendances.findOne({ where: { callId } });
    return row === null ? null : toAttendance(row);
  }

  save(id: number, agentId: number, text: AttendanceText, at: Date): Promise<boolean> {
    return this.#db.write(async (transaction) => {
      const [changed] = await this.#models.attendances.update(
        // The version grows so that the row changes even when the text does not: MySQL counts only changed rows.
        { ...text, savedAt: at, version: literal('version + 1') },
        { where: { id, agentId, state: 'open' }, transaction },
      );
      return changed === 1;
    });
  }

  async finish(callId: string, at: Date): Promise<void> {
    await this.#db.write((transaction) =>
      this.#models.attendances.update(
        { state: 'finished', finishedAt: at, version: literal('version + 1') },
        { where: { callId, state: 'open' }, transaction },
      ),
    );
  }

  async lastOfCustomer(customerId: number, n: number): Promise<readonly PastAttendance[]> {
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
      agentName: row.agent?.name ?? null,
    }));
  }

  async #insert(opening: AttendanceOpening, day: string, at: Date, transaction: Transaction): Promise<Attendance> {
    const { attendances, counters } = this.#models;
    // The update locks the day's row until the transaction ends, so what is read next is this one's alone.
    await counters.update({ lastNumber: literal('last_number + 1') }, { where: { day }, transaction });
    const counter = await counters.findByPk(day, { rejectOnEmpty: true, transaction });
    const row = await attendances.create(
      {
        ...opening,
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

function toAttendance(row: AttendanceRow): Attendance {
  return {
    id: row.id,
    protocol: row.protocol,
    callId: row.callId,
    customerId: row.customerId,
    agentId: row.agentId,
    queueId: row.queueId,
    state: row.state,
    subject: row.subject,
    description: row.description,
    openedAt: row.openedAt.getTime(),
    savedAt: row.savedAt?.getTime() ?? null,
    finishedAt: row.finishedAt?.getTime() ?? null,
  };
}
