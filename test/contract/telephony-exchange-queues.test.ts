import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.js';
import { ANA, BIA, ExchangeRig, SALES, SUPPORT } from '../support/exchange-rig.js';

describe('built-in exchange: queues', () => {
  let rig: ExchangeRig;

  beforeEach(async () => {
    rig = await ExchangeRig.start();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('tells callers their places, and again when they move up', async () => {
    const first = await (await rig.customer(ANA)).call(SALES.number);
    await eventually('the first place', () => first.progress.at(-1)?.position === '1');
    const second = await (await rig.customer(BIA)).call(SALES.number);
    await eventually('the second place', () => second.progress.at(-1)?.position === '2');
    assert.equal(second.progress.at(-1)?.status, 182);
    const [, started] = rig.events.filter((event) => event.type === 'call-started');
    assert.equal(second.progress.at(-1)?.callId, started?.type === 'call-started' && started.callId);
    await first.cancel();
    await eventually('the first place', () => second.progress.at(-1)?.position === '1');
  });

  it('tells a waiting caller’s phone what to play, where the queue has a prompt', async () => {
    const url = 'https://voz.test/prompts/abc.wav';
    const { data } = rig.directory;
    rig.directory.data = { ...data, queues: [{ ...SALES, promptUrl: url }, SUPPORT] };
    await rig.exchange.reloadDirectory();
    const told = await (await rig.customer(ANA)).call(SALES.number);
    const untold = await (await rig.customer(BIA)).call(SUPPORT.number);
    await eventually('both places', () => told.progress.at(-1)?.position === '1' && untold.progress.length > 0);
    assert.equal(told.progress.at(-1)?.alertInfo, `<${url}>;info=waiting`);
    assert.deepEqual(
      untold.progress.map(({ alertInfo }) => alertInfo),
      untold.progress.map(() => undefined),
    );
    await told.cancel();
    await untold.cancel();
  });

  it('serves callers in the order they came', async () => {
    await (await rig.customer(ANA)).call(SALES.number);
    await rig.event('call-started');
    await (await rig.customer(BIA)).call(SALES.number);
    await rig.event('call-started', 2);
    const agent = await (await rig.member('1001')).incoming();
    assert.equal(agent.callerNumber, ANA);
  });

  it('rings everybody in ring-all, and stops the others when one takes it', async () => {
    const phones = [await rig.member('1001', SUPPORT.name), await rig.member('1002', SUPPORT.name)] as const;
    const customer = await (await rig.customer(ANA)).call(SUPPORT.number);
    const [one, two] = [await phones[0].incoming(), await phones[1].incoming()];
    await two.accept();
    await customer.established();
    await one.ended();
    assert.equal((await rig.event('call-answered')).extension, '1002');
    assert.deepEqual(rig.callStory(), ['call-started', 'call-offered', 'call-offered', 'call-answered']);
    const [call] = (await rig.exchange.snapshot()).calls;
    assert.equal(call?.extension, '1002');
  });

  it('connects one of two who pick up at the same moment, and lets the other go', async () => {
    const phones = [await rig.member('1001', SUPPORT.name), await rig.member('1002', SUPPORT.name)] as const;
    const customer = await (await rig.customer(ANA)).call(SUPPORT.number);
    const calls = [await phones[0].incoming(), await phones[1].incoming()] as const;
    await Promise.allSettled(calls.map((call) => call.accept()));
    await customer.established();
    const { extension } = await rig.event('call-answered');
    const [winner, loser] = extension === '1001' ? calls : [calls[1], calls[0]];
    await loser.ended();
    await eventually('media to be joined', () => winner.isJoinedTo(customer));
    assert.equal(rig.callStory().filter((type) => type === 'call-answered').length, 1);
  });

  it('does not ring the only agent who rejects in a tight loop', async () => {
    const phone = await rig.member('1001');
    await (await rig.customer(ANA)).call(SALES.number);
    await (await phone.incoming()).reject(486);
    await rig.event('call-declined');
    await rig.elapse(4);
    assert.equal(phone.calls.length, 1);
    await rig.elapse(1);
    await phone.incoming();
  });

  it('lets an agent rest a moment after a call, so that a wrap-up can begin', async () => {
    const phone = await rig.member('1001');
    const first = await (await rig.customer(ANA)).call(SALES.number);
    const agent = await phone.incoming();
    await agent.accept();
    await first.established();
    await (await rig.customer(BIA)).call(SALES.number);
    await rig.event('call-started', 2);
    await first.hangUp();
    await rig.event('call-ended');
    await rig.exchange.pause('1001', 'Almoço');
    await rig.elapse(10);
    assert.equal(phone.calls.length, 1);
    await rig.exchange.unpause('1001');
    await phone.incoming();
  });

  it('lets no call slip in between the end of one pause and the next', async () => {
    const phone = await rig.member('1001');
    await rig.exchange.pause('1001', 'Almoço');
    await (await rig.customer(ANA)).call(SALES.number);
    await rig.event('call-started');
    await Promise.all([rig.exchange.unpause('1001'), rig.exchange.pause('1001', 'Almoço')]);
    const pauses = rig.events.map((event) => event.type).filter((type) => type.endsWith('paused'));
    assert.deepEqual(pauses, ['member-paused', 'member-unpaused', 'member-paused']);
    assert.deepEqual((await rig.exchange.snapshot()).paused, [{ extension: '1001', reason: 'Almoço' }]);
    assert.deepEqual(rig.callStory(), ['call-started']);
    await rig.exchange.unpause('1001');
    await phone.incoming();
  });

  it('does not count a pause that could not be stored', async () => {
    const phone = await rig.member('1001');
    rig.memberStates.setPaused = () => Promise.reject(new Error('no database'));
    await assert.rejects(rig.exchange.pause('1001', 'Almoço'), /no database/);
    assert.deepEqual((await rig.exchange.snapshot()).paused, []);
    await (await rig.customer(ANA)).call(SALES.number);
    await phone.incoming();
  });

  it('rings on when time is up while a phone rings, and gives up when it is not taken', async () => {
    const phone = await rig.member('1001');
    const customer = await (await rig.customer(ANA)).call(SALES.number);
    await rig.event('call-started');
    await rig.exchange.pause('1001', 'Almoço');
    const ringing = await phone.incoming();
    await rig.elapse(SALES.ringSeconds - 1);
    await ringing.reject(486);
    await rig.event('call-declined');
    await rig.elapse(SALES.maxWaitSeconds - SALES.ringSeconds);
    await rig.elapse(1);
    const ended = await rig.event('call-ended');
    assert.equal(ended.cause, 'timed-out');
    await customer.ended();
    assert.equal(customer.rejectedWith?.status, 480);
  });

  it('goes on to the next agent when the phone that rings goes away', async () => {
    const first = await rig.member('1001');
    await rig.elapse(1);
    const second = await rig.member('1002');
    await (await rig.customer(ANA)).call(SALES.number);
    await first.incoming();
    first.drop();
    await second.incoming();
    const declined = await rig.event('call-declined');
    assert.deepEqual([declined.extension, declined.cause], ['1001', 'unreachable']);
  });

  it('abandons the call of a customer whose page goes away while waiting', async () => {
    const customerPhone = await rig.customer(ANA);
    await customerPhone.call(SALES.number);
    await rig.event('call-started');
    customerPhone.drop();
    const ended = await rig.event('call-ended');
    assert.deepEqual([ended.by, ended.cause], ['customer', 'abandoned']);
    assert.deepEqual((await rig.exchange.snapshot()).calls, []);
  });

  it('answers busy to a second call from the same line', async () => {
    const customerPhone = await rig.customer(ANA);
    await customerPhone.call(SALES.number);
    await rig.event('call-started');
    const second = await customerPhone.call(SALES.number);
    await second.ended();
    assert.equal(second.rejectedWith?.status, 486);
  });

  it('ends a dialled call as busy when the customer is already talking', async () => {
    const phone = await rig.member('1001');
    const customer = await (await rig.customer(ANA)).call(SALES.number);
    await (await phone.incoming()).accept();
    await customer.established();
    const other = await rig.agent('1002');
    await rig.exchange.dial({
      callId: 'd1',
      extension: '1002',
      number: ANA,
      direction: 'outbound',
      autoAnswer: true,
      agentRingSeconds: 20,
      customerRingSeconds: 20,
    });
    const agent = await other.incoming();
    await agent.accept();
    const ended = await rig.event('call-ended');
    assert.deepEqual([ended.callId, ended.cause], ['d1', 'busy']);
    await agent.ended();
    assert.equal(agent.byeCause, 'busy');
  });

  it('hands keypad tones to the other side', async () => {
    const phone = await rig.member('1001');
    const customer = await (await rig.customer(ANA)).call(SALES.number);
    const agent = await phone.incoming();
    await agent.accept();
    await Promise.all([agent.established(), customer.established()]);
    await customer.sendTone('5');
    await eventually('the tone', () => agent.infos.length > 0);
    assert.equal(agent.infos[0]?.contentType, 'application/dtmf-relay');
    assert.match(agent.infos[0].content, /Signal=5/);
  });

  it('goes on when a listener throws, and says so in the log', async () => {
    rig.exchange.onEvent(() => {
      throw new Error('a bad listener');
    });
    const heard: string[] = [];
    rig.exchange.onEvent((event) => {
      heard.push(event.type);
    });
    await rig.agent('1001');
    await rig.event('phone-registered');
    assert.deepEqual(heard, ['phone-registered']);
    assert.ok(rig.logged.some(({ level, message }) => level === 'error' && message.includes('listener')));
  });

  it('tells every listener the same order, even when one acts on an event', async () => {
    const heard: string[] = [];
    rig.exchange.onEvent((event) => {
      if (event.type === 'call-started') void rig.exchange.hangUp(event.callId, 'system');
    });
    rig.exchange.onEvent((event) => {
      heard.push(event.type);
    });
    const customer = await (await rig.customer(ANA)).call(SALES.number);
    await customer.ended();
    assert.deepEqual(heard, ['call-started', 'call-ended']);
  });

  it('leaves no alarm set behind a call', async () => {
    const phone = await rig.member('1001');
    const customerPhone = await rig.customer(ANA);
    const before = rig.clock.pending;
    const customer = await customerPhone.call(SALES.number);
    const agent = await phone.incoming();
    await agent.accept();
    await Promise.all([agent.established(), customer.established()]);
    await agent.setHold(true);
    await customer.hangUp();
    await agent.ended();
    await rig.elapse(2);
    assert.equal(rig.clock.pending, before);
  });
});

describe('built-in exchange: a directory that changes', () => {
  let rig: ExchangeRig;

  beforeEach(async () => {
    rig = await ExchangeRig.start();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const without = (extension: string): void => {
    const { data } = rig.directory;
    rig.directory.data = {
      ...data,
      users: data.users.filter((user) => user.extension !== extension),
      memberships: data.memberships.filter((entry) => entry.extension !== extension),
    };
  };

  it('logs out and unregisters an extension that is gone, and leaves the others', async () => {
    await rig.member('1001');
    await rig.member('1002');
    await rig.exchange.pause('1001', 'Almoço');
    without('1001');
    await rig.exchange.reloadDirectory();
    assert.equal((await rig.event('member-logged-out')).extension, '1001');
    assert.equal((await rig.event('member-unpaused')).extension, '1001');
    assert.equal((await rig.event('phone-unregistered')).extension, '1001');
    const { members, registered, paused } = await rig.exchange.snapshot();
    assert.deepEqual([members, registered, paused], [[{ queue: SALES.name, extension: '1002' }], ['1002'], []]);
    await assert.rejects(rig.exchange.softphoneCredentials('1001'), { code: 'not-found' });
  });

  it('logs out of a queue whose membership is gone, without unregistering', async () => {
    await rig.member('1001');
    await rig.exchange.logIn(SUPPORT.name, '1001');
    rig.directory.data = {
      ...rig.directory.data,
      memberships: [{ queue: SUPPORT.name, extension: '1001' }],
    };
    await rig.exchange.reloadDirectory();
    const { members, registered } = await rig.exchange.snapshot();
    assert.deepEqual([members, registered], [[{ queue: SUPPORT.name, extension: '1001' }], ['1001']]);
  });

  it('does not cut the call of an extension that is gone; its phone goes after it', async () => {
    const agent = await rig.member('1001');
    const customer = await (await rig.customer(ANA)).call(SALES.number);
    const call = await agent.incoming();
    assert.equal(rig.exchange.hasCallers(SALES.name), true);
    assert.equal(rig.exchange.isInCall('1001'), true);
    await call.accept();
    await customer.established();
    assert.equal(rig.exchange.hasCallers(SALES.name), false);
    without('1001');
    await rig.exchange.reloadDirectory();
    assert.deepEqual((await rig.exchange.snapshot()).registered, ['1001']);
    assert.equal((await rig.exchange.snapshot()).calls.length, 1);
    await customer.hangUp();
    await rig.event('call-ended');
    assert.equal(rig.exchange.isInCall('1001'), false);
    await rig.exchange.reloadDirectory();
    assert.deepEqual((await rig.exchange.snapshot()).registered, []);
  });
});
