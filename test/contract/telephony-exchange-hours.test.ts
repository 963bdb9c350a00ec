import assert from 'node:assert/strict';
import { type QueueOpening } from '../../src/modules/telephony/exchange/exchange.port.js';
import { eventually } from '../support/eventually.js';
import { ANA, BIA, ExchangeRig, SALES, SUPPORT } from '../support/exchange-rig.js';
import { type PhoneCall } from '../support/sip-phone.js';

const OPENS_AT = Date.UTC(2026, 10, 30, 11);

describe('opening hours at the built-in exchange', () => {
  let rig: ExchangeRig;
  let openings: Map<string, QueueOpening>;

  beforeEach(async () => {
    openings = new Map();
    rig = await ExchangeRig.start({
      openingHours: {
        openingOf: (queue) => {
          const opening = openings.get(queue);
          if (opening === undefined) throw new Error('no hours');
          return opening;
        },
      },
    });
    openings.set(SALES.name, { isOpen: true }).set(SUPPORT.name, { isOpen: true });
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const refused = (call: PhoneCall): Promise<NonNullable<PhoneCall['rejectedWith']>> =>
    eventually('the call to be refused', () => call.rejectedWith ?? undefined);

  it('turn a caller of a closed queue away, ring nobody, and tell of one call that came and ended', async () => {
    openings.set(SALES.name, { isOpen: false, opensAt: OPENS_AT });
    const phone = await rig.member('1001');
    const call = await (await rig.customer(ANA)).call(SALES.number);
    assert.deepEqual(await refused(call), { status: 480, cause: 'out-of-hours', opensAt: String(OPENS_AT) });
    const started = await rig.event('call-started');
    assert.deepEqual([started.direction, started.number, started.queue], ['inbound', ANA, SALES.name]);
    const { callId, by, cause } = await rig.event('call-ended');
    assert.deepEqual([callId, by, cause], [started.callId, 'system', 'out-of-hours']);
    assert.deepEqual(rig.callStory(), ['call-started', 'call-ended']);
    assert.deepEqual([phone.calls.length, (await rig.exchange.snapshot()).calls], [0, []]);
    await eventually('the end to be stored', async () => (await rig.calls.find(callId))?.state === 'ended');
    const found = await rig.exchange.findCall(callId);
    assert.deepEqual(found, { live: false, by: 'system', cause: 'out-of-hours', answeredAt: null });
  });

  it('say nothing of the next opening where there is none', async () => {
    openings.set(SALES.name, { isOpen: false, opensAt: null });
    const call = await (await rig.customer(ANA)).call(SALES.number);
    assert.deepEqual(await refused(call), { status: 480, cause: 'out-of-hours', opensAt: undefined });
  });

  it('let the same line call an open queue at once', async () => {
    openings.set(SALES.name, { isOpen: false, opensAt: OPENS_AT });
    const agent = await rig.member('1001', SUPPORT.name);
    const line = await rig.customer(ANA);
    await refused(await line.call(SALES.number));
    const call = await line.call(SUPPORT.number);
    await (await agent.incoming()).accept();
    await call.established();
    assert.equal((await rig.event('call-answered')).extension, '1001');
  });

  it('serve on who waits when the queue closes, and turn away who calls after it', async () => {
    const waiting = await (await rig.customer(ANA)).call(SALES.number);
    await eventually('the place in the queue', () => waiting.progress.at(-1)?.position === '1');
    openings.set(SALES.name, { isOpen: false, opensAt: OPENS_AT });
    const late = await (await rig.customer(BIA)).call(SALES.number);
    assert.equal((await refused(late)).cause, 'out-of-hours');
    const agent = await (await rig.member('1001')).incoming();
    assert.equal(agent.callerNumber, ANA);
    await agent.accept();
    await waiting.established();
  });

  it('count a queue as open whose hours cannot be read, and log it', async () => {
    openings.clear();
    const call = await (await rig.customer(ANA)).call(SALES.number);
    await (await (await rig.member('1001')).incoming()).accept();
    await call.established();
    assert.deepEqual(
      rig.logged.filter(({ level }) => level === 'error').map(({ message }) => message),
      ['the hours of a queue are not known; it counts as open'],
    );
  });
});
