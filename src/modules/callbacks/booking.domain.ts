import { DateTime, IANAZone } from 'luxon';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { DomainError } from '../../platform/errors.js';

/** When customers may be called, by the clock on their own wall. */
export interface AllowedHours {
  /** Minutes after local midnight; a call may begin from `fromMinute` up to, and not at, `toMinute` (1440 = midnight). */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** ISO weekdays, Monday 1 to Sunday 7. */
  readonly weekdays: readonly number[];
}

export const DEFAULT_HOURS: AllowedHours = {
  fromMinute: 8 * 60,
  toMinute: 20 * 60,
  weekdays: [1, 2, 3, 4, 5, 6],
};
/** For demonstrations, which happen at any hour. */
export const ANY_HOUR: AllowedHours = {
  fromMinute: 0,
  toMinute: 24 * 60,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
};

/** What may be promised. */
export interface BookingRules {
  readonly maxDaysAhead: number;
  readonly maxNotesLength: number;
  /** How long after the promised moment a call may still begin. */
  readonly windowMinutes: number;
  readonly hours: AllowedHours;
  /** Whose numbers may be typed without a country code. */
  readonly defaultCountry: CountryCode;
}

export interface BookingRequest {
  readonly number: string;
  /** `YYYY-MM-DD` and `HH:MM`, local in `timeZone`. */
  readonly date: string;
  readonly time: string;
  readonly timeZone: string;
  readonly notes: string;
}

/** What the request promises, checked. */
export interface Booking {
  readonly number: string;
  readonly dueAt: number;
  readonly windowEndAt: number;
  readonly timeZone: string;
  readonly notes: string;
}

/** `UTC` or `Area/Place`; the engine also knows offsets (`+03:00`) and abbreviations, which follow no daylight saving. */
const ZONE_NAME = /^(?:UTC|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/;

export function isTimeZone(name: string): boolean {
  return ZONE_NAME.test(name) && IANAZone.isValidZone(name);
}

/**
 * Checks what an agent promises, and turns it into moments. `now` is epoch milliseconds. Throws a `DomainError` with the
 * field it is about: `number`, `date`, `time`, `timeZone` or `notes`.
 *
 * @param isHoliday whether nobody is called on the date that is asked for
 */
export function checkBooking(request: BookingRequest, rules: BookingRules, now: number, isHoliday = false): Booking {
  const number = dialableNumber(request.number, rules.defaultCountry);
  if (!isTimeZone(request.timeZone)) {
    throw new DomainError('invalid', 'callbacks:error.time-zone', { field: 'timeZone' });
  }
  const due = localMoment(request.date, request.time, request.timeZone);
  requireFuture(due, now, rules.maxDaysAhead);
  if (isHoliday) throw new DomainError('invalid', 'callbacks:error.holiday', { field: 'date' });
  requireAllowed(due, rules.hours);
  const notes = request.notes.trim();
  if (notes.length > rules.maxNotesLength) {
    throw new DomainError('invalid', 'callbacks:error.notes-too-long', {
      field: 'notes',
      params: { max: rules.maxNotesLength },
    });
  }
  const dueAt = due.toMillis();
  // A promise does not reach past the hours in which it may be kept.
  const windowEndAt = Math.min(dueAt + rules.windowMinutes * 60_000, closingAt(due, rules.hours));
  return { number, dueAt, windowEndAt, timeZone: request.timeZone, notes };
}

/** The date there, `YYYY-MM-DD`, at `at` (epoch milliseconds). */
export function localDate(at: number, timeZone: string): string {
  return DateTime.fromMillis(at, { zone: timeZone }).toFormat('yyyy-MM-dd');
}

/** Whether a customer there may be called at `at` (epoch milliseconds). Holidays are the caller's to ask about. */
export function isAllowedAt(at: number, timeZone: string, hours: AllowedHours): boolean {
  const local = DateTime.fromMillis(at, { zone: timeZone });
  return local.isValid && isWorkingDay(local, hours) && isInHours(local, hours);
}

function dialableNumber(text: string, country: CountryCode): string {
  const parsed = parsePhoneNumberFromString(text, country);
  // `isValid` also refuses what could not be dialled from abroad: short codes, and numbers without their area code.
  if (parsed?.isValid() !== true) {
    throw new DomainError('invalid', 'callbacks:error.number', { field: 'number' });
  }
  return parsed.number;
}

/**
 * The moment at which the clocks there show this. A clock that is put forward skips some times and one that is put back
 * shows some twice; neither can be promised, because the customer cannot know which moment is meant.
 */
function localMoment(date: string, time: string, timeZone: string): DateTime {
  const day = DateTime.fromISO(date, { zone: 'UTC' });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !day.isValid) {
    throw new DomainError('invalid', 'callbacks:error.date', { field: 'date' });
  }
  const clock = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (clock === null) throw new DomainError('invalid', 'callbacks:error.time', { field: 'time' });
  const wanted = { hour: Number(clock[1]), minute: Number(clock[2]) };
  const local = DateTime.fromObject({ year: day.year, month: day.month, day: day.day, ...wanted }, { zone: timeZone });
  if (local.hour !== wanted.hour || local.minute !== wanted.minute || local.day !== day.day) {
    throw new DomainError('invalid', 'callbacks:error.time-skipped', {
      field: 'time',
      params: { time, next: local.toFormat('HH:mm') },
    });
  }
  if (local.getPossibleOffsets().length > 1) {
    throw new DomainError('invalid', 'callbacks:error.time-twice', { field: 'time', params: { time } });
  }
  return local;
}

function requireFuture(due: DateTime, now: number, maxDaysAhead: number): void {
  const today = DateTime.fromMillis(now, { zone: due.zone });
  if (due.toMillis() <= now) {
    const field = due.hasSame(today, 'day') ? 'time' : 'date';
    throw new DomainError('invalid', 'callbacks:error.past', { field });
  }
  if (due.startOf('day') > today.startOf('day').plus({ days: maxDaysAhead })) {
    throw new DomainError('invalid', 'callbacks:error.too-far', { field: 'date', params: { days: maxDaysAhead } });
  }
}

function requireAllowed(due: DateTime, hours: AllowedHours): void {
  if (!isWorkingDay(due, hours)) {
    throw new DomainError('invalid', 'callbacks:error.day-not-allowed', { field: 'date' });
  }
  if (!isInHours(due, hours)) {
    throw new DomainError('invalid', 'callbacks:error.hour-not-allowed', {
      field: 'time',
      params: { from: clockText(hours.fromMinute), to: clockText(hours.toMinute) },
    });
  }
}

function isWorkingDay(local: DateTime, hours: AllowedHours): boolean {
  return hours.weekdays.includes(local.weekday);
}

function isInHours(local: DateTime, hours: AllowedHours): boolean {
  const minute = local.hour * 60 + local.minute;
  return minute >= hours.fromMinute && minute < hours.toMinute;
}

function closingAt(local: DateTime, hours: AllowedHours): number {
  // Open until midnight may mean open after it too; the hours are checked again before each call.
  if (hours.toMinute >= 24 * 60) return Number.POSITIVE_INFINITY;
  return local
    .startOf('day')
    .set({ hour: Math.floor(hours.toMinute / 60), minute: hours.toMinute % 60 })
    .toMillis();
}

function clockText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
