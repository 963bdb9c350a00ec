import assert from 'node:assert/strict';
import { type Permission } from '../../src/shared/permissions.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually, nextEvent } from '../support/wait.js';

const PAGE = 'page-0001';
const DEVICE = 'device-0001';

describe('the hub', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  const sockets: PageSocket[] = [];

  beforeEach(async () => {
    telephony = new FakeTelephony();
    app = await startApp({ telephony: () => ({ telephony }) });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  async function signedIn(permissions: readonly Permission[], extension: string | null = null): Promise<Visitor> {
    const login = `pessoa-${String(extension)}-${String(permissions.length)}`;
    await app.aUser({ login, permissions, extension });
    await app.app.voice?.centre.reload();
    return app.signIn(login);
  }
  async function open(visitor: Visitor | null): Promise<PageSocket> {
    const socket = pageSocket(app.url, visitor);
    sockets.push(socket);
    await connect(socket);
    return socket;
  }

  it('lets nobody in who has not signed in', async () => {
    await assert.rejects(open(null), /unauthorised/);
  });

  it('answers a command without its permission as forbidden, in the viewer’s language', async () => {
    const socket = await open(await signedIn(['monitoring']));
    const answer = await ask(socket, 'desk:open', { pageId: PAGE });
    assert.deepEqual(answer, {
      ok: false,
      error: { code: 'forbidden', message: 'Seu perfil não tem permissão para isto.', field: null },
    });
  });

  it('answers a payload of another form as invalid, and the page stays connected', async () => {
    const socket = await open(await signedIn(['voice.desk'], '1001'));
    // @ts-expect-error -- a page that sends nonsense does not compile, and is refused all the same
    const answer = await ask(socket, 'desk:open', { pageId: 7 });
    assert.equal(answer.ok, false);
    assert.equal(answer.error.code, 'invalid');
    assert.equal((await ask(socket, 'desk:open', { pageId: PAGE })).ok, true);
  });

  it('answers a command it does not know', async () => {
    const socket = await open(await signedIn(['voice.desk'], '1001'));
    const answer = await (
      socket as unknown as { emitWithAck(name: string, payload: object): Promise<unknown> }
    ).emitWithAck('desk:explode', {});
    assert.deepEqual((answer as { error: { code: string } }).error.code, 'invalid');
  });

  it('survives whatever is sent in place of an acknowledgement', async () => {
    const socket = await open(await signedIn(['monitoring']));
    const raw = socket as unknown as { emit(name: string, ...args: unknown[]): void };
    raw.emit('board:open', {}, 'not a function');
    raw.emit('board:open');
    raw.emit('board:open', null);
    raw.emit('agent:pause', { __proto__: { reasonId: 1 } });
    assert.equal((await ask(socket, 'board:open', {})).ok, true);
  });

  it('says to somebody without an extension who has to do what', async () => {
    const socket = await open(await signedIn(['voice.desk']));
    const answer = await ask(socket, 'desk:open', { pageId: PAGE });
    assert.equal(answer.ok, false);
    assert.match(answer.error.message, /associado a um usuário do Unity/);
  });

  it('ends the sockets of a session that signs out, and of no other', async () => {
    const ana = await signedIn(['monitoring']);
    const bia = await signedIn(['monitoring', 'calls.list']);
    const [anas, bias] = [await open(ana), await open(bia)];
    const gone = new Promise((resolve) => anas.once('disconnect', resolve));
    await ana.post('/sign-out');
    await gone;
    assert.equal((await ask(bias, 'board:open', {})).ok, true);
  });

  it('tells an agent only what is the agent’s own', async () => {
    const ana = await open(await signedIn(['voice.desk'], '1001'));
    const bia = await open(await signedIn(['voice.desk', 'calls.list'], '1002'));
    const answer = await ask(ana, 'desk:open', { pageId: 'page-of-ana' });
    await ask(bia, 'desk:open', { pageId: 'page-of-bia' });
    assert.ok(answer.ok);
    const heardByBia: number[] = [];
    bia.on('desk:changed', (desk) => heardByBia.push(desk.agent.agentId));
    const changed = nextEvent(ana, 'desk:changed');
    telephony.say({ type: 'phone-registered', extension: '1001' });
    await changed;
    assert.ok(!heardByBia.includes(answer.data.agent.agentId));
  });

  it('gives the phone to one page, tells the other, and to the other when it insists', async () => {
    const visitor = await signedIn(['voice.desk'], '1001');
    const [one, two] = [await open(visitor), await open(visitor)];
    await ask(one, 'desk:open', { pageId: 'page-one-1' });
    await ask(two, 'desk:open', { pageId: 'page-two-2' });
    assert.deepEqual(await ask(one, 'phone:claim', { pageId: 'page-one-1', deviceId: DEVICE, force: false }), {
      ok: true,
      data: { holder: 'page-one-1' },
    });
    assert.deepEqual(await ask(two, 'phone:claim', { pageId: 'page-two-2', deviceId: DEVICE, force: false }), {
      ok: true,
      data: { holder: 'page-one-1' },
    });
    const refused = await ask(two, 'shift:start', { pageId: 'page-two-2' });
    assert.ok(!refused.ok);
    assert.match(refused.error.message, /Usar aqui/);
    const told = nextEvent(one, 'desk:changed', (desk) => desk.phoneHolder === 'page-two-2');
    await ask(two, 'phone:claim', { pageId: 'page-two-2', deviceId: DEVICE, force: true });
    await told;
  });

  it('notices a page that has gone, and lets it come back as the same', async () => {
    const visitor = await signedIn(['voice.desk'], '1001');
    const centre = app.app.voice!.centre;
    const socket = await open(visitor);
    const answer = await ask(socket, 'desk:open', { pageId: PAGE });
    assert.ok(answer.ok);
    const { agentId } = answer.data.agent;
    await ask(socket, 'phone:claim', { pageId: PAGE, deviceId: DEVICE, force: false });
    telephony.say({ type: 'phone-registered', extension: '1001' });
    assert.ok((await ask(socket, 'shift:start', { pageId: PAGE })).ok);
    await eventually('the agent to be available', () => centre.agent(agentId)?.status === 'available');
    socket.disconnect();
    await eventually('the agent to be unreachable', () => centre.agent(agentId)?.status === 'unreachable', {
      limitMs: 8000,
    });
    const again = await open(visitor);
    await ask(again, 'desk:open', { pageId: PAGE });
    await eventually('the agent to be available again', () => centre.agent(agentId)?.status === 'available');
  });
});
