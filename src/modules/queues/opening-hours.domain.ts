import { DateTime } from 'luxon';
import { type MessageKey } from '../../shared/i18n/messages.js';

const DAY_MINUTES = 24 * 60;
/** How far ahead the next opening is looked for. */
const DAYS_AHEAD = 31;

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** In minutes after local midnight. What closes after 1440 closes on the next day. */
export interface OpeningInterval {
  readonly opensAt: number;
  readonly closesAt: number;
}

export interface WeeklyInterval extends OpeningInterval {
  /** ISO: Monday 1 to Sunday 7; of an interval over midnight, the day on which it begins. */
  readonly weekday: number;
}

/** Null: always open. An empty list: never. */
export type OpeningHours = readonly WeeklyInterval[] | null;

/** Whether a queue is open, and until when (epoch milliseconds); null when that does not change within a month. */
export interface OpenState {
  readonly isOpen: boolean;
  readonly until: number | null;
}

export type HoursProblem = Extract<MessageKey, `queues:error.hours-${string}`>;

/**
 * Whether a queue is open at a moment, by the clock on the wall of `timeZone`. A holiday lasts from midnight to midnight:
 * what began on the evening before ends there.
 *
 * @param holidays local dates, `YYYY-MM-DD`; empty for a queue that does not follow them
 * @param at epoch milliseconds
 */
export function isOpen(hours: OpeningHours, holidays: ReadonlySet<string>, at: number, timeZone: string): boolean {
  const local = localAt(at, timeZone);
  if (holidays.has(dateOf(local))) return false;
  if (hours === null) return true;
  const minute = local.hour * 60 + local.minute;
  const before = local.weekday === 1 ? 7 : local.weekday - 1;
  return hours.some(
    ({ weekday, opensAt, closesAt }) =>
      (weekday === local.weekday && opensAt <= minute && minute < closesAt) ||
      (weekday === before && minute + DAY_MINUTES < closesAt),
  );
}

/** As `isOpen`, and the moment at which it changes next. */
export function openStateOf(
  hours: OpeningHours,
  holidays: ReadonlySet<string>,
  at: number,
  timeZone: string,
): OpenState {
  const now = isOpen(hours, holidays, at, timeZone);
  const today = localAt(at, timeZone).startOf('day');
  const moments: number[] = [];
  for (let n = -1; n <= DAYS_AHEAD; n += 1) {
    const day = today.plus({ days: n });
    moments.push(day.toMillis());
    for (const { weekday, opensAt, closesAt } of hours ?? []) {
      if (weekday === day.weekday) moments.push(momentOf(day, opensAt), momentOf(day, closesAt));
    }
  }
  const later = moments.filter((moment) => moment > at).sort((a, b) => a - b);
  return { isOpen: now, until: later.find((moment) => isOpen(hours, holidays, moment, timeZone) !== now) ?? null };
}

/** The local dates a call of `openStateOf` may ask about, both included. */
export function datesAround(at: number, timeZone: string): { readonly from: string; readonly until: string } {
  const local = localAt(at, timeZone);
  return { from: dateOf(local.minus({ days: 1 })), until: dateOf(local.plus({ days: DAYS_AHEAD + 1 })) };
}

/**
 * Reads the intervals of one weekday as a person writes them: `08:00-12:00, 13:00–18:00`, `8h às 12h30`, `24h`; empty for
 * a day that is closed. One whose end is not after its beginning goes over midnight.
 */
export function parseIntervals(text: string): readonly OpeningInterval[] | HoursProblem {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const intervals: OpeningInterval[] = [];
  for (const part of parts) {
    const interval = parseInterval(part);
    if (interval === null) return 'queues:error.hours-unreadable';
    if (interval.closesAt === interval.opensAt) return 'queues:error.hours-empty';
    intervals.push(interval);
  }
  intervals.sort((a, b) => a.opensAt - b.opensAt);
  return intervals.some((interval, i) => i > 0 && interval.opensAt < (intervals[i - 1]?.closesAt ?? 0))
    ? 'queues:error.hours-overlap'
    : intervals;
}

/** Weekdays that begin while the day before has not closed yet. */
export function overlappingWeekdays(hours: readonly WeeklyInterval[]): readonly number[] {
  return WEEKDAYS.filter((weekday) => {
    const before = hours.filter((interval) => interval.weekday === (weekday === 1 ? 7 : weekday - 1));
    const carried = Math.max(0, ...before.map(({ closesAt }) => closesAt - DAY_MINUTES));
    return hours.some((interval) => interval.weekday === weekday && interval.opensAt < carried);
  });
}

/** `08:00–12:00, 13:00–18:00`: what `parseIntervals` reads. */
export function intervalsText(intervals: readonly OpeningInterval[]): string {
  return [...intervals]
    .sort((a, b) => a.opensAt - b.opensAt)
    .map(
      ({ opensAt, closesAt }) =>
        `${clock(opensAt)}–${clock(closesAt > DAY_MINUTES ? closesAt - DAY_MINUTES : closesAt)}`,
    )
    .join(', ');
}

function parseInterval(text: string): OpeningInterval | null {
  if (/^24 ?h(oras|ours)?$/i.test(text)) return { opensAt: 0, closesAt: DAY_MINUTES };
  const found = /^(\d{1,2})(?:[:h](\d{2})?)?\s*(?:-|–|—|às|as|a|to)\s*(\d{1,2})(?:[:h](\d{2})?)?$/i.exec(text);
  if (found === null) return null;
  const opensAt = minutesOf(found[1], found[2]);
  const closesAt = minutesOf(found[3], found[4]);
  if (opensAt === null || closesAt === null || opensAt === DAY_MINUTES) return null;
  return { opensAt, closesAt: closesAt < opensAt ? closesAt + DAY_MINUTES : closesAt };
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | null {
  const minutes = Number(minute ?? 0);
  const total = Number(hour) * 60 + minutes;
  return minutes < 60 && total <= DAY_MINUTES ? total : null;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function localAt(at: number, timeZone: string): DateTime {
  const local = DateTime.fromMillis(at, { zone: timeZone });
  if (!local.isValid) throw new Error(`no such time zone: ${timeZone}`);
  return local;
}

function momentOf(day: DateTime, minutes: number): number {
  return day
    .plus({ days: Math.floor(minutes / DAY_MINUTES) })
    .set({ hour: Math.floor((minutes % DAY_MINUTES) / 60), minute: minutes % 60 })
    .toMillis();
}

function dateOf(local: DateTime): string {
  return local.toFormat('yyyy-MM-dd');
}
