import assert from 'node:assert/strict';
import { foreground } from '../../../src/client/softphone/foreground.js';
import { type PhoneCallState } from '../../../src/client/softphone/phone-call.js';

describe('the call in the foreground', () => {
  const of = (...states: PhoneCallState[]): number => {
    const calls = states.map((state) => ({ state }));
    const call = foreground(calls);
    return call === null ? -1 : calls.indexOf(call);
  };

  it('is none without calls', () => {
    assert.equal(of(), -1);
  });

  it('is the one that rings, before one that is talked in, before one on hold', () => {
    assert.equal(of('held', 'talking'), 1);
    assert.equal(of('talking', 'held'), 0);
    assert.equal(of('held', 'answering'), 1);
    assert.equal(of('talking', 'ringing'), 1);
  });

  it('is of equals the one that began first', () => {
    assert.equal(of('talking', 'talking'), 0);
    assert.equal(of('held', 'held'), 0);
  });
});
