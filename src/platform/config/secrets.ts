import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../make-folder.js';
import { ConfigError, SECRET_MIN_LENGTH, type Environment } from './config.js';

/** Kept apart from `Config`, so that printing the configuration prints no secret. */
export interface Secrets {
  /** Signs the session cookie. */
  readonly sessionSecret: string;
  /** What keys for stored secrets (the exchange's password) are derived from. */
  readonly encryptionKey: string;
}

/** Of the administrator that an installation without users is given; null when it is not set. */
export function firstAdministratorPassword(env: Environment): string | null {
  const password = env['ADMIN_PASSWORD'];
  return isSet(password) ? password : null;
}

const kept = z.object({
  sessionSecret: z.string().min(SECRET_MIN_LENGTH),
  encryptionKey: z.string().min(SECRET_MIN_LENGTH),
});

/**
 * Secrets of the environment; outside production those that are not set are made once and kept in `file`, which only
 * its owner may read. `loadConfig` has already refused a production without them.
 */
export function loadSecrets(env: Environment, file: string): Secrets {
  const sessionSecret = env['SESSION_SECRET'];
  const encryptionKey = env['ENCRYPTION_KEY'];
  if (isSet(sessionSecret) && isSet(encryptionKey)) return { sessionSecret, encryptionKey };
  const own = existsSync(file) ? readKept(file) : makeKept(file);
  return {
    sessionSecret: isSet(sessionSecret) ? sessionSecret : own.sessionSecret,
    encryptionKey: isSet(encryptionKey) ? encryptionKey : own.encryptionKey,
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function readKept(file: string): Secrets {
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new ConfigError([
      `The secrets in ${file} cannot be read (${error instanceof Error ? error.name : 'unknown'}). ` +
        'Restore the file, or remove it: everyone signs in again, and the exchange’s password must be entered again.',
    ]);
  }
}

function makeKept(file: string): Secrets {
  const made: Secrets = {
    sessionSecret: randomBytes(48).toString('base64url'),
    encryptionKey: randomBytes(48).toString('base64url'),
  };
  makeFolder(path.dirname(file));
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  // `mode` is narrowed by the umask, never widened, but a file that came to be in between keeps its own.
  chmodSync(file, 0o600);
  return made;
}
