import { Invitation, Inviter, type Session, SessionState } from 'sip.js';
import { type CallDirection } from '../../shared/agent-state.js';
import { endOf, type PhoneCallEnd } from './call-end.js';
import { type CallSounds } from './call-sounds.js';
import { summariseStats, type CallStats } from './call-stats.js';
import { CallVoice } from './call-voice.js';
import { type Closure, readQueuePosition, readWaitingSound } from './invite-headers.js';
import { isMediaHandler, type MediaHandler } from './media-handler.js';

/**
 * ```txt
 *  incoming:  ringing --accept--> answering --> talking <--hold/resume--> held
 *  outgoing:  calling --answered--------------> talking
 *  (any) --> ended
 * ```
 */
export type PhoneCallState = 'calling' | 'ringing' | 'answering' | 'talking' | 'held' | 'ended';

/** What a caller hears before the answer; also who was answered before and waits in a queue again. */
export type Waiting = 'nothing' | 'ringing' | 'queued';

export interface PhoneCallSnapshot {
  readonly callId: string | null;
  readonly direction: CallDirection;
  readonly state: PhoneCallState;
  readonly autoAnswer: boolean;
  readonly isMuted: boolean;
  /** A hold or resume that was asked for and is not confirmed. */
  readonly changingHold: boolean;
  readonly remoteNumber: string;
  readonly remoteName: string;
  /** The other side holds the call: what is heard is its music. */
  readonly isHeldByOther: boolean;
  /** The other side's phone is gone for the moment; the exchange waits for it. */
  readonly isOtherAway: boolean;
  readonly waiting: Waiting;
  readonly queuePosition: number | null;
  /** The path of what the exchange wants a waiting caller to hear. */
  readonly waitingSound: string | null;
  /** Of a call that ended out of hours: when the queue opens, epoch milliseconds, where the exchange said it. */
  readonly opensAt: number | null;
}

export interface PhoneCallDeps {
  readonly session: Session;
  readonly callId: string | null;
  readonly direction: CallDirection;
  readonly autoAnswer: boolean;
  readonly audioContext: AudioContext;
  readonly sounds: CallSounds;
  /** The exchange has no music for a held customer, so this page sends it. */
  readonly playsHoldMusic: () => boolean;
  readonly onChanged: () => void;
  /**
   * Answered, or the other side's voice has come. That may be later: to a call that is given back this page makes the
   * offer, and the other side's answer comes with the acknowledgement.
   */
  readonly onVoiceCame: () => void;
  readonly onEnded: (call: PhoneCall, how: PhoneCallEnd) => void;
  readonly onMediaFailed: (call: PhoneCall) => void;
  readonly onSoundBlocked: () => void;
}

const TONE_MS = 160;
const TONE_GAP_MS = 70;

/** One call of this phone, over one SIP session. States follow what the exchange confirmed, never a wish. */
export class PhoneCall {
  readonly #deps: PhoneCallDeps;
  readonly #sound: HTMLAudioElement;
  readonly #voice: CallVoice;
  readonly #onState = (state: SessionState): void => {
    this.#sessionChanged(state);
  };
  #state: PhoneCallState;
  #endedBy: PhoneCallEnd | null = null;
  #changingHold = false;
  #isHeldByOther = false;
  #isOtherAway = false;
  #waiting: Waiting = 'nothing';
  #queuePosition: number | null = null;
  #waitingSound: string | null = null;
  #opensAt: number | null = null;

  constructor(deps: PhoneCallDeps) {
    this.#deps = deps;
    this.#sound = deps.sounds.take();
    this.#voice = new CallVoice({ audioContext: deps.audioContext, sender: () => this.#sender() });
    this.#state = deps.session instanceof Inviter ? 'calling' : 'ringing';
    deps.session.stateChange.addListener(this.#onState);
    deps.session.delegate = {
      onBye: (bye) => {
        this.#endedBy ??= 'remote';
        void bye.accept();
      },
      onCancel: () => {
        this.#endedBy ??= 'cancelled';
      },
      onInvite: () => {
        this.#renegotiated();
      },
      onInfo: (info) => {
        const { request } = info;
        this.#otherSideIs(request.getHeader('X-Citrus-Peer'), (name) => request.getHeader(name));
        void info.accept();
      },
    };
  }

  get callId(): string | null {
    return this.#deps.callId;
  }

  get isMuted(): boolean {
    return this.#voice.isMuted;
  }

  get state(): PhoneCallState {
    return this.#state;
  }

  snapshot(): PhoneCallSnapshot {
    const { session, callId, direction, autoAnswer } = this.#deps;
    return {
      callId,
      direction,
      state: this.#state,
      autoAnswer,
      isMuted: this.#voice.isMuted,
      changingHold: this.#changingHold,
      remoteNumber: session.remoteIdentity.uri.user ?? '',
      remoteName: session.remoteIdentity.displayName,
      isHeldByOther: this.#isHeldByOther,
      isOtherAway: this.#isOtherAway,
      waiting: this.#waiting,
      queuePosition: this.#queuePosition,
      waitingSound: this.#waitingSound,
      opensAt: this.#opensAt,
    };
  }

  /** For an incoming call that rings. The microphone must be open. Rejects when the call is gone meanwhile. */
  async accept(): Promise<void> {
    const { session } = this.#deps;
    if (!(session instanceof Invitation) || this.#state !== 'ringing') return;
    this.#moveTo('answering');
    await session.accept();
  }

  /** 486 for a person's no; 480 when the phone itself cannot take the call. */
  async reject(statusCode: 480 | 486): Promise<void> {
    const { session } = this.#deps;
    if (!(session instanceof Invitation)) return;
    if (session.state !== SessionState.Initial && session.state !== SessionState.Establishing) return;
    this.#endedBy = 'rejected';
    await session.reject({ statusCode });
  }

  /** Ends the call from here: BYE, CANCEL or a refusal, as its state wants. */
  async hangUp(): Promise<void> {
    const { session } = this.#deps;
    this.#endedBy ??= 'local';
    if (session.state === SessionState.Established) await session.bye();
    else if (session instanceof Invitation) await this.reject(486);
    else if (session instanceof Inviter && session.state !== SessionState.Terminated) await session.cancel();
  }

  setMuted(muted: boolean): void {
    this.#voice.setMuted(muted);
    this.#deps.onChanged();
  }

  /** Resolves when the exchange has confirmed it; rejects, with the old state, when it refused. */
  async setHeld(held: boolean): Promise<void> {
    if (this.#changingHold || (this.#state !== 'talking' && this.#state !== 'held')) return;
    if (held === (this.#state === 'held')) return;
    this.#changingHold = true;
    this.#deps.onChanged();
    try {
      await this.#reinvite({ hold: held });
      await this.#voice.playMusic(held && this.#deps.playsHoldMusic());
      this.#moveTo(held ? 'held' : 'talking');
    } catch (error) {
      // SIP.js keeps the options of the last re-INVITE for its next answer: they must tell what is, not what was wished.
      this.#deps.session.sessionDescriptionHandlerOptionsReInvite = { hold: !held } as object;
      throw error;
    } finally {
      this.#changingHold = false;
      this.#deps.onChanged();
    }
  }

  /** Tones in the audio (RFC 4733); by SIP INFO where the other side did not agree to them. */
  async sendTones(tones: string): Promise<void> {
    if (this.#handler()?.sendDtmf(tones, { duration: TONE_MS, interToneGap: TONE_GAP_MS }) === true) return;
    for (const tone of tones) {
      await this.#deps.session.info({
        requestOptions: {
          body: {
            contentDisposition: 'render',
            contentType: 'application/dtmf-relay',
            content: `Signal=${tone}\r\nDuration=${TONE_MS}`,
          },
        },
      });
    }
  }

  /** Makes the path of the audio anew, after the network changed. */
  async restartMedia(): Promise<void> {
    if (this.#changingHold || (this.#state !== 'talking' && this.#state !== 'held')) return;
    await this.#reinvite({ hold: this.#state === 'held', offerOptions: { iceRestart: true } });
  }

  /** Takes another microphone, for a headset that was changed in the call. */
  async replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    if (this.#state !== 'talking' && this.#state !== 'held') {
      track.stop();
      return;
    }
    await this.#voice.replaceMicrophone(track);
  }

  /** The agent's voice as this call sends it. */
  get microphone(): MediaStreamTrack | null {
    return this.#voice.microphone;
  }

  /** The other side's voice; null before the answer. */
  get remote(): MediaStream | null {
    return this.#handler()?.remoteMediaStream ?? null;
  }

  /** Sends a conference's mix in place of the microphone; null goes back to it. Music of a hold comes before both. */
  async sendInstead(track: MediaStreamTrack | null): Promise<void> {
    if (this.#state !== 'ended') await this.#voice.sendInstead(track);
  }

  async stats(): Promise<CallStats | null> {
    const connection = this.#handler()?.peerConnection;
    if (connection === undefined) return null;
    const entries: [string, Record<string, unknown>][] = [];
    (await connection.getStats()).forEach((value: Record<string, unknown>, key: string) => {
      entries.push([key, value]);
    });
    return summariseStats(entries);
  }

  /** A provisional answer to an outgoing call. */
  progressed(statusCode: number, queuePosition: number | null, waitingSound: string | null): void {
    if (statusCode === 182) this.#waits('queued', queuePosition, waitingSound);
    else this.#waits(statusCode === 180 ? 'ringing' : this.#waiting);
    this.#deps.onChanged();
  }

  /** A final refusal of an outgoing call. */
  refused(statusCode: number, { isOutOfHours, opensAt }: Closure): void {
    this.#opensAt = opensAt;
    this.#endedBy ??= isOutOfHours ? 'out-of-hours' : endOf(statusCode);
  }

  /** Ends it on this side only. The exchange is told nothing: it keeps the call, or gives it to another session. */
  discard(): void {
    this.#endedBy = 'replaced';
    this.#deps.session.stateChange.removeListener(this.#onState);
    this.#finish();
  }

  #sessionChanged(state: SessionState): void {
    if (state === SessionState.Established) this.#established();
    if (state === SessionState.Terminated) this.#finish();
  }

  #established(): void {
    const handler = this.#handler();
    if (handler !== null) {
      this.#voice.begin(handler.localMediaStream.getAudioTracks()[0] ?? null);
      this.#sound.srcObject = handler.remoteMediaStream;
      handler.remoteMediaStream.addEventListener('addtrack', this.#deps.onVoiceCame);
      this.#sound.play().catch((error: unknown) => {
        // Interrupted by the next call's stream is no block; a browser that wants a click says NotAllowedError.
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.#deps.onSoundBlocked();
      });
      const connection = handler.peerConnection;
      connection?.addEventListener('connectionstatechange', () => {
        if (connection.connectionState === 'failed') this.#deps.onMediaFailed(this);
      });
    }
    this.#waits('nothing');
    this.#moveTo('talking');
    this.#deps.onVoiceCame();
  }

  /** A re-INVITE of the other side was answered. Whoever may only listen is held (RFC 6337, section 5.3). */
  #renegotiated(): void {
    const direction = this.#handler()?.peerConnection?.getTransceivers()[0]?.direction;
    this.#isHeldByOther = this.#state === 'talking' && (direction === 'recvonly' || direction === 'inactive');
    this.#isOtherAway = false;
    this.#waits('nothing');
    this.#deps.onChanged();
  }

  #otherSideIs(word: string | undefined, header: (name: string) => string | undefined): void {
    if (word !== 'away' && word !== 'back' && word !== 'waiting') return;
    this.#isOtherAway = word === 'away';
    if (word === 'waiting') this.#waits('queued', readQueuePosition(header), readWaitingSound(header));
    else this.#waits('nothing');
    this.#deps.onChanged();
  }

  #waits(waiting: Waiting, queuePosition: number | null = null, waitingSound: string | null = null): void {
    this.#waiting = waiting;
    this.#queuePosition = queuePosition;
    this.#waitingSound = waitingSound;
  }

  #finish(): void {
    if (this.#state === 'ended') return;
    this.#voice.stop();
    this.#handler()?.close();
    this.#deps.sounds.release(this.#sound);
    this.#moveTo('ended');
    this.#deps.onEnded(this, this.#endedBy ?? 'failed');
  }

  #reinvite(options: { readonly hold: boolean; readonly offerOptions?: RTCOfferOptions }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#deps.session
        .invite({
          sessionDescriptionHandlerOptions: options as object,
          requestDelegate: {
            onAccept: () => {
              resolve();
            },
            onReject: (response) => {
              reject(new Error(`re-INVITE refused: ${response.message.statusCode ?? 0}`));
            },
          },
        })
        .catch(reject);
    });
  }

  #sender(): RTCRtpSender | null {
    return this.#handler()?.peerConnection?.getSenders()[0] ?? null;
  }

  #handler(): MediaHandler | null {
    const handler = this.#deps.session.sessionDescriptionHandler;
    return isMediaHandler(handler) ? handler : null;
  }

  #moveTo(state: PhoneCallState): void {
    this.#state = state;
    this.#deps.onChanged();
  }
}
