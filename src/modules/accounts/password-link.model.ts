import {
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type Sequelize,
} from 'sequelize';
import { exactText, momentColumn, optionalMomentColumn } from '../../platform/db/migration-tools.js';

export interface PasswordLinkRow extends Model<
  InferAttributes<PasswordLinkRow>,
  InferCreationAttributes<PasswordLinkRow>
> {
  tokenHash: string;
  userId: number;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
}

export function definePasswordLinkModel(sequelize: Sequelize): ModelStatic<PasswordLinkRow> {
  return sequelize.define<PasswordLinkRow>(
    'PasswordLink',
    {
      tokenHash: { type: exactText(64), allowNull: false, primaryKey: true },
      userId: { type: DataTypes.INTEGER, allowNull: false },
      createdAt: { ...momentColumn },
      expiresAt: { ...momentColumn },
      usedAt: { ...optionalMomentColumn },
    },
    { tableName: 'password_links', timestamps: false },
  );
}
