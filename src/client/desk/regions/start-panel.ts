import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { onPress, setPressable } from '../../dom/press.js';
import { type Translate } from '../../../shared/i18n/messages.js';
import { type DeskView } from '../desk-store.js';
import { isOnShift } from '../phase.js';
import { type ShiftProgress, SHIFT_STEPS } from '../shift-start.js';
import { type Region } from './region.js';

export interface StartPanelDeps {
  readonly t: Translate;
  readonly start: () => Promise<void>;
}

/** The start of the shift: one button, and each step as it succeeds or fails. */
export class StartPanel implements Region {
  readonly #deps: StartPanelDeps;
  readonly #panel = byId('start-panel');
  readonly #button = byId('start-shift');
  readonly #text = byId('start-shift-text');
  readonly #steps = byId('start-steps');

  constructor(deps: StartPanelDeps) {
    this.#deps = deps;
    onPress(this.#button, () => deps.start());
  }

  render(view: DeskView): void {
    const visible = view.desk !== null && (!isOnShift(view) || view.isStartingShift);
    setHidden(this.#panel, !visible);
    const { t } = this.#deps;
    setPressable(this.#button, view.socket === 'up' ? null : t('desk:why.offline'));
  }

  showProgress(progress: ShiftProgress): void {
    const { t } = this.#deps;
    setText(this.#text, t(progress.failure === null ? 'desk:shift.start' : 'desk:shift.retry'));
    for (const step of SHIFT_STEPS) {
      const item = this.#steps.querySelector(`[data-step="${step}"]`);
      if (item === null) continue;
      const state = progress.steps[step];
      setAttribute(item, 'data-state', state);
      const words = item.querySelector('.desk-step-state');
      if (words !== null) setText(words, t(`desk:shift.state.${state}`));
      const remedy = item.querySelector<HTMLElement>('.desk-step-remedy');
      if (remedy === null) continue;
      const text = progress.failure?.step === step ? progress.failure.remedy : '';
      setHidden(remedy, text === '');
      setText(remedy, text);
    }
  }
}
