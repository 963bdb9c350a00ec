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

export interface CustomerRow extends Model<InferAttributes<CustomerRow>, InferCreationAttributes<CustomerRow>> {
  id: CreationOptional<number>;
  name: string;
  nameKey: string;
  document: string | null;
  email: string | null;
  notes: string | null;
  version: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export interface CustomerPhoneRow extends Model<
  InferAttributes<CustomerPhoneRow>,
  InferCreationAttributes<CustomerPhoneRow>
> {
  id: CreationOptional<number>;
  customerId: number;
  number: string;
}

export function defineCustomerModel(sequelize: Sequelize): ModelStatic<CustomerRow> {
  return sequelize.define<CustomerRow>(
    'Customer',
    {
      id: { ...idColumn },
      name: { type: DataTypes.STRING(120), allowNull: false },
      nameKey: { type: exactText(120), allowNull: false },
      document: { type: exactText(20), allowNull: true },
      email: { type: DataTypes.STRING(120), allowNull: true },
      notes: { type: DataTypes.TEXT, allowNull: true },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'customers' },
  );
}

export function defineCustomerPhoneModel(sequelize: Sequelize): ModelStatic<CustomerPhoneRow> {
  return sequelize.define<CustomerPhoneRow>(
    'CustomerPhone',
    {
      id: { ...idColumn },
      customerId: { type: DataTypes.INTEGER, allowNull: false },
      number: { type: exactText(20), allowNull: false },
    },
    { tableName: 'customer_phones', timestamps: false },
  );
}
