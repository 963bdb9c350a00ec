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

export interface AuditRow extends Model<InferAttributes<AuditRow>, InferCreationAttributes<AuditRow>> {
  id: CreationOptional<number>;
  at: Date;
  userId: number | null;
  userName: string;
  address: string | null;
  action: string;
  subject: string;
  subjectId: string | null;
  subjectName: string;
  before: string | null;
  after: string | null;
}

export function defineAuditModel(sequelize: Sequelize): ModelStatic<AuditRow> {
  return sequelize.define<AuditRow>(
    'AuditEntry',
    {
      id: { ...idColumn },
      at: { ...momentColumn },
      userId: { type: DataTypes.INTEGER, allowNull: true },
      userName: { type: DataTypes.STRING(120), allowNull: false },
      address: { type: exactText(60), allowNull: true },
      action: { type: exactText(30), allowNull: false },
      subject: { type: exactText(30), allowNull: false },
      subjectId: { type: exactText(60), allowNull: true },
      subjectName: { type: DataTypes.STRING(160), allowNull: false },
      before: { type: DataTypes.TEXT, allowNull: true },
      after: { type: DataTypes.TEXT, allowNull: true },
    },
    { tableName: 'audit_entries', timestamps: false },
  );
}
