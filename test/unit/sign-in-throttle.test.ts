import assert from 'node:assert/strict';
import { delayAfter, FREE_ATTEMPTS, SignInThrottle } from '../../src/modules/accounts/sign-in-throttle.domain.js';

describe('sign-in throttle', () => {
  it('waits twice as long after each further failure, up to a quarter of an hour', () => {
    const delays = [0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 100].map((failures) => delayAfter(failures) / 1000);
    assert.deepEqual(delays, [0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it('counts an attempt when it begins, so that twenty at once are not free', () => {
    const throttle = new SignInThrottle();
    const begun = Array.from({ length: 20 }, () => throttle.begin('ana', 0));
    assert.equal(begun.filter((waitMs) => waitMs === 0).length, FREE_ATTEMPTS);
    assert.equal(begun.at(-1), 15_000);
  });

  it('does not make the wait longer for attempts within it', () => {
    const throttle = new SignInThrottle();
    for (let n = 0; n < FREE_ATTEMPTS; n += 1) throttle.begin('ana', 0);
    assert.equal(throttle.begin('ana', 5000), 10_000);
    assert.equal(throttle.begin('ana', 6000), 9000);
    assert.equal(throttle.begin('ana', 15_000), 0);
    assert.equal(throttle.begin('ana', 15_000), 30_000);
  });

  it('keeps logins apart', () => {
    const throttle = new SignInThrottle();
    for (let n = 0; n < FREE_ATTEMPTS; n += 1) throttle.begin('ana', 0);
    assert.equal(throttle.begin('bia', 0), 0);
  });

  it('begins anew after a right password, and after an hour', () => {
    const throttle = new SignInThrottle();
    for (let n = 0; n < FREE_ATTEMPTS; n += 1) throttle.begin('ana', 0);
    throttle.succeed('ana');
    assert.equal(throttle.begin('ana', 1), 0);
    for (let n = 0; n < FREE_ATTEMPTS; n += 1) throttle.begin('bia', 0);
    assert.equal(throttle.begin('bia', 3_600_001), 0);
    assert.equal(throttle.begin('bia', 3_600_001), 0);
  });

  it('does not count an attempt that nobody could check', () => {
    const throttle = new SignInThrottle();
    for (let n = 0; n < 50; n += 1) {
      assert.equal(throttle.begin('ana', 0), 0);
      throttle.undo('ana');
    }
  });
});
