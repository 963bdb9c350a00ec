import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { paths } from '../../src/platform/paths.js';

interface Run {
  /** Settles with the first group of `pattern` once it has been printed. */
  printed(pattern: RegExp): Promise<string>;
  stop(signal: NodeJS.Signals): void;
  ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

describe('starting the server', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'citrus-voz-main-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (env: Readonly<Record<string, string>>): Run => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: paths.projectRoot,
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: path.join(folder, 'voz.sqlite'),
        SESSION_SECRET: 's'.repeat(32),
        ENCRYPTION_KEY: 'e'.repeat(32),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
    return {
      ended,
      stop: (signal) => child.kill(signal),
      printed: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            const found = pattern.exec(out)?.[1];
            if (found !== undefined) resolve(found);
          };
          child.stdout.on('data', look);
          void ended.then(() => {
            reject(new Error(`ended before it printed ${String(pattern)}: ${out}${err}`));
          });
          look();
        }),
    };
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`prints its address, serves, and stops in order on ${signal}`, async () => {
      const server = run({});
      const url = await server.printed(/Citrus Voz: (\S+)\//);
      await request(url.replace('localhost', '127.0.0.1')).get('/readyz').expect(200);
      server.stop(signal);
      const { code, err } = await server.ended;
      assert.equal(code, 0, err);
    });
  }

  it('lets the first administrator into an installation of its own, and offers no demonstration there', async () => {
    const server = run({ NODE_ENV: 'production', ADMIN_PASSWORD: 'uma senha só deles' });
    const url = (await server.printed(/Citrus Voz: (\S+)\//)).replace('localhost', '127.0.0.1');
    const visitor = request.agent(url);
    const page = await visitor.get('/sign-in').expect(200);
    assert.doesNotMatch(page.text, /citrus-voz-demo/);
    const _csrf = /<meta name="csrf-token" content="([^"]+)">/.exec(page.text)?.[1];
    await visitor
      .post('/sign-in')
      .type('form')
      .send({ _csrf, login: 'admin', password: 'uma senha só deles' })
      .expect(303)
      .expect('location', '/');
    await visitor
      .get('/admin/users')
      .expect(200)
      .expect(/Administrador/);
    await visitor.get('/demo/phone').expect(404);
    server.stop('SIGTERM');
    assert.equal((await server.ended).code, 0);
  });

  it('says in a sentence that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run({ PORT: String(port) }).ended;
    other.close();
    assert.equal(code, 1);
    assert.equal(err.trim(), `Port ${String(port)} is already in use. Stop what uses it, or choose another with PORT.`);
  });

  it('says in a sentence that the database cannot be opened', async () => {
    const file = path.join(folder, 'no-database.sqlite');
    writeFileSync(file, 'this is no database '.repeat(100));
    for (const url of [file, path.join(file, 'below', 'voz.sqlite'), 'mysql://nobody@127.0.0.1:1/none']) {
      const { code, err } = await run({ DATABASE_URL: url }).ended;
      assert.equal(code, 1);
      assert.match(err, /^The database \S+ cannot be opened \([^\n]*\)\. Check DATABASE_URL\.\n$/);
    }
  });

  it('names every setting that is wrong', async () => {
    const { code, err } = await run({ PORT: 'x', TIME_ZONE: 'x', DATABASE_URL: 'postgres://x/y' }).ended;
    assert.equal(code, 1);
    assert.match(err, /PORT must be[\s\S]*DATABASE_URL begins with[\s\S]*TIME_ZONE must be/);
    assert.doesNotMatch(err, / at .*\.ts/);
  });
});
