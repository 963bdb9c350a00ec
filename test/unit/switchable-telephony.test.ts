import assert from 'node:assert/strict';
import { SwitchableTelephony } from '../../src/modules/telephony/switchable-telephony.js';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { DomainError } from '../../src/platform/errors.js';
import { FakeTelephony } from '../support/fake-telephony.js';

describe('switchable telephony', () => {
  let first: FakeTelephony;
  let second: FakeTelephony;
  let telephony: SwitchableTelephony;
  let errors: string[];
  let events: string[];
  let statuses: boolean[];
  let happened: string[];

  beforeEach(async () => {
    [errors, events, statuses, happened] = [[], [], [], []];
    first = watched('first');
    second = watched('second');
    telephony = new SwitchableTelephony({
      now: Date.now,
      log: { warn: () => undefined, error: (_details, message) => errors.push(message) },
      withNetwork: (credentials, extension) => ({ ...credentials, displayName: `${extension} on the network` }),
    });
    telephony.begin(first);
    await telephony.start();
    telephony.onEvent((event) => events.push(nameOf(event)));
    telephony.onStatus(({ connected }) => statuses.push(connected));
  });

  function watched(name: string): FakeTelephony {
    const fake = new FakeTelephony();
    fake.start = () => {
      happened.push(`${name} starts`);
      return Promise.resolve();
    };
    fake[Symbol.asyncDispose] = () => {
      happened.push(`${name} stops`);
      return Promise.resolve();
    };
    return fake;
  }
  function nameOf(event: TelephonyEvent): string {
    return `${event.type} ${'extension' in event ? String(event.extension) : ''}`;
  }

  it('passes on what the exchange tells and what it is asked', async () => {
    first.say({ type: 'phone-registered', extension: '1001' });
    assert.deepEqual(events, ['phone-registered 1001']);
    await telephony.logIn('Vendas', '1001');
    assert.deepEqual((await telephony.snapshot()).members, [{ queue: 'Vendas', extension: '1001' }]);
    first.disconnect();
    first.connect();
    assert.deepEqual(statuses, [false, true]);
  });

  it('stops the old exchange before it makes the new one, and is disconnected in between', async () => {
    await telephony.switchTo(() => {
      happened.push('second is made');
      assert.equal(telephony.status().connected, false);
      assert.deepEqual([...telephony.capabilities], []);
      return second;
    });
    assert.deepEqual(happened, ['first starts', 'first stops', 'second is made', 'second starts']);
    assert.deepEqual(statuses, [false, true]);
    assert.equal(telephony.status().connected, true);
  });

  it('keeps its listeners, and hears no more of the old exchange', async () => {
    await telephony.switchTo(() => second);
    first.say({ type: 'phone-registered', extension: 'old' });
    second.say({ type: 'phone-registered', extension: 'new' });
    first.disconnect();
    assert.deepEqual(events, ['phone-registered new']);
    assert.deepEqual(statuses, [false, true]);
  });

  it('has the capabilities of the exchange in use', async () => {
    const able = Object.assign(new FakeTelephony(), { capabilities: new Set(['recording'] as const) });
    await telephony.switchTo(() => able);
    assert.deepEqual([...telephony.capabilities], ['recording']);
  });

  it('stays disconnected while the new exchange does not answer, and is connected when it does', async () => {
    second.disconnect();
    await telephony.switchTo(() => second);
    assert.deepEqual(statuses, [false]);
    second.connect();
    assert.deepEqual(statuses, [false, true]);
  });

  it('refuses everything while there is no exchange, and goes on with the next', async () => {
    await assert.rejects(
      telephony.switchTo(() => {
        throw new Error('bad settings');
      }),
      /bad settings/,
    );
    assert.deepEqual(statuses, [false]);
    const refused = (error: unknown): boolean => error instanceof DomainError && error.code === 'unavailable';
    await assert.rejects(telephony.snapshot(), refused);
    await assert.rejects(telephony.hangUp('c1', 'agent'), refused);
    await assert.rejects(telephony.verifyCredentials('a', 'b'), refused);
    await telephony.switchTo(() => second);
    assert.deepEqual(statuses, [false, true]);
  });

  it('switches one after another, and what was asked for last is in use', async () => {
    const third = watched('third');
    await Promise.all([telephony.switchTo(() => second), telephony.switchTo(() => third)]);
    assert.deepEqual(happened.slice(1), ['first stops', 'second starts', 'second stops', 'third starts']);
    third.say({ type: 'phone-registered', extension: '3' });
    assert.deepEqual(events, ['phone-registered 3']);
  });

  it('goes on when the old exchange does not stop cleanly, and says so', async () => {
    first[Symbol.asyncDispose] = () => Promise.reject(new Error('stuck'));
    await telephony.switchTo(() => second);
    assert.equal(errors.length, 1);
    assert.equal(telephony.status().connected, true);
  });

  it('tells how the old exchange’s calls ended while it stops', async () => {
    first.say({
      type: 'call-started',
      callId: 'c1',
      direction: 'inbound',
      number: '1',
      queue: 'Vendas',
      extension: null,
    });
    first[Symbol.asyncDispose] = () => {
      first.say({ type: 'call-ended', callId: 'c1', by: 'system', cause: 'dropped' });
      return Promise.resolve();
    };
    await telephony.switchTo(() => second);
    assert.deepEqual(
      events.map((event) => event.split(' ')[0]),
      ['call-started', 'call-ended'],
    );
  });

  it('takes no new exchange once it is disposed of', async () => {
    await telephony[Symbol.asyncDispose]();
    await telephony.switchTo(() => assert.fail('made an exchange nobody will stop'));
    assert.deepEqual(happened, ['first starts', 'first stops']);
  });

  it('adds to a softphone’s credentials what the exchange does not know', async () => {
    first.softphoneCredentials = () =>
      Promise.resolve({
        uri: 'sip:1001@x',
        server: '/sip',
        authorizationUsername: 'a',
        authorizationPassword: 'b',
        displayName: '',
        expiresAt: 0,
        iceServers: [],
        pagePlaysHoldMusic: false,
        pageMixesConference: false,
      });
    assert.equal((await telephony.softphoneCredentials('1001')).displayName, '1001 on the network');
  });
});
