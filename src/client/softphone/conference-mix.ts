/** One of the calls that hear each other. */
export interface MixedCall {
  /** The agent's voice as this call sends it; null while there is none. */
  readonly microphone: MediaStreamTrack | null;
  /** What comes from the other side; null while there is nothing. */
  readonly remote: MediaStream | null;
  /** Sends this in place of the microphone; null goes back to it. */
  sendInstead(track: MediaStreamTrack | null): Promise<void>;
}

/**
 * Lets the calls of a page hear each other, where the exchange cannot: each is sent the agent's voice and the voices of
 * all the others. The agent hears everybody anyway, from each call by itself.
 *
 * What is muted in a call stays muted in the mix, because it is the call's own microphone that is mixed.
 */
export class ConferenceMix {
  readonly #context: AudioContext;
  #nodes: AudioNode[] = [];
  #calls: readonly MixedCall[] = [];

  constructor(context: AudioContext) {
    this.#context = context;
  }

  get isOn(): boolean {
    return this.#calls.length > 0;
  }

  /** Mixes these calls from now on, in place of whatever was mixed. Fewer than two are not mixed. */
  async mix(calls: readonly MixedCall[]): Promise<void> {
    const left = this.#calls.filter((call) => !calls.includes(call));
    const old = this.#nodes;
    this.#nodes = [];
    this.#calls = calls.length < 2 ? [] : calls;
    // A context that sleeps would send silence to everybody.
    if (this.isOn && this.#context.state === 'suspended') await this.#context.resume();
    await Promise.all([
      ...this.#calls.map((call) => call.sendInstead(this.#mixFor(call))),
      ...(calls.length < 2 ? calls : []).map((call) => call.sendInstead(null)),
      ...left.map((call) => call.sendInstead(null)),
    ]);
    // Only now: until then the old mix is what is being sent.
    for (const node of old) node.disconnect();
  }

  #mixFor(call: MixedCall): MediaStreamTrack | null {
    const output = this.#context.createMediaStreamDestination();
    output.channelCount = 1;
    this.#nodes.push(output);
    if (call.microphone !== null) this.#connect(new MediaStream([call.microphone]), output);
    for (const other of this.#calls) {
      if (other !== call && other.remote !== null) this.#connect(other.remote, output);
    }
    return output.stream.getAudioTracks()[0] ?? null;
  }

  #connect(stream: MediaStream, output: AudioNode): void {
    if (stream.getAudioTracks().length === 0) return;
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(output);
    this.#nodes.push(source);
  }
}
