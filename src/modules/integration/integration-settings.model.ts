import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { exactText, momentColumn, optionalMomentColumn } from '../../platform/db/migration-tools.js';

export interface IntegrationRow extends Model<
  InferAttributes<IntegrationRow>,
  InferCreationAttributes<IntegrationRow>
> {
  id: number;
  platform: string;
  fields: string;
  secrets: string;
  version: CreationOptional<number>;
  testedAt: Date | null;
  testResult: string | null;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export function defineIntegrationModel(sequelize: Sequelize): ModelStatic<IntegrationRow> {
  return sequelize.define<IntegrationRow>(
    'IntegrationSettings',
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, allowNull: false },
      platform: { type: exactText(20), allowNull: false },
      fields: { type: DataTypes.TEXT, allowNull: false },
      secrets: { type: DataTypes.TEXT, allowNull: false },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      testedAt: { ...optionalMomentColumn },
      testResult: { type: DataTypes.TEXT, allowNull: true },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'integration_settings' },
  );
}
