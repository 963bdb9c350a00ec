import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { type LogLevel } from './config/config.js';

export type Logger = PinoLogger;

/** What must never reach a log, wherever in the logged object it stands (one level down, as pino matches). */
const SECRET_FIELDS = [
  'password',
  'passwordHash',
  'authorizationPassword',
  'sessionSecret',
  'encryptionKey',
  'cookie',
  'authorization',
  '_csrf',
];

/** Structured lines on standard output, or where `destination` says; errors as `err`. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[hidden]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
