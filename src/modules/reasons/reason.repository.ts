import { Op, QueryTypes, UniqueConstraintError, type ModelStatic, type Transaction } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import {
  movedOrder,
  REASON_TYPES,
  type MoveDirection,
  type Reason,
  type ReasonDraft,
  type ReasonSearch,
  type ReasonType,
  type RemovedReasons,
} from './reason.domain.js';
import { defineReasonModel, type ReasonRow } from './reason.model.js';
import { type ReasonRepository } from './reason.service.js';

type KeyedDraft = ReasonDraft & { readonly nameKey: string };

const IN_ORDER: [string, string][] = [
  ['position', 'ASC'],
  ['name', 'ASC'],
  ['id', 'ASC'],
];

export class SequelizeReasonRepository implements ReasonRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #reasons: ModelStatic<ReasonRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#reasons = defineReasonModel(db.sequelize);
  }

  async list(type: ReasonType): Promise<readonly Reason[]> {
    return (await this.#reasons.findAll({ where: { type }, order: IN_ORDER })).map(toReason);
  }

  async search({ text, type, isActive }: ReasonSearch): Promise<readonly Reason[]> {
    const rows = await this.#reasons.findAll({
      where: {
        type: type ?? { [Op.in]: [...REASON_TYPES] },
        ...(isActive === null ? {} : { isActive }),
        ...(text === '' ? {} : { nameKey: { [Op.like]: containing(text) } }),
      },
      order: [['isActive', 'DESC'], ...IN_ORDER],
    });
    const reasons = rows.map(toReason);
    return REASON_TYPES.flatMap((each) => reasons.filter((reason) => reason.type === each));
  }

  async find(id: number): Promise<Reason | null> {
    const row = await this.#reasons.findByPk(id);
    return row === null ? null : toReason(row);
  }

  async usedAmong(ids: readonly number[]): Promise<ReadonlySet<number>> {
    const used = await Promise.all(ids.map(async (id) => ((await this.#isUsed(id)) ? [id] : [])));
    return new Set(used.flat());
  }

  insert(type: ReasonType, draft: KeyedDraft, actor: Actor): Promise<Reason> {
    return this.#named(() =>
      this.#db.write(async (transaction) => {
        const last: number | null = await this.#reasons.max('position', { where: { type }, transaction });
        const row = await this.#reasons.create(
          { type, ...fieldsOf(type, draft), position: (last ?? -1) + 1 },
          { transaction },
        );
        const reason = toReason(row);
        await this.#audit.write(transaction, {
          ...noteOf(reason, actor),
          action: 'created',
          before: null,
          after: toFields(reason),
        });
        return reason;
      }),
    );
  }

  update(
    { id, version }: { readonly id: number; readonly version: number },
    draft: KeyedDraft,
    actor: Actor,
  ): Promise<Reason> {
    return this.#named(() =>
      this.#db.write(async (transaction) => {
        const before = await this.#require(id, transaction);
        const changes = fieldsOf(before.type, draft);
        await updateVersioned(this.#reasons, { id, version }, { ...changes }, transaction);
        const { name, timeLimitSeconds, isProductive } = changes;
        const after: Reason = { ...before, name, timeLimitSeconds, isProductive, version: version + 1 };
        await this.#note(transaction, before, after, 'changed', actor);
        return after;
      }),
    );
  }

  restore(id: number, actor: Actor): Promise<Reason> {
    return this.#db.write(async (transaction) => {
      const before = await this.#require(id, transaction);
      return this.#setActive(before, true, actor, transaction);
    });
  }

  async move(id: number, direction: MoveDirection, actor: Actor): Promise<Reason> {
    return this.#db.write(async (transaction) => {
      const before = await this.#require(id, transaction);
      // Locked, so that two who move at once move one after the other, and no two reasons end at one place.
      const rows = await this.#reasons.findAll({
        where: { type: before.type },
        order: IN_ORDER,
        transaction,
        lock: transaction.LOCK.UPDATE,
      });
      const order = movedOrder(rows, id, direction);
      for (const row of rows) {
        const position = order.indexOf(row.id);
        if (row.position !== position) await row.update({ position }, { transaction });
      }
      const after: Reason = { ...before, position: order.indexOf(id) };
      const isMoved = rows.findIndex((row) => row.id === id) !== after.position;
      if (isMoved) await this.#note(transaction, before, after, 'changed', actor);
      return after;
    });
  }

  async remove(ids: readonly number[], actor: Actor, isHeld: (id: number) => boolean): Promise<RemovedReasons> {
    return this.#db.write(async (transaction) => {
      const rows = await this.#reasons.findAll({
        where: { id: { [Op.in]: ids } },
        order: [['name', 'ASC']],
        transaction,
        lock: transaction.LOCK.UPDATE,
      });
      const removed: string[] = [];
      const retired: string[] = [];
      for (const row of rows) {
        const reason = toReason(row);
        if ((await this.#isUsed(reason.id, transaction)) || isHeld(reason.id)) {
          await this.#setActive(reason, false, actor, transaction);
          retired.push(reason.name);
          continue;
        }
        await row.destroy({ transaction });
        await this.#note(transaction, reason, null, 'deleted', actor);
        removed.push(reason.name);
      }
      return { removed, retired };
    });
  }

  async #setActive(before: Reason, isActive: boolean, actor: Actor, transaction: Transaction): Promise<Reason> {
    if (before.isActive === isActive) return before;
    const after: Reason = { ...before, isActive, version: before.version + 1 };
    await this.#reasons.update({ isActive, version: after.version }, { where: { id: before.id }, transaction });
    await this.#note(transaction, before, after, isActive ? 'activated' : 'deactivated', actor);
    return after;
  }

  /** Whether an attendance or an interval of an agent is for it, or an agent's stored state has it now or next. */
  async #isUsed(id: number, transaction?: Transaction): Promise<boolean> {
    const { sequelize } = this.#db;
    const options = { type: QueryTypes.SELECT, transaction: transaction ?? null } as const;
    const intervals = await sequelize.query('SELECT id FROM agent_intervals WHERE reason_id = :id LIMIT 1', {
      ...options,
      replacements: { id },
    });
    if (intervals.length > 0) return true;
    for (const column of ['subject_reason_id', 'outcome_reason_id']) {
      const attendances = await sequelize.query(`SELECT id FROM attendances WHERE ${column} = :id LIMIT 1`, {
        ...options,
        replacements: { id },
      });
      if (attendances.length > 0) return true;
    }
    const states = await sequelize.query<{ state: string }>('SELECT state FROM agent_states WHERE state LIKE :mark', {
      ...options,
      replacements: { mark: `%"id":${String(id)},%` },
    });
    return states.length > 0;
  }

  async #note(
    transaction: Transaction,
    before: Reason,
    after: Reason | null,
    action: 'changed' | 'deleted' | 'activated' | 'deactivated',
    actor: Actor,
  ): Promise<void> {
    await this.#audit.write(transaction, {
      ...noteOf(after ?? before, actor),
      action,
      before: toFields(before),
      after: after === null ? null : toFields(after),
    });
  }

  async #require(id: number, transaction: Transaction): Promise<Reason> {
    const row = await this.#reasons.findByPk(id, { transaction });
    if (row === null) throw new DomainError('not-found', 'errors:no-such-record');
    return toReason(row);
  }

  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      throw new DomainError('conflict', 'reasons:name-taken', { cause: error, field: 'name' });
    }
  }
}

/** Time limits and productivity are of pauses. */
function fieldsOf(type: ReasonType, { name, nameKey, timeLimitSeconds, isProductive }: KeyedDraft): KeyedDraft {
  return type === 'pause'
    ? { name, nameKey, timeLimitSeconds, isProductive }
    : { name, nameKey, timeLimitSeconds: null, isProductive: false };
}

function toReason(row: ReasonRow): Reason {
  const { id, type, name, timeLimitSeconds, isProductive, isActive, position, version } = row;
  return { id, type: type as ReasonType, name, timeLimitSeconds, isProductive, isActive, position, version };
}

function noteOf(
  { id, name }: Reason,
  actor: Actor,
): { readonly actor: Actor; readonly subject: 'reason'; readonly subjectId: number; readonly subjectName: string } {
  return { actor, subject: 'reason', subjectId: id, subjectName: name };
}

function toFields({ type, name, timeLimitSeconds, isProductive, isActive, position }: Reason): AuditFields {
  return { type, name, timeLimitSeconds, isProductive, isActive, position };
}
