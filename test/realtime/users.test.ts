import assert from 'node:assert/strict';
import { type User } from '../../src/modules/users/index.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually } from '../support/wait.js';

describe('an open page of somebody', () => {
  let app: Harness;
  let ana: User;
  let admin: Visitor;
  let socket: PageSocket;

  beforeEach(async () => {
    app = await startApp({ telephony: () => ({ telephony: new FakeTelephony() }) });
    await app.aUser({ login: 'chefe' });
    ana = await app.aUser({ login: 'ana', permissions: ['voice.desk'], extension: '1001' });
    admin = await app.signIn('chefe');
    socket = pageSocket(app.url, await app.signIn('ana'));
    await connect(socket);
  });
  afterEach(async () => {
    socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  const knows = (): boolean => app.app.voice?.centre.agent(ana.id) !== null;

  it('is disconnected at once when the person is deactivated, and the call centre forgets them', async () => {
    await app.app.voice?.centre.reload();
    assert.ok(knows());
    assert.equal((await admin.post(`/admin/users/${ana.id}/deactivate`)).status, 303);
    await eventually('the page is disconnected', () => !socket.connected);
    assert.ok(!knows());
  });

  it('is disconnected at once when the person is deleted', async () => {
    assert.equal((await admin.post('/admin/users/delete', { ids: String(ana.id) })).status, 303);
    await eventually('the page is disconnected', () => !socket.connected);
  });

  it('hears of another profile at once and is checked against it, and is disconnected when the password is set', async () => {
    const other = await app.aProfile({ permissions: ['monitoring'] });
    let told = false;
    socket.once('viewer:changed', () => (told = true));
    const answer = await admin.post(`/admin/users/${ana.id}`, {
      name: ana.name,
      login: ana.login,
      profileId: String(other.id),
      version: String(ana.version),
    });
    assert.equal(answer.status, 303);
    await eventually('the page is told', () => told);
    const refused = await socket.emitWithAck('queue:all', { loggedIn: true });
    assert.ok(!refused.ok && refused.error.code === 'forbidden', 'what the new profile lacks is refused');
    const password = 'um sabiá no abacateiro';
    assert.equal((await admin.post(`/admin/users/${ana.id}/password`, { password, repeat: password })).status, 303);
    await eventually('the page is disconnected', () => !socket.connected);
  });

  it('stays when only the name changes', async () => {
    const answer = await admin.post(`/admin/users/${ana.id}`, {
      name: 'Ana Nova',
      login: ana.login,
      profileId: String(ana.profileId),
      version: String(ana.version),
    });
    assert.equal(answer.status, 303);
    await app.app.voice?.centre.reload();
    assert.ok(socket.connected);
  });
});
