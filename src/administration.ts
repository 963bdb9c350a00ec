import { type Router } from 'express';
import {
  absoluteUrl,
  createPasswordRouter,
  linkEnd,
  PasswordLinks,
  SequelizePasswordStore,
  type Passwords,
} from './modules/accounts/index.js';
import { AuditTrail, SequelizeAuditRepository } from './modules/audit/index.js';
import { createHolidayRouter, Holidays, SequelizeHolidayRepository } from './modules/holidays/index.js';
import { createProfileRouter, Profiles, SequelizeProfileRepository } from './modules/profiles/index.js';
import { createQueueRouter, Queues, SequelizeQueueRepository } from './modules/queues/index.js';
import { type Telephony } from './modules/telephony/telephony.port.js';
import {
  createUserFormRouter,
  createUserImportRouter,
  createUserRouter,
  SequelizeUserImportRepository,
  SequelizeUserRepository,
  UserImport,
  Users,
} from './modules/users/index.js';
import { type Config } from './platform/config/config.js';
import { type Database } from './platform/db/database.js';

export interface AdministrationDeps {
  readonly db: Database;
  readonly config: Config;
  readonly now: () => Date;
  readonly passwords: Passwords;
  /** Wrong one-time links from one address in ten minutes before it has to wait. */
  readonly passwordTriesPerAddress: number;
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
  readonly passwordLinks: PasswordLinks;
  readonly routes: readonly (readonly [path: string, router: Router])[];
}

/** Wires the administration's parts; the third composition file, beside `app.ts` and `voice.ts`. */
export function createAdministration(deps: AdministrationDeps): Administration {
  const { db, now, passwords, agentsChanged } = deps;
  const { timeZone, publicUrl } = deps.config;
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
  const passwordLinks = new PasswordLinks({
    store: new SequelizePasswordStore(db, auditRows),
    hash: (password) => passwords.hash(password),
    endSessions: deps.endSessions,
    now,
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
    passwordLinks,
    routes: [
      [
        '/',
        createPasswordRouter({
          links: passwordLinks,
          requireUser: (id) => users.require(id),
          reaches: (permissions, user) => users.reaches({ permissions }, user),
          publicUrl,
          timeZone,
          now,
          failuresPerAddress: deps.passwordTriesPerAddress,
        }),
      ],
      ['/admin/users', createUserRouter({ users, profiles: () => profiles.list() })],
      [
        '/admin/users/import',
        createUserImportRouter({
          users,
          imports: new UserImport({
            repository: new SequelizeUserImportRepository(db, auditRows),
            profiles: () => profiles.list(),
            reaches: (by, user) => users.reaches(by, user),
            onChanged: agentsChanged,
          }),
          links: passwordLinks,
          profiles: () => profiles.list(),
          urlOf: (req, path) => absoluteUrl(req, publicUrl, path),
          linkEnd: (res) => linkEnd(res, now(), timeZone),
        }),
      ],
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
