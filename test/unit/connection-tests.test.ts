import assert from 'node:assert/strict';
import { ConnectionTests } from '../../src/modules/integration/connection-tests.js';
import {
  DEFAULT_SETTINGS,
  type IntegrationSettings,
} from '../../src/modules/integration/integration-settings.domain.js';
import { type TestStep } from '../../src/modules/telephony/connection-test.domain.js';
import { DomainError } from '../../src/platform/errors.js';

const SETTINGS: IntegrationSettings = { ...DEFAULT_SETTINGS, secret: '', turnSecret: '' };
const REACHABLE: TestStep = {
  name: 'reachable',
  outcome: 'passed',
  detail: { key: 'integration:built-in-reachable', params: {} },
  remedy: null,
  milliseconds: 1,
};

describe('connection tests', () => {
  const never = new AbortController().signal;
  const ignore = (): void => undefined;

  it('end when their time is up: the step that hangs has failed, what it kept waiting is skipped', async () => {
    let signal: AbortSignal | null = null;
    let late = ignore;
    const tests = new ConnectionTests({
      limitMs: 5,
      testPlatform: (_settings, onStep, stop) => {
        signal = stop;
        onStep(REACHABLE);
        late = () => {
          onStep({ ...REACHABLE, name: 'authenticated' });
        };
        return new Promise(() => undefined);
      },
    });
    const heard: string[] = [];
    const steps = await tests.run(1, SETTINGS, ({ name, outcome }) => heard.push(`${name} ${outcome}`), never);
    assert.deepEqual(
      steps.map(({ outcome }) => outcome),
      ['passed', 'failed', ...Array<string>(7).fill('skipped')],
    );
    assert.equal(heard[1], 'authenticated failed');
    assert.equal((signal as AbortSignal | null)?.aborted, true);
    late();
    assert.equal(heard.length, 9);
  });

  it('of two people run side by side, of one person one at a time', async () => {
    const release: (() => void)[] = [];
    const tests = new ConnectionTests({
      limitMs: 5000,
      testPlatform: () =>
        new Promise((resolve) => {
          release.push(() => {
            resolve([]);
          });
        }),
    });
    const running = [tests.run(1, SETTINGS, ignore, never), tests.run(2, SETTINGS, ignore, never)];
    await assert.rejects(
      tests.run(1, SETTINGS, ignore, never),
      (error) => error instanceof DomainError && error.code === 'conflict',
    );
    for (const end of release) end();
    await Promise.all(running);
    const again = tests.run(1, SETTINGS, ignore, never);
    release.at(-1)?.();
    await again;
  });

  it('reject with the reason when nobody wants them any more, and free their place', async () => {
    const tests = new ConnectionTests({ limitMs: 5000, testPlatform: () => new Promise(() => undefined) });
    for (let time = 0; time < 2; time += 1) {
      const gone = new AbortController();
      const run = tests.run(1, SETTINGS, ignore, gone.signal);
      gone.abort(new Error('gone'));
      await assert.rejects(run, /gone/);
    }
  });

  it('pass a defect of the platform’s test on, and free their place', async () => {
    const tests = new ConnectionTests({ limitMs: 5000, testPlatform: () => Promise.reject(new Error('defect')) });
    await assert.rejects(tests.run(1, SETTINGS, ignore, never), /defect/);
    await assert.rejects(tests.run(1, SETTINGS, ignore, never), /defect/);
  });
});
