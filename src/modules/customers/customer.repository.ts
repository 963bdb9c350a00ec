import { Op, type ModelStatic, type WhereOptions } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Customer, type CustomerPage, type CustomerSearch } from './customer.domain.js';
import {
  defineCustomerModel,
  defineCustomerPhoneModel,
  type CustomerPhoneRow,
  type CustomerRow,
} from './customer.model.js';
import { type CustomerRepository } from './customer.service.js';

/** With fewer digits nearly every number would match. */
const MIN_SEARCH_DIGITS = 3;

export class SequelizeCustomerRepository implements CustomerRepository {
  readonly #customers: ModelStatic<CustomerRow>;
  readonly #phones: ModelStatic<CustomerPhoneRow>;

  constructor(db: Database) {
    this.#customers = defineCustomerModel(db.sequelize);
    this.#phones = defineCustomerPhoneModel(db.sequelize);
  }

  async find(id: number): Promise<Customer | null> {
    const row = await this.#customers.findByPk(id);
    return row === null ? null : ((await this.#withNumbers([row]))[0] ?? null);
  }

  async findByNumber(number: string): Promise<Customer | null> {
    const phone = await this.#phones.findOne({ where: { number } });
    return phone === null ? null : this.find(phone.customerId);
  }

  async list(search: CustomerSearch): Promise<CustomerPage> {
    const { rows, count } = await this.#customers.findAndCountAll({
      where: await this.#matching(search.text.trim()),
      order: [
        ['name', 'ASC'],
        ['id', 'ASC'],
      ],
      limit: search.pageSize,
      offset: (search.page - 1) * search.pageSize,
    });
    return { customers: await this.#withNumbers(rows), total: count };
  }

  async #matching(text: string): Promise<WhereOptions<CustomerRow>> {
    if (text === '') return {};
    const digits = text.replaceAll(/\D/g, '');
    if (digits.length < MIN_SEARCH_DIGITS) return { name: { [Op.like]: contains(text) } };
    const phones = await this.#phones.findAll({ where: { number: { [Op.like]: contains(digits) } } });
    return {
      [Op.or]: [
        { name: { [Op.like]: contains(text) } },
        { document: { [Op.like]: contains(digits) } },
        { id: { [Op.in]: phones.map((phone) => phone.customerId) } },
      ],
    };
  }

  async #withNumbers(rows: readonly CustomerRow[]): Promise<readonly Customer[]> {
    if (rows.length === 0) return [];
    const phones = await this.#phones.findAll({
      where: { customerId: { [Op.in]: rows.map((row) => row.id) } },
      order: [['id', 'ASC']],
    });
    return rows.map(({ id, name, document, email, notes }) => ({
      id,
      name,
      document,
      email,
      notes,
      numbers: phones.filter((phone) => phone.customerId === id).map((phone) => phone.number),
    }));
  }
}

/** LIKE's own wildcards are taken out: SQLite has no escape character unless the query names one. */
function contains(text: string): string {
  return `%${text.replaceAll(/[%_\\]/g, ' ').trim()}%`;
}
