import assert from 'node:assert/strict';
import { type AsteriskSettings } from '../../src/modules/telephony/asterisk/asterisk-settings.domain.js';
import { testAsterisk } from '../../src/modules/telephony/asterisk/connection-test.js';
import {
  isUsable,
  TEST_STEP_NAMES,
  type TestStep,
  type TestStepName,
} from '../../src/modules/telephony/connection-test.domain.js';
import { createTranslator } from '../../src/platform/i18n/translator.js';
import { settingsOf, startAsterisk, withAdmin } from '../support/asterisk-rig.js';
import { type AsteriskServer } from '../support/asterisk-server.js';

describe('"Testar conexão" on a real Asterisk', () => {
  let server: AsteriskServer;

  before(async () => {
    server = await startAsterisk();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  async function run(changes: Partial<AsteriskSettings> = {}): Promise<{
    readonly steps: readonly TestStep[];
    readonly step: (name: TestStepName) => TestStep;
  }> {
    const told: TestStep[] = [];
    const steps = await testAsterisk({ ...settingsOf(server), ...changes }, (step) => told.push(step));
    assert.deepEqual(told, steps);
    assert.deepEqual(
      steps.map(({ name }) => name),
      TEST_STEP_NAMES,
    );
    const t = createTranslator()('pt-BR');
    for (const { detail, remedy, outcome } of steps) {
      assert.doesNotMatch(t(detail.key, detail.params), /\{\{|undefined/);
      if (remedy !== null) assert.doesNotMatch(t(remedy, detail.params), /\{\{/);
      assert.equal(remedy === null, outcome === 'passed' || outcome === 'skipped');
    }
    return { steps, step: (name) => steps.find((step) => step.name === name)! };
  }

  const outcomes = (steps: readonly TestStep[]): string => steps.map(({ outcome }) => outcome[0]).join('');

  it('passes, and names the phone that no page can use', async () => {
    const { steps, step } = await run();
    assert.equal(outcomes(steps), 'pppppwppp');
    assert.equal(step('extensions').detail.key, 'asterisk:test-not-webrtc');
    assert.equal(step('extensions').detail.params['extensions'], 'desk-phone');
    assert.match(String(step('version').detail.params['version']), /^2[02]\./);
    assert.match(String(step('queues').detail.params['queues']), /Vendas/);
    assert.equal(isUsable(steps), true);
  });

  it('stops at a port where nobody listens, and still looks at the softphone', async () => {
    const { steps, step } = await run({ port: 1 });
    assert.equal(outcomes(steps), 'fssssspss');
    assert.equal(step('reachable').detail.key, 'asterisk:test-unreachable');
    assert.equal(isUsable(steps), false);
  });

  it('says so when the secret is wrong', async () => {
    const { steps, step } = await run({ secret: 'errado' });
    assert.equal(outcomes(steps), 'pfssss' + 'pss');
    assert.equal(step('authenticated').detail.key, 'asterisk:test-login');
  });

  it('says so when the user may not read events, or not act', async () => {
    const deaf = await run({ username: 'deaf' });
    assert.equal(deaf.step('authenticated').detail.key, 'asterisk:test-no-events');
    const limited = await run({ username: 'may-not' });
    assert.equal(limited.step('permitted').detail.key, 'asterisk:test-not-permitted');
    assert.match(String(limited.step('permitted').detail.params['actions']), /Originate/);
    assert.equal(limited.step('version').outcome, 'skipped');
  });

  for (const [what, path, key] of [
    ['another path', '/nothing', 'asterisk:test-softphone-no-websocket'],
    ['something else than a WebSocket address', '', 'asterisk:test-softphone-address'],
  ] as const) {
    it(`says so when the softphone's address is ${what}`, async () => {
      const softphoneUrl = path === '' ? 'https://127.0.0.1/ws' : `ws://127.0.0.1:${String(server.httpPort)}${path}`;
      const { step } = await run({ softphoneUrl });
      assert.deepEqual([step('softphone').outcome, step('softphone').detail.key], ['failed', key]);
      assert.equal(step('round-trip').outcome, 'passed');
    });
  }

  it('warns of a trunk that is not there', async () => {
    const { step } = await run({ trunk: 'desk-phone' });
    assert.equal(step('extensions').outcome, 'passed');
    assert.equal((await run({ trunk: 'nobody' })).step('extensions').outcome, 'warning');
  });

  it('warns of queues without a number in the context', async () => {
    const { step } = await run({ agentContext: 'elsewhere' });
    assert.equal(step('queues').detail.key, 'asterisk:test-queues-without-number');
    assert.match(String(step('queues').detail.params['queues']), /Vendas/);
  });

  it('changes nothing at the exchange', async () => {
    const look = (): Promise<string> =>
      withAdmin(server, async (ami) => JSON.stringify(await ami.list({ Action: 'QueueStatus' })));
    const before = await look();
    await run();
    assert.equal(await look(), before);
  });
});
