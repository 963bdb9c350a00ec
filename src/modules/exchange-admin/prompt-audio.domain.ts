import { AUDIO_TYPES, type AudioType } from '../telephony/exchange/prompt-address.js';

/** Bytes of one prompt at most. */
export const MAX_PROMPT_BYTES = 2 * 1024 * 1024;

/** A recording, as its bytes say what it is. */
export interface PromptAudio {
  readonly contentType: AudioType;
  readonly bytes: Buffer;
  /** Whole seconds, rounded up; null where the content does not say it. */
  readonly seconds: number | null;
}

/** Recognises a recording by its first bytes, never by what somebody calls it; null for anything else. */
export function readAudio(bytes: Buffer): PromptAudio | null {
  const contentType = AUDIO_TYPES.find((type) => RECOGNISED[type](bytes));
  if (contentType === undefined) return null;
  return { contentType, bytes, seconds: contentType === 'audio/wav' ? wavSeconds(bytes) : null };
}

const RECOGNISED: Readonly<Record<AudioType, (bytes: Buffer) => boolean>> = {
  'audio/wav': (bytes) => textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WAVE',
  'audio/mpeg': (bytes) => textAt(bytes, 0, 3) === 'ID3' || isMpegFrame(bytes),
  'audio/ogg': (bytes) => textAt(bytes, 0, 4) === 'OggS',
};

/** The header of an MPEG audio frame: eleven set bits, then version, layer, bit rate and sample rate that exist. */
function isMpegFrame(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  const header = bytes.readUInt32BE(0);
  const [version, layer] = [(header >>> 19) & 3, (header >>> 17) & 3];
  const [bitRate, sampleRate] = [(header >>> 12) & 15, (header >>> 10) & 3];
  return header >>> 21 === 0x7ff && version !== 1 && layer !== 0 && bitRate !== 15 && sampleRate !== 3;
}

/** From the chunks `fmt ` and `data`; null when they are not there or say nothing. */
function wavSeconds(bytes: Buffer): number | null {
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = textAt(bytes, at, 4);
    const length = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ' && start + 12 <= bytes.length) bytesPerSecond = bytes.readUInt32LE(start + 8);
    if (name === 'data') {
      // Recorders that write as they go leave a length that is too large.
      const there = Math.min(length, bytes.length - start);
      return bytesPerSecond === 0 ? null : Math.ceil(there / bytesPerSecond);
    }
    // Chunks begin at even places.
    at = start + length + (length % 2);
  }
  return null;
}

function textAt(bytes: Buffer, start: number, length: number): string {
  return bytes.toString('latin1', start, start + length);
}
