import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { exactText, idColumn, momentColumn } from '../../platform/db/migration-tools.js';

export interface QueueRow extends Model<InferAttributes<QueueRow>, InferCreationAttributes<QueueRow>> {
  id: CreationOptional<number>;
  name: string;
  exchangeName: string;
  number: string;
  serviceLevelSeconds: CreationOptional<number>;
  wrapUpSeconds: number | null;
  isActive: CreationOptional<boolean>;
  version: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export function defineQueueModel(sequelize: Sequelize): ModelStatic<QueueRow> {
  return sequelize.define<QueueRow>(
    'Queue',
    {
      id: { ...idColumn },
      name: { type: DataTypes.STRING(60), allowNull: false },
      exchangeName: { type: exactText(60), allowNull: false },
      number: { type: exactText(20), allowNull: false },
      serviceLevelSeconds: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 20 },
      wrapUpSeconds: { type: DataTypes.INTEGER, allowNull: true },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'queues' },
  );
}
