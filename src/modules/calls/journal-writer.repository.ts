import { type ModelStatic, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { defineAgentIntervalModel, defineAgentStateModel } from './agent-journal.model.js';
import { type AgentIntervalRow, type AgentStateRow } from './agent-journal.model.js';
import { durationsOf, ownerOf, type LiveCall } from './call.domain.js';
import { type JournalEntry } from './call-journal.port.js';
import { defineCallEventModel, defineCallModel, type CallEventRow, type CallRow } from './call.model.js';

type EntryOf<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { readonly kind: Kind }>;

interface Interval {
  readonly agentId: number;
  readonly status: string;
  readonly reasonId: number | null;
  readonly callId: string | null;
  readonly pauseCause: string | null;
  readonly pauseBeganAt: Date | null;
  readonly limitSeconds: number | null;
  readonly startedAt: Date;
  endedAt: Date | null;
}

/** Everything of a call that changes while it lives; the wrap-up is written by its own entry, after the call. */
const CALL_CHANGES = [
  ...(['customerId', 'agentId', 'state', 'answeredAt', 'endedAt', 'waitedMs', 'talkedMs', 'heldMs'] as const),
  ...(['offers', 'endedBy', 'endCause'] as const),
];

/**
 * Turns a batch of journal entries into as few statements as it can: of one call or agent only the last state is written,
 * an interval that begins and ends in the batch is one row.
 */
export class JournalWriter {
  readonly #calls: ModelStatic<CallRow>;
  readonly #events: ModelStatic<CallEventRow>;
  readonly #states: ModelStatic<AgentStateRow>;
  readonly #intervals: ModelStatic<AgentIntervalRow>;

  constructor(db: Database) {
    this.#calls = defineCallModel(db.sequelize);
    this.#events = defineCallEventModel(db.sequelize);
    this.#states = defineAgentStateModel(db.sequelize);
    this.#intervals = defineAgentIntervalModel(db.sequelize);
  }

  async write(batch: readonly JournalEntry[], transaction: Transaction): Promise<void> {
    await this.#writeCalls(ofKind(batch, 'call'), transaction);
    await this.#writeEvents(ofKind(batch, 'call-event'), transaction);
    for (const { callId, wrapUpMs } of ofKind(batch, 'wrap-up')) {
      await this.#calls.update({ wrapUpMs }, { where: { id: callId }, transaction });
    }
    await this.#writeIntervals(ofKind(batch, 'interval'), transaction);
    await this.#writeStates(ofKind(batch, 'agent-state'), transaction);
  }

  async #writeCalls(entries: readonly EntryOf<'call'>[], transaction: Transaction): Promise<void> {
    const last = new Map(entries.map(({ call }) => [call.callId, call]));
    if (last.size === 0) return;
    await this.#calls.bulkCreate([...last.values()].map(toRow), {
      transaction,
      updateOnDuplicate: CALL_CHANGES,
    });
  }

  async #writeEvents(entries: readonly EntryOf<'call-event'>[], transaction: Transaction): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ callId, type, at, agentId, detail }) => ({
      callId,
      type,
      at: new Date(at),
      agentId,
      detail,
    }));
    await this.#events.bulkCreate(rows, { transaction });
  }

  async #writeIntervals(entries: readonly EntryOf<'interval'>[], transaction: Transaction): Promise<void> {
    const opened: Interval[] = [];
    const openNow = new Map<number, Interval>();
    for (const { agentId, at, closes, opens } of entries) {
      const ours = openNow.get(agentId);
      if (ours !== undefined) ours.endedAt = new Date(at);
      else if (closes !== null) await this.#close(agentId, closes, at, transaction);
      openNow.delete(agentId);
      if (opens === null) continue;
      const { pause, ...what } = opens;
      const interval: Interval = {
        ...{ agentId, ...what, startedAt: new Date(at), endedAt: null },
        pauseCause: pause?.cause ?? null,
        pauseBeganAt: toDate(pause?.beganAt ?? null),
        limitSeconds: pause?.limitSeconds ?? null,
      };
      opened.push(interval);
      openNow.set(agentId, interval);
    }
    if (opened.length > 0) await this.#intervals.bulkCreate(opened, { transaction });
  }

  async #close(agentId: number, startedAt: number, endedAt: number, transaction: Transaction): Promise<void> {
    await this.#intervals.update(
      { endedAt: new Date(endedAt) },
      { where: { agentId, startedAt: new Date(startedAt), endedAt: null }, transaction },
    );
  }

  async #writeStates(entries: readonly EntryOf<'agent-state'>[], transaction: Transaction): Promise<void> {
    const last = new Map(entries.map((entry) => [entry.agentId, entry]));
    if (last.size === 0) return;
    const rows = [...last.values()].map(({ agentId, state, version, since }) => ({
      agentId,
      state,
      version,
      since: new Date(since),
    }));
    await this.#states.bulkCreate(rows, { transaction, updateOnDuplicate: ['state', 'version', 'since'] });
  }
}

function ofKind<Kind extends JournalEntry['kind']>(
  batch: readonly JournalEntry[],
  kind: Kind,
): readonly EntryOf<Kind>[] {
  return batch.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}

const NUMBER_MAX = 32;

function toRow(call: LiveCall) {
  return {
    id: call.callId,
    direction: call.direction,
    // A stranger's phone may say anything about who it is.
    number: call.number.slice(0, NUMBER_MAX),
    queueId: call.queueId,
    customerId: call.customer?.id ?? null,
    agentId: ownerOf(call),
    state: call.state,
    startedAt: new Date(call.startedAt),
    answeredAt: toDate(call.answeredAt),
    endedAt: toDate(call.endedAt),
    ...durationsOf(call),
    offers: call.offers,
    endedBy: call.endedBy,
    endCause: call.endCause,
  };
}

function toDate(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}
