import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { exactText, idColumn, momentColumn, optionalMomentColumn } from '../../platform/db/migration-tools.js';

export interface RecordingRow extends Model<InferAttributes<RecordingRow>, InferCreationAttributes<RecordingRow>> {
  id: CreationOptional<number>;
  callId: string;
  file: string;
  state: string;
  startedAt: Date;
  endedAt: Date | null;
  bytes: number | string | null;
  pauses: string;
  resumesAt: Date | null;
  deletedAt: Date | null;
  deleteReason: string | null;
}

export function defineRecordingModel(sequelize: Sequelize): ModelStatic<RecordingRow> {
  return sequelize.define<RecordingRow>(
    'Recording',
    {
      id: { ...idColumn },
      callId: { type: exactText(64), allowNull: false },
      file: { type: exactText(120), allowNull: false },
      state: { type: exactText(10), allowNull: false },
      startedAt: { ...momentColumn },
      endedAt: { ...optionalMomentColumn },
      bytes: { type: DataTypes.BIGINT, allowNull: true },
      pauses: { type: DataTypes.TEXT, allowNull: false },
      resumesAt: { ...optionalMomentColumn },
      deletedAt: { ...optionalMomentColumn },
      deleteReason: { type: exactText(20), allowNull: true },
    },
    { tableName: 'recordings', timestamps: false },
  );
}

export interface QueueRecordingRow extends Model<
  InferAttributes<QueueRecordingRow>,
  InferCreationAttributes<QueueRecordingRow>
> {
  queueId: number;
  records: boolean;
  agentsPause: boolean;
}

export function defineQueueRecordingModel(sequelize: Sequelize): ModelStatic<QueueRecordingRow> {
  return sequelize.define<QueueRecordingRow>(
    'QueueRecording',
    {
      queueId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      records: { type: DataTypes.BOOLEAN, allowNull: false },
      agentsPause: { type: DataTypes.BOOLEAN, allowNull: false },
    },
    { tableName: 'queue_recordings', timestamps: false },
  );
}

export interface SettingRow extends Model<InferAttributes<SettingRow>, InferCreationAttributes<SettingRow>> {
  key: string;
  value: string;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export function defineSettingModel(sequelize: Sequelize): ModelStatic<SettingRow> {
  return sequelize.define<SettingRow>(
    'Setting',
    {
      key: { type: exactText(60), allowNull: false, primaryKey: true },
      value: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'settings' },
  );
}
