/**
 * Starts the built server as a newcomer does, with an empty database, looks at its readiness and at the sign-in page, and
 * stops it with SIGTERM. Exits with 1, and a sentence, at the first thing that is wrong. `npm run build` comes before.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from './run/child.js';
import { eventually } from './wait.js';

/** Migrations and a week of demonstration data included. */
const READY_MS = 120_000;
const STOP_MS = 15_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function start(folder: string, port: number): ChildProcess {
  const main = path.join(projectRoot, 'dist/src/main.js');
  assert.ok(existsSync(main), `there is no ${main}; run "npm run build" first`);
  return spawn(process.execPath, ['--enable-source-maps', main], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: path.join(folder, 'citrus-voz.sqlite'),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function look(child: ChildProcess, url: string): Promise<void> {
  await eventually(
    'the built server to be ready',
    async () => {
      if (child.exitCode !== null || child.signalCode !== null) return 'gone';
      return (await fetch(`${url}/readyz`)).status === 200 && 'ready';
    },
    { limitMs: READY_MS, everyMs: 100 },
  ).then((outcome) => {
    assert.equal(outcome, 'ready', 'the built server ended before it was ready');
  });
  const page = await fetch(`${url}/sign-in`);
  const html = await page.text();
  assert.equal(page.status, 200, 'the sign-in page answers');
  assert.match(html, /<input[^>]+type="password"/, 'the sign-in page has its form');
  const files = [...html.matchAll(/(?:src|href)="(\/[^"#?]+\.(?:js|css|svg|png|ico)[^"#]*)/g)].map(([, file]) => file!);
  assert.ok(files.length > 0, 'the sign-in page names a style or a script');
  for (const file of new Set(files)) {
    assert.equal((await fetch(`${url}${file}`)).status, 200, `the sign-in page's ${file} answers`);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const asked = performance.now();
  child.kill('SIGTERM');
  await eventually(
    'the built server to end after SIGTERM',
    () => child.exitCode !== null || child.signalCode !== null,
    {
      limitMs: STOP_MS,
    },
  );
  assert.equal(child.signalCode, null, 'it ends by itself');
  assert.equal(child.exitCode, 0, 'it ends in order after SIGTERM');
  process.stdout.write(`ready, sign-in page seen, ended ${Math.round(performance.now() - asked)} ms after SIGTERM\n`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-built-'));
const port = await freePort();
const child = start(folder, port);
try {
  await look(child, `http://127.0.0.1:${port}`);
  await stop(child);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
