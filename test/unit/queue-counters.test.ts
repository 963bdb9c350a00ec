import assert from 'node:assert/strict';
import { NO_CALLS, count, measure, type QueueFact } from '../../src/modules/monitoring/queue-counters.domain.js';
import { localDayOf } from '../../src/modules/monitoring/local-day.domain.js';

const T = 20;
const answered = (seconds: number): QueueFact => ({ type: 'answered', waitedMs: seconds * 1000 });
const lost = (cause: string, seconds: number): QueueFact => ({ type: 'not-answered', cause, waitedMs: seconds * 1000 });
const after = (...facts: readonly QueueFact[]) => facts.reduce((counters, fact) => count(counters, fact, T), NO_CALLS);

describe('counters of a queue', () => {
  it('have nothing to divide before the first call', () => {
    assert.deepEqual(measure(NO_CALLS), { serviceLevel: null, averageHandlingSeconds: null, averageWaitSeconds: null });
  });

  it('divide what was answered in time by what was offered, without those who left in time', () => {
    const counters = after(
      answered(5),
      answered(20),
      answered(20.001),
      lost('abandoned', 20),
      lost('abandoned', 21),
      lost('timed-out', 60),
    );
    assert.deepEqual(
      [counters.offered, counters.answered, counters.notAnswered, counters.abandoned, counters.abandonedInTime],
      [6, 3, 3, 2, 1],
    );
    assert.equal(measure(counters).serviceLevel, 2 / 5);
  });

  it('have no service level when everyone left in time', () => {
    assert.equal(measure(after(lost('abandoned', 3))).serviceLevel, null);
  });

  it('count a call once: a callback apart from all others, a closed queue as not answered but not as offered', () => {
    const counters = after(lost('left-for-callback', 90), lost('out-of-hours', 0), lost('failed', 1));
    assert.deepEqual(
      [counters.offered, counters.notAnswered, counters.abandoned, counters.leftForCallback, counters.outOfHours],
      [1, 2, 0, 1, 1],
    );
  });

  it('do not let a closed queue weigh on the service level', () => {
    assert.equal(measure(after(answered(5), lost('out-of-hours', 0))).serviceLevel, 1);
    assert.equal(measure(after(lost('out-of-hours', 0))).serviceLevel, null);
  });

  it('average the waiting of the answered only, and the handling of what is over', () => {
    const waiting = after(answered(4), answered(8), lost('abandoned', 600));
    assert.deepEqual([measure(waiting).averageWaitSeconds, measure(waiting).averageHandlingSeconds], [6, null]);
    const handled = count(
      count(waiting, { type: 'finished', handledMs: 100_000 }, T),
      { type: 'wrapped-up', wrapUpMs: 20_000 },
      T,
    );
    assert.equal(measure(handled).averageHandlingSeconds, 120);
  });
});

describe('a day of a time zone', () => {
  const hours = ({ from, until }: { from: number; until: number }): number => (until - from) / 3_600_000;

  it('begins at its own midnight', () => {
    const day = localDayOf(Date.UTC(2026, 10, 24, 2, 59), 'America/Sao_Paulo');
    assert.deepEqual(day, { from: Date.UTC(2026, 10, 23, 3), until: Date.UTC(2026, 10, 24, 3) });
    assert.equal(localDayOf(day.until, 'America/Sao_Paulo').from, day.until);
  });

  it('is as long as its clocks make it', () => {
    assert.equal(hours(localDayOf(Date.UTC(2026, 2, 8, 15), 'America/New_York')), 23);
    assert.equal(hours(localDayOf(Date.UTC(2026, 10, 1, 15), 'America/New_York')), 25);
  });

  it('begins at one o’clock where midnight was skipped', () => {
    const day = localDayOf(Date.UTC(2018, 10, 4, 15), 'America/Sao_Paulo');
    assert.deepEqual([day.from, hours(day)], [Date.UTC(2018, 10, 4, 3), 23]);
    assert.equal(localDayOf(day.from - 1, 'America/Sao_Paulo').until, day.from);
  });

  it('is refused for a zone that is none', () => {
    assert.throws(() => localDayOf(0, 'Brasilia'), /no such time zone/);
  });
});
