/** Something that sounds on a device of its own. '' is the system's default. */
export interface Sink {
  setDevice(id: string): Promise<void>;
}

/** Firefox and Safari came late to it. */
export function canChooseOutput(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

/** What an element of the page plays: the customer's voice. */
export class ElementSink implements Sink {
  readonly #element: HTMLMediaElement;

  constructor(element: HTMLMediaElement) {
    this.#element = element;
  }

  async setDevice(id: string): Promise<void> {
    if (canChooseOutput()) await this.#element.setSinkId(id);
  }
}

/**
 * Where made sounds go: to the default straight from the audio context, to any other device through an element, because
 * that is what every browser that can choose at all can choose for.
 */
export class SoundOutput implements Sink {
  readonly node: GainNode;
  readonly #context: AudioContext;
  #element: HTMLAudioElement | null = null;

  constructor(context: AudioContext) {
    this.#context = context;
    this.node = context.createGain();
    this.node.connect(context.destination);
  }

  /** The id of the device, '' for the default. */
  get deviceId(): string {
    return this.#element?.sinkId ?? '';
  }

  async setDevice(id: string): Promise<void> {
    if (id === '' || !canChooseOutput()) {
      this.#useDefault();
      return;
    }
    if (this.deviceId === id) return;
    const stream = this.#context.createMediaStreamDestination();
    const element = new Audio();
    element.srcObject = stream.stream;
    await element.setSinkId(id);
    this.#release();
    this.node.disconnect();
    this.node.connect(stream);
    this.#element = element;
    await this.ready();
  }

  /** Whether what is put into the node is heard: a browser may refuse to play. */
  async ready(): Promise<boolean> {
    try {
      if (this.#element?.paused === true) await this.#element.play();
      return true;
    } catch {
      return false;
    }
  }

  #useDefault(): void {
    if (this.#element === null) return;
    this.#release();
    this.node.disconnect();
    this.node.connect(this.#context.destination);
  }

  #release(): void {
    this.#element?.pause();
    if (this.#element !== null) this.#element.srcObject = null;
    this.#element = null;
  }
}
