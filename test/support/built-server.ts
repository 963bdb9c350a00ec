/**
 * Starts the built server as a newcomer does, with an empty database, looks at its readiness and at the sign-in page, and
 * stops it with SIGTERM. Exits with 1, and a sentence, at the first thing that is wrong. `npm run build` comes before.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from './run/child.js';
import { freePort, ServerProcess } from './server-process.js';

async function lookAtSignIn(url: string): Promise<void> {
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

const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-built-'));
try {
  assert.ok(existsSync(path.join(projectRoot, 'dist/src/main.js')), 'nothing is built; run "npm run build" first');
  const server = await ServerProcess.start({
    code: 'built',
    cwd: folder,
    env: { DATABASE_URL: path.join(folder, 'citrus-voz.sqlite') },
    port: await freePort(),
  });
  try {
    await lookAtSignIn(server.url);
    const stoppedAfter = await server.stop();
    assert.deepEqual(server.errors, [], 'it logged no error');
    process.stdout.write(`ready, sign-in page seen, ended ${Math.round(stoppedAfter)} ms after SIGTERM\n`);
  } finally {
    server.kill();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
