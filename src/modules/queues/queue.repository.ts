import { Op, QueryTypes, type ModelStatic, type Transaction, type WhereOptions } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import { intervalsText, WEEKDAYS, type OpeningHours, type WeeklyInterval } from './opening-hours.domain.js';
import { type HoursOfQueue } from './queue-hours.service.js';
import { type Queue, type QueueRecord, type QueueSettings } from './queue.domain.js';
import { defineQueueHourModel, defineQueueModel, type QueueHourRow, type QueueRow } from './queue.model.js';
import { type QueueRepository, type QueueSearch } from './queue.service.js';

export class SequelizeQueueRepository implements QueueRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #queues: ModelStatic<QueueRow>;
  readonly #hours: ModelStatic<QueueHourRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#queues = defineQueueModel(db.sequelize);
    this.#hours = defineQueueHourModel(db.sequelize);
  }

  list(): Promise<readonly Queue[]> {
    return this.#read({});
  }

  async find(id: number): Promise<Queue | null> {
    return (await this.#read({ id }))[0] ?? null;
  }

  async findByExchangeName(exchangeName: string): Promise<Queue | null> {
    return (await this.#read({ exchangeName }))[0] ?? null;
  }

  listOfUser(userId: number): Promise<readonly { readonly id: number; readonly name: string }[]> {
    return this.#db.sequelize.query<{ id: number; name: string }>(
      `SELECT queues.id AS id, queues.name AS name FROM user_queues JOIN queues ON queues.id = user_queues.queue_id
       WHERE user_queues.user_id = :userId AND queues.is_active = :active ORDER BY queues.name`,
      { type: QueryTypes.SELECT, replacements: { userId, active: true } },
    );
  }

  async search(
    search: QueueSearch,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly queues: readonly QueueRecord[]; readonly total: number }> {
    const { rows, count } = await this.#queues.findAndCountAll({
      where: toWhere(search),
      order: [
        ['name', 'ASC'],
        ['id', 'ASC'],
      ],
      ...page,
    });
    return { queues: await this.#toRecords(rows), total: count };
  }

  async record(id: number): Promise<QueueRecord | null> {
    const row = await this.#queues.findByPk(id);
    return row === null ? null : ((await this.#toRecords([row]))[0] ?? null);
  }

  async listHours(): Promise<readonly HoursOfQueue[]> {
    const rows = await this.#queues.findAll();
    const hours = await this.#hoursOf(rows.map((row) => row.id));
    return rows.map((row) => {
      const { exchangeName, followsHolidays } = row;
      return { exchangeName, followsHolidays, hours: toHours(row, hours) };
    });
  }

  save(queue: { readonly id: number; readonly version: number }, settings: QueueSettings, actor: Actor): Promise<void> {
    const { hours, ...columns } = settings;
    return this.#db.write(async (transaction) => {
      const row = await this.#queues.findByPk(queue.id, { transaction });
      if (row === null) throw new DomainError('not-found', 'errors:no-such-record');
      const before = { ...toSettings(row), hours: toHours(row, await this.#hoursOf([row.id], transaction)) };
      await updateVersioned(this.#queues, queue, { ...columns, isAlwaysOpen: hours === null }, transaction);
      await this.#hours.destroy({ where: { queueId: queue.id }, transaction });
      const rows = (hours ?? []).map((interval) => ({ queueId: queue.id, ...interval }));
      if (rows.length > 0) await this.#hours.bulkCreate(rows, { transaction });
      await this.#audit.write(transaction, {
        actor,
        action: 'changed',
        subject: 'queue',
        subjectId: queue.id,
        subjectName: settings.name,
        before: toAudit(before),
        after: toAudit(settings),
      });
    });
  }

  async #toRecords(rows: readonly QueueRow[]): Promise<readonly QueueRecord[]> {
    const ids = rows.map((row) => row.id);
    const [hours, members] = await Promise.all([this.#hoursOf(ids), this.#memberNamesOf(ids)]);
    return rows.map((row) => ({
      ...toSettings(row),
      id: row.id,
      exchangeName: row.exchangeName,
      number: row.number,
      isActive: row.isActive,
      version: row.version,
      hours: toHours(row, hours),
      members: members.filter(({ queueId }) => queueId === row.id).map(({ id, name }) => ({ id, name })),
    }));
  }

  #hoursOf(queueIds: readonly number[], transaction?: Transaction): Promise<readonly QueueHourRow[]> {
    return this.#hours.findAll({
      where: { queueId: [...queueIds] },
      order: [
        ['weekday', 'ASC'],
        ['opensAt', 'ASC'],
      ],
      ...(transaction === undefined ? {} : { transaction }),
    });
  }

  async #memberNamesOf(
    queueIds: readonly number[],
  ): Promise<readonly { readonly queueId: number; readonly id: number; readonly name: string }[]> {
    if (queueIds.length === 0) return [];
    return this.#db.sequelize.query<{ queueId: number; id: number; name: string }>(
      `SELECT user_queues.queue_id AS queueId, users.id AS id, users.name AS name FROM user_queues
       JOIN users ON users.id = user_queues.user_id WHERE user_queues.queue_id IN (:queueIds) ORDER BY users.name`,
      { type: QueryTypes.SELECT, replacements: { queueIds: [...queueIds] } },
    );
  }

  async #read(where: WhereOptions<QueueRow>): Promise<readonly Queue[]> {
    const rows = await this.#queues.findAll({ where, order: [['name', 'ASC']] });
    const members = await this.#membersOf(rows.map((row) => row.id));
    return rows.map((row) => toQueue(row, members.get(row.id) ?? []));
  }

  async #membersOf(queueIds: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
    const members = new Map<number, number[]>();
    if (queueIds.length === 0) return members;
    const rows = await this.#db.sequelize.query<{ queueId: number; userId: number }>(
      'SELECT queue_id AS queueId, user_id AS userId FROM user_queues WHERE queue_id IN (:queueIds) ORDER BY user_id',
      { type: QueryTypes.SELECT, replacements: { queueIds: [...queueIds] } },
    );
    for (const { queueId, userId } of rows) {
      const known = members.get(queueId);
      if (known === undefined) members.set(queueId, [userId]);
      else known.push(userId);
    }
    return members;
  }
}

function toQueue(row: QueueRow, memberIds: readonly number[]): Queue {
  const { id, name, exchangeName, number, serviceLevelSeconds, wrapUpSeconds, missedLimit, isActive } = row;
  return { id, name, exchangeName, number, serviceLevelSeconds, wrapUpSeconds, missedLimit, isActive, memberIds };
}

function toWhere({ text, use }: QueueSearch): WhereOptions<QueueRow> {
  const like = { [Op.like]: containing(text) };
  return {
    ...(use === 'all' ? {} : { isActive: use === 'in-use' }),
    ...(text === '' ? {} : { [Op.or]: [{ name: like }, { exchangeName: like }, { number: like }] }),
  };
}

function toSettings(row: QueueRow): Omit<QueueSettings, 'hours'> {
  const { name, serviceLevelSeconds, wrapUpSeconds, missedLimit, followsHolidays, offersCallbacks } = row;
  return { name, serviceLevelSeconds, wrapUpSeconds, missedLimit, followsHolidays, offersCallbacks };
}

function toHours(row: QueueRow, hours: readonly QueueHourRow[]): OpeningHours {
  if (row.isAlwaysOpen) return null;
  return hours
    .filter(({ queueId }) => queueId === row.id)
    .map(({ weekday, opensAt, closesAt }): WeeklyInterval => ({ weekday, opensAt, closesAt }));
}

function toAudit({ hours, ...settings }: QueueSettings): AuditFields {
  const openingHours = (hours === null ? [] : WEEKDAYS).map((weekday) => {
    return `${String(weekday)}: ${intervalsText((hours ?? []).filter((interval) => interval.weekday === weekday))}`;
  });
  return { ...settings, isAlwaysOpen: hours === null, openingHours };
}
