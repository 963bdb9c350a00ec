import { type Router } from 'express';
import { type Passwords } from './modules/accounts/index.js';
import { AuditTrail, SequelizeAuditRepository } from './modules/audit/index.js';
import { createHolidayRouter, Holidays, SequelizeHolidayRepository } from './modules/holidays/index.js';
import { createProfileRouter, Profiles, SequelizeProfileRepository } from './modules/profiles/index.js';
import { createQueueRouter, Queues, SequelizeQueueRepository } from './modules/queues/index.js';
import { type Telephony } from './modules/telephony/telephony.port.js';
import { createUserFormRouter, createUserRouter, SequelizeUserRepository, Users } from './modules/users/index.js';
import { type Config } from './platform/config/config.js';
import { type Database } from './platform/db/database.js';

export interface AdministrationDeps {
  readonly db: Database;
  readonly config: Config;
  readonly now: () => Date;
  readonly passwords: Passwords;
  /** The exchange in use; null without one. Made after this. */
  readonly telephony: () => Telephony | null;
  /** Signs somebody out everywhere. */
  readonly endSessions: (userId: number) => Promise<void>;
  /** What these people may do has changed. */
  readonly accessChanged: (userIds: readonly number[]) => Promise<void>;
  /** Agents or queues have changed: the live picture reads them again. */
  readonly agentsChanged: () => Promise<void>;
}

/** What administrators keep: people and what they may do, queues and reasons, and the trail of every change. */
export interface Administration {
  readonly auditRows: SequelizeAuditRepository;
  readonly audit: AuditTrail;
  readonly users: Users;
  readonly profiles: Profiles;
  readonly queues: Queues;
  readonly holidays: Holidays;
  readonly routes: readonly (readonly [path: string, router: Router])[];
}

/** Wires the administration's parts; the third composition file, beside `app.ts` and `voice.ts`. */
export function createAdministration(deps: AdministrationDeps): Administration {
  const { db, now, passwords, agentsChanged } = deps;
  const { timeZone } = deps.config;
  const auditRows = new SequelizeAuditRepository(db, now);
  const audit = new AuditTrail({ repository: auditRows });
  const profiles = new Profiles({
    repository: new SequelizeProfileRepository(db, auditRows),
    accessChanged: deps.accessChanged,
  });
  const users = new Users({
    repository: new SequelizeUserRepository(db, auditRows),
    permissionsOf: async (profileId) => (await profiles.find(profileId))?.permissions ?? new Set(),
    onAccessChanged: deps.accessChanged,
    endSessions: deps.endSessions,
    onChanged: agentsChanged,
  });
  const holidays = new Holidays({ repository: new SequelizeHolidayRepository(db, auditRows) });
  const queues = new Queues({
    repository: new SequelizeQueueRepository(db, auditRows),
    // The live picture takes targets and wrap-up over at once.
    onChanged: agentsChanged,
  });
  return {
    auditRows,
    audit,
    users,
    profiles,
    queues,
    holidays,
    routes: [
      ['/admin/users', createUserRouter({ users, profiles: () => profiles.list() })],
      [
        '/admin/users',
        createUserFormRouter({
          users,
          profiles: () => profiles.list(),
          queues: async () => (await queues.list()).filter(({ isActive }) => isActive),
          audit,
          hash: (password) => passwords.hash(password),
          timeZone,
        }),
      ],
      ['/admin/profiles', createProfileRouter({ profiles, audit, timeZone })],
      [
        '/admin/queues',
        createQueueRouter({
          queues,
          audit,
          holidays,
          exchangeQueues: async () => (await deps.telephony()?.directory())?.queues ?? null,
          timeZone,
          now,
        }),
      ],
      ['/admin/holidays', createHolidayRouter({ holidays, audit, timeZone, now })],
    ],
  };
}
