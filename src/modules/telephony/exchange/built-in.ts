import { randomUUID } from 'node:crypto';
import { type Server } from 'node:http';
import { type Database } from '../../../platform/db/database.js';
import { type SoftphoneCredentials } from '../../../shared/desk.js';
import { SequelizeCallStore } from './exchange-call.repository.js';
import { defineExchangeModels } from './exchange-directory.model.js';
import { SequelizeExchangeDirectory, SequelizeMemberStates } from './exchange-directory.repository.js';
import { ExchangeTelephony } from './exchange-telephony.js';
import { type DirectoryData, type ExchangeLog, type OpeningHours } from './exchange.port.js';
import { DEFAULT_OPTIONS, type ExchangeOptions } from './exchange-options.js';

export interface BuiltInExchangeParts {
  readonly server: Server;
  readonly db: Database;
  /** 32 characters at least, the same after a restart: credentials outlive it. */
  readonly secret: string;
  readonly now: () => Date;
  readonly log: ExchangeLog;
  /** Whom a customer sees calling; empty for the exchange's own name. */
  readonly callerNumber?: string;
  /** Where phones reach the application, for what they fetch of it; without it they are told paths. */
  readonly publicUrl?: string;
  /** Without it every queue is always open. */
  readonly openingHours?: OpeningHours;
  readonly options?: Partial<ExchangeOptions>;
}

export interface BuiltInExchange {
  readonly telephony: ExchangeTelephony;
  /** The path of its WebSocket on the shared server. */
  readonly socketPath: string;
  /** For calls that begin from now on. */
  setCallerNumber(number: string): void;
  /** The customers' lines and the queues they can call: what a demonstration's phone needs. */
  readonly demoPhone: {
    lines(): Promise<readonly { readonly number: string; readonly name: string }[]>;
    queues(): Promise<readonly { readonly number: string; readonly name: string }[]>;
    credentials(number: string): Promise<SoftphoneCredentials>;
  };
  /** What the pages that administer its directory need of the running exchange. */
  readonly administration: {
    reloadDirectory(): Promise<void>;
    isInCall(extension: string): boolean;
    hasCallers(queue: string): boolean;
  };
}

/** The name phones register under; it never leaves this process and its pages, so it need not exist in any DNS. */
const REALM = 'citrus-voz.invalid';

/** The built-in exchange over the application's own server and database. */
export function createBuiltInExchange(parts: BuiltInExchangeParts): BuiltInExchange {
  const { db, server, secret, log, openingHours } = parts;
  const models = defineExchangeModels(db.sequelize);
  const directory = new SequelizeExchangeDirectory(models, (parts.publicUrl ?? '').replace(/\/$/, ''));
  const { path, callerId: ownName } = { ...DEFAULT_OPTIONS, ...parts.options };
  const callerId = { ...ownName };
  const setCallerNumber = (number: string): void => {
    callerId.number = number === '' ? ownName.number : number;
  };
  setCallerNumber(parts.callerNumber ?? '');
  const telephony = new ExchangeTelephony({
    directory,
    memberStates: new SequelizeMemberStates(db, models),
    calls: new SequelizeCallStore(db, models),
    ...(openingHours === undefined ? {} : { openingHours }),
    secret,
    realm: REALM,
    now: () => parts.now().getTime(),
    timers: {
      setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
      clearTimeout: (timer) => {
        clearTimeout(timer as NodeJS.Timeout | undefined);
      },
    },
    newId: randomUUID,
    log,
    options: { ...parts.options, callerId },
  });
  telephony.attach(server);
  return {
    telephony,
    administration: telephony,
    socketPath: path,
    setCallerNumber,
    demoPhone: {
      lines: async () => (await directory.load()).customerLines,
      queues: async () => (await directory.load()).queues,
      credentials: (number) => telephony.customerLineCredentials(number),
    },
  };
}

/** What "Testar conexão" reads of the built-in exchange, whether it is the one in use or not. */
export function createDirectoryReader(db: Database): () => Promise<DirectoryData> {
  const directory = new SequelizeExchangeDirectory(defineExchangeModels(db.sequelize), '');
  return () => directory.load();
}
