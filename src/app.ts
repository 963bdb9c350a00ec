import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { type RequestHandler } from 'express';
import { createAdministration } from './wiring/administration.js';
import {
  createIntegration,
  type TelephonyPart,
  type TelephonyParts,
  type TestConnection,
} from './wiring/integration.js';
import {
  Accounts,
  createAccountRouter,
  Passwords,
  type PasswordLinks,
  SequelizeAccountStore,
  SignInThrottle,
  STANDARD_COST,
  type DemoSignIn,
  type PasswordCost,
} from './modules/accounts/index.js';
import { createAttendancePages } from './wiring/attendances.js';
import { createCustomers } from './wiring/customers.js';
import { createAssociation } from './modules/association/index.js';

import { type AuditTrail } from './modules/audit/index.js';
import { type Customers } from './modules/customers/index.js';
import { createHomeRouter, createMenuOf } from './modules/home/index.js';
import { type Integration } from './modules/integration/index.js';
import { type Profiles } from './modules/profiles/index.js';
import { type Reasons } from './modules/reasons/index.js';
import { type Telephony } from './modules/telephony/telephony.port.js';
import { type Users } from './modules/users/index.js';
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
import { createWeb } from './platform/http/web.js';
import { createTranslator } from './platform/i18n/translator.js';
import { type Logger } from './platform/log.js';
import { uraRoutes } from './wiring/ura.js';
import { createVoice, type Voice } from './wiring/voice.js';

export type { TelephonyPart } from './wiring/integration.js';

/** The WebSocket of this server's pages; that of phones is the exchange's to name. */
const PAGES_SOCKET_PATH = '/socket.io/';

/** The edges: what the application does not make itself, and what a test replaces. */
export interface AppOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Runs on the migrated database before anything else reads it. */
  readonly prepare?: (db: Database) => Promise<void>;
  /**
   * Makes the adapter of the exchange that the settings name; again when they change. Without it there is no telephony,
   * and nobody signs in through the exchange.
   */
  readonly telephony?: (parts: TelephonyParts) => TelephonyPart;
  readonly testConnection?: TestConnection;
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
  readonly passwordLinks: PasswordLinks;
  readonly users: Users;
  readonly customers: Customers;
  readonly profiles: Profiles;
  readonly reasons: Reasons;
  readonly sessions: DatabaseSessionStore;
  readonly audit: AuditTrail;
  readonly integration: Integration;
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

    const sessions = new DatabaseSessionStore({ db, now, logError });
    const passwords = new Passwords({ cost: options.passwordCost ?? STANDARD_COST });
    const failuresPerAddress = options.signInFailuresPerAddress ?? 100;
    let openPages = (): ReadonlyMap<string, number> => new Map();
    const administration = createAdministration({
      ...{ db, config, now, passwords, sessions, failuresPerAddress, logError },
      telephony: () => telephony,
      exchange: () => unity.runner?.current?.administration ?? null,
      accounts: () => accounts,
      agentsChanged: async () => voice?.centre.reload(),
      pausesInUse: () => voice?.pausesInUse() ?? Promise.resolve(() => false),
      openPages: () => openPages(),
    });
    const { audit, users, profiles, permissionsOf, queues, reasons, holidays, queueHours, passwordLinks } =
      administration;
    const { customers, routes: customerRoutes } = createCustomers({
      ...{ db, audit, auditRows: administration.auditRows, timeZone: config.timeZone },
    });

    const base = { db, config, logger, now };
    const unity = await createIntegration({
      ...base,
      server,
      secrets,
      auditRows: administration.auditRows,
      audit,
      openingHours: queueHours,
      makeTelephony: options.telephony,
      testConnection: options.testConnection,
      countCalls: () => voice?.centre.countCalls() ?? 0,
    });
    const telephony = unity.runner?.telephony ?? null;
    const voice: Voice | null =
      telephony === null
        ? null
        : createVoice({
            ...base,
            server,
            telephony,
            translator,
            users,
            customers,
            queues,
            queueHours,
            holidays,
            reasons,
            sessions,
            audit,
            auditRows: administration.auditRows,
            loadViewer: ({ userId, sessionId, locale }) => accounts.loadViewer(userId, sessionId, locale),
            logError,
          });

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
      begin: (login) => {
        accounts.beginSignIn(login);
      },
      // Whoever is associated has the exchange's login; it is asked first, so that one login is one person.
      strategies: {
        unity: (login, password) => accounts.verifyUnity(login, password),
        local: (login, password) => accounts.verifyLocal(login, password),
      },
      loadViewer: (userId, req) => accounts.loadViewer(userId, req.sessionID, localeOf(cookieOf(req, localeCookie))),
      now,
    });

    const { app, handshake } = createWeb({
      config,
      secrets,
      logger,
      translator,
      sessions,
      authentication,
      menuOf: createMenuOf(unity.hasDemoPhone),
      healthChecks: createHealthChecks(db, telephony),
      connectTo: () => unity.runner?.phoneSources() ?? [],
      machineRoutes: uraRoutes({ voice, customers, integration: unity.integration, now, logError }),
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
            failuresPerAddress,
          }),
        ],
        ['/', createHomeRouter()],
        ...administration.routes,
        [
          '/admin/association',
          createAssociation({
            ...{ db, telephony, voice, logError, audit: administration.auditRows, links: passwordLinks, permissionsOf },
            hash: (password) => passwords.hash(password),
            endSessions: (userId) => accounts.endSessions(userId),
            publicUrl: config.publicUrl,
          }),
        ],
        ...customerRoutes,
        ...createAttendancePages({
          ...{ db, reasons, queues, users, now, auditRows: administration.auditRows, timeZone: config.timeZone },
        }),
        ...(voice?.routes ?? []),
        ...unity.routes,
      ],
    });
    server.on('request', app);
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      const path = request.url?.split('?', 1)[0];
      // Of the upgrades nobody takes, Node leaves the socket open for ever.
      if (path !== PAGES_SOCKET_PATH && path !== unity.runner?.current?.socketPath) socket.destroy();
    });
    let closed = Promise.resolve();
    undo.push(() => closed);
    if (voice !== null) undo.push(async () => voice[Symbol.asyncDispose]());
    // First of all nobody new comes in; it is closed only when the sockets of pages and phones are, which voice ends.
    undo.push(() => {
      closed = closeServer(server);
    });

    await queueHours.start();
    undo.push(() => queueHours.stop());
    sessions.start();
    undo.push(() => {
      sessions.stop();
    });
    unity.runner?.onChanged(() => {
      voice?.phonesChanged();
    });
    if (voice !== null) {
      const hub = await voice.start(handshake);
      endSocketsOfEndedSessions(accounts, hub);
      accounts.onAccessChanged((userIds) => voice.accessChanges.changed(userIds));
      openPages = () => hub.openPages();
    }
    return {
      server,
      db,
      telephony,
      voice,
      accounts,
      passwords,
      passwordLinks,
      users,
      customers,
      profiles,
      reasons,
      sessions,
      audit,
      integration: unity.integration,
      demoSignIns,
      handshake,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
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
