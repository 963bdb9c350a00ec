import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { createLogger } from '../../src/platform/log.js';
import { PERMISSIONS } from '../../src/shared/permissions.js';
import { searchKey, textKey } from '../../src/shared/text-key.js';

const PASSWORD = 'benchmark only';
const FIRST = ['Ana', 'Bruno', 'Carla', 'Diego', 'Érica', 'Fábio', 'Gabriela', 'Hugo', 'Isabela', 'João', 'Karina'];
const LAST = ['Souza', 'Lima', 'Menezes', 'Farias', 'Conceição', 'Nogueira', 'Torres', 'Batista', 'Rocha', 'Pires'];
const PORTION = 500;

/** The application with many users, over a SQLite file, and a session of somebody who may see them. */
export interface ListApp extends AsyncDisposable {
  readonly url: string;
  /** For the `Cookie` header. */
  readonly cookie: string;
}

export async function startListApp(count: number): Promise<ListApp> {
  const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-bench-'));
  const app = await createApp({
    config: loadConfig({ NODE_ENV: 'test', DEMO: 'false', DATABASE_URL: path.join(folder, 'list.sqlite') }),
    secrets: { sessionSecret: 's'.repeat(32), encryptionKey: 'e'.repeat(32) },
    logger: createLogger('error'),
    now: () => new Date(),
  });
  try {
    await seed(app, count);
    app.server.listen(0, '127.0.0.1');
    await once(app.server, 'listening');
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const cookie = await signIn(url);
    return {
      url,
      cookie,
      async [Symbol.asyncDispose]() {
        await app[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Rows as they are: what a service does to make one user is not what is measured. */
async function seed({ db, passwords }: App, count: number): Promise<void> {
  const query = db.sequelize.getQueryInterface();
  const columns = await query.describeTable('users');
  const kept = { version: 0, created_at: new Date(), updated_at: new Date() };
  const hash = await passwords.hash(PASSWORD);
  const users = Array.from({ length: count }, (_, n): Readonly<Record<string, unknown>> => {
    const name = `${FIRST[n % FIRST.length]!} ${LAST[Math.floor(n / FIRST.length) % LAST.length]!} ${n}`;
    const login = n === 0 ? 'admin' : `user.${n}`;
    const row = {
      ...kept,
      login,
      login_key: textKey(login),
      name,
      name_key: searchKey(name),
      password_hash: n === 0 ? hash : null,
      profile_id: n === 0 ? 1 : 2,
      is_active: n === 0 || n % 17 !== 0,
      exchange_login: n % 3 === 0 ? null : login,
      extension: n % 3 === 0 ? null : String(100_000 + n),
    };
    return Object.fromEntries(Object.entries(row).filter(([name]) => name in columns));
  });
  await db.write(async (transaction) => {
    const profiles = ['Administrador', 'Atendente'].map((name, n) => ({
      id: n + 1,
      name,
      name_key: textKey(name),
      ...kept,
    }));
    await query.bulkInsert('profiles', profiles, { transaction });
    const permissions = PERMISSIONS.map((permission) => ({ profile_id: 1, permission }));
    await query.bulkInsert('profile_permissions', permissions, { transaction });
    for (let at = 0; at < users.length; at += PORTION) {
      await query.bulkInsert('users', users.slice(at, at + PORTION), { transaction });
    }
  });
}

async function signIn(url: string): Promise<string> {
  const page = await fetch(`${url}/sign-in`);
  const token = /<meta name="csrf-token" content="([^"]+)">/.exec(await page.text())?.[1] ?? '';
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(page) },
    body: new URLSearchParams({ _csrf: token, login: 'admin', password: PASSWORD }),
  });
  if (answer.status !== 303) throw new Error(`the sign-in was refused: ${answer.status}`);
  return cookiesOf(answer);
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}
