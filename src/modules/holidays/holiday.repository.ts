import { UniqueConstraintError, type ModelStatic, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { textKey } from '../../shared/text-key.js';
import { type Actor, type AuditAction, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import { type Holiday, type HolidayDraft, type HolidayKind } from './holiday.domain.js';
import { defineHolidayModel, type HolidayRow } from './holiday.model.js';
import { type HolidayRepository } from './holiday.service.js';

export class SequelizeHolidayRepository implements HolidayRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #holidays: ModelStatic<HolidayRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#holidays = defineHolidayModel(db.sequelize);
  }

  async list(): Promise<readonly Holiday[]> {
    return (await this.#holidays.findAll({ order: [['day', 'ASC']] })).map(toHoliday);
  }

  async find(id: number): Promise<Holiday | null> {
    const row = await this.#holidays.findByPk(id);
    return row === null ? null : toHoliday(row);
  }

  insert(draft: HolidayDraft, actor: Actor): Promise<void> {
    return this.#write((transaction) => this.#create(draft, actor, transaction));
  }

  insertMissing(drafts: readonly HolidayDraft[], actor: Actor): Promise<number> {
    return this.#write(async (transaction) => {
      const rows = await this.#holidays.findAll({ where: { day: drafts.map(({ day }) => day) }, transaction });
      const there = new Set(rows.map(({ day, nameKey }) => `${day} ${nameKey}`));
      const missing = drafts.filter(({ day, name }) => !there.has(`${day} ${textKey(name)}`));
      for (const draft of missing) await this.#create(draft, actor, transaction);
      return missing.length;
    });
  }

  save(holiday: { readonly id: number; readonly version: number }, draft: HolidayDraft, actor: Actor): Promise<void> {
    return this.#write(async (transaction) => {
      const row = await this.#holidays.findByPk(holiday.id, { transaction });
      if (row === null) throw new DomainError('not-found', 'errors:no-such-record');
      const before = toAudit(row);
      await updateVersioned(this.#holidays, holiday, { ...draft, nameKey: textKey(draft.name) }, transaction);
      await this.#note('changed', holiday.id, draft.name, before, toAudit(draft), actor, transaction);
    });
  }

  remove(ids: readonly number[], actor: Actor): Promise<void> {
    return this.#write(async (transaction) => {
      const rows = await this.#holidays.findAll({ where: { id: [...ids] }, transaction });
      for (const row of rows) {
        await row.destroy({ transaction });
        await this.#note('deleted', row.id, row.name, toAudit(row), null, actor, transaction);
      }
    });
  }

  async #create(draft: HolidayDraft, actor: Actor, transaction: Transaction): Promise<void> {
    const row = await this.#holidays.create({ ...draft, nameKey: textKey(draft.name) }, { transaction });
    await this.#note('created', row.id, draft.name, null, toAudit(draft), actor, transaction);
  }

  #note(
    action: AuditAction,
    subjectId: number,
    subjectName: string,
    before: AuditFields | null,
    after: AuditFields | null,
    actor: Actor,
    transaction: Transaction,
  ): Promise<void> {
    return this.#audit.write(transaction, {
      actor,
      action,
      subject: 'holiday',
      subjectId,
      subjectName,
      before,
      after,
    });
  }

  async #write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.#db.write(work);
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      throw new DomainError('conflict', 'holidays:error.taken', { cause: error, field: 'name' });
    }
  }
}

function toHoliday({ id, day, name, kind, version }: HolidayRow): Holiday {
  return { id, day, name, kind: kind as HolidayKind, version };
}

function toAudit({ day, name, kind }: { day: string; name: string; kind: string }): AuditFields {
  return { date: day, name, kind };
}
