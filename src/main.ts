import path from 'node:path';
import { once } from 'node:events';
import { createApp, type App } from './app.js';
import { ConfigError, loadConfig, type Config } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { loadSecrets } from './platform/config/secrets.js';
import { DatabaseUnavailableError } from './platform/db/open-database.js';
import { createLogger, type Logger } from './platform/log.js';
import { paths } from './platform/paths.js';

/** Stopping takes no longer than this, whatever hangs. */
const STOP_LIMIT_MS = 10_000;

async function main(): Promise<void> {
  const env = readEnvironment();
  const config = loadConfig(env);
  const secrets = loadSecrets(env, path.join(paths.data, 'secrets.json'));
  const logger = createLogger(config.logLevel);
  const app = await createApp({ config, secrets, logger, now: () => new Date() });
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
  process.stdout.write(`Citrus Voz: ${url}\n`);
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
