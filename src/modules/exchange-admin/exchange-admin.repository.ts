import { type Transaction } from 'sequelize';
import { type Database } from '../../platform/db/database.js';
import { DomainError } from '../../platform/errors.js';
import { MASKED, SECRET_CHANGED, type SequelizeAuditRepository } from '../audit/index.js';
import { defineExchangeModels, type ExchangeModels } from '../telephony/exchange/exchange-directory.model.js';
import { type QueueFields, type UserFields } from './exchange-admin.domain.js';
import { type DirectorySections } from './exchange-admin.port.js';
import { createPromptSection } from './prompt.repository.js';
import { SequelizeSection } from './section.repository.js';

/** The directory's tables, as its pages write them. */
export function createDirectorySections(db: Database, audit: SequelizeAuditRepository): DirectorySections {
  const models = defineExchangeModels(db.sequelize);
  return {
    users: usersOf(db, audit, models),
    queues: queuesOf(db, audit, models),
    localities: localitiesOf(db, audit, models),
    prompts: createPromptSection(db, audit, models),
    pauseReasons: new SequelizeSection(db, audit, {
      model: models.pauseReasons,
      subject: 'exchange-pause-reason',
      searched: ['name'],
      unique: { name: 'exchange-admin:error.name-taken' },
      toEntries: (rows) => Promise.resolve(rows.map(({ id, version, name }) => ({ id, version, name }))),
      toColumns: ({ name }: { readonly name: string }) => ({ name }),
      toAudit: ({ name }) => ({ name }),
      checkRemoval: async ({ name }, transaction) => {
        const paused = await models.users.count({ where: { pauseReason: name }, transaction });
        if (paused === 0) return;
        throw new DomainError('conflict', 'exchange-admin:error.reason-in-use', { params: { name, count: paused } });
      },
    }),
  };
}

function usersOf(db: Database, audit: SequelizeAuditRepository, models: ExchangeModels): DirectorySections['users'] {
  const { users, queues, members, localities } = models;
  return new SequelizeSection(db, audit, {
    model: users,
    subject: 'exchange-user',
    searched: ['name', 'login', 'extension', 'locality'],
    unique: { login: 'exchange-admin:error.login-taken', extension: 'exchange-admin:error.number-taken' },
    async toEntries(rows, transaction) {
      const links = await members.findAll({
        where: { userId: rows.map((row) => row.id) },
        order: [['queueId', 'ASC']],
        ...within(transaction),
      });
      return rows.map(({ id, version, login, name, locality, extension }) => {
        const queueIds = links.filter(({ userId }) => userId === id).map(({ queueId }) => queueId);
        return { id, version, login, name, locality, extension, queueIds };
      });
    },
    toColumns({ login, name, locality, extension, passwordHash }: UserFields) {
      return { login, name, locality, extension, ...(passwordHash === null ? {} : { passwordHash }) };
    },
    async toAudit({ login, name, locality, extension, queueIds }, fields, transaction) {
      const rows = await queues.findAll({ where: { id: [...queueIds] }, order: [['name', 'ASC']], transaction });
      return {
        login,
        name,
        locality,
        extension,
        queues: rows.map((row) => row.name),
        password: fields !== null && fields.passwordHash !== null ? SECRET_CHANGED : MASKED,
      };
    },
    async check({ locality, extension }, _id, transaction) {
      // Locked, so that it is not deleted between this and the end of the transaction.
      const found = await localities.findOne({ where: { name: locality }, transaction, lock: transaction.LOCK.UPDATE });
      if (found === null) throw new DomainError('invalid', 'exchange-admin:error.no-locality', { field: 'locality' });
      await requireFree(queues.count({ where: { number: extension }, transaction }), 'extension');
    },
    async written(id, { queueIds, extension }, before, transaction) {
      const known = await queues.findAll({ where: { id: [...queueIds] }, transaction });
      const wanted = known.map((row) => row.id);
      await keepMembers(models, { userId: id }, 'queueId', wanted, before?.queueIds ?? [], transaction);
      if (before === null || before.extension === extension) return;
      // Another extension is another phone: what the old one was logged in to is not carried over.
      await members.update({ loggedInAt: null }, { where: { userId: id }, transaction });
      await users.update({ pauseReason: null }, { where: { id }, transaction });
    },
  });
}

function queuesOf(db: Database, audit: SequelizeAuditRepository, models: ExchangeModels): DirectorySections['queues'] {
  const { users, queues, members, prompts } = models;
  return new SequelizeSection(db, audit, {
    model: queues,
    subject: 'exchange-queue',
    searched: ['name', 'number'],
    unique: { name: 'exchange-admin:error.name-taken', number: 'exchange-admin:error.number-taken' },
    async toEntries(rows, transaction) {
      const links = await members.findAll({
        where: { queueId: rows.map((row) => row.id) },
        order: [['userId', 'ASC']],
        ...within(transaction),
      });
      return rows.map(({ id, version, name, number, strategy, ringSeconds, maxWaitSeconds, promptId }) => {
        const memberIds = links.filter(({ queueId }) => queueId === id).map(({ userId }) => userId);
        return { id, version, name, number, strategy, ringSeconds, maxWaitSeconds, promptId, memberIds };
      });
    },
    toColumns: ({ name, number, strategy, ringSeconds, maxWaitSeconds, promptId }: QueueFields) => {
      return { name, number, strategy, ringSeconds, maxWaitSeconds, promptId };
    },
    async toAudit({ memberIds, promptId, ...entry }, _fields, transaction) {
      const { name, number, strategy, ringSeconds, maxWaitSeconds } = entry;
      const prompt = promptId === null ? null : await prompts.findByPk(promptId, { transaction });
      const rows = await users.findAll({ where: { id: [...memberIds] }, order: [['name', 'ASC']], transaction });
      const memberNames = rows.map((row) => row.name);
      const played = { prompt: prompt?.name ?? null };
      return { name, number, strategy, ringSeconds, maxWaitSeconds, ...played, members: memberNames };
    },
    async check({ number, promptId }, _id, transaction) {
      await requireFree(users.count({ where: { extension: number }, transaction }), 'number');
      if (promptId === null) return;
      // Locked, so that it is not deleted between this and the end of the transaction.
      if ((await prompts.findByPk(promptId, { transaction, lock: transaction.LOCK.UPDATE })) !== null) return;
      throw new DomainError('invalid', 'exchange-admin:error.no-prompt', { field: 'promptId' });
    },
    async written(id, { memberIds, name }, before, transaction) {
      const known = await users.findAll({ where: { id: [...memberIds] }, transaction });
      const wanted = known.map((row) => row.id);
      await keepMembers(models, { queueId: id }, 'userId', wanted, before?.memberIds ?? [], transaction);
      // The exchange knows a queue by its name: under another it is another, and nobody is logged in to it.
      if (before !== null && before.name !== name) {
        await members.update({ loggedInAt: null }, { where: { queueId: id }, transaction });
      }
    },
  });
}

function localitiesOf(
  db: Database,
  audit: SequelizeAuditRepository,
  { users, localities }: ExchangeModels,
): DirectorySections['localities'] {
  return new SequelizeSection(db, audit, {
    model: localities,
    subject: 'exchange-locality',
    searched: ['name'],
    unique: { name: 'exchange-admin:error.name-taken' },
    async toEntries(rows, transaction) {
      const counts = await users.findAll({
        where: { locality: rows.map((row) => row.name) },
        attributes: ['id', 'locality'],
        ...within(transaction),
      });
      return rows.map(({ id, version, name }) => {
        return { id, version, name, userCount: counts.filter(({ locality }) => locality === name).length };
      });
    },
    toColumns: ({ name }: { readonly name: string }) => ({ name }),
    toAudit: ({ name }) => ({ name }),
    async written(_id, { name }, before, transaction) {
      if (before === null || before.name === name) return;
      await users.update({ locality: name }, { where: { locality: before.name }, transaction });
    },
    async checkRemoval({ id, name }, transaction) {
      await localities.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE });
      const count = await users.count({ where: { locality: name }, transaction });
      if (count === 0) return;
      throw new DomainError('conflict', 'exchange-admin:error.locality-in-use', { params: { name, count } });
    },
  });
}

/** Memberships that stay keep their login. */
async function keepMembers(
  { members }: ExchangeModels,
  own: { readonly userId: number } | { readonly queueId: number },
  other: 'userId' | 'queueId',
  wanted: readonly number[],
  before: readonly number[],
  transaction: Transaction,
): Promise<void> {
  const gone = before.filter((id) => !wanted.includes(id));
  if (gone.length > 0) await members.destroy({ where: { ...own, [other]: gone }, transaction });
  const added = wanted.filter((id) => !before.includes(id));
  await members.bulkCreate(added.map((id) => ({ ...own, [other]: id })) as never, { transaction });
}

/** Extensions and queues are dialled alike; two tables share no index. */
async function requireFree(others: Promise<number>, field: string): Promise<void> {
  if ((await others) > 0) throw new DomainError('conflict', 'exchange-admin:error.number-taken', { field });
}

function within(transaction: Transaction | undefined): { readonly transaction?: Transaction } {
  return transaction === undefined ? {} : { transaction };
}
