import { Op, QueryTypes, type CreationAttributes, type ModelStatic } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { StaleError } from '../../platform/errors.js';
import { type Actor, type SequelizeAuditRepository, SYSTEM_ACTOR } from '../audit/index.js';
import {
  type QueueRecording,
  type Recording,
  type RecordingPause,
  type RecordingState,
  type RetentionSettings,
} from './recording.domain.js';
import {
  defineQueueRecordingModel,
  defineRecordingModel,
  defineSettingModel,
  type QueueRecordingRow,
  type RecordingRow,
  type SettingRow,
} from './recording.model.js';
import {
  type RecordingRepository,
  type RecordingSettingsRecord,
  type RecordingSettingsRepository,
} from './recording.port.js';

const RUNNING = ['recording', 'paused'];

export class SequelizeRecordingRepository implements RecordingRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #rows: ModelStatic<RecordingRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#rows = defineRecordingModel(db.sequelize);
  }

  async insert({ callId, file, startedAt }: Pick<Recording, 'callId' | 'file' | 'startedAt'>): Promise<void> {
    const row: CreationAttributes<RecordingRow> = {
      ...{ callId, file, state: 'recording', startedAt: new Date(startedAt), endedAt: null, bytes: null },
      ...{ pauses: '[]', resumesAt: null, deletedAt: null, deleteReason: null },
    };
    await this.#db.write((transaction) => this.#rows.bulkCreate([row], { ignoreDuplicates: true, transaction }));
  }

  async find(id: number): Promise<Recording | null> {
    const row = await this.#rows.findByPk(id);
    return row === null ? null : toRecording(row);
  }

  async ofCall(callId: string): Promise<readonly Recording[]> {
    return (await this.#rows.findAll({ where: { callId }, order: [['id', 'ASC']] })).map(toRecording);
  }

  async runningOf(callId: string): Promise<Recording | null> {
    const row = await this.#rows.findOne({ where: { callId, state: RUNNING }, order: [['id', 'DESC']] });
    return row === null ? null : toRecording(row);
  }

  async running(): Promise<readonly Recording[]> {
    return (await this.#rows.findAll({ where: { state: RUNNING }, order: [['id', 'ASC']] })).map(toRecording);
  }

  async update(id: number, changes: Partial<Omit<Recording, 'id' | 'callId' | 'file' | 'startedAt'>>): Promise<void> {
    const { pauses, endedAt, resumesAt, state, bytes } = changes;
    const columns = {
      ...(state === undefined ? {} : { state }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(pauses === undefined ? {} : { pauses: JSON.stringify(pauses) }),
      ...(endedAt === undefined ? {} : { endedAt: toDate(endedAt) }),
      ...(resumesAt === undefined ? {} : { resumesAt: toDate(resumesAt) }),
    };
    await this.#db.write((transaction) => this.#rows.update(columns, { where: { id }, transaction }));
  }

  async listExpired(before: number, limit: number): Promise<readonly Recording[]> {
    const rows = await this.#db.sequelize.query<{ id: number }>(
      `SELECT recordings.id AS id FROM recordings
       WHERE recordings.state = 'finished' AND recordings.started_at < :before AND NOT EXISTS
         (SELECT 1 FROM attendances WHERE attendances.call_id = recordings.call_id AND attendances.state = 'open')
       ORDER BY recordings.started_at, recordings.id LIMIT :limit`,
      { type: QueryTypes.SELECT, replacements: { before: new Date(before), limit } },
    );
    const found = await this.#rows.findAll({ where: { id: rows.map(({ id }) => id) } });
    return found.map(toRecording).sort((a, b) => a.startedAt - b.startedAt || a.id - b.id);
  }

  markDeleted(recording: Recording, at: number, reason: string): Promise<boolean> {
    return this.#db.write(async (transaction) => {
      const [count] = await this.#rows.update(
        { state: 'deleted', deletedAt: new Date(at), deleteReason: reason },
        { where: { id: recording.id, state: { [Op.ne]: 'deleted' } }, transaction },
      );
      if (count === 0) return false;
      await this.#audit.write(transaction, {
        actor: SYSTEM_ACTOR,
        action: 'deleted',
        ...subjectOf(recording),
        before: { recording: recording.id, startedAt: new Date(recording.startedAt).toISOString() },
        after: null,
      });
      return true;
    });
  }

  async notePlay(recording: Recording, actor: Actor): Promise<void> {
    await this.#audit.record({
      actor,
      action: 'played',
      ...subjectOf(recording),
      before: null,
      after: { recording: recording.id },
    });
  }
}

const KEY = 'recordings';

export class SequelizeRecordingSettingsRepository implements RecordingSettingsRepository {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #settings: ModelStatic<SettingRow>;
  readonly #queues: ModelStatic<QueueRecordingRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#settings = defineSettingModel(db.sequelize);
    this.#queues = defineQueueRecordingModel(db.sequelize);
  }

  async load(): Promise<RecordingSettingsRecord> {
    const row = await this.#settings.findByPk(KEY, { rejectOnEmpty: true });
    const queues = await this.#queues.findAll({ order: [['queueId', 'ASC']] });
    return { ...(JSON.parse(row.value) as RetentionSettings & { version: number }), queues: queues.map(toQueue) };
  }

  async ofQueue(queueId: number): Promise<QueueRecording | null> {
    const row = await this.#queues.findByPk(queueId);
    return row === null ? null : toQueue(row);
  }

  async save({ keepDays, keepRecordsYears, version, queues }: RecordingSettingsRecord, actor: Actor): Promise<void> {
    await this.#db.write(async (transaction) => {
      const row = await this.#settings.findByPk(KEY, { rejectOnEmpty: true, transaction });
      const before = JSON.parse(row.value) as RetentionSettings & { version: number };
      const value = JSON.stringify({ keepDays, keepRecordsYears, version: version + 1 });
      // The text is the version: two who read the same cannot both change it.
      const where = { key: KEY, value: row.value };
      const [count] = before.version === version ? await this.#settings.update({ value }, { where, transaction }) : [0];
      if (count === 0) throw new StaleError();
      const old = await this.#queues.findAll({ order: [['queueId', 'ASC']], transaction });
      await this.#queues.destroy({ where: {}, transaction });
      if (queues.length > 0) await this.#queues.bulkCreate([...queues], { transaction });
      await this.#audit.write(transaction, {
        actor,
        action: 'changed',
        subject: 'recording-settings',
        subjectId: null,
        subjectName: '',
        before: toAudit(before, old.map(toQueue)),
        after: toAudit({ keepDays, keepRecordsYears }, queues),
      });
    });
  }
}

function toAudit(
  { keepDays, keepRecordsYears }: RetentionSettings,
  queues: readonly QueueRecording[],
): Readonly<Record<string, number | readonly number[]>> {
  const idsOf = (which: (queue: QueueRecording) => boolean): readonly number[] =>
    queues.filter(which).map(({ queueId }) => queueId);
  return {
    keepDays,
    keepRecordsYears,
    recordedQueues: idsOf(({ records }) => records),
    pausableQueues: idsOf(({ agentsPause }) => agentsPause),
  };
}

function subjectOf({ callId }: Recording): {
  readonly subject: 'recording';
  readonly subjectId: string;
  readonly subjectName: string;
} {
  return { subject: 'recording', subjectId: callId, subjectName: callId };
}

function toQueue({ queueId, records, agentsPause }: QueueRecordingRow): QueueRecording {
  return { queueId, records, agentsPause };
}

function toRecording(row: RecordingRow): Recording {
  return {
    id: row.id,
    callId: row.callId,
    file: row.file,
    state: row.state as RecordingState,
    startedAt: row.startedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
    // MySQL gives integers of eight bytes as text.
    bytes: row.bytes === null ? null : Number(row.bytes),
    pauses: JSON.parse(row.pauses) as readonly RecordingPause[],
    resumesAt: row.resumesAt?.getTime() ?? null,
    deletedAt: row.deletedAt?.getTime() ?? null,
    deleteReason: row.deleteReason,
  };
}

function toDate(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}
