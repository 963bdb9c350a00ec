import {
  Op,
  UniqueConstraintError,
  type Model,
  type ModelStatic,
  type Transaction,
  type WhereOptions,
} from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { type Actor, type AuditFields, type AuditSubject, type SequelizeAuditRepository } from '../audit/index.js';
import { type Entry, type RecordKey } from './exchange-admin.domain.js';
import { type DirectorySection } from './exchange-admin.port.js';

type Row = Model & { readonly id: number; readonly version: number; readonly name: string };

/** What makes one kind of record different from another. */
export interface SectionRules<R extends Row, E extends Entry, Fields> {
  readonly model: ModelStatic<R>;
  readonly subject: AuditSubject;
  /** Attributes that are searched; the first is the order. */
  readonly searched: readonly string[];
  /** Attributes with a unique index, and the message for each. */
  readonly unique: Readonly<
    Record<
      string,
      'exchange-admin:error.name-taken' | 'exchange-admin:error.login-taken' | 'exchange-admin:error.number-taken'
    >
  >;
  readonly toEntries: (rows: readonly R[], transaction?: Transaction) => Promise<readonly E[]>;
  /** The row's own attributes. */
  readonly toColumns: (fields: Fields) => Readonly<Record<string, unknown>>;
  /** `fields` is null for what was, and for what is deleted. */
  readonly toAudit: (entry: E, fields: Fields | null, transaction: Transaction) => Promise<AuditFields> | AuditFields;
  /** Throws what forbids it. */
  readonly check?: (fields: Fields, id: number | null, transaction: Transaction) => Promise<void>;
  /** Writes what is kept in other tables. `before` is null for a new record. */
  readonly written?: (id: number, fields: Fields, before: E | null, transaction: Transaction) => Promise<void>;
  /** Throws what forbids it. */
  readonly checkRemoval?: (entry: E, transaction: Transaction) => Promise<void>;
}

/** Records of one kind: the same rules for all of them about conflicts, versions and the audit trail. */
export class SequelizeSection<R extends Row, E extends Entry, Fields> implements DirectorySection<E, Fields> {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #rules: SectionRules<R, E, Fields>;

  constructor(db: Database, audit: SequelizeAuditRepository, rules: SectionRules<R, E, Fields>) {
    this.#db = db;
    this.#audit = audit;
    this.#rules = rules;
  }

  async list(
    text: string,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly entries: readonly E[]; readonly total: number }> {
    const { model, searched, toEntries } = this.#rules;
    const order = searched[0] ?? 'id';
    const like = { [Op.like]: containing(text) };
    const where = { [Op.or]: searched.map((attribute) => ({ [attribute]: like })) } as WhereOptions;
    // Sorted here: SQLite compares bytes, and puts "Érica" behind everyone. A directory of an exchange is small.
    const found = await model.findAll({ attributes: ['id', order], ...(text === '' ? {} : { where }) });
    const ids = sorted(found, order)
      .slice(page.offset, page.offset + page.limit)
      .map(({ id }) => id);
    const rows = await model.findAll({ where: { id: ids } as WhereOptions });
    return { entries: await toEntries(sorted(rows, order)), total: found.length };
  }

  async all(): Promise<readonly E[]> {
    const { model, searched, toEntries } = this.#rules;
    return toEntries(sorted(await model.findAll(), searched[0] ?? 'id'));
  }

  find(id: number): Promise<E | null> {
    return this.#find(id);
  }

  insert(fields: Fields, actor: Actor): Promise<void> {
    const { model, toColumns, check, written } = this.#rules;
    return this.#write(async (transaction) => {
      await check?.(fields, null, transaction);
      const row = await model.create(toColumns(fields) as never, { transaction });
      await written?.(row.id, fields, null, transaction);
      await this.#note('created', row.id, null, fields, actor, transaction);
    });
  }

  save(key: RecordKey, fields: Fields, actor: Actor): Promise<void> {
    const { model, toColumns, check, written } = this.#rules;
    return this.#write(async (transaction) => {
      const before = await this.#find(key.id, transaction);
      if (before === null) throw new DomainError('not-found', 'errors:no-such-record');
      await check?.(fields, key.id, transaction);
      await updateVersioned(model, key, toColumns(fields), transaction);
      await written?.(key.id, fields, before, transaction);
      await this.#note('changed', key.id, before, fields, actor, transaction);
    });
  }

  remove(ids: readonly number[], actor: Actor): Promise<void> {
    const { model, toEntries, checkRemoval, subject, toAudit } = this.#rules;
    return this.#write(async (transaction) => {
      const rows = await model.findAll({ where: { id: [...ids] } as never, transaction });
      for (const entry of await toEntries(rows, transaction)) {
        await checkRemoval?.(entry, transaction);
        await model.destroy({ where: { id: entry.id } as never, transaction });
        await this.#audit.write(transaction, {
          actor,
          action: 'deleted',
          subject,
          subjectId: entry.id,
          subjectName: entry.name,
          before: await toAudit(entry, null, transaction),
          after: null,
        });
      }
    });
  }

  async #find(id: number, transaction?: Transaction): Promise<E | null> {
    const { model, toEntries } = this.#rules;
    const row = await model.findByPk(id, transaction === undefined ? {} : { transaction });
    return row === null ? null : ((await toEntries([row], transaction))[0] ?? null);
  }

  async #note(
    action: 'created' | 'changed',
    id: number,
    before: E | null,
    fields: Fields,
    actor: Actor,
    transaction: Transaction,
  ): Promise<void> {
    const after = await this.#find(id, transaction);
    if (after === null) return;
    await this.#audit.write(transaction, {
      actor,
      action,
      subject: this.#rules.subject,
      subjectId: id,
      subjectName: after.name,
      before: before === null ? null : await this.#rules.toAudit(before, null, transaction),
      after: await this.#rules.toAudit(after, fields, transaction),
    });
  }

  async #write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.#db.write(work);
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      // SQLite names the column, MariaDB the index, which is named after it.
      const named = error.errors.map(({ path }) => path ?? '').join(' ');
      const found = Object.entries(this.#rules.unique).find(([attribute]) => named.includes(attribute));
      if (found === undefined) throw error;
      throw new DomainError('conflict', found[1], { cause: error, field: found[0] });
    }
  }
}

const byText = new Intl.Collator('pt-BR', { numeric: true });

/** As people look a name up: É beside E, capitals beside small letters. */
function sorted<R extends Row>(rows: readonly R[], attribute: string): readonly R[] {
  const textOf = (row: R): string => String(row.get(attribute));
  return [...rows].sort((a, b) => byText.compare(textOf(a), textOf(b)));
}
