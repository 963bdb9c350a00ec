import assert from 'node:assert/strict';
import { type BoardChange } from '../../src/shared/board.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { nextEvent } from '../support/wait.js';

const PAGE = '/admin/settings/integration';
const ASTERISK = {
  platform: 'asterisk',
  version: '0',
  host: 'pbx.example.com',
  port: '5038',
  username: 'citrus',
  secret: 'segredo',
  softphoneUrl: 'wss://pbx.example.com/ws',
  agentContext: 'citrus-agents',
  trunk: 'operadora',
  confirmTest: 'on',
};

describe('switching the exchange', () => {
  let app: Harness;
  let made: FakeTelephony[];
  const sockets: PageSocket[] = [];

  beforeEach(async () => {
    made = [];
    app = await startApp({
      telephony: ({ settings }) => {
        const telephony = new FakeTelephony();
        // Asterisk is not there yet: the board has time to be grey.
        if (settings.platform === 'asterisk') telephony.disconnect();
        made.push(telephony);
        return { telephony };
      },
    });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  async function open(visitor: Visitor): Promise<PageSocket> {
    const socket = pageSocket(app.url, visitor);
    sockets.push(socket);
    await connect(socket);
    return socket;
  }

  it('reaches a board: grey, then connected and as the new exchange has it', async () => {
    await app.aUser({ login: 'ana', permissions: ['monitoring', 'voice.desk', 'general-settings'], extension: '1001' });
    await app.app.voice?.centre.reload();
    const visitor = await app.signIn('ana');
    const board = await open(visitor);
    const first = await ask(board, 'board:open', {});
    assert.ok(first.ok);
    assert.equal(first.data.link.connected, true);

    const grey = nextEvent(board, 'board:changed', (change: BoardChange) => !change.link.connected);
    assert.equal((await visitor.post(PAGE, ASTERISK)).status, 303);
    await grey;

    const [, next] = made;
    assert.ok(next !== undefined);
    const back = nextEvent(board, 'board:changed', (change: BoardChange) => change.link.connected);
    next.connect();
    await back;

    const registered = nextEvent(board, 'board:changed', (change: BoardChange) =>
      change.agents.some(({ phoneRegistered }) => phoneRegistered),
    );
    next.say({ type: 'phone-registered', extension: '1001' });
    await registered;
  });

  it('tells an agent’s page that its phone needs other credentials, and nobody when nothing of them changed', async () => {
    await app.aUser({ login: 'ana', permissions: ['voice.desk', 'general-settings'], extension: '1001' });
    await app.app.voice?.centre.reload();
    const visitor = await app.signIn('ana');
    const desk = await open(visitor);
    assert.ok((await ask(desk, 'desk:open', { pageId: 'page-0001' })).ok);
    let told = 0;
    desk.on('phone:changed', () => (told += 1));
    const changed = nextEvent(desk, 'phone:changed');
    await visitor.post(PAGE, ASTERISK);
    await changed;
    await visitor.post(PAGE, { ...ASTERISK, version: '1', callerNumber: '40004000' });
    const again = nextEvent(desk, 'phone:changed');
    await visitor.post(PAGE, { ...ASTERISK, version: '2', stunUrls: 'stun:stun.example.com' });
    await again;
    assert.equal(told, 2);
    assert.equal(made.length, 2);
  });
});
