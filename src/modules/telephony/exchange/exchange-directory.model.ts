import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import { type EndCause, type EndedBy } from '../telephony.port.js';
import { type CallDirection } from '../../../shared/agent-state.js';
import { type QueueStrategy, type StoredCallState } from './exchange.port.js';
import { type AudioType } from './prompt-address.js';

export class ExchangeUserModel extends Model<
  InferAttributes<ExchangeUserModel>,
  InferCreationAttributes<ExchangeUserModel>
> {
  declare id: CreationOptional<number>;
  declare login: string;
  declare passwordHash: string;
  declare name: string;
  declare locality: string;
  declare extension: string;
  declare pauseReason: CreationOptional<string | null>;
  declare version: CreationOptional<number>;
}

export class ExchangeQueueModel extends Model<
  InferAttributes<ExchangeQueueModel>,
  InferCreationAttributes<ExchangeQueueModel>
> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare number: string;
  declare strategy: QueueStrategy;
  declare ringSeconds: number;
  declare maxWaitSeconds: number;
  declare promptId: CreationOptional<number | null>;
  declare version: CreationOptional<number>;
}

/** A recording for callers. Its `bytes` are read only where they are asked for: `unscoped()`. */
export class ExchangePromptModel extends Model<
  InferAttributes<ExchangePromptModel>,
  InferCreationAttributes<ExchangePromptModel>
> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare contentType: AudioType;
  declare bytes: Buffer;
  declare size: number;
  declare seconds: number | null;
  declare token: string;
  declare version: CreationOptional<number>;
}

export class ExchangeQueueMemberModel extends Model<
  InferAttributes<ExchangeQueueMemberModel>,
  InferCreationAttributes<ExchangeQueueMemberModel>
> {
  declare queueId: number;
  declare userId: number;
  declare loggedInAt: CreationOptional<Date | null>;
}

export class ExchangePauseReasonModel extends Model<
  InferAttributes<ExchangePauseReasonModel>,
  InferCreationAttributes<ExchangePauseReasonModel>
> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare version: CreationOptional<number>;
}

/** Users name their locality; this is the list to choose from. */
export class ExchangeLocalityModel extends Model<
  InferAttributes<ExchangeLocalityModel>,
  InferCreationAttributes<ExchangeLocalityModel>
> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare version: CreationOptional<number>;
}

export class ExchangeCustomerLineModel extends Model<
  InferAttributes<ExchangeCustomerLineModel>,
  InferCreationAttributes<ExchangeCustomerLineModel>
> {
  declare id: CreationOptional<number>;
  declare number: string;
  declare name: string;
}

export class ExchangeCallModel extends Model<
  InferAttributes<ExchangeCallModel>,
  InferCreationAttributes<ExchangeCallModel>
> {
  declare callId: string;
  declare direction: CallDirection;
  declare number: string;
  declare queue: string | null;
  declare extension: string | null;
  declare state: StoredCallState;
  declare startedAt: Date;
  declare answeredAt: Date | null;
  declare endedAt: Date | null;
  declare endedBy: EndedBy | null;
  declare cause: EndCause | null;
  declare consults: string | null;
  declare peer: string | null;
  declare conference: string | null;
  /** Call ids with spaces between them. */
  declare alsoKnownAs: string | null;
}

// Functions, because Sequelize writes into the objects it is given.
const id = () => ({ type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true });
const text = () => ({ type: DataTypes.STRING, allowNull: false });
const optionalText = () => ({ type: DataTypes.STRING, allowNull: true });
const number = () => ({ type: DataTypes.INTEGER, allowNull: false });
const version = () => ({ type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 });
const key = () => ({ type: DataTypes.INTEGER, primaryKey: true });
const moment = () => ({ type: DataTypes.DATE(3), allowNull: false });
const optionalMoment = () => ({ type: DataTypes.DATE(3), allowNull: true });

export interface ExchangeModels {
  readonly users: typeof ExchangeUserModel;
  readonly queues: typeof ExchangeQueueModel;
  readonly members: typeof ExchangeQueueMemberModel;
  readonly pauseReasons: typeof ExchangePauseReasonModel;
  readonly localities: typeof ExchangeLocalityModel;
  readonly prompts: typeof ExchangePromptModel;
  readonly customerLines: typeof ExchangeCustomerLineModel;
  readonly calls: typeof ExchangeCallModel;
}

/** The tables of the built-in exchange. Each call makes classes of its own, so that two databases do not share them. */
export function defineExchangeModels(sequelize: Sequelize): ExchangeModels {
  const users = class extends ExchangeUserModel {};
  users.init(
    {
      id: id(),
      login: text(),
      passwordHash: text(),
      name: text(),
      locality: text(),
      extension: text(),
      pauseReason: optionalText(),
      version: version(),
    },
    { sequelize, tableName: 'exchange_users', timestamps: false },
  );
  const queues = class extends ExchangeQueueModel {};
  queues.init(
    {
      id: id(),
      name: text(),
      number: text(),
      strategy: text(),
      ringSeconds: number(),
      maxWaitSeconds: number(),
      promptId: { type: DataTypes.INTEGER, allowNull: true },
      version: version(),
    },
    { sequelize, tableName: 'exchange_queues', timestamps: false },
  );
  const members = class extends ExchangeQueueMemberModel {};
  members.init(
    { queueId: key(), userId: key(), loggedInAt: optionalMoment() },
    { sequelize, tableName: 'exchange_queue_members', timestamps: false },
  );
  const pauseReasons = class extends ExchangePauseReasonModel {};
  pauseReasons.init(
    { id: id(), name: text(), version: version() },
    { sequelize, tableName: 'exchange_pause_reasons', timestamps: false },
  );
  const localities = class extends ExchangeLocalityModel {};
  localities.init(
    { id: id(), name: text(), version: version() },
    { sequelize, tableName: 'exchange_localities', timestamps: false },
  );
  const prompts = class extends ExchangePromptModel {};
  prompts.init(
    {
      id: id(),
      name: text(),
      contentType: text(),
      bytes: { type: DataTypes.BLOB('medium'), allowNull: false },
      size: number(),
      seconds: { type: DataTypes.INTEGER, allowNull: true },
      token: text(),
      version: version(),
    },
    { sequelize, tableName: 'exchange_prompts', defaultScope: { attributes: { exclude: ['bytes'] } } },
  );
  const customerLines = class extends ExchangeCustomerLineModel {};
  customerLines.init(
    { id: id(), number: text(), name: text() },
    { sequelize, tableName: 'exchange_customer_lines', timestamps: false },
  );
  const calls = class extends ExchangeCallModel {};
  calls.init(
    {
      callId: { ...text(), primaryKey: true },
      direction: text(),
      number: text(),
      queue: optionalText(),
      extension: optionalText(),
      state: text(),
      startedAt: moment(),
      answeredAt: optionalMoment(),
      endedAt: optionalMoment(),
      endedBy: optionalText(),
      cause: optionalText(),
      consults: optionalText(),
      peer: optionalText(),
      conference: optionalText(),
      alsoKnownAs: { type: DataTypes.TEXT, allowNull: true },
    },
    { sequelize, tableName: 'exchange_calls', timestamps: false },
  );
  return { users, queues, members, pauseReasons, localities, prompts, customerLines, calls };
}
