import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { setIcon } from '../../dom/icon.js';
import { isPressable, onPress, setPressable } from '../../dom/press.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { rings } from '../phase.js';
import { createKeys } from './keys.js';
import { type Region } from './region.js';

export interface CallActions {
  accept(): Promise<void>;
  reject(): Promise<void>;
  hangUp(): Promise<void>;
  setHeld(held: boolean): Promise<void>;
  setMuted(muted: boolean): void;
  sendTone(tone: string): Promise<void>;
  swap(): Promise<void>;
  join(): Promise<void>;
  confer(): Promise<void>;
}

const NAMES = ['accept', 'reject', 'mute', 'hold', 'keypad', 'hang-up', 'swap', 'join', 'confer'] as const;
type Name = (typeof NAMES)[number];

/** The buttons of the call. All are always there, each at its place; what cannot be done says why. */
export class CallControls implements Region {
  readonly #deps: { readonly t: Translate; readonly actions: CallActions };
  readonly #buttons: Readonly<Record<Name, HTMLElement>>;
  readonly #pad = byId('tone-pad');
  readonly #sent = byId('tones-sent');
  readonly #joinText = byId('join-text');
  #view: DeskView | null = null;
  #isRinging = false;

  constructor(deps: { readonly t: Translate; readonly actions: CallActions }) {
    this.#deps = deps;
    this.#buttons = Object.fromEntries(NAMES.map((name) => [name, byId(name)])) as Record<Name, HTMLElement>;
    const { actions } = deps;
    onPress(this.#buttons.accept, () => actions.accept());
    onPress(this.#buttons.reject, () => actions.reject());
    onPress(this.#buttons['hang-up'], () => actions.hangUp());
    onPress(this.#buttons.swap, () => actions.swap());
    onPress(this.#buttons.join, () => actions.join());
    onPress(this.#buttons.confer, () => actions.confer());
    onPress(this.#buttons.hold, () => actions.setHeld(this.#view?.phone.call?.state !== 'held'));
    onPress(this.#buttons.mute, () => {
      actions.setMuted(this.#view?.phone.call?.isMuted !== true);
    });
    onPress(this.#buttons.keypad, () => {
      this.#showPad(this.#pad.hidden !== false);
    });
    byId('tone-keys').append(
      ...createKeys((key) => {
        setText(this.#sent, (this.#sent.textContent + key).slice(-18));
        void actions.sendTone(key);
      }),
    );
    this.#pad.addEventListener('keydown', (event) => {
      this.#typed(event);
    });
  }

  render(view: DeskView, controls: Controls): void {
    const { t } = this.#deps;
    this.#view = view;
    for (const name of NAMES) {
      const why = controls[name];
      const keys = this.#buttons[name].getAttribute('aria-keyshortcuts');
      setPressable(this.#buttons[name], why === null ? null : t(why), keys);
    }
    const call = view.phone.call;
    toggle(this.#buttons.mute, call?.isMuted === true, { off: 'microphone', on: 'microphone-off' });
    toggle(this.#buttons.hold, call?.state === 'held', { off: 'player-pause', on: 'player-play' });
    setAttribute(this.#buttons.hold, 'data-changing', call?.changingHold === true ? 'true' : null);
    const isConference = view.desk?.call?.isConference === true;
    setText(this.#joinText, t(isConference ? 'desk:control.leave' : 'desk:control.join'));
    if (controls.keypad !== null) this.#showPad(false);
    this.#focusOnRinging(view);
  }

  /** Accept takes the focus when it rings, but not from somebody who is writing: there Alt+A does the same. */
  #focusOnRinging(view: DeskView): void {
    const ringing = rings(view);
    const began = ringing && !this.#isRinging;
    this.#isRinging = ringing;
    const active = document.activeElement;
    const isWriting =
      (active instanceof HTMLInputElement && active.type !== 'checkbox') || active instanceof HTMLTextAreaElement;
    if (began && !isWriting && document.querySelector('dialog[open]') === null) this.#buttons.accept.focus();
  }

  #showPad(visible: boolean): void {
    if ((this.#pad.hidden === false) === visible) return;
    setHidden(this.#pad, !visible);
    setAttribute(this.#buttons.keypad, 'aria-expanded', String(visible));
    if (visible) {
      setText(this.#sent, '');
      this.#pad.querySelector('button')?.focus();
    } else if (this.#pad.contains(document.activeElement)) this.#buttons.keypad.focus();
  }

  #typed(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.#showPad(false);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
    const key = this.#pad.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
    if (key !== null && isPressable(key)) key.click();
  }
}

/** The word stays, so that it is one button that is down or not; the icon shows what is. */
function toggle(button: HTMLElement, on: boolean, icons: { readonly off: string; readonly on: string }): void {
  setAttribute(button, 'aria-pressed', String(on));
  setIcon(button, on ? icons.on : icons.off);
}
