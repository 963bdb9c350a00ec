/** What a line did over some seconds. Null where nothing was measured. */
export interface LineFigures {
  /** There and back, milliseconds. */
  readonly roundTripMs: number | null;
  /** As RTP measures it: a mean deviation (RFC 3550, 6.4.1), milliseconds. */
  readonly jitterMs: number | null;
  /** Of the packets, 0 to 100. */
  readonly lossPercent: number;
}

/** "boa", "razoável", "ruim". */
export type LineWord = 'good' | 'fair' | 'poor';

/** Packetisation of 20 ms and as much again for devices and encoding. */
const FIXED_DELAY_MS = 30;
/** A receiver that waits four mean deviations loses about one packet in fifty to lateness. */
const BUFFER_PER_JITTER = 4;
const DEFAULT_RATING = 93.2;
/** How well concealment takes loss: G.711 with concealment, random loss (ITU-T G.113, appendix I). */
const LOSS_ROBUSTNESS = 25.1;

/**
 * The transmission rating R of the E-model (ITU-T G.107), simplified: R = 93.2 − Id − Ie,eff, all else at its default.
 *
 * - Id, the impairment by delay: 0.024 d + 0.11 (d − 177.3) beyond 177.3 ms, with d the one-way delay (Cole and
 *   Rosenbluth, "Voice over IP performance monitoring", ACM CCR 31(2), 2001). d is half the round trip, what a receiver
 *   holds back against jitter, and what every call has.
 * - Ie,eff, the impairment by loss: 95 · Ppl / (Ppl + Bpl) (G.107, 7.4), of a codec that impairs nothing by itself.
 *
 * Echo, noise and loudness are taken as good: the line is judged here, not the room.
 */
export function ratingOf({ roundTripMs, jitterMs, lossPercent }: LineFigures): number {
  const delay = (roundTripMs ?? 0) / 2 + BUFFER_PER_JITTER * (jitterMs ?? 0) + FIXED_DELAY_MS;
  const byDelay = 0.024 * delay + 0.11 * Math.max(0, delay - 177.3);
  const byLoss = (95 * lossPercent) / (lossPercent + LOSS_ROBUSTNESS);
  return Math.min(100, Math.max(0, DEFAULT_RATING - byDelay - byLoss));
}

/** What people would give it, 1 to 4.5 (mean opinion score; G.107, annex B). */
export function opinionScore(rating: number): number {
  const score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return Math.min(4.5, Math.max(1, score));
}

/** In the bands of ITU-T G.109: from 80 on people are satisfied, from 70 on some are not, below that many. */
export function wordOf(rating: number): LineWord {
  if (rating >= 80) return 'good';
  return rating >= 70 ? 'fair' : 'poor';
}

/** What the test of the equipment heard on the microphone. */
export const MICROPHONE_LEVELS = ['heard', 'quiet', 'silent', 'clipped'] as const;
export type MicrophoneLevel = (typeof MICROPHONE_LEVELS)[number];
