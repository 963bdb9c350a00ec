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

export interface CallRow extends Model<InferAttributes<CallRow>, InferCreationAttributes<CallRow>> {
  id: string;
  direction: string;
  number: string;
  queueId: number | null;
  customerId: number | null;
  agentId: number | null;
  state: string;
  startedAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
  waitedMs: number;
  talkedMs: number;
  heldMs: number;
  wrapUpMs: CreationOptional<number>;
  offers: number;
  endedBy: string | null;
  endCause: string | null;
  consults: string | null;
  peerAgentId: number | null;
}

export interface CallPartRow extends Model<InferAttributes<CallPartRow>, InferCreationAttributes<CallPartRow>> {
  id: CreationOptional<number>;
  callId: string;
  part: number;
  agentId: number | null;
  startedAt: Date;
  endedAt: Date | null;
  talkedMs: number;
  heldMs: number;
  wrapUpMs: CreationOptional<number>;
}

export interface CallEventRow extends Model<InferAttributes<CallEventRow>, InferCreationAttributes<CallEventRow>> {
  id: CreationOptional<number>;
  callId: string;
  type: string;
  at: Date;
  agentId: number | null;
  detail: string | null;
}

const duration = { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 } as const;
const optionalId = { type: DataTypes.INTEGER, allowNull: true } as const;

export function defineCallModel(sequelize: Sequelize): ModelStatic<CallRow> {
  return sequelize.define<CallRow>(
    'Call',
    {
      id: { type: exactText(64), allowNull: false, primaryKey: true },
      direction: { type: exactText(10), allowNull: false },
      number: { type: exactText(32), allowNull: false },
      queueId: { ...optionalId },
      customerId: { ...optionalId },
      agentId: { ...optionalId },
      state: { type: exactText(12), allowNull: false },
      startedAt: { ...momentColumn },
      answeredAt: { ...optionalMomentColumn },
      endedAt: { ...optionalMomentColumn },
      waitedMs: { ...duration },
      talkedMs: { ...duration },
      heldMs: { ...duration },
      wrapUpMs: { ...duration },
      offers: { ...duration },
      endedBy: { type: exactText(10), allowNull: true },
      endCause: { type: exactText(20), allowNull: true },
      consults: { type: exactText(64), allowNull: true },
      peerAgentId: { ...optionalId },
    },
    { tableName: 'calls', timestamps: false },
  );
}

export function defineCallEventModel(sequelize: Sequelize): ModelStatic<CallEventRow> {
  return sequelize.define<CallEventRow>(
    'CallEvent',
    {
      id: { ...idColumn },
      callId: { type: exactText(64), allowNull: false },
      type: { type: exactText(30), allowNull: false },
      at: { ...momentColumn },
      agentId: { ...optionalId },
      detail: { type: DataTypes.STRING(255), allowNull: true },
    },
    { tableName: 'call_events', timestamps: false },
  );
}

export function defineCallPartModel(sequelize: Sequelize): ModelStatic<CallPartRow> {
  return sequelize.define<CallPartRow>(
    'CallPart',
    {
      id: { ...idColumn },
      callId: { type: exactText(64), allowNull: false },
      part: { type: DataTypes.INTEGER, allowNull: false },
      agentId: { ...optionalId },
      startedAt: { ...momentColumn },
      endedAt: { ...optionalMomentColumn },
      talkedMs: { ...duration },
      heldMs: { ...duration },
      wrapUpMs: { ...duration },
    },
    { tableName: 'call_parts', timestamps: false, indexes: [{ unique: true, fields: ['call_id', 'part'] }] },
  );
}
