import assert from 'node:assert/strict';
import { type Profile } from '../../src/modules/profiles/index.js';
import { type User } from '../../src/modules/users/index.js';
import { type Permission } from '../../src/shared/permissions.js';
import { FakeTelephony } from '../support/fake-telephony.js';
import { startApp, type Harness, type Visitor } from '../support/harness.js';
import { ask, connect, pageSocket, type PageSocket } from '../support/page-socket.js';
import { eventually, nextEvent } from '../support/wait.js';

const PAGE = 'page-0001';

describe('a change of permissions', () => {
  let app: Harness;
  let telephony: FakeTelephony;
  let admin: Visitor;
  const sockets: PageSocket[] = [];

  beforeEach(async () => {
    telephony = new FakeTelephony();
    app = await startApp({ telephony: () => ({ telephony }) });
    await app.aUser({ login: 'admin', name: 'Helena Prado' });
    admin = await app.signIn('admin');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await app[Symbol.asyncDispose]();
  });

  interface Person {
    readonly user: User;
    readonly profile: Profile;
    readonly visitor: Visitor;
  }
  async function aPerson(permissions: readonly Permission[], extension: string | null = null): Promise<Person> {
    const profile = await app.aProfile({ permissions });
    const user = await app.aUser({ login: `pessoa-${String(profile.id)}`, profile, extension });
    await app.app.voice!.centre.reload();
    return { user, profile, visitor: await app.signIn(user.login) };
  }
  async function open(visitor: Visitor): Promise<PageSocket> {
    const socket = pageSocket(app.url, visitor);
    sockets.push(socket);
    await connect(socket);
    return socket;
  }
  /** As an administrator does it, in the form. */
  async function give({ profile }: Person, permissions: readonly Permission[]): Promise<void> {
    const current = await app.app.profiles.find(profile.id);
    const body = new URLSearchParams([
      ['_csrf', await admin.csrfToken()],
      ['name', profile.name],
      ['version', String(current?.version)],
      ...permissions.map((permission) => ['permissions', permission]),
    ]);
    const path = `/admin/profiles/${String(profile.id)}`;
    const { status, text } = await admin.agent.post(path).type('form').send(body.toString());
    assert.equal(status, 303, text);
  }
  const gone = (socket: PageSocket): Promise<string> =>
    new Promise((resolve) => {
      socket.once('disconnect', (reason) => {
        resolve(reason);
      });
    });
  async function onShift(person: Person): Promise<PageSocket> {
    const socket = await open(person.visitor);
    assert.ok((await ask(socket, 'desk:open', { pageId: PAGE })).ok);
    assert.ok((await ask(socket, 'phone:claim', { pageId: PAGE, force: false })).ok);
    telephony.say({ type: 'phone-registered', extension: person.user.extension! });
    assert.ok((await ask(socket, 'shift:start', { pageId: PAGE })).ok);
    await eventually('the agent to be available', () => statusOf(person) === 'available');
    return socket;
  }
  const statusOf = ({ user }: Person): string | undefined => app.app.voice!.centre.agent(user.id)?.status;

  it('holds for the very next command of a page that is open', async () => {
    const person = await aPerson(['voice.desk', 'voice.outbound'], '1001');
    const socket = await onShift(person);
    const told = nextEvent(socket, 'viewer:changed');
    await give(person, ['voice.desk']);
    const answer = await ask(socket, 'call:dial', { number: '83999990001' });
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 'forbidden');
    await told;
    assert.ok(socket.connected);
    await give(person, ['voice.desk', 'voice.outbound']);
    assert.ok((await ask(socket, 'call:dial', { number: '83999990001' })).ok);
  });

  it('closes a board that may no longer be seen, before another number reaches it', async () => {
    const person = await aPerson(['monitoring', 'calls.list']);
    const socket = await open(person.visitor);
    assert.ok((await ask(socket, 'board:open', {})).ok);
    const closed = gone(socket);
    await give(person, ['calls.list']);
    assert.equal(await closed, 'io server disconnect');
    await person.visitor.get('/monitoring').expect(403);
    // The session goes on: the page comes back, and is refused its room.
    const again = await open(person.visitor);
    const answer = await ask(again, 'board:open', {});
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 'forbidden');
    const heard: unknown[] = [];
    again.on('board:changed', (change) => heard.push(change));
    const other = await aPerson(['voice.desk'], '1009');
    await onShift(other);
    assert.deepEqual(heard, []);
  });

  it('closes the page of each room, and leaves the pages of others alone', async () => {
    const [ana, bia] = [await aPerson(['monitoring']), await aPerson(['monitoring'])];
    const [anas, bias] = [await open(ana.visitor), await open(bia.visitor)];
    const [plain] = [await open(ana.visitor)];
    await ask(anas, 'board:open', {});
    await ask(bias, 'board:open', {});
    const closed = gone(anas);
    const told = nextEvent(plain, 'viewer:changed');
    await give(ana, ['calls.list']);
    await Promise.all([closed, told]);
    assert.ok((await ask(bias, 'board:open', {})).ok);
    assert.ok(plain.connected, 'a page in no room has nothing to lose');
  });

  it('logs somebody who is no agent any more out of the queues', async () => {
    const person = await aPerson(['voice.desk'], '1001');
    const socket = await onShift(person);
    const closed = gone(socket);
    await give(person, ['calls.list']);
    await closed;
    await eventually('the agent to be nobody’s', () => statusOf(person) === undefined);
  });

  it('does not touch a call: the page stays until it is over, and goes then', async () => {
    const person = await aPerson(['voice.desk'], '1001');
    const socket = await onShift(person);
    telephony.say({
      type: 'call-started',
      callId: 'c1',
      direction: 'inbound',
      number: '+5583999990001',
      queue: null,
      extension: null,
    });
    telephony.say({ type: 'call-offered', callId: 'c1', extension: '1001' });
    telephony.say({ type: 'call-answered', callId: 'c1', extension: '1001' });
    await eventually('the agent to talk', () => statusOf(person) === 'talking');
    await give(person, ['calls.list']);
    assert.ok(socket.connected);
    assert.equal(statusOf(person), 'talking');
    const refused = await ask(socket, 'agent:resume', {});
    assert.ok(!refused.ok, 'what comes next is checked against what is held now');
    assert.equal(refused.error.code, 'forbidden');
    assert.equal(telephony.commands.filter(({ name }) => name === 'hangUp').length, 0);
    const closed = gone(socket);
    telephony.say({ type: 'call-ended', callId: 'c1', by: 'customer', cause: 'hung-up' });
    assert.equal(await closed, 'io server disconnect');
    await eventually('the agent to be nobody’s', () => statusOf(person) === undefined);
  });

  it('does not disturb an agent who keeps what the desk needs', async () => {
    const person = await aPerson(['voice.desk', 'reports'], '1001');
    const socket = await onShift(person);
    await give(person, ['voice.desk', 'calls.list']);
    assert.ok((await ask(socket, 'agent:resume', {})).ok);
    assert.equal(statusOf(person), 'available');
  });

  it('closes every page of somebody who was deactivated', async () => {
    const person = await aPerson(['monitoring']);
    const [board, plain] = [await open(person.visitor), await open(person.visitor)];
    await ask(board, 'board:open', {});
    const closed = Promise.all([gone(board), gone(plain)]);
    await app.app.db.sequelize.query(`UPDATE users SET is_active = 0 WHERE id = ${String(person.user.id)}`);
    await app.app.accounts.accessChanged([person.user.id]);
    assert.deepEqual(await closed, ['io server disconnect', 'io server disconnect']);
    await assert.rejects(open(person.visitor), /unauthorised/);
  });

  it('is known to a page that was just connecting', async () => {
    const person = await aPerson(['monitoring']);
    const { accounts } = app.app;
    const load = accounts.loadViewer.bind(accounts);
    let changed = false;
    // Between the reading of the viewer and the connection, once.
    accounts.loadViewer = async (...asked) => {
      const viewer = await load(...asked);
      if (!changed && asked[0] === person.user.id) {
        changed = true;
        await give(person, ['calls.list']);
      }
      return viewer;
    };
    const socket = await open(person.visitor);
    assert.ok(changed);
    const answer = await ask(socket, 'board:open', {});
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, 'forbidden');
  });

  it('that cannot be read closes the page rather than go by what was', async () => {
    const person = await aPerson(['monitoring']);
    const socket = await open(person.visitor);
    await ask(socket, 'board:open', {});
    const { accounts } = app.app;
    const load = accounts.loadViewer.bind(accounts);
    accounts.loadViewer = () => Promise.reject(new Error('the database is away'));
    const closed = gone(socket);
    await accounts.accessChanged([person.user.id]);
    await closed;
    accounts.loadViewer = load;
    assert.match(JSON.stringify(app.takeErrors()), /the database is away/);
  });
});
