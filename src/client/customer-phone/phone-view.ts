import { type Translate } from '../../shared/i18n/messages.js';
import { formatTime } from '../format.js';
import { type SoftphoneSnapshot } from '../softphone/softphone.js';

/** What the customer's phone shows, in one word. `ended` stays until something else happens. */
export type CustomerPhoneState =
  'idle' | 'connecting' | 'registered' | 'calling' | 'queued' | 'ringing' | 'talking' | 'held' | 'ended';

/** What the phone plays by itself; what comes over the line is not its business. */
export type CustomerPhoneSound = 'none' | 'ring' | 'ringback' | 'music' | 'prompt';

/** `hasEnded`: a call has just ended, and its end is still shown. */
export function customerPhoneState(phone: SoftphoneSnapshot, hasEnded: boolean): CustomerPhoneState {
  const { call } = phone;
  if (call === null) {
    if (hasEnded) return 'ended';
    return phone.state === 'registered' || phone.state === 'connecting' ? phone.state : 'idle';
  }
  switch (call.state) {
    case 'calling':
      return call.waiting === 'queued' ? 'queued' : 'calling';
    case 'ringing':
    case 'answering':
      return 'ringing';
    case 'talking':
      // Sent on to a queue: answered before, and waiting again.
      if (call.waiting === 'queued') return 'queued';
      return call.isHeldByOther || call.isOtherAway ? 'held' : 'talking';
    case 'held':
      return 'held';
    case 'ended':
      return 'ended';
  }
}

export function customerPhoneSound(phone: SoftphoneSnapshot): CustomerPhoneSound {
  const { call } = phone;
  if (call === null) return 'none';
  if (call.state === 'ringing') return call.autoAnswer ? 'none' : 'ring';
  if (call.waiting === 'queued') return call.waitingSound === null ? 'music' : 'prompt';
  if (call.state === 'calling') return call.waiting === 'ringing' ? 'ringback' : 'none';
  // Nobody is at the other end to send anything: an agent's page that is reloaded, say.
  return call.isOtherAway ? 'music' : 'none';
}

const WEEK_MS = 7 * 86_400_000;

/**
 * What a customer is told who called a closed queue: "Fora do horário de atendimento. Abre segunda-feira às 08:00.", in the
 * time zone of the operation. A day a week ahead or more is said with its date.
 *
 * @param opensAt epoch milliseconds; null when it is not known
 */
export function closedText(
  opensAt: number | null,
  now: number,
  { t, locale, timeZone }: { readonly t: Translate; readonly locale: string; readonly timeZone: string },
): string {
  if (opensAt === null) return t('customer-phone:ended.out-of-hours');
  const time = formatTime(opensAt, locale, timeZone);
  const dayOf = (at: number, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at);
  const date = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
  if (dayOf(opensAt, date) === dayOf(now, date)) return t('customer-phone:ended.opens-today', { time });
  const isFar = dayOf(opensAt, date) === dayOf(now + WEEK_MS, date) || opensAt - now > WEEK_MS;
  const day = dayOf(opensAt, { weekday: 'long', ...(isFar ? { day: '2-digit', month: '2-digit' } : {}) });
  return t('customer-phone:ended.opens-on', { day, time });
}

export interface QueueChoice {
  readonly number: string;
  readonly name: string;
}

/** The queues that can be called, as the view wrote them; what is malformed is left out. */
export function readQueues(json: string | undefined): readonly QueueChoice[] {
  if (json === undefined) return [];
  const value = JSON.parse(json) as unknown;
  return Array.isArray(value) ? value.filter(isQueueChoice) : [];
}

function isQueueChoice(value: unknown): value is QueueChoice {
  return (
    typeof value === 'object' &&
    value !== null &&
    'number' in value &&
    typeof value.number === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
