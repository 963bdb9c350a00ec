import { type Server } from 'node:http';
import { type SequelizeAuditRepository, type AuditTrail } from '../modules/audit/index.js';
import { createDemoPhoneRouter, type DemoPhoneDeps } from '../modules/demo/index.js';
import { type RunningExchange } from '../modules/exchange-admin/index.js';
import {
  ConnectionTests,
  createIntegrationRouter,
  Integration,
  PlatformRunner,
  SecretDrafts,
  SequelizeIntegrationRepository,
  type IntegrationSettings,
  type Platform,
} from '../modules/integration/index.js';
import { type TestStep } from '../modules/telephony/connection-test.domain.js';
import { type OpeningHours } from '../modules/telephony/exchange/index.js';
import { type Config } from '../platform/config/config.js';
import { type Secrets } from '../platform/config/secrets.js';
import { SecretBox } from '../platform/crypto/secret-box.js';
import { type Database } from '../platform/db/database.js';
import { DomainError } from '../platform/errors.js';
import { type WebDeps } from '../platform/http/web.js';
import { type Logger } from '../platform/log.js';

/** What a telephony adapter may need of the application around it. */
export interface TelephonyParts {
  readonly server: Server;
  readonly db: Database;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly openingHours: OpeningHours;
  /** Which platform, and its fields. */
  readonly settings: IntegrationSettings;
}

/** An exchange, and what it offers a demonstration: phones of customers that pages can be. */
export interface TelephonyPart extends Platform {
  readonly demoPhone?: DemoPhoneDeps;
  /** Only of the built-in exchange, whose directory has pages. */
  readonly administration?: RunningExchange;
}

/** The connection test of a platform; `isRunning` when it is the one in use. */
export type TestConnection = (
  parts: TelephonyParts & { readonly isRunning: boolean },
  onStep: (step: TestStep) => void,
  signal: AbortSignal,
) => Promise<readonly TestStep[]>;

export interface IntegrationOptions extends Omit<TelephonyParts, 'settings'> {
  readonly auditRows: SequelizeAuditRepository;
  readonly audit: AuditTrail;
  readonly makeTelephony: ((parts: TelephonyParts) => TelephonyPart) | undefined;
  readonly testConnection: TestConnection | undefined;
  /** Calls of this moment. */
  readonly countCalls: () => number;
}

export interface IntegrationParts {
  readonly integration: Integration;
  /** Null without telephony. */
  readonly runner: PlatformRunner<TelephonyPart> | null;
  readonly routes: WebDeps['routes'];
  /** The customer's phone is there only with an exchange that has lines for it. */
  readonly hasDemoPhone: () => boolean;
}

/** Nine steps of a few seconds each, at worst. */
const TEST_LIMIT_MS = 60_000;

/** Wires the settings of the exchange, their test, and the exchange that runs by them. Nothing is started. */
export async function createIntegration(options: IntegrationOptions): Promise<IntegrationParts> {
  const { db, config, logger, now, server, secrets, openingHours, makeTelephony, testConnection } = options;
  const parts = { db, config, logger, now, server, secrets, openingHours };
  const box = new SecretBox(secrets.encryptionKey);
  const integration: Integration = new Integration({
    repository: new SequelizeIntegrationRepository(db, options.auditRows),
    box,
    tests: new ConnectionTests({
      testPlatform: (settings, onStep, signal) => {
        if (testConnection === undefined) throw new DomainError('unavailable', 'integration:no-exchange');
        const isRunning = runner?.current !== null && runner?.settings.platform === settings.platform;
        return testConnection({ ...parts, settings, isRunning }, onStep, signal);
      },
      limitMs: TEST_LIMIT_MS,
    }),
    running: {
      countCalls: options.countCalls,
      apply: async (settings) => runner?.apply(settings),
    },
    now,
    log: logger,
  });
  const { settings } = await integration.load();
  const runner: PlatformRunner<TelephonyPart> | null =
    makeTelephony === undefined
      ? null
      : new PlatformRunner<TelephonyPart>(
          {
            make: (wanted) => makeTelephony({ ...parts, settings: wanted }),
            now: () => now().getTime(),
            log: logger,
          },
          settings,
        );
  const hasDemoPhone = (): boolean => config.demo && (runner === null || runner.current?.demoPhone !== undefined);
  return {
    integration,
    runner,
    routes: [
      [
        '/admin/settings/integration',
        createIntegrationRouter({
          integration,
          drafts: new SecretDrafts(box),
          audit: options.audit,
          link: () => runner?.telephony.status() ?? null,
          timeZone: config.timeZone,
        }),
      ],
      ...(config.demo && runner !== null ? [['/demo/phone', createDemoRouter(runner, config.timeZone)] as const] : []),
    ],
    hasDemoPhone,
  };
}

function createDemoRouter(
  runner: PlatformRunner<TelephonyPart>,
  timeZone: string,
): ReturnType<typeof createDemoPhoneRouter> {
  const phone = (): DemoPhoneDeps => {
    const demoPhone = runner.current?.demoPhone;
    if (demoPhone === undefined) throw new DomainError('not-found', 'errors:no-such-page');
    return demoPhone;
  };
  return createDemoPhoneRouter({
    timeZone,
    lines: async () => phone().lines(),
    queues: async () => phone().queues(),
    credentials: async (number) => runner.withNetwork(await phone().credentials(number), number),
  });
}
