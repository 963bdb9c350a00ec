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

export interface AgentStateRow extends Model<InferAttributes<AgentStateRow>, InferCreationAttributes<AgentStateRow>> {
  agentId: number;
  state: string;
  version: number;
  since: Date;
}

export interface AgentIntervalRow extends Model<
  InferAttributes<AgentIntervalRow>,
  InferCreationAttributes<AgentIntervalRow>
> {
  id: CreationOptional<number>;
  agentId: number;
  status: string;
  reasonId: number | null;
  callId: string | null;
  pauseCause: string | null;
  pauseBeganAt: Date | null;
  limitSeconds: number | null;
  startedAt: Date;
  endedAt: Date | null;
}

export function defineAgentStateModel(sequelize: Sequelize): ModelStatic<AgentStateRow> {
  return sequelize.define<AgentStateRow>(
    'AgentState',
    {
      agentId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      state: { type: DataTypes.TEXT, allowNull: false },
      version: { type: DataTypes.INTEGER, allowNull: false },
      since: { ...momentColumn },
    },
    { tableName: 'agent_states', timestamps: false },
  );
}

export function defineAgentIntervalModel(sequelize: Sequelize): ModelStatic<AgentIntervalRow> {
  return sequelize.define<AgentIntervalRow>(
    'AgentInterval',
    {
      id: { ...idColumn },
      agentId: { type: DataTypes.INTEGER, allowNull: false },
      status: { type: exactText(12), allowNull: false },
      reasonId: { type: DataTypes.INTEGER, allowNull: true },
      callId: { type: exactText(64), allowNull: true },
      pauseCause: { type: exactText(12), allowNull: true },
      pauseBeganAt: { ...optionalMomentColumn },
      limitSeconds: { type: DataTypes.INTEGER, allowNull: true },
      startedAt: { ...momentColumn },
      endedAt: { ...optionalMomentColumn },
    },
    { tableName: 'agent_intervals', timestamps: false },
  );
}
