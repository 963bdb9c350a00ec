import {
  col,
  fn,
  Op,
  type CreationAttributes,
  type ModelStatic,
  type Order,
  type Transaction,
  type WhereOptions,
} from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import {
  changedFields,
  type AuditAction,
  type AuditEntry,
  type AuditFields,
  type AuditNote,
  type AuditPerson,
  type AuditRecord,
  type AuditSearch,
  type AuditSubject,
} from './audit.domain.js';
import { defineAuditModel, type AuditRow } from './audit.model.js';
import { type AuditRepository } from './audit.service.js';

const SUBJECT_NAME_MAX = 160;
const NEWEST: Order = [
  ['at', 'DESC'],
  ['id', 'DESC'],
];

/**
 * The audit trail's rows. Other repositories call `write` inside their own transaction, so that a change and its entry
 * are stored together or not at all.
 */
export class SequelizeAuditRepository implements AuditRepository {
  readonly #db: Database;
  readonly #entries: ModelStatic<AuditRow>;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#entries = defineAuditModel(db.sequelize);
    this.#now = now;
  }

  /** Writes nothing when `before` and `after` are there and equal. */
  async write(transaction: Transaction, ...notes: readonly AuditNote[]): Promise<void> {
    const at = this.#now();
    const rows = notes.flatMap((note) => {
      const fields = changedFields(note.before, note.after);
      if (fields === null) return [];
      return [toRow(note, at, fields)];
    });
    if (rows.length > 0) await this.#entries.bulkCreate(rows, { transaction });
  }

  async list(
    search: AuditSearch,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly total: number }> {
    const { rows, count } = await this.#entries.findAndCountAll({
      where: toWhere(search),
      order: NEWEST,
      ...page,
    });
    return { entries: rows.map(toEntry), total: count };
  }

  async record(note: AuditNote): Promise<AuditEntry> {
    const at = this.#now();
    const row = await this.#db.write((transaction) => this.#entries.create(toRow(note, at, note), { transaction }));
    return toEntry(row);
  }

  count(search: AuditSearch): Promise<number> {
    return this.#entries.count({ where: toWhere(search) });
  }

  async listBefore(search: AuditSearch, id: number, limit: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#entries.findAll({
      where: { [Op.and]: [toWhere(search), { id: { [Op.lt]: id } }] },
      order: [['id', 'DESC']],
      limit,
    });
    return rows.map(toEntry);
  }

  async people(): Promise<readonly AuditPerson[]> {
    // Both steps are answered by indexes, however long the trail is.
    const newest = await this.#entries.findAll({
      attributes: [[fn('MAX', col('id')), 'id']],
      group: ['user_id'],
      raw: true,
    });
    const rows = await this.#entries.findAll({
      attributes: ['userId', 'userName'],
      where: { id: newest.map(({ id }) => id) },
      order: [['userName', 'ASC']],
    });
    return rows.map(({ userId, userName }) => ({ userId: userId ?? 'system', name: userName }));
  }

  async deletedOf(records: readonly AuditRecord[]): Promise<readonly AuditRecord[]> {
    const bySubject = new Map<AuditSubject, Set<string>>();
    for (const { subject, subjectId } of records) {
      if (subjectId === null) continue;
      bySubject.set(subject, (bySubject.get(subject) ?? new Set()).add(subjectId));
    }
    if (bySubject.size === 0) return [];
    const action: AuditAction = 'deleted';
    const rows = await this.#entries.findAll({
      attributes: ['subject', 'subjectId'],
      where: { action, [Op.or]: [...bySubject].map(([subject, ids]) => ({ subject, subjectId: [...ids] })) },
    });
    return rows.map((row) => ({ subject: row.subject as AuditSubject, subjectId: row.subjectId }));
  }

  async last(subject: AuditSubject, subjectId: string | number | null): Promise<AuditEntry | null> {
    const row = await this.#entries.findOne({
      where: { subject, subjectId: subjectId === null ? null : String(subjectId) },
      order: [['id', 'DESC']],
    });
    return row === null ? null : toEntry(row);
  }
}

function toRow(note: AuditNote, at: Date, fields: Pick<AuditNote, 'before' | 'after'>): CreationAttributes<AuditRow> {
  return {
    at,
    userId: note.actor.userId,
    userName: note.actor.name,
    address: note.actor.address,
    action: note.action,
    subject: note.subject,
    subjectId: note.subjectId === null ? null : String(note.subjectId),
    subjectName: note.subjectName.slice(0, SUBJECT_NAME_MAX),
    before: toJson(fields.before),
    after: toJson(fields.after),
  };
}

function toJson(fields: AuditFields | null): string | null {
  return fields === null ? null : JSON.stringify(fields);
}

function toWhere(search: AuditSearch): WhereOptions<AuditRow> {
  const { text, subject, subjectId, action, userId, from, until } = search;
  const pattern = containing(text);
  return {
    ...(text === ''
      ? {}
      : {
          [Op.or]: [
            { userName: { [Op.like]: pattern } },
            { subjectName: { [Op.like]: pattern } },
            { address: { [Op.like]: pattern } },
          ],
        }),
    ...(subject === null ? {} : { subject }),
    ...(subjectId === null ? {} : { subjectId }),
    ...(action === null ? {} : { action }),
    ...(userId === null ? {} : { userId: userId === 'system' ? null : userId }),
    ...(from === null && until === null
      ? {}
      : { at: { ...(from === null ? {} : { [Op.gte]: from }), ...(until === null ? {} : { [Op.lt]: until }) } }),
  };
}

function toEntry(row: AuditRow): AuditEntry {
  const { id, at, userId, userName, address, action, subject, subjectId, subjectName, before, after } = row;
  return {
    id,
    at,
    actor: { userId, name: userName, address },
    action: action as AuditAction,
    subject: subject as AuditSubject,
    subjectId,
    subjectName,
    before: before === null ? null : (JSON.parse(before) as AuditFields),
    after: after === null ? null : (JSON.parse(after) as AuditFields),
  };
}
