import assert from 'node:assert/strict';
import {
  advance,
  durationsOf,
  ownerOf,
  startedCall,
  type CallEvent,
  type LiveCall,
  type LiveCallState,
} from '../../src/modules/calls/call.domain.js';
import { missedEvents, type ExchangeCall } from '../../src/modules/calls/missed-events.domain.js';
import { detailOf, replay } from '../../src/modules/calls/call-record.domain.js';
import { pick, randomFrom } from '../support/seeded-random.js';

const START = {
  callId: 'c1',
  direction: 'inbound',
  number: '+5583999990001',
  customer: null,
  queueId: 1,
  queueName: 'Vendas',
  agentId: null,
  startedAt: 1000,
} as const;
const inbound = startedCall(START);
const dialled = startedCall({ ...START, direction: 'outbound', queueId: null, queueName: null, agentId: 7 });

const at = (type: 'offered' | 'accepted' | 'answered' | 'held' | 'resumed', when: number, agentId = 7): CallEvent => {
  return { type, at: when, agentId };
};
const declined = (when: number, agentId = 7): CallEvent => ({ type: 'declined', at: when, agentId, cause: 'rejected' });
const ended = (when: number): CallEvent => ({ type: 'ended', at: when, by: 'customer', cause: 'hung-up' });

function after(call: LiveCall, ...events: readonly CallEvent[]): LiveCall {
  return events.reduce((current, event) => advance(current, event) ?? current, call);
}

describe('a call', () => {
  it('tells waiting, talking and hold apart', () => {
    const call = after(
      inbound,
      at('offered', 3000),
      at('answered', 5000),
      at('held', 10_000),
      at('resumed', 12_000),
      at('held', 20_000),
      ended(25_000),
    );
    assert.deepEqual(durationsOf(call), { waitedMs: 4000, talkedMs: 13_000, heldMs: 7000 });
    assert.deepEqual([call.state, call.endedAt, call.agentId], ['ended', 25_000, 7]);
  });

  it('counts no waiting for a customer who was dialled', () => {
    const call = after(dialled, at('offered', 2000), at('accepted', 3000), at('answered', 9000), ended(19_000));
    assert.deepEqual(durationsOf(call), { waitedMs: 0, talkedMs: 10_000, heldMs: 0 });
  });

  it('waited until it was given up when nobody answered', () => {
    assert.equal(durationsOf(after(inbound, at('offered', 3000), ended(8000))).waitedMs, 7000);
  });

  it('is final when it has ended', () => {
    const over = after(inbound, ended(5000));
    for (const event of [at('offered', 6000), at('answered', 6000), at('held', 6000), declined(6000), ended(7000)]) {
      assert.equal(advance(over, event), null, event.type);
    }
  });

  it('goes back to the queue when declined, unless other phones still ring', () => {
    const two = after(inbound, at('offered', 2000, 7), at('offered', 2000, 8));
    assert.deepEqual([two.offers, two.offeredTo], [2, [7, 8]]);
    const one = after(two, declined(3000, 8));
    assert.deepEqual([one.state, one.agentId, one.offeredTo], ['offered', 7, [7]]);
    const none = after(one, declined(4000, 7));
    assert.deepEqual([none.state, none.agentId, none.offeredAt], ['waiting', null, null]);
  });

  it('stays its agent’s when the phone of a dialled call was not taken', () => {
    const call = after(dialled, at('offered', 2000), declined(3000), ended(3000));
    assert.deepEqual([call.agentId, ownerOf(call)], [7, 7]);
  });

  it('is nobody’s when it only rang', () => {
    assert.equal(ownerOf(after(inbound, at('offered', 2000), ended(3000))), null);
    assert.equal(ownerOf(after(inbound, at('offered', 2000), at('answered', 3000))), 7);
  });

  it('does not happen before itself, whatever the clocks say', () => {
    const call = after(inbound, at('answered', 10), ended(5));
    assert.deepEqual([call.answeredAt, call.endedAt, durationsOf(call).talkedMs], [1000, 1000, 0]);
  });

  it('is the same when each event comes twice', () => {
    const kinds = ['offered', 'accepted', 'answered', 'held', 'resumed'] as const;
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = randomFrom(seed);
      let call = pick(random, [inbound, dialled]);
      for (let step = 2; step < 30; step += 1) {
        const agentId = pick(random, [7, 8]);
        const when = step * 1000;
        const event = random() < 0.1 ? declined(when, agentId) : at(pick(random, kinds), when, agentId);
        call = after(call, event);
        assert.equal(advance(call, event), null, `seed ${seed}: ${event.type} twice`);
      }
    }
  });

  it('is read back from its journal as it was', () => {
    const events = [
      at('offered', 3000),
      declined(4000),
      at('offered', 5000, 8),
      at('answered', 6000, 8),
      at('held', 7000, 8),
    ];
    for (let length = 0; length <= events.length; length += 1) {
      const lived = events.slice(0, length);
      const stored = lived.map((event) => ({
        type: event.type,
        at: event.at,
        agentId: event.type === 'ended' ? null : event.agentId,
        detail: detailOf(event),
      }));
      const started = { type: 'started', at: 1000, agentId: null, detail: null };
      assert.deepEqual(replay(START, [started, ...stored]), after(inbound, ...lived));
    }
    const over = replay(START, [{ type: 'ended', at: 9000, agentId: null, detail: 'system:timed-out' }]);
    assert.deepEqual([over.state, over.endedBy, over.endCause], ['ended', 'system', 'timed-out']);
  });
});

describe('what was missed of a call', () => {
  const ours: Readonly<Record<Exclude<LiveCallState, 'ended'>, LiveCall>> = {
    waiting: dialled,
    offered: after(dialled, at('offered', 2000)),
    dialling: after(dialled, at('offered', 2000), at('accepted', 3000)),
    talking: after(dialled, at('offered', 2000), at('accepted', 3000), at('answered', 4000)),
    'on-hold': after(dialled, at('offered', 2000), at('accepted', 3000), at('answered', 4000), at('held', 5000)),
  };
  const ORDER = ['waiting', 'offered', 'dialling', 'talking', 'on-hold'] as const;

  for (const from of ORDER) {
    for (const to of ORDER) {
      it(`${from} here, ${to} there`, () => {
        const answeredAt = to === 'talking' || to === 'on-hold' ? 4000 : null;
        const theirs: ExchangeCall = { state: to, agentId: 7, answeredAt };
        const healed = after(ours[from], ...missedEvents(ours[from], theirs, 8000));
        const answered = from === 'talking' || from === 'on-hold';
        const goesBack =
          (answered && answeredAt === null) || (from === 'dialling' && to !== 'dialling' && answeredAt === null);
        assert.equal(healed.state, goesBack ? from : to);
        if (answeredAt !== null) assert.equal(healed.answeredAt, 4000);
        assert.deepEqual(missedEvents(healed, goesBack ? { ...theirs, state: from } : theirs, 9000), []);
      });
    }
  }

  it('moves an offer to the agent whose phone rings now', () => {
    const rings = after(inbound, at('offered', 2000, 7));
    const events = missedEvents(rings, { state: 'offered', agentId: 8, answeredAt: null }, 8000);
    const healed = after(rings, ...events);
    assert.deepEqual([healed.agentId, healed.offeredTo, healed.offers], [8, [8], 2]);
  });
});
