import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import request from 'supertest';
import { createApp, type App, type AppOptions } from '../../src/app.js';
import { type PasswordCost } from '../../src/modules/accounts/index.js';
import { type Profile } from '../../src/modules/profiles/index.js';
import { type User } from '../../src/modules/users/index.js';
import { loadConfig, type Environment } from '../../src/platform/config/config.js';
import { createLogger } from '../../src/platform/log.js';
import { PERMISSIONS, type Permission } from '../../src/shared/permissions.js';
import { makeDatabase } from './database.js';

/** Real Argon2, as cheap as it goes. */
const CHEAP: PasswordCost = { memoryCost: 1024, timeCost: 2, parallelism: 1 };
export const TEST_PASSWORD = 'uma senha de teste';

export interface UserFields {
  readonly login: string;
  readonly name: string;
  readonly password: string | null;
  /** Either a profile, or the permissions of one made for this user. */
  readonly profile: Profile;
  readonly permissions: readonly Permission[];
  readonly isActive: boolean;
  readonly locale: 'pt-BR' | 'en' | null;
  readonly exchangeLogin: string | null;
  readonly extension: string | null;
}

/** A browser that remembers its cookies and knows the token of its forms. */
export interface Visitor {
  readonly agent: ReturnType<typeof request.agent>;
  get(path: string): request.Test;
  /** Posts a form with the session's token. */
  post(path: string, fields?: Readonly<Record<string, string>>): Promise<request.Response>;
  /** The token that a page of this session carries. */
  csrfToken(): Promise<string>;
  /** For a socket's handshake, as the `Cookie` header. */
  cookies(): string;
}

export interface Harness extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
  /** What the application logged as an error; whatever is still here at the end fails the test. */
  readonly errors: unknown[];
  /** Takes the logged errors out, because the test expects them. */
  takeErrors(): unknown[];
  aProfile(fields?: { readonly name?: string; readonly permissions?: readonly Permission[] }): Promise<Profile>;
  aUser(fields?: Partial<UserFields>): Promise<User>;
  visitor(): Visitor;
  /** A visitor who has signed in. Fails when the sign-in is refused. */
  signIn(login: string, password?: string): Promise<Visitor>;
}

export interface HarnessOptions extends Partial<AppOptions> {
  /** Adds to, or changes, the environment the configuration is read from. */
  readonly env?: Environment;
}

/** The whole application on a free port, over a database of its own: SQLite in memory, or MariaDB with `DATABASE=mysql`. */
export async function startApp(overrides: HarnessOptions = {}): Promise<Harness> {
  const { env = {}, ...options } = overrides;
  const wanted = options.config === undefined && env['DATABASE_URL'] === undefined;
  const database = wanted ? await makeDatabase() : null;
  const errors: unknown[] = [];
  const app = await createApp({
    config:
      options.config ??
      loadConfig({
        NODE_ENV: 'test',
        DEMO: 'false',
        PUBLIC_URL: 'http://localhost',
        ...(database === null ? {} : { DATABASE_URL: database.url }),
        ...env,
      }),
    secrets: { sessionSecret: 's'.repeat(32), encryptionKey: 'e'.repeat(32) },
    logger: createLogger('error', collectInto(errors)),
    now: () => new Date(),
    passwordCost: CHEAP,
    ...options,
  });
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  const url = `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`;
  let made = 0;

  const harness: Harness = {
    app,
    url,
    errors,
    takeErrors: () => errors.splice(0),
    aProfile: ({ name = `Perfil ${String(++made)}`, permissions = PERMISSIONS } = {}) =>
      app.profiles.create({ name, permissions }),
    async aUser(fields = {}) {
      const n = ++made;
      const profile =
        fields.profile ??
        (await harness.aProfile(fields.permissions === undefined ? {} : { permissions: fields.permissions }));
      const password = fields.password === undefined ? TEST_PASSWORD : fields.password;
      return app.users.create({
        login: fields.login ?? `pessoa${String(n)}`,
        name: fields.name ?? `Pessoa ${String(n)}`,
        passwordHash: password === null ? null : await app.passwords.hash(password),
        profileId: profile.id,
        locale: fields.locale ?? null,
        isActive: fields.isActive ?? true,
        exchangeLogin: fields.exchangeLogin ?? null,
        extension: fields.extension ?? null,
      });
    },
    visitor: () => createVisitor(url),
    async signIn(login, password = TEST_PASSWORD) {
      const visitor = createVisitor(url);
      const answer = await visitor.post('/sign-in', { login, password });
      if (answer.status !== 303) throw new Error(`${login} was not signed in: ${String(answer.status)} ${answer.text}`);
      return visitor;
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await database?.drop();
      if (errors.length > 0) {
        throw new AggregateError(errors, `the application logged errors: ${JSON.stringify(errors)}`);
      }
    },
  };
  return harness;
}

type CookieAccess = Parameters<ReturnType<typeof request.agent>['jar']['getCookies']>[0];

function createVisitor(url: string): Visitor {
  const agent = request.agent(url);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the class holds only these fields, and its package is not ours
  const access = { path: '/', domain: '127.0.0.1', secure: false, script: false } as CookieAccess;
  const visitor: Visitor = {
    agent,
    get: (path) => agent.get(path),
    async post(path, fields = {}) {
      const _csrf = await visitor.csrfToken();
      return agent
        .post(path)
        .type('form')
        .send({ _csrf, ...fields });
    },
    async csrfToken() {
      // The sign-in page sends those who are signed in on to their home page; both carry the token.
      const page = await agent.get('/sign-in').redirects(2);
      const token = /<meta name="csrf-token" content="([^"]+)">/.exec(page.text)?.[1];
      if (token === undefined) throw new Error(`no token on the page: ${String(page.status)} ${page.text}`);
      return token;
    },
    cookies: () => agent.jar.getCookies(access).toValueString(),
  };
  return visitor;
}

function collectInto(errors: unknown[]): Writable {
  return new Writable({
    write(line: Buffer, _encoding, done) {
      errors.push(JSON.parse(line.toString()));
      done();
    },
  });
}
