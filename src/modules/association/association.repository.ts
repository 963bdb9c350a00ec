import { DatabaseError, Op, QueryTypes, UniqueConstraintError, type ModelStatic, type Transaction } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import { DomainError, StaleError } from '../../platform/errors.js';
import { MASKED, type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import { defineQueueModel, type QueueRow } from '../queues/queue.model.js';
import { type DirectoryQueue } from '../telephony/telephony.port.js';
import { defineUserModel, defineUserQueueModel, type UserQueueRow, type UserRow } from '../users/user.model.js';
import { type KnownQueue, type Person, type QueueDifference } from './association.domain.js';
import { type AssociationRepository, type AssociationSearch, type Holder, type Import } from './association.port.js';

const MOST_TRIES = 4;
/** What is read of a user. */
const PERSON: (keyof Person & keyof UserRow)[] = [
  'id',
  'name',
  'login',
  'isActive',
  'profileId',
  'exchangeLogin',
  'extension',
  'locality',
];

export class SequelizeAssociationRepository implements AssociationRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #users: ModelStatic<UserRow>;
  readonly #memberships: ModelStatic<UserQueueRow>;
  readonly #queues: ModelStatic<QueueRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#users = defineUserModel(db.sequelize);
    this.#memberships = defineUserQueueModel(db.sequelize);
    this.#queues = defineQueueModel(db.sequelize);
  }

  async list(search: AssociationSearch): Promise<{ readonly people: readonly Person[]; readonly total: number }> {
    const { text, show, page, pageSize } = search;
    const pattern = containing(text);
    const { rows, count } = await this.#users.findAndCountAll({
      attributes: PERSON,
      where: {
        ...(text === '' ? {} : { [Op.or]: [{ name: { [Op.like]: pattern } }, { loginKey: { [Op.like]: pattern } }] }),
        ...(show === 'all' ? {} : { exchangeLogin: show === 'free' ? null : { [Op.ne]: null } }),
      },
      order: [
        ['nameKey', 'ASC'],
        ['id', 'ASC'],
      ],
      limit: pageSize,
      offset: (page - 1) * pageSize,
    });
    return { people: await this.#toPeople(rows), total: count };
  }

  async findMany(ids: readonly number[]): Promise<readonly Person[]> {
    if (ids.length === 0) return [];
    const rows = await this.#users.findAll({
      attributes: PERSON,
      where: { id: { [Op.in]: [...ids] } },
      order: [
        ['nameKey', 'ASC'],
        ['id', 'ASC'],
      ],
    });
    return this.#toPeople(rows);
  }

  async holders(): Promise<ReadonlyMap<string, Holder>> {
    const rows = await this.#users.findAll({
      attributes: ['id', 'name', 'exchangeLogin'],
      where: { exchangeLogin: { [Op.ne]: null } },
      raw: true,
    });
    return new Map(rows.map(({ id, name, exchangeLogin }) => [exchangeLogin ?? '', { userId: id, name }]));
  }

  async holderOfExtension(extension: string): Promise<Holder | null> {
    const row = await this.#users.findOne({ attributes: PERSON, where: { extension } });
    return row === null ? null : { userId: row.id, name: row.name };
  }

  async queues(): Promise<readonly KnownQueue[]> {
    const rows = await this.#queues.findAll({ order: [['exchangeName', 'ASC']] });
    return rows.map(({ exchangeName, number, isActive }) => ({ exchangeName, number, isActive }));
  }

  async import(action: 'associated' | 'synchronised', imports: readonly Import[], actor: Actor): Promise<void> {
    try {
      await this.#write(async (tx) => {
        // People may trade extensions: all are let go before any is taken.
        if (imports.length > 1) {
          const ids = imports.map(({ userId }) => userId);
          await this.#lock(ids, tx);
          const before = new Map<number, Person>();
          for (const { userId } of imports) before.set(userId, await this.#person(userId, tx));
          await this.#users.update({ extension: null }, { where: { id: { [Op.in]: ids } }, transaction: tx });
          for (const each of imports) await this.#import(action, each, before.get(each.userId) ?? null, actor, tx);
        } else {
          for (const each of imports) await this.#import(action, each, null, actor, tx);
        }
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      const isExtension = takenField(error) === 'extension';
      throw new DomainError('conflict', isExtension ? 'association:extension-taken' : 'association:taken', {
        cause: error,
        field: isExtension ? 'extension' : 'exchangeLogin',
      });
    }
  }

  async dissociate(userId: number, was: string, passwordHash: string | null, actor: Actor): Promise<void> {
    await this.#write(async (tx) => {
      await this.#lock([userId], tx);
      const person = await this.#person(userId, tx);
      if (person.exchangeLogin !== was) throw new StaleError();
      await this.#change(userId, { exchangeLogin: null, extension: null, locality: null, passwordHash }, tx);
      await this.#setQueues(userId, [], tx);
      await this.#note('dissociated', person, NOTHING_IMPORTED, passwordHash === null ? null : MASKED, actor, tx);
    });
  }

  async synchroniseQueues(difference: QueueDifference, actor: Actor): Promise<void> {
    const { added, returned, renumbered, gone } = difference;
    await this.#write(async (tx) => {
      await this.#ensureQueues(added, actor, tx);
      const changes = new Map<string, { number?: string; isActive?: boolean }>();
      for (const { name } of returned) changes.set(name, { isActive: true });
      for (const { name, number } of renumbered) changes.set(name, { ...changes.get(name), number: number.after });
      for (const name of gone) changes.set(name, { isActive: false });
      for (const [exchangeName, change] of changes) {
        const row = await this.#queues.findOne({ where: { exchangeName }, transaction: tx, lock: tx.LOCK.UPDATE });
        if (row === null) continue;
        const before = queueFields(row);
        await row.update({ ...change, version: row.version + 1 }, { transaction: tx });
        await this.#noteQueue(row, before, actor, tx);
      }
    });
  }

  /** MariaDB ends one of two transactions that wait for each other, and means it to be tried again. */
  async #write(work: (tx: Transaction) => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#db.write(work);
        return;
      } catch (error) {
        if (tries === MOST_TRIES || !isDeadlock(error)) throw error;
      }
    }
  }

  async #import(
    action: 'associated' | 'synchronised',
    { userId, was, user, queues }: Import,
    known: Person | null,
    actor: Actor,
    tx: Transaction,
  ): Promise<void> {
    if (known === null) await this.#lock([userId], tx);
    const before = known ?? (await this.#person(userId, tx));
    if (before.exchangeLogin !== was) throw new StaleError();
    const { login, extension, locality } = user;
    const imported = { exchangeLogin: login, extension, locality };
    // Who signs in through the exchange has no password here that could be tried.
    await this.#change(userId, { ...imported, passwordHash: null }, tx);
    const ids = await this.#ensureQueues(queues, actor, tx);
    await this.#setQueues(userId, ids, tx);
    const names = queues.map(({ name }) => name);
    await this.#note(action, before, { ...imported, queues: names }, null, actor, tx);
  }

  /** Waits for whoever changes these people, in one order, so that two who meet do not wait for each other. */
  async #lock(ids: readonly number[], tx: Transaction): Promise<void> {
    await this.#users.findAll({
      attributes: ['id'],
      where: { id: { [Op.in]: [...ids] } },
      order: [['id', 'ASC']],
      transaction: tx,
      lock: tx.LOCK.UPDATE,
    });
  }

  async #person(userId: number, tx: Transaction): Promise<Person> {
    const row = await this.#users.findByPk(userId, { attributes: PERSON, transaction: tx, lock: tx.LOCK.UPDATE });
    if (row === null) throw new DomainError('not-found', 'errors:no-such-record');
    const [person] = await this.#toPeople([row], tx);
    if (person === undefined) throw new Error(`user ${String(userId)} was not read`);
    return person;
  }

  async #change(userId: number, change: Partial<UserRow>, tx: Transaction): Promise<void> {
    await this.#users.update(change, { where: { id: userId }, transaction: tx });
    // A form of this user that is open somewhere shows what is no longer so.
    await this.#users.increment('version', { where: { id: userId }, transaction: tx });
  }

  /**
   * Only rows that differ are touched: deleting all and inserting again would lock what lies between, and two
   * administrators at once would wait for each other in vain.
   */
  async #setQueues(userId: number, queueIds: readonly number[], tx: Transaction): Promise<void> {
    const rows = await this.#memberships.findAll({ where: { userId }, transaction: tx });
    const old = rows.map(({ queueId }) => queueId);
    for (const queueId of old.filter((id) => !queueIds.includes(id))) {
      await this.#memberships.destroy({ where: { userId, queueId }, transaction: tx });
    }
    const fresh = queueIds.filter((id) => !old.includes(id)).map((queueId) => ({ userId, queueId }));
    if (fresh.length > 0) await this.#memberships.bulkCreate(fresh, { transaction: tx });
  }

  /** The ids of the queues, which are created where there are none. */
  async #ensureQueues(queues: readonly DirectoryQueue[], actor: Actor, tx: Transaction): Promise<readonly number[]> {
    const ids: number[] = [];
    for (const { name, number } of queues) {
      const known = await this.#queues.findOne({ where: { exchangeName: name }, transaction: tx });
      const row = known ?? (await this.#createQueue(name, number, actor, tx));
      ids.push(row.id);
    }
    return ids;
  }

  async #createQueue(name: string, number: string, actor: Actor, tx: Transaction): Promise<QueueRow> {
    const draft = { name, exchangeName: name, number, wrapUpSeconds: null };
    try {
      const row = await this.#queues.create(draft, { transaction: tx });
      await this.#noteQueue(row, null, actor, tx);
      return row;
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      // Somebody else was faster; only a locking read sees what was stored after this transaction began.
      // The refusal left a shared lock on that row; asking for more would deadlock with others in the same place.
      const where = { exchangeName: name };
      return this.#queues.findOne({ where, transaction: tx, lock: tx.LOCK.SHARE, rejectOnEmpty: true });
    }
  }

  async #toPeople(rows: readonly UserRow[], transaction?: Transaction): Promise<readonly Person[]> {
    if (rows.length === 0) return [];
    const memberships = await this.#db.sequelize.query<{ userId: number; name: string }>(
      'SELECT user_queues.user_id AS userId, queues.exchange_name AS name FROM user_queues ' +
        'JOIN queues ON queues.id = user_queues.queue_id WHERE user_queues.user_id IN (:ids) ORDER BY queues.exchange_name',
      {
        type: QueryTypes.SELECT,
        replacements: { ids: rows.map(({ id }) => id) },
        ...(transaction === undefined ? {} : { transaction }),
      },
    );
    return rows.map(({ id, name, login, isActive, profileId, exchangeLogin, extension, locality }) => {
      const queues = memberships.filter(({ userId }) => userId === id).map((membership) => membership.name);
      return { id, name, login, isActive, profileId, exchangeLogin, extension, locality, queues };
    });
  }

  async #note(
    action: 'associated' | 'synchronised' | 'dissociated',
    person: Person,
    after: Pick<Person, 'exchangeLogin' | 'extension' | 'locality' | 'queues'>,
    localPassword: string | null,
    actor: Actor,
    tx: Transaction,
  ): Promise<void> {
    await this.#audit.write(tx, {
      actor,
      action,
      subject: 'association',
      subjectId: person.id,
      subjectName: person.name,
      before: { ...importedFields(person), localPassword: null },
      after: { ...importedFields(after), localPassword },
    });
  }

  async #noteQueue(row: QueueRow, before: AuditFields | null, actor: Actor, tx: Transaction): Promise<void> {
    await this.#audit.write(tx, {
      actor,
      action: 'synchronised',
      subject: 'queue',
      subjectId: row.id,
      subjectName: row.name,
      before,
      after: queueFields(row),
    });
  }
}

const NOTHING_IMPORTED = { exchangeLogin: null, extension: null, locality: null, queues: [] } as const;

function importedFields(from: Pick<Person, 'exchangeLogin' | 'extension' | 'locality' | 'queues'>): AuditFields {
  const { exchangeLogin, extension, locality, queues } = from;
  return { exchangeLogin, extension, locality, queues: [...queues] };
}

function queueFields({ exchangeName, number, isActive }: QueueRow): AuditFields {
  return { exchangeName, number, isActive };
}

/** SQLite names the column, MariaDB the index, which Sequelize names after the column. */
function takenField(error: UniqueConstraintError): 'exchangeLogin' | 'extension' {
  const told = JSON.stringify([error.fields, error.errors.map((each) => each.path)]);
  return told.includes('exchange_login') ? 'exchangeLogin' : 'extension';
}

function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseError && 'code' in error.original && error.original.code === 'ER_LOCK_DEADLOCK';
}
