import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.js';
import { ANA, BIA, ExchangeRig, type ExchangeRigOptions, SALES, SUPPORT } from '../support/exchange-rig.js';
import { type PhoneCall, type SipPhone } from '../support/sip-phone.js';

describe('built-in exchange: second calls and transfers, when things go wrong', () => {
  const rigs: ExchangeRig[] = [];
  let rig: ExchangeRig;
  let phone: SipPhone;
  let bruno: SipPhone;
  let agent: PhoneCall;
  let customer: PhoneCall;
  let callId: string;
  let isOpen: boolean;

  async function startRig(options: ExchangeRigOptions = {}): Promise<ExchangeRig> {
    const started = await ExchangeRig.start(options);
    rigs.push(started);
    return started;
  }

  beforeEach(async () => {
    isOpen = true;
    rig = await startRig({ openingHours: { openingOf: () => (isOpen ? { isOpen } : { isOpen, opensAt: null }) } });
    phone = await rig.member('1001');
    customer = await (await rig.customer(ANA)).call(SALES.number);
    agent = await phone.incoming();
    await agent.accept();
    ({ callId } = await rig.event('call-answered'));
    await agent.setHold(true);
    bruno = await rig.agent('1002');
  });
  afterEach(async () => {
    for (const one of rigs.splice(0)) await one[Symbol.asyncDispose]();
  });

  const transfer = (): Promise<void> =>
    rig.exchange.transfer({
      callId,
      extension: '1001',
      target: { kind: 'agent', extension: '1002' },
      targetRingSeconds: 20,
    });

  async function consulting(): Promise<{ asking: PhoneCall; asked: PhoneCall }> {
    const target = { kind: 'agent', extension: '1002' } as const;
    const request = { callId: 'second', consults: callId, extension: '1001', target } as const;
    await rig.exchange.consult({ ...request, agentRingSeconds: 10, targetRingSeconds: 20 });
    const asking = await phone.incoming();
    await asking.accept();
    const asked = await bruno.incoming();
    await asked.accept();
    await eventually('the second call to be joined', () => asking.isJoinedTo(asked));
    return { asking, asked };
  }

  it('ends in one of the two when the target answers in the same moment as it is taken back', async () => {
    await transfer();
    const ringing = await bruno.incoming();
    await Promise.all([ringing.accept().catch(() => undefined), rig.exchange.takeBack(callId)]);
    assert.equal((await rig.event('transfer-failed')).cause, 'taken-back');
    await ringing.ended();
    await agent.setHold(false);
    assert.ok(agent.isJoinedTo(customer));
    assert.ok(!rig.callStory().includes('call-transferred'));
  });

  it('waits for the first agent’s phone when that is gone and the transfer fails', async () => {
    await transfer();
    const ringing = await bruno.incoming();
    phone.drop();
    await rig.event('phone-unregistered');
    await ringing.reject(486);
    await rig.event('transfer-failed');
    const again = await (await rig.agent('1001')).incoming();
    assert.equal(again.header('X-Citrus-Resume'), '1');
    await again.accept();
    await eventually('media to be joined', () => again.isJoinedTo(customer));
  });

  it('waits for the target’s phone when that is lost right after it was picked up', async () => {
    await transfer();
    const ringing = await bruno.incoming();
    await ringing.accept();
    await rig.event('call-transferred');
    bruno.drop();
    const again = await (await rig.agent('1002')).incoming();
    assert.equal(again.callId, callId);
    await again.accept();
    await eventually('media to be joined', () => again.isJoinedTo(customer));
  });

  it('gives both calls back to an agent who reloads', async () => {
    const { asked } = await consulting();
    phone.drop();
    await rig.event('phone-unregistered');
    const back = await rig.agent('1001');
    const both = [await back.incoming(), await back.incoming()];
    for (const one of both) await one.accept();
    assert.deepEqual(both.map((one) => one.callId).sort(), [callId, 'second'].sort());
    const second = both.find((one) => one.callId === 'second');
    assert.equal(second?.header('X-Citrus-Consults'), callId);
    await eventually('the second to be joined', () => second.isJoinedTo(asked));
    await eventually('the first to be joined', () => both.some((one) => one.isJoinedTo(customer)));
  });

  it('tells a hold of who was asked as that agent’s, and leaves the first call alone', async () => {
    const { asked } = await consulting();
    await asked.setHold(true);
    const held = await rig.event('call-held', 2);
    assert.deepEqual([held.callId, held.extension], ['second', '1002']);
    await customer.established();
  });

  it('gives a joined call to the second agent once that page has picked it up anew', async () => {
    await consulting();
    await rig.exchange.join(callId, 'second');
    await (await bruno.incoming()).accept();
    await agent.ended();
    await eventually('the call to be of the second agent', async () => {
      const [call] = (await rig.exchange.snapshot()).calls;
      return call?.extension === '1002' && call.state === 'talking';
    });
  });

  it('refuses a queue that is closed, and a second transfer', async () => {
    const target = { kind: 'queue', queue: SUPPORT.name } as const;
    isOpen = false;
    await assert.rejects(rig.exchange.transfer({ callId, extension: '1001', target, targetRingSeconds: 5 }), {
      code: 'conflict',
      key: 'exchange:queue-closed',
    });
    assert.ok(!rig.events.some(({ type }) => type === 'transfer-started'));
    isOpen = true;
    await transfer();
    await assert.rejects(rig.exchange.transfer({ callId, extension: '1001', target, targetRingSeconds: 5 }), {
      code: 'conflict',
    });
  });

  for (const isConference of [false, true]) {
    it(`takes up ${isConference ? 'a conference' : 'a consultation'} after a restart`, async () => {
      await consulting();
      if (isConference) await rig.exchange.confer(callId, 'second');
      const { clock, calls, memberStates } = rig;
      await rig[Symbol.asyncDispose]();
      const next = await startRig({ clock, calls, memberStates });
      const [first, second] = (await next.exchange.snapshot()).calls;
      assert.deepEqual([first?.callId, second?.callId], [callId, 'second']);
      assert.deepEqual([second?.consults, second?.peer], [callId, '1002']);
      assert.equal(first?.conference, isConference ? 'second' : undefined);
      const [ana, other, again] = [await next.customer(ANA), await next.agent('1002'), await next.agent('1001')];
      const both = [await again.incoming(), await again.incoming()];
      for (const one of both) await one.accept();
      const called = await ana.incoming();
      await called.accept();
      const asked = await other.incoming();
      await asked.accept();
      await eventually('both to be joined', () =>
        [called, asked].every((one) => both.some((mine) => mine.isJoinedTo(one))),
      );
    });
  }

  it('gives the call back after a restart while a transfer rang', async () => {
    await transfer();
    await bruno.incoming();
    const { clock, calls, memberStates } = rig;
    await rig[Symbol.asyncDispose]();
    const next = await startRig({ clock, calls, memberStates });
    const [call] = (await next.exchange.snapshot()).calls;
    assert.deepEqual([call?.extension, call?.transfer], ['1001', undefined]);
    await next.customer(BIA);
    const [again, ana] = [await next.agent('1001'), await next.customer(ANA)];
    await (await again.incoming()).accept();
    await (await ana.incoming()).accept();
    await next.event('call-resumed');
  });
});
