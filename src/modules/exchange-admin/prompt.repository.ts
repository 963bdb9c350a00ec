import { type Database } from '../../platform/db/database.js';
import { DomainError } from '../../platform/errors.js';
import { type SequelizeAuditRepository } from '../audit/index.js';
import { type ExchangeModels } from '../telephony/exchange/exchange-directory.model.js';
import { newPromptToken } from '../telephony/exchange/prompt-address.js';
import { type PromptFields } from './exchange-admin.domain.js';
import { type PromptSection, type ServedAudio } from './exchange-admin.port.js';
import { SequelizeSection } from './section.repository.js';

/** Recordings in the database: lists read everything of them but the bytes. */
export function createPromptSection(
  db: Database,
  audit: SequelizeAuditRepository,
  { prompts, queues }: ExchangeModels,
): PromptSection {
  const section = new SequelizeSection(db, audit, {
    model: prompts,
    subject: 'exchange-prompt',
    searched: ['name'],
    unique: { name: 'exchange-admin:error.name-taken' },
    async toEntries(rows, transaction) {
      const users = await queues.findAll({
        where: { promptId: rows.map((row) => row.id) },
        order: [['name', 'ASC']],
        ...(transaction === undefined ? {} : { transaction }),
      });
      return rows.map(({ id, version, name, contentType, size, seconds }) => {
        const queueNames = users.filter(({ promptId }) => promptId === id).map((queue) => queue.name);
        return { id, version, name, contentType, size, seconds, queueNames };
      });
    },
    toColumns({ name, audio }: PromptFields) {
      return {
        ...(name === null ? {} : { name }),
        // Another content has another address: whoever knew the old one has no right to the new one.
        ...(audio === null ? {} : { ...audio, size: audio.bytes.length, token: newPromptToken() }),
      };
    },
    toAudit: ({ name, contentType, size, seconds }) => ({ name, contentType, bytes: size, seconds }),
    async checkRemoval({ id, name }, transaction) {
      await prompts.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE });
      const users = await queues.findAll({ where: { promptId: id }, order: [['name', 'ASC']], transaction });
      if (users.length === 0) return;
      const names = users.map((queue) => queue.name).join(', ');
      throw new DomainError('conflict', 'exchange-admin:error.prompt-in-use', { params: { name, queues: names } });
    },
  });
  const served = async (where: { readonly id: number } | { readonly token: string }): Promise<ServedAudio | null> => {
    const row = await prompts.unscoped().findOne({ where, attributes: ['contentType', 'bytes'] });
    return row === null ? null : { contentType: row.contentType, bytes: row.bytes };
  };
  return Object.assign(section, {
    audioOf: (id: number) => served({ id }),
    audioOfToken: (token: string) => served({ token }),
  });
}
