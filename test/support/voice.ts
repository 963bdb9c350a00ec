import { type BrowserContext, type Page } from 'playwright-core';
import { eventually } from './wait.js';

/** What can be told apart by ear: people by their tone, music by its chords, a key by its two tones. */
export interface Ears {
  /** The loudest of each frequency since `forget`, in decibels of full scale; one value a frequency. */
  loudest(frequencies: readonly number[]): readonly number[];
  forget(): void;
}

type Listening = typeof globalThis & { readonly ears: Ears };

/** A tone that is sent at a tenth of full scale arrives above this; what another tone leaks stays far below. */
const AUDIBLE_DB = -55;
const SILENT_DB = -75;
const LIMIT_MS = 15_000;
/** Long enough that what was said before has left every buffer on the way. */
const QUIET_MS = 1500;

/** The chords of the music on hold; far below every voice. */
const MUSIC = [196, 220, 261.63, 329.63, 392];

/** The two tones of each key (ITU-T Q.23). */
export const KEY_TONES: Readonly<Record<string, readonly [number, number]>> = {
  '1': [697, 1209],
  '5': [770, 1336],
  '9': [852, 1477],
  '#': [941, 1477],
};

/** Every page of the window speaks with this tone from now on, and can be asked what it hears. */
export async function speakWith(context: BrowserContext, frequency: number): Promise<void> {
  // The loader of the tests gives functions their names back by a helper that pages do not have.
  await context.addInitScript('globalThis.__name = (value) => value;');
  await context.addInitScript(giveVoice, frequency);
}

/**
 * Runs in every page of a window before its own scripts: the microphone gives one steady tone, and all that the page plays is
 * analysed. Where there is no microphone there is none here either.
 */
function giveVoice(frequency: number): void {
  const devices = (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices;
  if (devices === undefined) return;
  const context = new AudioContext();
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const real = await ask(constraints);
    const [device] = real.getAudioTracks();
    const oscillator = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0.1 });
    const output = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    oscillator.connect(gain).connect(output);
    oscillator.start();
    const [track] = output.stream.getAudioTracks();
    if (device === undefined || track === undefined) return real;
    // The page follows its devices by what their tracks tell.
    Object.defineProperty(track, 'label', { value: device.label });
    track.getSettings = () => device.getSettings();
    device.addEventListener('ended', () => track.dispatchEvent(new Event('ended')));
    return output.stream;
  };

  const size = 8192;
  const heard = new Map<MediaStream, AnalyserNode>();
  const loudest = new Float32Array(size / 2).fill(-Infinity);
  const now = new Float32Array(size / 2);
  const remember = (analyser: AnalyserNode): void => {
    analyser.getFloatFrequencyData(now);
    for (let bin = 0; bin < now.length; bin++) loudest[bin] = Math.max(loudest[bin] ?? 0, now[bin] ?? -Infinity);
  };
  // What the page makes itself, as the music of a phone that waits, goes to its speaker without an element.
  const made = new Map<BaseAudioContext, AnalyserNode>();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with each node
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]): AudioNode {
    if (to[0] instanceof AudioDestinationNode) {
      const analyser =
        made.get(this.context) ?? new AnalyserNode(this.context, { fftSize: size, smoothingTimeConstant: 0 });
      made.set(this.context, analyser);
      Reflect.apply(connect, this, [analyser]);
    }
    return Reflect.apply(connect, this, to) as AudioNode;
  };
  const listen = (): void => {
    const playing = new Set<MediaStream>();
    for (const { srcObject } of document.querySelectorAll('audio')) {
      if (srcObject instanceof MediaStream && srcObject.getAudioTracks().length > 0) playing.add(srcObject);
    }
    for (const stream of playing) {
      if (heard.has(stream)) continue;
      const analyser = new AnalyserNode(context, { fftSize: size, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(stream).connect(analyser);
      heard.set(stream, analyser);
    }
    for (const [stream, analyser] of heard) {
      if (!playing.has(stream)) {
        analyser.disconnect();
        heard.delete(stream);
        continue;
      }
      remember(analyser);
    }
    for (const analyser of made.values()) remember(analyser);
  };
  setInterval(listen, 50);
  Object.defineProperty(globalThis, 'ears', {
    value: {
      loudest: (frequencies: readonly number[]) =>
        frequencies.map((wanted) => {
          const bin = Math.round((wanted * size) / context.sampleRate);
          return Math.max(...loudest.subarray(Math.max(0, bin - 2), bin + 3), -200);
        }),
      forget: () => loudest.fill(-Infinity),
    },
  });
}

/** How loud each of these was on this page since it was last asked to forget. */
async function loudest(page: Page, frequencies: readonly number[]): Promise<readonly number[]> {
  return page.evaluate((wanted) => (globalThis as Listening).ears.loudest(wanted), frequencies);
}

export async function forgetSounds(page: Page): Promise<void> {
  await page.evaluate(() => {
    (globalThis as Listening).ears.forget();
  });
}

/** Waits until every one of these tones is heard here from now on. */
export async function hearsTones(page: Page, who: string, frequencies: readonly number[]): Promise<void> {
  await forgetSounds(page);
  await heardTones(page, who, frequencies);
}

/** As `hearsTones`, since the page was last asked to forget: for what is short. */
export async function heardTones(page: Page, who: string, frequencies: readonly number[]): Promise<void> {
  await eventually(
    `${frequencies.join(' and ')} Hz on the side of ${who}`,
    async () => {
      const levels = await loudest(page, frequencies);
      if (levels.some((level) => level < AUDIBLE_DB)) throw new Error(`heard ${show(levels)}`);
      return levels;
    },
    { limitMs: LIMIT_MS, everyMs: 100 },
  );
}

/** Music, whichever of its chords is played. */
export async function hearsMusic(page: Page, who: string): Promise<void> {
  await forgetSounds(page);
  await eventually(
    `music on the side of ${who}`,
    async () => {
      const levels = await loudest(page, MUSIC);
      if (levels.filter((level) => level >= AUDIBLE_DB).length < 2) throw new Error(`heard ${show(levels)}`);
      return levels;
    },
    { limitMs: LIMIT_MS, everyMs: 100 },
  );
}

/** Waits until none of these tones is heard here for a while. */
export async function hearsNothingOf(page: Page, who: string, frequencies: readonly number[]): Promise<void> {
  await eventually(
    `silence at ${frequencies.join(' and ')} Hz on the side of ${who}`,
    async () => {
      await forgetSounds(page);
      await page.waitForTimeout(QUIET_MS);
      const levels = await loudest(page, frequencies);
      if (levels.some((level) => level > SILENT_DB)) throw new Error(`heard ${show(levels)}`);
      return levels;
    },
    { limitMs: LIMIT_MS, everyMs: 100 },
  );
}

function show(levels: readonly number[]): string {
  return levels.map((level) => `${Math.round(level)} dB`).join(', ');
}
