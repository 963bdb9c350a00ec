import assert from 'node:assert/strict';
import { chooseMembers, type QueueMember } from '../../src/modules/telephony/exchange/queue-distribution.domain.js';

const members: readonly QueueMember[] = [
  { extension: '1002', idleSince: 30 },
  { extension: '999', idleSince: 20 },
  { extension: '1001', idleSince: 10 },
];

describe('queue distribution', () => {
  it('chooses nobody when nobody is free', () => {
    for (const strategy of ['longest-idle', 'round-robin', 'ring-all'] as const) {
      assert.deepEqual(chooseMembers(strategy, [], null), []);
    }
  });

  it('chooses the longest idle', () => {
    assert.deepEqual(chooseMembers('longest-idle', members, '1001'), ['1001']);
  });

  it('chooses the lower extension of two who are idle equally long', () => {
    const equal = members.map((member) => ({ ...member, idleSince: 5 }));
    assert.deepEqual(chooseMembers('longest-idle', equal, null), ['999']);
  });

  it('goes round in the order of extensions as people count', () => {
    const rung: string[] = [];
    for (let last: string | null = null; rung.length < 5; last = rung.at(-1) ?? null) {
      rung.push(...chooseMembers('round-robin', members, last));
    }
    assert.deepEqual(rung, ['999', '1001', '1002', '999', '1001']);
  });

  it('goes on from one who has gone meanwhile', () => {
    assert.deepEqual(chooseMembers('round-robin', members, '1000'), ['1001']);
  });

  it('rings all', () => {
    assert.deepEqual(chooseMembers('ring-all', members, '1001'), ['999', '1001', '1002']);
  });

  it('leaves the list it is given as it was', () => {
    const before = [...members];
    chooseMembers('longest-idle', members, null);
    assert.deepEqual(members, before);
  });
});
