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

export interface AttendanceRow extends Model<InferAttributes<AttendanceRow>, InferCreationAttributes<AttendanceRow>> {
  id: CreationOptional<number>;
  protocol: string;
  callId: string | null;
  customerId: number | null;
  agentId: number | null;
  queueId: number | null;
  state: string;
  subject: string;
  description: string;
  openedAt: Date;
  savedAt: Date | null;
  finishedAt: Date | null;
  version: CreationOptional<number>;
}

export interface ProtocolCounterRow extends Model<
  InferAttributes<ProtocolCounterRow>,
  InferCreationAttributes<ProtocolCounterRow>
> {
  day: string;
  lastNumber: number;
}

export function defineAttendanceModel(sequelize: Sequelize): ModelStatic<AttendanceRow> {
  const optionalId = { type: DataTypes.INTEGER, allowNull: true };
  return sequelize.define<AttendanceRow>(
    'Attendance',
    {
      id: { ...idColumn },
      protocol: { type: exactText(20), allowNull: false },
      callId: { type: exactText(64), allowNull: true },
      customerId: { ...optionalId },
      agentId: { ...optionalId },
      queueId: { ...optionalId },
      state: { type: exactText(10), allowNull: false },
      subject: { type: DataTypes.STRING(120), allowNull: false },
      description: { type: DataTypes.TEXT, allowNull: false },
      openedAt: { ...momentColumn },
      savedAt: { ...optionalMomentColumn },
      finishedAt: { ...optionalMomentColumn },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    },
    { tableName: 'attendances', timestamps: false },
  );
}

export function defineProtocolCounterModel(sequelize: Sequelize): ModelStatic<ProtocolCounterRow> {
  return sequelize.define<ProtocolCounterRow>(
    'ProtocolCounter',
    {
      day: { type: exactText(8), allowNull: false, primaryKey: true },
      lastNumber: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'protocol_counters', timestamps: false },
  );
}
