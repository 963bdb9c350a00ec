/** National: a holiday by federal law. Optional: a "ponto facultativo", a holiday only for those who make it one. */
export const HOLIDAY_KINDS = ['national', 'optional', 'local'] as const;
export type HolidayKind = (typeof HOLIDAY_KINDS)[number];

/** A day on which nobody works. */
export interface Holiday {
  readonly id: number;
  /** `YYYY-MM-DD`, or `MM-DD` for one that comes every year. */
  readonly day: string;
  readonly name: string;
  readonly kind: HolidayKind;
  readonly version: number;
}

export interface HolidayDraft {
  readonly day: string;
  readonly name: string;
  readonly kind: HolidayKind;
}

export function isYearly(day: string): boolean {
  return day.length === 5;
}

/** The date of a holiday in a year, `YYYY-MM-DD`; null when it has none in it (another year's, 29 February). */
export function dateIn(day: string, year: number): string | null {
  if (!isYearly(day)) return day.startsWith(`${yearText(year)}-`) ? day : null;
  const date = `${yearText(year)}-${day}`;
  return isDate(date) ? date : null;
}

/** Whether this is a day of the calendar, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The dates of these holidays from one date to another, both included. */
export function datesBetween(days: readonly string[], from: string, until: string): ReadonlySet<string> {
  const dates = new Set<string>();
  for (let year = Number(from.slice(0, 4)); year <= Number(until.slice(0, 4)); year += 1) {
    for (const day of days) {
      const date = dateIn(day, year);
      if (date !== null && date >= from && date <= until) dates.add(date);
    }
  }
  return dates;
}

function yearText(year: number): string {
  return String(year).padStart(4, '0');
}
