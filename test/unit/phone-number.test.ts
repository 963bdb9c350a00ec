import assert from 'node:assert/strict';
import { normaliseNumber, parseNumber } from '../../src/modules/customers/phone-number.domain.js';

describe('a number as it was typed', () => {
  const same = [
    '83999990001',
    '(83) 99999-0001',
    '083 99999-0001',
    '+55 83 99999 0001',
    '5583999990001',
    '８３９９９９９０００１',
  ];
  for (const typed of same) {
    it(`reads ${typed} as one of Brazil`, () => {
      assert.deepEqual(parseNumber(typed), { ok: true, number: '+5583999990001' });
    });
  }

  it('reads a number of another country with its code', () => {
    assert.deepEqual(parseNumber('+1 650 253 0000'), { ok: true, number: '+16502530000' });
  });

  for (const [typed, reason] of [
    ['', 'number-empty'],
    ['   ', 'number-empty'],
    ['1007', 'number-short'],
    ['190', 'number-short'],
    ['*65', 'number-short'],
    ['99999-0001', 'number-invalid'],
    ['sip:1007@host', 'number-invalid'],
    ['83 99999-0001 ramal 12', 'number-invalid'],
    ['+55 83 9999', 'number-invalid'],
    ['ligue 83999990001 já', 'number-invalid'],
  ] as const) {
    it(`refuses "${typed}" as ${reason}`, () => {
      assert.deepEqual(parseNumber(typed), { ok: false, reason: `calls:refused.${reason}` });
    });
  }

  it('leaves what the exchange says and cannot be read as it came', () => {
    assert.equal(normaliseNumber('anonymous'), 'anonymous');
    assert.equal(normaliseNumber('083999990001'), '+5583999990001');
  });
});
