import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { AmiConnection, AmiFailure, type AmiFailureKind } from '../../src/modules/telephony/asterisk/ami-connection.js';
import { AmiLink, type AmiLinkTimes } from '../../src/modules/telephony/asterisk/ami-link.js';
import { type AmiMessage } from '../../src/modules/telephony/asterisk/ami-parser.js';
import { type AsteriskSettings } from '../../src/modules/telephony/asterisk/asterisk-settings.domain.js';
import { type TelephonyStatus } from '../../src/modules/telephony/telephony.port.js';
import { systemSchedule } from '../../src/platform/schedule.js';
import { FakeAmiServer } from '../support/fake-ami-server.js';
import { eventually } from '../support/wait.js';

function settings(port: number): AsteriskSettings {
  return {
    ...{ host: '127.0.0.1', port, tls: false, tlsVerify: true, username: 'citrus-voz', secret: 'segredo' },
    ...{ softphoneUrl: 'ws://127.0.0.1/ws', agentContext: 'citrus-agents', trunk: 'trunk', outboundPrefix: '' },
    ...{ callerNumber: '', iceServers: [] },
  };
}

async function failsWith(kind: AmiFailureKind, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => error instanceof AmiFailure && error.kind === kind);
}

describe('a connection to the manager interface', () => {
  let server: FakeAmiServer;
  let connection: AmiConnection | null;

  beforeEach(async () => {
    server = await FakeAmiServer.start();
    connection = null;
  });
  afterEach(async () => {
    connection?.close();
    await server.close();
  });

  const connect = async (times: { connectMs?: number; actionMs?: number } = {}): Promise<AmiConnection> => {
    connection = await AmiConnection.connect(settings(server.port), times);
    return connection;
  };

  it('signs in without ever sending the secret', async () => {
    const ami = await connect();
    assert.equal(ami.interfaceVersion, '11.0.0');
    await ami.logIn('citrus-voz', 'segredo', 'off');
    const login = server.requests.find((request) => request['Action'] === 'Login');
    assert.equal(login?.['Key'], createHash('md5').update('1234segredo').digest('hex'));
    assert.ok(!JSON.stringify(server.requests).includes('segredo'));
  });

  it('says so when name or secret are refused', async () => {
    server.answers.set('Login', () => ['Response: Error', 'Message: Authentication failed']);
    await failsWith('login', (await connect()).logIn('citrus-voz', 'errado', 'off'));
  });

  it('says so when nobody listens', async () => {
    await server.close();
    await failsWith('unreachable', connect());
  });

  it('says so when something else answers, or nothing is said', async () => {
    server.greeting = 'SSH-2.0-OpenSSH_9.2\r\n';
    await failsWith('not-ami', connect());
    server.greeting = null;
    await failsWith('not-ami', connect({ connectMs: 50 }));
  });

  it('says so when TLS is asked of a plain port', async () => {
    await failsWith('tls', AmiConnection.connect({ ...settings(server.port), tls: true }));
  });

  it('matches answers to actions, in whatever order they come', async () => {
    const waiting: string[] = [];
    server.answers.set('Getvar', (request) => {
      waiting.push(request['ActionID'] ?? '');
      return null;
    });
    const ami = await connect();
    const answers = Promise.all(
      [1, 2, 3].map((number) => ami.act({ Action: 'Getvar', Variable: `V${String(number)}` })),
    );
    await eventually('three questions', () => waiting.length === 3);
    for (const id of [...waiting].reverse()) server.last.say(['Response: Success', `ActionID: ${id}`, `Value: ${id}`]);
    assert.deepEqual(
      (await answers).map((answer) => answer.get('Value')),
      waiting,
    );
  });

  it('gathers a list between other events, and takes none for an empty one', async () => {
    server.answers.set('QueueStatus', (request, to) => {
      const id = `ActionID: ${request['ActionID'] ?? ''}`;
      to.say(['Response: Success', id, 'EventList: start']);
      to.say(['Event: QueueMember', id, 'Queue: Vendas']);
      to.say(['Event: Hangup', 'Uniqueid: 1.1']);
      to.say(['Event: QueueMember', id, 'Queue: Suporte']);
      to.say(['Event: QueueStatusComplete', id, 'EventList: Complete']);
      return null;
    });
    server.answers.set('PJSIPShowContacts', () => ['Response: Error', 'Message: No Contacts found']);
    const ami = await connect();
    const events: AmiMessage[] = [];
    ami.listen({ onEvent: (event) => events.push(event), onClosed: () => undefined });
    const items = await ami.list({ Action: 'QueueStatus' });
    assert.deepEqual(
      items.map((item) => item.get('Queue')),
      ['Vendas', 'Suporte'],
    );
    assert.deepEqual(
      events.map((event) => event.event),
      ['Hangup'],
    );
    assert.deepEqual(await ami.list({ Action: 'PJSIPShowContacts' }), []);
  });

  it('does not wait for ever for an answer, and takes a late one for none', async () => {
    let id = '';
    server.answers.set('Getvar', (request) => {
      id = request['ActionID'] ?? '';
      return null;
    });
    const ami = await connect({ actionMs: 40 });
    await failsWith('silent', ami.act({ Action: 'Getvar', Variable: 'X' }));
    server.last.say(['Response: Success', `ActionID: ${id}`]);
    assert.equal((await ami.act({ Action: 'Ping' })).get('Ping'), 'Pong');
  });

  it('fails everything that waits when the other side goes away in the middle of a message', async () => {
    server.answers.set('Getvar', (_request, to) => {
      to.socket.end('Response: Succ');
      return null;
    });
    const ami = await connect();
    await Promise.all([
      failsWith('closed', ami.act({ Action: 'Getvar', Variable: 'X' })),
      failsWith('closed', ami.act({ Action: 'Getvar', Variable: 'Y' })),
    ]);
    assert.equal(ami.isOpen, false);
    await failsWith('closed', ami.act({ Action: 'Ping' }));
  });

  it('ends over an absurdly large message, and the process goes on', async () => {
    const ami = await connect();
    const closed = new Promise<AmiFailure>((resolve) => {
      ami.listen({ onEvent: () => undefined, onClosed: resolve });
    });
    server.last.socket.write(`Event: X\r\n${`Y: ${'z'.repeat(1000)}\r\n`.repeat(400)}`);
    assert.equal((await closed).kind, 'protocol');
  });

  it('refuses more actions than can wait, rather than keep them all', async () => {
    server.answers.set('Getvar', () => null);
    const ami = await connect();
    const all = Array.from({ length: 1001 }, () => ami.act({ Action: 'Getvar', Variable: 'X' }));
    await failsWith('overloaded', all[1000]!);
    ami.close();
    assert.ok((await Promise.allSettled(all)).every(({ status }) => status === 'rejected'));
  });
});

describe('the link to an Asterisk', () => {
  let server: FakeAmiServer;
  let link: AmiLink | null;
  let statuses: TelephonyStatus[];
  let events: { event: AmiMessage; at: number }[];
  let complaints: string[];
  let ups: number;

  beforeEach(async () => {
    server = await FakeAmiServer.start();
    link = null;
    statuses = [];
    events = [];
    complaints = [];
    ups = 0;
  });
  afterEach(async () => {
    await link?.stop();
    await server.close();
  });

  function start(times: Partial<AmiLinkTimes> = {}, onUp: () => Promise<void> = () => Promise.resolve()): AmiLink {
    const complain = (_context: object, message: string): void => {
      complaints.push(message);
    };
    link = new AmiLink({
      settings: settings(server.port),
      now: Date.now,
      schedule: systemSchedule,
      random: Math.random,
      log: { info: () => undefined, warn: complain, error: complain },
      times: { retryMs: 4, longestRetryMs: 20, pingMs: 10, actionMs: 100, ...times },
      onEvent: (event, at) => events.push({ event, at }),
      onUp: async () => {
        ups += 1;
        await onUp();
      },
      onStatus: (status) => statuses.push(status),
    });
    link.start();
    return link;
  }

  it('takes in how things are before it says that it is connected', async () => {
    let up: () => void = () => undefined;
    const first = start({}, () => new Promise((resolve) => (up = resolve)));
    await eventually('the picture to be asked for', () => ups === 1);
    assert.equal(first.status().connected, false);
    assert.deepEqual(statuses, []);
    up();
    await eventually('the link to be connected', () => first.status().connected);
    assert.deepEqual(
      statuses.map(({ connected }) => connected),
      [true],
    );
    assert.ok((first.status().roundTripMs ?? -1) >= 0);
    assert.ok((first.status().lastSeenAt ?? 0) > 0);
  });

  it('comes back by itself, tells both, and takes the picture in again', async () => {
    const lasting = start();
    await eventually('the link to be connected', () => lasting.status().connected);
    await server.close();
    await eventually('the loss to be told', () => statuses.length === 2);
    assert.equal(lasting.status().roundTripMs, null);
    assert.ok((lasting.status().lastSeenAt ?? 0) > 0);
    await server.listen();
    await eventually('the link to be back', () => lasting.status().connected);
    assert.equal(ups, 2);
    assert.deepEqual(
      statuses.map(({ connected }) => connected),
      [true, false, true],
    );
  });

  it('goes on trying with a wrong secret, says so once, and is there when it is right', async () => {
    const right = server.answers.get('Login')!;
    server.answers.set('Login', () => ['Response: Error', 'Message: Authentication failed']);
    const stubborn = start();
    await eventually('five attempts', () => server.connections.length >= 5);
    assert.deepEqual(complaints, ['Asterisk cannot be reached; it is tried again']);
    assert.equal(stubborn.status().connected, false);
    server.answers.set('Login', right);
    await eventually('the link to be connected', () => stubborn.status().connected);
  });

  it('notices an exchange that has gone silent, and begins afresh', async () => {
    const watchful = start({ actionMs: 40 });
    await eventually('the link to be connected', () => watchful.status().connected);
    const pong = server.answers.get('Ping')!;
    server.answers.set('Ping', () => null);
    await eventually('the silence to be noticed', () => !watchful.status().connected);
    server.answers.set('Ping', pong);
    await eventually('the link to be back', () => watchful.status().connected);
    assert.ok(server.connections.length >= 2);
  });

  it('waits for an Asterisk that is still loading, but not for ever', async () => {
    server.answers.set('Login', () => ['Response: Success']);
    const patient = start({ bootMs: 60 });
    await eventually('a second attempt', () => server.connections.length >= 2);
    assert.equal(ups, 0);
    server.last.say(['Event: FullyBooted']);
    await eventually('the link to be connected', () => patient.status().connected);
  });

  it('tries again when the picture cannot be taken in', async () => {
    const failing = start({}, () => (ups < 3 ? Promise.reject(new Error('half a picture')) : Promise.resolve()));
    await eventually('the link to be connected', () => failing.status().connected);
    assert.equal(ups, 3);
  });

  it('says by our clock when a thing happened there', async () => {
    const AHEAD_MS = 3_600_000;
    const stamp = (): string => `Timestamp: ${((Date.now() + AHEAD_MS) / 1000).toFixed(6)}`;
    server.answers.set('Ping', () => ['Response: Success', stamp()]);
    const patient = start();
    await eventually('the link to be connected', () => patient.status().connected);
    server.last.say(['Event: Hangup', stamp()]);
    const hangup = await eventually('the event', () => events.find(({ event }) => event.event === 'Hangup'));
    assert.ok(Math.abs(hangup.at - Date.now()) < 500, `${String(hangup.at - Date.now())} ms off`);
  });

  it('ends while it is connecting, and stays away', async () => {
    server.answers.set('Challenge', () => null);
    const brief = start();
    await eventually('a connection', () => server.requests.length === 1);
    await brief.stop();
    assert.equal(brief.status().connected, false);
    assert.deepEqual(statuses, []);
  });
});
