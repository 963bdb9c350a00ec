import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SequelizeAuditRepository } from '../../src/modules/audit/index.js';
import {
  CallCentre,
  DEFAULT_CENTRE_SETTINGS,
  SequelizeAgentStateRepository,
  type AgentIdentity,
} from '../../src/modules/agents/index.js';
import { SequelizeCallJournal, SequelizeCallRecordRepository } from '../../src/modules/calls/index.js';
import { SequelizeCustomerRepository } from '../../src/modules/customers/index.js';
import { BoardFeed } from '../../src/modules/monitoring/board-feed.service.js';
import { SequelizeQueueRepository } from '../../src/modules/queues/index.js';
import { Reasons, SequelizeReasonRepository } from '../../src/modules/reasons/index.js';
import { type Database } from '../../src/platform/db/database.js';
import { openDatabase } from '../../src/platform/db/open-database.js';
import { DomainError } from '../../src/platform/errors.js';
import { RealtimeHub, type ClientCommands, type HubViewer } from '../../src/platform/realtime/hub.js';
import { systemSchedule } from '../../src/platform/schedule.js';
import { PERMISSIONS } from '../../src/shared/permissions.js';
import { clientEventSchemas } from '../../src/shared/realtime.js';
import { type Platform } from './measure.js';
import { ScriptedTelephony } from './scripted-telephony.js';

const QUEUES = ['Suporte', 'Vendas', 'Financeiro'];
const MARKER_QUEUE = { id: QUEUES.length + 1, name: 'Sinal' };
const ROOM = 'board';

/** Something that should not have happened stops the benchmark: a figure with errors in it is none. */
function fail(context: unknown, message: unknown): void {
  console.error(message, context);
  process.exitCode = 1;
}

/** The parts that stand between the exchange and a board, wired as the application does, over a SQLite file. */
export async function startPlatform(options: { readonly agents: number }): Promise<Platform> {
  const undo: (() => Promise<void> | void)[] = [];
  const dispose = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await assemble(options.agents, undo)), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function assemble(
  count: number,
  undo: (() => Promise<void> | void)[],
): Promise<Omit<Platform, typeof Symbol.asyncDispose>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-bench-'));
  undo.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const db = await openDatabase({ kind: 'sqlite', file: path.join(folder, 'bench.sqlite') });
  undo.push(() => db.close());
  const agents = identities(count);
  await seed(db, agents);

  const log = { info: () => undefined, warn: fail, error: fail };
  const telephony = new ScriptedTelephony();
  const journal = new SequelizeCallJournal({ db, schedule: systemSchedule, log });
  undo.push(() => journal[Symbol.asyncDispose]());
  const centre = new CallCentre({
    telephony,
    directory: { listAgents: () => Promise.resolve(agents) },
    agents: new SequelizeAgentStateRepository(db, { log }),
    calls: new SequelizeCallRecordRepository(db),
    journal,
    queues: new SequelizeQueueRepository(db, new SequelizeAuditRepository(db, () => new Date())),
    reasons: new Reasons({
      repository: new SequelizeReasonRepository(db, new SequelizeAuditRepository(db, () => new Date())),
    }),
    customers: new SequelizeCustomerRepository(db, new SequelizeAuditRepository(db, () => new Date())),
    now: () => Date.now(),
    schedule: systemSchedule,
    hours: () => true,
    newCallId: () => randomUUID(),
    log,
    timeZone: 'America/Sao_Paulo',
    settings: DEFAULT_CENTRE_SETTINGS,
  });
  undo.push(() => centre[Symbol.asyncDispose]());
  const board = new BoardFeed({ source: centre, now: () => Date.now(), schedule: systemSchedule, logError: fail });
  undo.push(() => {
    board[Symbol.dispose]();
  });
  const server = createServer();
  const hub = new RealtimeHub<HubViewer>({
    server,
    handshake: [],
    viewerOf: () =>
      Promise.resolve({ userId: 1, sessionId: 'bench', locale: 'pt-BR', permissions: new Set(PERMISSIONS) }),
    loadViewer: (viewer) => Promise.resolve(viewer),
    commands: boardCommands(board),
    translate: () => (key) => key,
    onClosed: () => undefined,
    keepAlive: () => undefined,
    logError: fail,
    // A process that is kept busy on purpose answers no ping in time.
    pingTimeoutMs: 60_000,
  });
  undo.push(() => hub.close());

  await centre.start();
  board.start();
  board.onFrame((frame) => {
    hub.send(ROOM, 'board:changed', frame);
  });
  await beginShifts(centre, telephony, agents);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queues: QUEUES,
    extensions: agents.map(({ extension }) => extension),
    markerQueue: MARKER_QUEUE,
    say: (event) => {
      telephony.say(event);
    },
    settled: () => journal.flush(),
  };
}

type Agent = AgentIdentity & { readonly extension: string };

function identities(count: number): readonly Agent[] {
  const queueIds = QUEUES.map((_name, index) => index + 1);
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `Atendente ${index + 1}`,
    extension: String(1001 + index),
    queueIds,
  }));
}

async function seed(db: Database, agents: readonly AgentIdentity[]): Promise<void> {
  const now = new Date();
  const query = db.sequelize.getQueryInterface();
  const rows = (table: string, values: readonly object[]): Promise<void> =>
    db.write(async (transaction) => {
      await query.bulkInsert(
        table,
        values.map((value) => ({ created_at: now, updated_at: now, ...value })),
        { transaction },
      );
    });
  await rows('profiles', [{ id: 1, name: 'Atendente', name_key: 'atendente' }]);
  await rows(
    'users',
    agents.map(({ id, name, extension }) => {
      const login = `atendente${id}`;
      return { id, name, login, login_key: login, profile_id: 1, extension };
    }),
  );
  await rows(
    'queues',
    [...QUEUES, MARKER_QUEUE.name].map((name, index) => ({
      id: index + 1,
      name,
      exchange_name: name,
      number: String(4001 + index),
      wrap_up_seconds: 60,
    })),
  );
}

async function beginShifts(centre: CallCentre, telephony: ScriptedTelephony, agents: readonly Agent[]): Promise<void> {
  for (const { id, extension } of agents) {
    telephony.say({ type: 'phone-registered', at: Date.now(), extension });
    await centre.pageConnected(id);
    await centre.startShift(id);
    await centre.logAll(id, true);
  }
}

function boardCommands(board: BoardFeed): ClientCommands<HubViewer> {
  const others = Object.keys(clientEventSchemas).map((name) => [
    name,
    {
      permission: 'monitoring',
      run: () => Promise.reject(new DomainError('not-found', 'realtime:unknown-command')),
    },
  ]);
  return {
    ...(Object.fromEntries(others) as ClientCommands<HubViewer>),
    'board:open': { permission: 'monitoring', room: () => ROOM, run: () => Promise.resolve(board.snapshot()) },
  };
}
