/** Hears what a microphone gives, without taking it from anybody: the track is a clone. */
export class MicrophoneListener {
  readonly track: MediaStreamTrack;
  /** The one that was cloned. */
  readonly source: MediaStreamTrack;
  readonly #node: MediaStreamAudioSourceNode;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(context: AudioContext, track: MediaStreamTrack) {
    this.source = track;
    this.track = track.clone();
    // A call that is muted mutes its own track; the meter shows what the device gives.
    this.track.enabled = true;
    this.#node = context.createMediaStreamSource(new MediaStream([this.track]));
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 4096;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#node.connect(this.#analyser);
  }

  /** The last tenth of a second or so. */
  read(): Float32Array {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples;
  }

  stop(): void {
    this.#node.disconnect();
    this.track.stop();
  }
}
