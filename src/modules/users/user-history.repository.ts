import { QueryTypes, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';

/** Where a person's work is kept. Deleting the person would make these records nobody's. */
const HISTORY: readonly (readonly [table: string, column: string])[] = [
  ['calls', 'agent_id'],
  ['call_parts', 'agent_id'],
  ['call_events', 'agent_id'],
  ['agent_intervals', 'agent_id'],
  ['attendances', 'agent_id'],
  ['callbacks', 'owner_id'],
  ['callbacks', 'created_by'],
  ['callback_attempts', 'agent_id'],
  ['audit_entries', 'user_id'],
];

/** Which of these users have done something that is on record: calls, attendances, promises, changes. */
export async function usersWithHistory(
  db: Database,
  ids: readonly number[],
  transaction?: Transaction,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const [table, column] of HISTORY) {
    const open = ids.filter((id) => !found.has(id));
    if (open.length === 0) break;
    const rows = await db.sequelize.query<{ id: number }>(
      `SELECT u.id AS id FROM users u WHERE u.id IN (:ids) AND EXISTS (SELECT 1 FROM ${table} h WHERE h.${column} = u.id)`,
      {
        type: QueryTypes.SELECT,
        replacements: { ids: open },
        ...(transaction === undefined ? {} : { transaction }),
      },
    );
    for (const { id } of rows) found.add(id);
  }
  return found;
}
