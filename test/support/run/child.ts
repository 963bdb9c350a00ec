import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ExitState } from './totals.js';

/** Longer than any pass may take; a test that loops without end cannot be stopped by its own limit. */
const PASS_LIMIT_MS = 20 * 60_000;

export const projectRoot = path.resolve(import.meta.dirname, '..', '..', '..');

interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly quiet?: boolean;
}

/** Runs one Node process to its end; it is taken down with this one. */
export function runNode(args: readonly string[], { env, quiet = false }: ChildOptions): Promise<ExitState> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
      cwd: projectRoot,
      env,
      stdio: quiet ? 'ignore' : ['ignore', 'inherit', 'inherit'],
      timeout: PASS_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const stop = (): void => {
      child.kill('SIGTERM');
    };
    process.once('exit', stop);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.removeListener('exit', stop);
      resolve({ code, signal });
    });
  });
}

/**
 * Mocha's settings of `package.json` as arguments. They are handed over so, with `--no-package`, because mocha would
 * start another process for the loader, which is left alone when the first is ended.
 */
function mochaSettings(): readonly string[] {
  const file = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
  const { mocha } = JSON.parse(file) as { readonly mocha: Readonly<Record<string, unknown>> };
  return Object.entries(mocha).flatMap(([name, value]) => {
    if (name === 'import') return [];
    if (Array.isArray(value)) return value.map((one) => `--${name}=${String(one)}`);
    return value === true ? [`--${name}`] : [`--${name}=${String(value)}`];
  });
}

/** Runs mocha over `files`; the reporter leaves its marks in `marksFile`. */
export function runMocha(
  run: {
    readonly files: readonly string[];
    readonly marksFile: string;
    readonly timeoutMs: number | null;
    readonly args: readonly string[];
  },
  options: ChildOptions,
): Promise<ExitState> {
  const reporter = path.join(import.meta.dirname, 'totals.reporter.ts');
  return runNode(
    [
      path.join(projectRoot, 'node_modules/mocha/bin/mocha.js'),
      '--no-package',
      ...mochaSettings(),
      ...(run.timeoutMs === null ? [] : [`--timeout=${run.timeoutMs}`]),
      `--reporter=${reporter}`,
      `--reporter-option=file=${run.marksFile}`,
      ...run.args,
      ...run.files,
    ],
    options,
  );
}
