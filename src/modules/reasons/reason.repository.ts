import { type ModelStatic } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { type Reason, type ReasonType } from './reason.domain.js';
import { defineReasonModel, type ReasonRow } from './reason.model.js';
import { type ReasonRepository } from './reason.service.js';

export class SequelizeReasonRepository implements ReasonRepository {
  readonly #reasons: ModelStatic<ReasonRow>;

  constructor(db: Database) {
    this.#reasons = defineReasonModel(db.sequelize);
  }

  async list(type: ReasonType): Promise<readonly Reason[]> {
    const rows = await this.#reasons.findAll({
      where: { type },
      order: [
        ['position', 'ASC'],
        ['name', 'ASC'],
      ],
    });
    return rows.map(toReason);
  }

  async find(id: number): Promise<Reason | null> {
    const row = await this.#reasons.findByPk(id);
    return row === null ? null : toReason(row);
  }
}

function toReason(row: ReasonRow): Reason {
  const { id, type, name, timeLimitSeconds, isProductive, isActive, position } = row;
  return { id, type: type as ReasonType, name, timeLimitSeconds, isProductive, isActive, position };
}
