import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { isPressable, onPress, setPressable } from '../../dom/press.js';
import { type Controls } from '../controls.js';
import { CommandError } from '../desk-link.js';
import { type DeskView } from '../desk-store.js';
import { callPhase } from '../phase.js';
import { numberProblem } from '../transfer-choices.js';
import { createKeys } from './keys.js';
import { type Region } from './region.js';

export interface DialActions {
  /** Throws a CommandError that is about the number. */
  dial(number: string): Promise<void>;
  /** Beside the call in hand, which waits meanwhile. Throws a CommandError. */
  dialSecond(number: string): Promise<void>;
  keySound(): void;
}

/** A number, twelve keys, and the button that calls. What is wrong with the number is said at the number. */
export class DialPad implements Region {
  readonly #deps: { readonly t: Translate; readonly actions: DialActions };
  readonly #number = byId('dial-number', HTMLInputElement);
  readonly #button = byId('dial');
  readonly #error = byId('dial-error');
  readonly #text = byId('dial-text');
  #isSecond = false;

  constructor(deps: { readonly t: Translate; readonly actions: DialActions }) {
    this.#deps = deps;
    byId('dial-pad').append(
      ...createKeys((key) => {
        this.#number.value += key;
        this.#showError(null);
        deps.actions.keySound();
      }),
    );
    onPress(byId('dial-erase'), () => {
      this.#number.value = this.#number.value.slice(0, -1);
      this.#number.focus();
    });
    this.#number.addEventListener('input', () => {
      this.#showError(null);
    });
    byId('dial-form').addEventListener('submit', (event) => {
      event.preventDefault();
      if (isPressable(this.#button)) void this.#dial();
    });
  }

  focus(): void {
    this.#number.focus();
    this.#number.select();
  }

  /** Offers a number without calling it. */
  offer(number: string): void {
    this.#number.value = number;
  }

  render(view: DeskView, controls: Controls): void {
    const { t } = this.#deps;
    const phase = callPhase(view);
    this.#isSecond = phase === 'talking' || phase === 'on-hold';
    const why = this.#isSecond ? controls['dial-second'] : controls.dial;
    setPressable(this.#button, why === null ? null : t(why));
    setText(this.#text, t(this.#isSecond ? 'desk:dial.second' : 'desk:dial.call'));
  }

  async #dial(): Promise<void> {
    const number = this.#number.value.trim();
    if (number === '') {
      this.#showError(this.#deps.t('desk:dial.empty'));
      this.#number.focus();
      return;
    }
    // Nobody is put on hold for a number that cannot be dialled.
    const problem = this.#isSecond ? numberProblem(number) : null;
    if (problem !== null) {
      this.#showError(this.#deps.t(problem));
      this.#number.focus();
      return;
    }
    this.#button.setAttribute('aria-busy', 'true');
    try {
      const { actions } = this.#deps;
      await (this.#isSecond ? actions.dialSecond(number) : actions.dial(number));
      this.#number.value = '';
      this.#showError(null);
    } catch (error) {
      this.#showError(error instanceof CommandError ? error.message : this.#deps.t('desk:error.unknown'));
    } finally {
      this.#button.removeAttribute('aria-busy');
    }
  }

  #showError(text: string | null): void {
    setHidden(this.#error, text === null);
    setText(this.#error, text ?? '');
    setAttribute(this.#number, 'aria-invalid', text === null ? null : 'true');
    setAttribute(this.#number, 'aria-describedby', text === null ? null : this.#error.id);
  }
}
