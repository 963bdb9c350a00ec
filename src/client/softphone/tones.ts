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

/** The sounds the page makes for its person. They are made, not played from files: nothing to load, nothing to miss. */
export class Tones {
  /** One for the whole page: browsers allow a few, and unlock each by itself. */
  readonly context: AudioContext;

  constructor(context: AudioContext) {
    this.context = context;
  }

  /**
   * Whether sound comes out. A browser keeps a page silent until the person has touched it; that is told by a context
   * that stays suspended, not by an error.
   */
  async unlock(): Promise<boolean> {
    if (this.isUnlocked) return true;
    // While it is not allowed, resume() neither resolves nor rejects, so it is given a moment.
    await Promise.race([
      this.context.resume().catch(() => undefined),
      new Promise((resolve) => {
        setTimeout(resolve, 300);
      }),
    ]);
    return this.isUnlocked;
  }

  get isUnlocked(): boolean {
    return this.context.state === 'running';
  }

  ring(): StopSound {
    return this.#repeat(RING, 0.22);
  }

  ringback(): StopSound {
    return this.#repeat(RINGBACK, 0.12);
  }

  async test(): Promise<boolean> {
    if (!(await this.unlock())) return false;
    this.#playOnce(TEST, 0.2, this.context.currentTime);
    return true;
  }

  /** A short tick under a pressed key. */
  key(): void {
    this.#playOnce([{ frequencies: [700], seconds: 0.06 }], 0.08, this.context.currentTime);
  }

  #repeat(beats: readonly Beat[], volume: number): StopSound {
    const length = beats.reduce((sum, beat) => sum + beat.seconds, 0);
    let stopRound: StopSound = () => undefined;
    const round = (): void => {
      stopRound = this.#playOnce(beats, volume, this.context.currentTime);
    };
    round();
    const timer = setInterval(round, length * 1000);
    return () => {
      clearInterval(timer);
      stopRound();
    };
  }

  #playOnce(beats: readonly Beat[], volume: number, startAt: number): StopSound {
    const output = this.context.createGain();
    output.connect(this.context.destination);
    let at = startAt;
    for (const beat of beats) {
      for (const frequency of beat.frequencies) this.#note(output, frequency, at, beat.seconds, volume);
      at += beat.seconds;
    }
    return () => {
      output.disconnect();
    };
  }

  #note(output: AudioNode, frequency: number, at: number, seconds: number, volume: number): void {
    const oscillator = this.context.createOscillator();
    const envelope = this.context.createGain();
    oscillator.frequency.value = frequency;
    // Short ramps: a tone that is switched on at once clicks.
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(volume, at + 0.02);
    envelope.gain.setValueAtTime(volume, at + seconds - 0.03);
    envelope.gain.linearRampToValueAtTime(0, at + seconds);
    oscillator.connect(envelope).connect(output);
    oscillator.start(at);
    oscillator.stop(at + seconds);
  }
}
