import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import { exactText, idColumn, momentColumn, optionalMomentColumn } from '../../platform/db/migration-tools.js';
import { type AttendanceEventType, type AttendanceKind, type AttendanceState } from './attendance.domain.js';

export interface AttendanceRow extends Model<InferAttributes<AttendanceRow>, InferCreationAttributes<AttendanceRow>> {
  id: CreationOptional<number>;
  protocol: string;
  callId: string | null;
  customerId: number | null;
  agentId: number | null;
  queueId: number | null;
  state: AttendanceState;
  kind: CreationOptional<AttendanceKind>;
  subject: string;
  subjectReasonId: CreationOptional<number | null>;
  description: string;
  outcome: CreationOptional<string>;
  outcomeReasonId: CreationOptional<number | null>;
  uraDigits: CreationOptional<string | null>;
  uraMenu: CreationOptional<string | null>;
  openedAt: Date;
  savedAt: Date | null;
  finishedAt: Date | null;
  version: number;
  agent?: NonAttribute<AgentRow | null>;
}

/** Of users, what a past attendance shows. */
interface AgentRow extends Model<InferAttributes<AgentRow>, InferCreationAttributes<AgentRow>> {
  id: number;
  name: string;
}

export interface ProtocolCounterRow extends Model<
  InferAttributes<ProtocolCounterRow>,
  InferCreationAttributes<ProtocolCounterRow>
> {
  day: string;
  lastNumber: number;
}

export interface AttendanceEventRow extends Model<
  InferAttributes<AttendanceEventRow>,
  InferCreationAttributes<AttendanceEventRow>
> {
  id: CreationOptional<number>;
  attendanceId: number;
  at: Date;
  type: AttendanceEventType;
  userId: number | null;
  fromId: number | null;
  reason: string;
  user?: NonAttribute<AgentRow | null>;
  from?: NonAttribute<AgentRow | null>;
}

export interface AttendanceModels {
  readonly attendances: ModelStatic<AttendanceRow>;
  readonly events: ModelStatic<AttendanceEventRow>;
  readonly counters: ModelStatic<ProtocolCounterRow>;
}

const optionalNumber = { type: DataTypes.INTEGER, allowNull: true };

export function defineAttendanceModels(sequelize: Sequelize): AttendanceModels {
  const attendances = sequelize.define<AttendanceRow>(
    'Attendance',
    {
      id: { ...idColumn },
      protocol: { type: exactText(20), allowNull: false },
      callId: { type: exactText(64), allowNull: true },
      customerId: { ...optionalNumber },
      agentId: { ...optionalNumber },
      queueId: { ...optionalNumber },
      state: { type: exactText(10), allowNull: false },
      kind: { type: DataTypes.STRING(12), allowNull: false, defaultValue: 'normal' },
      subject: { type: DataTypes.STRING(120), allowNull: false },
      subjectReasonId: { ...optionalNumber },
      description: { type: DataTypes.TEXT, allowNull: false },
      outcome: { type: DataTypes.STRING(120), allowNull: false, defaultValue: '' },
      outcomeReasonId: { ...optionalNumber },
      uraDigits: { type: DataTypes.STRING(32), allowNull: true },
      uraMenu: { type: DataTypes.STRING(120), allowNull: true },
      openedAt: { ...momentColumn },
      savedAt: { ...optionalMomentColumn },
      finishedAt: { ...optionalMomentColumn },
      version: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'attendances', timestamps: false },
  );
  const agents = sequelize.define<AgentRow>(
    'AttendanceAgent',
    { id: { ...idColumn }, name: { type: DataTypes.STRING(120), allowNull: false } },
    { tableName: 'users', timestamps: false },
  );
  attendances.belongsTo(agents, { as: 'agent', foreignKey: 'agentId' });
  const events = sequelize.define<AttendanceEventRow>(
    'AttendanceEvent',
    {
      id: { ...idColumn },
      attendanceId: { type: DataTypes.INTEGER, allowNull: false },
      at: { ...momentColumn },
      type: { type: exactText(12), allowNull: false },
      userId: { ...optionalNumber },
      fromId: { ...optionalNumber },
      reason: { type: DataTypes.STRING(300), allowNull: false },
    },
    { tableName: 'attendance_events', timestamps: false },
  );
  events.belongsTo(agents, { as: 'user', foreignKey: 'userId' });
  events.belongsTo(agents, { as: 'from', foreignKey: 'fromId' });
  const counters = sequelize.define<ProtocolCounterRow>(
    'ProtocolCounter',
    {
      day: { type: exactText(8), allowNull: false, primaryKey: true },
      lastNumber: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'protocol_counters', timestamps: false },
  );
  return { attendances, events, counters };
}
