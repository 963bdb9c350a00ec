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
  missedLimit: CreationOptional<number | null>;
  isActive: CreationOptional<boolean>;
  isAlwaysOpen: CreationOptional<boolean>;
  followsHolidays: CreationOptional<boolean>;
  offersCallbacks: CreationOptional<boolean>;
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
      missedLimit: { type: DataTypes.INTEGER, allowNull: true, defaultValue: 2 },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      isAlwaysOpen: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      followsHolidays: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      offersCallbacks: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'queues' },
  );
}

export interface QueueHourRow extends Model<InferAttributes<QueueHourRow>, InferCreationAttributes<QueueHourRow>> {
  id: CreationOptional<number>;
  queueId: number;
  weekday: number;
  opensAt: number;
  closesAt: number;
}

export function defineQueueHourModel(sequelize: Sequelize): ModelStatic<QueueHourRow> {
  return sequelize.define<QueueHourRow>(
    'QueueHour',
    {
      id: { ...idColumn },
      queueId: { type: DataTypes.INTEGER, allowNull: false },
      weekday: { type: DataTypes.INTEGER, allowNull: false },
      opensAt: { type: DataTypes.INTEGER, allowNull: false },
      closesAt: { type: DataTypes.INTEGER, allowNull: false },
    },
    { tableName: 'queue_hours', timestamps: false },
  );
}
