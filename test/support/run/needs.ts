import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type Need } from './passes.js';

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_MARIADB_URL = 'mysql://root@127.0.0.1:3306';
const DEFAULT_CHROMIUM = '/usr/bin/chromium';
const ANSWER_MS = 3000;

/** The server on which the tests may create and drop databases of their own. */
export function mariaDbUrl(env: Environment): string {
  return env['MARIADB_URL'] ?? DEFAULT_MARIADB_URL;
}

export function chromiumPath(env: Environment): string {
  return env['CHROMIUM'] ?? DEFAULT_CHROMIUM;
}

/** The folder that `deploy/asterisk/provision.sh` makes an Asterisk in. */
export function asteriskRoot(env: Environment): string {
  return (
    env['ASTERISK_ROOT'] ?? path.join(env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'citrus-voz/asterisk')
  );
}

/** Why a part of the machine cannot be used and how to get it, as a sentence; null when it is there. */
export function missing(need: Need, env: Environment): Promise<string | null> {
  switch (need) {
    case 'mariadb':
      return missingMariaDb(mariaDbUrl(env));
    case 'chromium':
      return Promise.resolve(missingChromium(chromiumPath(env)));
    case 'asterisk':
      return Promise.resolve(missingAsterisk(asteriskRoot(env)));
  }
}

async function missingMariaDb(url: string): Promise<string | null> {
  const { host, username } = new URL(url);
  try {
    const connection = await createConnection({ uri: url, connectTimeout: ANSWER_MS });
    await connection.end();
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const what =
      code === 'ER_ACCESS_DENIED_ERROR'
        ? `MariaDB, because the one at ${host} refuses ${username} with the password given`
        : `MariaDB, because nothing answers at ${host} (${code})`;
    return `${what}; start it with "apt-get install mariadb-server && service mariadb start", or name another with MARIADB_URL`;
  }
}

function missingChromium(file: string): string | null {
  if (existsSync(file)) return null;
  return `Chromium, because there is no ${file}; get it with "apt-get install chromium", or name another with CHROMIUM`;
}

function missingAsterisk(root: string): string | null {
  const file = path.join(root, 'usr/sbin/asterisk');
  if (!existsSync(file)) {
    return `Asterisk, because there is no ${file}; get it with "sudo deploy/asterisk/provision.sh", or name its folder with ASTERISK_ROOT`;
  }
  if (process.getuid?.() === 0) return null;
  return `Asterisk, because only root can run the one in ${root} (chroot)`;
}
