import { Op, UniqueConstraintError, type ModelStatic, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError } from '../../platform/errors.js';
import { type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import { lockCustomers, mergeCustomers, tiesOf } from './customer-merge.repository.js';
import { searchKey } from '../../shared/text-key.js';
import {
  hasTies,
  type Customer,
  type CustomerFields,
  type CustomerPage,
  type CustomerSearch,
} from './customer.domain.js';
import {
  defineCustomerModel,
  defineCustomerPhoneModel,
  type CustomerPhoneRow,
  type CustomerRow,
} from './customer.model.js';
import { toWhere } from './customer-search.repository.js';
import { type CustomerRepository, type MergeOrder } from './customer.service.js';

/** What stood in the way may be gone when it is looked for; then it is tried once more. */
const WRITE_TRIES = 2;

export class SequelizeCustomerRepository implements CustomerRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #customers: ModelStatic<CustomerRow>;
  readonly #phones: ModelStatic<CustomerPhoneRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#customers = defineCustomerModel(db.sequelize);
    this.#phones = defineCustomerPhoneModel(db.sequelize);
  }

  find(id: number): Promise<Customer | null> {
    return this.#read(id);
  }

  async findByNumber(number: string): Promise<Customer | null> {
    const phone = await this.#phones.findOne({ where: { number } });
    return phone === null ? null : this.find(phone.customerId);
  }

  async findByDocument(document: string): Promise<Customer | null> {
    const row = await this.#customers.findOne({ where: { document } });
    return row === null ? null : ((await this.#withNumbers([row]))[0] ?? null);
  }

  async list(search: CustomerSearch): Promise<CustomerPage> {
    const { page, pageSize } = search;
    const condition = toWhere(search, this.#db.sequelize);
    // The ids alone: the index of the name answers that, without a look at each of a hundred thousand rows.
    const found = await this.#customers.findAll({
      attributes: ['id'],
      where: condition,
      order: [
        ['nameKey', 'ASC'],
        ['id', 'ASC'],
      ],
      limit: pageSize,
      offset: (page - 1) * pageSize,
    });
    const isAll = page === 1 && found.length < pageSize;
    const total = isAll ? found.length : await this.#customers.count({ where: condition });
    const rows = await this.#customers.findAll({ where: { id: { [Op.in]: found.map(({ id }) => id) } } });
    const inOrder = found.flatMap(({ id }) => rows.find((row) => row.id === id) ?? []);
    return { customers: await this.#withNumbers(inOrder), total };
  }

  create(fields: CustomerFields, actor: Actor): Promise<Customer> {
    return this.#writing(null, fields, async (transaction) => {
      const row = await this.#customers.create(toColumns(fields), { transaction });
      await this.#addNumbers(row.id, fields.numbers, transaction);
      const customer = { ...fields, id: row.id, version: 0 };
      await this.#note(actor, 'created', null, customer, transaction);
      return customer;
    });
  }

  update(id: number, version: number, fields: CustomerFields, actor: Actor): Promise<Customer> {
    return this.#writing(id, fields, async (transaction) => {
      const before = await this.#read(id, transaction);
      if (before === null) throw notThere();
      await updateVersioned(this.#customers, { id, version }, toColumns(fields), transaction);
      await this.#setNumbers(before, fields.numbers, transaction);
      const after = { ...fields, id, version: version + 1 };
      await this.#note(actor, 'changed', before, after, transaction);
      return after;
    });
  }

  async addNumber(id: number, number: string, actor: Actor): Promise<Customer> {
    const known = await this.find(id);
    if (known === null) throw notThere();
    const numbers = [...new Set([...known.numbers, number])];
    return this.#writing(id, { ...known, numbers }, async (transaction) => {
      await lockCustomers(this.#customers, [id], transaction);
      const before = await this.#read(id, transaction);
      if (before === null) throw notThere();
      if (before.numbers.includes(number)) return before;
      await updateVersioned(this.#customers, before, {}, transaction);
      await this.#addNumbers(id, [number], transaction);
      const after = { ...before, version: before.version + 1, numbers: [...before.numbers, number] };
      await this.#note(actor, 'changed', before, after, transaction);
      return after;
    });
  }

  remove(ids: readonly number[], actor: Actor): Promise<void> {
    return this.#db.write(async (transaction) => {
      // Locked, so that a call that begins now waits, and is then known to have nobody; see `tiesOf`.
      await lockCustomers(this.#customers, ids, transaction);
      for (const id of ids) {
        const customer = await this.#read(id, transaction);
        if (customer === null) continue;
        if (hasTies(await tiesOf(this.#db.sequelize, id, transaction))) {
          throw new DomainError('conflict', 'customers:error.has-ties', { params: { name: customer.name } });
        }
        await this.#customers.destroy({ where: { id }, transaction });
        await this.#note(actor, 'deleted', customer, null, transaction);
      }
    });
  }

  async idsWithTies(ids: readonly number[]): Promise<ReadonlySet<number>> {
    const withTies = new Set<number>();
    for (const id of ids) if (hasTies(await tiesOf(this.#db.sequelize, id))) withTies.add(id);
    return withTies;
  }

  merge(order: MergeOrder, actor: Actor): Promise<Customer> {
    const { keepId, goneId } = order;
    return mergeCustomers(
      {
        db: this.#db,
        customers: this.#customers,
        phones: this.#phones,
        audit: this.#audit,
        read: (id, transaction) => this.#read(id, transaction),
        toColumns,
        toAudit,
      },
      { keepId, goneId, order, actor },
    );
  }

  /** A document or a number that another has: the index says so, and then it is looked who. */
  async #writing<T>(
    ownId: number | null,
    fields: CustomerFields,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#db.write(work);
      } catch (error) {
        if (!(error instanceof UniqueConstraintError)) throw error;
        const conflict = await this.#conflictOf(ownId, fields);
        if (conflict !== null) throw conflict;
        if (tries === WRITE_TRIES) throw error;
      }
    }
  }

  async #conflictOf(ownId: number | null, { document, numbers }: CustomerFields): Promise<DomainError | null> {
    const other = document === null ? null : await this.findByDocument(document);
    if (other !== null && other.id !== ownId) {
      const params = { name: other.name };
      return new DomainError('conflict', 'customers:error.document-taken', { field: 'document', params });
    }
    for (const number of numbers) {
      const owner = await this.findByNumber(number);
      if (owner === null || owner.id === ownId) continue;
      const params = { name: owner.name, number };
      return new DomainError('conflict', 'customers:error.number-taken', { field: 'numbers', params });
    }
    return null;
  }

  async #setNumbers(before: Customer, numbers: readonly string[], transaction: Transaction): Promise<void> {
    const gone = before.numbers.filter((number) => !numbers.includes(number));
    if (gone.length > 0) {
      await this.#phones.destroy({ where: { customerId: before.id, number: { [Op.in]: gone } }, transaction });
    }
    const added = numbers.filter((number) => !before.numbers.includes(number));
    await this.#addNumbers(before.id, added, transaction);
  }

  async #addNumbers(customerId: number, numbers: readonly string[], transaction: Transaction): Promise<void> {
    if (numbers.length === 0) return;
    await this.#phones.bulkCreate(
      numbers.map((number) => ({ customerId, number })),
      { transaction },
    );
  }

  async #note(
    actor: Actor,
    action: 'created' | 'changed' | 'deleted',
    before: Customer | null,
    after: Customer | null,
    transaction: Transaction,
  ): Promise<void> {
    const { id, name } = after ?? before ?? { id: null, name: '' };
    await this.#audit.write(transaction, {
      actor,
      action,
      subject: 'customer',
      subjectId: id,
      subjectName: name,
      before: before === null ? null : toAudit(before),
      after: after === null ? null : toAudit(after),
    });
  }

  async #read(id: number, transaction?: Transaction): Promise<Customer | null> {
    const row = await this.#customers.findByPk(id, transaction === undefined ? {} : { transaction });
    return row === null ? null : ((await this.#withNumbers([row], transaction))[0] ?? null);
  }

  async #withNumbers(rows: readonly CustomerRow[], transaction?: Transaction): Promise<readonly Customer[]> {
    if (rows.length === 0) return [];
    const phones = await this.#phones.findAll({
      where: { customerId: { [Op.in]: rows.map((row) => row.id) } },
      order: [['id', 'ASC']],
      ...(transaction === undefined ? {} : { transaction }),
    });
    return rows.map(({ id, name, document, email, notes, version }) => ({
      id,
      name,
      document,
      email,
      notes,
      numbers: phones.filter((phone) => phone.customerId === id).map((phone) => phone.number),
      version,
    }));
  }
}

function notThere(): DomainError {
  return new DomainError('not-found', 'errors:no-such-record');
}

function toColumns({
  name,
  document,
  email,
  notes,
}: CustomerFields): Pick<CustomerRow, 'name' | 'nameKey' | 'document' | 'email' | 'notes'> {
  return { name, nameKey: searchKey(name), document, email, notes };
}

function toAudit({ name, document, email, notes, numbers }: CustomerFields): AuditFields {
  return { name, document, email, notes, numbers };
}
