import { ConferenceMix } from './conference-mix.js';
import { type PhoneCall } from './phone-call.js';

/**
 * Whether the calls of this phone are one conversation. Wished for once, it is followed: a call that is given back after a
 * reload joins it again, one that ends leaves it.
 */
export class Conference {
  readonly #mix: ConferenceMix;
  readonly #calls: () => readonly PhoneCall[];
  readonly #pageMixes: () => boolean;
  #isOn = false;

  constructor(deps: {
    readonly audioContext: AudioContext;
    readonly calls: () => readonly PhoneCall[];
    /** Else the exchange does, and this page has nothing to do. */
    readonly pageMixes: () => boolean;
  }) {
    this.#mix = new ConferenceMix(deps.audioContext);
    this.#calls = deps.calls;
    this.#pageMixes = deps.pageMixes;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  async set(isOn: boolean): Promise<void> {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    await this.follow();
  }

  /** A call was answered, ended, or speaks with another microphone. */
  async follow(): Promise<void> {
    const mixes = this.#isOn && this.#pageMixes();
    if (mixes) for (const call of this.#calls()) await call.setHeld(false).catch(() => undefined);
    if (!mixes && !this.#mix.isOn) return;
    await this.#mix.mix(mixes ? this.#calls().filter(({ state }) => state === 'talking') : []);
  }
}
