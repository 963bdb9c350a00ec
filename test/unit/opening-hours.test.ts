import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import {
  datesAround,
  intervalsText,
  isOpen,
  openStateOf,
  overlappingWeekdays,
  parseIntervals,
  type WeeklyInterval,
} from '../../src/modules/queues/opening-hours.domain.js';

const ZONE = 'America/Sao_Paulo';
const NONE: ReadonlySet<string> = new Set();
/** 2026-11-23 is a Monday. */
const at = (text: string, zone = ZONE): number => DateTime.fromISO(text, { zone }).toMillis();
const weekly = (texts: Readonly<Record<number, string>>): WeeklyInterval[] =>
  Object.entries(texts).flatMap(([weekday, text]) => {
    const intervals = parseIntervals(text);
    assert.ok(typeof intervals !== 'string', text);
    return intervals.map((interval) => ({ weekday: Number(weekday), ...interval }));
  });

describe('opening hours', () => {
  it('are read however people write them, and written one way', () => {
    for (const [text, shown] of [
      ['08:00-12:00, 13:00–18:00', '08:00–12:00, 13:00–18:00'],
      ['13:00-18:00; 8-12', '08:00–12:00, 13:00–18:00'],
      ['8h às 12h30', '08:00–12:30'],
      ['24h', '00:00–24:00'],
      ['00:00-24:00', '00:00–24:00'],
      ['22:00-06:00', '22:00–06:00'],
      ['22:00–00:00', '22:00–24:00'],
      ['', ''],
    ] as const) {
      const read = parseIntervals(text);
      assert.ok(typeof read !== 'string', text);
      assert.equal(intervalsText(read), shown);
      assert.deepEqual(parseIntervals(shown), read, `${shown} reads as what it was written from`);
    }
  });

  it('that nobody can keep are refused with what is wrong', () => {
    for (const [text, problem] of [
      ['nine to five', 'unreadable'],
      ['08:00', 'unreadable'],
      ['25:00-26:00', 'unreadable'],
      ['08:60-09:00', 'unreadable'],
      ['24:00-06:00', 'unreadable'],
      ['08:00-08:00', 'empty'],
      ['08:00-12:00, 11:59-13:00', 'overlap'],
      ['22:00-06:00, 23:00-23:30', 'overlap'],
    ] as const) {
      assert.equal(parseIntervals(text), `queues:error.hours-${problem}`, text);
    }
  });

  it('may not begin before the day before has closed, Sunday before Monday too', () => {
    assert.deepEqual(overlappingWeekdays(weekly({ 1: '22:00-06:00', 2: '05:59-12:00', 3: '08:00-12:00' })), [2]);
    assert.deepEqual(overlappingWeekdays(weekly({ 7: '22:00-06:00', 1: '05:00-12:00' })), [1]);
    assert.deepEqual(overlappingWeekdays(weekly({ 1: '22:00-06:00', 2: '06:00-12:00' })), []);
  });

  it('open at their first minute and close at their last', () => {
    const hours = weekly({ 1: '08:00-12:00, 13:00-18:00' });
    for (const [time, open] of [
      ['07:59', false],
      ['08:00', true],
      ['11:59', true],
      ['12:00', false],
      ['13:00', true],
      ['18:00', false],
    ] as const) {
      assert.equal(isOpen(hours, NONE, at(`2026-11-23T${time}`), ZONE), open, time);
    }
    assert.equal(isOpen(hours, NONE, at('2026-11-24T09:00'), ZONE), false, 'on Tuesday');
    assert.equal(isOpen([], NONE, at('2026-11-23T09:00'), ZONE), false, 'never open');
    assert.equal(isOpen(null, NONE, at('2026-11-22T03:00'), ZONE), true, 'always open');
  });

  it('over midnight belong to the day on which they begin', () => {
    const hours = weekly({ 7: '22:00-06:00' });
    assert.equal(isOpen(hours, NONE, at('2026-11-22T23:00'), ZONE), true);
    assert.equal(isOpen(hours, NONE, at('2026-11-23T05:59'), ZONE), true, 'Monday morning');
    assert.equal(isOpen(hours, NONE, at('2026-11-23T06:00'), ZONE), false);
    assert.equal(isOpen(hours, NONE, at('2026-11-22T05:00'), ZONE), false, 'the morning before');
  });

  it('give way to a holiday from midnight to midnight', () => {
    const christmas = new Set(['2026-12-25']);
    const nights = weekly({ 4: '22:00-06:00', 5: '22:00-06:00' });
    assert.equal(isOpen(nights, christmas, at('2026-12-24T23:59'), ZONE), true);
    assert.equal(isOpen(nights, christmas, at('2026-12-25T00:00'), ZONE), false);
    assert.equal(isOpen(nights, christmas, at('2026-12-25T23:00'), ZONE), false);
    assert.equal(isOpen(nights, christmas, at('2026-12-26T00:00'), ZONE), true);
    assert.equal(isOpen(null, christmas, at('2026-12-25T12:00'), ZONE), false);
  });

  it('are those of the zone, with and without daylight saving', () => {
    const hours = weekly({ 1: '08:00-18:00' });
    const moment = at('2026-11-23T11:30:00Z', 'UTC');
    assert.equal(isOpen(hours, NONE, moment, 'America/Sao_Paulo'), true, '08:30 there');
    assert.equal(isOpen(hours, NONE, moment, 'America/Manaus'), false, '07:30 there');
    // The clocks of New York go forward on 2026-03-08: the same hour there is another moment a week later.
    assert.equal(isOpen(hours, NONE, at('2026-03-02T12:30:00Z', 'UTC'), 'America/New_York'), false);
    assert.equal(isOpen(hours, NONE, at('2026-03-09T12:30:00Z', 'UTC'), 'America/New_York'), true);
  });

  it('say until when', () => {
    const hours = weekly({ 1: '08:00-12:00, 13:00-18:00', 2: '08:00-18:00', 5: '22:00-06:00' });
    const until = (now: string, holidays = NONE): string | null => {
      const state = openStateOf(hours, holidays, at(now), ZONE);
      return `${state.isOpen ? 'open' : 'closed'} ${state.until === null ? 'for ever' : DateTime.fromMillis(state.until, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm")}`;
    };
    assert.equal(until('2026-11-23T09:00'), 'open 2026-11-23T12:00');
    assert.equal(until('2026-11-23T12:30'), 'closed 2026-11-23T13:00');
    assert.equal(until('2026-11-23T18:00'), 'closed 2026-11-24T08:00');
    assert.equal(until('2026-11-28T01:00'), 'open 2026-11-28T06:00');
    assert.equal(until('2026-11-28T06:00'), 'closed 2026-11-30T08:00');
    assert.equal(until('2026-11-23T18:00', new Set(['2026-11-24'])), 'closed 2026-11-27T22:00');
    assert.deepEqual(openStateOf(null, NONE, at('2026-11-23T09:00'), ZONE), { isOpen: true, until: null });
    assert.deepEqual(openStateOf([], NONE, at('2026-11-23T09:00'), ZONE), { isOpen: false, until: null });
    assert.equal(
      openStateOf(null, new Set(['2026-11-25']), at('2026-11-23T09:00'), ZONE).until,
      at('2026-11-25T00:00'),
    );
    const { from, until: last } = datesAround(at('2026-11-23T00:30'), ZONE);
    assert.ok(from <= '2026-11-22' && last >= '2026-12-24');
  });

  it('that touch do not close in between', () => {
    const hours = weekly({ 1: '08:00-24:00', 2: '00:00-12:00' });
    assert.equal(openStateOf(hours, NONE, at('2026-11-23T09:00'), ZONE).until, at('2026-11-24T12:00'));
  });
});
