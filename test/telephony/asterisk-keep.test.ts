import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { ANA, AsteriskRig, BIA, GRACE_SECONDS, SALES, startAsterisk, withAdmin } from '../support/asterisk-rig.js';
import { type AsteriskServer } from '../support/asterisk-server.js';
import { type PhoneCall, type SipPhone } from '../support/sip-phone.js';
import { eventually } from '../support/wait.js';

/** Beyond what the dialplan waits for a page. */
const BEYOND_GRACE = { limitMs: (GRACE_SECONDS + 4) * 1000 } as const;
/** The cause Asterisk hangs a phone up with that sends no media any more. */
const NO_MEDIA = 44;

interface Talk {
  readonly callId: string;
  readonly customer: PhoneCall;
  readonly agent: PhoneCall;
  readonly phone: SipPhone;
}

describe('Asterisk, when an agent’s page goes away in a call', () => {
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

  /** Another process of the application, at the same exchange. */
  async function restarted(): Promise<AsteriskRig> {
    await rig.telephony[Symbol.asyncDispose]();
    return startedAgain();
  }

  async function startedAgain(): Promise<AsteriskRig> {
    const other = await AsteriskRig.start(server);
    more.push(other);
    return other;
  }

  function event<T extends TelephonyEvent['type']>(
    type: T,
    which: (event: Extract<TelephonyEvent, { readonly type: T }>) => boolean = () => true,
    { of = rig, limitMs = 5000 }: { readonly of?: AsteriskRig; readonly limitMs?: number } = {},
  ): Promise<Extract<TelephonyEvent, { readonly type: T }>> {
    return eventually(
      `the event ${type}`,
      () =>
        of.events.filter((one): one is Extract<TelephonyEvent, { readonly type: T }> => one.type === type).find(which),
      { limitMs },
    );
  }

  async function member(extension: string): Promise<SipPhone> {
    const phone = await rig.agentPhone(extension);
    await rig.telephony.logIn(SALES.name, extension);
    return phone;
  }

  /** A customer of the queue talks to 1001. */
  async function talk(): Promise<Talk> {
    const phone = await member('1001');
    const customer = await (await rig.customerPhone(ANA)).call(SALES.number);
    const agent = await phone.incoming();
    await agent.accept();
    const { callId } = await event('call-answered');
    await joined(customer, agent);
    return { callId, customer, agent, phone };
  }

  /** 1001 talks to a customer who was dialled. */
  async function talkDialled(): Promise<Talk> {
    const phone = await rig.agentPhone('1001');
    const customerPhone = await rig.customerPhone(ANA);
    const callId = randomUUID();
    await rig.telephony.dial({
      ...{ callId, extension: '1001', number: ANA, direction: 'outbound', autoAnswer: true },
      ...{ agentRingSeconds: 10, customerRingSeconds: 10 },
    });
    const agent = await phone.incoming();
    await agent.accept();
    const customer = await customerPhone.incoming();
    await customer.accept();
    await event('call-answered');
    await joined(customer, agent);
    return { callId, customer, agent, phone };
  }

  const joined = (one: PhoneCall, other: PhoneCall): Promise<unknown> =>
    eventually('media to be joined', () => rig.areJoined(one, other));

  async function liveCall(callId: string, of = rig): ReturnType<typeof rig.telephony.findCall> {
    const found = await of.telephony.findCall(callId);
    assert.ok(found?.live === true, `${callId} lives`);
    return found;
  }

  async function stateOf(callId: string, of = rig): Promise<readonly [string, string | null]> {
    const found = await liveCall(callId, of);
    assert.ok(found?.live === true);
    return [found.call.state, found.call.extension];
  }

  /** The page closes without a goodbye, and the customer is on hold. */
  async function goneAway({ phone, callId }: Talk): Promise<void> {
    phone.drop();
    await event('call-held', (one) => one.callId === callId);
  }

  const hearsMusic = (): Promise<unknown> =>
    eventually('the customer to be kept', () =>
      withAdmin(server, async (ami) => {
        const rows = await ami.list({ Action: 'CoreShowChannels' });
        return rows.some((row) => row.get('Context') === 'citrus-kept');
      }),
    );

  /** Cuts a phone's channel off as Asterisk does when nothing comes from it any more. */
  const fallSilent = (extension: string): Promise<void> =>
    withAdmin(server, async (ami) => {
      await ami.act({ Action: 'Hangup', Channel: `/^PJSIP/${extension}-.*/`, Cause: NO_MEDIA });
    });

  for (const [what, begin] of [
    ['of a queue', talk],
    ['that was dialled', talkDialled],
  ] as const) {
    describe(`a call ${what}`, () => {
      it('keeps the customer, and is given back to the page that registers again', async () => {
        const first = await begin();
        const { callId, customer, agent } = first;
        await goneAway(first);
        assert.deepEqual(await stateOf(callId), ['on-hold', '1001']);
        await hearsMusic();
        assert.equal(customer.state, 'Established');
        const phone = await rig.agentPhone('1001');
        const again = await phone.incoming();
        assert.equal(again.callId, callId);
        assert.equal(again.header('X-Citrus-Resume'), '1');
        assert.equal(again.header('X-Citrus-Auto-Answer'), '1');
        assert.equal(again.callerNumber, agent.callerNumber);
        await again.accept();
        await event('call-resumed', (one) => one.callId === callId && one.extension === '1001');
        await joined(customer, again);
        assert.deepEqual(await stateOf(callId), ['talking', '1001']);
        await again.hangUp();
        await customer.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'agent', 'hung-up']);
        const told = rig.events.filter(({ type }) => type === 'call-ended' || type === 'call-transferred');
        assert.equal(told.length, 1);
      });

      it('is given back as often as the page goes away', async () => {
        const first = await begin();
        await goneAway(first);
        for (let round = 0; round < 3; round += 1) {
          rig.events.length = 0;
          const phone = await rig.agentPhone('1001');
          const again = await phone.incoming();
          await again.accept();
          await event('call-resumed');
          await joined(first.customer, again);
          if (round < 2) await goneAway({ ...first, phone });
        }
        await first.customer.hangUp();
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['customer', 'hung-up']);
      });

      it('ends by the customer who does not want to wait', async () => {
        const first = await begin();
        await goneAway(first);
        await hearsMusic();
        await first.customer.hangUp();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by, ended.cause], [first.callId, 'customer', 'hung-up']);
        const phone = await rig.agentPhone('1001');
        await rig.telephony.snapshot();
        assert.equal(phone.calls.length, 0);
      });

      it('is kept by the exchange alone when the application is away too, and given back after its restart', async () => {
        const first = await begin();
        await rig.telephony[Symbol.asyncDispose]();
        first.phone.drop();
        await fallSilent('1001');
        await hearsMusic();
        const again = await startedAgain();
        assert.deepEqual(await stateOf(first.callId, again), ['on-hold', '1001']);
        const phone = await again.agentPhone('1001');
        const back = await phone.incoming();
        assert.equal(back.header('X-Citrus-Resume'), '1');
        await back.accept();
        await event('call-resumed', (one) => one.callId === first.callId, { of: again });
        await joined(first.customer, back);
        phone.drop();
      });

      it('is taken up by an application that starts while the page is away, and told of again', async () => {
        const first = await begin();
        await goneAway(first);
        await hearsMusic();
        const again = await restarted();
        assert.deepEqual(await stateOf(first.callId, again), ['on-hold', '1001']);
        const phone = await again.agentPhone('1001');
        const back = await phone.incoming();
        await back.accept();
        await joined(first.customer, back);
        const other = await restartedFrom(again);
        assert.deepEqual(await stateOf(first.callId, other), ['talking', '1001']);
        await back.hangUp();
        const ended = await event('call-ended', () => true, { of: other });
        assert.deepEqual([ended.by, ended.cause], ['agent', 'hung-up']);
        phone.drop();
      });

      it('whose agent hangs up ends, also with nobody but the exchange to see it', async () => {
        const first = await begin();
        await rig.telephony[Symbol.asyncDispose]();
        await first.agent.hangUp();
        await first.customer.ended();
        const again = await startedAgain();
        const found = await again.telephony.findCall(first.callId);
        assert.ok(found?.live === false);
        assert.deepEqual([found.by, found.cause, typeof found.answeredAt], ['agent', 'hung-up', 'number']);
      });

      it('is kept when nothing comes from the phone any more, though it is still registered', async () => {
        const first = await begin();
        await fallSilent('1001');
        await event('call-held');
        await hearsMusic();
        const again = await first.phone.incoming();
        assert.equal(again.header('X-Citrus-Resume'), '1');
        await again.accept();
        await event('call-resumed');
        await joined(first.customer, again);
      });
    });
  }

  async function restartedFrom(of: AsteriskRig): Promise<AsteriskRig> {
    await of.telephony[Symbol.asyncDispose]();
    return startedAgain();
  }

  it('offers the agent no other call until it has its own again', async () => {
    const first = await talk();
    await goneAway(first);
    const waiting = await (await rig.customerPhone(BIA)).call(SALES.number);
    await event('call-started', ({ number }) => number === BIA);
    const phone = await rig.agentPhone('1001');
    const again = await phone.incoming();
    assert.equal(again.callId, first.callId);
    await again.accept();
    await event('call-resumed');
    assert.ok(!rig.events.some(({ type }) => type.startsWith('member-paused')));
    assert.deepEqual((await rig.telephony.snapshot()).paused, []);
    await again.hangUp();
    await event('call-ended');
    const next = await phone.incoming();
    assert.notEqual(next.callId, first.callId);
    await waiting.giveUp();
  });

  it('moves the call to another page that registers while the first is still there', async () => {
    const first = await talk();
    const other = await rig.phone('1001');
    const again = await other.incoming();
    assert.deepEqual([again.callId, again.header('X-Citrus-Resume')], [first.callId, '1']);
    await again.accept();
    await first.agent.ended();
    await event('call-resumed');
    await joined(first.customer, again);
    assert.ok(!rig.events.some(({ type }) => type === 'phone-unregistered'));
  });

  it('asks the page again that did not pick up', async () => {
    const first = await talk();
    await goneAway(first);
    const phone = await rig.agentPhone('1001');
    await (await phone.incoming()).reject(480);
    const again = await phone.incoming();
    await again.accept();
    await event('call-resumed');
    await joined(first.customer, again);
  });

  it('gives the customer to the next agent, before all others, when the page is not back in time', async () => {
    const first = await talk();
    await goneAway(first);
    await rig.telephony.logOut(SALES.name, '1001');
    const later = await (await rig.customerPhone(BIA)).call(SALES.number);
    await event('call-started', ({ number }) => number === BIA);
    const transferred = await event('call-transferred', () => true, BEYOND_GRACE);
    assert.ok(transferred.at > 0);
    assert.deepEqual({ ...transferred, at: 0 }, {
      type: 'call-transferred',
      at: 0,
      callId: first.callId,
      from: '1001',
      extension: null,
      queue: SALES.name,
      how: 'agent-away',
    } as const);
    assert.deepEqual(await stateOf(first.callId), ['waiting', null]);
    const next = await (await member('1002')).incoming();
    assert.equal(next.callId, first.callId);
    await next.accept();
    await event('call-answered', ({ extension }) => extension === '1002');
    await joined(first.customer, next);
    await rig.agentPhone('1001');
    await later.giveUp();
    assert.deepEqual(await stateOf(first.callId), ['talking', '1002']);
  });

  it('does so without the application too', async () => {
    const first = await talk();
    await rig.telephony.logIn(SALES.name, '1002');
    await rig.telephony[Symbol.asyncDispose]();
    first.phone.drop();
    await fallSilent('1001');
    await hearsMusic();
    const other = await rig.phone('1002');
    const next = await eventually('the call to be offered to the next', () => other.calls[0], BEYOND_GRACE);
    assert.equal(next.callId, first.callId);
    await next.accept();
    await joined(first.customer, next);
    const again = await startedAgain();
    assert.deepEqual(await stateOf(first.callId, again), ['talking', '1002']);
  });

  it('drops a dialled call when the page is not back in time', async () => {
    const first = await talkDialled();
    await goneAway(first);
    const ended = await event('call-ended', () => true, BEYOND_GRACE);
    assert.deepEqual([ended.callId, ended.by, ended.cause], [first.callId, 'system', 'dropped']);
    await first.customer.ended();
  });

  it('ends the second call, and keeps the customer of the first', async () => {
    const first = await talk();
    const other = await rig.agentPhone('1002');
    await first.agent.setHold(true);
    await event('call-held');
    const second = randomUUID();
    await rig.telephony.consult({
      ...{ callId: second, consults: first.callId, extension: '1001', target: { kind: 'agent', extension: '1002' } },
      ...{ agentRingSeconds: 10, targetRingSeconds: 10 },
    });
    await (await first.phone.incoming()).accept();
    const asked = await other.incoming();
    await asked.accept();
    await event('call-answered', ({ callId }) => callId === second);
    first.phone.drop();
    await asked.ended();
    const ended = await event('call-ended');
    assert.deepEqual([ended.callId, ended.by, ended.cause], [second, 'system', 'dropped']);
    const again = await (await rig.agentPhone('1001')).incoming();
    assert.equal(again.callId, first.callId);
    await again.accept();
    await joined(first.customer, again);
  });
});
