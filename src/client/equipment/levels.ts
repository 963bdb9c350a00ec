import { type MicrophoneLevel } from '../../shared/line-quality.js';

/** Below it, of full scale, there is nothing but the noise of the input (−50 dB). */
const SILENT = 10 ** (-50 / 20);
/** Speech at a headset peaks well above it (−30 dB). */
const QUIET = 10 ** (-30 / 20);
/** So near to full scale that the tops are cut off. */
const CLIPPED = 0.985;
/** Single tops are not heard; one sample in two hundred is. */
const CLIPPED_SHARE = 1 / 200;
/** What the meter shows as nothing. */
const FLOOR_DB = -60;

/** What a microphone gave over some time. */
export class LevelSummary {
  #peak = 0;
  #samples = 0;
  #clipped = 0;

  add(samples: Float32Array): void {
    for (const sample of samples) {
      const size = Math.abs(sample);
      if (size > this.#peak) this.#peak = size;
      if (size >= CLIPPED) this.#clipped += 1;
    }
    this.#samples += samples.length;
  }

  get level(): MicrophoneLevel {
    if (this.#peak < SILENT) return 'silent';
    if (this.#clipped > this.#samples * CLIPPED_SHARE) return 'clipped';
    return this.#peak < QUIET ? 'quiet' : 'heard';
  }

  /** Null for digital silence. */
  get peakDb(): number | null {
    return this.#peak === 0 ? null : Math.min(0, toDb(this.#peak));
  }
}

/** How full a meter is, 0 to 1, in steps that the ear takes for equal. */
export function meterShare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  if (sum === 0) return 0;
  return Math.min(1, Math.max(0, 1 - toDb(Math.sqrt(sum / samples.length)) / FLOOR_DB));
}

function toDb(size: number): number {
  return 20 * Math.log10(size);
}
