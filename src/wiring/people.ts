import {
  absoluteUrl,
  createPasswordRouter,
  linkEnd,
  PasswordLinks,
  SequelizePasswordStore,
  type Accounts,
  type Passwords,
} from '../modules/accounts/index.js';
import { type AuditTrail, type SequelizeAuditRepository } from '../modules/audit/index.js';
import { createLoggedInRouter, LoggedIn, SequelizeLoggedInRepository } from '../modules/logged-in/index.js';
import { localDayOf } from '../modules/monitoring/index.js';
import { type Profiles } from '../modules/profiles/index.js';
import { type Queues } from '../modules/queues/index.js';
import {
  createUserFormRouter,
  createUserImportRouter,
  createUserRouter,
  SequelizeUserImportRepository,
  SequelizeUserRepository,
  UserImport,
  Users,
} from '../modules/users/index.js';
import { type Config } from '../platform/config/config.js';
import { type Database } from '../platform/db/database.js';
import { type DatabaseSessionStore } from '../platform/http/session-store.js';
import { type WebDeps } from '../platform/http/web.js';
import { type Permission } from '../shared/permissions.js';
import { createLineQuality } from './line-quality.js';

export interface PeopleOptions {
  readonly db: Database;
  readonly config: Config;
  readonly now: () => Date;
  readonly audit: AuditTrail;
  readonly auditRows: SequelizeAuditRepository;
  readonly profiles: Profiles;
  readonly queues: Queues;
  readonly passwords: Passwords;
  readonly sessions: DatabaseSessionStore;
  readonly permissionsOf: (profileId: number) => Promise<ReadonlySet<Permission>>;
  /** Made after the people it lets in. */
  readonly accounts: () => Accounts;
  /** These users may do other things than a moment ago: what they have open must notice. */
  readonly onAccessChanged: (userIds: readonly number[]) => Promise<void>;
  /** The live half reads agents and queues again. */
  readonly reload: () => Promise<void>;
  /** How many pages are connected, by session. */
  readonly openPages: () => ReadonlyMap<string, number>;
  /** Bad one-time links from one address in ten minutes before it has to wait. */
  readonly failuresPerAddress: number;
}

/** Who uses the system: users, their passwords, their sessions. */
export interface People {
  readonly users: Users;
  readonly passwordLinks: PasswordLinks;
  readonly routes: WebDeps['routes'];
}

/** Wires users, passwords and sessions with their pages; begins nothing. */
export function createPeople(options: PeopleOptions): People {
  const { db, config, now, audit, auditRows, profiles, queues, passwords, sessions } = options;
  const { timeZone, publicUrl } = config;
  const endSessions = (userId: number): Promise<void> => options.accounts().endSessions(userId);
  const hash = (password: string): Promise<string> => passwords.hash(password);
  const listProfiles = (): ReturnType<Profiles['list']> => profiles.list();

  const users = new Users({
    repository: new SequelizeUserRepository(db, auditRows),
    permissionsOf: options.permissionsOf,
    onAccessChanged: options.onAccessChanged,
    endSessions,
    onChanged: options.reload,
  });
  const imports = new UserImport({
    repository: new SequelizeUserImportRepository(db, auditRows),
    profiles: listProfiles,
    reaches: (by, user) => users.reaches(by, user),
    onChanged: options.reload,
  });
  const passwordLinks = new PasswordLinks({
    store: new SequelizePasswordStore(db, auditRows),
    hash,
    endSessions,
    now,
  });
  const lines = createLineQuality(db, () => now().getTime());
  const linesOfToday = (): ReturnType<typeof lines.ofAgents> => {
    const { from, until } = localDayOf(now().getTime(), timeZone);
    return lines.ofAgents(from, until);
  };
  const loggedIn = new LoggedIn({
    repository: new SequelizeLoggedInRepository(db, auditRows),
    openPages: options.openPages,
    forget: (sessionId) => {
      sessions.forget(sessionId);
    },
    sessionEnded: (sessionId) => {
      options.accounts().sessionEnded(sessionId);
    },
    now,
  });

  return {
    users,
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
          failuresPerAddress: options.failuresPerAddress,
        }),
      ],
      ['/admin/logged-in', createLoggedInRouter({ loggedIn, linesOfToday, now, timeZone })],
      ['/admin/users', createUserRouter({ users, profiles: listProfiles })],
      [
        '/admin/users/import',
        createUserImportRouter({
          users,
          imports,
          links: passwordLinks,
          profiles: listProfiles,
          urlOf: (req, path) => absoluteUrl(req, publicUrl, path),
          linkEnd: (res) => linkEnd(res, now(), timeZone),
        }),
      ],
      [
        '/admin/users',
        createUserFormRouter({
          users,
          profiles: listProfiles,
          queues: async () => (await queues.list()).filter(({ isActive }) => isActive),
          audit,
          hash,
          timeZone,
        }),
      ],
    ],
  };
}
