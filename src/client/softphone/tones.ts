/** Stops what it started; may be called twice. */
export type StopSound = () => void;

interface Beat {
  readonly frequencies: readonly number[];
  readonly seconds: number;
}

/** Two notes, twice, then a rest: heard over talk in a room, and not alarming. */
const RING: readonly Beat[] = [
  { frequencies: [523.25, 659.25], seconds: 0.35 },
  { frequencies: [659.25, 783.99], seconds: 0.35 },
  { frequencies: [523.25, 659.25], seconds: 0.35 },
  { frequencies: [659.25, 783.99], seconds: 0.35 },
  { frequencies: [], seconds: 1.8 },
];

/** Brazil's ringing tone: 425 Hz, one second on, four off (Anatel; ITU-T E.180 supplement 2). */
const RINGBACK: readonly Beat[] = [
  { frequencies: [425], seconds: 1 },
  { frequencies: [], seconds: 4 },
];

const TEST: readonly Beat[] = [
  { frequencies: [523.25], seconds: 0.14 },
  { frequencies: [659.25], seconds: 0.14 },
  { frequencies: [783.99], seconds: 0.22 },
];

/** Where the ringer sounds. */
export interface RingerOutput {
  readonly node: AudioNode;
  /** Whether what is put into it is heard. */
  ready(): Promise<boolean>;
}

/** The sounds the page makes for its person. They are made, not played from files: nothing to load, nothing to miss. */
export class Tones {
  /** One for the whole page: browsers allow a few, and unlock each by itself. */
  readonly context: AudioContext;
  readonly #ringer: RingerOutput;

  /** Without a `ringer` of its own everything sounds on the default device. */
  constructor(context: AudioContext, ringer?: RingerOutput) {
    this.context = context;
    this.#ringer = ringer ?? { node: context.destination, ready: () => Promise.resolve(true) };
  }

  /**
   * Whether sound comes out. A browser keeps a page silent until the person has touched it; that is told by a context
   * that stays suspended, not by an error.
   */
  async unlock(): Promise<boolean> {
    if (!this.isUnlocked) {
      // While it is not allowed, resume() neither resolves nor rejects, so it is given a moment.
      await Promise.race([
        this.context.resume().catch(() => undefined),
        new Promise((resolve) => {
          setTimeout(resolve, 300);
        }),
      ]);
    }
    return this.isUnlocked && this.#ringer.ready();
  }

  get isUnlocked(): boolean {
    return this.context.state === 'running';
  }

  ring(): StopSound {
    return this.#repeat(RING, 0.22, this.#ringer.node);
  }

  ringback(): StopSound {
    return this.#repeat(RINGBACK, 0.12, this.context.destination);
  }

  /** A short rising figure, on the ringer's device or on another. */
  async test(output: RingerOutput = this.#ringer): Promise<boolean> {
    if (!(await this.unlock()) || !(await output.ready())) return false;
    this.#play(TEST, 0.2, output.node).start();
    return true;
  }

  /** A short tick under a pressed key. */
  key(): void {
    this.#play([{ frequencies: [700], seconds: 0.06 }], 0.08, this.context.destination).start();
  }

  /** The browser repeats it by itself: a page in the background, whose timers come once a minute, rings as any other. */
  #repeat(beats: readonly Beat[], volume: number, output: AudioNode): StopSound {
    const source = this.#play(beats, volume, output);
    source.loop = true;
    source.start();
    return () => {
      source.stop();
      source.disconnect();
    };
  }

  #play(beats: readonly Beat[], volume: number, output: AudioNode): AudioBufferSourceNode {
    const { sampleRate } = this.context;
    const samples = renderBeats(beats, volume, sampleRate);
    const buffer = this.context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(output);
    return source;
  }
}

/** Short ramps: a tone that is switched on at once clicks. */
const RAMP_SECONDS = 0.02;

/** The beats one after another, each frequency at `volume`. */
export function renderBeats(beats: readonly Beat[], volume: number, sampleRate: number): Float32Array<ArrayBuffer> {
  const lengths = beats.map(({ seconds }) => Math.round(seconds * sampleRate));
  const samples = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  const ramp = RAMP_SECONDS * sampleRate;
  let start = 0;
  for (const [index, { frequencies }] of beats.entries()) {
    const length = lengths[index] ?? 0;
    for (const frequency of frequencies) {
      const step = (2 * Math.PI * frequency) / sampleRate;
      for (let n = 0; n < length; n += 1) {
        const envelope = Math.min(1, n / ramp, (length - n) / ramp);
        samples[start + n] = (samples[start + n] ?? 0) + volume * envelope * Math.sin(step * n);
      }
    }
    start += length;
  }
  return samples;
}
