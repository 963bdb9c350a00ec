import { trySipSocket } from '../asterisk/sip-socket.js';
import { type TestStep, type TestStepName } from '../connection-test.domain.js';
import { type MessageKey } from '../../../shared/i18n/messages.js';
import { type DirectoryData } from './exchange.port.js';

export interface BuiltInTestDeps {
  readonly load: () => Promise<DirectoryData>;
  /** Where this process answers to phones, as `ws://127.0.0.1:3000/sip`. */
  readonly url: string;
  /** Whether the built-in exchange is the one in use; when it is not, nothing answers there yet. */
  readonly isRunning: boolean;
}

interface Finding {
  readonly outcome: TestStep['outcome'];
  readonly key: MessageKey;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly remedy?: MessageKey;
}

const SOCKET_LIMIT_MS = 5000;
const REASON_CHARACTERS = 120;

/**
 * "Testar conexão" of the built-in exchange: its directory, and whether phones reach it. It has no password, no version and
 * no clock of its own, so those steps are not there. Never rejects.
 */
export async function testBuiltInExchange(
  deps: BuiltInTestDeps,
  onStep: (step: TestStep) => void,
  signal: AbortSignal,
): Promise<readonly TestStep[]> {
  const steps: TestStep[] = [];
  let data: DirectoryData | null = null;
  const work: readonly (readonly [TestStepName, () => Finding | Promise<Finding>])[] = [
    [
      'reachable',
      async () => {
        data = await deps.load();
        return { outcome: 'passed', key: 'integration:built-in-reachable' };
      },
    ],
    ['queues', () => (data === null ? SKIPPED : queuesOf(data))],
    ['extensions', () => (data === null ? SKIPPED : extensionsOf(data))],
    ['softphone', () => softphone(deps)],
    ['round-trip', () => roundTrip(deps)],
  ];
  for (const [name, look] of work) {
    if (signal.aborted) break;
    const begun = performance.now();
    const { outcome, key, params = {}, remedy = null } = await found(look);
    const milliseconds = Math.round(performance.now() - begun);
    const step: TestStep = { name, outcome, detail: { key, params }, remedy, milliseconds };
    steps.push(step);
    onStep(step);
  }
  return steps;
}

const SKIPPED: Finding = { outcome: 'skipped', key: 'integration:test-skipped' };

async function found(look: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    return {
      outcome: 'failed',
      key: 'integration:built-in-failed',
      params: { reason: reason.slice(0, REASON_CHARACTERS) },
      remedy: 'integration:remedy-built-in-failed',
    };
  }
}

function queuesOf({ queues }: DirectoryData): Finding {
  if (queues.length === 0) {
    return {
      outcome: 'warning',
      key: 'integration:built-in-no-queues',
      remedy: 'integration:remedy-built-in-directory',
    };
  }
  return { outcome: 'passed', key: 'integration:built-in-queues', params: { count: queues.length } };
}

function extensionsOf({ users }: DirectoryData): Finding {
  if (users.length === 0) {
    const remedy = 'integration:remedy-built-in-directory';
    return { outcome: 'warning', key: 'integration:built-in-no-extensions', remedy };
  }
  return { outcome: 'passed', key: 'integration:built-in-extensions', params: { count: users.length } };
}

async function softphone({ url, isRunning }: BuiltInTestDeps): Promise<Finding> {
  if (!isRunning) return { outcome: 'passed', key: 'integration:built-in-softphone-later', params: { url } };
  const failure = await trySipSocket(url, { tlsVerify: true, limitMs: SOCKET_LIMIT_MS });
  if (failure === null) return { outcome: 'passed', key: 'integration:built-in-softphone', params: { url } };
  return {
    outcome: 'failed',
    key: 'integration:built-in-softphone-failed',
    params: { url, reason: failure.reason.slice(0, REASON_CHARACTERS) },
    remedy: 'integration:remedy-built-in-softphone',
  };
}

/** To the phones' socket and back, or to the directory while no phone can come in. */
async function roundTrip({ url, isRunning, load }: BuiltInTestDeps): Promise<Finding> {
  const begun = performance.now();
  if (isRunning) await trySipSocket(url, { tlsVerify: true, limitMs: SOCKET_LIMIT_MS });
  else await load();
  const milliseconds = Math.round((performance.now() - begun) * 10) / 10;
  return { outcome: 'passed', key: 'integration:built-in-round-trip', params: { milliseconds } };
}
