import { col, fn, Op, where, type IncludeOptions, type WhereOptions } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import {
  ACTIVE_STATES,
  ENDED_STATES,
  isWaiting,
  OPEN_STATES,
  WAITING_STATES,
  type AttemptChange,
  type Callback,
  type CallbackAttempt,
  type CallbackDraft,
} from './callback.domain.js';
import {
  defineCallbackModels,
  type CallbackAttemptRow,
  type CallbackModels,
  type CallbackRow,
} from './callback.model.js';
import {
  type CallbackClaim,
  type CallbackFilter,
  type CallbackPage,
  type CallbackRepository,
} from './callback.port.js';

const NAMES: IncludeOptions[] = [{ association: 'customer' }, { association: 'owner' }];
const IN_ORDER: [string, 'ASC'][] = [
  ['dueAt', 'ASC'],
  ['id', 'ASC'],
];

export class SequelizeCallbackRepository implements CallbackRepository {
  readonly #db: Database;
  readonly #models: CallbackModels;

  constructor(db: Database) {
    this.#db = db;
    this.#models = defineCallbackModels(db.sequelize);
  }

  async insert(draft: CallbackDraft, maxOpen: number): Promise<Callback | null> {
    const { callbacks, users } = this.#models;
    const id = await this.#db.write(async (transaction) => {
      // Of one owner one booking at a time, or two at once would both find room for the last one.
      if (draft.ownerId !== null) await users.findByPk(draft.ownerId, { lock: true, transaction });
      const open = await callbacks.findAll({
        where: { ownerId: draft.ownerId, state: [...OPEN_STATES] },
        transaction,
      });
      const same = open.find((row) => row.number === draft.number && row.dueAt.getTime() === draft.dueAt);
      if (same !== undefined) return same.id;
      if (open.length >= maxOpen) return null;
      const { dueAt, windowEndAt, nextAttemptAt, updatedAt, ...fields } = draft;
      const row = await callbacks.create(
        {
          ...fields,
          dueAt: new Date(dueAt),
          windowEndAt: new Date(windowEndAt),
          nextAttemptAt: new Date(nextAttemptAt),
          createdAt: new Date(updatedAt),
          updatedAt: new Date(updatedAt),
          state: 'scheduled',
          reason: null,
          attempts: 0,
          claimedBy: null,
          claimedUntil: null,
          version: 0,
        },
        { transaction },
      );
      return row.id;
    });
    return id === null ? null : this.find(id);
  }

  async find(id: number): Promise<Callback | null> {
    const row = await this.#models.callbacks.findByPk(id, { include: NAMES });
    return row === null ? null : toCallback(row);
  }

  async findByCall(callId: string): Promise<{ callback: Callback; attempt: CallbackAttempt } | null> {
    const attempt = await this.#models.attempts.findOne({ where: { callId } });
    if (attempt === null) return null;
    const callback = await this.find(attempt.callbackId);
    return callback === null ? null : { callback, attempt: toAttempt(attempt) };
  }

  async openAttempt(callbackId: number): Promise<CallbackAttempt | null> {
    const row = await this.#models.attempts.findOne({ where: { callbackId, result: null }, order: [['n', 'DESC']] });
    return row === null ? null : toAttempt(row);
  }

  waiting(before: number): Promise<readonly Callback[]> {
    return this.#find({ state: [...WAITING_STATES], nextAttemptAt: { [Op.lte]: new Date(before) } });
  }

  active(): Promise<readonly Callback[]> {
    return this.#find({ state: [...ACTIVE_STATES] });
  }

  changedSince(moment: number): Promise<readonly Callback[]> {
    return this.#find({ updatedAt: { [Op.gte]: new Date(moment) } });
  }

  ofOwner(ownerId: number, endedSince: number): Promise<readonly Callback[]> {
    return this.#find({
      ownerId,
      [Op.or]: [
        { state: [...OPEN_STATES] },
        { state: [...ENDED_STATES], updatedAt: { [Op.gte]: new Date(endedSince) } },
      ],
    });
  }

  async list(filter: CallbackFilter): Promise<CallbackPage> {
    const conditions: WhereOptions[] = [];
    if (filter.states !== null) conditions.push({ state: [...filter.states] });
    if (filter.customerId !== undefined) conditions.push({ customerId: filter.customerId });
    if (filter.search.trim() !== '') conditions.push(matching(filter.search.trim()));
    const { rows, count } = await this.#models.callbacks.findAndCountAll({
      where: { [Op.and]: conditions },
      include: NAMES,
      order: [
        ['dueAt', 'DESC'],
        ['id', 'DESC'],
      ],
      limit: filter.pageSize,
      offset: (filter.page - 1) * filter.pageSize,
      subQuery: false,
    });
    const attempts = await this.#models.attempts.findAll({
      where: { callbackId: rows.map(({ id }) => id) },
      order: [['n', 'ASC']],
    });
    return {
      rows: rows.map((row) => ({
        callback: toCallback(row),
        attempts: attempts.filter(({ callbackId }) => callbackId === row.id).map(toAttempt),
      })),
      total: count,
    };
  }

  save(next: Callback, attempt: AttemptChange | null): Promise<boolean> {
    const { callbacks, attempts } = this.#models;
    return this.#db.write(async (transaction) => {
      const [changed] = await callbacks.update(toColumns(next), {
        where: { id: next.id, version: next.version - 1 },
        transaction,
      });
      if (changed !== 1) return false;
      if (attempt !== null) {
        await attempts.update(toAttemptColumns(attempt), { where: { callbackId: next.id, result: null }, transaction });
      }
      return true;
    });
  }

  claim({ next, callId }: CallbackClaim): Promise<CallbackAttempt | null> {
    const { callbacks, attempts } = this.#models;
    return this.#db.write(async (transaction) => {
      // A row that another is about to claim is passed over, not waited for. SQLite knows no row locks: there writes take
      // turns, and the condition on the version below is the judge on every database.
      const row = await callbacks.findByPk(next.id, { lock: true, skipLocked: true, transaction });
      if (row?.version !== next.version - 1 || !isWaiting(row.state)) return null;
      const [changed] = await callbacks.update(toColumns(next), {
        where: { id: next.id, version: next.version - 1 },
        transaction,
      });
      if (changed !== 1) return null;
      const open = await attempts.findOne({ where: { callbackId: next.id, result: null }, transaction });
      if (open !== null) return toAttempt(open);
      const last = await attempts.max<number | null, CallbackAttemptRow>('n', {
        where: { callbackId: next.id },
        transaction,
      });
      const attempt = await attempts.create(
        {
          callbackId: next.id,
          n: (last ?? 0) + 1,
          callId,
          agentId: next.ownerId,
          offeredAt: new Date(next.updatedAt),
          acceptedAt: null,
          answeredAt: null,
          endedAt: null,
          result: null,
        },
        { transaction },
      );
      return toAttempt(attempt);
    });
  }

  async #find(condition: WhereOptions<CallbackRow>): Promise<readonly Callback[]> {
    const rows = await this.#models.callbacks.findAll({ where: condition, include: NAMES, order: IN_ORDER });
    return rows.map(toCallback);
  }
}

/** By position and not LIKE, in which what a person types could be a wildcard. */
function matching(search: string): WhereOptions {
  const inName = where(fn('INSTR', fn('LOWER', col('customer.name')), search.toLowerCase()), { [Op.gt]: 0 });
  const digits = search.replace(/\D/g, '');
  if (digits === '') return inName;
  return { [Op.or]: [inName, where(fn('INSTR', col('Callback.number'), digits), { [Op.gt]: 0 })] };
}

function toColumns(
  next: Callback,
): Pick<
  CallbackRow,
  'state' | 'reason' | 'attempts' | 'nextAttemptAt' | 'claimedBy' | 'claimedUntil' | 'version' | 'updatedAt'
> {
  return {
    state: next.state,
    reason: next.reason,
    attempts: next.attempts,
    nextAttemptAt: new Date(next.nextAttemptAt),
    claimedBy: next.claimedBy,
    claimedUntil: next.claimedUntil === null ? null : new Date(next.claimedUntil),
    version: next.version,
    updatedAt: new Date(next.updatedAt),
  };
}

function toAttemptColumns(
  change: AttemptChange,
): Partial<Pick<CallbackAttemptRow, 'acceptedAt' | 'answeredAt' | 'endedAt' | 'result'>> {
  const date = (value: number | null): Date | null => (value === null ? null : new Date(value));
  return {
    ...(change.acceptedAt === undefined ? {} : { acceptedAt: date(change.acceptedAt) }),
    ...(change.answeredAt === undefined ? {} : { answeredAt: date(change.answeredAt) }),
    ...(change.endedAt === undefined ? {} : { endedAt: date(change.endedAt) }),
    ...(change.result === undefined ? {} : { result: change.result }),
  };
}

function toCallback(row: CallbackRow): Callback {
  return {
    id: row.id,
    number: row.number,
    customerId: row.customerId,
    customerName: row.customer?.name ?? null,
    ownerId: row.ownerId,
    ownerName: row.owner?.name ?? null,
    queueId: row.queueId,
    attendanceId: row.attendanceId,
    createdBy: row.createdBy,
    dueAt: row.dueAt.getTime(),
    windowEndAt: row.windowEndAt.getTime(),
    timeZone: row.timeZone,
    notes: row.notes,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    maxAttempts: row.maxAttempts,
    nextAttemptAt: row.nextAttemptAt.getTime(),
    claimedBy: row.claimedBy,
    claimedUntil: row.claimedUntil?.getTime() ?? null,
    version: row.version,
    updatedAt: row.updatedAt.getTime(),
  };
}

function toAttempt(row: CallbackAttemptRow): CallbackAttempt {
  return {
    callbackId: row.callbackId,
    n: row.n,
    callId: row.callId,
    agentId: row.agentId,
    offeredAt: row.offeredAt.getTime(),
    acceptedAt: row.acceptedAt?.getTime() ?? null,
    answeredAt: row.answeredAt?.getTime() ?? null,
    endedAt: row.endedAt?.getTime() ?? null,
    result: row.result,
  };
}
