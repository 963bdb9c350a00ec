/** `0:07`, `12:30`, `1:02:03`; below zero shows as zero. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/**
 * A telephone number as people write it: `+5583988887777` is `+55 83 98888-7777`. What is not a Brazilian number (another
 * country, an extension) is shown as it came.
 */
export function formatPhone(number: string): string {
  const found = /^\+55(\d{2})(\d{4,5})(\d{4})$/.exec(number);
  if (found === null) return number;
  const [, area, prefix, line] = found;
  return `+55 ${area ?? ''} ${prefix ?? ''}-${line ?? ''}`;
}

/** `10:42:07`, in the person's zone. */
export function formatClock(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** `14:05`, in the person's zone or the one that is named. */
export function formatTime(at: number, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** `12/11`. */
export function formatDay(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit' }).format(at);
}

/** Whether two moments are of one day, in the person's zone. */
export function isSameDay(at: number, other: number): boolean {
  return new Date(at).toDateString() === new Date(other).toDateString();
}

/** `14:05` on the day of `now`, `12/11 14:05` on any other; in the person's zone. */
export function formatMoment(at: number, now: number, locale: string): string {
  const time = formatTime(at, locale);
  return isSameDay(at, now) ? time : `${formatDay(at, locale)} ${time}`;
}

/** `12/11/2026`. */
export function formatDate(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric' }).format(at);
}
