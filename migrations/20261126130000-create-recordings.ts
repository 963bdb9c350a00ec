import { DataTypes, QueryTypes, type QueryInterface } from 'sequelize';
import {
  createTable,
  exactText,
  idColumn,
  momentColumn,
  optionalMomentColumn,
  reference,
} from '../src/platform/db/migration-tools.js';

/** Recordings of calls, and which queues' calls are recorded. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'recordings', {
    id: idColumn,
    // No reference: the exchange tells of a recording before the call's row is written.
    call_id: { type: exactText(64), allowNull: false },
    file: { type: exactText(120), allowNull: false, unique: true },
    // recording, paused, finished, deleted
    state: { type: exactText(10), allowNull: false },
    started_at: momentColumn,
    ended_at: optionalMomentColumn,
    // Known once it is finished.
    bytes: { type: DataTypes.BIGINT, allowNull: true },
    // [{"from": ms, "until": ms or null}]
    pauses: { type: DataTypes.TEXT, allowNull: false },
    // While it is paused: when it goes on by itself.
    resumes_at: optionalMomentColumn,
    deleted_at: optionalMomentColumn,
    delete_reason: { type: exactText(20), allowNull: true },
  });
  await query.addIndex('recordings', ['call_id']);
  // In the order the job asks.
  await query.addIndex('recordings', ['state', 'started_at', 'id']);
  await createTable(query, 'queue_recordings', {
    queue_id: { ...reference('queues', { onDelete: 'CASCADE' }), primaryKey: true },
    records: { type: DataTypes.BOOLEAN, allowNull: false },
    agents_pause: { type: DataTypes.BOOLEAN, allowNull: false },
  });
  await query.sequelize.query(
    `INSERT INTO settings (\`key\`, value, created_at, updated_at) VALUES ('recordings', :value, :at, :at)`,
    {
      type: QueryTypes.INSERT,
      replacements: { value: JSON.stringify({ keepDays: 90, keepRecordsYears: 2, version: 0 }), at: new Date(0) },
    },
  );
}

export async function down(query: QueryInterface): Promise<void> {
  await query.bulkDelete('settings', { key: 'recordings' });
  await query.dropTable('queue_recordings');
  await query.dropTable('recordings');
}
