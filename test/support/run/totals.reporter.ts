import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';
import { type Mark } from './totals.js';

/** How long a process may take to end by itself once its last test is over. */
const HELD_OPEN_MS = 10_000;
const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

/**
 * Mocha's own `spec`, which also marks each outcome in a file (reporter option `file`) as it comes: what a pass had done
 * is known even when it crashes.
 */
class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { file } = (options.reporterOptions ?? {}) as { readonly file?: string };
    if (file === undefined) throw new Error('the totals reporter needs --reporter-option file=<path>');
    const mark = (what: Mark): void => {
      appendFileSync(file, `${what}\n`);
    };
    runner.on(EVENT_TEST_PASS, () => {
      mark('passed');
    });
    runner.on(EVENT_TEST_FAIL, () => {
      mark('failed');
    });
    runner.on(EVENT_TEST_PENDING, () => {
      mark('skipped');
    });
    runner.once(EVENT_RUN_END, () => {
      mark('end');
      // Does not keep the process alive itself, so it runs only where something else does.
      setTimeout(() => {
        mark('held-open');
        process.stderr.write(`still open after the last test: ${counted(process.getActiveResourcesInfo())}\n`);
        process.exit(1);
      }, HELD_OPEN_MS).unref();
    });
  }
}

/** `Timeout × 3, TCPSocketWrap × 1` */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} × ${count}`).join(', ');
}

// eslint-disable-next-line no-restricted-exports -- mocha takes the default export of a reporter's file
export default TotalsReporter;
