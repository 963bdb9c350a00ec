import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigError, loadConfig, type Environment } from '../../src/platform/config/config.js';
import { loadSecrets } from '../../src/platform/config/secrets.js';
import { paths } from '../../src/platform/paths.js';

const SECRET = 'x'.repeat(32);
const PRODUCTION = { NODE_ENV: 'production', SESSION_SECRET: SECRET, ENCRYPTION_KEY: SECRET };

function problemsOf(env: Environment): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('of an empty environment is a demonstration on SQLite', () => {
    assert.deepEqual(loadConfig({}), {
      environment: 'development',
      host: '0.0.0.0',
      port: 3000,
      publicUrl: null,
      trustProxy: false,
      secureCookies: false,
      database: { kind: 'sqlite', file: path.join(paths.projectRoot, 'data', 'citrus-voz.sqlite') },
      demo: true,
      timeZone: 'America/Sao_Paulo',
      defaultLocale: 'pt-BR',
      reconnectSeconds: 45,
      logLevel: 'info',
      recordingsFolder: path.join(paths.projectRoot, 'data', 'recordings'),
    });
  });

  it('takes an empty variable for one that is not set', () => {
    assert.equal(loadConfig({ PORT: '', DEMO: '  ' }).port, 3000);
  });

  it('in production has no demonstration', () => {
    assert.equal(loadConfig(PRODUCTION).demo, false);
  });

  it('sends cookies over https only when people come by https', () => {
    assert.equal(loadConfig({ PUBLIC_URL: 'https://voz.example.com' }).secureCookies, true);
    assert.equal(loadConfig({ PUBLIC_URL: 'http://voz.example.com' }).secureCookies, false);
    assert.equal(loadConfig({ PUBLIC_URL: 'https://voz.example.com', SECURE_COOKIES: 'no' }).secureCookies, false);
  });

  for (const scheme of ['mysql', 'mariadb']) {
    it(`takes ${scheme}:// for a database server`, () => {
      const { database } = loadConfig({ DATABASE_URL: `${scheme}://voz:s%40nha@db:3307/citrus` });
      assert.equal(database.kind, 'mysql');
      assert.equal(database.url.host, 'db:3307');
      assert.equal(database.url.pathname, '/citrus');
    });
  }

  for (const [value, file] of [
    ['sqlite:/var/lib/voz.sqlite', '/var/lib/voz.sqlite'],
    ['sqlite:///var/lib/voz.sqlite', '/var/lib/voz.sqlite'],
    ['other/voz.sqlite', path.join(paths.projectRoot, 'other', 'voz.sqlite')],
    [':memory:', ':memory:'],
  ] as const) {
    it(`takes ${value} for a SQLite file`, () => {
      assert.deepEqual(loadConfig({ DATABASE_URL: value }).database, { kind: 'sqlite', file });
    });
  }

  it('names every variable that is wrong, at once', () => {
    const problems = problemsOf({
      PORT: '70000',
      TIME_ZONE: 'Brasil',
      DEMO: 'maybe',
      DEFAULT_LOCALE: 'fr',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'voz.example.com',
      SESSION_SECRET: 'short',
      DATABASE_URL: 'postgres://db/citrus',
      TRUST_PROXY: 'true',
      RECONNECT_SECONDS: '0',
      NODE_ENV: 'production',
    });
    // Those that are wrong by themselves, and those that only together make no sense.
    const named = problems.map((problem) => problem.split(' ')[0]);
    assert.deepEqual(
      new Set(named),
      new Set([
        'PORT',
        'TIME_ZONE',
        'DEMO',
        'DEFAULT_LOCALE',
        'LOG_LEVEL',
        'PUBLIC_URL',
        'SESSION_SECRET',
        'DATABASE_URL',
        'TRUST_PROXY',
        'RECONNECT_SECONDS',
        'ENCRYPTION_KEY',
      ]),
    );
    assert.equal(problems.length, 11);
  });

  const bad: readonly (readonly [string, Environment, RegExp])[] = [
    ['demonstration in production', { ...PRODUCTION, DEMO: 'true' }, /^DEMO cannot be on in production/],
    ['production without a session secret', { ...PRODUCTION, SESSION_SECRET: '' }, /^SESSION_SECRET is required/],
    ['production without an encryption key', { ...PRODUCTION, ENCRYPTION_KEY: '' }, /^ENCRYPTION_KEY is required/],
    [
      'secure cookies on an http address',
      { SECURE_COOKIES: 'true', PUBLIC_URL: 'http://voz.example.com' },
      /^SECURE_COOKIES is on but/,
    ],
    ['a database of another kind', { DATABASE_URL: 'postgres://db/citrus' }, /^DATABASE_URL begins with "postgres:"/],
    ['a database server without a database', { DATABASE_URL: 'mysql://db' }, /^DATABASE_URL must name host/],
    ['trusting every proxy', { TRUST_PROXY: 'true' }, /^TRUST_PROXY must be the number of proxies/],
    ['an environment that does not exist', { NODE_ENV: 'prod' }, /^NODE_ENV must be/],
  ];
  for (const [what, env, expected] of bad) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(env);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0]!, expected);
    });
  }
});

describe('secrets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'citrus-voz-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('that are not set are made once, and only their owner may read them', () => {
    const file = path.join(folder, 'data', 'secrets.json');
    const made = loadSecrets({}, file);
    assert.ok(made.sessionSecret.length >= 32 && made.encryptionKey.length >= 32);
    assert.notEqual(made.sessionSecret, made.encryptionKey);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(loadSecrets({}, file), made);
  });

  it('of the environment win over those that are kept', () => {
    const file = path.join(folder, 'secrets.json');
    const made = loadSecrets({}, file);
    assert.deepEqual(loadSecrets({ SESSION_SECRET: SECRET }, file), { ...made, sessionSecret: SECRET });
  });

  it('that are both in the environment leave no file', () => {
    const file = path.join(folder, 'secrets.json');
    loadSecrets({ SESSION_SECRET: SECRET, ENCRYPTION_KEY: SECRET }, file);
    assert.throws(() => readFileSync(file), /ENOENT/);
  });

  it('that were damaged are not replaced without a word', () => {
    const file = path.join(folder, 'secrets.json');
    writeFileSync(file, '{"sessionSecret":"short"}');
    assert.throws(() => loadSecrets({}, file), /cannot be read[\s\S]*Restore the file/);
  });
});
