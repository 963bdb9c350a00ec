import { QueryTypes, type ModelStatic, type WhereOptions } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Queue } from './queue.domain.js';
import { defineQueueModel, type QueueRow } from './queue.model.js';
import { type QueueRepository } from './queue.service.js';

export class SequelizeQueueRepository implements QueueRepository {
  readonly #db: Database;
  readonly #queues: ModelStatic<QueueRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#queues = defineQueueModel(db.sequelize);
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
  const { id, name, exchangeName, number, serviceLevelSeconds, wrapUpSeconds, isActive } = row;
  return { id, name, exchangeName, number, serviceLevelSeconds, wrapUpSeconds, isActive, memberIds };
}
