import { formatTime } from '../../shared/format.js';
import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type AttendanceRecord, type RecordViewer } from './attendance-record.domain.js';
import { mayRead, type AttendanceEvent, type AttendanceKind, type AttendanceState } from './attendance.domain.js';
import { spokenProtocol } from './protocol.domain.js';

const NOTHING = '–';

export interface AttendanceWords {
  readonly t: Translate;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly viewer: RecordViewer;
}

/** An attendance as a person reads it in the list: everything is text. */
export interface RecordLine {
  readonly id: number;
  readonly protocol: string;
  /** In groups, as it is read aloud. */
  readonly grouped: string;
  readonly date: string;
  readonly time: string;
  readonly customer: string;
  readonly agent: string;
  readonly queue: string;
  readonly kind: AttendanceKind;
  readonly kindText: string;
  readonly state: AttendanceState;
  readonly stateText: string;
  /** A word instead when what it says is not for who looks. */
  readonly subject: string;
  readonly outcome: string;
  readonly isMasked: boolean;
}

export interface RecordHistoryLine {
  readonly type: AttendanceEvent['type'];
  readonly when: string;
  readonly text: string;
  /** Empty when there is none, or when it is not for who looks. */
  readonly reason: string;
}

/** One attendance with all it says; the texts are null when they are not for who looks. */
export interface RecordSheet extends RecordLine {
  /** Digit by digit, for a screen reader. */
  readonly spelled: string;
  readonly openedAt: string;
  readonly savedAt: string;
  readonly finishedAt: string;
  readonly description: string | null;
  readonly ura: { readonly digits: string; readonly menu: string } | null;
}

export function toRecordLine(record: AttendanceRecord, { t, locale, timeZone, viewer }: AttendanceWords): RecordLine {
  const isMasked = !mayRead(record, viewer);
  const said = (text: string): string => (isMasked ? t('attendances:confidential') : text === '' ? NOTHING : text);
  const isAnonymous = record.kind === 'anonymous';
  return {
    id: record.id,
    protocol: record.protocol,
    grouped: spokenProtocol(record.protocol),
    date: dateOf(record.openedAt, locale, timeZone),
    time: formatTime(record.openedAt, locale, timeZone),
    customer: isAnonymous ? t('attendance-pages:kind.anonymous') : (record.customer?.name ?? NOTHING),
    agent: record.agent?.name ?? NOTHING,
    queue: record.queue?.name ?? NOTHING,
    kind: record.kind,
    kindText: t(`attendance-pages:kind.${record.kind}`),
    state: record.state,
    stateText: t(`attendances:state.${record.state}`),
    subject: said(record.subject),
    outcome: said(record.outcome),
    isMasked,
  };
}

export function toRecordSheet(record: AttendanceRecord, words: AttendanceWords): RecordSheet {
  const { locale, timeZone } = words;
  const line = toRecordLine(record, words);
  const when = (at: number | null): string => (at === null ? NOTHING : whenOf(at, locale, timeZone));
  const { ura } = record;
  return {
    ...line,
    spelled: record.protocol.replace(/(?<=\d)(?=\d)/g, ' '),
    openedAt: when(record.openedAt),
    savedAt: when(record.savedAt),
    finishedAt: when(record.finishedAt),
    description: line.isMasked ? null : record.description,
    ura: ura === null || line.isMasked ? null : { digits: ura.digits ?? NOTHING, menu: ura.menu ?? NOTHING },
  };
}

/** What happened to a record, the oldest first. Why it was reopened is part of what a confidential one says. */
export function toHistory(
  record: AttendanceRecord,
  events: readonly AttendanceEvent[],
  { t, locale, timeZone, viewer }: AttendanceWords,
): readonly RecordHistoryLine[] {
  const nobody = t('attendance-pages:history.nobody');
  const isReadable = mayRead(record, viewer);
  return events.map(({ type, at, userName, fromName, reason }) => ({
    type,
    when: whenOf(at, locale, timeZone),
    text: t(`attendance-pages:history.${type}`, { name: userName ?? nobody, from: fromName ?? nobody }),
    reason: isReadable ? reason : '',
  }));
}

export function whenOf(at: number, locale: Locale, timeZone: string): string {
  return `${dateOf(at, locale, timeZone)} ${formatTime(at, locale, timeZone)}`;
}

function dateOf(at: number, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone }).format(at);
}
