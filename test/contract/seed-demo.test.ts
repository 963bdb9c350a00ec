import assert from 'node:assert/strict';
import { QueryTypes } from 'sequelize';
import { DEMO_AGENTS, DEMO_PASSWORD, DEMO_SIGN_INS } from '../../seeders/demo-accounts.js';
import { seedDemo, type SeedDeps } from '../../seeders/index.js';
import { isProtocol, protocolFor } from '../../src/modules/attendances/index.js';
import { CALL_OUTCOMES, outcomeOf, SequelizeCallRecordRepository } from '../../src/modules/calls/index.js';
import { measure } from '../../src/modules/monitoring/queue-counters.domain.js';
import { openBareDatabase, type BareDatabase } from '../support/bare-database.js';

/** Wednesday, 18 November 2026, 15:30 in São Paulo: in the middle of a working day. */
const NOW = Date.parse('2026-11-18T18:30:00.000Z');
const DAY = 86_400_000;
const MIDNIGHT = Date.parse('2026-11-18T03:00:00.000Z');

type Rows = readonly Readonly<Record<string, string | number | null>>[];

/** The check digits as the tax office explains them, written independently of the seeder. */
function hasValidCheckDigits(document: string): boolean {
  const digits = document.split('').map(Number);
  return [2, 1].every((fromEnd) => {
    const checked = digits.slice(0, digits.length - fromEnd);
    const longest = document.length === 11 ? 12 : 9;
    const sum = checked.reverse().reduce((total, digit, i) => total + digit * (2 + (i % (longest - 1))), 0);
    const expected = (sum * 10) % 11;
    return (expected === 10 ? 0 : expected) === digits.at(-fromEnd);
  });
}

describe('demonstration data', () => {
  let database: BareDatabase;
  const hashed: string[] = [];
  const deps: SeedDeps = {
    now: () => NOW,
    timeZone: 'America/Sao_Paulo',
    isProduction: false,
    hashPassword: (password) => {
      hashed.push(password);
      return Promise.resolve('$argon2id$a-hash');
    },
    protocolFor: protocolFor,
  };
  const select = (sql: string): Promise<Rows> =>
    database.db.sequelize.query(sql, { type: QueryTypes.SELECT }) as unknown as Promise<Rows>;
  const counts = async (...tables: string[]): Promise<number[]> =>
    Promise.all(tables.map(async (table) => Number((await select(`SELECT COUNT(*) n FROM ${table}`))[0]?.['n'])));
  const at = (value: string | number | null | undefined): number => new Date(value ?? Number.NaN).getTime();

  before(async function () {
    this.timeout(60_000);
    database = await openBareDatabase();
    assert.equal(await seedDemo(database.db, deps), 'seeded');
  });
  after(() => database[Symbol.asyncDispose]());

  it('is there once: seeding again changes nothing', async () => {
    const tables = ['users', 'calls', 'call_events', 'agent_intervals', 'attendances', 'callbacks', 'settings'];
    const before = await counts(...tables);
    assert.equal(await seedDemo(database.db, { ...deps, now: () => NOW + DAY }), 'already');
    assert.deepEqual(await counts(...tables), before);
    assert.deepEqual(hashed, [DEMO_PASSWORD], 'one hash for all');
  });

  it('has who and what it promises', async () => {
    const found = await counts('profiles', 'users', 'queues', 'customers', 'callbacks');
    assert.deepEqual(found, [3, 15, 3, 30, 18]);
    assert.equal(DEMO_SIGN_INS.length, 15);
    const agents = await select('SELECT * FROM users WHERE exchange_login IS NOT NULL ORDER BY extension');
    assert.deepEqual(
      agents.map((user) => [user['login'], user['extension'], user['password_hash']]),
      DEMO_AGENTS.map(({ login }, i) => [login, String(1001 + i), null]),
    );
    const own = await select('SELECT login FROM users WHERE password_hash IS NOT NULL ORDER BY id');
    assert.deepEqual(
      own.map(({ login }) => login),
      ['admin', 'helena.prado', 'marcos.teles'],
    );
    const memberships = await select('SELECT user_id, COUNT(*) n FROM user_queues GROUP BY user_id');
    assert.equal(memberships.length, 12);
    assert.ok(memberships.every(({ n }) => Number(n) >= 1 && Number(n) <= 3));
  });

  it('gives the built-in exchange a directory that says the same, and two users to associate', async () => {
    const users = await select('SELECT * FROM exchange_users ORDER BY extension');
    assert.deepEqual(
      users.map(({ login }) => login),
      [...DEMO_AGENTS.map(({ login }) => login), 'otavio.reis', 'patricia.luna'],
    );
    assert.ok(users.every((user) => user['password_hash'] === '$argon2id$a-hash'));
    const theirs = await select(
      `SELECT u.login, q.name FROM exchange_queue_members m JOIN exchange_users u ON u.id = m.user_id
       JOIN exchange_queues q ON q.id = m.queue_id ORDER BY u.id, q.id`,
    );
    const ours = await select(
      `SELECT u.exchange_login login, q.exchange_name name FROM user_queues m JOIN users u ON u.id = m.user_id
       JOIN queues q ON q.id = m.queue_id ORDER BY u.id, q.id`,
    );
    assert.deepEqual(theirs.slice(0, ours.length), ours);
    const pauses = `SELECT name FROM reasons WHERE type = 'pause' ORDER BY name`;
    assert.deepEqual(await select('SELECT name FROM exchange_pause_reasons ORDER BY name'), await select(pauses));
    assert.deepEqual(await counts('exchange_customer_lines', 'exchange_queues'), [30, 3]);
  });

  it('refers to nothing that is not there', async () => {
    const references: readonly (readonly [string, string, string])[] = [
      ['users', 'profile_id', 'profiles'],
      ['profile_permissions', 'profile_id', 'profiles'],
      ['user_queues', 'user_id', 'users'],
      ['user_queues', 'queue_id', 'queues'],
      ['customer_phones', 'customer_id', 'customers'],
      ['calls', 'queue_id', 'queues'],
      ['calls', 'customer_id', 'customers'],
      ['calls', 'agent_id', 'users'],
      ['call_events', 'call_id', 'calls'],
      ['call_events', 'agent_id', 'users'],
      ['agent_intervals', 'agent_id', 'users'],
      ['agent_intervals', 'reason_id', 'reasons'],
      ['agent_intervals', 'call_id', 'calls'],
      ['attendances', 'call_id', 'calls'],
      ['attendances', 'customer_id', 'customers'],
      ['attendances', 'agent_id', 'users'],
      ['callbacks', 'owner_id', 'users'],
      ['callbacks', 'customer_id', 'customers'],
      ['callback_attempts', 'callback_id', 'callbacks'],
      ['callback_attempts', 'call_id', 'calls'],
    ];
    for (const [table, column, target] of references) {
      const lost = await select(
        `SELECT ${column} FROM ${table} a WHERE ${column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${target} b WHERE b.id = a.${column})`,
      );
      assert.equal(lost.length, 0, `${table}.${column} without its row in ${target}`);
      assert.notEqual(
        (await select(`SELECT 1 FROM ${table} WHERE ${column} IS NOT NULL`)).length,
        0,
        `${table}.${column}`,
      );
    }
  });

  it('gives customers documents with valid check digits, and numbers of their own', async () => {
    const customers = await select('SELECT document FROM customers');
    const documents = customers.map(({ document }) => String(document));
    assert.deepEqual(
      documents.filter((document) => !hasValidCheckDigits(document)),
      [],
    );
    assert.equal(documents.filter((document) => document.length === 14).length, 4);
    const phones = await select('SELECT number FROM customer_phones');
    assert.ok(phones.every(({ number }) => /^\+55839999900\d\d$/.test(String(number))));
  });

  it('lets no agent do two things at once, nor two calls, nor anything in the future', async () => {
    const intervals = await select('SELECT * FROM agent_intervals ORDER BY agent_id, started_at');
    for (const [i, interval] of intervals.entries()) {
      const previous = intervals[i - 1];
      assert.ok(at(interval['ended_at']) > at(interval['started_at']));
      assert.ok(at(interval['ended_at']) <= NOW);
      if (previous === undefined || previous['agent_id'] !== interval['agent_id']) continue;
      assert.ok(at(previous['ended_at']) <= at(interval['started_at']), `agent ${String(interval['agent_id'])}`);
    }
    const calls = await select('SELECT * FROM calls WHERE answered_at IS NOT NULL ORDER BY agent_id, answered_at');
    for (const [i, call] of calls.entries()) {
      const previous = calls[i - 1];
      assert.ok(at(call['ended_at']) <= NOW);
      if (previous === undefined || previous['agent_id'] !== call['agent_id']) continue;
      assert.ok(at(previous['ended_at']) <= at(call['answered_at']), `call ${String(call['id'])}`);
    }
  });

  it('keeps the figures of a call in agreement with its times, its events and what its agent did', async () => {
    const talking = await select(
      `SELECT * FROM calls WHERE answered_at IS NOT NULL AND direction = 'inbound' ORDER BY id`,
    );
    const intervals = await select(`SELECT * FROM agent_intervals WHERE status IN ('talking', 'on-hold')`);
    const events = await select('SELECT * FROM call_events ORDER BY call_id, id');
    const connected = new Map<string, number>();
    for (const { call_id: id, started_at: from, ended_at: to } of intervals) {
      connected.set(String(id), (connected.get(String(id)) ?? 0) + at(to) - at(from));
    }
    for (const call of talking) {
      const id = String(call['id']);
      const between = at(call['ended_at']) - at(call['answered_at']);
      assert.equal(Number(call['waited_ms']), at(call['answered_at']) - at(call['started_at']));
      assert.equal(Number(call['talked_ms']) + Number(call['held_ms']), between);
      assert.equal(connected.get(id), between, `agent's time in call ${id}`);
    }
    const typesOf = new Map<string, string[]>();
    for (const { call_id: id, type } of events)
      typesOf.set(String(id), [...(typesOf.get(String(id)) ?? []), String(type)]);
    for (const types of typesOf.values()) {
      assert.equal(types[0], 'started');
      assert.equal(types.at(-1), 'ended');
    }
    assert.equal(typesOf.size, (await counts('calls'))[0]);
  });

  it('numbers the attendances of each day without a gap, and remembers the last', async () => {
    const attendances = await select('SELECT protocol FROM attendances ORDER BY protocol');
    const [answered] = await select('SELECT COUNT(*) n FROM calls WHERE answered_at IS NOT NULL');
    assert.equal(attendances.length, Number(answered?.['n']), 'one for every answered call');
    const last = new Map<string, number>();
    for (const { protocol } of attendances) {
      assert.ok(isProtocol(String(protocol)));
      const day = String(protocol).slice(0, 8);
      const n = Number(String(protocol).slice(8, 14));
      assert.equal(n, (last.get(day) ?? 0) + 1);
      last.set(day, n);
    }
    const counters = await select('SELECT * FROM protocol_counters ORDER BY day');
    assert.deepEqual(
      counters.map(({ day, last_number: n }) => [day, Number(n)]),
      [...last],
    );
    assert.equal(last.size, 7);
  });

  it('makes days that one could believe', async () => {
    const records = new SequelizeCallRecordRepository(database.db);
    for (let daysAgo = 0; daysAgo < 7; daysAgo += 1) {
      const from = MIDNIGHT - daysAgo * DAY;
      const counters = await records.countersOf(1, 20, from, Math.min(from + DAY, NOW));
      assert.ok(counters.answered > 20, `${String(counters.answered)} answered ${String(daysAgo)} days ago`);
      assert.ok(counters.abandoned < counters.offered * 0.3);
      const { serviceLevel, averageHandlingSeconds, averageWaitSeconds } = measure(counters);
      assert.ok(serviceLevel !== null && serviceLevel > 0.5 && serviceLevel < 1);
      assert.ok(averageHandlingSeconds !== null && averageHandlingSeconds > 120 && averageHandlingSeconds < 600);
      assert.ok(averageWaitSeconds !== null && averageWaitSeconds < 90);
    }
    const opening = await select('SELECT MIN(started_at) a, MAX(started_at) b FROM calls');
    assert.ok(
      at(opening[0]?.['a']) >= MIDNIGHT - 6 * DAY + 8 * 3_600_000,
      'from eight in the morning of the first day',
    );
  });

  it('has a callback of every ending, and promises only for the future', async () => {
    const rows = await select('SELECT * FROM callbacks ORDER BY id');
    assert.deepEqual([...new Set(rows.map(({ state }) => state))].sort(), [
      'cancelled',
      'done',
      'expired',
      'failed',
      'scheduled',
    ]);
    const attempts = await select('SELECT callback_id, COUNT(*) n FROM callback_attempts GROUP BY callback_id');
    const made = new Map(attempts.map(({ callback_id: id, n }) => [id, Number(n)]));
    for (const row of rows) {
      assert.equal(row['attempts'], made.get(row['id'] ?? null) ?? 0);
      assert.equal(row['state'] === 'scheduled', at(row['due_at']) > NOW);
      assert.ok(at(row['created_at']) < NOW && at(row['created_at']) < at(row['due_at']));
    }
  });

  it('is found by the calls list under the outcome that it shows', async () => {
    const records = new SequelizeCallRecordRepository(database.db);
    const all = { from: NOW - 8 * DAY, to: NOW, page: 1, pageSize: 200 };
    let found = 0;
    for (const outcome of CALL_OUTCOMES) {
      const page = await records.list({ ...all, outcome });
      assert.deepEqual([...new Set(page.calls.map(outcomeOf))], page.total === 0 ? [] : [outcome]);
      found += page.total;
    }
    assert.equal(found, (await counts('calls'))[0], 'each call has one outcome');
    const byName = await records.list({ ...all, text: 'nunes' });
    assert.deepEqual([...new Set(byName.calls.map(({ customer }) => customer?.name))], ['Beatriz Nunes']);
    const byNumber = await records.list({ ...all, text: '(83) 99999-0003' });
    assert.deepEqual([...new Set(byNumber.calls.map(({ number }) => number))], ['+5583999990003']);
    assert.equal((await records.list({ ...all, text: `' OR 1=1 --` })).total, 0);
  });

  it('keeps milliseconds', async () => {
    const events = await select('SELECT at FROM call_events');
    assert.ok(events.some((event) => at(event['at']) % 1000 !== 0));
  });

  it('tells the same story when it is told again', async () => {
    await using other = await openBareDatabase();
    await seedDemo(other.db, deps);
    const sql = 'SELECT id, started_at, ended_at FROM calls ORDER BY id';
    const again = await other.db.sequelize.query(sql, { type: QueryTypes.SELECT });
    assert.deepEqual(again, await select(sql));
  }).timeout(60_000);

  it('leaves a database alone that somebody uses, and never touches production', async () => {
    await using other = await openBareDatabase();
    const kept = { version: 0, created_at: new Date(), updated_at: new Date() };
    await other.insert('customers', [{ id: 1, name: 'Alguém', ...kept }]);
    assert.equal(await seedDemo(other.db, deps), 'in-use');
    const users = await other.db.sequelize.query('SELECT 1 FROM users', { type: QueryTypes.SELECT });
    assert.equal(users.length, 0);
    await assert.rejects(seedDemo(other.db, { ...deps, isProduction: true }), /production/);
  });
});
