import { type Router } from 'express';
import { type Accounts, type PasswordLinks, type Passwords } from '../modules/accounts/index.js';
import { AuditTrail, createAuditRouter, SequelizeAuditRepository } from '../modules/audit/index.js';
import {
  createDirectorySections,
  createExchangeAdminRouter,
  createPromptAudioRouter,
  ExchangeAdmin,
  type RunningExchange,
} from '../modules/exchange-admin/index.js';
import { createHolidayRouter, Holidays, SequelizeHolidayRepository } from '../modules/holidays/index.js';
import { createAdminRouter } from '../modules/home/index.js';
import { createProfileRouter, Profiles, SequelizeProfileRepository } from '../modules/profiles/index.js';
import { createQueueRouter, QueueHours, Queues, SequelizeQueueRepository } from '../modules/queues/index.js';
import { createReasonRouter, ExchangeSpelling, Reasons, SequelizeReasonRepository } from '../modules/reasons/index.js';
import { type Telephony } from '../modules/telephony/telephony.port.js';
import { type Users } from '../modules/users/index.js';
import { createPeople } from './people.js';
import { type Config } from '../platform/config/config.js';
import { type Database } from '../platform/db/database.js';
import { DomainError } from '../platform/errors.js';
import { systemSchedule } from '../platform/schedule.js';
import { type DatabaseSessionStore } from '../platform/http/session-store.js';
import { type Permission } from '../shared/permissions.js';

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
  /** The built-in exchange, while it is the one in use. */
  readonly exchange: () => RunningExchange | null;
  readonly accounts: () => Accounts;
  /** Agents or queues have changed: the live picture reads them again. */
  readonly agentsChanged: () => Promise<void>;
  /** Which pause reasons somebody is paused for, or is about to be. */
  readonly pausesInUse: () => Promise<(reasonId: number) => boolean>;
  readonly logError: (error: unknown, context: object) => void;
  /** How many pages are connected, by session. */
  readonly openPages: () => ReadonlyMap<string, number>;
}

/** What administrators keep: people and what they may do, queues and reasons, and the trail of every change. */
export interface Administration {
  readonly auditRows: SequelizeAuditRepository;
  readonly audit: AuditTrail;
  readonly users: Users;
  readonly profiles: Profiles;
  /** What a profile allows; nothing for one that is not there. */
  readonly permissionsOf: (profileId: number) => Promise<ReadonlySet<Permission>>;
  readonly queues: Queues;
  readonly reasons: Reasons;
  readonly holidays: Holidays;
  /** To be started and stopped by whoever runs the application. */
  readonly queueHours: QueueHours;
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
  const reasons = new Reasons({ repository: new SequelizeReasonRepository(db, auditRows), live: deps.pausesInUse });
  const holidays: Holidays = new Holidays({
    repository: new SequelizeHolidayRepository(db, auditRows),
    onChanged: () => queueHours.refresh(),
  });
  const queues = new Queues({
    repository: new SequelizeQueueRepository(db, auditRows),
    // The live picture takes targets and wrap-up over at once.
    onChanged: async () => {
      await Promise.all([queueHours.refresh(), agentsChanged()]);
    },
  });
  const queueHours: QueueHours = new QueueHours({
    listHours: () => queues.listHours(),
    ...{ holidays, timeZone, now, schedule: systemSchedule, logError: deps.logError },
  });
  const permissionsOf = async (profileId: number): Promise<ReadonlySet<Permission>> =>
    (await profiles.find(profileId))?.permissions ?? new Set();
  const people = createPeople({
    ...deps,
    ...{ audit, auditRows, profiles, permissionsOf, queues },
    onAccessChanged: accessChanged,
    reload: agentsChanged,
  });
  const exchangeAdmin = new ExchangeAdmin({ sections: createDirectorySections(db, auditRows), running: deps.exchange });
  return {
    auditRows,
    audit,
    users: people.users,
    profiles,
    permissionsOf,
    queues,
    reasons,
    holidays,
    queueHours,
    passwordLinks: people.passwordLinks,
    routes: [
      ['/admin', createAdminRouter()],
      ['/admin/audit', createAuditRouter({ audit, timeZone, now, logError: deps.logError })],
      ...people.routes,
      ['/admin/profiles', createProfileRouter({ profiles, audit, timeZone })],
      [
        '/admin/queues',
        createQueueRouter({
          queues,
          audit,
          holidays,
          exchangeQueues: async () => (await deps.telephony()?.directory())?.queues ?? null,
          enforcesHours: () => deps.exchange() !== null,
          timeZone,
          now,
        }),
      ],
      ['/admin/reasons', createReasonRouter({ reasons, spelling: createSpelling(deps.telephony), audit, timeZone })],
      [
        '/admin/exchange',
        createExchangeAdminRouter({
          admin: exchangeAdmin,
          audit,
          hash: (password) => deps.passwords.hash(password),
          timeZone,
        }),
      ],
      ['/prompts', createPromptAudioRouter(exchangeAdmin)],
      ['/admin/holidays', createHolidayRouter({ holidays, audit, timeZone, now })],
    ],
  };
}

/** How the exchange in use spells its pause reasons; away or missing, nothing is said to be wrong. */
function createSpelling(telephony: () => Telephony | null): ExchangeSpelling {
  return new ExchangeSpelling({
    pauseReasons: async () => {
      const exchange = telephony();
      if (exchange?.status().connected !== true) throw new DomainError('unavailable', 'reasons:spelling.away');
      return (await exchange.directory()).pauseReasons;
    },
  });
}
