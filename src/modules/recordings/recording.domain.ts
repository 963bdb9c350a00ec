/**
 * A recording of a call, as it is kept.
 *
 * ```txt
 *  recording ⇄ paused
 *      └────────┴──► finished ──(its time is over)──► deleted
 * ```
 */
export type RecordingState = 'recording' | 'paused' | 'finished' | 'deleted';

/** A span in which silence was recorded; `until` is null while it lasts. Epoch milliseconds. */
export interface RecordingPause {
  readonly from: number;
  readonly until: number | null;
}

export interface Recording {
  readonly id: number;
  readonly callId: string;
  /** In the folder of recordings. */
  readonly file: string;
  readonly state: RecordingState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly bytes: number | null;
  readonly pauses: readonly RecordingPause[];
  /** While it is paused: when it goes on by itself. */
  readonly resumesAt: number | null;
  readonly deletedAt: number | null;
  readonly deleteReason: string | null;
}

/** A recording on the page of its call: everything is text. */
export interface RecordingLine {
  readonly id: number;
  readonly title: string;
  /** What was left out of it, or why there is nothing to hear. */
  readonly notes: readonly string[];
  /** Whether there is something to be heard. */
  readonly isPlayable: boolean;
}

/** Decree 11.034/2022, article 12: recordings 90 days at least, records two years at least. */
export const LEAST_KEEP_DAYS = 90;
export const LEAST_KEEP_RECORDS_YEARS = 2;
export const MOST_KEEP_DAYS = 3650;
export const MOST_KEEP_RECORDS_YEARS = 20;

export interface RetentionSettings {
  readonly keepDays: number;
  readonly keepRecordsYears: number;
}

/** Which calls are recorded, queue by queue. */
export interface QueueRecording {
  readonly queueId: number;
  readonly records: boolean;
  readonly agentsPause: boolean;
}

/** A name that cannot leave its folder, whatever wrote it into the row. */
export function isSafeFile(file: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,118}$/.test(file) && !file.includes('..');
}

/** Ends the span that lasts, if there is one. */
export function endPause(pauses: readonly RecordingPause[], at: number): readonly RecordingPause[] {
  return pauses.map((pause) => (pause.until === null ? { ...pause, until: Math.max(at, pause.from) } : pause));
}

/** Begins a span, unless one lasts already. */
export function beginPause(pauses: readonly RecordingPause[], at: number): readonly RecordingPause[] {
  return pauses.some(({ until }) => until === null) ? pauses : [...pauses, { from: at, until: null }];
}

/** Both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range a `Range` header asks for (RFC 9110, 14.1.2), both ends included; null for the whole, which is also right
 * for several ranges and for what is no range of bytes; `unsatisfiable` where there is nothing in it.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
