import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type OpenState } from './opening-hours.domain.js';

/** "Aberta agora, até 18:00", "Fechada até seg., 23/11, 08:00": today's moment without its date. */
export function openStateText(
  { isOpen, until }: OpenState,
  at: number,
  timeZone: string,
  { t, locale }: { readonly t: Translate; readonly locale: Locale },
): string {
  if (until === null) return t(isOpen ? 'queues:open-always' : 'queues:closed-always');
  const sameDay =
    format(at, locale, timeZone, { dateStyle: 'short' }) === format(until, locale, timeZone, { dateStyle: 'short' });
  const time = format(until, locale, timeZone, {
    ...(sameDay ? {} : { weekday: 'short', day: '2-digit', month: '2-digit' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return t(isOpen ? 'queues:open-until' : 'queues:closed-until', { time });
}

function format(at: number, locale: Locale, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at);
}
