import assert from 'node:assert/strict';
import {
  isProtocol,
  protocolFor,
  numberOfProtocol,
  spokenProtocol,
} from '../../src/modules/attendances/protocol.domain.js';

const DAY = '20261125';

describe('protocol number', () => {
  it('is the day, the number of the day and a check digit', () => {
    const protocol = protocolFor(DAY, 42);
    assert.match(protocol, /^20261125000042\d$/);
    assert.equal(numberOfProtocol(protocol), 42);
    assert.ok(isProtocol(protocol));
  });

  it('has the check digit of ISO/IEC 7064 MOD 11,10', () => {
    // The standard's own example is 0794 with check digit 5; two more were worked out by hand, digit by digit.
    assert.equal(check('0794'), 5);
    assert.equal(check('1'), 9);
    assert.equal(check('10'), 7);
    assert.equal(Number(protocolFor(DAY, 42).at(-1)), check('20261125000042'));
  });

  it('finds every single wrong digit', () => {
    for (let number = 1; number <= 200; number += 1) {
      const protocol = protocolFor(DAY, number);
      for (let place = 0; place < protocol.length; place += 1) {
        for (let digit = 0; digit <= 9; digit += 1) {
          const wrong = protocol.slice(0, place) + String(digit) + protocol.slice(place + 1);
          assert.equal(isProtocol(wrong), wrong === protocol, wrong);
        }
      }
    }
  });

  it('finds nearly every pair of neighbours that changed places', () => {
    let swapped = 0;
    let missed = 0;
    for (let number = 1; number <= 2000; number += 1) {
      const protocol = protocolFor(DAY, number);
      for (let place = 0; place + 1 < protocol.length; place += 1) {
        const [a, b] = [protocol.charAt(place), protocol.charAt(place + 1)];
        if (a === b) continue;
        swapped += 1;
        if (isProtocol(protocol.slice(0, place) + b + a + protocol.slice(place + 2))) missed += 1;
      }
    }
    assert.ok(missed / swapped < 0.025, `${String(missed)} of ${String(swapped)} were missed`);
  });

  it('goes on past a million in one day, and stays unique', () => {
    const all = new Set([1, 999_999, 1_000_000, 1_000_001].map((number) => protocolFor(DAY, number)));
    assert.equal(all.size, 4);
    assert.equal(protocolFor(DAY, 1_000_000).length, 16);
    assert.ok(isProtocol(protocolFor(DAY, 1_000_000)));
  });

  it('is read aloud in groups', () => {
    assert.match(spokenProtocol(protocolFor(DAY, 42)), /^20261125 000042 \d$/);
  });

  it('is not made for what is no day or no number', () => {
    for (const [day, number] of [
      ['2026-11-25', 1],
      [DAY, 0],
      [DAY, 1.5],
      [DAY, Number.NaN],
    ] as const) {
      assert.throws(() => protocolFor(day, number), RangeError);
    }
    for (const text of ['', 'abc', '20261125 000042 6', '123', '9'.repeat(30)]) assert.equal(isProtocol(text), false);
  });
});

/** The standard's recursion as it is written there, as a second opinion. */
function check(digits: string): number {
  let p = 10;
  for (const digit of digits) {
    let s = p + Number(digit);
    s = s % 10 === 0 ? 10 : s % 10;
    p = (s * 2) % 11;
  }
  for (let candidate = 0; candidate <= 9; candidate += 1) if ((p + candidate) % 10 === 1) return candidate;
  throw new Error('no check digit');
}
