import { type SoftphoneCredentials } from '../../shared/desk.js';
import { type Translate } from '../../shared/i18n/messages.js';
import { byId, el, setAttribute, setHidden, setText } from '../dom/element.js';
import { setIcon } from '../dom/icon.js';
import { onPress, setPressable } from '../dom/press.js';
import { formatDuration, formatPhone } from '../format.js';
import { type PhoneCallEnd } from '../softphone/call-end.js';
import { type CallStats } from '../softphone/call-stats.js';
import { playMusic } from '../softphone/hold-music.js';
import { Microphone, MicrophoneError } from '../softphone/microphone.js';
import { Softphone, type SoftphoneProblem } from '../softphone/softphone.js';
import { type StopSound, Tones } from '../softphone/tones.js';
import { playPrompt } from './prompt.js';
import {
  type CustomerPhoneSound,
  type CustomerPhoneState,
  closedText,
  customerPhoneSound,
  customerPhoneState,
  readQueues,
} from './phone-view.js';

/** How a call ended is shown this long; a time to call again has to be read. */
const ENDED_MS = 3000;
const CLOSED_MS = 12_000;
const LINE_KEY = 'citrus-customer-line';

/** A telephone in a page, for the demonstration: one of the seeded customers' lines. */
export class CustomerPhone {
  readonly #t: Translate;
  readonly #root = byId('customer-phone');
  readonly #queues = readQueues(this.#root.dataset['queues']);
  readonly #line = byId('line', HTMLSelectElement);
  readonly #state = byId('state');
  readonly #who = byId('who');
  readonly #position = byId('position');
  readonly #time = byId('time');
  readonly #trouble = byId('trouble');
  readonly #register = byId('register');
  readonly #answer = byId('answer');
  readonly #hangUp = byId('hang-up');
  readonly #mute = byId('mute');
  readonly #tones = new Tones(new AudioContext());
  readonly #microphone: Microphone;
  readonly #softphone: Softphone;
  #ended: PhoneCallEnd | null = null;
  #opensAt: number | null = null;
  #endedTimer: ReturnType<typeof setTimeout> | undefined;
  #talkingSince: number | null = null;
  #sound: { readonly name: CustomerPhoneSound; readonly stop: StopSound } = { name: 'none', stop: () => undefined };
  #clockOffset = 0;

  constructor(t: Translate, instanceId: string) {
    this.#t = t;
    this.#microphone = new Microphone({
      mediaDevices: (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices,
      isSecureContext: window.isSecureContext,
      onProblem: (problem) => {
        this.#showTrouble(problem === null ? null : t(`customer-phone:microphone.${problem}`));
      },
    });
    this.#softphone = new Softphone({
      getCredentials: () => this.#credentials(),
      microphone: this.#microphone,
      audioContext: this.#tones.context,
      remoteAudio: byId('remote-audio', HTMLAudioElement),
      instanceId,
      now: () => Date.now() + this.#clockOffset,
      pageUrl: window.location.href,
    });
  }

  start(): void {
    this.#softphone.events.on('changed', () => {
      this.#render();
    });
    this.#softphone.events.on('ended', ({ call, how }) => {
      this.#opensAt = call.opensAt;
      if (how !== 'replaced') this.#showEnd(how);
    });
    this.#softphone.events.on('problem', (problem) => {
      this.#problem(problem);
    });
    onPress(this.#register, () => this.#toggle());
    onPress(this.#answer, () => this.#softphone.accept().catch(() => undefined));
    onPress(this.#hangUp, () => this.#softphone.hangUp().catch(() => undefined));
    onPress(this.#mute, () => {
      this.#softphone.setMuted(this.#softphone.snapshot().call?.isMuted !== true);
    });
    document.addEventListener('pointerdown', () => {
      void this.#tones.unlock();
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.#softphone.snapshot().call !== null) event.preventDefault();
    });
    this.#createQueues();
    setInterval(() => {
      this.#tick();
    }, 500);
    this.#render();
    this.#startAgain();
  }

  stats(): Promise<CallStats | null> {
    return this.#softphone.stats();
  }

  /** A page that is reloaded is the same phone again: its call is given back to it. */
  #startAgain(): void {
    const line = sessionStorage.getItem(LINE_KEY);
    if (line === null || ![...this.#line.options].some((option) => option.value === line)) return;
    this.#line.value = line;
    void this.#turnOn();
  }

  async #toggle(): Promise<void> {
    if (this.#softphone.snapshot().line.status === 'stopped') {
      await this.#tones.unlock();
      await this.#turnOn();
      return;
    }
    sessionStorage.removeItem(LINE_KEY);
    await this.#softphone.hangUp().catch(() => undefined);
    await this.#softphone.stop({ unregister: true });
    this.#microphone.close();
  }

  async #turnOn(): Promise<void> {
    try {
      await this.#microphone.open();
    } catch (error) {
      const problem = error instanceof MicrophoneError ? error.problem : 'failed';
      this.#showTrouble(this.#t(`customer-phone:microphone.${problem}`));
      return;
    }
    sessionStorage.setItem(LINE_KEY, this.#line.value);
    this.#softphone.start();
  }

  async #credentials(): Promise<SoftphoneCredentials> {
    const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? '';
    try {
      const response = await fetch('/demo/phone/credentials', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': token },
        body: JSON.stringify({ number: this.#line.value }),
      });
      if (!response.ok) throw new Error(`credentials refused: ${response.status}`);
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) this.#clockOffset = date - Date.now();
      this.#showTrouble(null);
      return (await response.json()) as SoftphoneCredentials;
    } catch (error) {
      this.#showTrouble(this.#t('customer-phone:credentials-failed'));
      throw error;
    }
  }

  #createQueues(): void {
    const queues = this.#queues;
    const host = byId('queues');
    if (queues.length === 0) setText(host, this.#t('customer-phone:queues.none'));
    for (const { number, name } of queues) {
      const button = el(
        'button',
        { type: 'button', class: 'btn', 'data-testid': `call-queue-${number}` },
        el('strong', {}, name),
        el('span', {}, number),
      );
      onPress(button, () => this.#call(number));
      host.append(button);
    }
  }

  async #call(number: string): Promise<void> {
    this.#ended = null;
    await this.#softphone.call(number).catch((error: unknown) => {
      if (!(error instanceof MicrophoneError)) this.#showEnd('failed');
    });
  }

  #render(): void {
    const phone = this.#softphone.snapshot();
    const state = customerPhoneState(phone, this.#ended !== null);
    if (phone.call !== null && phone.call.state !== 'ended') this.#ended = null;
    for (const element of [this.#root, this.#state]) setAttribute(element, 'data-state', state);
    setText(this.#state, this.#stateText(state));
    setText(this.#who, this.#whoText());
    const position = phone.call?.queuePosition ?? null;
    setText(this.#position, position === null ? '' : this.#t('customer-phone:position', { position }));
    const isTalking = phone.call?.state === 'talking' || phone.call?.state === 'held';
    this.#talkingSince = isTalking ? (this.#talkingSince ?? Date.now()) : null;
    this.#renderButtons(state, isTalking);
    this.#play(customerPhoneSound(phone));
    this.#tick();
  }

  #renderButtons(state: CustomerPhoneState, isTalking: boolean): void {
    const phone = this.#softphone.snapshot();
    const isOn = phone.line.status !== 'stopped';
    const stateText = this.#stateText(state);
    setText(byId('register-text'), this.#t(isOn ? 'customer-phone:unregister' : 'customer-phone:register'));
    this.#line.disabled = isOn;
    setPressable(this.#answer, phone.call?.state === 'ringing' ? null : stateText);
    setPressable(this.#hangUp, phone.call !== null ? null : stateText);
    setPressable(this.#mute, isTalking ? null : stateText);
    const isMuted = phone.call?.isMuted === true;
    setAttribute(this.#mute, 'aria-pressed', String(isMuted));
    setIcon(this.#mute, isMuted ? 'microphone-off' : 'microphone');
    for (const button of byId('queues').querySelectorAll<HTMLElement>('button')) {
      setPressable(button, phone.isRegistered && phone.call === null ? null : stateText);
    }
  }

  #stateText(state: CustomerPhoneState): string {
    if (state === 'ended' && this.#ended === 'out-of-hours') {
      return closedText(this.#opensAt, Date.now() + this.#clockOffset, {
        t: this.#t,
        locale: document.documentElement.lang,
        timeZone: this.#root.dataset['timeZone'] ?? 'America/Sao_Paulo',
      });
    }
    if (state === 'ended' && this.#ended !== null && this.#ended !== 'replaced') {
      return this.#t(`customer-phone:ended.${this.#ended}`);
    }
    return this.#t(`customer-phone:state.${state}`);
  }

  #whoText(): string {
    const { call } = this.#softphone.snapshot();
    if (call === null) return '';
    const queue = this.#queues.find(({ number }) => number === call.remoteNumber);
    const who = queue?.name ?? (call.remoteName === '' ? formatPhone(call.remoteNumber) : call.remoteName);
    if (call.state !== 'ringing') return who;
    return who === ''
      ? this.#t('customer-phone:incoming-unknown')
      : this.#t('customer-phone:incoming', { number: who });
  }

  #tick(): void {
    const since = this.#talkingSince;
    setText(this.#time, since === null ? '' : formatDuration((Date.now() - since) / 1000));
  }

  #play(name: CustomerPhoneSound): void {
    if (name === this.#sound.name) return;
    this.#sound.stop();
    this.#sound = { name, stop: this.#startSound(name) };
  }

  #startSound(name: CustomerPhoneSound): StopSound {
    switch (name) {
      case 'none':
        return () => undefined;
      case 'ring':
        return this.#tones.ring();
      case 'ringback':
        return this.#tones.ringback();
      case 'music':
        return this.#playMusic();
      case 'prompt':
        return playPrompt(new Audio(this.#softphone.snapshot().call?.waitingSound ?? ''), () => this.#playMusic());
    }
  }

  #playMusic(): StopSound {
    return playMusic(this.#tones.context, this.#tones.context.destination);
  }

  #problem(problem: SoftphoneProblem): void {
    if (problem.kind === 'microphone') this.#showTrouble(this.#t(`customer-phone:microphone.${problem.problem}`));
    if (problem.kind === 'sound-blocked') this.#showTrouble(this.#t('customer-phone:sound-blocked'));
  }

  #showEnd(how: PhoneCallEnd): void {
    this.#ended = how;
    clearTimeout(this.#endedTimer);
    this.#endedTimer = setTimeout(
      () => {
        this.#ended = null;
        this.#render();
      },
      how === 'out-of-hours' ? CLOSED_MS : ENDED_MS,
    );
    this.#render();
  }

  #showTrouble(text: string | null): void {
    setHidden(this.#trouble, text === null);
    setText(this.#trouble, text ?? '');
  }
}
