import assert from 'node:assert/strict';
import { groupedProtocol, spokenProtocol, uraChoice } from '../../../src/client/desk/protocol.js';

describe('the protocol on the page', () => {
  it('is written in groups and spoken digit by digit', () => {
    assert.equal(groupedProtocol('202611250000426'), '20261125 000042 6');
    assert.equal(spokenProtocol('2026112'), '2 0 2 6 1 1 2');
  });

  it('has beside it what the URA said, as far as it said anything', () => {
    assert.equal(uraChoice({ digits: '2', menu: 'cancelamento' }), '2 – cancelamento');
    assert.equal(uraChoice({ digits: null, menu: 'cancelamento' }), 'cancelamento');
    assert.equal(uraChoice({ digits: '', menu: null }), null);
    assert.equal(uraChoice(null), null);
  });
});
