import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  type CallTarget,
  type Telephony,
  type TelephonyCall,
  type TelephonyEvent,
} from '../../src/modules/telephony/telephony.port.js';
import { ANA, AsteriskRig, BIA, SALES, startAsterisk, SUPPORT, withAdmin } from '../support/asterisk-rig.js';
import { type AsteriskServer } from '../support/asterisk-server.js';
import { type PhoneCall, type SipPhone } from '../support/sip-phone.js';
import { eventually } from '../support/wait.js';

const RING = { agentRingSeconds: 10, targetRingSeconds: 10 } as const;
const BRUNO: CallTarget = { kind: 'agent', extension: '1002' };
const NUMBER: CallTarget = { kind: 'number', number: BIA };

interface Talk {
  readonly callId: string;
  readonly customer: PhoneCall;
  readonly agent: PhoneCall;
  readonly phone: SipPhone;
}

describe('Asterisk, when the application is restarted between two agents', () => {
  let server: AsteriskServer;
  let rig: AsteriskRig;
  const more: AsteriskRig[] = [];

  before(async () => {
    server = await startAsterisk();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    rig = await AsteriskRig.start(server);
  });
  afterEach(async () => {
    for (const other of more.splice(0)) await other.telephony[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });

  async function stopped(): Promise<readonly TelephonyCall[]> {
    const { calls } = await rig.telephony.snapshot();
    await rig.telephony[Symbol.asyncDispose]();
    return byId(calls);
  }

  async function startedAgain(): Promise<AsteriskRig> {
    const other = await AsteriskRig.start(server);
    more.push(other);
    return other;
  }

  const byId = (calls: readonly TelephonyCall[]): readonly TelephonyCall[] =>
    [...calls].sort((a, b) => a.callId.localeCompare(b.callId));

  const callsOf = async (of: AsteriskRig): Promise<readonly TelephonyCall[]> =>
    byId((await of.telephony.snapshot()).calls);

  function event<T extends TelephonyEvent['type']>(
    type: T,
    which: (event: Extract<TelephonyEvent, { readonly type: T }>) => boolean = () => true,
    of = rig,
  ): Promise<Extract<TelephonyEvent, { readonly type: T }>> {
    return eventually(`the event ${type}`, () =>
      of.events.filter((one): one is Extract<TelephonyEvent, { readonly type: T }> => one.type === type).find(which),
    );
  }

  const joined = (one: PhoneCall, other: PhoneCall): Promise<unknown> =>
    eventually('media to be joined', () => rig.areJoined(one, other));

  async function talkOnHold(): Promise<Talk> {
    const phone = await rig.agentPhone('1001');
    await rig.telephony.logIn(SALES.name, '1001');
    const customer = await (await rig.customerPhone(ANA)).call(SALES.number);
    const agent = await phone.incoming();
    await agent.accept();
    const { callId } = await event('call-answered');
    await joined(customer, agent);
    await rig.telephony.logOut(SALES.name, '1001');
    await agent.setHold(true);
    await event('call-held');
    return { callId, customer, agent, phone };
  }

  const transfer = (callId: string, target: CallTarget): ReturnType<Telephony['transfer']> =>
    rig.telephony.transfer({ callId, extension: '1001', target, targetRingSeconds: RING.targetRingSeconds });

  async function consulting(
    first: Talk,
    target: CallTarget,
    phone: SipPhone,
  ): Promise<{ readonly second: string; readonly asking: PhoneCall; readonly asked: PhoneCall }> {
    const second = randomUUID();
    await rig.telephony.consult({ callId: second, consults: first.callId, extension: '1001', target, ...RING });
    const asking = await first.phone.incoming();
    await asking.accept();
    const asked = await phone.incoming();
    await asked.accept();
    await event('call-answered', ({ callId }) => callId === second);
    await joined(asking, asked);
    return { second, asking, asked };
  }

  describe('while a transfer rings', () => {
    it('it is found as it was, and told of when it succeeds', async () => {
      const first = await talkOnHold();
      const phone = await rig.agentPhone('1002');
      await transfer(first.callId, BRUNO);
      const ringing = await phone.incoming();
      const before = await stopped();
      const again = await startedAgain();
      assert.deepEqual(await callsOf(again), before);
      await ringing.accept();
      const { from, extension, how } = await event('call-transferred', () => true, again);
      assert.deepEqual([from, extension, how], ['1001', '1002', 'blind']);
      await joined(first.customer, ringing);
      await first.agent.ended();
    });

    it('it can be taken back, and fails with its reason', async () => {
      const first = await talkOnHold();
      const phone = await rig.agentPhone('1002');
      await transfer(first.callId, BRUNO);
      const ringing = await phone.incoming();
      await stopped();
      const again = await startedAgain();
      await again.telephony.takeBack(first.callId);
      assert.equal((await event('transfer-failed', () => true, again)).cause, 'taken-back');
      await ringing.ended();
      await first.agent.setHold(false);
      await event('call-resumed', () => true, again);
    });

    it('and it succeeds meanwhile, the call is with the other agent', async () => {
      const first = await talkOnHold();
      const phone = await rig.agentPhone('1002');
      await transfer(first.callId, BRUNO);
      const ringing = await phone.incoming();
      await stopped();
      await ringing.accept();
      await first.agent.ended();
      await joined(first.customer, ringing);
      const again = await startedAgain();
      const [call, ...others] = await callsOf(again);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [call?.callId, call?.state, call?.extension, call?.transfer],
        [first.callId, 'talking', '1002', undefined],
      );
      await ringing.hangUp();
      await first.customer.ended();
      const ended = await event('call-ended', () => true, again);
      assert.deepEqual([ended.by, ended.cause], ['agent', 'hung-up']);
    });

    it('and it fails meanwhile, the agent has the call, on hold', async () => {
      const first = await talkOnHold();
      const phone = await rig.agentPhone('1002');
      await transfer(first.callId, BRUNO);
      const ringing = await phone.incoming();
      const [before] = await stopped();
      await ringing.reject(486);
      await ringing.ended();
      const again = await startedAgain();
      const [call] = await callsOf(again);
      assert.deepEqual({ ...call, transfer: BRUNO }, before);
      assert.equal(call?.transfer, undefined);
      assert.equal(first.agent.state, 'Established');
    });

    it('and it reaches a number meanwhile, it is no call of ours any more, and the exchange knows why', async () => {
      const first = await talkOnHold();
      const other = await rig.customerPhone(BIA);
      await transfer(first.callId, NUMBER);
      const ringing = await other.incoming();
      await stopped();
      await ringing.accept();
      await first.agent.ended();
      await joined(first.customer, ringing);
      const again = await startedAgain();
      assert.deepEqual(await callsOf(again), []);
      const found = await again.telephony.findCall(first.callId);
      assert.ok(found?.live === false);
      assert.deepEqual([found.by, found.cause, typeof found.answeredAt], ['agent', 'transferred', 'number']);
      await ringing.hangUp();
      await first.customer.ended();
    });
  });

  it('while a customer waits in the queue it was sent to, it is found waiting there', async () => {
    const first = await talkOnHold();
    await transfer(first.callId, { kind: 'queue', queue: SUPPORT.name });
    await event('call-transferred');
    const before = await stopped();
    const again = await startedAgain();
    assert.deepEqual(await callsOf(again), before);
    assert.deepEqual([before[0]?.state, before[0]?.queue], ['waiting', SUPPORT.name]);
  });

  describe('in a second call', () => {
    it('both are found, and can be joined', async () => {
      const first = await talkOnHold();
      const { second, asking, asked } = await consulting(first, BRUNO, await rig.agentPhone('1002'));
      const before = await stopped();
      const again = await startedAgain();
      assert.deepEqual(await callsOf(again), before);
      await again.telephony.join(first.callId, second);
      await Promise.all([first.agent.ended(), asking.ended()]);
      await joined(first.customer, asked);
      const third = await restartedFrom(again);
      const [call, ...others] = await callsOf(third);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [call?.callId, call?.extension, call?.state, call?.alsoKnownAs],
        [first.callId, '1002', 'talking', [second]],
      );
      await first.customer.hangUp();
      await asked.ended();
      await event('call-ended', () => true, third);
    });

    it('that rings it is found ringing, and never dialled again', async () => {
      const first = await talkOnHold();
      const phone = await rig.agentPhone('1002');
      const callId = randomUUID();
      const request = { callId, consults: first.callId, extension: '1001', target: BRUNO, ...RING };
      await rig.telephony.consult(request);
      await (await first.phone.incoming()).accept();
      const asked = await phone.incoming();
      const before = await stopped();
      const again = await startedAgain();
      assert.deepEqual(await callsOf(again), before);
      await again.telephony.consult(request);
      await asked.accept();
      const answered = await event('call-answered', () => true, again);
      assert.deepEqual([answered.callId, answered.peer], [callId, '1002']);
      assert.equal(phone.calls.length, 1);
    });

    it('with a number both are found', async () => {
      const first = await talkOnHold();
      await consulting(first, NUMBER, await rig.customerPhone(BIA));
      const before = await stopped();
      assert.deepEqual(await callsOf(await startedAgain()), before);
    });

    it('made a conference, it is found as one, and can be left', async () => {
      const first = await talkOnHold();
      const { second, asking, asked } = await consulting(first, BRUNO, await rig.agentPhone('1002'));
      await first.agent.setHold(false);
      await event('call-resumed');
      await rig.telephony.confer(first.callId, second);
      const before = await stopped();
      const again = await startedAgain();
      assert.deepEqual(await callsOf(again), before);
      await again.telephony.join(first.callId, second);
      await Promise.all([first.agent.ended(), asking.ended()]);
      await joined(first.customer, asked);
    });
  });

  async function restartedFrom(of: AsteriskRig): Promise<AsteriskRig> {
    await of.telephony[Symbol.asyncDispose]();
    return startedAgain();
  }

  it('the customer of a second agent whose page goes away is kept for that one', async () => {
    const first = await talkOnHold();
    const phone = await rig.agentPhone('1002');
    await transfer(first.callId, BRUNO);
    await (await phone.incoming()).accept();
    await event('call-transferred');
    phone.drop();
    await event('call-held', ({ extension }) => extension === '1002');
    const back = await (await rig.agentPhone('1002')).incoming();
    assert.deepEqual([back.callId, back.header('X-Citrus-Resume')], [first.callId, '1']);
    await back.accept();
    await joined(first.customer, back);
    assert.equal(first.phone.calls.length, 1);
  });

  it('a transfer that fails while the sender’s page is away leaves the customer waiting for it', async () => {
    const first = await talkOnHold();
    const phone = await rig.agentPhone('1002');
    await transfer(first.callId, BRUNO);
    const ringing = await phone.incoming();
    first.phone.drop();
    await event('phone-unregistered', ({ extension }) => extension === '1001');
    await ringing.reject(486);
    await event('transfer-failed');
    const back = await (await rig.agentPhone('1001')).incoming();
    assert.equal(back.header('X-Citrus-Resume'), '1');
    await back.accept();
    await joined(first.customer, back);
  });

  describe('in a conference', () => {
    async function conference(): Promise<Talk & { second: string; asking: PhoneCall; asked: PhoneCall }> {
      const first = await talkOnHold();
      const both = await consulting(first, BRUNO, await rig.agentPhone('1002'));
      await first.agent.setHold(false);
      await event('call-resumed');
      await rig.telephony.confer(first.callId, both.second);
      await joined(first.customer, both.asked);
      return { ...first, ...both };
    }

    it('the agent’s hanging up of the one call ends that one, and the other goes on', async () => {
      const { callId, second, customer, agent, asking, asked } = await conference();
      await agent.hangUp();
      await customer.ended();
      const ended = await event('call-ended');
      assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'agent', 'hung-up']);
      await joined(asking, asked);
      assert.deepEqual(
        (await callsOf(rig)).map((call) => [call.callId, call.state, call.conference]),
        [[second, 'talking', undefined]],
      );
    });

    it('the agent’s hanging up of the other lets only the third go', async () => {
      const { second, customer, agent, asking, asked } = await conference();
      await asking.hangUp();
      await asked.ended();
      const ended = await event('call-ended');
      assert.deepEqual([ended.callId, ended.by], [second, 'agent']);
      await joined(customer, agent);
    });

    it('the third who leaves lets the agent’s second phone leg go', async () => {
      const { second, customer, agent, asking, asked } = await conference();
      await asked.hangUp();
      await asking.ended();
      assert.equal((await event('call-ended')).callId, second);
      await joined(customer, agent);
    });

    it('a page that goes away is given the customer back, and the third is let go', async () => {
      const { callId, second, phone, customer, asked } = await conference();
      phone.drop();
      await asked.ended();
      const ended = await event('call-ended');
      assert.deepEqual([ended.callId, ended.cause], [second, 'dropped']);
      const back = await (await rig.agentPhone('1001')).incoming();
      assert.deepEqual([back.callId, back.header('X-Citrus-Resume')], [callId, '1']);
      await back.accept();
      await joined(customer, back);
    });

    it('is left again and again without losing the customer', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { callId, second, customer, agent, asking, asked, phone } = await conference();
        await rig.telephony.join(callId, second);
        await Promise.all([agent.ended(), asking.ended()]);
        await joined(customer, asked);
        await customer.hangUp();
        await asked.ended();
        phone.drop();
        await rig[Symbol.asyncDispose]();
        rig = await AsteriskRig.start(server);
      }
    });
  });

  it('a conference whose three are heard is one bridge', async () => {
    const first = await talkOnHold();
    const { second, asked } = await consulting(first, BRUNO, await rig.agentPhone('1002'));
    await first.agent.setHold(false);
    await rig.telephony.confer(first.callId, second);
    await joined(first.customer, asked);
    await joined(first.customer, first.agent);
    const technologies = await withAdmin(server, async (ami) => {
      const bridges = await ami.list({ Action: 'BridgeList' });
      return bridges.filter((row) => row.get('BridgeNumChannels') === '3').map((row) => row.get('BridgeTechnology'));
    });
    assert.deepEqual(technologies, ['softmix']);
  });
});
