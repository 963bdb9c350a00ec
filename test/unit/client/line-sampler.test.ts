import assert from 'node:assert/strict';
import { measuredCall } from '../../../src/client/equipment/line-reporter.js';
import { LineSampler } from '../../../src/client/equipment/line-sampler.js';
import { type CallStats, summariseStats } from '../../../src/client/softphone/call-stats.js';
import { aCard, aDesk, aPhone, aPhoneCall, aView, OTHER_PAGE } from './desk-builders.js';

const at = (change: Partial<CallStats>): CallStats => ({ ...summariseStats([]), ...change });

describe('a sample of the line', () => {
  it('is the mean of its looks, and the loss of the direction that lost more', () => {
    const sampler = new LineSampler();
    sampler.look(at({ inboundPackets: 100, outboundPackets: 100 }), 0);
    sampler.look(
      at({ inboundPackets: 198, packetsLost: 2, outboundPackets: 200, roundTripTime: 0.04, jitter: 0.002 }),
      2000,
    );
    sampler.look(
      at({
        inboundPackets: 298,
        packetsLost: 2,
        outboundPackets: 300,
        outboundPacketsLost: 20,
        roundTripTime: 0.08,
        jitter: 0.004,
      }),
      4000,
    );
    assert.deepEqual(sampler.take(), { seconds: 4, roundTripMs: 60, jitterMs: 3, lossPercent: 10 });
    assert.equal(sampler.take(), null, 'each second is told once');
    sampler.look(at({ inboundPackets: 390, packetsLost: 10, outboundPackets: 400, outboundPacketsLost: 20 }), 6000);
    assert.deepEqual(sampler.take(), { seconds: 2, roundTripMs: null, jitterMs: null, lossPercent: 8 });
  });

  it('takes nothing that came for all that was lost, and nothing that was sent for no measure', () => {
    const sampler = new LineSampler();
    sampler.look(at({ inboundPackets: 10, outboundPackets: 10 }), 0);
    sampler.look(at({ inboundPackets: 10, outboundPackets: 10 }), 2000);
    assert.equal(sampler.take(), null);
    sampler.look(at({ inboundPackets: 10, outboundPackets: 110 }), 4000);
    assert.equal(sampler.take()?.lossPercent, 100);
  });

  it('begins anew after an interruption and with a connection that was made anew', () => {
    const sampler = new LineSampler();
    sampler.look(at({ inboundPackets: 1000, outboundPackets: 1000 }), 0);
    sampler.interrupt();
    sampler.look(at({ inboundPackets: 1000, outboundPackets: 1500 }), 60_000);
    assert.equal(sampler.take(), null);
    sampler.look(at({ inboundPackets: 5, outboundPackets: 5 }), 61_000);
    assert.equal(sampler.take(), null);
    sampler.look(at({ inboundPackets: 55, outboundPackets: 55 }), 62_000);
    assert.deepEqual(sampler.take(), { seconds: 1, roundTripMs: null, jitterMs: null, lossPercent: 0 });
  });

  it('never says more than the server takes', () => {
    const sampler = new LineSampler();
    sampler.look(at({ inboundPackets: 10 }), 0);
    sampler.look(at({ inboundPackets: 20, roundTripTime: 99, outboundPackets: 1, outboundPacketsLost: 50 }), 90_000);
    assert.deepEqual(sampler.take(), { seconds: 60, roundTripMs: 10_000, jitterMs: null, lossPercent: 100 });
  });
});

describe('the call that is measured', () => {
  const talking = aDesk({ call: aCard({ state: 'talking', phoneCallIds: ['c1', 'asked'] }) });
  const phone = (callId: string | null, state: 'ringing' | 'talking' | 'held' = 'talking') =>
    aPhone(aPhoneCall({ callId, state }));

  it('is the customer’s, under every id the phone may know it by', () => {
    for (const callId of ['c1', 'asked', null]) {
      assert.equal(measuredCall(aView({ desk: talking, phone: phone(callId) })), 'c1');
    }
    assert.equal(measuredCall(aView({ desk: talking, phone: phone('c1', 'held') })), 'c1');
  });
  it('is none while a colleague is asked, before the answer, and on a page without the phone', () => {
    assert.equal(measuredCall(aView({ desk: talking, phone: phone('colleague') })), null);
    assert.equal(measuredCall(aView({ desk: talking, phone: phone('c1', 'ringing') })), null);
    assert.equal(measuredCall(aView({ desk: talking, phone: aPhone() })), null);
    assert.equal(measuredCall(aView({ desk: aDesk({ call: aCard() }), phone: phone('c1') })), null);
    const elsewhere = aDesk({ call: talking.call, phoneHolder: OTHER_PAGE });
    assert.equal(measuredCall(aView({ desk: elsewhere, phone: phone('c1') })), null);
  });
});
