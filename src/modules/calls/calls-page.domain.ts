import { formatDuration, formatPhone, formatTime } from '../../shared/format.js';
import { type Locale, type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { outcomeOf, type CallOutcome } from './call-outcome.domain.js';
import { type CallRecord, type CallRecordEvent } from './call-record.domain.js';

const NOTHING = '–';

/** A call as a person reads it: everything is text. */
export interface CallLine {
  readonly callId: string;
  /** From or to whom. */
  readonly title: string;
  readonly date: string;
  readonly time: string;
  readonly direction: string;
  readonly customer: string;
  readonly number: string;
  readonly queue: string;
  readonly agent: string;
  readonly waited: string;
  readonly talked: string;
  readonly held: string;
  readonly wrapUp: string;
  readonly outcome: CallOutcome;
  readonly outcomeText: string;
  readonly endedBy: string;
}

export interface CallTimelineEntry {
  readonly type: string;
  readonly time: string;
  /** Since the call began. */
  readonly after: string;
  readonly text: string;
  readonly agent: string;
  readonly detail: string;
}

export interface CallWords {
  readonly t: Translate;
  readonly locale: Locale;
  readonly timeZone: string;
}

export function toCallLine(call: CallRecord, { t, locale, timeZone }: CallWords): CallLine {
  const outcome = outcomeOf(call);
  const answered = call.answeredAt !== null;
  const ended = call.state === 'ended';
  const ifAnswered = (ms: number): string => (answered && ended ? formatDuration(ms) : NOTHING);
  return {
    callId: call.callId,
    title: t(call.direction === 'inbound' ? 'board:calls.detail-from' : 'board:calls.detail-to', {
      number: formatPhone(call.number),
    }),
    date: new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: '2-digit', timeZone }).format(
      call.startedAt,
    ),
    time: formatTime(call.startedAt, locale, timeZone),
    direction: t(`board:direction.${call.direction}`),
    customer: call.customer?.name ?? NOTHING,
    number: formatPhone(call.number),
    queue: call.queue?.name ?? NOTHING,
    agent: call.agent?.name ?? NOTHING,
    // Who is dialled waits for nothing.
    waited: call.direction === 'inbound' && (answered || ended) ? formatDuration(call.waitedMs) : NOTHING,
    talked: ifAnswered(call.talkedMs),
    held: call.heldMs === 0 ? NOTHING : formatDuration(call.heldMs),
    wrapUp: call.wrapUpMs === 0 ? NOTHING : formatDuration(call.wrapUpMs),
    outcome,
    outcomeText: t(`board:calls.outcome.${outcome}`),
    endedBy: call.endedBy === null ? NOTHING : t(`board:calls.by.${call.endedBy}`),
  };
}

const EVENT_TEXTS: Readonly<Record<string, MessageKey>> = {
  started: 'board:calls.event.started',
  offered: 'board:calls.event.offered',
  declined: 'board:calls.event.declined',
  accepted: 'board:calls.event.accepted',
  answered: 'board:calls.event.answered',
  held: 'board:calls.event.held',
  resumed: 'board:calls.event.resumed',
  ended: 'board:calls.event.ended',
};
const DECLINE_TEXTS: Readonly<Record<string, MessageKey>> = {
  rejected: 'board:calls.detail.rejected',
  'no-answer': 'board:calls.detail.no-answer',
  unreachable: 'board:calls.detail.unreachable',
};

/** What happened in a call, in order. A kind of event that is not known yet is shown by its name. */
export function toTimeline(
  call: CallRecord,
  events: readonly CallRecordEvent[],
  { t, locale, timeZone }: CallWords,
): readonly CallTimelineEntry[] {
  return events.map((event) => {
    const text = EVENT_TEXTS[event.type];
    return {
      type: event.type,
      time: formatTime(event.at, locale, timeZone),
      after: `+${formatDuration(event.at - call.startedAt)}`,
      text: text === undefined ? event.type : t(text),
      agent: event.agent?.name ?? '',
      detail: detailText(event, call, t),
    };
  });
}

function detailText({ type, detail }: CallRecordEvent, call: CallRecord, t: Translate): string {
  if (type === 'ended') {
    const by = call.endedBy === null ? '' : `${t('board:calls.ended-by')}: ${t(`board:calls.by.${call.endedBy}`)} · `;
    return by + t(`board:calls.outcome.${outcomeOf(call)}`);
  }
  if (detail === null) return '';
  const known = type === 'declined' ? DECLINE_TEXTS[detail] : undefined;
  return known === undefined ? detail : t(known);
}
