import { Op, QueryTypes, col, fn, literal, type ModelStatic, type WhereOptions } from 'sequelize';
import { type CallDirection } from '../../shared/agent-state.js';
import { type Database } from '../../platform/db/database.js';
import { APART, type QueueCounters } from '../monitoring/queue-counters.domain.js';
import { type EndCause, type EndedBy } from '../telephony/telephony.port.js';
import { toWhere } from './call-filter.repository.js';
import { type LiveCall, type LiveCallState } from './call.domain.js';
import {
  replay,
  type CallFilter,
  type CallPage,
  type CallRecord,
  type CallRecordWithEvents,
  type Named,
} from './call-record.domain.js';
import { type AgentFigures, type CallRecordRepository } from './call-record.service.js';
import {
  defineCallEventModel,
  defineCallModel,
  defineCallPartModel,
  type CallEventRow,
  type CallPartRow,
  type CallRow,
} from './call.model.js';

type NamesOf = ReadonlyMap<number, Named>;
interface Names {
  readonly queues: NamesOf;
  readonly customers: NamesOf;
  readonly users: NamesOf;
}

export class SequelizeCallRecordRepository implements CallRecordRepository {
  readonly #db: Database;
  readonly #calls: ModelStatic<CallRow>;
  readonly #events: ModelStatic<CallEventRow>;
  readonly #parts: ModelStatic<CallPartRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#calls = defineCallModel(db.sequelize);
    this.#events = defineCallEventModel(db.sequelize);
    this.#parts = defineCallPartModel(db.sequelize);
  }

  async list(filter: CallFilter & { readonly pageSize: number }): Promise<CallPage> {
    const { page, pageSize } = filter;
    const { rows, count } = await this.#calls.findAndCountAll({
      where: toWhere(filter, this.#db.sequelize),
      order: [
        ['startedAt', 'DESC'],
        ['id', 'ASC'],
      ],
      limit: pageSize,
      offset: (page - 1) * pageSize,
    });
    return { calls: await this.#toRecords(rows), total: count, page, pageSize };
  }

  async find(callId: string): Promise<CallRecordWithEvents | null> {
    const row = await this.#calls.findByPk(callId);
    const [record] = row === null ? [] : await this.#toRecords([row]);
    if (record === undefined) return null;
    const events = await this.#eventsOf([callId]);
    const users = await this.#names(
      'users',
      events.map((event) => event.agentId),
    );
    return {
      ...record,
      consultations: await this.#consultationsOf(callId),
      events: events.map(({ type, at, agentId, detail }) => ({
        type,
        at: at.getTime(),
        agent: named(users, agentId),
        detail,
      })),
    };
  }

  async #consultationsOf(callId: string): Promise<readonly CallRecord[]> {
    return this.#toRecords(await this.#calls.findAll({ where: { consults: callId }, order: [['startedAt', 'ASC']] }));
  }

  async lastOfCustomer(customerId: number, limit: number): Promise<readonly CallRecord[]> {
    const rows = await this.#calls.findAll({ where: { customerId }, order: [['startedAt', 'DESC']], limit });
    return this.#toRecords(rows);
  }

  unfinished(): Promise<readonly LiveCall[]> {
    // Named one by one: an index on the state serves a list of values, not a "not".
    const states: LiveCallState[] = ['waiting', 'offered', 'dialling', 'talking', 'on-hold'];
    return this.#replayed({ state: { [Op.in]: states } });
  }

  load(callIds: readonly string[]): Promise<readonly LiveCall[]> {
    return callIds.length === 0 ? Promise.resolve([]) : this.#replayed({ id: { [Op.in]: [...callIds] } });
  }

  async countersOf(queueId: number, serviceLevelSeconds: number, from: number, until: number): Promise<QueueCounters> {
    const targetMs = Math.trunc(serviceLevelSeconds * 1000);
    const answered = 'answered_at IS NOT NULL';
    const over = `answered_at IS NULL AND state = 'ended'`;
    const lost = `${over} AND (end_cause IS NULL OR end_cause <> '${APART.leftForCallback}')`;
    const abandoned = `${over} AND end_cause = 'abandoned'`;
    const row = (await this.#calls.findOne({
      attributes: [
        sum('answered', answered),
        sum('answeredInTime', `${answered} AND waited_ms <= ${targetMs}`),
        sum('waitedMs', answered, 'waited_ms'),
        sum('handled', `${answered} AND state = 'ended'`),
        sum('handledMs', `${answered} AND state = 'ended'`, 'talked_ms + held_ms + wrap_up_ms'),
        sum('notAnswered', lost),
        sum('abandoned', abandoned),
        sum('abandonedInTime', `${abandoned} AND waited_ms <= ${targetMs}`),
        sum('leftForCallback', `${over} AND end_cause = '${APART.leftForCallback}'`),
        sum('outOfHours', `${over} AND end_cause = '${APART.outOfHours}'`),
        [fn('COUNT', col('id')), 'calls'],
      ],
      where: {
        queueId,
        direction: { [Op.ne]: 'consult' },
        startedAt: { [Op.gte]: new Date(from), [Op.lt]: new Date(until) },
      },
      raw: true,
    })) as unknown as Readonly<Record<string, number | string | null>> | null;
    const read = (name: string): number => Number(row?.[name] ?? 0);
    return {
      offered: read('answered') + read('notAnswered') - read('outOfHours'),
      answered: read('answered'),
      answeredInTime: read('answeredInTime'),
      notAnswered: read('notAnswered'),
      abandoned: read('abandoned'),
      abandonedInTime: read('abandonedInTime'),
      leftForCallback: read('leftForCallback'),
      outOfHours: read('outOfHours'),
      waitedMs: read('waitedMs'),
      handled: read('handled'),
      handledMs: read('handledMs'),
    };
  }

  async figuresOfAgent(agentId: number, from: number, until: number): Promise<AgentFigures> {
    const over = 'ended_at IS NOT NULL';
    const mine = { agentId, startedAt: { [Op.gte]: new Date(from), [Op.lt]: new Date(until) } };
    const row = (await this.#parts.findOne({
      attributes: [
        [fn('COUNT', fn('DISTINCT', col('call_id'))), 'answered'],
        [fn('COUNT', fn('DISTINCT', literal(`CASE WHEN ${over} THEN call_id END`))), 'handled'],
        sum('handledMs', over, 'talked_ms + held_ms + wrap_up_ms'),
      ],
      where: mine,
      raw: true,
    })) as unknown as Readonly<Record<string, number | string | null>> | null;
    const read = (name: string): number => Number(row?.[name] ?? 0);
    return {
      answered: read('answered'),
      averageHandlingSeconds: read('handled') === 0 ? null : read('handledMs') / read('handled') / 1000,
    };
  }

  async #replayed(where: WhereOptions<CallRow>): Promise<readonly LiveCall[]> {
    const rows = await this.#calls.findAll({ where, order: [['startedAt', 'ASC']] });
    const [names, events] = await Promise.all([this.#namesFor(rows), this.#eventsOf(rows.map((row) => row.id))]);
    return rows.map((row) => {
      const queue = named(names.queues, row.queueId);
      const start = {
        callId: row.id,
        direction: row.direction as CallDirection,
        number: row.number,
        customer: named(names.customers, row.customerId),
        queueId: row.queueId,
        queueName: queue?.name ?? null,
        // A dialled call is its agent's from the beginning; who has an inbound one, its events tell.
        agentId: row.direction === 'inbound' ? null : row.agentId,
        startedAt: row.startedAt.getTime(),
        consults: row.consults,
      };
      const own = events.filter((event) => event.callId === row.id);
      return replay(
        start,
        own.map(({ type, at, agentId, detail }) => ({ type, at: at.getTime(), agentId, detail })),
      );
    });
  }

  async #eventsOf(callIds: readonly string[]): Promise<readonly CallEventRow[]> {
    if (callIds.length === 0) return [];
    // The id follows the order of writing, which is the order in which things were taken; times may be equal.
    return this.#events.findAll({ where: { callId: { [Op.in]: [...callIds] } }, order: [['id', 'ASC']] });
  }

  async #toRecords(rows: readonly CallRow[]): Promise<readonly CallRecord[]> {
    const names = await this.#namesFor(rows);
    return rows.map((row) => toRecord(row, names));
  }

  async #namesFor(rows: readonly CallRow[]): Promise<Names> {
    const ids = (field: 'queueId' | 'customerId' | 'agentId' | 'peerAgentId'): (number | null)[] =>
      rows.map((row) => row[field]);
    const [queues, customers, users] = await Promise.all([
      this.#names('queues', ids('queueId')),
      this.#names('customers', ids('customerId')),
      this.#names('users', [...ids('agentId'), ...ids('peerAgentId')]),
    ]);
    return { queues, customers, users };
  }

  async #names(table: 'queues' | 'customers' | 'users', ids: readonly (number | null)[]): Promise<NamesOf> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map();
    const rows = await this.#db.sequelize.query<Named>(`SELECT id, name FROM ${table} WHERE id IN (:wanted)`, {
      type: QueryTypes.SELECT,
      replacements: { wanted },
    });
    return new Map(rows.map((row) => [row.id, row]));
  }
}

function sum(name: string, when: string, what = '1'): [ReturnType<typeof fn>, string] {
  return [fn('SUM', literal(`CASE WHEN ${when} THEN ${what} ELSE 0 END`)), name];
}

function named(names: NamesOf, id: number | null): Named | null {
  return id === null ? null : (names.get(id) ?? null);
}

function toRecord(row: CallRow, names: Names): CallRecord {
  return {
    callId: row.id,
    direction: row.direction as CallDirection,
    number: row.number,
    queue: named(names.queues, row.queueId),
    customer: named(names.customers, row.customerId),
    agent: named(names.users, row.agentId),
    state: row.state as LiveCallState,
    startedAt: row.startedAt.getTime(),
    answeredAt: row.answeredAt?.getTime() ?? null,
    endedAt: row.endedAt?.getTime() ?? null,
    waitedMs: row.waitedMs,
    talkedMs: row.talkedMs,
    heldMs: row.heldMs,
    wrapUpMs: row.wrapUpMs,
    offers: row.offers,
    endedBy: row.endedBy as EndedBy | null,
    endCause: row.endCause as EndCause | null,
    consults: row.consults,
    peer: named(names.users, row.peerAgentId),
  };
}
