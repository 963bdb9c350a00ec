import assert from 'node:assert/strict';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually, nextEvent } from '../support/wait.js';

describe('sending a call on from the page', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let ana: PageSocket;
  let bruno: PageSocket;
  let brunoId: number;

  async function onShift(login: string, extension: string, pageId: string): Promise<[PageSocket, number]> {
    const user = await app.aUser({ login, permissions: ['voice.desk'], extension });
    await app.app.voice!.centre.reload();
    const socket = pageSocket(app.url, await app.signIn(login));
    await connect(socket);
    await ask(socket, 'desk:open', { pageId });
    await ask(socket, 'phone:claim', { pageId, force: false });
    telephony.say({ type: 'phone-registered', extension });
    await ask(socket, 'shift:start', { pageId });
    await eventually('to be available', () => app.app.voice!.centre.agent(user.id)?.status === 'available');
    return [socket, user.id];
  }

  beforeEach(async () => {
    telephony = new FakeTelephony();
    app = await startApp({ telephony: () => ({ telephony }) });
    [ana] = await onShift('ana', '1001', 'page-ana1');
    [bruno, brunoId] = await onShift('bruno', '1002', 'page-bruno1');
    const call = { callId: 'c1', extension: '1001' };
    telephony.say({ type: 'call-started', ...call, direction: 'outbound', number: '+5583999990001', queue: null });
    telephony.say({ type: 'call-answered', ...call });
    telephony.say({ type: 'call-held', ...call });
  });
  afterEach(async () => {
    ana.disconnect();
    bruno.disconnect();
    await app[Symbol.asyncDispose]();
  });

  const toBruno = (): { callId: string; target: { kind: 'agent'; agentId: number } } => ({
    callId: 'c1',
    target: { kind: 'agent', agentId: brunoId },
  });

  it('shows the call to whom it rings and where it goes to who sends it, and takes it back', async () => {
    const rings = nextEvent(bruno, 'desk:changed', ({ call }) => call?.callId === 'c1');
    const goes = nextEvent(ana, 'desk:changed', ({ call }) => call?.transfer?.kind === 'agent');
    assert.deepEqual((await ask(ana, 'call:transfer', toBruno())).ok, true);
    assert.equal((await rings).call?.state, 'offered');
    assert.equal((await goes).capabilities.includes('blind-transfer'), true);
    const gone = nextEvent(bruno, 'desk:changed', ({ call }) => call === null);
    await ask(ana, 'call:take-back', { callId: 'c1' });
    await gone;
  });

  it('lets the second call be seen by both, and nobody else join it', async () => {
    const asked = nextEvent(bruno, 'desk:changed', ({ call }) => (call?.consultation ?? null) !== null);
    const result = await ask(ana, 'call:consult', toBruno());
    assert.ok(result.ok);
    const { callId } = result.data;
    const second = nextEvent(ana, 'desk:changed', (desk) => desk.second?.state === 'talking');
    telephony.say({ type: 'call-answered', callId, extension: '1001', peer: '1002' });
    assert.equal((await second).second?.callId, callId);
    assert.ok((await asked).call?.consultation?.agentName);
    for (const command of ['call:join', 'call:confer'] as const) {
      const refused = await ask(bruno, command, { callId: 'c1' });
      assert.equal(!refused.ok && refused.error.code, 'forbidden');
    }
    assert.ok((await ask(ana, 'call:confer', { callId: 'c1' })).ok);
    assert.ok((await ask(ana, 'call:join', { callId: 'c1' })).ok);
    await eventually('the call to be the other’s', () => app.app.voice!.centre.callOf(brunoId)?.callId === 'c1');
  });

  it('refuses numbers to who may not call them, strangers, and what comes too late, each with a sentence', async () => {
    const target = { kind: 'number', number: '(11) 98888-7777' } as const;
    for (const command of ['call:transfer', 'call:consult'] as const) {
      const refused = await ask(ana, command, { callId: 'c1', target });
      assert.equal(!refused.ok && refused.error.code, 'forbidden');
      const strange = await ask(bruno, command, toBruno());
      assert.equal(!strange.ok && strange.error.code, 'forbidden');
    }
    telephony.say({ type: 'call-ended', callId: 'c1', by: 'customer', cause: 'hung-up' });
    for (const command of ['call:transfer', 'call:consult'] as const) {
      const late = await ask(ana, command, toBruno());
      assert.ok(!late.ok && late.error.code === 'conflict' && late.error.message.length > 10);
    }
  });

  it('tells who is there only to those who look', async () => {
    const first = await ask(ana, 'transfer:watch', {});
    assert.ok(first.ok);
    assert.deepEqual(
      first.data.agents.map(({ agentId, status }) => [agentId, status]),
      [[brunoId, 'available']],
    );
    const told = nextEvent(ana, 'transfer:changed', ({ agents }) => agents[0]?.status === 'unreachable');
    telephony.say({ type: 'phone-unregistered', extension: '1002' });
    assert.ok((await told).version > first.data.version);
    assert.ok((await ask(ana, 'transfer:unwatch', {})).ok);
  });
});
