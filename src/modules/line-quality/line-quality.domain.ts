import {
  opinionScore,
  ratingOf,
  wordOf,
  type LineFigures,
  type LineWord,
  type MicrophoneLevel,
} from '../../shared/line-quality.js';

/** What a page measured over some seconds of a call. */
export interface LineSample extends LineFigures {
  readonly seconds: number;
  /** The devices in use, by the names the browser gives them; null where it gives none. */
  readonly microphone: string | null;
  readonly speaker: string | null;
}

/** A measure over the samples that had it. */
interface Measured {
  /** Sum of value times seconds. */
  readonly sum: number;
  readonly seconds: number;
  readonly worst: number | null;
}

/** All samples of one agent's side of one call. Times are epoch milliseconds. */
export interface CallLine {
  readonly callId: string;
  readonly agentId: number;
  readonly seconds: number;
  readonly roundTrip: Measured;
  readonly jitter: Measured;
  readonly loss: Measured;
  /** Of ratings the lowest is the worst. */
  readonly rating: Measured;
  readonly microphone: string | null;
  readonly speaker: string | null;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A line as it is shown: means weighted by time, and the worst of any sample. */
export interface LineSummary {
  readonly word: LineWord;
  readonly worstWord: LineWord;
  /** Mean opinion score, 1 to 4.5. */
  readonly score: number;
  readonly roundTripMs: number | null;
  readonly worstRoundTripMs: number | null;
  readonly jitterMs: number | null;
  readonly worstJitterMs: number | null;
  readonly lossPercent: number;
  readonly worstLossPercent: number;
  readonly seconds: number;
  readonly microphone: string | null;
  readonly speaker: string | null;
}

/** The last test of an agent's equipment. */
export interface EquipmentCheck {
  readonly agentId: number;
  readonly checkedAt: number;
  readonly level: MicrophoneLevel;
  /** The loudest moment, dB of full scale; null for digital silence. */
  readonly peakDb: number | null;
  /** To this server and back; null where it could not be measured. */
  readonly roundTripMs: number | null;
  readonly microphone: string | null;
  readonly speaker: string | null;
  readonly ringer: string | null;
}

/** How a call sounded at one agent's side. */
export interface AgentSide {
  readonly agentId: number;
  readonly line: LineSummary;
}

/** What supervisors see of one agent's place of work. */
export interface AgentLine {
  readonly check: EquipmentCheck | null;
  /** The mean over the calls of the day; null without one that was measured. */
  readonly today: { readonly word: LineWord; readonly score: number } | null;
}

/** Samples may come a little late, and a page's clock may run a little fast. */
const SLACK_SECONDS = 60;

const NOTHING: Measured = { sum: 0, seconds: 0, worst: null };
const UNMEASURED = {
  seconds: 0,
  roundTrip: NOTHING,
  jitter: NOTHING,
  loss: NOTHING,
  rating: NOTHING,
  microphone: null,
  speaker: null,
};

/**
 * The line with one more sample. Null when the samples would cover more time than has passed since the first: a page that
 * says so is not measuring.
 */
export function withSample(
  line: CallLine | null,
  of: { readonly callId: string; readonly agentId: number },
  sample: LineSample,
  at: number,
): CallLine | null {
  const before = line ?? { ...UNMEASURED, firstAt: at };
  const seconds = before.seconds + sample.seconds;
  if (seconds > (at - before.firstAt) / 1000 + SLACK_SECONDS) return null;
  return {
    ...of,
    seconds,
    roundTrip: measured(before.roundTrip, sample.roundTripMs, sample.seconds, Math.max),
    jitter: measured(before.jitter, sample.jitterMs, sample.seconds, Math.max),
    loss: measured(before.loss, sample.lossPercent, sample.seconds, Math.max),
    rating: measured(before.rating, ratingOf(sample), sample.seconds, Math.min),
    // The devices that were in use at last; one that is not known any more does not hide the one that was.
    microphone: sample.microphone ?? before.microphone,
    speaker: sample.speaker ?? before.speaker,
    firstAt: before.firstAt,
    lastAt: at,
  };
}

export function toSummary(line: CallLine): LineSummary {
  const rating = meanOf(line.rating) ?? 0;
  return {
    word: wordOf(rating),
    worstWord: wordOf(line.rating.worst ?? rating),
    score: opinionScore(rating),
    roundTripMs: meanOf(line.roundTrip),
    worstRoundTripMs: line.roundTrip.worst,
    jitterMs: meanOf(line.jitter),
    worstJitterMs: line.jitter.worst,
    lossPercent: meanOf(line.loss) ?? 0,
    worstLossPercent: line.loss.worst ?? 0,
    seconds: line.seconds,
    microphone: line.microphone,
    speaker: line.speaker,
  };
}

/** Of several agents' sides of one call the one that was heard worst. */
export function worstOf(lines: readonly LineSummary[]): LineSummary | null {
  return lines.reduce<LineSummary | null>(
    (worst, line) => (worst === null || line.score < worst.score ? line : worst),
    null,
  );
}

function measured(
  before: Measured,
  value: number | null,
  seconds: number,
  worse: (a: number, b: number) => number,
): Measured {
  if (value === null) return before;
  return {
    sum: before.sum + value * seconds,
    seconds: before.seconds + seconds,
    worst: before.worst === null ? value : worse(before.worst, value),
  };
}

function meanOf({ sum, seconds }: Measured): number | null {
  return seconds === 0 ? null : sum / seconds;
}
