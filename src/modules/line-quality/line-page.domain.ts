import { formatTime } from '../../shared/format.js';
import { type Locale, type Translate } from '../../shared/i18n/messages.js';
import { type LineWord } from '../../shared/line-quality.js';
import { type AgentLine, type LineSummary } from './line-quality.domain.js';

const NOTHING = '–';

export interface LineWords {
  readonly t: Translate;
  readonly locale: Locale;
  readonly timeZone: string;
}

/** A line as a person reads it: everything is text. */
export interface ShownLine {
  readonly word: LineWord;
  readonly wordText: string;
  readonly score: string;
  /** "48 ms (pior 210 ms)". */
  readonly roundTrip: string;
  readonly jitter: string;
  readonly loss: string;
  readonly microphone: string;
  readonly speaker: string;
}

/** The place of work of somebody who takes calls, in few words; null for who never tested nor was measured. */
export interface ShownAgentLine {
  readonly check: { readonly isGood: boolean; readonly text: string; readonly devices: string } | null;
  readonly today: { readonly word: LineWord; readonly text: string } | null;
}

export function toShownLine(line: LineSummary, { t, locale }: LineWords): ShownLine {
  const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const ms = (value: number | null, worst: number | null): string =>
    value === null || worst === null
      ? NOTHING
      : t('equipment:line.ms', { value: whole.format(value), worst: whole.format(worst) });
  return {
    word: line.word,
    wordText: t(`equipment:line.${line.word}`),
    score: one.format(line.score),
    roundTrip: ms(line.roundTripMs, line.worstRoundTripMs),
    jitter: ms(line.jitterMs, line.worstJitterMs),
    loss: t('equipment:line.percent', {
      value: one.format(line.lossPercent),
      worst: one.format(line.worstLossPercent),
    }),
    microphone: line.microphone ?? NOTHING,
    speaker: line.speaker ?? NOTHING,
  };
}

export function toShownAgentLine({ check, today }: AgentLine, { t, locale, timeZone }: LineWords): ShownAgentLine {
  const when = (at: number): string =>
    `${new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', timeZone }).format(at)} ${formatTime(at, locale, timeZone)}`;
  return {
    check:
      check === null
        ? null
        : {
            isGood: check.level === 'heard',
            text: t('equipment:check.at', { level: t(`equipment:level.${check.level}`), time: when(check.checkedAt) }),
            devices: [
              check.microphone ?? NOTHING,
              ...(check.roundTripMs === null
                ? []
                : [t('equipment:check.round-trip', { ms: Math.round(check.roundTripMs) })]),
            ].join(' · '),
          },
    today:
      today === null
        ? null
        : {
            word: today.word,
            text: t('equipment:line.with-score', {
              word: t(`equipment:line.${today.word}`),
              score: new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
                today.score,
              ),
            }),
          },
  };
}
