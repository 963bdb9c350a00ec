/**
 * Why there is no microphone. `insecure`: the browser gives none to a page that did not come over HTTPS (or from
 * localhost). `none`: no device. `busy`: another program holds it.
 */
export type MicrophoneProblem = 'denied' | 'none' | 'busy' | 'insecure' | 'failed';

export class MicrophoneError extends Error {
  readonly problem: MicrophoneProblem;

  constructor(problem: MicrophoneProblem, cause?: unknown) {
    super(`no microphone: ${problem}`, { cause });
    this.name = 'MicrophoneError';
    this.problem = problem;
  }
}

/** Tells the errors of `getUserMedia` apart (Media Capture and Streams, 10.2). */
export function microphoneProblem(error: unknown): MicrophoneProblem {
  const name = error instanceof Error || isNamed(error) ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
    case 'DevicesNotFoundError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
    case 'TrackStartError':
      return 'busy';
    default:
      return 'failed';
  }
}

function isNamed(error: unknown): error is { readonly name: string } {
  return typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string';
}

export interface MicrophoneDeps {
  /** Undefined where the page is not a secure context. */
  readonly mediaDevices: MediaDevices | undefined;
  readonly isSecureContext: boolean;
  /** The device went away or came back while it was held: null is a live microphone. */
  readonly onProblem: (problem: MicrophoneProblem | null) => void;
  /** The id of the device that is wanted; null or left out for whatever the system gives. */
  readonly wantedId?: () => string | null;
  /** A device was taken, this one or another. */
  readonly onOpened?: (track: MediaStreamTrack) => Promise<void>;
}

const PROCESSING = { echoCancellation: true, noiseSuppression: true, autoGainControl: true } as const;

/**
 * The one microphone of a page. It is held from the start of the shift, so that a call is never answered into silence;
 * each call gets a clone, because SIP.js stops the tracks of a session that ends.
 */
export class Microphone {
  readonly #deps: MicrophoneDeps;
  #track: MediaStreamTrack | null = null;
  #pending: Promise<MediaStreamTrack> | null = null;
  readonly #onDeviceChange = (): void => {
    if (this.#track?.readyState === 'ended') void this.reopen().catch(ignore);
  };

  constructor(deps: MicrophoneDeps) {
    this.#deps = deps;
    deps.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
  }

  get isOpen(): boolean {
    return this.#track?.readyState === 'live';
  }

  /** What is held, live or not. */
  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /** Asks for the microphone, or answers the one that is held. Throws a MicrophoneError. */
  async open(): Promise<MediaStreamTrack> {
    if (this.#track?.readyState === 'live') return this.#track;
    const track = await this.#take();
    await this.#deps.onOpened?.(track);
    return this.#track ?? track;
  }

  /**
   * Takes the device that is wanted now in place of the one that is held, which goes on until the other is there. Throws a
   * MicrophoneError; what is held is then held on.
   */
  async reopen(): Promise<void> {
    const old = this.#track;
    const track = await this.#take();
    if (old !== track) old?.stop();
    void this.#deps.onOpened?.(track);
  }

  /** A track of its own for one call; whoever takes it stops it. */
  async trackForCall(): Promise<MediaStreamTrack> {
    return (await this.open()).clone();
  }

  close(): void {
    this.#track?.stop();
    this.#track = null;
  }

  dispose(): void {
    this.#deps.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    this.close();
  }

  #take(): Promise<MediaStreamTrack> {
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #ask(): Promise<MediaStreamTrack> {
    const { mediaDevices, isSecureContext } = this.#deps;
    if (!isSecureContext || mediaDevices === undefined) throw new MicrophoneError('insecure');
    const stream = await this.#streamOf(mediaDevices, this.#deps.wantedId?.() ?? null);
    const [track] = stream.getAudioTracks();
    if (track === undefined) throw new MicrophoneError('none');
    track.addEventListener('ended', () => {
      if (this.#track === track) void this.#moveOn();
    });
    this.#track = track;
    this.#deps.onProblem(null);
    return track;
  }

  async #streamOf(mediaDevices: MediaDevices, id: string | null): Promise<MediaStream> {
    try {
      const wanted = id === null ? PROCESSING : { ...PROCESSING, deviceId: { exact: id } };
      return await mediaDevices.getUserMedia({ audio: wanted });
    } catch (error) {
      const problem = microphoneProblem(error);
      // Any other microphone is better than none.
      if (id !== null && problem !== 'denied') return this.#streamOf(mediaDevices, null);
      throw new MicrophoneError(problem, error);
    }
  }

  /** The device went away: what is left is taken, so that a call does not fall silent. */
  async #moveOn(): Promise<void> {
    try {
      await this.reopen();
    } catch (error) {
      this.#deps.onProblem(error instanceof MicrophoneError ? error.problem : 'failed');
    }
  }
}

function ignore(): void {
  // the problem was told when the device went; the next call or device change asks again
}
