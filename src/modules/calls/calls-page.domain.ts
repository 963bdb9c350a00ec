import { formatDuration, formatPhone, formatTime } from '../../shared/format.js';
import { type Locale, type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { outcomeOf, type CallOutcome } from './call-outcome.domain.js';
import {
  toDestination,
  toMove,
  type CallRecord,
  type CallRecordEvent,
  type CallRecordWithEvents,
} from './call-record.domain.js';
import { type CallDestination } from './call.domain.js';

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
  /** Of a consultation: who was asked, and the address of the call it was about; null for any other call. */
  readonly consultation: { readonly asked: string; readonly about: string | null } | null;
}

export interface CallTimelineEntry {
  readonly type: string;
  readonly time: string;
  /** Since the call began. */
  readonly after: string;
  readonly text: string;
  readonly agent: string;
  readonly detail: string;
  /** The consultation it is about. */
  readonly href: string | null;
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
    title: t(TITLES[call.direction], { number: formatPhone(call.number) }),
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
    consultation: consultationOf(call),
  };
}

function consultationOf(call: CallRecord): CallLine['consultation'] {
  if (call.direction !== 'consult') return null;
  return {
    asked: call.peer?.name ?? call.queue?.name ?? formatPhone(call.number),
    about: call.consults === null ? null : addressOf(call.consults),
  };
}

function addressOf(callId: string): string {
  return `/calls/${encodeURIComponent(callId)}`;
}

const TITLES: Readonly<Record<CallRecord['direction'], MessageKey>> = {
  inbound: 'board:calls.detail-from',
  outbound: 'board:calls.detail-to',
  callback: 'board:calls.detail-to',
  consult: 'board:calls.detail-consult',
};

const EVENT_TEXTS: Readonly<Record<string, MessageKey>> = {
  started: 'board:calls.event.started',
  offered: 'board:calls.event.offered',
  declined: 'board:calls.event.declined',
  accepted: 'board:calls.event.accepted',
  answered: 'board:calls.event.answered',
  held: 'board:calls.event.held',
  resumed: 'board:calls.event.resumed',
  'transfer-started': 'board:calls.event.transfer-started',
  'transfer-failed': 'board:calls.event.transfer-failed',
  transferred: 'board:calls.event.transferred',
  conferenced: 'board:calls.event.conferenced',
  consulted: 'board:calls.event.consulted',
  ended: 'board:calls.event.ended',
};
const CAUSE_TEXTS: Readonly<Record<string, MessageKey>> = {
  rejected: 'board:calls.detail.rejected',
  'no-answer': 'board:calls.detail.no-answer',
  unreachable: 'board:calls.detail.unreachable',
  busy: 'board:calls.detail.busy',
  'taken-back': 'board:calls.detail.taken-back',
};
const HOW_TEXTS = {
  blind: 'board:calls.detail.blind',
  attended: 'board:calls.detail.attended',
  'agent-away': 'board:calls.detail.agent-away',
} as const;
const TARGET_TEXTS = {
  agent: 'board:calls.detail.to-agent',
  queue: 'board:calls.detail.to-queue',
  number: 'board:calls.detail.to-number',
} as const;

/**
 * What happened in a call, in order, with the consultations about it where they began. A kind of event that is not known
 * yet is shown by its name.
 */
export function toTimeline(call: CallRecordWithEvents, words: CallWords): readonly CallTimelineEntry[] {
  const { t, locale, timeZone } = words;
  const of = (type: string, at: number): Pick<CallTimelineEntry, 'type' | 'time' | 'after' | 'text'> => {
    const text = EVENT_TEXTS[type];
    return {
      type,
      time: formatTime(at, locale, timeZone),
      after: `+${formatDuration(at - call.startedAt)}`,
      text: text === undefined ? type : t(text),
    };
  };
  const events = call.events.map((event) => ({
    at: event.at,
    entry: {
      ...of(event.type, event.at),
      agent: event.agent?.name ?? '',
      detail: detailText(event, call, words),
      href: null,
    },
  }));
  const consultations = call.consultations.map((other) => ({
    at: other.startedAt,
    entry: {
      ...of('consulted', other.startedAt),
      agent: other.agent?.name ?? '',
      detail: `${toCallLine(other, words).consultation?.asked ?? ''} · ${t(`board:calls.outcome.${outcomeOf(other)}`)}`,
      href: addressOf(other.callId),
    },
  }));
  // Stable: what happened at one moment stays as it was written.
  return [...events, ...consultations].sort((a, b) => a.at - b.at).map(({ entry }) => entry);
}

function detailText({ type, detail }: CallRecordEvent, call: CallRecord, { t }: CallWords): string {
  if (type === 'ended') {
    const by = call.endedBy === null ? '' : `${t('board:calls.ended-by')}: ${t(`board:calls.by.${call.endedBy}`)} · `;
    return by + t(`board:calls.outcome.${outcomeOf(call)}`);
  }
  if (detail === null) return '';
  switch (type) {
    case 'declined':
    case 'transfer-failed': {
      const known = CAUSE_TEXTS[detail];
      return known === undefined ? detail : t(known);
    }
    case 'transfer-started':
      return destinationText(toDestination(detail), t) ?? detail;
    case 'transferred': {
      const move = toMove(detail);
      if (move === null) return detail;
      return [destinationText(move.to, t), t(HOW_TEXTS[move.how])].filter((part) => part !== null).join(' · ');
    }
    case 'answered':
    case 'conferenced':
      // Ids of ours; who it was is told beside it.
      return '';
    default:
      return detail;
  }
}

function destinationText(target: CallDestination | null, t: Translate): string | null {
  if (target === null || target.name === '') return null;
  const name = target.kind === 'number' ? formatPhone(target.name) : target.name;
  return t(TARGET_TEXTS[target.kind], { name });
}
