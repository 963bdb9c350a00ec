import { DateTime } from 'luxon';
import { formatPhone } from '../../shared/format.js';
import { type CallbackState } from '../../shared/desk.js';
import { type Locale, type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { isWaiting, type AttemptResult, type Callback, type CallbackAttempt } from './callback.domain.js';

/** A promise as a person reads it: everything is text, and every time is the customer's. */
export interface CallbackLine {
  readonly id: number;
  readonly number: string;
  /** Null: nobody is known under that number. */
  readonly customer: string | null;
  readonly date: string;
  readonly time: string;
  readonly until: string;
  /** The zone's name and what its clock is ahead of UTC, as `America/Manaus (UTC-4)`. */
  readonly zone: string;
  readonly owner: string | null;
  readonly state: CallbackState;
  readonly stateText: string;
  readonly reasonText: string | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly offers: readonly { readonly n: number; readonly at: string; readonly result: string }[];
  readonly notes: string;
  readonly isCancellable: boolean;
}

export interface CallbackWords {
  readonly t: Translate;
  readonly locale: Locale;
}

export function toCallbackLine(
  callback: Callback,
  attempts: readonly CallbackAttempt[],
  { t, locale }: CallbackWords,
): CallbackLine {
  const local = (at: number): DateTime => DateTime.fromMillis(at, { zone: callback.timeZone, locale });
  const due = local(callback.dueAt);
  return {
    id: callback.id,
    number: formatPhone(callback.number),
    customer: callback.customerName,
    date: due.toLocaleString({ weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric' }),
    time: due.toFormat('HH:mm'),
    until: local(callback.windowEndAt).toFormat('HH:mm'),
    zone: `${callback.timeZone} (UTC${due.toFormat('Z')})`,
    owner: callback.ownerName,
    state: callback.state,
    stateText: t(`callbacks:state.${callback.state}`),
    reasonText: callback.reason === null ? null : t(`callbacks:reason.${callback.reason}`),
    attempts: callback.attempts,
    maxAttempts: callback.maxAttempts,
    offers: attempts.map((attempt) => ({
      n: attempt.n,
      at: local(attempt.offeredAt).toFormat('HH:mm:ss'),
      result: t(resultKey(attempt.result)),
    })),
    notes: callback.notes,
    isCancellable: isWaiting(callback.state),
  };
}

function resultKey(result: AttemptResult | null): MessageKey {
  if (result === null) return 'callbacks:attempt.under-way';
  return result === 'never-dialled' ? 'callbacks:attempt.never-dialled' : `callbacks:reason.${result}`;
}
