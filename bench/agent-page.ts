/**
 * `npm run bench`: what the agent's page costs its browser: bytes of script and style, time from the opening until the
 * phone is registered, tasks that keep it from answering. Beside it, in the same run and on the same exchange, a bare page
 * with nothing but SIP.js: what is left when nothing has to be known or shown. Loopback only; it ends by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { type SoftphoneCredentials } from '../src/shared/desk.js';
import { chromiumPath } from '../test/support/run/needs.js';
import { freePort, ServerProcess } from '../test/support/server-process.js';
import { median } from './support/measure.js';
import { measureLoad, watchLoads, type PageLoad } from './support/page-load.js';

const ROUNDS = 9;
const AGENT = { login: 'ana.souza', password: 'citrus-voz-demo' };
/** Nothing here may take longer, whatever hangs. */
const LIMIT_MS = 5 * 60_000;
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // The bare page is answered by the benchmark itself, which the browser takes for another network than this machine's.
  '--disable-features=LocalNetworkAccessChecks',
];

setTimeout(() => {
  console.error(`the benchmark did not end within ${LIMIT_MS / 1000} s`);
  process.exit(1);
}, LIMIT_MS).unref();

/** Signed in, the shift begun: from now on each opening registers the phone by itself. */
async function openDesk(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage();
  await page.goto(`${url}/sign-in?next=%2Fdesk`);
  await page.fill('input[name="login"]', AGENT.login);
  await page.fill('input[name="password"]', AGENT.password);
  await page.click('button[type="submit"]');
  await page.getByTestId('start-shift').click();
  await page.locator('[data-testid="agent-status"][data-status="available"]').waitFor();
  await watchLoads(page);
  return page;
}

async function openBare(browser: Browser, url: string): Promise<{ readonly page: Page; readonly address: string }> {
  const bundle = await build({
    entryPoints: [path.join(import.meta.dirname, 'support', 'bare-softphone.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'chrome120',
    write: false,
  });
  const script = bundle.outputFiles[0]!.text;
  const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage();
  await page.goto(`${url}/demo/phone`);
  const credentials = await page.evaluate(async (): Promise<SoftphoneCredentials> => {
    const number = document.querySelector<HTMLSelectElement>('#line')?.value;
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';
    const answer = await fetch('/demo/phone/credentials', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': token },
      body: JSON.stringify({ number }),
    });
    return (await answer.json()) as SoftphoneCredentials;
  });
  const html = `<!doctype html><meta charset="utf-8"><title>bare</title>
<script type="application/json" id="credentials">${JSON.stringify(credentials).replaceAll('<', '\\u003c')}</script>
<script type="module" src="/bare.js"></script>`;
  const address = `${url}/bare`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route(`${url}/bare.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await watchLoads(page);
  return { page, address };
}

function tell(name: string, loads: readonly PageLoad[]): void {
  const of = (key: keyof PageLoad): number => median(loads.map((load) => load[key]));
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0).padStart(5)} KiB`;
  console.log(
    `  ${name.padEnd(22)} ${kib(of('unpackedBytes'))} unpacked, ready after ${of('readyMs').toFixed(0).padStart(5)} ms, ` +
      `long tasks ${of('longTasksMs').toFixed(0).padStart(4)} ms (longest ${of('longestTaskMs').toFixed(0)} ms)`,
  );
}

async function compare(
  desk: { readonly page: Page; readonly address: string },
  bare: { readonly page: Page; readonly address: string },
  fromCache: boolean,
): Promise<void> {
  const rounds: { readonly desk: PageLoad; readonly bare: PageLoad }[] = [];
  for (let n = 0; n <= ROUNDS; n += 1) {
    const round = {
      desk: await measureLoad(desk.page, desk.address, fromCache),
      bare: await measureLoad(bare.page, bare.address, fromCache),
    };
    if (n > 0) rounds.push(round);
  }
  console.log(`\n${fromCache ? 'reload, from the cache' : 'first opening, nothing kept'}: median of ${ROUNDS} rounds`);
  tell(
    'the agent’s page',
    rounds.map((round) => round.desk),
  );
  tell(
    'bare SIP.js page',
    rounds.map((round) => round.bare),
  );
  const ratios = rounds.map((round) => round.desk.readyMs / round.bare.readyMs).sort((a, b) => a - b);
  const spread = `${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)}`;
  console.log(`  ratio of time to ready  ${median(ratios).toFixed(2)} (${spread})`);
  const transferred = median(rounds.map((round) => round.desk.transferredBytes));
  console.log(`  the agent’s page came as ${(transferred / 1024).toFixed(0)} KiB over the line`);
}

async function run(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-bench-'));
  const env = { DATABASE_URL: path.join(folder, 'bench.sqlite'), LOG_LEVEL: 'error' };
  const server = await ServerProcess.start({ code: 'built', cwd: folder, env, port: await freePort() });
  const browser = await chromium.launch({ executablePath: chromiumPath(process.env), args: ARGUMENTS });
  try {
    const desk = { page: await openDesk(browser, server.url), address: `${server.url}/desk` };
    const bare = await openBare(browser, server.url);
    await compare(desk, bare, false);
    await compare(desk, bare, true);
  } finally {
    await browser.close();
    server.kill();
    await server.ended();
    rmSync(folder, { recursive: true, force: true });
  }
}

await run();
