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

export interface ProfileRow extends Model<InferAttributes<ProfileRow>, InferCreationAttributes<ProfileRow>> {
  id: CreationOptional<number>;
  name: string;
  nameKey: string;
  version: CreationOptional<number>;
  createdAt: CreationOptional<Date>;
  updatedAt: CreationOptional<Date>;
}

export interface ProfilePermissionRow extends Model<
  InferAttributes<ProfilePermissionRow>,
  InferCreationAttributes<ProfilePermissionRow>
> {
  profileId: number;
  permission: string;
}

/** `define` makes a class of its own for each connection: two applications in one process do not share it. */
export function defineProfileModel(sequelize: Sequelize): ModelStatic<ProfileRow> {
  return sequelize.define<ProfileRow>(
    'Profile',
    {
      id: { ...idColumn },
      name: { type: DataTypes.STRING(60), allowNull: false },
      nameKey: { type: exactText(60), allowNull: false },
      version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'profiles' },
  );
}

export function defineProfilePermissionModel(sequelize: Sequelize): ModelStatic<ProfilePermissionRow> {
  return sequelize.define<ProfilePermissionRow>(
    'ProfilePermission',
    {
      profileId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      permission: { type: exactText(60), allowNull: false, primaryKey: true },
    },
    { tableName: 'profile_permissions', timestamps: false },
  );
}
