import { createMusicTrack, type MusicTrack } from './hold-music.js';

/** What one call sends: music while the other side is held, else what a conference mixes, else the microphone. */
export class CallVoice {
  readonly #context: AudioContext;
  readonly #sender: () => RTCRtpSender | null;
  #microphone: MediaStreamTrack | null = null;
  #isMuted = false;
  #instead: MediaStreamTrack | null = null;
  #music: MusicTrack | null = null;

  constructor(deps: { readonly audioContext: AudioContext; readonly sender: () => RTCRtpSender | null }) {
    this.#context = deps.audioContext;
    this.#sender = deps.sender;
  }

  get microphone(): MediaStreamTrack | null {
    return this.#microphone;
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  setMuted(muted: boolean): void {
    this.#isMuted = muted;
    if (this.#microphone !== null) this.#microphone.enabled = !muted;
  }

  /** The call was answered with this microphone. */
  begin(microphone: MediaStreamTrack | null): void {
    this.#microphone = microphone;
    this.setMuted(this.#isMuted);
  }

  /** Another microphone, in the middle of the call; the old one is let go. */
  async replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    this.#microphone?.stop();
    this.begin(track);
    await this.#send();
  }

  /** Null goes back to the microphone. */
  async sendInstead(track: MediaStreamTrack | null): Promise<void> {
    this.#instead = track;
    await this.#send();
  }

  async playMusic(wanted: boolean): Promise<void> {
    if (wanted === (this.#music !== null)) return;
    const old = this.#music;
    this.#music = wanted ? createMusicTrack(this.#context) : null;
    await this.#send();
    old?.stop();
  }

  /** The call is over: lets everything go. */
  stop(): void {
    this.#music?.stop();
    this.#microphone?.stop();
    this.#music = this.#microphone = this.#instead = null;
  }

  async #send(): Promise<void> {
    await this.#sender()?.replaceTrack(this.#music?.track ?? this.#instead ?? this.#microphone);
  }
}
