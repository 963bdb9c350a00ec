import assert from 'node:assert/strict';
import { type Model, type ModelStatic, type Sequelize } from 'sequelize';
import { Database } from '../../src/platform/db/database.js';
import { createMigrator } from '../../src/platform/db/migrator.js';
import { toOptions } from '../../src/platform/db/open-database.js';
import {
  defineQueueRecordingModel,
  defineRecordingModel,
  defineSettingModel,
} from '../../src/modules/recordings/recording.model.js';
import { defineSessionModel } from '../../src/platform/http/session-store.js';
import { definePasswordLinkModel } from '../../src/modules/accounts/password-link.model.js';
import { defineAttendanceModels, type AttendanceModels } from '../../src/modules/attendances/attendance.model.js';
import { defineAgentIntervalModel, defineAgentStateModel } from '../../src/modules/calls/agent-journal.model.js';
import { defineAuditModel } from '../../src/modules/audit/audit.model.js';
import { defineCallModel, defineCallPartModel } from '../../src/modules/calls/call.model.js';
import { defineHolidayModel } from '../../src/modules/holidays/holiday.model.js';
import { defineCallLineModel, defineEquipmentCheckModel } from '../../src/modules/line-quality/line-quality.model.js';
import { defineProfileModel, defineProfilePermissionModel } from '../../src/modules/profiles/profile.model.js';
import { defineQueueHourModel, defineQueueModel } from '../../src/modules/queues/queue.model.js';
import { defineUserModel, defineUserQueueModel } from '../../src/modules/users/user.model.js';
import { paths } from '../../src/platform/paths.js';
import { makeDatabase, type TestDatabase } from '../support/database.js';

/** A model whose table is another than its migrations made is found here, not by its first reader. */
const attendanceModel =
  <Name extends keyof AttendanceModels>(name: Name) =>
  (sequelize: Sequelize): AttendanceModels[Name] =>
    defineAttendanceModels(sequelize)[name];

const MODELS = [
  defineProfileModel,
  defineProfilePermissionModel,
  defineUserModel,
  defineUserQueueModel,
  defineSessionModel,
  defineAuditModel,
  defineQueueModel,
  defineQueueHourModel,
  defineHolidayModel,
  definePasswordLinkModel,
  defineCallModel,
  defineCallPartModel,
  defineRecordingModel,
  defineQueueRecordingModel,
  defineSettingModel,
  defineAgentStateModel,
  defineAgentIntervalModel,
  defineCallLineModel,
  defineEquipmentCheckModel,
  attendanceModel('attendances'),
  attendanceModel('events'),
  attendanceModel('counters'),
];

describe('migrations', () => {
  let made: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    made = await makeDatabase();
    db = new Database(toOptions(made.config));
  });
  afterEach(async () => {
    await db.close();
    await made.drop();
  });

  it('go up, down to nothing, and up again to the same tables', async () => {
    const migrator = createMigrator(db.sequelize, paths.migrations);
    await migrator.up();
    const first = await describeTables(db);
    assert.ok(Object.keys(first).length > 10);
    await migrator.down({ to: 0 });
    assert.deepEqual(Object.keys(await describeTables(db)), []);
    await migrator.up();
    assert.deepEqual(await describeTables(db), first);
  });

  it('make the columns that the models have, and allow nothing where they do', async () => {
    await createMigrator(db.sequelize, paths.migrations).up();
    for (const define of MODELS) {
      const model: ModelStatic<Model> = define(db.sequelize);
      const table = await db.sequelize.getQueryInterface().describeTable(model.getTableName());
      const attributes = Object.values(model.getAttributes());
      assert.deepEqual(attributes.map((each) => each.field).sort(), Object.keys(table).sort(), model.name);
      for (const attribute of attributes) {
        // SQLite calls every primary key nullable.
        if (attribute.primaryKey === true) continue;
        const column = table[attribute.field!]!;
        assert.equal(column.allowNull, attribute.allowNull, `${model.name}.${attribute.field!}`);
      }
    }
  });
});

async function describeTables(db: Database): Promise<Readonly<Record<string, unknown>>> {
  const query = db.sequelize.getQueryInterface();
  const names = (await query.showAllTables()).filter((name) => name !== 'migrations').sort();
  const tables: Record<string, unknown> = {};
  for (const name of names) tables[name] = await query.describeTable(name);
  return tables;
}
