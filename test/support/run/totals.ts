/** What became of the tests of one pass, or of all of them. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One line of the file the reporter writes. `end` says that the run came to its end and did not break off. */
export type Mark = 'passed' | 'failed' | 'skipped' | 'end' | 'held-open';

/** What a pass left behind when its process was gone. */
export interface PassRecord extends Totals {
  readonly ended: boolean;
  readonly heldOpen: boolean;
}

export interface ExitState {
  readonly code: number | null;
  readonly signal: string | null;
}

export const NOTHING: Totals = { passed: 0, failed: 0, skipped: 0 };

/** Counts the marks. Anything else in the file (a line cut off by a crash) is left out. */
export function readMarks(text: string): PassRecord {
  const lines = text.split('\n');
  const count = (mark: Mark): number => lines.filter((line) => line === mark).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    ended: count('end') > 0,
    heldOpen: count('held-open') > 0,
  };
}

/**
 * What is wrong with a pass beyond its failed tests, as a sentence; null when nothing is. A pass that breaks off, runs
 * nothing or does not end by itself has failed whatever it counted.
 */
export function judge(record: PassRecord, exit: ExitState, filtered: boolean): string | null {
  if (exit.signal !== null) return `it was ended by ${exit.signal}`;
  if (!record.ended) return `it broke off with exit code ${String(exit.code)} before its last test`;
  if (record.heldOpen) return 'it did not end by itself: something is still open after the last test';
  // With a pattern a pass may well hold no test that matches; the sum of all passes is judged instead.
  if (record.passed + record.failed === 0 && !filtered) return 'it executed no test';
  if (exit.code !== 0 && record.failed === 0) return `it ended with exit code ${String(exit.code)}`;
  return null;
}

export function add(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line a run closes with; a run that skipped nothing does not mention it. */
export function closingLine(totals: Totals): string {
  const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}

/** In CI a test that was not run is a failure: nothing may be left out unseen. */
export function withoutSkips(totals: Totals): Totals {
  return { passed: totals.passed, failed: totals.failed + totals.skipped, skipped: 0 };
}
