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
import { type AttendanceState } from './attendance.domain.js';

export interface AttendanceRow extends Model<InferAttributes<AttendanceRow>, InferCreationAttributes<AttendanceRow>> {
  id: CreationOptional<number>;
  protocol: string;
  callId: string | null;
  customerId: number | null;
  agentId: number | null;
  queueId: number | null;
  state: AttendanceState;
  subject: string;
  description: string;
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

export interface AttendanceModels {
  readonly attendances: ModelStatic<AttendanceRow>;
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
      subject: { type: DataTypes.STRING(120), allowNull: false },
      description: { type: DataTypes.TEXT, allowNull: false },
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
  const counters = sequelize.define<ProtocolCounterRow>(
    'ProtocolCounter',
    {
      day: { type: exactText(8), allowNull: false, primaryKey: true },
      lastNumber: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'protocol_counters', timestamps: false },
  );
  return { attendances, counters };
}
