import path from 'node:path';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { DEFAULT_LOCALE, LOCALES, type Locale } from '../../shared/i18n/messages.js';
import { paths } from '../paths.js';

export type DatabaseConfig =
  | { readonly kind: 'sqlite'; /** A file, or `:memory:`. */ readonly file: string }
  | { readonly kind: 'mysql'; /** Always with a database's name. */ readonly url: URL };

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** What may be set from outside, after defaults and checks. Secrets are apart, see `secrets.ts`. */
export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  readonly port: number;
  /** The address people type; null when it is not known, as on a developer's machine. */
  readonly publicUrl: URL | null;
  /** Express's setting of the same name: how many proxies in front, or whose addresses they have. */
  readonly trustProxy: boolean | number | string;
  /** Cookies travel over https only. */
  readonly secureCookies: boolean;
  readonly database: DatabaseConfig;
  /** Demonstration data, its sign-ins on the sign-in page, and the customer's phone. Never in production. */
  readonly demo: boolean;
  /** IANA name of the operation's time zone: where its day begins and ends. */
  readonly timeZone: string;
  readonly defaultLocale: Locale;
  /** How long a call waits for a phone that went away in it, before it returns to its queue. */
  readonly reconnectSeconds: number;
  readonly logLevel: LogLevel;
  /** Where the exchange puts recordings, as this machine sees it. */
  readonly recordingsFolder: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, at once; `problems` are whole sentences. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export const SECRET_MIN_LENGTH = 32;
const ADMIN_PASSWORD_MIN_LENGTH = 12;

const flag = z.enum(['true', 'false', '1', '0', 'yes', 'no'], 'must be true or false').transform((value) => {
  return value === 'true' || value === '1' || value === 'yes';
});

const secret = z.string().min(SECRET_MIN_LENGTH, `must have at least ${SECRET_MIN_LENGTH} characters`).optional();

/** The rest of a sentence that begins with the variable's name. */
class Problem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** A variable read by a function of ours, which answers with a value or with what is wrong. */
function readBy<T>(read: (text: string) => T | Problem, byDefault: string): z.ZodType<T> {
  return z
    .string()
    .default(byDefault)
    .transform((text, context) => {
      const value = read(text);
      if (!(value instanceof Problem)) return value;
      context.addIssue({ code: 'custom', message: value.message });
      return z.NEVER;
    });
}

const schema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .default('development'),
  HOST: z.string().min(1, 'must be an address to listen on, such as 0.0.0.0').default('0.0.0.0'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
    .default('3000')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port number from 0 to 65535'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be the http:// or https:// address people type' })
    .transform((value) => new URL(value))
    .optional(),
  TRUST_PROXY: readBy(readTrustProxy, 'false'),
  SECURE_COOKIES: flag.optional(),
  DATABASE_URL: readBy(readDatabase, path.join('data', 'citrus-voz.sqlite')),
  DEMO: flag.optional(),
  TIME_ZONE: z
    .string()
    .default('America/Sao_Paulo')
    .refine((zone) => IANAZone.isValidZone(zone), 'must be the IANA name of a time zone, such as America/Sao_Paulo'),
  DEFAULT_LOCALE: z.enum(LOCALES, `must be one of ${LOCALES.join(', ')}`).default(DEFAULT_LOCALE),
  RECONNECT_SECONDS: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number of seconds from 1 to 600')
    .default('45')
    .transform(Number)
    .refine((seconds) => seconds >= 1 && seconds <= 600, 'must be a number of seconds from 1 to 600'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .default('info'),
  RECORDINGS_DIR: z.string().default(path.join('data', 'recordings')),
  SESSION_SECRET: secret,
  ENCRYPTION_KEY: secret,
  ADMIN_PASSWORD: z
    .string()
    .min(ADMIN_PASSWORD_MIN_LENGTH, `must have at least ${ADMIN_PASSWORD_MIN_LENGTH} characters`)
    .optional(),
});

/** Reads the settings. Throws a `ConfigError` that names every variable that is wrong and says what to do. */
export function loadConfig(env: Environment): Config {
  const given = withoutEmpty(env);
  const read = schema.safeParse(given);
  const problems = [
    ...(read.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}.`),
    ...contradictionsOf(given),
  ];
  if (!read.success || problems.length > 0) throw new ConfigError(problems);
  const values = read.data;
  return {
    environment: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL ?? null,
    trustProxy: values.TRUST_PROXY,
    secureCookies: values.SECURE_COOKIES ?? values.PUBLIC_URL?.protocol === 'https:',
    database: values.DATABASE_URL,
    demo: values.DEMO ?? values.NODE_ENV !== 'production',
    timeZone: values.TIME_ZONE,
    defaultLocale: values.DEFAULT_LOCALE,
    reconnectSeconds: values.RECONNECT_SECONDS,
    logLevel: values.LOG_LEVEL,
    recordingsFolder: path.resolve(paths.projectRoot, values.RECORDINGS_DIR),
  };
}

/** Values that make no sense together. Asked of the text, so that they are told beside values that are no values. */
function contradictionsOf(given: Environment): readonly string[] {
  const isOn = (value: string | undefined): boolean => flag.safeParse(value).data === true;
  const problems: string[] = [];
  if (isOn(given['SECURE_COOKIES']) && given['PUBLIC_URL']?.startsWith('http:') === true) {
    problems.push('SECURE_COOKIES is on but PUBLIC_URL is http://: nobody could sign in. Change one of the two.');
  }
  if (given['NODE_ENV'] !== 'production') return problems;
  if (isOn(given['DEMO'])) {
    problems.push('DEMO cannot be on in production: its sign-ins are known to everyone. Remove it or set DEMO=false.');
  }
  for (const name of ['SESSION_SECRET', 'ENCRYPTION_KEY']) {
    if (given[name] !== undefined) continue;
    problems.push(
      `${name} is required in production: set it to at least ${SECRET_MIN_LENGTH} random characters ` +
        '(openssl rand -base64 48) and keep it the same over restarts.',
    );
  }
  return problems;
}

/** `PORT=` in an `.env` file means "not set". */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

function readDatabase(value: string): DatabaseConfig | Problem {
  if (value === ':memory:' || value === 'sqlite::memory:') return { kind: 'sqlite', file: ':memory:' };
  const scheme = /^([a-z][a-z0-9+]+):/i.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'sqlite') {
    const file = value.replace(/^sqlite:(\/\/)?/i, '');
    return { kind: 'sqlite', file: path.resolve(paths.projectRoot, file) };
  }
  if (scheme !== 'mysql' && scheme !== 'mariadb') {
    return new Problem(
      `begins with "${scheme}:", which is not supported: ` +
        'use mysql://user:password@host:3306/database, or the path of a SQLite file',
    );
  }
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || url.hostname === '' || url.pathname.length < 2) {
    return new Problem('must name host and database, as in mysql://user:password@host:3306/database');
  }
  return { kind: 'mysql', url };
}

function readTrustProxy(value: string): boolean | number | string | Problem {
  if (value === 'false') return false;
  if (/^\d+$/.test(value)) return Number(value);
  // "true" would let anyone claim any address.
  if (value !== 'true' && /^[\w.:/, -]+$/.test(value)) return value;
  return new Problem('must be the number of proxies in front (1), or their addresses (loopback, 10.0.0.0/8)');
}
