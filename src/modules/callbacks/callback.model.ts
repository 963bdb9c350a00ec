import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import { exactText, idColumn, momentColumn, optionalMomentColumn } from '../../platform/db/migration-tools.js';
import { type CallbackState } from '../../shared/desk.js';
import { type AttemptResult, type CallbackReason } from './callback.domain.js';

export interface CallbackRow extends Model<InferAttributes<CallbackRow>, InferCreationAttributes<CallbackRow>> {
  id: CreationOptional<number>;
  number: string;
  customerId: number | null;
  ownerId: number | null;
  queueId: number | null;
  attendanceId: number | null;
  createdBy: number | null;
  dueAt: Date;
  windowEndAt: Date;
  timeZone: string;
  notes: string;
  state: CallbackState;
  reason: CallbackReason | null;
  attempts: number;
  maxAttempts: number;
  nextAttemptAt: Date;
  claimedBy: string | null;
  claimedUntil: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  customer?: NonAttribute<NamedRow | null>;
  owner?: NonAttribute<NamedRow | null>;
}

export interface CallbackAttemptRow extends Model<
  InferAttributes<CallbackAttemptRow>,
  InferCreationAttributes<CallbackAttemptRow>
> {
  id: CreationOptional<number>;
  callbackId: number;
  n: number;
  callId: string;
  agentId: number | null;
  offeredAt: Date;
  acceptedAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  result: AttemptResult | null;
}

/** Of customers and users, what a callback shows. */
export interface NamedRow extends Model<InferAttributes<NamedRow>, InferCreationAttributes<NamedRow>> {
  id: number;
  name: string;
}

export interface CallbackModels {
  readonly callbacks: ModelStatic<CallbackRow>;
  readonly attempts: ModelStatic<CallbackAttemptRow>;
  readonly customers: ModelStatic<NamedRow>;
  readonly users: ModelStatic<NamedRow>;
}

const number = { type: DataTypes.INTEGER, allowNull: false };
const optionalNumber = { type: DataTypes.INTEGER, allowNull: true };

/** The moments of change are the service's, so Sequelize keeps none of its own. */
export function defineCallbackModels(sequelize: Sequelize): CallbackModels {
  const callbacks = sequelize.define<CallbackRow>(
    'Callback',
    {
      id: { ...idColumn },
      number: { type: exactText(20), allowNull: false },
      customerId: { ...optionalNumber },
      ownerId: { ...optionalNumber },
      queueId: { ...optionalNumber },
      attendanceId: { ...optionalNumber },
      createdBy: { ...optionalNumber },
      dueAt: { ...momentColumn },
      windowEndAt: { ...momentColumn },
      timeZone: { type: exactText(64), allowNull: false },
      notes: { type: DataTypes.STRING(500), allowNull: false },
      state: { type: exactText(12), allowNull: false },
      reason: { type: exactText(60), allowNull: true },
      attempts: { ...number },
      maxAttempts: { ...number },
      nextAttemptAt: { ...momentColumn },
      claimedBy: { type: exactText(64), allowNull: true },
      claimedUntil: { ...optionalMomentColumn },
      version: { ...number },
      createdAt: { ...momentColumn },
      updatedAt: { ...momentColumn },
    },
    { tableName: 'callbacks', timestamps: false },
  );
  const attempts = sequelize.define<CallbackAttemptRow>(
    'CallbackAttempt',
    {
      id: { ...idColumn },
      callbackId: { ...number },
      n: { ...number },
      callId: { type: exactText(64), allowNull: false },
      agentId: { ...optionalNumber },
      offeredAt: { ...momentColumn },
      acceptedAt: { ...optionalMomentColumn },
      answeredAt: { ...optionalMomentColumn },
      endedAt: { ...optionalMomentColumn },
      result: { type: exactText(20), allowNull: true },
    },
    { tableName: 'callback_attempts', timestamps: false },
  );
  const customers = defineNamed(sequelize, 'CallbackCustomer', 'customers');
  const users = defineNamed(sequelize, 'CallbackUser', 'users');
  callbacks.belongsTo(customers, { as: 'customer', foreignKey: 'customerId' });
  callbacks.belongsTo(users, { as: 'owner', foreignKey: 'ownerId' });
  return { callbacks, attempts, customers, users };
}

function defineNamed(sequelize: Sequelize, modelName: string, tableName: string): ModelStatic<NamedRow> {
  return sequelize.define<NamedRow>(
    modelName,
    { id: { ...idColumn }, name: { type: DataTypes.STRING(120), allowNull: false } },
    { tableName, timestamps: false },
  );
}
