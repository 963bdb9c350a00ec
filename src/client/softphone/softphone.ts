import { type Invitation, Inviter, UserAgent } from 'sip.js';
import { type SoftphoneCredentials } from '../../shared/desk.js';
import { Emitter } from '../emitter.js';
import { type CallStats } from './call-stats.js';
import { type KeeperState } from './connection-keeper.js';
import { readClosure, readInviteHeaders, readQueuePosition, readWaitingSound } from './invite-headers.js';
import { createMediaHandlerFactory } from './media-handler.js';
import { type Microphone, MicrophoneError, type MicrophoneProblem } from './microphone.js';
import { type PhoneCallEnd } from './call-end.js';
import { CallSounds } from './call-sounds.js';
import { Conference } from './conference.js';
import { foreground } from './foreground.js';
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
  /** The one in the foreground: what rings or is talked in comes before what is on hold. */
  readonly call: PhoneCallSnapshot | null;
  /** All of them, in the order they began: a second call, and the one that is on hold for it. */
  readonly calls: readonly PhoneCallSnapshot[];
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

/** How often a phone that has to let one call go for another asks, when the exchange is busy with the first. */
const HOLD_TRIES = 24;
const HOLD_RETRY_MS = 250;

/**
 * The telephone of a page: one line, and at most two calls: the one in hand, and a second that the exchange sends because
 * the person wished it. Only in a conference are both talked in at once; else one is on hold.
 *
 * Built on SIP.js's user agent rather than its session manager, which hangs up and unregisters when the page is left. This
 * class sends neither: a page that is reloaded in a call gets the call back from the exchange.
 */
export class Softphone {
  readonly events = new Emitter<SoftphoneEvents>();
  readonly #deps: SoftphoneDeps;
  readonly #line: SipLine;
  #lineState: KeeperState = { status: 'stopped' };
  readonly #sounds: CallSounds;
  readonly #conference: Conference;
  #calls: readonly PhoneCall[] = [];

  constructor(deps: SoftphoneDeps) {
    this.#deps = deps;
    this.#sounds = new CallSounds(deps.remoteAudio);
    this.#conference = new Conference({
      audioContext: deps.audioContext,
      calls: () => this.#calls,
      pageMixes: () => this.#line.credentials?.pageMixesConference ?? false,
    });
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
      call: foreground(this.#calls)?.snapshot() ?? null,
      calls: this.#calls.map((call) => call.snapshot()),
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

  /** A person's wish to stop being called. Calls in hand are let go without hanging up. */
  async stop(options: { readonly unregister: boolean } = { unregister: true }): Promise<void> {
    this.#discardAll();
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
    if (this.#calls.length > 0) throw new Error('already in a call');
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

  /** Takes the call that rings; another that is talked in waits. Without a microphone it is refused, so that nobody is left talking to silence. */
  async accept(): Promise<void> {
    const call = this.#calls.find(({ state }) => state === 'ringing');
    if (call === undefined) return;
    try {
      await this.#openMicrophone();
    } catch (error) {
      await call.reject(480);
      throw error;
    }
    await this.#letOthersWait(call);
    await call.accept();
  }

  async reject(): Promise<void> {
    await this.#calls.find(({ state }) => state === 'ringing')?.reject(486);
  }

  /** Without an id, the call in the foreground; so with every method that takes one. An unknown id does nothing. */
  async hangUp(callId?: string): Promise<void> {
    await this.#find(callId)?.hangUp();
  }

  /** The person is heard in none of the calls. */
  setMuted(muted: boolean): void {
    for (const call of this.#calls) call.setMuted(muted);
  }

  /** Rejects when the exchange refused; what is shown has not changed then. */
  async setHeld(held: boolean, callId?: string): Promise<void> {
    try {
      await this.#find(callId)?.setHeld(held);
    } catch (error) {
      this.events.emit('problem', { kind: 'hold-refused' });
      throw error;
    }
  }

  async sendTones(tones: string, callId?: string): Promise<void> {
    await this.#find(callId)?.sendTones(tones);
  }

  /**
   * Begins or ends a conversation of all calls in hand. Begun, it stays wished for: a call that is given back after a
   * reload joins it again. Where the exchange mixes, only the first call is talked in and the other keeps silent.
   */
  async setConference(isConference: boolean): Promise<void> {
    await this.#conference.set(isConference);
  }

  /** The person has chosen another speaker for the page's element: every call in hand is heard there. */
  followSpeaker(): void {
    this.#sounds.followDevice();
  }

  /** Plays what a browser refused to play before a click; false when it still does. Nothing to play is no refusal. */
  playSound(): Promise<boolean> {
    return this.#sounds.play();
  }

  /** The headset was changed: the calls in hand go on with the new one. */
  async refreshMicrophone(): Promise<void> {
    for (const call of this.#calls) await call.replaceMicrophone(await this.#deps.microphone.trackForCall());
    await this.#conference.follow();
  }

  /** Of the call in the foreground; null without one. */
  async stats(): Promise<CallStats | null> {
    return (await foreground(this.#calls)?.stats()) ?? null;
  }

  /** Ends everything on this side, silently. */
  dispose(): void {
    this.#discardAll();
    this.events.clear();
    void this.#line.stop({ unregister: false });
  }

  #invited(invitation: Invitation): void {
    const { callId, direction, autoAnswer, resume } = readInviteHeaders((name) => invitation.request.getHeader(name));
    // A call that was dialled here has no id we were told; the exchange gives back only the one this phone is in.
    const same = resume && callId !== null ? this.#calls.find((call) => (call.callId ?? callId) === callId) : undefined;
    // A second call comes only by the person's wish, and then by itself: anything else finds this phone busy.
    const isBusy = this.#calls.length > 0 && same === undefined && !(autoAnswer && this.#calls.length < 2);
    if (isBusy) {
      void invitation.reject({ statusCode: 486 });
      return;
    }
    same?.discard();
    this.#take(new PhoneCall({ ...this.#callDeps(), session: invitation, callId, direction, autoAnswer }));
    if (autoAnswer) {
      this.accept().catch(() => {
        // The caller hears of it by the refusal, the person by the problem that was emitted.
      });
    }
  }

  #take(call: PhoneCall): PhoneCall {
    if (this.#calls.some(({ isMuted }) => isMuted)) call.setMuted(true);
    this.#calls = [...this.#calls, call];
    this.#changed();
    return call;
  }

  #callDeps(): Omit<ConstructorParameters<typeof PhoneCall>[0], 'session'> {
    return {
      callId: null,
      direction: 'outbound',
      autoAnswer: false,
      audioContext: this.#deps.audioContext,
      sounds: this.#sounds,
      playsHoldMusic: () => this.#line.credentials?.pagePlaysHoldMusic ?? false,
      onChanged: () => {
        this.#changed();
      },
      onVoiceCame: () => {
        void this.#conference.follow();
      },
      onEnded: (call, how) => {
        this.#ended(call, how);
      },
      onMediaFailed: (call) => {
        this.events.emit('problem', { kind: 'media-failed' });
        if (this.#line.isRegistered) void call.restartMedia().catch(() => undefined);
      },
      onSoundBlocked: () => {
        this.events.emit('problem', { kind: 'sound-blocked' });
      },
    };
  }

  #ended(call: PhoneCall, how: PhoneCallEnd): void {
    if (!this.#calls.includes(call)) return;
    this.#calls = this.#calls.filter((other) => other !== call);
    // Of a call that goes on in another session the other one follows at once.
    void (this.#calls.length < 2 && how !== 'replaced' ? this.#conference.set(false) : this.#conference.follow());
    this.events.emit('ended', { call: call.snapshot(), how });
    this.#changed();
  }

  #find(callId: string | undefined): PhoneCall | null {
    if (callId === undefined) return foreground(this.#calls);
    return this.#calls.find((call) => call.callId === callId) ?? null;
  }

  #discardAll(): void {
    for (const call of this.#calls) call.discard();
  }

  /** Before a call is answered whoever is talked to is put on hold: nobody may hear what is said to another. */
  async #letOthersWait(next: PhoneCall): Promise<void> {
    if (this.#conference.isOn) return;
    for (const call of this.#calls) {
      if (call === next) continue;
      // After a reload both are given back at once: the first may not be put through yet.
      for (let tries = 0; isToWait(call) && tries < HOLD_TRIES; tries++) {
        if (call.state === 'answering') await wait(HOLD_RETRY_MS);
        else await call.setHeld(true).catch(() => wait(HOLD_RETRY_MS));
      }
    }
    // A conference that was wished for meanwhile found a call that could not be resumed yet.
    await this.#conference.follow();
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
    const call = foreground(this.#calls);
    if (call !== null) return CALL_STATES[call.state];
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

function isToWait({ state }: PhoneCall): boolean {
  return state === 'answering' || state === 'talking';
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
