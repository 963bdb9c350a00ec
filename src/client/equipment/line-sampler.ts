import { type CallStats } from '../softphone/call-stats.js';

export interface MeasuredLine {
  readonly seconds: number;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Of the direction that lost more. */
  readonly lossPercent: number;
}

/** Less than this says nothing. */
const SHORTEST_SECONDS = 0.5;
const LONGEST_SECONDS = 60;
const LONGEST_DELAY_MS = 10_000;

/** Makes one sample of many looks at a call. Times are milliseconds of any clock that only goes forward. */
export class LineSampler {
  #last: { readonly stats: CallStats; readonly at: number } | null = null;
  #ms = 0;
  #received = 0;
  #lost = 0;
  #sent = 0;
  #sentLost = 0;
  #trips: number[] = [];
  #jitters: number[] = [];

  look(stats: CallStats, at: number): void {
    const last = this.#last;
    this.#last = { stats, at };
    // The counters of a connection that was made anew begin with nothing.
    if (last === null || stats.inboundPackets < last.stats.inboundPackets) return;
    const grown = (field: 'inboundPackets' | 'outboundPackets' | 'packetsLost' | 'outboundPacketsLost'): number =>
      Math.max(0, stats[field] - last.stats[field]);
    const [received, sent] = [grown('inboundPackets'), grown('outboundPackets')];
    // Neither side sends: nothing was tried, so nothing was lost.
    if (received === 0 && sent === 0) return;
    this.#ms += at - last.at;
    this.#received += received;
    this.#sent += sent;
    this.#lost += grown('packetsLost');
    this.#sentLost += grown('outboundPacketsLost');
    if (stats.roundTripTime !== null) this.#trips.push(stats.roundTripTime * 1000);
    if (stats.jitter !== null) this.#jitters.push(stats.jitter * 1000);
  }

  /** A pause in the audio (hold, a phone that is away) is no fault of the line: the next look begins anew. */
  interrupt(): void {
    this.#last = null;
  }

  /** What was seen since the last time; null for too little. */
  take(): MeasuredLine | null {
    const seconds = Math.min(LONGEST_SECONDS, this.#ms / 1000);
    const measured: MeasuredLine = {
      seconds,
      roundTripMs: mean(this.#trips),
      jitterMs: mean(this.#jitters),
      lossPercent: Math.max(this.#inboundLoss(), share(this.#sentLost, this.#sent)),
    };
    if (seconds < SHORTEST_SECONDS) return null;
    this.#ms = this.#received = this.#lost = this.#sent = this.#sentLost = 0;
    this.#trips = [];
    this.#jitters = [];
    return measured;
  }

  /** Nothing at all that came is all that was lost, whatever the counter says: nobody counts packets never heard of. */
  #inboundLoss(): number {
    return this.#received === 0 ? 100 : share(this.#lost, this.#lost + this.#received);
  }
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.min(LONGEST_DELAY_MS, values.reduce((sum, value) => sum + value, 0) / values.length);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(100, (100 * part) / whole);
}
