import { type Invitation, Inviter, UserAgent } from 'sip.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';
import { Emitter } from '../emitter.js';
import { type CallStats } from './call-stats.js';
import { type KeeperState } from './connection-keeper.js';
import { readClosure, readInviteHeaders, readQueuePosition, readWaitingSound } from './invite-headers.js';
import { createMediaHandlerFactory } from './media-handler.js';
import { type Microphone, MicrophoneError, type MicrophoneProblem } from './microphone.js';
import { type PhoneCallEnd } from './call-end.js';
import { PhoneCall, type PhoneCallSnapshot, type PhoneCallState } from './phone-call.js';
import { SipLine } from './sip-line.js';

/**
 * What the phone is doing, in one word. A call says more than the line, so that `talking` does not tell whether the line
 * is registered at this moment: `isRegistered` does. `ended` passes at once into what the line is.
 */
export type SoftphoneState =
  'idle' | 'connecting' | 'registered' | 'calling' | 'ringing' | 'talking' | 'held' | 'ended';

export interface SoftphoneSnapshot {
  readonly state: SoftphoneState;
  readonly isRegistered: boolean;
  readonly line: KeeperState;
  readonly call: PhoneCallSnapshot | null;
}

export type SoftphoneProblem =
  | { readonly kind: 'microphone'; readonly problem: MicrophoneProblem }
  | { readonly kind: 'sound-blocked' }
  | { readonly kind: 'hold-refused' }
  | { readonly kind: 'media-failed' };

export interface SoftphoneEvents {
  readonly changed: SoftphoneSnapshot;
  readonly ended: { readonly call: PhoneCallSnapshot; readonly how: PhoneCallEnd };
  readonly problem: SoftphoneProblem;
}

export interface SoftphoneDeps {
  readonly getCredentials: () => Promise<SoftphoneCredentials>;
  readonly microphone: Microphone;
  readonly audioContext: AudioContext;
  readonly remoteAudio: HTMLAudioElement;
  /** A UUID, the same for as long as the page is open, over reloads too. */
  readonly instanceId: string;
  /** The server's clock, epoch milliseconds. */
  readonly now: () => number;
  readonly pageUrl: string;
}

/**
 * The telephone of a page: one line, one call at a time.
 *
 * Built on SIP.js's user agent rather than its session manager, which hangs up and unregisters when the page is left. This
 * class sends neither: a page that is reloaded in a call gets the call back from the exchange.
 */
export class Softphone {
  readonly events = new Emitter<SoftphoneEvents>();
  readonly #deps: SoftphoneDeps;
  readonly #line: SipLine;
  #lineState: KeeperState = { status: 'stopped' };
  #call: PhoneCall | null = null;

  constructor(deps: SoftphoneDeps) {
    this.#deps = deps;
    this.#line = new SipLine({
      getCredentials: deps.getCredentials,
      instanceId: deps.instanceId,
      now: deps.now,
      pageUrl: deps.pageUrl,
      mediaHandlerFactory: createMediaHandlerFactory(deps.microphone),
      onInvite: (invitation) => {
        this.#invited(invitation);
      },
      onChanged: (state) => {
        this.#lineState = state;
        this.#changed();
      },
    });
  }

  snapshot(): SoftphoneSnapshot {
    return {
      state: this.#state(),
      isRegistered: this.#line.isRegistered,
      line: this.#lineState,
      call: this.#call?.snapshot() ?? null,
    };
  }

  /** Registers, and stays registered until `stop`. */
  start(): void {
    this.#line.start();
  }

  /** Resolves when the line is registered; rejects after `limitMs`. */
  whenRegistered(limitMs: number): Promise<void> {
    if (this.#line.isRegistered) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const off = this.events.on('changed', (snapshot) => {
        if (!snapshot.isRegistered) return;
        clearTimeout(timer);
        off();
        resolve();
      });
      const timer = setTimeout(() => {
        off();
        reject(new Error('the phone did not register in time'));
      }, limitMs);
    });
  }

  /** A person's wish to stop being called. A call in hand is let go without hanging up. */
  async stop(options: { readonly unregister: boolean } = { unregister: true }): Promise<void> {
    this.#call?.discard();
    await this.#line.stop(options);
  }

  /** Asks the registrar now, when something gives reason to doubt the line. */
  verify(): void {
    void this.#line.verify();
  }

  /** Credentials that were given are not to be used any more: asks for new ones now. A call in hand goes on. */
  renew(): void {
    this.#line.renew();
  }

  /** Throws when the line is not registered, when a call is in hand, or a MicrophoneError. */
  async call(number: string): Promise<void> {
    const agent = this.#line.userAgent;
    if (!this.#line.isRegistered || agent === null) throw new Error('not registered');
    if (this.#call !== null) throw new Error('already in a call');
    const target = UserAgent.makeURI(`sip:${encodeURIComponent(number)}@${agent.configuration.uri.host}`);
    if (target === undefined) throw new Error(`not a number: ${number}`);
    await this.#openMicrophone();
    const inviter = new Inviter(agent, target);
    const call = this.#take(new PhoneCall({ ...this.#callDeps(), session: inviter }));
    await inviter.invite({
      requestDelegate: {
        onProgress: ({ message }) => {
          const header = (name: string): string | undefined => message.getHeader(name);
          call.progressed(message.statusCode ?? 0, readQueuePosition(header), readWaitingSound(header));
        },
        onReject: ({ message }) => {
          call.refused(
            message.statusCode ?? 0,
            readClosure((name) => message.getHeader(name)),
          );
        },
      },
    });
  }

  /** Takes the call that rings. Without a microphone it is refused, so that nobody is left talking to silence. */
  async accept(): Promise<void> {
    const call = this.#call;
    if (call?.state !== 'ringing') return;
    try {
      await this.#openMicrophone();
    } catch (error) {
      await call.reject(480);
      throw error;
    }
    await call.accept();
  }

  async reject(): Promise<void> {
    await this.#call?.reject(486);
  }

  async hangUp(): Promise<void> {
    await this.#call?.hangUp();
  }

  setMuted(muted: boolean): void {
    this.#call?.setMuted(muted);
  }

  /** Rejects when the exchange refused; what is shown has not changed then. */
  async setHeld(held: boolean): Promise<void> {
    try {
      await this.#call?.setHeld(held);
    } catch (error) {
      this.events.emit('problem', { kind: 'hold-refused' });
      throw error;
    }
  }

  async sendTones(tones: string): Promise<void> {
    await this.#call?.sendTones(tones);
  }

  /** The headset was changed: the call in hand goes on with the new one. */
  async refreshMicrophone(): Promise<void> {
    if (this.#call === null) return;
    await this.#call.replaceMicrophone(await this.#deps.microphone.trackForCall());
  }

  /** Null without a call. */
  async stats(): Promise<CallStats | null> {
    return (await this.#call?.stats()) ?? null;
  }

  /** Ends everything on this side, silently. */
  dispose(): void {
    this.#call?.discard();
    this.events.clear();
    void this.#line.stop({ unregister: false });
  }

  #invited(invitation: Invitation): void {
    const { callId, direction, autoAnswer, resume } = readInviteHeaders((name) => invitation.request.getHeader(name));
    const held = this.#call;
    if (held !== null) {
      // A call that was dialled here has no id we were told; the exchange gives back only the one this phone is in.
      const isSame = callId !== null && (held.callId === null || held.callId === callId);
      if (!resume || !isSame) {
        void invitation.reject({ statusCode: 486 });
        return;
      }
      held.discard();
    }
    this.#take(new PhoneCall({ ...this.#callDeps(), session: invitation, callId, direction, autoAnswer }));
    if (autoAnswer) {
      this.accept().catch(() => {
        // The caller hears of it by the refusal, the person by the problem that was emitted.
      });
    }
  }

  #take(call: PhoneCall): PhoneCall {
    this.#call = call;
    this.#changed();
    return call;
  }

  #callDeps(): Omit<ConstructorParameters<typeof PhoneCall>[0], 'session'> {
    return {
      callId: null,
      direction: 'outbound',
      autoAnswer: false,
      audioContext: this.#deps.audioContext,
      remoteAudio: this.#deps.remoteAudio,
      playsHoldMusic: () => this.#line.credentials?.pagePlaysHoldMusic ?? false,
      onChanged: () => {
        this.#changed();
      },
      onEnded: (how) => {
        this.#ended(how);
      },
      onMediaFailed: () => {
        this.events.emit('problem', { kind: 'media-failed' });
        if (this.#line.isRegistered) void this.#call?.restartMedia().catch(() => undefined);
      },
      onSoundBlocked: () => {
        this.events.emit('problem', { kind: 'sound-blocked' });
      },
    };
  }

  #ended(how: PhoneCallEnd): void {
    const call = this.#call;
    if (call === null) return;
    this.#call = null;
    this.events.emit('ended', { call: call.snapshot(), how });
    this.#changed();
  }

  async #openMicrophone(): Promise<void> {
    try {
      await this.#deps.microphone.open();
    } catch (error) {
      const problem = error instanceof MicrophoneError ? error.problem : 'failed';
      this.events.emit('problem', { kind: 'microphone', problem });
      throw error;
    }
  }

  #changed(): void {
    this.events.emit('changed', this.snapshot());
  }

  #state(): SoftphoneState {
    if (this.#call !== null) return CALL_STATES[this.#call.state];
    if (this.#lineState.status === 'connected') return 'registered';
    return this.#lineState.status === 'stopped' ? 'idle' : 'connecting';
  }
}

const CALL_STATES: Readonly<Record<PhoneCallState, SoftphoneState>> = {
  calling: 'calling',
  ringing: 'ringing',
  answering: 'ringing',
  talking: 'talking',
  held: 'held',
  ended: 'ended',
};
