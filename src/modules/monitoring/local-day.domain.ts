import { DateTime } from 'luxon';

/** One day of a time zone, `[from, until)`, epoch milliseconds. 23 or 25 hours long where the clocks change. */
export interface LocalDay {
  readonly from: number;
  readonly until: number;
}

export function localDayOf(at: number, timeZone: string): LocalDay {
  const start = DateTime.fromMillis(at, { zone: timeZone }).startOf('day');
  if (!start.isValid) throw new Error(`no such time zone: ${timeZone}`);
  // A day of the calendar, not 24 hours; and its own start, because midnight itself may be skipped.
  return { from: start.toMillis(), until: start.plus({ days: 1 }).startOf('day').toMillis() };
}
