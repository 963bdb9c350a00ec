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

export interface ReasonRow extends Model<InferAttributes<ReasonRow>, InferCreationAttributes<ReasonRow>> {
  id: CreationOptional<number>;
  type: string;
  name: string;
  nameKey: string;
  timeLimitSeconds: number | null;
  isProductive: CreationOptional<boolean>;
  isActive: CreationOptional<boolean>;
  position: CreationOptional<number>;
  version: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export function defineReasonModel(sequelize: Sequelize): ModelStatic<ReasonRow> {
  return sequelize.define<ReasonRow>(
    'Reason',
    {
      id: { ...idColumn },
      type: { type: exactText(20), allowNull: false },
      name: { type: DataTypes.STRING(60), allowNull: false },
      nameKey: { type: exactText(60), allowNull: false },
      timeLimitSeconds: { type: DataTypes.INTEGER, allowNull: true },
      isProductive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      position: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'reasons' },
  );
}
