import assert from 'node:assert/strict';
import { type HoursOfQueue, QueueHours } from '../../src/modules/queues/queue-hours.service.js';

/** Monday, 10:00 in São Paulo. */
const NOW = Date.UTC(2026, 10, 23, 13);
const HOUR = 3_600_000;
const monday = (opensAt: number, closesAt: number) => [{ weekday: 1, opensAt: opensAt * 60, closesAt: closesAt * 60 }];

describe('hours of the queues in memory', () => {
  let queues: HoursOfQueue[];
  let listHours: () => Promise<readonly HoursOfQueue[]>;
  let holidays: Set<string>;
  let now: number;
  let timers: { readonly work: () => void; readonly delayMs: number }[];
  let errors: unknown[];
  let hours: QueueHours;

  beforeEach(() => {
    queues = [{ exchangeName: 'vendas', hours: monday(8, 12), followsHolidays: true }];
    listHours = () => Promise.resolve(queues);
    holidays = new Set();
    now = NOW;
    timers = [];
    errors = [];
    hours = new QueueHours({
      listHours: () => listHours(),
      holidays: { datesBetween: () => Promise.resolve(new Set(holidays)) },
      timeZone: 'America/Sao_Paulo',
      now: () => new Date(now),
      schedule: (work, delayMs) => {
        const timer = { work, delayMs };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
      logError: (error) => errors.push(error),
    });
  });

  it('know a queue as open before they were read, and one that is not theirs', async () => {
    queues = [{ exchangeName: 'vendas', hours: [], followsHolidays: false }];
    assert.deepEqual(hours.openingOf('vendas'), { isOpen: true });
    await hours.start();
    assert.deepEqual(hours.openingOf('vendas'), { isOpen: false, opensAt: null });
    assert.deepEqual(hours.openingOf('suporte'), { isOpen: true });
  });

  it('follow the clock without being read again, and say when a closed queue opens', async () => {
    await hours.start();
    assert.deepEqual(hours.openingOf('vendas'), { isOpen: true });
    now = NOW + 2 * HOUR;
    assert.deepEqual(hours.openingOf('vendas'), { isOpen: false, opensAt: NOW - 2 * HOUR + 7 * 24 * HOUR });
  });

  it('close on holidays only a queue that follows them', async () => {
    queues.push({ exchangeName: 'suporte', hours: null, followsHolidays: false });
    queues.push({ exchangeName: 'cobranca', hours: null, followsHolidays: true });
    holidays.add('2026-11-23');
    await hours.start();
    assert.deepEqual(
      ['vendas', 'suporte', 'cobranca'].map((queue) => hours.openingOf(queue).isOpen),
      [false, true, false],
    );
    assert.deepEqual(hours.openingOf('cobranca'), { isOpen: false, opensAt: Date.UTC(2026, 10, 24, 3) });
  });

  it('are read again every 30 seconds until they are stopped', async () => {
    await hours.start();
    assert.deepEqual(
      timers.map(({ delayMs }) => delayMs),
      [30_000],
    );
    queues = [{ exchangeName: 'vendas', hours: [], followsHolidays: false }];
    timers.shift()!.work();
    await hours.refresh();
    assert.equal(hours.openingOf('vendas').isOpen, false);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(timers.length, 1);
    await hours.stop();
    assert.equal(timers.length, 0);
  });

  it('stay as they were when they cannot be read, and log it', async () => {
    now = NOW + 2 * HOUR;
    await hours.start();
    listHours = () => Promise.reject(new Error('no database'));
    await hours.refresh();
    assert.equal(hours.openingOf('vendas').isOpen, false);
    assert.equal(errors.length, 1);
  });

  it('do not let a slow old reading replace a newer one', async () => {
    let release: (queues: readonly HoursOfQueue[]) => void = () => undefined;
    listHours = () => new Promise((resolve) => (release = resolve));
    const old = hours.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    listHours = () => Promise.resolve([{ exchangeName: 'vendas', hours: [], followsHolidays: false }]);
    const next = hours.refresh();
    release(queues);
    await Promise.all([old, next]);
    assert.deepEqual(hours.openingOf('vendas'), { isOpen: false, opensAt: null });
  });
});
