import { QueryTypes } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Permission } from '../../shared/permissions.js';
import { type AgentUser } from './user.domain.js';
import { toLocale } from './user.model.js';

const TAKES_CALLS: Permission = 'voice.desk';
const AGENTS = 'FROM users u JOIN profile_permissions p ON p.profile_id = u.profile_id AND p.permission = :permission';

/** Active users whose profile lets them take calls, by name, with their queues. Two queries. */
export async function readAgents(db: Database): Promise<readonly AgentUser[]> {
  const options = { type: QueryTypes.SELECT, replacements: { permission: TAKES_CALLS, active: true } } as const;
  const [rows, members] = await Promise.all([
    db.sequelize.query<Omit<AgentUser, 'locale' | 'queueIds'> & { readonly locale: string | null }>(
      'SELECT u.id AS id, u.name AS name, u.login AS login, u.locale AS locale, u.extension AS extension, ' +
        `u.exchange_login AS exchangeLogin ${AGENTS} WHERE u.is_active = :active ORDER BY u.name_key, u.id`,
      options,
    ),
    db.sequelize.query<{ readonly userId: number; readonly queueId: number }>(
      `SELECT m.user_id AS userId, m.queue_id AS queueId ${AGENTS} JOIN user_queues m ON m.user_id = u.id ` +
        'ORDER BY m.queue_id',
      options,
    ),
  ]);
  const queuesOf = new Map<number, number[]>(rows.map(({ id }) => [id, []]));
  for (const { userId, queueId } of members) queuesOf.get(userId)?.push(queueId);
  return rows.map((row) => ({ ...row, locale: toLocale(row.locale), queueIds: queuesOf.get(row.id) ?? [] }));
}
