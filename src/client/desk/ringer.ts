import { type StopSound, type Tones } from '../softphone/tones.js';

const BLINK_MS = 1000;
const ICON = '/icon.svg';
const RINGING_ICON = '/icon-ringing.svg';

export interface RingerDeps {
  readonly tones: Pick<Tones, 'unlock' | 'ring'>;
  readonly document: Document;
  /** Whether the sound could be played. A silent ringer must be seen. */
  readonly onSound: (isBlocked: boolean) => void;
}

/** Rings: the tone; title and icon of the page for whoever looks at another tab. */
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
    // Begun before it is known whether it may be heard: it is, the moment it may.
    const stopTone: StopSound = tones.ring();
    void tones.unlock().then((unlocked) => {
      onSound(!unlocked);
    });
    let isLit = false;
    const blink = (): void => {
      isLit = !isLit;
      // Both faces name the caller: the timers of a page in the background may come once a minute only.
      document.title = isLit ? `● ${ringing.caption}` : `○ ${ringing.caption}`;
      this.#setIcon(isLit ? RINGING_ICON : ICON);
    };
    const timer = setInterval(blink, BLINK_MS);
    const ringing = {
      caption,
      stop: () => {
        stopTone();
        clearInterval(timer);
        document.title = this.#title;
        this.#setIcon(ICON);
      },
    };
    blink();
    return ringing;
  }

  #setIcon(href: string): void {
    this.#deps.document.querySelector('link[rel="icon"]')?.setAttribute('href', href);
  }
}
