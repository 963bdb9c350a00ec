import { type StopSound, type Tones } from '../softphone/tones.js';

const BLINK_MS = 1000;

export interface RingerDeps {
  readonly tones: Tones;
  readonly document: Document;
  /** Whether the sound could be played. A silent ringer must be seen. */
  readonly onSound: (isBlocked: boolean) => void;
}

/** Rings: the tone, and the title of the page for whoever looks at another tab. */
export class Ringer {
  readonly #deps: RingerDeps;
  readonly #title: string;
  #ringing: { readonly stop: () => void; caption: string } | null = null;

  constructor(deps: RingerDeps) {
    this.#deps = deps;
    this.#title = deps.document.title;
  }

  /** `caption` is shown in the title; null is silence. */
  set(caption: string | null): void {
    if (caption === null) {
      this.#ringing?.stop();
      this.#ringing = null;
    } else if (this.#ringing === null) this.#ringing = this.#start(caption);
    else this.#ringing.caption = caption;
  }

  #start(caption: string): { readonly stop: () => void; caption: string } {
    const { document, tones, onSound } = this.#deps;
    let isOver = false;
    let stopTone: StopSound = () => undefined;
    void tones.unlock().then((unlocked) => {
      onSound(!unlocked);
      if (unlocked && !isOver) stopTone = tones.ring();
    });
    let shown = false;
    const blink = (): void => {
      shown = !shown;
      document.title = shown ? ringing.caption : this.#title;
    };
    const timer = setInterval(blink, BLINK_MS);
    const ringing = {
      caption,
      stop: () => {
        isOver = true;
        stopTone();
        clearInterval(timer);
        document.title = this.#title;
      },
    };
    blink();
    return ringing;
  }
}
