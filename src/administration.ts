import { type Router } from 'express';
import { type Accounts, type PasswordLinks, type Passwords } from './modules/accounts/index.js';
import { AuditTrail, SequelizeAuditRepository } from './modules/audit/index.js';
import { createHolidayRouter, Holidays, SequelizeHolidayRepository } from './modules/holidays/index.js';
import { createAdminRouter } from './modules/home/index.js';
import { createProfileRouter, Profiles, SequelizeProfileRepository } from './modules/profiles/index.js';
import { createQueueRouter, Queues, SequelizeQueueRepository } from './modules/queues/index.js';
import { type Telephony } from './modules/telephony/telephony.port.js';
import { type Users } from './modules/users/index.js';
import { createPeople } from './people.js';
import { type Config } from './platform/config/config.js';
import { type Database } from './platform/db/database.js';
import { type DatabaseSessionStore } from './platform/http/session-store.js';

export interface AdministrationDeps {
  readonly db: Database;
  readonly config: Config;
  readonly now: () => Date;
  readonly passwords: Passwords;
  readonly sessions: DatabaseSessionStore;
  /** Wrong one-time links from one address in ten minutes before it has to wait. */
  readonly failuresPerAddress: number;
  /** The exchange in use; null without one. Made after this, as are the accounts. */
  readonly telephony: () => Telephony | null;
  readonly accounts: () => Accounts;
  /** Agents or queues have changed: the live picture reads them again. */
  readonly agentsChanged: () => Promise<void>;
  /** How many pages are connected, by session. */
  readonly openPages: () => ReadonlyMap<string, number>;
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

/** Wires the administration's parts, with `people.ts` for users and their passwords and sessions; begins nothing. */
export function createAdministration(deps: AdministrationDeps): Administration {
  const { db, config, now, agentsChanged } = deps;
  const { timeZone } = config;
  const auditRows = new SequelizeAuditRepository(db, now);
  const audit = new AuditTrail({ repository: auditRows });
  const accessChanged = (userIds: readonly number[]): Promise<void> => deps.accounts().accessChanged(userIds);
  const profiles = new Profiles({ repository: new SequelizeProfileRepository(db, auditRows), accessChanged });
  const holidays = new Holidays({ repository: new SequelizeHolidayRepository(db, auditRows) });
  const queues = new Queues({
    repository: new SequelizeQueueRepository(db, auditRows),
    // The live picture takes targets and wrap-up over at once.
    onChanged: agentsChanged,
  });
  const people = createPeople({
    ...deps,
    ...{ audit, auditRows, profiles, queues },
    onAccessChanged: accessChanged,
    reload: agentsChanged,
  });
  return {
    auditRows,
    audit,
    users: people.users,
    profiles,
    queues,
    holidays,
    passwordLinks: people.passwordLinks,
    routes: [
      ['/admin', createAdminRouter()],
      ...people.routes,
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
