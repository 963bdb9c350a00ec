/**
 * `npm test`: every test there is, in the environments it belongs in, added up into one closing line.
 *
 * `npm test -- --only unit` (a pass or a folder of `test/`, several with commas), `npm test -- test/unit/x.test.ts`,
 * `npm test -- -g "a pattern"`; other arguments are mocha's. With `CI=true` a part that the machine lacks is a failure.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot, runMocha, runNode } from './run/child.js';
import { chromiumPath, mariaDbUrl, missing } from './run/needs.js';
import { readArguments, selectPasses, strayFiles, type Pass, type RunArguments } from './run/passes.js';
import {
  add,
  closingLine,
  judge,
  NOTHING,
  readMarks,
  withoutSkips,
  type ExitState,
  type PassRecord,
  type Totals,
} from './run/totals.js';

const inCi = process.env['CI'] === 'true';
const baseEnv: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'test',
  MARIADB_URL: mariaDbUrl(process.env),
  CHROMIUM: chromiumPath(process.env),
};

function findTestFiles(): readonly string[] {
  return readdirSync(path.join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file.split(path.sep).join('/')}`)
    .sort();
}

/** Runs the files of one pass, or with `dryRun` only counts their tests. */
async function runFiles(
  pass: Pass,
  files: readonly string[],
  args: readonly string[],
  dryRun = false,
): Promise<{ readonly record: PassRecord; readonly exit: ExitState }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-test-'));
  const marksFile = path.join(folder, 'marks');
  try {
    const exit = await runMocha(
      { files, marksFile, timeoutMs: pass.timeoutMs, args: dryRun ? [...args, '--dry-run'] : args },
      { env: { ...baseEnv, ...pass.env }, quiet: dryRun },
    );
    const text = existsSync(marksFile) ? readFileSync(marksFile, 'utf8') : '';
    return { record: readMarks(text), exit };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A pass that could not be run: its tests are skipped, or one failure in CI. */
async function leaveOut(pass: Pass, files: readonly string[], args: RunArguments, lacking: string): Promise<Totals> {
  if (inCi) {
    console.log(`failed: in CI nothing is skipped, and this machine lacks ${lacking}`);
    return { ...NOTHING, failed: 1 };
  }
  const { record } = await runFiles(pass, files, args.mocha, true);
  const count = record.passed + record.skipped;
  console.log(`skipped: ${count} tests that need ${lacking}`);
  return { ...NOTHING, skipped: count };
}

async function buildClient(): Promise<boolean> {
  const exit = await runNode(['src/platform/assets/build.ts'], { env: baseEnv });
  return exit.code === 0;
}

async function runPass(pass: Pass, files: readonly string[], args: RunArguments): Promise<Totals> {
  console.log(`\n━━ ${pass.name} ━━ ${pass.heading} (${files.length} files)`);
  const lacking = pass.need === null ? null : await missing(pass.need, process.env);
  if (lacking !== null) return leaveOut(pass, files, args, lacking);
  if (pass.buildsClient && !(await buildClient())) {
    console.log('failed: the scripts of the pages could not be built');
    return { ...NOTHING, failed: 1 };
  }
  const { record, exit } = await runFiles(pass, files, args.mocha);
  const wrong = judge(record, exit, args.filtered);
  if (wrong !== null) console.log(`failed: the pass "${pass.name}": ${wrong}`);
  const { passed, failed, skipped } = record;
  const totals = { passed, failed: failed + (wrong === null ? 0 : 1), skipped };
  return inCi ? withoutSkips(totals) : totals;
}

async function runAll(args: RunArguments): Promise<Totals> {
  const files = findTestFiles();
  const unknown = args.files.filter((file) => !files.includes(file));
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}`);
  let totals = NOTHING;
  for (const stray of strayFiles(files)) {
    console.log(`failed: no pass runs ${stray}; put it into a folder that test/support/run/passes.ts knows`);
    totals = add(totals, { ...NOTHING, failed: 1 });
  }
  for (const { pass, files: ofPass } of selectPasses(args, files)) {
    totals = add(totals, await runPass(pass, ofPass, args));
  }
  return totals;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // The child goes with this process, see runNode.
    process.exit(130);
  });
}

try {
  const totals = await runAll(readArguments(process.argv.slice(2)));
  const executed = totals.passed + totals.failed;
  if (executed + totals.skipped === 0) console.log('failed: there was no test to run');
  console.log(`\n${closingLine(totals)}`);
  process.exitCode = totals.failed > 0 || executed === 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log(`\n${closingLine({ ...NOTHING, failed: 1 })}`);
  process.exitCode = 1;
}
