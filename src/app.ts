import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { type RequestHandler, type Router } from 'express';
import {
  Accounts,
  createAccountRouter,
  Passwords,
  SequelizeAccountStore,
  SignInThrottle,
  STANDARD_COST,
  type DemoSignIn,
  type PasswordCost,
} from './modules/accounts/index.js';
import { AuditTrail, SequelizeAuditRepository } from './modules/audit/index.js';
import { createCustomers } from './customers.js';
import { type Customers } from './modules/customers/index.js';
import { createDemoPhoneRouter, type DemoPhoneDeps } from './modules/demo/index.js';
import { createHomeRouter, menuFor } from './modules/home/index.js';
import { createProfileRouter, Profiles, SequelizeProfileRepository } from './modules/profiles/index.js';
import { type Telephony } from './modules/telephony/telephony.port.js';
import { createUserRouter, SequelizeUserRepository, Users } from './modules/users/index.js';
import { type Config } from './platform/config/config.js';
import { type Secrets } from './platform/config/secrets.js';
import { type Database } from './platform/db/database.js';
import { openDatabase } from './platform/db/open-database.js';
import { DomainError } from './platform/errors.js';
import { createAuthentication } from './platform/http/authentication.js';
import { closeServer } from './platform/http/close-server.js';
import { cookieOf } from './platform/http/cookies.js';
import { localeCookie, localeOf } from './platform/http/preferences.js';
import { type HealthCheck } from './platform/http/health.js';
import { DatabaseSessionStore } from './platform/http/session-store.js';
import { createWeb, type MenuOf } from './platform/http/web.js';
import { createTranslator } from './platform/i18n/translator.js';
import { type Logger } from './platform/log.js';
import { createVoice, type Voice } from './voice.js';

/** The WebSockets of this server: pages' and phones'. */
const SOCKET_PATHS: readonly string[] = ['/socket.io/', '/sip'];

/** What a telephony adapter may need of the application around it. */
export interface TelephonyParts {
  readonly server: Server;
  readonly db: Database;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** An exchange, and what it offers a demonstration: phones of customers that pages can be. */
export interface TelephonyPart {
  readonly telephony: Telephony;
  readonly demoPhone?: DemoPhoneDeps;
}

/** The edges: what the application does not make itself, and what a test replaces. */
export interface AppOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Runs on the migrated database before anything else reads it. */
  readonly prepare?: (db: Database) => Promise<void>;
  /** Makes the exchange's adapter. Without it there is no telephony, and nobody signs in through the exchange. */
  readonly telephony?: (parts: TelephonyParts) => TelephonyPart;
  /** What hashing a password may cost; tests make it cheap. */
  readonly passwordCost?: PasswordCost;
  /** Shown on the sign-in page of a demonstration. */
  readonly demoSignIns?: readonly DemoSignIn[];
  /** Wrong sign-ins from one address in ten minutes before it has to wait. */
  readonly signInFailuresPerAddress?: number;
}

export interface App extends AsyncDisposable {
  readonly server: Server;
  readonly db: Database;
  readonly telephony: Telephony | null;
  /** The live half; null without telephony. */
  readonly voice: Voice | null;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly users: Users;
  readonly customers: Customers;
  readonly profiles: Profiles;
  readonly sessions: DatabaseSessionStore;
  readonly audit: AuditTrail;
  readonly demoSignIns: readonly DemoSignIn[];
  /** What a socket's handshake runs: session, then viewer (`viewerOf(req)` afterwards). */
  readonly handshake: readonly RequestHandler[];
}

/** Wires every part; listens to nothing. Undone, in reverse order, by its `Symbol.asyncDispose`. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, secrets, logger, now, demoSignIns = [] } = options;
  const undo: (() => Promise<void> | void)[] = [];
  const dispose = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        logger.error({ err: error }, 'a part did not stop');
      }
    }
  };
  try {
    const logError = (error: unknown, context: object): void => {
      logger.error({ err: error, ...context }, 'work in the background failed');
    };
    const server = createServer();
    const db = await openDatabase(config.database);
    undo.push(() => db.close());
    await options.prepare?.(db);
    const translator = createTranslator();

    const auditRows = new SequelizeAuditRepository(db, now);
    const audit = new AuditTrail({ repository: auditRows });
    const { customers, routes: customerRoutes } = createCustomers({ db, auditRows, audit, timeZone: config.timeZone });
    const users = new Users({ repository: new SequelizeUserRepository(db) });
    const profiles = new Profiles({ repository: new SequelizeProfileRepository(db) });
    const sessions = new DatabaseSessionStore({ db, now, logError });
    const passwords = new Passwords({ cost: options.passwordCost ?? STANDARD_COST });

    const base = { db, config, logger, now };
    const part = options.telephony?.({ ...base, server, secrets }) ?? null;
    const telephony = part?.telephony ?? null;
    const voice =
      telephony === null
        ? null
        : createVoice({ ...base, server, telephony, translator, users, customers, sessions, logError });

    const accounts = new Accounts({
      store: new SequelizeAccountStore(db),
      passwords,
      throttle: new SignInThrottle(),
      verifyExchangeCredentials: (login, password) => {
        if (telephony === null) throw new DomainError('unavailable', 'auth:exchange-unavailable');
        return telephony.verifyCredentials(login, password);
      },
      now,
      refuseDemoPasswords: config.environment === 'production',
      defaultLocale: config.defaultLocale,
      destroySessions: (userId) => sessions.destroyOfUser(userId),
    });
    const authentication = createAuthentication({
      verify: (login, password) => accounts.verifySignIn(login, password),
      loadViewer: (userId, req) => accounts.loadViewer(userId, req.sessionID, localeOf(cookieOf(req, localeCookie))),
    });

    const { app, handshake } = createWeb({
      config,
      secrets,
      logger,
      translator,
      sessions,
      authentication,
      menuOf: createMenuOf(config.demo),
      healthChecks: createHealthChecks(db, telephony),
      connectTo: [],
      routes: [
        [
          '/',
          createAccountRouter({
            accounts,
            authentication,
            translator,
            chooseLocale: (userId, locale) => users.setLocale(userId, locale),
            demoSignIns,
            secureCookies: config.secureCookies,
            failuresPerAddress: options.signInFailuresPerAddress ?? 100,
          }),
        ],
        ['/', createHomeRouter()],
        ['/admin/users', createUserRouter({ users })],
        ['/admin/profiles', createProfileRouter({ profiles })],
        ...customerRoutes,
        ...(voice?.routes ?? []),
        ...createDemoRoutes(config, part),
      ],
    });
    server.on('request', app);
    server.on('upgrade', endStrangeUpgrades);
    let closed = Promise.resolve();
    undo.push(() => closed);
    if (voice !== null) undo.push(async () => voice[Symbol.asyncDispose]());
    // First of all nobody new comes in; it is closed only when the sockets of pages and phones are, which voice ends.
    undo.push(() => {
      closed = closeServer(server);
    });

    sessions.start();
    undo.push(() => {
      sessions.stop();
    });
    if (voice !== null) endSocketsOfEndedSessions(accounts, await voice.start(handshake));
    return {
      server,
      db,
      telephony,
      voice,
      accounts,
      passwords,
      users,
      customers,
      profiles,
      sessions,
      audit,
      demoSignIns,
      handshake,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Of the upgrades nobody takes, Node leaves the socket open for ever. */
function endStrangeUpgrades(request: IncomingMessage, socket: Duplex): void {
  const path = request.url?.split('?', 1)[0] ?? '';
  if (!SOCKET_PATHS.includes(path)) socket.destroy();
}

/** Whoever signs out, or is no longer let in, is gone from the sockets at once. */
function endSocketsOfEndedSessions(
  accounts: Accounts,
  hub: { disconnectSession(sessionId: string): void; disconnectUser(userId: number): void },
): void {
  accounts.onSessionsEnded((ended) => {
    if ('sessionId' in ended) hub.disconnectSession(ended.sessionId);
    else hub.disconnectUser(ended.userId);
  });
}

function createHealthChecks(db: Database, telephony: Telephony | null): Readonly<Record<string, HealthCheck>> {
  return {
    database: async () => {
      await db.sequelize.query('SELECT 1');
      return true;
    },
    ...(telephony === null ? {} : { telephony: () => telephony.status().connected }),
  };
}

function createDemoRoutes(config: Config, part: TelephonyPart | null): readonly (readonly [string, Router])[] {
  if (!config.demo || part?.demoPhone === undefined) return [];
  return [['/demo/phone', createDemoPhoneRouter(part.demoPhone)]];
}

function createMenuOf(demo: boolean): MenuOf {
  return (viewer, path, t) => {
    const entries = menuFor(viewer.permissions, demo);
    // Administration is above its pages: the entry that says most of the path is the one people are on.
    const here = entries
      .filter(({ href }) => path === href || path.startsWith(`${href}/`))
      .reduce((longest, { href }) => (href.length > longest.length ? href : longest), '');
    return entries.map((entry) => ({
      label: t(entry.label),
      about: t(entry.about),
      group: t(entry.group),
      href: entry.href,
      icon: entry.icon,
      current: entry.href === here,
    }));
  };
}
