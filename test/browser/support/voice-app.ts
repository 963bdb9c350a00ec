import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { QueryTypes } from 'sequelize';
import { DEMO_PASSWORD } from '../../../src/modules/accounts/demo-passwords.domain.js';
import { Database } from '../../../src/platform/db/database.js';
import { freePort, ServerProcess, type ServerOptions } from '../../support/server-process.js';
import { eventually } from '../../support/wait.js';
import { type Person } from './agent-page.js';

export interface CallRow {
  readonly direction: string;
  readonly number: string;
  readonly queueId: number | null;
  readonly agentId: number | null;
  readonly state: string;
  readonly talkedMs: number;
  readonly heldMs: number;
  readonly endedBy: string | null;
  readonly endCause: string | null;
}

export interface StoredAgentState {
  readonly blockers: readonly { readonly kind: string; readonly since: number }[];
}

export interface LineRow {
  readonly callId: string;
  readonly agentId: number;
  readonly seconds: number;
  readonly microphone: string | null;
  readonly speaker: string | null;
  readonly lossPercent: number;
  readonly rating: number;
}

export interface AttendanceRow {
  readonly state: string;
  readonly kind: string;
  readonly subject: string;
  readonly outcome: string;
  readonly description: string;
}

export interface CallbackRow {
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
}

/**
 * The whole application in its own process, in demonstration mode, as somebody who follows the README has it. What it
 * stored is read from its database.
 */
export class VoiceApp {
  readonly timeZone = 'America/Sao_Paulo';
  readonly #db: Database;
  readonly #folder: string;
  readonly #options: ServerOptions;
  readonly #startedAt = new Date();
  #server: ServerProcess;
  #cast: Cast | null = null;

  private constructor(folder: string, options: ServerOptions, server: ServerProcess, file: string) {
    this.#folder = folder;
    this.#options = options;
    this.#server = server;
    this.#db = new Database({ dialect: 'sqlite', storage: file });
  }

  /** `env` is added to its environment. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<VoiceApp> {
    const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-journey-'));
    const file = path.join(folder, 'citrus-voz.sqlite');
    const options: ServerOptions = {
      code: 'sources',
      cwd: folder,
      port: await freePort(),
      env: {
        DATABASE_URL: file,
        LOG_LEVEL: 'warn',
        SESSION_SECRET: 's'.repeat(40),
        ENCRYPTION_KEY: 'e'.repeat(40),
        ...env,
      },
    };
    const app = new VoiceApp(folder, options, await ServerProcess.start(options), file);
    app.#cast = await app.#findCast();
    return app;
  }

  get url(): string {
    return this.#server.url;
  }

  get agent(): Person {
    return this.#known.agent;
  }

  /** Another agent. */
  get colleague(): Person {
    return this.#known.colleague;
  }

  get supervisor(): Person {
    return this.#known.supervisor;
  }

  /** One that the agent may log in to. */
  get queue(): Queue {
    return this.#known.queue;
  }

  get customer(): Customer {
    return this.#known.customer;
  }

  /** Ends the server in order; `startAgain` brings it back at the same address, over the same database. */
  async stop(): Promise<void> {
    await this.#server.stop();
    this.#failOnErrors();
  }

  /** Ends the server as a power cut does. */
  async crash(): Promise<void> {
    this.#server.kill();
    await this.#server.ended();
  }

  async startAgain(): Promise<void> {
    this.#server = await ServerProcess.start(this.#options);
  }

  /** The newest call since this application was started. */
  async lastCall(): Promise<CallRow> {
    return eventually('a call in the journal', async () => (await this.#calls())[0]);
  }

  /** The newest call, once the journal says that it is over. */
  async lastEndedCall(): Promise<CallRow> {
    return eventually('the end of the call in the journal', async () => {
      const [call] = await this.#calls();
      return call?.state === 'ended' ? call : null;
    });
  }

  /** What the journal last wrote of an agent. */
  async storedAgent(agentId: number): Promise<StoredAgentState> {
    const [row] = await this.#select<{ state: string }>('SELECT state FROM agent_states WHERE agent_id = :agentId', {
      agentId,
    });
    if (row === undefined) throw new Error('nothing was stored of the agent');
    return JSON.parse(row.state) as StoredAgentState;
  }

  async countCalls(): Promise<number> {
    return (await this.#calls()).length;
  }

  /** What was stored of the line of the newest call, per side. */
  lines(): Promise<readonly LineRow[]> {
    return this.#select<LineRow>(
      `SELECT l.call_id AS callId, l.agent_id AS agentId, l.seconds, l.microphone, l.speaker,
              l.loss_sum / l.seconds AS lossPercent, l.rating_sum / l.seconds AS rating
         FROM call_lines l WHERE l.last_at >= :since ORDER BY l.last_at DESC`,
      { since: this.#startedAt },
    );
  }

  /** The newest record. */
  lastAttendance(): Promise<AttendanceRow> {
    return this.#one<AttendanceRow>(
      'SELECT state, kind, subject, outcome, description FROM attendances ORDER BY id DESC LIMIT 1',
    );
  }

  async lastCallback(): Promise<CallbackRow> {
    const [row] = await this.#select<CallbackRow>(
      'SELECT state, reason, attempts FROM callbacks ORDER BY id DESC LIMIT 1',
    );
    if (row === undefined) throw new Error('no callback was booked');
    return row;
  }

  /** Brings the time of the newest promise forward to now: nobody has to wait for it. */
  async makeCallbackDue(): Promise<void> {
    const now = new Date();
    await this.#db.write((transaction) =>
      this.#db.sequelize.query(
        'UPDATE callbacks SET due_at = :now, next_attempt_at = :now WHERE id = (SELECT MAX(id) FROM callbacks)',
        { replacements: { now }, transaction },
      ),
    );
  }

  findQueue(name: string): Promise<Queue> {
    return this.#one<Queue>('SELECT id, name, number FROM queues WHERE name = :name', { name });
  }

  /** Stores rows as they are, for what the demonstration's data lack. */
  async insert(table: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const query = this.#db.sequelize.getQueryInterface();
    await this.#db.write(async (transaction) => {
      for (const row of rows) await query.insert(null, table, { ...row }, { transaction });
    });
  }

  /** Ends it for good. Fails when it does not end in order, or logged an error. */
  async end(): Promise<void> {
    try {
      await this.stop();
    } finally {
      await this.abandon();
    }
  }

  /** Ends it at once, for a test that has failed already; returns what helps to see why. */
  async abandon(): Promise<readonly string[]> {
    this.#server.kill();
    const events = await this.#select<object>(
      'SELECT at, call_id, type, agent_id, detail FROM call_events WHERE at >= :since ORDER BY at, id',
      { since: this.#startedAt },
    );
    await this.#db.close();
    rmSync(this.#folder, { recursive: true, force: true });
    return [...this.#server.errors, ...events.map((event) => JSON.stringify(event))];
  }

  get #known(): Cast {
    if (this.#cast === null) throw new Error('the application has not been started');
    return this.#cast;
  }

  #failOnErrors(): void {
    const { errors } = this.#server;
    if (errors.length > 0) throw new Error(`the application logged errors:\n${errors.join('\n')}`);
  }

  #calls(): Promise<readonly CallRow[]> {
    return this.#select<CallRow>(
      `SELECT direction, number, queue_id AS queueId, agent_id AS agentId, state, talked_ms AS talkedMs,
              held_ms AS heldMs, ended_by AS endedBy, end_cause AS endCause
         FROM calls WHERE started_at >= :since ORDER BY started_at DESC`,
      { since: this.#startedAt },
    );
  }

  async #findCast(): Promise<Cast> {
    const person = async (login: string): Promise<Person> => {
      const row = await this.#one<{ id: number; name: string }>('SELECT id, name FROM users WHERE login = :login', {
        login,
      });
      return { ...row, login, password: DEMO_PASSWORD };
    };
    const agent = await person('ana.souza');
    return {
      agent,
      colleague: await person('bruno.lima'),
      supervisor: await person('helena.prado'),
      queue: await this.#one<Queue>(
        `SELECT q.id, q.name, q.number FROM queues q JOIN user_queues uq ON uq.queue_id = q.id
          WHERE uq.user_id = :agentId ORDER BY q.id LIMIT 1`,
        { agentId: agent.id },
      ),
      customer: await this.#one<Customer>(
        `SELECT c.id, c.name, p.number FROM customers c JOIN customer_phones p ON p.customer_id = c.id
          ORDER BY c.id, p.id LIMIT 1`,
      ),
    };
  }

  async #one<Row extends object>(sql: string, replacements: Readonly<Record<string, unknown>> = {}): Promise<Row> {
    const [row] = await this.#select<Row>(sql, replacements);
    if (row === undefined) throw new Error(`nothing was found: ${sql} ${JSON.stringify(replacements)}`);
    return row;
  }

  #select<Row extends object>(
    sql: string,
    replacements: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly Row[]> {
    return this.#db.sequelize.query<Row>(sql, { type: QueryTypes.SELECT, replacements });
  }
}

interface Queue {
  readonly id: number;
  readonly name: string;
  readonly number: string;
}

interface Customer {
  readonly id: number;
  readonly name: string;
  readonly number: string;
}

/** Those of the demonstration's data who play in the journeys. */
interface Cast {
  readonly agent: Person;
  readonly colleague: Person;
  readonly supervisor: Person;
  readonly queue: Queue;
  readonly customer: Customer;
}
