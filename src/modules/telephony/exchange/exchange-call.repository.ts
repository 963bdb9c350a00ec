import { Op, UniqueConstraintError } from 'sequelize';
import { type Database } from '../../../platform/db/database.js';
import { type ExchangeCallModel, type ExchangeModels } from './exchange-directory.model.js';
import { type CallStore, type StoredCall } from './exchange.port.js';

/** The exchange's calls. The primary key decides who was first with an id. */
export class SequelizeCallStore implements CallStore {
  readonly #db: Database;
  readonly #calls: ExchangeModels['calls'];

  constructor(db: Database, models: ExchangeModels) {
    this.#db = db;
    this.#calls = models.calls;
  }

  async insert(call: StoredCall): Promise<boolean> {
    try {
      await this.#db.write((transaction) => this.#calls.create(toRow(call), { transaction }));
      return true;
    } catch (error) {
      if (error instanceof UniqueConstraintError) return false;
      throw error;
    }
  }

  async update(call: StoredCall): Promise<void> {
    const { callId, ...fields } = toRow(call);
    await this.#db.write((transaction) => this.#calls.update(fields, { where: { callId }, transaction }));
  }

  async find(callId: string): Promise<StoredCall | null> {
    const row = await this.#calls.findByPk(callId);
    return row === null ? null : toStoredCall(row);
  }

  async listLive(): Promise<readonly StoredCall[]> {
    const rows = await this.#calls.findAll({
      where: { state: { [Op.ne]: 'ended' } },
      order: [['startedAt', 'ASC']],
    });
    return rows.map(toStoredCall);
  }

  async deleteEndedBefore(time: number): Promise<void> {
    await this.#db.write((transaction) =>
      this.#calls.destroy({ where: { endedAt: { [Op.lt]: new Date(time) } }, transaction }),
    );
  }
}

const SEPARATOR = ' ';

function toRow(call: StoredCall): Omit<StoredCall, 'startedAt' | 'answeredAt' | 'endedAt' | 'alsoKnownAs'> & {
  startedAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
  alsoKnownAs: string | null;
} {
  const { startedAt, answeredAt, endedAt, alsoKnownAs } = call;
  return {
    ...call,
    startedAt: new Date(startedAt),
    answeredAt: answeredAt === null ? null : new Date(answeredAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
    alsoKnownAs: alsoKnownAs.length === 0 ? null : alsoKnownAs.join(SEPARATOR),
  };
}

function toStoredCall(row: ExchangeCallModel): StoredCall {
  const { callId, direction, number, queue, extension, state, startedAt, answeredAt, endedAt, endedBy, cause } = row;
  const { consults, peer, conference, alsoKnownAs } = row;
  return {
    callId,
    direction,
    number,
    queue,
    extension,
    state,
    startedAt: startedAt.getTime(),
    answeredAt: answeredAt?.getTime() ?? null,
    endedAt: endedAt?.getTime() ?? null,
    endedBy,
    cause,
    consults,
    peer,
    conference,
    alsoKnownAs: alsoKnownAs?.split(SEPARATOR) ?? [],
  };
}
