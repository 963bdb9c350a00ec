import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import {
  ANY_HOUR,
  checkBooking,
  isAllowedAt,
  isTimeZone,
  type BookingRequest,
  type BookingRules,
} from '../../src/modules/callbacks/booking.domain.js';
import { DEFAULT_CALLBACK_SETTINGS } from '../../src/modules/callbacks/callback-settings.domain.js';
import { DomainError } from '../../src/platform/errors.js';

const rules = DEFAULT_CALLBACK_SETTINGS.booking;
const anyHour: BookingRules = { ...rules, maxDaysAhead: 400, hours: ANY_HOUR };
/** Tuesday 2026-11-24, 10:00 in São Paulo. */
const now = Date.UTC(2026, 10, 24, 13, 0);

const request = (fields: Partial<BookingRequest> = {}): BookingRequest => ({
  number: '(83) 99999-0001',
  date: '2026-11-25',
  time: '14:00',
  timeZone: 'America/Sao_Paulo',
  notes: ' confirmar o endereço ',
  ...fields,
});

function refusal(
  fields: Partial<BookingRequest>,
  by: BookingRules = rules,
  at = now,
): { readonly key: string; readonly field: string | null; readonly params: object } {
  try {
    checkBooking(request(fields), by, at);
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    assert.equal(error.code, 'invalid');
    return { key: error.key, field: error.field, params: error.params };
  }
  assert.fail(`${JSON.stringify(fields)} was not refused`);
}

describe('booking a callback', () => {
  it('turns local date and time into a moment and a window', () => {
    assert.deepEqual(checkBooking(request(), rules, now), {
      number: '+5583999990001',
      dueAt: Date.UTC(2026, 10, 25, 17, 0),
      windowEndAt: Date.UTC(2026, 10, 25, 17, 30),
      timeZone: 'America/Sao_Paulo',
      notes: 'confirmar o endereço',
    });
  });

  it('reads the same wall clock elsewhere as another moment', () => {
    const inManaus = checkBooking(request({ timeZone: 'America/Manaus' }), rules, now);
    assert.equal(inManaus.dueAt, Date.UTC(2026, 10, 25, 18, 0));
  });

  it('closes the window with the allowed hours', () => {
    const booking = checkBooking(request({ time: '19:50' }), rules, now);
    assert.equal(booking.windowEndAt - booking.dueAt, 10 * 60_000);
    const late = checkBooking(request({ time: '23:50' }), anyHour, now);
    assert.equal(late.windowEndAt - late.dueAt, 30 * 60_000);
  });

  for (const [number, why] of [
    ['', 'empty'],
    ['abc', 'no number'],
    ['190', 'an emergency number'],
    ['99999-0001', 'no area code'],
    ['+55 11', 'too short'],
    ['83 99999-00011', 'too long'],
    ['+55 00 99999-0001', 'an area code that does not exist'],
  ] as const) {
    it(`refuses the number "${number}": ${why}`, () => {
      assert.deepEqual(refusal({ number }), { key: 'callbacks:error.number', field: 'number', params: {} });
    });
  }

  it('takes a number of another country', () => {
    assert.equal(checkBooking(request({ number: '+351 912 345 678' }), rules, now).number, '+351912345678');
  });

  for (const date of ['2026-02-30', '2026-13-01', '2026-1-1', '25/11/2026', '']) {
    it(`refuses the date "${date}"`, () => {
      assert.deepEqual(refusal({ date }), { key: 'callbacks:error.date', field: 'date', params: {} });
    });
  }
  for (const time of ['24:00', '12:60', '9:00', 'noon', '']) {
    it(`refuses the time "${time}"`, () => {
      assert.deepEqual(refusal({ time }), { key: 'callbacks:error.time', field: 'time', params: {} });
    });
  }
  for (const timeZone of ['Mars/Olympus', '+03:00', 'UTC+3', 'local', 'EST', '', '../etc/passwd']) {
    it(`refuses the time zone "${timeZone}"`, () => {
      assert.equal(isTimeZone(timeZone), false);
      assert.deepEqual(refusal({ timeZone }), { key: 'callbacks:error.time-zone', field: 'timeZone', params: {} });
    });
  }

  it('knows every zone of Brazil, and UTC', () => {
    for (const zone of ['America/Sao_Paulo', 'America/Manaus', 'America/Noronha', 'America/Rio_Branco', 'UTC']) {
      assert.ok(isTimeZone(zone), zone);
    }
    assert.ok(isTimeZone('America/Argentina/Buenos_Aires'));
  });

  it('names the time when it has just passed, and the date when the day has', () => {
    assert.deepEqual(refusal({ date: '2026-11-24', time: '10:00' }), {
      key: 'callbacks:error.past',
      field: 'time',
      params: {},
    });
    assert.equal(refusal({ date: '2026-11-23' }).field, 'date');
    assert.ok(checkBooking(request({ date: '2026-11-24', time: '10:01' }), rules, now));
  });

  it('judges "today" where the customer is', () => {
    // 23:30 on the 24th in São Paulo is already the 25th in Lisbon.
    const lateEvening = Date.UTC(2026, 10, 25, 2, 30);
    assert.equal(
      refusal({ date: '2026-11-25', time: '01:00', timeZone: 'Europe/Lisbon' }, anyHour, lateEvening).field,
      'time',
    );
  });

  it('takes the last day ahead and refuses the one after', () => {
    assert.ok(checkBooking(request({ date: '2026-12-24', time: '19:59' }), rules, now));
    assert.deepEqual(refusal({ date: '2026-12-25' }), {
      key: 'callbacks:error.too-far',
      field: 'date',
      params: { days: 30 },
    });
  });

  it('refuses a Sunday and a holiday, at the date', () => {
    assert.deepEqual(refusal({ date: '2026-11-29' }).key, 'callbacks:error.day-not-allowed');
    assert.throws(() => checkBooking(request({}), rules, now, true), { key: 'callbacks:error.holiday', field: 'date' });
  });

  it('refuses hours at which nobody may be called there, and says which may', () => {
    for (const time of ['07:59', '20:00']) {
      assert.deepEqual(refusal({ time }), {
        key: 'callbacks:error.hour-not-allowed',
        field: 'time',
        params: { from: '08:00', to: '20:00' },
      });
    }
    assert.ok(checkBooking(request({ time: '08:00' }), rules, now));
    assert.ok(checkBooking(request({ time: '19:59' }), rules, now));
  });

  it('refuses notes that are too long, and takes the longest', () => {
    assert.deepEqual(refusal({ notes: 'x'.repeat(501) }), {
      key: 'callbacks:error.notes-too-long',
      field: 'notes',
      params: { max: 500 },
    });
    assert.equal(checkBooking(request({ notes: `${'x'.repeat(500)}   ` }), rules, now).notes.length, 500);
  });
});

describe('booking at a change of the clocks', () => {
  const newYork = (date: string, time: string): Partial<BookingRequest> => ({
    date,
    time,
    timeZone: 'America/New_York',
  });

  it('refuses a time that the clock skips, and names one that it shows', () => {
    assert.deepEqual(refusal(newYork('2027-03-14', '02:30'), anyHour), {
      key: 'callbacks:error.time-skipped',
      field: 'time',
      params: { time: '02:30', next: '03:30' },
    });
    assert.ok(checkBooking(request(newYork('2027-03-14', '03:00')), anyHour, now));
  });

  it('refuses a time that the clock shows twice', () => {
    assert.deepEqual(refusal(newYork('2027-11-07', '01:30'), anyHour), {
      key: 'callbacks:error.time-twice',
      field: 'time',
      params: { time: '01:30' },
    });
  });

  it('takes the times on either side of the doubled hour for what they are', () => {
    const before = checkBooking(request(newYork('2027-11-07', '00:59')), anyHour, now);
    const after = checkBooking(request(newYork('2027-11-07', '02:00')), anyHour, now);
    // 61 minutes on the wall, and the hour that is shown twice.
    assert.equal(after.dueAt - before.dueAt, (61 + 60) * 60_000);
  });

  it('keeps the wall clock over the change: a week later is not 168 hours later', () => {
    const saturday = checkBooking(request(newYork('2027-11-06', '14:00')), anyHour, now);
    const sunday = checkBooking(request(newYork('2027-11-07', '14:00')), anyHour, now);
    assert.equal(sunday.dueAt - saturday.dueAt, 25 * 3_600_000);
  });
});

describe('whether a customer may be called', () => {
  it('asks the clock on the customer’s own wall', () => {
    const moment = DateTime.fromISO('2026-11-25T08:30', { zone: 'America/Sao_Paulo' }).toMillis();
    assert.equal(isAllowedAt(moment, 'America/Sao_Paulo', rules.hours), true);
    assert.equal(isAllowedAt(moment, 'America/Rio_Branco', rules.hours), false);
    assert.equal(isAllowedAt(moment, 'America/Rio_Branco', ANY_HOUR), true);
  });

  it('closes at the end of the hours and not after it', () => {
    const closing = DateTime.fromISO('2026-11-25T20:00', { zone: 'America/Sao_Paulo' }).toMillis();
    assert.equal(isAllowedAt(closing - 1, 'America/Sao_Paulo', rules.hours), true);
    assert.equal(isAllowedAt(closing, 'America/Sao_Paulo', rules.hours), false);
  });

  it('never allows a zone that does not exist', () => {
    assert.equal(isAllowedAt(now, 'Mars/Olympus', ANY_HOUR), false);
  });
});
