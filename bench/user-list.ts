/**
 * `npm run bench`: how many times a second the page of ten thousand users is answered, with its session, permissions,
 * database, menu and template. Beside it, in the same run, a bare Express + EJS page that answers with the same bytes
 * from memory: what is left when nobody has to be known and nothing looked up. Loopback only; it ends by itself.
 */
import { BarePage } from './support/bare-page.js';
import { startListApp } from './support/list-app.js';
import { LoadProcess } from './support/load-process.js';
import { median } from './support/measure.js';

const USERS = 10_000;
const ROUNDS = 7;
const REQUESTS = 300;
const CONNECTIONS = 8;
/** Nothing here may take longer, whatever hangs. */
const LIMIT_MS = 10 * 60_000;
const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['the first page', '/admin/users'],
  ['a page in the middle', '/admin/users?page=200'],
  ['a search', '/admin/users?q=souza'],
];

setTimeout(() => {
  console.error(`the benchmark did not end within ${LIMIT_MS / 1000} s`);
  process.exit(1);
}, LIMIT_MS).unref();

async function run(): Promise<void> {
  using load = new LoadProcess();
  await using app = await startListApp(USERS);
  const { cookie } = app;
  console.log(`${USERS} users; ${REQUESTS} requests a round over ${CONNECTIONS} connections; the first round warms up`);
  for (const [name, path] of PAGES) {
    const url = `${app.url}${path}`;
    const html = await (await fetch(url, { headers: { accept: 'text/html', cookie } })).text();
    const bytes = Buffer.byteLength(html);
    await using bare = await BarePage.start(html);
    const shared = { cookie, requests: REQUESTS, connections: CONNECTIONS, bytes };
    const rounds: { readonly list: number; readonly bare: number }[] = [];
    for (let n = 0; n <= ROUNDS; n += 1) {
      const round = {
        list: await load.measure({ ...shared, url }),
        bare: await load.measure({ ...shared, url: bare.url }),
      };
      if (n > 0) rounds.push(round);
    }
    const ratios = rounds.map((round) => round.list / round.bare).sort((a, b) => a - b);
    console.log(`\n${name}, ${path}: ${(bytes / 1024).toFixed(1)} KiB, median of ${ROUNDS} rounds`);
    console.log(`  the application           ${median(rounds.map((round) => round.list)).toFixed(0)} requests/s`);
    console.log(`  bare Express + EJS        ${median(rounds.map((round) => round.bare)).toFixed(0)} requests/s`);
    console.log(
      `  ratio                     ${median(ratios).toFixed(3)} (${ratios[0]!.toFixed(3)} to ${ratios.at(-1)!.toFixed(3)})`,
    );
  }
}

await run();
