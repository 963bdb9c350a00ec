import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.js';
import { ANA, BIA, ExchangeRig, type ExchangeRigOptions, SALES } from '../support/exchange-rig.js';
import { type PhoneCall, type SipPhone } from '../support/sip-phone.js';

describe('built-in exchange: a phone that goes away in a call', () => {
  let rig: ExchangeRig;
  let agentPhone: SipPhone;
  let customerPhone: SipPhone;
  let agent: PhoneCall;
  let customer: PhoneCall;
  const rigs: ExchangeRig[] = [];

  async function startRig(options: ExchangeRigOptions = {}): Promise<ExchangeRig> {
    const started = await ExchangeRig.start(options);
    rigs.push(started);
    return started;
  }

  beforeEach(async () => {
    rig = await startRig();
    agentPhone = await rig.member('1001');
    customerPhone = await rig.customer(ANA);
    customer = await customerPhone.call(SALES.number);
    agent = await agentPhone.incoming();
    await agent.accept();
    await Promise.all([agent.established(), customer.established()]);
  });
  afterEach(async () => {
    for (const one of rigs.splice(0)) await one[Symbol.asyncDispose]();
  });

  it('gives an agent who reloads the call back, on the same call id, with media joined anew', async () => {
    const { callId } = await rig.event('call-answered');
    agentPhone.drop();
    await rig.event('call-held');
    assert.equal((await rig.exchange.snapshot()).calls[0]?.state, 'on-hold');
    await rig.elapse(20);
    const again = await (await rig.agent('1001')).incoming();
    assert.equal(again.callId, callId);
    assert.equal(again.header('X-Citrus-Resume'), '1');
    assert.equal(again.header('X-Citrus-Auto-Answer'), '1');
    assert.equal(again.header('X-Citrus-Direction'), 'inbound');
    assert.equal(again.callerNumber, ANA);
    await again.accept();
    await rig.event('call-resumed');
    await eventually('media to be joined', () => again.isJoinedTo(customer));
    // The time it had to come back is over for nobody: the call goes on.
    await rig.elapse(60);
    await customer.hangUp();
    await again.ended();
    const ended = await rig.event('call-ended');
    assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'customer', 'hung-up']);
    assert.deepEqual(rig.callStory().slice(-4), ['call-answered', 'call-held', 'call-resumed', 'call-ended']);
  });

  it('tells the side that stayed that the other is away, and back', async () => {
    agentPhone.drop();
    await eventually('the customer to be told', () =>
      customer.infos.some(({ headers }) => headers.includes('X-Citrus-Peer: away')),
    );
    await (await (await rig.agent('1001')).incoming()).accept();
    await eventually('the customer to be told', () =>
      customer.infos.some(({ headers }) => headers.includes('X-Citrus-Peer: back')),
    );
  });

  it('gives a customer who reloads the call back', async () => {
    customerPhone.drop();
    await rig.event('call-held');
    const again = await (await rig.customer(ANA)).incoming();
    assert.equal(again.header('X-Citrus-Resume'), '1');
    await again.accept();
    await rig.event('call-resumed');
    await eventually('media to be joined', () => again.isJoinedTo(agent));
    await agent.hangUp();
    await again.ended();
  });

  it('waits for both when both go away, and joins them when both are back', async () => {
    agentPhone.drop();
    customerPhone.drop();
    await rig.event('call-held');
    const newAgent = await rig.agent('1001');
    const newCustomer = await rig.customer(ANA);
    const [a, c] = [await newAgent.incoming(), newCustomer.incoming()];
    await a.accept();
    const again = await c;
    await again.accept();
    await rig.event('call-resumed');
    await eventually('media to be joined', () => a.isJoinedTo(again));
  });

  it('returns the call to the front of its queue when the phone does not come back in time', async () => {
    const { callId } = await rig.event('call-answered');
    const later = await (await rig.customer(BIA)).call(SALES.number);
    await eventually('the other customer to wait', () => later.progress.length > 0);
    agentPhone.drop();
    await rig.event('call-held');
    await rig.elapse(45);
    const { from, extension, queue, how } = await rig.event('call-transferred');
    assert.deepEqual([from, extension, queue, how], ['1001', null, SALES.name, 'agent-away']);
    await eventually('the customer to be told the place', () =>
      customer.infos.some(
        ({ headers }) => headers.includes('X-Citrus-Peer: waiting') && headers.includes('X-Queue-Position: 1'),
      ),
    );
    assert.equal(later.progress.at(-1)?.position, '2');
    const next = await (await rig.member('1002')).incoming();
    assert.equal(next.callId, callId);
    await next.accept();
    await eventually('media to be joined', () => next.isJoinedTo(customer));
    await next.hangUp();
    await customer.ended();
  });

  it('drops a call of no queue when the phone does not come back in time', async () => {
    await rig.agent('1002');
    await rig.customer(BIA);
    await customer.hangUp();
    await rig.event('call-ended');
    const phone = await rig.agent('1003');
    const other = await rig.customer(BIA);
    const request = { callId: 'dial-away', extension: '1003', number: BIA, direction: 'outbound' } as const;
    await rig.exchange.dial({ ...request, autoAnswer: true, agentRingSeconds: 20, customerRingSeconds: 30 });
    await (await phone.incoming()).accept();
    const called = await other.incoming();
    await called.accept();
    await rig.event('call-answered', 2);
    phone.drop();
    await rig.event('call-held');
    await rig.elapse(45);
    const ended = await rig.event('call-ended', 2);
    assert.deepEqual([ended.by, ended.cause], ['system', 'dropped']);
    await called.ended();
    assert.equal(called.byeCause, 'dropped');
  });

  it('ends by the customer who hangs up while the agent is away', async () => {
    agentPhone.drop();
    await rig.event('call-held');
    await customer.hangUp();
    const ended = await rig.event('call-ended');
    assert.deepEqual([ended.by, ended.cause], ['customer', 'hung-up']);
  });

  it('tries again when the page that came back could not take its call at once', async () => {
    agentPhone.drop();
    await rig.event('call-held');
    const back = await rig.agent('1001');
    await (await back.incoming()).reject(480);
    await eventually('the refusal to be dealt with', () =>
      rig.logged.some(({ message }) => message.includes('given back yet')),
    );
    await rig.elapse(1);
    await (await back.incoming()).accept();
    await rig.event('call-resumed');
  });

  it('moves the call to a second page that registers, and closes the first with 4001', async () => {
    const second = await rig.agent('1001');
    await eventually('the first page to be closed', () => agentPhone.closeCode === 4001);
    const again = await second.incoming();
    await again.accept();
    await rig.event('call-resumed');
    await eventually('media to be joined', () => again.isJoinedTo(customer));
    assert.deepEqual((await rig.exchange.snapshot()).registered, ['1001']);
  });

  it('keeps the agent who is away from being offered other calls', async () => {
    agentPhone.drop();
    await rig.event('call-held');
    const waiting = await (await rig.customer('+5511999990002')).call(SALES.number);
    const back = await rig.agent('1001');
    const call = await back.incoming();
    assert.equal(call.header('X-Citrus-Resume'), '1');
    assert.equal(waiting.progress.at(-1)?.status, 182);
    assert.equal(back.calls.length, 1);
  });

  describe('when the process itself was away', () => {
    async function restart(): Promise<ExchangeRig> {
      const { clock, calls, memberStates } = rig;
      await rig[Symbol.asyncDispose]();
      return startRig({ clock, calls, memberStates });
    }

    it('takes the call up again, and gives it back to both phones', async () => {
      const { callId, at } = await rig.event('call-answered');
      const next = await restart();
      const [before] = (await next.exchange.snapshot()).calls;
      assert.deepEqual(before, {
        callId,
        direction: 'inbound',
        number: ANA,
        queue: SALES.name,
        extension: '1001',
        state: 'on-hold',
        startedAt: (await rig.event('call-started')).at,
        answeredAt: at,
      });
      const [newAgent, newCustomer] = [await next.agent('1001'), await next.customer(ANA)];
      const a = await newAgent.incoming();
      assert.equal(a.callId, callId);
      await a.accept();
      const c = await newCustomer.incoming();
      assert.equal(c.header('X-Citrus-Resume'), '1');
      assert.equal(c.callId, callId);
      await c.accept();
      await next.event('call-resumed');
      await eventually('media to be joined', () => a.isJoinedTo(c));
      await c.hangUp();
      await a.ended();
      assert.equal((await next.event('call-ended')).cause, 'hung-up');
    });

    it('drops the call when the phones do not come back, and remembers that it did', async () => {
      const { callId } = await rig.event('call-answered');
      const next = await restart();
      await next.elapse(45);
      const ended = await next.event('call-ended');
      assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'system', 'dropped']);
      const found = await next.exchange.findCall(callId);
      assert.ok(found?.live === false && found.cause === 'dropped' && found.answeredAt !== null);
    });

    it('keeps members logged in and paused', async () => {
      await rig.exchange.logIn(SALES.name, '1002');
      await rig.exchange.pause('1002', 'Almoço');
      const next = await restart();
      const { members, paused } = await next.exchange.snapshot();
      assert.deepEqual(members, [
        { queue: SALES.name, extension: '1001' },
        { queue: SALES.name, extension: '1002' },
      ]);
      assert.deepEqual(paused, [{ extension: '1002', reason: 'Almoço' }]);
    });

    it('reports calls that nobody had answered as dropped, and never dials an id again', async () => {
      await rig.agent('1002');
      const request = {
        callId: 'dial-1',
        extension: '1002',
        number: '+5511999990002',
        direction: 'callback',
        autoAnswer: true,
        agentRingSeconds: 20,
        customerRingSeconds: 30,
      } as const;
      await rig.exchange.dial(request);
      const { clock, calls, memberStates } = rig;
      await rig[Symbol.asyncDispose]();
      const next = await startRig({ clock, calls, memberStates });
      const found = await next.exchange.findCall('dial-1');
      assert.deepEqual(found, { live: false, by: 'system', cause: 'dropped', answeredAt: null });
      assert.deepEqual(
        next.events.map((event) => event.type === 'call-ended' && [event.callId, event.cause]),
        [['dial-1', 'dropped']],
      );
      const phone = await next.agent('1002');
      await next.exchange.dial(request);
      await next.exchange.snapshot();
      assert.equal(phone.calls.length, 0);
    });
  });
});
