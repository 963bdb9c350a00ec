const LOOK_EVERY_MS = 2000;

export interface SoundWatchDeps {
  readonly tones: {
    readonly context: Pick<AudioContext, 'currentTime' | 'state' | 'addEventListener'>;
    unlock(): Promise<boolean>;
  };
  readonly document: Pick<Document, 'addEventListener'>;
  readonly onBlocked: (isBlocked: boolean) => void;
}

/**
 * Sees to it that the ringer would be heard while calls may come: a browser suspends the sound of a page that was reloaded
 * without a touch, of a machine that slept, of a page that was put aside. What cannot be woken is told before a call rings
 * unheard.
 */
export class SoundWatch {
  readonly #deps: SoundWatchDeps;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isBlocked = false;
  #lastTime = -1;

  constructor(deps: SoundWatchDeps) {
    this.#deps = deps;
    const wake = (): void => {
      if (this.#timer !== undefined) void this.#look();
    };
    deps.tones.context.addEventListener('statechange', wake);
    for (const event of ['visibilitychange', 'pointerdown', 'keydown']) deps.document.addEventListener(event, wake);
  }

  /** Whether calls may come to this page. */
  follow(isNeeded: boolean): void {
    if (isNeeded === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#lastTime = -1;
    if (!isNeeded) {
      this.#tell(false);
      return;
    }
    this.#timer = setInterval(() => {
      const { context } = this.#deps.tones;
      // A context that runs and whose time stands still has lost its device.
      const stalls = context.state === 'running' && context.currentTime === this.#lastTime;
      this.#lastTime = context.currentTime;
      if (stalls) this.#tell(true);
      else void this.#look();
    }, LOOK_EVERY_MS);
    void this.#look();
  }

  async #look(): Promise<void> {
    const isHeard = await this.#deps.tones.unlock();
    if (this.#timer !== undefined) this.#tell(!isHeard);
  }

  /** Only what changed: others tell of blocked sound too. */
  #tell(isBlocked: boolean): void {
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#deps.onBlocked(isBlocked);
  }
}
