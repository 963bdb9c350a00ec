import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { QueryTypes } from 'sequelize';
import { SequelizeAuditRepository } from '../../src/modules/audit/index.js';
import {
  CallCentre,
  DEFAULT_CENTRE_SETTINGS,
  SequelizeAgentStateRepository,
  type AgentIdentity,
  type CallCentreDeps,
  type CentreCallEvent,
} from '../../src/modules/agents/index.js';
import { CallRecords, SequelizeCallJournal, SequelizeCallRecordRepository } from '../../src/modules/calls/index.js';
import { Customers, SequelizeCustomerRepository } from '../../src/modules/customers/index.js';
import { Queues, SequelizeQueueRepository } from '../../src/modules/queues/index.js';
import { Reasons, SequelizeReasonRepository } from '../../src/modules/reasons/index.js';
import { Database } from '../../src/platform/db/database.js';
import { createMigrator } from '../../src/platform/db/migrator.js';
import { paths } from '../../src/platform/paths.js';
import { systemSchedule, type Schedule } from '../../src/platform/schedule.js';
import { FakeTelephony } from './fake-telephony.js';

/** 12:00 in São Paulo, a Monday. */
export const NOON = Date.UTC(2026, 10, 23, 15);
export const TIME_ZONE = 'America/Sao_Paulo';
const MYSQL = { host: '127.0.0.1', port: 3306, user: 'root' } as const;

/** A clock that stands still until it is told to go on. */
export class StandingClock {
  #now: number;
  readonly #alarms = new Set<{ readonly at: number; readonly work: () => void }>();

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly schedule: Schedule = (work, delayMs) => {
    const alarm = { at: this.#now + delayMs, work };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  };

  get pending(): number {
    return this.#alarms.size;
  }

  /** Goes on, ringing what falls due on the way, in its order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.work();
    }
    this.#now = until;
  }
}

/** Polls until `check` no longer throws; the last throw is the failure. */
export async function until(check: () => void | Promise<void>): Promise<void> {
  const limit = performance.now() + 5000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > limit) throw error;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Something to wait at until the test opens it. */
export function aGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export const ANA = 1;
export const BRUNO = 2;
export const CARLA = 3;
/** Wrap-up of 30 seconds, service level of 20; two missed calls pause. */
export const VENDAS = 1;
/** Wrap-up until the record is finished; missed calls never pause. */
export const SUPORTE = 2;
/** No wrap-up; three missed calls pause. */
export const COBRANCA = 3;
export const ALMOCO = 1;
export const ALMOCO_SECONDS = 3600;
export const RETIRED_REASON = 3;
export const CUSTOMER_NUMBER = '+5583999990001';
export const EXTENSION: Readonly<Record<number, string>> = { [ANA]: '1001', [BRUNO]: '1002', [CARLA]: '1003' };

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly context: object;
  readonly message: string;
}

interface Opened {
  readonly db: Database;
  readonly journal: SequelizeCallJournal;
  readonly records: CallRecords;
  readonly repository: SequelizeCallRecordRepository;
  readonly centre: CallCentre;
}

/** Migrated and filled once; each test of SQLite has a copy. */
let template: Promise<string> | null = null;
/** MariaDB takes seconds to make tables; one schema serves all tests of a process, emptied before each. */
let schema: Promise<string> | null = null;

// For all test files of the process: mocha runs it once, at the very end.
after(async () => {
  if (schema !== null) await onServer(`DROP DATABASE ${await schema}`);
});

async function makeSchema(): Promise<string> {
  const name = `citrus_voz_centre_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  const db = new Database({ dialect: 'mysql', ...MYSQL, username: MYSQL.user, database: name });
  await createMigrator(db.sequelize, paths.migrations).up();
  await db.close();
  return name;
}

async function makeTemplate(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'citrus-voz-centre-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const storage = path.join(folder, 'db');
  const db = new Database({ dialect: 'sqlite', storage });
  await createMigrator(db.sequelize, paths.migrations).up();
  await seed(db);
  await db.close();
  return storage;
}

/** A call centre over a real database and an exchange that does what it is told, by a clock that stands. */
export class CentreRig implements AsyncDisposable {
  readonly clock = new StandingClock(NOON);
  readonly telephony = new FakeTelephony(this.clock.now);
  readonly log: LogLine[] = [];
  readonly calls: CentreCallEvent[] = [];
  readonly #settings: Partial<CallCentreDeps>;
  #opened: Opened | null = null;
  /** Customers being looked up: calls do not wait for them, a test that asks for quiet does. */
  readonly #lookups = new Set<Promise<unknown>>();
  #location: { readonly folder: string } | { readonly schema: string } | null = null;

  private constructor(settings: Partial<CallCentreDeps>) {
    this.#settings = settings;
  }

  static async start(settings: Partial<CallCentreDeps> = {}): Promise<CentreRig> {
    const rig = new CentreRig(settings);
    await rig.#prepare();
    await rig.open();
    return rig;
  }

  get centre(): CallCentre {
    return this.#here().centre;
  }
  get db(): Database {
    return this.#here().db;
  }
  get journal(): SequelizeCallJournal {
    return this.#here().journal;
  }
  get records(): CallRecords {
    return this.#here().records;
  }
  get repository(): SequelizeCallRecordRepository {
    return this.#here().repository;
  }

  /** Lines at `warn` or above of which the message contains `text`. */
  logged(text: string): readonly LogLine[] {
    return this.log.filter(({ level, message }) => level !== 'info' && message.includes(text));
  }

  /** Starts the application's part on the database that is there. */
  async open(): Promise<void> {
    const { db, journal, repository, centre } = this.#make();
    this.#opened = { db, journal, repository, centre, records: new CallRecords({ repository }) };
    centre.onCall((event) => {
      this.calls.push(event);
    });
    await centre.start();
  }

  /** Stops the application's part in order; the exchange goes on. */
  async close(): Promise<void> {
    const { centre, journal, db } = this.#here();
    await centre[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
    await db.close();
    this.#opened = null;
  }

  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  /** On shift, with phone and page, logged in to the queues, and free on the exchange. */
  async ready(agentId: number, ...queueIds: readonly number[]): Promise<void> {
    await this.centre.startShift(agentId);
    await this.centre.pageConnected(agentId);
    this.telephony.say({ type: 'phone-registered', extension: EXTENSION[agentId]! });
    for (const queueId of queueIds) await this.centre.logIn(agentId, queueId);
    await this.quiet();
  }

  /** A customer enters a queue. */
  enters(callId: string, queue: string, number = CUSTOMER_NUMBER): void {
    this.telephony.say({ type: 'call-started', callId, direction: 'inbound', number, queue, extension: null });
  }

  happens(
    type: 'call-offered' | 'call-accepted' | 'call-answered' | 'call-held' | 'call-resumed',
    callId: string,
    agentId: number,
  ): void {
    this.telephony.say({ type, callId, extension: EXTENSION[agentId]! });
  }

  ends(callId: string, by: 'customer' | 'agent' | 'system' = 'customer', cause = 'hung-up' as const): void {
    this.telephony.say({ type: 'call-ended', callId, by, cause });
  }

  /** Enters, rings and is answered, in no time. */
  answered(callId: string, queue: string, agentId: number): void {
    this.enters(callId, queue);
    this.happens('call-offered', callId, agentId);
    this.happens('call-answered', callId, agentId);
  }

  /** Lets everything that is under way come to rest: commands, lookups, the journal. */
  async quiet(): Promise<void> {
    do {
      await Promise.allSettled(this.#lookups);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    } while (this.#lookups.size > 0);
    await this.journal.flush();
  }

  async rows<Row extends object>(statement: string): Promise<readonly Row[]> {
    await this.quiet();
    return this.db.sequelize.query<Row>(statement, { type: QueryTypes.SELECT });
  }

  async execute(statement: string): Promise<void> {
    await this.db.write((transaction) => this.db.sequelize.query(statement, { transaction }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#opened !== null) await this.close();
    const location = this.#location;
    if (location !== null && 'folder' in location) await rm(location.folder, { recursive: true, force: true });
  }

  #here(): Opened {
    if (this.#opened === null) throw new Error('the call centre is not open');
    return this.#opened;
  }

  async #prepare(): Promise<void> {
    if (process.env['DATABASE'] !== 'mysql') {
      const folder = await mkdtemp(path.join(tmpdir(), 'citrus-voz-centre-'));
      this.#location = { folder };
      await copyFile(await (template ??= makeTemplate()), path.join(folder, 'db'));
      return;
    }
    this.#location = { schema: await (schema ??= makeSchema()) };
    const db = this.#connect();
    await empty(db);
    await seed(db);
    await db.close();
  }

  #connect(): Database {
    const location = this.#location;
    if (location === null) throw new Error('there is no database');
    if ('folder' in location) return new Database({ dialect: 'sqlite', storage: path.join(location.folder, 'db') });
    return new Database({ dialect: 'mysql', ...MYSQL, username: MYSQL.user, database: location.schema });
  }

  #make(): Omit<Opened, 'records'> {
    const db = this.#connect();
    const note = (level: LogLine['level']) => (context: object, message: string) => {
      this.log.push({ level, context, message });
    };
    const log = { info: note('info'), warn: note('warn'), error: note('error') };
    const journal = new SequelizeCallJournal({ db, schedule: systemSchedule, log, flushMs: 1 });
    const repository = new SequelizeCallRecordRepository(db);
    const customers = new Customers({
      repository: new SequelizeCustomerRepository(db, new SequelizeAuditRepository(db, () => new Date(NOON))),
    });
    const centre = new CallCentre({
      telephony: this.telephony,
      directory: { listAgents: () => listAgents(db) },
      agents: new SequelizeAgentStateRepository(db, { log }),
      calls: repository,
      journal,
      queues: new Queues({
        repository: new SequelizeQueueRepository(db, new SequelizeAuditRepository(db, () => new Date())),
      }),
      reasons: new Reasons({
        repository: new SequelizeReasonRepository(db, new SequelizeAuditRepository(db, () => new Date())),
      }),
      customers: {
        findByNumber: (number) => {
          const lookup = customers.findByNumber(number).finally(() => this.#lookups.delete(lookup));
          this.#lookups.add(lookup);
          return lookup;
        },
      },
      now: this.clock.now,
      schedule: this.clock.schedule,
      newCallId: randomUUID,
      log,
      timeZone: TIME_ZONE,
      settings: DEFAULT_CENTRE_SETTINGS,
      ...this.#settings,
    });
    return { db, journal, repository, centre };
  }
}

async function listAgents(db: Database): Promise<readonly AgentIdentity[]> {
  const [people, members] = await Promise.all([
    db.sequelize.query<{ id: number; name: string; extension: string | null }>(
      'SELECT id, name, extension FROM users WHERE is_active = 1 ORDER BY id',
      { type: QueryTypes.SELECT },
    ),
    db.sequelize.query<{ user: number; queue: number }>('SELECT user_id AS user, queue_id AS queue FROM user_queues', {
      type: QueryTypes.SELECT,
    }),
  ]);
  return people.map((person) => ({
    ...person,
    queueIds: members.filter(({ user }) => user === person.id).map(({ queue }) => queue),
  }));
}

/** In an order that no foreign key minds. */
const FILLED = [
  ...['call_events', 'calls', 'agent_intervals', 'agent_states', 'customer_phones', 'customers', 'reasons'],
  ...['user_queues', 'queues', 'users', 'profiles'],
];

async function empty(db: Database): Promise<void> {
  await db.write(async (transaction) => {
    for (const table of FILLED) await db.sequelize.query(`DELETE FROM ${table}`, { transaction });
  });
}

async function seed(db: Database): Promise<void> {
  const query = db.sequelize.getQueryInterface();
  const kept = { version: 0, created_at: new Date(NOON), updated_at: new Date(NOON) };
  const rows: Readonly<Record<string, readonly object[]>> = {
    profiles: [{ id: 1, name: 'Atendente', name_key: 'atendente', ...kept }],
    users: [
      { id: ANA, name: 'Ana', extension: '1001' },
      { id: BRUNO, name: 'Bruno', extension: '1002' },
      { id: CARLA, name: 'Carla', extension: '1003' },
      { id: 4, name: 'Davi', extension: null },
    ].map((user) => ({ ...user, login: user.name, login_key: user.name, profile_id: 1, is_active: true, ...kept })),
    queues: [
      { id: VENDAS, name: 'Vendas', exchange_name: 'vendas', wrap_up_seconds: 30, missed_limit: 2 },
      { id: SUPORTE, name: 'Suporte', exchange_name: 'suporte', wrap_up_seconds: 0, missed_limit: null },
      { id: COBRANCA, name: 'Cobrança', exchange_name: 'cobranca', wrap_up_seconds: null, missed_limit: 3 },
    ].map((queue) => ({ ...queue, number: `40${queue.id}`, service_level_seconds: 20, is_active: true, ...kept })),
    user_queues: [ANA, BRUNO].flatMap((user) =>
      [VENDAS, SUPORTE, COBRANCA].map((queue) => ({ user_id: user, queue_id: queue })),
    ),
    reasons: [
      { id: ALMOCO, name: 'Almoço', is_productive: false, is_active: true, time_limit_seconds: ALMOCO_SECONDS },
      { id: 2, name: 'Treinamento', is_productive: true, is_active: true, time_limit_seconds: null },
      { id: RETIRED_REASON, name: 'Antigo', is_productive: false, is_active: false, time_limit_seconds: null },
    ].map((reason) => ({ ...reason, type: 'pause', name_key: reason.name, position: 0, ...kept })),
    customers: [{ id: 1, name: 'Beatriz Nunes', name_key: 'beatriz nunes', document: '12345678901', ...kept }],
    customer_phones: [{ customer_id: 1, number: CUSTOMER_NUMBER }],
  };
  await db.write(async (transaction) => {
    for (const [table, list] of Object.entries(rows)) {
      await query.bulkInsert(table, [...list], { transaction });
    }
  });
}

async function onServer(statement: string): Promise<void> {
  const connection = await mysql.createConnection({ ...MYSQL });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
