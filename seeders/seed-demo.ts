import { searchKey, textKey } from '../src/shared/text-key.js';
import { type Database } from '../src/platform/db/database.js';
import { DEMO_AGENTS, DEMO_PASSWORD, DEMO_PROFILES, DEMO_STAFF } from './demo-accounts.js';
import { DEMO_CUSTOMERS } from './demo-customers.js';
import { DEMO_QUEUES, DEMO_REASONS } from './demo-service.js';
import { seedExchange } from './exchange-rows.js';
import { tellHistory, type HistoryDeps } from './history.js';
import { seedHistory } from './history-rows.js';
import { RowWriter } from './row-writer.js';

const DONE = 'demo.seeded';

export interface SeedDeps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The operation's zone. */
  readonly timeZone: string;
  readonly isProduction: boolean;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly protocolFor: HistoryDeps['protocolFor'];
}

/** `already`: it was done before. `in-use`: somebody works with this database, and nothing was touched. */
export type SeedResult = 'seeded' | 'already' | 'in-use';

/**
 * Fills an empty, migrated database with the demonstration: people, queues, customers, a week of calls, callbacks, and
 * the built-in exchange's directory. Done once: a setting remembers it, in the same transaction as all the rows, so that
 * a process that dies in the middle leaves an empty database and not half a story. Throws in production.
 */
export async function seedDemo(db: Database, deps: SeedDeps): Promise<SeedResult> {
  if (deps.isProduction) throw new Error('demonstration data is never put into a production database');
  const now = deps.now();
  const state = await db.write((transaction) => stateOf(new RowWriter(db, transaction)));
  if (state !== 'empty') return state;
  // Slow on purpose, so before the transaction: on SQLite nobody else can write while it is open.
  const passwordHash = await deps.hashPassword(DEMO_PASSWORD);
  const history = tellHistory({ now, timeZone: deps.timeZone, protocolFor: deps.protocolFor });
  return db.write(async (transaction) => {
    const writer = new RowWriter(db, transaction);
    const again = await stateOf(writer);
    if (again !== 'empty') return again;
    const stamp = writer.moment(now);
    const kept = { created_at: stamp, updated_at: stamp };
    await seedPeople(writer, passwordHash, kept);
    await seedService(writer, kept);
    await seedExchange(writer, passwordHash);
    await seedHistory(writer, history);
    await writer.insert('settings', [{ key: DONE, value: JSON.stringify({ at: now }), ...kept }]);
    return 'seeded';
  });
}

async function stateOf(writer: RowWriter): Promise<'empty' | 'already' | 'in-use'> {
  if (await writer.hasSetting(DONE)) return 'already';
  for (const table of ['users', 'profiles', 'queues', 'customers', 'calls']) {
    if (!(await writer.isEmpty(table))) return 'in-use';
  }
  return 'empty';
}

interface Kept extends Record<string, string> {
  readonly created_at: string;
  readonly updated_at: string;
}

async function seedPeople(writer: RowWriter, passwordHash: string, kept: Kept): Promise<void> {
  await writer.insert(
    'profiles',
    DEMO_PROFILES.map(({ id, name }) => ({ id, name, name_key: textKey(name), version: 0, ...kept })),
  );
  await writer.insert(
    'profile_permissions',
    DEMO_PROFILES.flatMap(({ id, permissions }) => permissions.map((permission) => ({ profile_id: id, permission }))),
  );
  const profileOf = new Map(DEMO_PROFILES.map(({ role, id }) => [role, id]));
  const user = (id: number, login: string, name: string): Record<string, string | number | boolean> => ({
    id,
    login,
    login_key: textKey(login),
    name,
    name_key: searchKey(name),
    is_active: true,
    version: 0,
    ...kept,
  });
  await writer.insert('users', [
    ...DEMO_STAFF.map(({ id, login, name, role }) => ({
      ...user(id, login, name),
      password_hash: passwordHash,
      profile_id: profileOf.get(role) ?? 1,
      exchange_login: null,
      extension: null,
      locality: null,
    })),
    ...DEMO_AGENTS.map(({ id, login, name, extension, locality }) => ({
      ...user(id, login, name),
      // They sign in with the exchange's password.
      password_hash: null,
      profile_id: profileOf.get('agent') ?? 3,
      exchange_login: login,
      extension,
      locality,
    })),
  ]);
}

async function seedService(writer: RowWriter, kept: Kept): Promise<void> {
  await writer.insert(
    'queues',
    DEMO_QUEUES.map(({ id, name, number, serviceLevelSeconds, wrapUpSeconds }) => ({
      id,
      name,
      exchange_name: name,
      number,
      service_level_seconds: serviceLevelSeconds,
      wrap_up_seconds: wrapUpSeconds,
      is_active: true,
      version: 0,
      ...kept,
    })),
  );
  await writer.insert(
    'user_queues',
    DEMO_AGENTS.flatMap((agent) =>
      DEMO_QUEUES.filter(({ name }) => agent.queues.includes(name)).map(({ id }) => ({
        user_id: agent.id,
        queue_id: id,
      })),
    ),
  );
  await writer.insert(
    'reasons',
    DEMO_REASONS.map(({ id, type, name, timeLimitSeconds, isProductive }, i) => ({
      id,
      type,
      name,
      name_key: textKey(name),
      time_limit_seconds: timeLimitSeconds,
      is_productive: isProductive,
      is_active: true,
      position: i,
      version: 0,
      ...kept,
    })),
  );
  await writer.insert(
    'customers',
    DEMO_CUSTOMERS.map(({ id, name, document, email, notes }) => ({
      id,
      name,
      name_key: searchKey(name),
      document,
      email,
      notes,
      version: 0,
      ...kept,
    })),
  );
  await writer.insert(
    'customer_phones',
    DEMO_CUSTOMERS.flatMap(({ id, numbers }) => numbers.map((number) => ({ customer_id: id, number }))),
  );
}
