import { literal, Op, QueryTypes, type Sequelize, type WhereOptions } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import { StaleError } from '../../platform/errors.js';
import { searchKey } from '../../shared/text-key.js';
import { MASKED, SECRET_CHANGED, type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import {
  type AttendanceFilter,
  type AttendanceRecord,
  type ContinuingCallback,
  type Named,
  type Neighbours,
  type RecordTexts,
  type RecordViewer,
} from './attendance-record.domain.js';
import { type AttendanceRecordRepository } from './attendance-records.service.js';
import { type AttendanceEvent } from './attendance.domain.js';
import { defineAttendanceModels, type AttendanceModels, type AttendanceRow } from './attendance.model.js';
import { toAttendance, toEvent } from './attendance.repository.js';

/** With fewer digits nearly every number would match. */
const MIN_SEARCH_DIGITS = 4;

export class SequelizeAttendanceRecords implements AttendanceRecordRepository {
  readonly #db: Database;
  readonly #audit: Pick<SequelizeAuditRepository, 'write'>;
  readonly #models: AttendanceModels;

  constructor(db: Database, audit: Pick<SequelizeAuditRepository, 'write'>) {
    this.#db = db;
    this.#audit = audit;
    this.#models = defineAttendanceModels(db.sequelize);
  }

  async list(
    filter: AttendanceFilter,
    viewer: RecordViewer,
  ): Promise<{ readonly records: readonly AttendanceRecord[]; readonly total: number }> {
    const { page, pageSize } = filter;
    const where = toWhere(filter, viewer, this.#db.sequelize);
    const { attendances } = this.#models;
    const [total, rows] = await Promise.all([
      attendances.count({ where }),
      attendances.findAll({
        where,
        order: [
          ['openedAt', 'DESC'],
          ['id', 'DESC'],
        ],
        limit: pageSize,
        offset: (page - 1) * pageSize,
      }),
    ]);
    return { records: await this.#toRecords(rows), total };
  }

  async findByProtocol(protocol: string): Promise<AttendanceRecord | null> {
    return this.#one(await this.#models.attendances.findOne({ where: { protocol } }));
  }

  async find(id: number): Promise<AttendanceRecord | null> {
    return this.#one(await this.#models.attendances.findByPk(id));
  }

  async eventsOf(id: number): Promise<readonly AttendanceEvent[]> {
    const rows = await this.#models.events.findAll({
      where: { attendanceId: id },
      include: [{ association: 'user' }, { association: 'from' }],
      order: [['id', 'ASC']],
    });
    return rows.map(toEvent);
  }

  async neighboursOf({ id, customerId, openedAt }: AttendanceRecord): Promise<Neighbours> {
    if (customerId === null) return { previous: null, next: null };
    const at = new Date(openedAt);
    const nearest = async (isBefore: boolean): Promise<Neighbours['next']> => {
      const side = isBefore ? Op.lt : Op.gt;
      const way = isBefore ? 'DESC' : 'ASC';
      const row = await this.#models.attendances.findOne({
        attributes: ['id', 'protocol'],
        where: {
          customerId,
          kind: { [Op.ne]: 'anonymous' },
          [Op.or]: [{ openedAt: { [side]: at } }, { openedAt: at, id: { [side]: id } }],
        },
        order: [
          ['openedAt', way],
          ['id', way],
        ],
      });
      return row === null ? null : { id: row.id, protocol: row.protocol };
    };
    const [previous, next] = await Promise.all([nearest(true), nearest(false)]);
    return { previous, next };
  }

  async callbacksOf(id: number): Promise<readonly ContinuingCallback[]> {
    const rows = await this.#db.sequelize.query<Omit<ContinuingCallback, 'dueAt'> & { readonly dueAt: string | Date }>(
      `SELECT id, due_at AS dueAt, time_zone AS timeZone, state, number FROM callbacks
       WHERE attendance_id = :id ORDER BY due_at, id`,
      { type: QueryTypes.SELECT, replacements: { id } },
    );
    return rows.map(({ dueAt, ...row }) => ({ ...row, dueAt: new Date(dueAt).getTime() }));
  }

  reopen(id: number, reason: string, actor: Actor, at: Date): Promise<boolean> {
    const { attendances, events } = this.#models;
    return this.#db.write(async (transaction) => {
      const where = { id, state: 'finished' as const };
      const row = await attendances.findOne({ where, transaction, lock: transaction.LOCK.UPDATE });
      if (row === null) return false;
      await row.update({ state: 'open', finishedAt: null, version: row.version + 1 }, { transaction });
      const note = { attendanceId: id, at, type: 'reopened' as const, userId: actor.userId, fromId: null, reason };
      await events.create(note, { transaction });
      await this.#audit.write(transaction, {
        ...subjectOf(row, actor),
        action: 'reopened',
        before: { state: 'finished', reason: null },
        after: { state: 'open', reason: row.kind === 'confidential' ? MASKED : reason },
      });
      return true;
    });
  }

  async write(
    { id, version }: { readonly id: number; readonly version: number },
    texts: RecordTexts,
    finishes: boolean,
    actor: Actor,
    at: Date,
  ): Promise<void> {
    const { attendances, events } = this.#models;
    await this.#db.write(async (transaction) => {
      const where = { id, version, state: 'open' as const };
      const row = await attendances.findOne({ where, transaction, lock: transaction.LOCK.UPDATE });
      if (row === null) throw new StaleError();
      const before = fieldsOf(row);
      const finished = finishes ? { state: 'finished' as const, finishedAt: at } : {};
      await row.update({ ...texts, ...finished, savedAt: at, version: version + 1 }, { transaction });
      if (finishes) {
        const note = {
          attendanceId: id,
          at,
          type: 'finished' as const,
          userId: actor.userId,
          fromId: null,
          reason: '',
        };
        await events.create(note, { transaction });
      }
      const after = fieldsOf(row);
      await this.#audit.write(transaction, {
        ...subjectOf(row, actor),
        action: finishes ? 'finished' : 'changed',
        ...(row.kind === 'confidential' ? masked(before, after) : { before, after }),
      });
    });
  }

  async #one(row: AttendanceRow | null): Promise<AttendanceRecord | null> {
    return row === null ? null : ((await this.#toRecords([row]))[0] ?? null);
  }

  async #toRecords(rows: readonly AttendanceRow[]): Promise<readonly AttendanceRecord[]> {
    // Of an anonymous one nobody is told who it was, even if it was known once.
    const customerOf = ({ kind, customerId }: AttendanceRow): number | null =>
      kind === 'anonymous' ? null : customerId;
    const [customers, agents, queues] = await Promise.all([
      this.#names('customers', rows.map(customerOf)),
      this.#names(
        'users',
        rows.map((row) => row.agentId),
      ),
      this.#names(
        'queues',
        rows.map((row) => row.queueId),
      ),
    ]);
    return rows.map((row) => ({
      ...toAttendance(row),
      customerId: customerOf(row),
      customer: customers.get(customerOf(row) ?? 0) ?? null,
      agent: agents.get(row.agentId ?? 0) ?? null,
      queue: queues.get(row.queueId ?? 0) ?? null,
      version: row.version,
    }));
  }

  async #names(
    table: 'customers' | 'users' | 'queues',
    ids: readonly (number | null)[],
  ): Promise<ReadonlyMap<number, Named>> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map();
    const rows = await this.#db.sequelize.query<Named>(`SELECT id, name FROM ${table} WHERE id IN (:wanted)`, {
      type: QueryTypes.SELECT,
      replacements: { wanted },
    });
    return new Map(rows.map((row) => [row.id, row]));
  }
}

function toWhere(filter: AttendanceFilter, viewer: RecordViewer, sequelize: Sequelize): WhereOptions<AttendanceRow> {
  const { from, to, agentId, queueId, kind, state, subjectId, outcomeId, customer } = filter;
  const asksWhatItSays = subjectId !== undefined || outcomeId !== undefined;
  return {
    openedAt: { [Op.gte]: new Date(from), [Op.lt]: new Date(to) },
    ...(agentId === undefined ? {} : { agentId }),
    ...(queueId === undefined ? {} : { queueId }),
    ...(state === undefined ? {} : { state }),
    ...(subjectId === undefined ? {} : { subjectReasonId: subjectId }),
    ...(outcomeId === undefined ? {} : { outcomeReasonId: outcomeId }),
    [Op.and]: [
      ...(kind === undefined ? [] : [{ kind }]),
      ...(asksWhatItSays ? readableBy(viewer) : []),
      ...(customer === undefined || customer.trim() === '' ? [] : [ofCustomer(customer, sequelize)]),
    ],
  };
}

/** The same as `mayRead`, said to the database. */
function readableBy({ userId, permissions }: RecordViewer): readonly WhereOptions<AttendanceRow>[] {
  if (permissions.has('attendances.confidential')) return [];
  return [{ [Op.or]: [{ kind: { [Op.ne]: 'confidential' } }, { agentId: userId }] }];
}

function ofCustomer(text: string, sequelize: Sequelize): WhereOptions<AttendanceRow> {
  const like = (value: string): string => sequelize.escape(containing(value));
  const named = searchKey(text)
    .split(' ')
    .map((word) => `name_key LIKE ${like(word)}`)
    .join(' AND ');
  const digits = text.replaceAll(/\D/g, '');
  const owners =
    digits.length < MIN_SEARCH_DIGITS
      ? ''
      : ` UNION SELECT customer_id AS id FROM customer_phones WHERE number LIKE ${like(digits)}
          UNION SELECT id FROM customers WHERE document = ${sequelize.escape(digits)}`;
  const found = literal(`(SELECT found.id FROM (SELECT id FROM customers WHERE ${named}${owners}) AS found)`);
  return { kind: { [Op.ne]: 'anonymous' }, customerId: { [Op.in]: found } };
}

function subjectOf(
  row: AttendanceRow,
  actor: Actor,
): { readonly actor: Actor; readonly subject: 'attendance'; readonly subjectId: number; readonly subjectName: string } {
  return { actor, subject: 'attendance', subjectId: row.id, subjectName: row.protocol };
}

function fieldsOf({ state, subject, outcome, description }: AttendanceRow): AuditFields {
  return { state, attendanceSubject: subject, outcome, description };
}

/** Whoever reads the audit trail need not be one who may read confidential records: only that a text changed is kept. */
function masked(
  before: AuditFields,
  after: AuditFields,
): { readonly before: AuditFields; readonly after: AuditFields } {
  const side = (fields: AuditFields, whenChanged: string): AuditFields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        name === 'state' ? value : before[name] === after[name] ? MASKED : whenChanged,
      ]),
    );
  return { before: side(before, MASKED), after: side(after, SECRET_CHANGED) };
}
