import { Op, QueryTypes, UniqueConstraintError, type ModelStatic } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type MicrophoneLevel } from '../../shared/line-quality.js';
import { type CallLine, type EquipmentCheck } from './line-quality.domain.js';
import {
  defineCallLineModel,
  defineEquipmentCheckModel,
  type CallLineRow,
  type EquipmentCheckRow,
} from './line-quality.model.js';
import { type LineQualityRepository } from './line-quality.service.js';

export class SequelizeLineQualityRepository implements LineQualityRepository {
  readonly #db: Database;
  readonly #lines: ModelStatic<CallLineRow>;
  readonly #checks: ModelStatic<EquipmentCheckRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#lines = defineCallLineModel(db.sequelize);
    this.#checks = defineEquipmentCheckModel(db.sequelize);
  }

  async change(
    callId: string,
    agentId: number,
    change: (line: CallLine | null) => CallLine | null,
  ): Promise<CallLine | null> {
    try {
      return await this.#change(callId, agentId, change);
    } catch (error) {
      // Another process stored the first sample of this line at the same moment: the second look finds it.
      if (!(error instanceof UniqueConstraintError)) throw error;
      return this.#change(callId, agentId, change);
    }
  }

  async ofCalls(callIds: readonly string[]): Promise<readonly CallLine[]> {
    if (callIds.length === 0) return [];
    const rows = await this.#lines.findAll({
      where: { callId: { [Op.in]: [...callIds] } },
      order: [
        ['firstAt', 'ASC'],
        ['agentId', 'ASC'],
      ],
    });
    return rows.map(toLine);
  }

  async ratings(
    from: number,
    until: number,
  ): Promise<ReadonlyMap<number, { readonly mean: number; readonly seconds: number }>> {
    const rows = await this.#db.sequelize.query<{ agentId: number; sum: number; seconds: number }>(
      'SELECT agent_id AS agentId, SUM(rating_sum) AS sum, SUM(seconds) AS seconds FROM call_lines ' +
        'WHERE last_at >= :from AND last_at < :until GROUP BY agent_id',
      { type: QueryTypes.SELECT, replacements: { from: new Date(from), until: new Date(until) } },
    );
    return new Map(rows.map(({ agentId, sum, seconds }) => [agentId, { mean: sum / seconds, seconds }]));
  }

  async storeCheck({ checkedAt, ...check }: EquipmentCheck): Promise<void> {
    await this.#db.write((transaction) =>
      this.#checks.upsert({ ...check, checkedAt: new Date(checkedAt) }, { transaction }),
    );
  }

  async checks(): Promise<ReadonlyMap<number, EquipmentCheck>> {
    const rows = await this.#checks.findAll();
    return new Map(rows.map((row) => [row.agentId, toCheck(row)]));
  }

  #change(
    callId: string,
    agentId: number,
    change: (line: CallLine | null) => CallLine | null,
  ): Promise<CallLine | null> {
    return this.#db.write(async (transaction) => {
      const row = await this.#lines.findOne({
        where: { callId, agentId },
        transaction,
        lock: transaction.LOCK.UPDATE,
      });
      const changed = change(row === null ? null : toLine(row));
      if (changed === null) return null;
      if (row === null) await this.#lines.create(toRow(changed), { transaction });
      else await row.update(toRow(changed), { transaction });
      return changed;
    });
  }
}

function toRow(line: CallLine) {
  const { callId, agentId, seconds, roundTrip, jitter, loss, rating, microphone, speaker } = line;
  return {
    callId,
    agentId,
    seconds,
    roundTripSum: roundTrip.sum,
    roundTripSeconds: roundTrip.seconds,
    roundTripWorst: roundTrip.worst,
    jitterSum: jitter.sum,
    jitterSeconds: jitter.seconds,
    jitterWorst: jitter.worst,
    lossSum: loss.sum,
    lossWorst: loss.worst ?? 0,
    ratingSum: rating.sum,
    ratingWorst: rating.worst ?? 0,
    microphone,
    speaker,
    firstAt: new Date(line.firstAt),
    lastAt: new Date(line.lastAt),
  };
}

function toLine(row: CallLineRow): CallLine {
  const { callId, agentId, seconds, microphone, speaker } = row;
  return {
    callId,
    agentId,
    seconds,
    roundTrip: { sum: row.roundTripSum, seconds: row.roundTripSeconds, worst: row.roundTripWorst },
    jitter: { sum: row.jitterSum, seconds: row.jitterSeconds, worst: row.jitterWorst },
    loss: { sum: row.lossSum, seconds, worst: row.lossWorst },
    rating: { sum: row.ratingSum, seconds, worst: row.ratingWorst },
    microphone,
    speaker,
    firstAt: row.firstAt.getTime(),
    lastAt: row.lastAt.getTime(),
  };
}

function toCheck(row: EquipmentCheckRow): EquipmentCheck {
  const { agentId, peakDb, roundTripMs, microphone, speaker, ringer } = row;
  return {
    agentId,
    checkedAt: row.checkedAt.getTime(),
    level: row.level as MicrophoneLevel,
    peakDb,
    roundTripMs,
    microphone,
    speaker,
    ringer,
  };
}
