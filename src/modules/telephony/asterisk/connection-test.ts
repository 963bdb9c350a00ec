import { type MessageKey } from '../../../shared/i18n/messages.js';
import { TEST_STEP_NAMES, type TestOutcome, type TestStep, type TestStepName } from '../connection-test.domain.js';
import { AmiConnection, AmiFailure, type AmiFailureKind } from './ami-connection.js';
import { agentsAmong, readDialplan, readEndpoints, readQueueNumbers, readQueues } from './asterisk-directory.js';
import { type AsteriskSettings } from './asterisk-settings.domain.js';
import { trySipSocket, type SipSocketFailure } from './sip-socket.js';

/** What a step found out; the message keys are those of `asterisk:`. */
interface Finding {
  readonly outcome: TestOutcome;
  readonly detail: MessageKey;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly remedy?: MessageKey;
}

type Step = (ami: AmiConnection, settings: AsteriskSettings) => Promise<Finding>;

/** Every action the adapter uses; Asterisk lists those a user may take. */
const NEEDED_ACTIONS = [
  ...['CoreSettings', 'DBDelTree', 'DBGet', 'DBPut', 'Getvar', 'Hangup', 'Originate', 'PJSIPShowContacts'],
  ...['PJSIPShowEndpoint', 'PJSIPShowEndpoints', 'QueueAdd', 'QueuePause', 'QueueRemove', 'QueueStatus'],
  ...['Setvar', 'ShowDialPlan', 'Status'],
];
const KNOWN_VERSIONS = [20, 22];
const BOOTED_MS = 3000;
const SOFTPHONE_MS = 5000;
const CLOCK_WARNING_SECONDS = 2;
const ROUND_TRIP_WARNING_MS = 300;
const ROUND_TRIPS = 5;
const NAMES_SHOWN = 10;
const REASON_CHARACTERS = 120;

/**
 * "Testar conexão" of an Asterisk: looks at everything the adapter needs, in the order of `TEST_STEP_NAMES`, and tells of
 * each step as it finishes. Changes nothing in the exchange. Never rejects: what cannot be found out is a step that failed,
 * and what depends on it is skipped. Once the signal is raised, no further step begins.
 */
export async function testAsterisk(
  settings: AsteriskSettings,
  onStep: (step: TestStep) => void = () => undefined,
  signal?: AbortSignal,
): Promise<readonly TestStep[]> {
  const steps: TestStep[] = [];
  let ami: AmiConnection | null = null;
  let broken = false;
  for (const name of TEST_STEP_NAMES) {
    if (signal?.aborted === true) break;
    const begun = performance.now();
    let finding: Finding = { outcome: 'skipped', detail: 'asterisk:test-skipped' };
    try {
      if (name === 'reachable') ami = await AmiConnection.connect(settings);
      if (name === 'softphone') finding = await softphone(settings);
      else if (!broken && ami !== null) finding = await STEPS[name](ami, settings);
    } catch (error) {
      finding = toFinding(error, settings);
    }
    if (BASIC.has(name) && finding.outcome === 'failed') broken = true;
    const step = toStep(name, finding, performance.now() - begun);
    steps.push(step);
    onStep(step);
  }
  ami?.close();
  return steps;
}

/** Without these nothing else can be looked at. */
const BASIC: ReadonlySet<TestStepName> = new Set(['reachable', 'authenticated', 'permitted']);

const STEPS: Readonly<Record<Exclude<TestStepName, 'softphone'>, Step>> = {
  reachable: (ami, { host, port }) =>
    Promise.resolve(passed('asterisk:test-reachable', { host, port, version: ami.interfaceVersion })),
  authenticated: async (ami, { username, secret }) => {
    const booted = new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, BOOTED_MS, false);
      ami.listen({
        onEvent: ({ event }) => {
          if (event !== 'FullyBooted') return;
          clearTimeout(timer);
          resolve(true);
        },
        onClosed: () => {
          clearTimeout(timer);
          resolve(false);
        },
      });
    });
    await ami.logIn(username, secret, 'system,call,agent');
    // The first event after signing in; who may not read events never sees it.
    if (await booted) return passed('asterisk:test-authenticated', { username });
    return failed('asterisk:test-no-events', { username }, 'asterisk:remedy-no-events');
  },
  permitted: async (ami, { username }) => {
    const answer = await ami.act({ Action: 'ListCommands' });
    const missing = NEEDED_ACTIONS.filter((action) => answer.get(action) === '');
    if (missing.length === 0) return passed('asterisk:test-permitted', { username });
    return failed('asterisk:test-not-permitted', { username, actions: named(missing) }, 'asterisk:remedy-permitted');
  },
  version: async (ami) => {
    const version = (await ami.act({ Action: 'CoreSettings' })).get('AsteriskVersion');
    const isKnown = KNOWN_VERSIONS.includes(Number.parseInt(version, 10));
    if (isKnown) return passed('asterisk:test-version', { version });
    return warning('asterisk:test-version-unknown', { version }, 'asterisk:remedy-version');
  },
  queues: async (ami, { agentContext }) => {
    if ((await readDialplan(ami, 'citrus-queue')).length === 0) {
      return failed('asterisk:test-no-dialplan', {}, 'asterisk:remedy-dialplan');
    }
    const { queues, members } = await readQueues(ami);
    const names = queues.map(({ name }) => name);
    if (names.length === 0) return warning('asterisk:test-no-queues', {}, 'asterisk:remedy-no-queues');
    const fixed = new Set(members.filter(({ isFixed }) => isFixed).map(({ queue }) => queue));
    if (fixed.size > 0) {
      return warning('asterisk:test-fixed-members', { queues: named([...fixed]) }, 'asterisk:remedy-fixed-members');
    }
    const numbers = await readQueueNumbers(ami, agentContext);
    const unnumbered = names.filter((name) => !numbers.has(name));
    if (unnumbered.length > 0) {
      const params = { queues: named(unnumbered), context: agentContext };
      return warning('asterisk:test-queues-without-number', params, 'asterisk:remedy-queues-without-number');
    }
    return passed('asterisk:test-queues', { count: names.length, queues: named(names) });
  },
  extensions: async (ami, { trunk }) => {
    const endpoints = await readEndpoints(ami);
    const phones = endpoints.filter(({ auth, extension }) => auth !== null && extension !== trunk);
    const agents = agentsAmong(endpoints, trunk);
    if (agents.length === 0) return failed('asterisk:test-no-extensions', {}, 'asterisk:remedy-no-extensions');
    const others = phones.filter(({ isWebRtc }) => !isWebRtc).map(({ extension }) => extension);
    if (others.length > 0) {
      return warning('asterisk:test-not-webrtc', { extensions: named(others) }, 'asterisk:remedy-not-webrtc');
    }
    const hashed = agents.filter(({ auth }) => auth.password === '').map(({ extension }) => extension);
    if (hashed.length > 0) {
      return warning('asterisk:test-hashed', { extensions: named(hashed) }, 'asterisk:remedy-hashed');
    }
    if (!endpoints.some(({ extension }) => extension === trunk)) {
      return warning('asterisk:test-no-trunk', { trunk }, 'asterisk:remedy-no-trunk');
    }
    return passed('asterisk:test-extensions', { count: agents.length });
  },
  clock: async (ami) => {
    const begun = Date.now();
    const seconds = (await ami.act({ Action: 'Ping' })).number('Timestamp');
    const here = (begun + Date.now()) / 2;
    if (seconds === null) return warning('asterisk:test-no-clock', {}, 'asterisk:remedy-clock');
    const difference = Math.round((seconds * 1000 - here) / 10) / 100;
    if (Math.abs(difference) <= CLOCK_WARNING_SECONDS) return passed('asterisk:test-clock', { seconds: difference });
    return warning('asterisk:test-clock-off', { seconds: difference }, 'asterisk:remedy-clock');
  },
  'round-trip': async (ami) => {
    const times: number[] = [];
    for (let count = 0; count < ROUND_TRIPS; count += 1) {
      const begun = performance.now();
      await ami.act({ Action: 'Ping' });
      times.push(performance.now() - begun);
    }
    const median = times.sort((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] ?? 0;
    const params = { milliseconds: Math.round(median * 10) / 10 };
    if (median <= ROUND_TRIP_WARNING_MS) return passed('asterisk:test-round-trip', params);
    return warning('asterisk:test-round-trip-slow', params, 'asterisk:remedy-round-trip');
  },
};

async function softphone({ softphoneUrl, tlsVerify }: AsteriskSettings): Promise<Finding> {
  const params = { url: softphoneUrl };
  if (!/^wss?:\/\//i.test(softphoneUrl)) {
    return failed('asterisk:test-softphone-address', params, 'asterisk:remedy-softphone-address');
  }
  const found = await trySipSocket(softphoneUrl, { tlsVerify, limitMs: SOFTPHONE_MS });
  if (found !== null) {
    const { detail, remedy } = SOFTPHONE_FAILURES[found.failure];
    return failed(detail, { ...params, reason: inOneLine(found.reason) }, remedy);
  }
  const { protocol, hostname } = new URL(softphoneUrl);
  const isSafe = protocol === 'wss:' || /^(localhost|127\.|\[::1\])/.test(hostname);
  if (isSafe) return passed('asterisk:test-softphone', params);
  return warning('asterisk:test-softphone-plain', params, 'asterisk:remedy-softphone-plain');
}

const SOFTPHONE_FAILURES: Readonly<
  Record<SipSocketFailure, { readonly detail: MessageKey; readonly remedy: MessageKey }>
> = {
  address: { detail: 'asterisk:test-softphone-address', remedy: 'asterisk:remedy-softphone-address' },
  unreachable: { detail: 'asterisk:test-softphone-unreachable', remedy: 'asterisk:remedy-softphone-unreachable' },
  silent: { detail: 'asterisk:test-softphone-unreachable', remedy: 'asterisk:remedy-softphone-unreachable' },
  certificate: { detail: 'asterisk:test-softphone-certificate', remedy: 'asterisk:remedy-softphone-certificate' },
  'no-websocket': { detail: 'asterisk:test-softphone-no-websocket', remedy: 'asterisk:remedy-softphone-no-websocket' },
  'no-sip': { detail: 'asterisk:test-softphone-no-sip', remedy: 'asterisk:remedy-softphone-no-sip' },
};

const FAILURES: Readonly<Record<AmiFailureKind, { readonly detail: MessageKey; readonly remedy: MessageKey }>> = {
  unreachable: { detail: 'asterisk:test-unreachable', remedy: 'asterisk:remedy-unreachable' },
  tls: { detail: 'asterisk:test-tls', remedy: 'asterisk:remedy-tls' },
  'not-ami': { detail: 'asterisk:test-not-ami', remedy: 'asterisk:remedy-not-ami' },
  protocol: { detail: 'asterisk:test-not-ami', remedy: 'asterisk:remedy-not-ami' },
  login: { detail: 'asterisk:test-login', remedy: 'asterisk:remedy-login' },
  silent: { detail: 'asterisk:test-silent', remedy: 'asterisk:remedy-silent' },
  closed: { detail: 'asterisk:test-closed', remedy: 'asterisk:remedy-silent' },
  overloaded: { detail: 'asterisk:test-silent', remedy: 'asterisk:remedy-silent' },
  refused: { detail: 'asterisk:test-refused', remedy: 'asterisk:remedy-permitted' },
};

function toFinding(error: unknown, { host, port, username }: AsteriskSettings): Finding {
  const kind = error instanceof AmiFailure ? error.kind : 'closed';
  const { detail, remedy } = FAILURES[kind];
  return failed(detail, { host, port, username, reason: inOneLine(error) }, remedy);
}

function passed(detail: MessageKey, params: Finding['params'] = {}): Finding {
  return { outcome: 'passed', detail, params };
}

function warning(detail: MessageKey, params: Finding['params'], remedy: MessageKey): Finding {
  return { outcome: 'warning', detail, remedy, ...(params !== undefined && { params }) };
}

function failed(detail: MessageKey, params: Finding['params'], remedy: MessageKey): Finding {
  return { outcome: 'failed', detail, remedy, ...(params !== undefined && { params }) };
}

function toStep(name: TestStepName, { outcome, detail, params, remedy }: Finding, milliseconds: number): TestStep {
  return {
    name,
    outcome,
    detail: { key: detail, params: params ?? {} },
    remedy: remedy ?? null,
    milliseconds: Math.round(milliseconds),
  };
}

/** What libraries say of an error may be long and have several lines. */
function inOneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARACTERS);
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown}… (${names.length})` : shown;
}
