import { DomainError } from '../../platform/errors.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { TEST_STEP_NAMES, type TestStep } from '../telephony/connection-test.domain.js';
import { type IntegrationSettings } from './integration-settings.domain.js';

/** Tests a platform: tells of each step as it finishes, changes nothing there, and should end when the signal is raised. */
export type TestPlatform = (
  settings: IntegrationSettings,
  onStep: (step: TestStep) => void,
  signal: AbortSignal,
) => Promise<readonly TestStep[]>;

export interface ConnectionTestsDeps {
  readonly testPlatform: TestPlatform;
  /** How long one test may take in all. */
  readonly limitMs: number;
}

/** "Testar conexão", one at a time per person and bounded in time. */
export class ConnectionTests {
  readonly #deps: ConnectionTestsDeps;
  readonly #running = new Set<number>();

  constructor(deps: ConnectionTestsDeps) {
    this.#deps = deps;
  }

  /**
   * Steps that are not done when the time is up have failed. Throws a DomainError 'conflict' when this person has a test
   * running; rejects with the signal's reason when it is raised.
   */
  async run(
    userId: number,
    settings: IntegrationSettings,
    onStep: (step: TestStep) => void,
    signal: AbortSignal,
  ): Promise<readonly TestStep[]> {
    if (this.#running.has(userId)) throw new DomainError('conflict', 'integration:test-running');
    this.#running.add(userId);
    const begun = performance.now();
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
    }, this.#deps.limitMs);
    const stop = AbortSignal.any([signal, limit.signal]);
    const steps: TestStep[] = [];
    const take = (step: TestStep): void => {
      // A test that does not end by the signal goes on alone, and nobody listens any more.
      if (stop.aborted) return;
      steps.push(step);
      onStep(step);
    };
    try {
      signal.throwIfAborted();
      await Promise.race([this.#deps.testPlatform(settings, take, stop), raised(stop)]);
      signal.throwIfAborted();
      const late = limit.signal.aborted ? unfinished(steps, performance.now() - begun) : [];
      for (const step of late) {
        steps.push(step);
        onStep(step);
      }
      return steps;
    } finally {
      clearTimeout(timer);
      this.#running.delete(userId);
    }
  }
}

function raised(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}

/** The step that took too long, and those it kept waiting. */
function unfinished(done: readonly TestStep[], milliseconds: number): readonly TestStep[] {
  const left = TEST_STEP_NAMES.filter((name) => !done.some((step) => step.name === name));
  return left.map((name, index) => ({
    name,
    outcome: index === 0 ? 'failed' : 'skipped',
    detail: {
      key: (index === 0 ? 'integration:test-too-long' : 'integration:test-skipped') satisfies MessageKey,
      params: {},
    },
    remedy: index === 0 ? ('integration:remedy-too-long' satisfies MessageKey) : null,
    milliseconds: index === 0 ? Math.round(milliseconds) : 0,
  }));
}
