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

export interface HolidayRow extends Model<InferAttributes<HolidayRow>, InferCreationAttributes<HolidayRow>> {
  id: CreationOptional<number>;
  day: string;
  name: string;
  nameKey: string;
  kind: string;
  version: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export function defineHolidayModel(sequelize: Sequelize): ModelStatic<HolidayRow> {
  return sequelize.define<HolidayRow>(
    'Holiday',
    {
      id: { ...idColumn },
      day: { type: exactText(10), allowNull: false },
      name: { type: DataTypes.STRING(60), allowNull: false },
      nameKey: { type: exactText(60), allowNull: false },
      kind: { type: exactText(10), allowNull: false },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'holidays' },
  );
}
