import { Op, QueryTypes, type ModelStatic, type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { DomainError } from '../../platform/errors.js';
import { MASKED, SECRET_CHANGED, type Actor, type SequelizeAuditRepository } from '../audit/index.js';
import { definePasswordLinkModel, type PasswordLinkRow } from './password-link.model.js';
import { type LinkHolder, type NewPasswordLink, type PasswordStore } from './password-links.service.js';

interface Owner {
  readonly id: number;
  readonly name: string;
  readonly exchangeLogin: string | null;
  readonly hasPassword: number;
}

const ROWS_A_STATEMENT = 500;
const HOLDER = 'SELECT u.id AS userId, u.name AS name, u.login AS login FROM users u';

/** Local passwords, and the links that set them; every change with its entry in the audit trail. */
export class SequelizePasswordStore implements PasswordStore {
  readonly #db: Database;
  readonly #audit: SequelizeAuditRepository;
  readonly #links: ModelStatic<PasswordLinkRow>;

  constructor(db: Database, audit: SequelizeAuditRepository) {
    this.#db = db;
    this.#audit = audit;
    this.#links = definePasswordLinkModel(db.sequelize);
  }

  async setPassword(userId: number, passwordHash: string, actor: Actor): Promise<void> {
    await this.#db.write(async (transaction) => {
      const [owner] = await this.#owners([userId], transaction);
      if (owner === undefined) throw noSuchUser();
      if (owner.exchangeLogin !== null) throw new DomainError('conflict', 'users:password-associated');
      await this.#links.destroy({ where: { userId }, transaction });
      await this.#store(owner, passwordHash, actor, transaction);
    });
  }

  async addLinks(links: readonly NewPasswordLink[], actor: Actor): Promise<void> {
    await this.#db.write(async (transaction) => {
      for (let i = 0; i < links.length; i += ROWS_A_STATEMENT) {
        const some = links.slice(i, i + ROWS_A_STATEMENT);
        const ids = some.map(({ userId }) => userId);
        const owners = new Map((await this.#owners(ids, transaction)).map((owner) => [owner.id, owner]));
        if (owners.size < ids.length) throw noSuchUser();
        await this.#links.destroy({ where: { userId: { [Op.in]: ids } }, transaction });
        await this.#links.bulkCreate(
          some.map((link) => ({ ...link, usedAt: null })),
          { transaction },
        );
        await this.#audit.write(
          transaction,
          ...some.map(({ userId, expiresAt }) => ({
            actor,
            action: 'changed' as const,
            subject: 'user' as const,
            subjectId: userId,
            subjectName: owners.get(userId)?.name ?? '',
            before: null,
            after: { passwordLinkUntil: expiresAt.toISOString() },
          })),
        );
      }
    });
  }

  async findHolder(tokenHash: string, now: Date): Promise<LinkHolder | null> {
    const link = await this.#links.findOne({ where: { tokenHash, usedAt: null, expiresAt: { [Op.gt]: now } } });
    if (link === null) return null;
    const [holder] = await this.#db.sequelize.query<LinkHolder>(
      `${HOLDER} WHERE u.id = :userId AND u.is_active = :active AND u.exchange_login IS NULL`,
      { type: QueryTypes.SELECT, replacements: { userId: link.userId, active: true } },
    );
    return holder ?? null;
  }

  redeem(tokenHash: string, passwordHash: string, now: Date, address: string | null): Promise<boolean> {
    return this.#db.write(async (transaction) => {
      // The update decides who was first; a look beforehand would let two in.
      const [used] = await this.#links.update(
        { usedAt: now },
        { where: { tokenHash, usedAt: null, expiresAt: { [Op.gt]: now } }, transaction },
      );
      if (used === 0) return false;
      const link = await this.#links.findByPk(tokenHash, { transaction });
      const [owner] = link === null ? [] : await this.#owners([link.userId], transaction);
      if (owner === undefined) return false;
      await this.#store(owner, passwordHash, { userId: owner.id, name: owner.name, address }, transaction);
      return true;
    });
  }

  async withoutPassword(userIds: readonly number[]): Promise<readonly LinkHolder[]> {
    if (userIds.length === 0) return [];
    return this.#db.sequelize.query<LinkHolder>(
      `${HOLDER} WHERE u.id IN (:ids) AND u.password_hash IS NULL AND u.exchange_login IS NULL AND u.is_active = :active ` +
        'ORDER BY u.name_key, u.id',
      { type: QueryTypes.SELECT, replacements: { ids: [...userIds], active: true } },
    );
  }

  async #store(owner: Owner, passwordHash: string, actor: Actor, transaction: Transaction): Promise<void> {
    await this.#db.sequelize.query('UPDATE users SET password_hash = :passwordHash WHERE id = :id', {
      type: QueryTypes.UPDATE,
      replacements: { passwordHash, id: owner.id },
      transaction,
    });
    await this.#audit.write(transaction, {
      actor,
      action: 'password-changed',
      subject: 'user',
      subjectId: owner.id,
      subjectName: owner.name,
      before: { password: owner.hasPassword ? MASKED : null },
      after: { password: SECRET_CHANGED },
    });
  }

  #owners(ids: readonly number[], transaction: Transaction): Promise<readonly Owner[]> {
    const lock = this.#db.dialect === 'sqlite' ? '' : ' FOR UPDATE';
    return this.#db.sequelize.query<Owner>(
      'SELECT id, name, exchange_login AS exchangeLogin, password_hash IS NOT NULL AS hasPassword FROM users ' +
        `WHERE id IN (:ids)${lock}`,
      { type: QueryTypes.SELECT, replacements: { ids: [...ids] }, transaction },
    );
  }
}

function noSuchUser(): DomainError {
  return new DomainError('not-found', 'errors:no-such-record');
}
