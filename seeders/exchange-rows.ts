import { DEMO_AGENTS, DEMO_EXCHANGE_ONLY } from './demo-accounts.js';
import { DEMO_CUSTOMERS } from './demo-customers.js';
import { DEMO_QUEUES, DEMO_REASONS } from './demo-service.js';
import { type RowWriter } from './row-writer.js';

/**
 * The built-in exchange's own directory. It says the same as our tables, because the demonstration's agents are
 * associated; it also knows two users who are not.
 */
export async function seedExchange(writer: RowWriter, passwordHash: string): Promise<void> {
  const users = [...DEMO_AGENTS, ...DEMO_EXCHANGE_ONLY];
  await writer.insert(
    'exchange_users',
    users.map(({ login, name, locality, extension }, i) => ({
      id: i + 1,
      login,
      name,
      password_hash: passwordHash,
      locality,
      extension,
    })),
  );
  await writer.insert(
    'exchange_localities',
    [...new Set(users.map(({ locality }) => locality))].map((name) => ({ name })),
  );
  await writer.insert(
    'exchange_queues',
    DEMO_QUEUES.map(({ id, name, number, strategy, ringSeconds, maxWaitSeconds }) => ({
      id,
      name,
      number,
      strategy,
      ring_seconds: ringSeconds,
      max_wait_seconds: maxWaitSeconds,
    })),
  );
  await writer.insert(
    'exchange_queue_members',
    users.flatMap(({ queues }, i) =>
      DEMO_QUEUES.filter(({ name }) => queues.includes(name)).map(({ id }) => ({ queue_id: id, user_id: i + 1 })),
    ),
  );
  await writer.insert(
    'exchange_pause_reasons',
    DEMO_REASONS.filter(({ type }) => type === 'pause').map(({ name }) => ({ name })),
  );
  await writer.insert(
    'exchange_customer_lines',
    DEMO_CUSTOMERS.map(({ name, numbers }) => ({ number: numbers[0], name })),
  );
}
