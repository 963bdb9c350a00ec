import { Op } from 'sequelize';
import { type Database } from '../../../platform/db/database.js';
import { type ExchangeModels } from './exchange-directory.model.js';
import {
  type DirectoryData,
  type ExchangeDirectory,
  type ExchangeMembership,
  type MemberStateStore,
} from './exchange.port.js';
import { promptPath } from './prompt-address.js';

/** The exchange's own people, queues and lines. Read here; written by whoever administers the exchange. */
export class SequelizeExchangeDirectory implements ExchangeDirectory {
  readonly #models: ExchangeModels;
  readonly #publicUrl: string;

  /** @param publicUrl where the application is reached, without a slash at its end: phones fetch prompts there */
  constructor(models: ExchangeModels, publicUrl: string) {
    this.#models = models;
    this.#publicUrl = publicUrl;
  }

  async load(): Promise<DirectoryData> {
    const { users, queues, members, pauseReasons, prompts, customerLines } = this.#models;
    const [userRows, queueRows, memberRows, reasonRows, promptRows, lineRows] = await Promise.all([
      users.findAll({ order: [['extension', 'ASC']] }),
      queues.findAll({ order: [['number', 'ASC']] }),
      members.findAll(),
      pauseReasons.findAll({ order: [['name', 'ASC']] }),
      prompts.findAll(),
      customerLines.findAll({ order: [['name', 'ASC']] }),
    ]);
    const extensions = new Map(userRows.map((row) => [row.id, row.extension]));
    const names = new Map(queueRows.map((row) => [row.id, row.name]));
    const promptUrls = new Map(
      promptRows.map(({ id, token, contentType }) => [id, this.#publicUrl + promptPath(token, contentType)]),
    );
    const memberships: ExchangeMembership[] = [];
    for (const { queueId, userId } of memberRows) {
      const queue = names.get(queueId);
      const extension = extensions.get(userId);
      // A row written between two of the readings above; the next reload has it whole.
      if (queue !== undefined && extension !== undefined) memberships.push({ queue, extension });
    }
    return {
      users: userRows.map(({ login, name, locality, extension }) => ({ login, name, locality, extension })),
      queues: queueRows.map(({ name, number, strategy, ringSeconds, maxWaitSeconds, promptId }) => {
        const promptUrl = promptUrls.get(promptId ?? 0) ?? null;
        return { name, number, strategy, ringSeconds, maxWaitSeconds, promptUrl };
      }),
      memberships,
      pauseReasons: reasonRows.map(({ name }) => name),
      customerLines: lineRows.map(({ number, name }) => ({ number, name })),
    };
  }

  async findPasswordHash(login: string): Promise<string | null> {
    const row = await this.#models.users.findOne({ where: { login } });
    return row?.passwordHash ?? null;
  }
}

/** Logins and pauses of members, on the rows of memberships and users. */
export class SequelizeMemberStates implements MemberStateStore {
  readonly #db: Database;
  readonly #models: ExchangeModels;

  constructor(db: Database, models: ExchangeModels) {
    this.#db = db;
    this.#models = models;
  }

  async load(): ReturnType<MemberStateStore['load']> {
    const [users, queues, members] = await Promise.all([
      this.#models.users.findAll(),
      this.#models.queues.findAll(),
      this.#models.members.findAll({ where: { loggedInAt: { [Op.ne]: null } } }),
    ]);
    const extensions = new Map(users.map((row) => [row.id, row.extension]));
    const names = new Map(queues.map((row) => [row.id, row.name]));
    return {
      loggedIn: members.flatMap(({ queueId, userId, loggedInAt }) => {
        const queue = names.get(queueId);
        const extension = extensions.get(userId);
        if (queue === undefined || extension === undefined || loggedInAt === null) return [];
        return [{ queue, extension, since: loggedInAt.getTime() }];
      }),
      paused: users.flatMap(({ extension, pauseReason }) =>
        pauseReason === null ? [] : [{ extension, reason: pauseReason }],
      ),
    };
  }

  setLoggedIn(queue: string, extension: string, since: number | null): Promise<void> {
    return this.#db.write(async (transaction) => {
      const [queueRow, userRow] = [
        await this.#models.queues.findOne({ where: { name: queue }, transaction }),
        await this.#models.users.findOne({ where: { extension }, transaction }),
      ];
      // Gone from the directory: there is no login left to keep.
      if (queueRow === null || userRow === null) return;
      await this.#models.members.update(
        { loggedInAt: since === null ? null : new Date(since) },
        { where: { queueId: queueRow.id, userId: userRow.id }, transaction },
      );
    });
  }

  setPaused(extension: string, reason: string | null): Promise<void> {
    return this.#db.write(async (transaction) => {
      await this.#models.users.update({ pauseReason: reason }, { where: { extension }, transaction });
    });
  }
}
