import { QueryTypes } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type AttendanceKind } from '../../shared/attendance.js';

/** An attendance in its customer's record. `openedAt` is epoch milliseconds. */
export interface CustomerAttendance {
  readonly id: number;
  readonly protocol: string;
  readonly openedAt: number;
  readonly subject: string;
  readonly state: 'open' | 'finished' | 'abandoned';
  readonly kind: AttendanceKind;
  readonly agentId: number | null;
  readonly agentName: string | null;
  readonly queueName: string | null;
}

/** The attendances of one customer, for the customer's record, and whose an attendance is. */
export class SequelizeCustomerAttendances {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The newest first. */
  async list(
    customerId: number,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly attendances: readonly CustomerAttendance[]; readonly total: number }> {
    const { sequelize } = this.#db;
    const replacements = { customerId, offset, limit };
    const [counted] = await sequelize.query<{ total: number }>(
      'SELECT COUNT(*) AS total FROM attendances WHERE customer_id = :customerId',
      { type: QueryTypes.SELECT, replacements },
    );
    const rows = await sequelize.query<Omit<CustomerAttendance, 'openedAt'> & { readonly openedAt: string | Date }>(
      `SELECT a.id, a.protocol, a.opened_at AS openedAt, a.subject, a.state, a.kind, a.agent_id AS agentId, u.name AS agentName, q.name AS queueName
       FROM attendances a LEFT JOIN users u ON u.id = a.agent_id LEFT JOIN queues q ON q.id = a.queue_id
       WHERE a.customer_id = :customerId ORDER BY a.opened_at DESC, a.id DESC LIMIT :limit OFFSET :offset`,
      { type: QueryTypes.SELECT, replacements },
    );
    return {
      total: counted?.total ?? 0,
      attendances: rows.map(({ openedAt, ...row }) => ({ ...row, openedAt: new Date(openedAt).getTime() })),
    };
  }

  /** The customer of a call was found or created while its record was open. */
  async setCustomerOfCall(callId: string, customerId: number): Promise<void> {
    await this.#db.write((transaction) =>
      this.#db.sequelize.query(
        "UPDATE attendances SET customer_id = :customerId WHERE call_id = :callId AND kind <> 'anonymous'",
        { replacements: { callId, customerId }, transaction },
      ),
    );
  }
}
