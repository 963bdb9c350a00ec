import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { LOCALES, type Locale } from '../../shared/i18n/messages.js';
import { exactText, idColumn, momentColumn } from '../../platform/db/migration-tools.js';

export interface UserRow extends Model<InferAttributes<UserRow>, InferCreationAttributes<UserRow>> {
  id: CreationOptional<number>;
  login: string;
  loginKey: string;
  name: string;
  nameKey: CreationOptional<string>;
  passwordHash: string | null;
  profileId: number;
  locale: string | null;
  isActive: CreationOptional<boolean>;
  exchangeLogin: string | null;
  extension: string | null;
  locality: string | null;
  version: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export interface UserQueueRow extends Model<InferAttributes<UserQueueRow>, InferCreationAttributes<UserQueueRow>> {
  userId: number;
  queueId: number;
}

/** The language of a row; one that this version does not have counts as not chosen. */
export function toLocale(value: string | null): Locale | null {
  return LOCALES.find((locale) => locale === value) ?? null;
}

export function defineUserModel(sequelize: Sequelize): ModelStatic<UserRow> {
  return sequelize.define<UserRow>(
    'User',
    {
      id: { ...idColumn },
      login: { type: DataTypes.STRING(60), allowNull: false },
      loginKey: { type: exactText(60), allowNull: false },
      name: { type: DataTypes.STRING(120), allowNull: false },
      nameKey: { type: exactText(120), allowNull: false, defaultValue: '' },
      passwordHash: { type: DataTypes.STRING(255), allowNull: true },
      profileId: { type: DataTypes.INTEGER, allowNull: false },
      locale: { type: exactText(10), allowNull: true },
      isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
      exchangeLogin: { type: exactText(60), allowNull: true },
      extension: { type: exactText(20), allowNull: true },
      locality: { type: DataTypes.STRING(60), allowNull: true },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'users' },
  );
}

export function defineUserQueueModel(sequelize: Sequelize): ModelStatic<UserQueueRow> {
  return sequelize.define<UserQueueRow>(
    'UserQueue',
    {
      userId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      queueId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
    },
    { tableName: 'user_queues', timestamps: false },
  );
}
