import { formatDuration, formatTime } from '../../shared/format.js';
import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type Recording, type RecordingLine } from './recording.domain.js';

/** A recording as the page of its call shows it. `hasFile`: whether the file is there. */
export function toRecordingLine(
  recording: Recording,
  hasFile: boolean,
  words: { readonly t: Translate; readonly locale: Locale; readonly timeZone: string },
): RecordingLine {
  const { t, locale, timeZone } = words;
  const { id, startedAt, endedAt, pauses, state } = recording;
  const time = formatTime(startedAt, locale, timeZone);
  const title =
    endedAt === null
      ? t('recordings:line-running', { time })
      : t('recordings:line', { time, duration: formatDuration(endedAt - startedAt) });
  const isPlayable = state === 'finished' && hasFile;
  return { id, title, notes: [...whyNot(recording, hasFile, words), ...pauses.map(toNote)], isPlayable };

  function toNote({ from, until }: { readonly from: number; readonly until: number | null }): string {
    return t('recordings:pause-note', {
      from: formatDuration(from - startedAt),
      until: formatDuration((until ?? from) - startedAt),
    });
  }
}

function whyNot(
  { state, deletedAt }: Recording,
  hasFile: boolean,
  { t, locale, timeZone }: { readonly t: Translate; readonly locale: Locale; readonly timeZone: string },
): readonly string[] {
  if (state === 'deleted') {
    const format = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone });
    return [t('recordings:deleted-note', { date: deletedAt === null ? '' : format.format(deletedAt) })];
  }
  if (state !== 'finished') return [t('recordings:running-note')];
  return hasFile ? [] : [t('recordings:missing-note')];
}
