/**
 * The elements that play the other sides. Each call has one of its own, so that two can be heard at once; the first is the
 * page's, the others are made when a second call needs one, and all play on the same device.
 */
export class CallSounds {
  readonly #first: HTMLAudioElement;
  readonly #inUse = new Set<HTMLAudioElement>();
  readonly #spare: HTMLAudioElement[] = [];

  constructor(first: HTMLAudioElement) {
    this.#first = first;
  }

  /** To be given back with `release`. */
  take(): HTMLAudioElement {
    const element = this.#inUse.has(this.#first) ? (this.#spare.pop() ?? this.#another()) : this.#first;
    this.#inUse.add(element);
    this.#followDevice(element);
    return element;
  }

  release(element: HTMLAudioElement): void {
    element.srcObject = null;
    if (!this.#inUse.delete(element) || element === this.#first) return;
    this.#spare.push(element);
  }

  /** The person has chosen another device for the first element: the others follow. */
  followDevice(): void {
    for (const element of [...this.#inUse, ...this.#spare]) this.#followDevice(element);
  }

  /** Plays everything that has something to play, for a browser that wanted a click first; false when it still refuses. */
  async play(): Promise<boolean> {
    const playing = [...this.#inUse].filter(({ srcObject }) => srcObject !== null).map((element) => element.play());
    return (await Promise.allSettled(playing)).every(({ status }) => status === 'fulfilled');
  }

  #another(): HTMLAudioElement {
    // Beside the first, so that whoever looks for the sounds of a page finds all of them.
    const element = document.createElement('audio');
    this.#first.after(element);
    return element;
  }

  #followDevice(element: HTMLAudioElement): void {
    // Not every browser lets a page choose.
    if (element === this.#first || typeof element.setSinkId !== 'function') return;
    if (element.sinkId === this.#first.sinkId) return;
    element.setSinkId(this.#first.sinkId).catch(() => {
      // The device is gone; the browser plays on the default one, which is better than nothing.
    });
  }
}
