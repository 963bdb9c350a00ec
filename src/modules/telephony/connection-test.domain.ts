import { type MessageKey } from '../../shared/i18n/messages.js';

/** What "Testar conexão" looks at, in this order. */
export const TEST_STEP_NAMES = [
  'reachable',
  'authenticated',
  'permitted',
  'version',
  'queues',
  'extensions',
  'softphone',
  'clock',
  'round-trip',
] as const;
export type TestStepName = (typeof TEST_STEP_NAMES)[number];

/**
 * `warning`: it works, but somebody should look. `failed`: the platform cannot be used as it is. `skipped`: could not be
 * looked at, because an earlier step failed or there is nothing to look at.
 */
export type TestOutcome = 'passed' | 'warning' | 'failed' | 'skipped';

/** One step of "Testar conexão", finished. */
export interface TestStep {
  readonly name: TestStepName;
  readonly outcome: TestOutcome;
  /** What was seen, as a sentence. */
  readonly detail: { readonly key: MessageKey; readonly params: Readonly<Record<string, string | number>> };
  /** What to do about it, as a sentence with the params of `detail`; null when there is nothing to do. */
  readonly remedy: MessageKey | null;
  /** How long the step took. */
  readonly milliseconds: number;
}

/** Whether a platform that was tested so can be used: no step failed, and none was left out because of another. */
export function isUsable(steps: readonly TestStep[]): boolean {
  return steps.length > 0 && steps.every(({ outcome }) => outcome === 'passed' || outcome === 'warning');
}
