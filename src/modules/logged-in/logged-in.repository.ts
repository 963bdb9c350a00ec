import { QueryTypes } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Actor, type SequelizeAuditRepository } from '../audit/index.js';
import { type ListedSession, type SignedInSession } from './logged-in.domain.js';
import { type LoggedInRepository } from './logged-in.service.js';

type Stored = Omit<SignedInSession, 'signedInAt' | 'lastSeenAt'> &
  Readonly<Record<'signedInAt' | 'lastSeenAt', string | Date | null>>;

export class SequelizeLoggedInRepository implements LoggedInRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
  }

  async list(now: Date): Promise<readonly SignedInSession[]> {
    const rows = await this.#db.sequelize.query<Stored>(
      'SELECT s.sid AS sessionId, u.id AS userId, u.name AS name, p.name AS profileName, s.signed_in_at AS signedInAt, ' +
        's.last_seen_at AS lastSeenAt, s.address AS address, s.user_agent AS userAgent ' +
        'FROM sessions s JOIN users u ON u.id = s.user_id JOIN profiles p ON p.id = u.profile_id ' +
        'WHERE s.expires_at > :now AND u.is_active = :active ORDER BY u.name_key, u.id, s.signed_in_at DESC, s.sid',
      { type: QueryTypes.SELECT, replacements: { now, active: true } },
    );
    return rows.map((row) => ({ ...row, signedInAt: toDate(row.signedInAt), lastSeenAt: toDate(row.lastSeenAt) }));
  }

  end(session: ListedSession, actor: Actor): Promise<boolean> {
    return this.#db.write(async (transaction) => {
      const deleted = await this.#db.sequelize.query('DELETE FROM sessions WHERE sid = :sid', {
        type: QueryTypes.BULKDELETE,
        replacements: { sid: session.sessionId },
        transaction,
      });
      if (deleted === 0) return false;
      await this.#audit.write(transaction, {
        actor,
        action: 'session-ended',
        subject: 'session',
        subjectId: session.ref,
        subjectName: session.name,
        before: { address: session.address, signedInAt: session.signedInAt?.toISOString() ?? null },
        after: null,
      });
      return true;
    });
  }
}

/** A plain query gives a text on SQLite and a date on MariaDB. */
function toDate(value: string | Date | null): Date | null {
  return typeof value === 'string' ? new Date(value.replace(' +00:00', 'Z').replace(' ', 'T')) : value;
}
