import assert from 'node:assert/strict';
import { type Reason } from '../../src/modules/reasons/index.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually, nextEvent } from '../support/wait.js';

const ACTOR = { userId: null, name: 'Teste', address: null };
const PAGE = 'page-0001';

describe('pause reasons of an agent on shift', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let socket: PageSocket;
  let agentId: number;
  let lunch: Reason;

  const create = (name: string): Promise<Reason> =>
    app.app.reasons.create('pause', { name, timeLimitSeconds: null, isProductive: false }, ACTOR);
  const statusOf = (): string | undefined => app.app.voice!.centre.agent(agentId)?.status;

  beforeEach(async () => {
    telephony = new FakeTelephony();
    app = await startApp({ telephony: () => ({ telephony }) });
    lunch = await create('Almoço');
    const user = await app.aUser({ login: 'ana', permissions: ['voice.desk'], extension: '1001' });
    agentId = user.id;
    await app.app.voice!.centre.reload();
    socket = pageSocket(app.url, await app.signIn('ana'));
    await connect(socket);
    await ask(socket, 'desk:open', { pageId: PAGE });
    await ask(socket, 'phone:claim', { pageId: PAGE, force: false });
    telephony.say({ type: 'phone-registered', extension: '1001' });
    await ask(socket, 'shift:start', { pageId: PAGE });
    await eventually('the agent to be available', () => statusOf() === 'available');
  });
  afterEach(async () => {
    socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  it('change in the open page as an administrator changes them', async () => {
    const told = (...names: readonly string[]): Promise<unknown> =>
      nextEvent(
        socket,
        'desk:changed',
        ({ pauseReasons }) => pauseReasons.map(({ name }) => name).join() === names.join(),
      );
    let next = told('Almoço', 'Banheiro');
    const second = await create('Banheiro');
    await next;
    next = told('Banheiro', 'Almoço');
    await app.app.reasons.move(second.id, 'up', ACTOR);
    await next;
    next = told('Banheiro');
    await app.app.reasons.remove([lunch.id], ACTOR);
    await next;
  });

  it('are not deleted under an agent who is in the pause just now', async () => {
    assert.ok((await ask(socket, 'agent:pause', { reasonId: lunch.id })).ok);
    await eventually('the agent to be paused', () => statusOf() === 'paused');
    assert.deepEqual(await app.app.reasons.remove([lunch.id], ACTOR), { removed: [], retired: ['Almoço'] });
    assert.equal(app.app.voice!.centre.agent(agentId)?.pauseReason?.name, 'Almoço');
    assert.ok((await ask(socket, 'agent:resume', {})).ok);
    const refused = await ask(socket, 'agent:pause', { reasonId: lunch.id });
    assert.ok(!refused.ok);
  });

  it('are not deleted under an agent who takes the pause when the call is over', async () => {
    const inbound = {
      callId: 'c1',
      direction: 'inbound',
      number: '+5583999990001',
      queue: null,
      extension: null,
    } as const;
    telephony.say({ type: 'call-started', ...inbound });
    telephony.say({ type: 'call-offered', callId: 'c1', extension: '1001' });
    telephony.say({ type: 'call-answered', callId: 'c1', extension: '1001' });
    await eventually('the agent to talk', () => statusOf() === 'talking');
    assert.ok((await ask(socket, 'agent:pause', { reasonId: lunch.id })).ok);
    assert.deepEqual(await app.app.reasons.usedAmong([lunch.id]), new Set([lunch.id]));
    assert.deepEqual(await app.app.reasons.remove([lunch.id], ACTOR), { removed: [], retired: ['Almoço'] });
  });
});
