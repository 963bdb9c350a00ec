import { DatabaseError, Op, QueryTypes, type ModelStatic, type Sequelize, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { updateVersioned } from '../../platform/db/versioned.js';
import { DomainError, StaleError } from '../../platform/errors.js';
import { type Actor, type AuditFields, type SequelizeAuditRepository } from '../audit/index.js';
import { type Customer, type CustomerFields, type CustomerTies } from './customer.domain.js';
import { mergedFields } from './customer-merge.domain.js';
import { type CustomerPhoneRow, type CustomerRow } from './customer.model.js';
import { type MergeOrder } from './customer.service.js';

/** What a customer did and was promised: it moves with a merge, and forbids deleting. */
const TIED_TABLES = ['calls', 'attendances', 'callbacks'] as const;
/** MariaDB ends one of two transactions that wait for each other; nothing of it was done, so it begins again. */
const DEADLOCK_TRIES = 5;
const BEGIN_AGAIN = new Set(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD']);

export interface MergeTools {
  readonly db: Database;
  readonly customers: ModelStatic<CustomerRow>;
  readonly phones: ModelStatic<CustomerPhoneRow>;
  readonly audit: SequelizeAuditRepository;
  readonly read: (id: number, transaction: Transaction) => Promise<Customer | null>;
  readonly toColumns: (fields: CustomerFields) => Readonly<Record<string, unknown>>;
  readonly toAudit: (fields: CustomerFields) => AuditFields;
}

export interface MergeWork {
  readonly keepId: number;
  readonly goneId: number;
  readonly order: MergeOrder;
  readonly actor: Actor;
}

/**
 * Takes the rows for this transaction, always in the order of their ids, so that two that want the same ones never wait
 * for each other. On MariaDB a call, attendance or callback that is being stored for one of them waits too: its foreign
 * key needs the row. SQLite has one writer at a time.
 */
export async function lockCustomers(
  customers: ModelStatic<CustomerRow>,
  ids: readonly number[],
  transaction: Transaction,
): Promise<void> {
  await customers.findAll({
    attributes: ['id'],
    where: { id: { [Op.in]: [...ids] } },
    order: [['id', 'ASC']],
    lock: true,
    transaction,
  });
}

export async function tiesOf(sequelize: Sequelize, id: number, transaction?: Transaction): Promise<CustomerTies> {
  const counts = TIED_TABLES.map((table) => `(SELECT COUNT(*) FROM ${table} WHERE customer_id = :id) AS ${table}`);
  const [row] = await sequelize.query<CustomerTies>(`SELECT ${counts.join(', ')}`, {
    type: QueryTypes.SELECT,
    replacements: { id },
    ...(transaction === undefined ? {} : { transaction }),
  });
  return { calls: row?.calls ?? 0, attendances: row?.attendances ?? 0, callbacks: row?.callbacks ?? 0 };
}

/** Makes one customer of two, in one transaction; see `CustomerRepository.merge`. */
export async function mergeCustomers(tools: MergeTools, work: MergeWork): Promise<Customer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tools.db.write((transaction) => mergeIn(transaction, tools, work));
    } catch (error) {
      if (!isDeadlock(error) || tries === DEADLOCK_TRIES) throw error;
    }
  }
}

async function mergeIn(transaction: Transaction, tools: MergeTools, work: MergeWork): Promise<Customer> {
  const { db, customers, phones, audit, read, toColumns, toAudit } = tools;
  const { keepId, goneId, order, actor } = work;
  await lockCustomers(customers, [keepId, goneId], transaction);
  const kept = await read(keepId, transaction);
  const gone = await read(goneId, transaction);
  if (kept === null || gone === null) throw new DomainError('not-found', 'errors:no-such-record');
  // What was chosen was chosen between the two as they were shown.
  if (kept.version !== order.keepVersion || gone.version !== order.goneVersion) throw new StaleError();
  const fields = mergedFields(kept, gone, order.choices);

  const moved: Record<string, number> = {};
  for (const table of TIED_TABLES) {
    moved[table] = await db.sequelize.query(`UPDATE ${table} SET customer_id = :keepId WHERE customer_id = :goneId`, {
      type: QueryTypes.BULKUPDATE,
      replacements: { keepId, goneId },
      transaction,
    });
  }
  await phones.update({ customerId: keepId }, { where: { customerId: goneId }, transaction });
  // Before its document can be the other's.
  await customers.destroy({ where: { id: goneId }, transaction });
  await updateVersioned(customers, kept, toColumns(fields), transaction);

  const told = (customer: Customer): string => `${customer.name} (${String(customer.id)})`;
  await audit.write(
    transaction,
    {
      actor,
      action: 'merged',
      subject: 'customer',
      subjectId: keepId,
      subjectName: fields.name,
      before: toAudit(kept),
      after: {
        ...toAudit(fields),
        mergedFrom: told(gone),
        movedCalls: moved['calls'] ?? 0,
        movedAttendances: moved['attendances'] ?? 0,
        movedCallbacks: moved['callbacks'] ?? 0,
      },
    },
    {
      actor,
      action: 'deleted',
      subject: 'customer',
      subjectId: goneId,
      subjectName: gone.name,
      before: toAudit(gone),
      after: { mergedInto: told(kept) },
    },
  );
  return { id: keepId, version: kept.version + 1, ...fields };
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  const code: unknown = 'code' in error.original ? error.original.code : null;
  return typeof code === 'string' && BEGIN_AGAIN.has(code);
}
