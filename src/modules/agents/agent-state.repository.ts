import { type ModelStatic } from 'sequelize';
import { z } from 'zod';
import { type BlockerKind } from '../../shared/agent-state.js';
import { type Database } from '../../platform/db/database.js';
import { defineAgentStateModel, type AgentStateRow } from '../calls/agent-journal.model.js';
import { INITIAL_AGENT_STATE, type AgentState } from './agent-state.domain.js';
import { type AgentStore, type CentreLog, type StoredAgent } from './call-centre.port.js';

const moment = z.number();
const reason = z.object({
  id: z.number(),
  name: z.string(),
  isProductive: z.boolean(),
  timeLimitSeconds: z.number().nullable().default(null),
});
const BLOCKERS = ['no-shift', 'paused', 'missed', 'call', 'no-page', 'no-phone', 'reserved'] as const;
const callId = z.string();

/** The state machine's state as the journal wrote it, perhaps by another version of the program. */
const stored = z.object({
  state: z.object({
    shiftStartedAt: moment.nullable(),
    phoneRegistered: z.boolean(),
    pageConnected: z.boolean(),
    pause: z.object({ reason, since: moment }).nullable(),
    nextPause: reason.nullable(),
    missedCalls: z.number().default(0),
    missedSince: moment.nullable().default(null),
    reservedFor: z.number().nullable(),
    activity: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('idle') }),
      z.object({ kind: z.enum(['offered', 'dialling', 'talking', 'on-hold']), callId }),
      z.object({ kind: z.literal('wrap-up'), callId, startedAt: moment, until: moment.nullable() }),
    ]),
  }) satisfies z.ZodType<AgentState>,
  blockers: z.array(z.object({ kind: z.enum(BLOCKERS) satisfies z.ZodType<BlockerKind>, since: moment })).default([]),
  queueIds: z.array(z.number()),
});

/** Reads what the journal wrote of the agents. */
export class SequelizeAgentStateRepository implements AgentStore {
  readonly #states: ModelStatic<AgentStateRow>;
  readonly #log: Pick<CentreLog, 'error'>;

  constructor(db: Database, deps: { readonly log: Pick<CentreLog, 'error'> }) {
    this.#states = defineAgentStateModel(db.sequelize);
    this.#log = deps.log;
  }

  async list(): Promise<readonly StoredAgent[]> {
    const rows = await this.#states.findAll();
    return rows.map((row) => this.#toStored(row));
  }

  /** One that cannot be read begins anew rather than keep everybody else from starting; its version goes on. */
  #toStored(row: AgentStateRow): StoredAgent {
    const { agentId, version } = row;
    const since = row.since.getTime();
    const parsed = stored.safeParse(parseJson(row.state));
    if (parsed.success) return { agentId, ...parsed.data, version, since };
    this.#log.error({ agentId, state: row.state }, 'the stored state of an agent cannot be read');
    return { agentId, state: INITIAL_AGENT_STATE, blockers: [], queueIds: [], version, since };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
