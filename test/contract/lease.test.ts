import assert from 'node:assert/strict';
import { LeaseRepository } from '../../src/platform/db/lease.js';
import { openBareDatabase, type BareDatabase } from '../support/bare-database.js';

describe('lease', () => {
  let database: BareDatabase;
  let one: LeaseRepository;
  let other: LeaseRepository;
  const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 25, 17, 0, seconds));

  before(async () => {
    database = await openBareDatabase();
    one = new LeaseRepository(database.db);
    other = new LeaseRepository(database.another());
  });
  beforeEach(() => database.clear(['leases']));
  after(() => database[Symbol.asyncDispose]());

  it('is had by one, whoever asks at once', async () => {
    const asked = Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? one : other).acquire('tick', `p${String(n)}`, 15_000, at(0)),
    );
    assert.equal((await Promise.all(asked)).filter(Boolean).length, 1);
  });

  it('is kept until it expires, and then taken by one of those who wait', async () => {
    assert.equal(await one.acquire('tick', 'p1', 15_000, at(0)), true);
    assert.equal(await other.acquire('tick', 'p2', 15_000, at(14)), false);
    const asked = Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? one : other).acquire('tick', `q${String(n)}`, 15_000, at(15)),
    );
    assert.equal((await Promise.all(asked)).filter(Boolean).length, 1);
    assert.equal(await one.renew('tick', 'p1', 15_000, at(16)), false, 'who lost it is told');
  });

  it('is longer for who has it, by asking again or by renewing', async () => {
    await one.acquire('tick', 'p1', 15_000, at(0));
    assert.equal(await one.acquire('tick', 'p1', 15_000, at(10)), true);
    assert.equal(await one.renew('tick', 'p1', 15_000, at(20)), true);
    assert.equal(await other.acquire('tick', 'p2', 15_000, at(34)), false);
    assert.equal(await other.acquire('tick', 'p2', 15_000, at(35)), true);
  });

  it('is free at once when it is given up, and only its owner can', async () => {
    await one.acquire('tick', 'p1', 15_000, at(0));
    await other.release('tick', 'p2');
    assert.equal(await other.acquire('tick', 'p2', 15_000, at(1)), false);
    await one.release('tick', 'p1');
    assert.equal(await other.acquire('tick', 'p2', 15_000, at(1)), true);
  });

  it('of another name is another', async () => {
    assert.equal(await one.acquire('tick', 'p1', 15_000, at(0)), true);
    assert.equal(await other.acquire('exchange', 'p2', 15_000, at(0)), true);
  });
});
