import path from 'node:path';
import { once } from 'node:events';
import { DEMO_SIGN_INS, seedDemo } from '../seeders/index.js';
import { createApp, type App } from './app.js';
import { createFirstAdministrator, Passwords, STANDARD_COST } from './modules/accounts/index.js';
import { SequelizeAuditRepository } from './modules/audit/index.js';
import { protocolFor } from './modules/attendances/index.js';
import { Profiles, SequelizeProfileRepository } from './modules/profiles/index.js';
import { SequelizeUserRepository, Users } from './modules/users/index.js';
import { ConfigError, loadConfig, type Config, type Environment } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { firstAdministratorPassword, loadSecrets } from './platform/config/secrets.js';
import { type Database } from './platform/db/database.js';
import { DatabaseUnavailableError } from './platform/db/open-database.js';
import { createLogger, type Logger } from './platform/log.js';
import { paths } from './platform/paths.js';
import { createPlatform, testPlatform } from './wiring/platforms.js';

/** Stopping takes no longer than this, whatever hangs. */
const STOP_LIMIT_MS = 10_000;

async function main(): Promise<void> {
  const env = readEnvironment();
  const config = loadConfig(env);
  const secrets = loadSecrets(env, path.join(paths.data, 'secrets.json'));
  const logger = createLogger(config.logLevel);
  const now = (): Date => new Date();
  const app = await createApp({
    config,
    secrets,
    logger,
    now,
    prepare: (db) => (config.demo ? seed(db, config, now) : letFirstIn(db, env, logger, now)),
    telephony: createPlatform,
    testConnection: testPlatform,
    ...(config.demo ? { demoSignIns: DEMO_SIGN_INS } : {}),
  });
  try {
    app.server.listen(config.port, config.host);
    await once(app.server, 'listening');
  } catch (error) {
    await app[Symbol.asyncDispose]();
    throw error;
  }
  stopOnSignals(app, logger);
  announce(app, config);
}

/** An installation of its own begins with one administrator. */
function letFirstIn(db: Database, env: Environment, logger: Logger, now: () => Date): Promise<void> {
  const passwords = new Passwords({ cost: STANDARD_COST });
  const audit = new SequelizeAuditRepository(db, now);
  return createFirstAdministrator(
    {
      users: new Users({ repository: new SequelizeUserRepository(db, audit) }),
      profiles: new Profiles({
        repository: new SequelizeProfileRepository(db, audit),
        accessChanged: () => Promise.resolve(),
      }),
      hash: (password) => passwords.hash(password),
      log: {
        info: (message) => {
          logger.info(message);
        },
        warn: (message) => {
          logger.warn(message);
        },
      },
    },
    firstAdministratorPassword(env),
  );
}

/** Fills an empty database with the demonstration; never in production, where `config.demo` cannot be. */
async function seed(db: Database, config: Config, now: () => Date): Promise<void> {
  const passwords = new Passwords({ cost: STANDARD_COST });
  await seedDemo(db, {
    now: () => now().getTime(),
    timeZone: config.timeZone,
    isProduction: config.environment === 'production',
    hashPassword: (password) => passwords.hash(password),
    protocolFor,
  });
}

function stopOnSignals(app: App, logger: Logger): void {
  let stopping = false;
  const stop = (why: string, code: number): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ why }, 'stopping');
    setTimeout(() => {
      logger.error('stopping took too long');
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    void app[Symbol.asyncDispose]().then(() => process.exit(code));
  };
  process.on('SIGINT', () => {
    stop('SIGINT', 0);
  });
  process.on('SIGTERM', () => {
    stop('SIGTERM', 0);
  });
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, event);
      stop(event, 1);
    });
  }
}

function announce(app: App, config: Config): void {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const url = config.publicUrl?.href ?? `http://localhost:${port}/`;
  const lines = [`Citrus Voz: ${url}`];
  if (config.demo && app.demoSignIns.length > 0) {
    lines.push(`Customer's phone: ${new URL('demo/phone', url).href}`, 'Demonstration sign-ins (login / password):');
    for (const { login, password, name, role } of app.demoSignIns) {
      lines.push(`  ${login} / ${password}  (${name}, ${role})`);
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What somebody can do something about is one sentence; the rest keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DatabaseUnavailableError) return error.message;
  if (error instanceof Error && 'code' in error && 'port' in error) {
    const port = String(error.port);
    if (error.code === 'EADDRINUSE') {
      return `Port ${port} is already in use. Stop what uses it, or choose another with PORT.`;
    }
    if (error.code === 'EACCES') return `Port ${port} may not be used by this user. Choose one above 1023 with PORT.`;
    if (error.code === 'EADDRNOTAVAIL') return 'HOST is not an address of this machine.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
