import { type CallCard, type SecondCall } from '../../../shared/desk.js';
import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, setAttribute, setHidden, setText } from '../../dom/element.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatDuration, formatPhone } from '../../format.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { callPhase, nameOf } from '../phase.js';
import { type Region, type RegionDeps } from './region.js';

export interface SecondCardActions {
  takeBack(): Promise<void>;
  hangUpMain(): Promise<void>;
  hangUpSecond(): Promise<void>;
}

/** What stands beside the call in hand: the second call, or where the first is being sent. */
type Beside =
  | { readonly kind: 'second'; readonly second: SecondCall; readonly call: CallCard }
  | { readonly kind: 'transfer'; readonly label: string; readonly since: number; readonly call: CallCard };

/** The card beside the call in hand, and the buttons that end one call of two. */
export class SecondCard implements Region {
  readonly #deps: RegionDeps & { readonly actions: SecondCardActions };
  readonly #panel = byId('panel-call');
  readonly #card = byId('second-card');
  readonly #dot = byId('second-dot');
  readonly #phase = byId('second-phase');
  readonly #time = byId('second-time');
  readonly #name = byId('second-name');
  readonly #facts = byId('second-facts');
  readonly #buttons = {
    'take-back': byId('take-back'),
    'hang-up-main': byId('hang-up-main'),
    'hang-up-second': byId('hang-up-second'),
  };

  constructor(deps: RegionDeps & { readonly actions: SecondCardActions }) {
    this.#deps = deps;
    onPress(this.#buttons['take-back'], () => deps.actions.takeBack());
    onPress(this.#buttons['hang-up-main'], () => deps.actions.hangUpMain());
    onPress(this.#buttons['hang-up-second'], () => deps.actions.hangUpSecond());
  }

  render(view: DeskView, controls: Controls): void {
    const beside = besideOf(view);
    this.#keepFocus(beside);
    setAttribute(this.#panel, 'data-beside', beside?.kind ?? null);
    setHidden(this.#card, beside === null);
    setHidden(this.#buttons['take-back'], beside?.kind !== 'transfer');
    setHidden(this.#buttons['hang-up-main'], beside?.kind !== 'second');
    setHidden(this.#buttons['hang-up-second'], beside?.kind !== 'second');
    if (beside === null) return;
    this.#show(beside);
    this.#label(beside, controls);
    this.tick(view);
  }

  tick(view: DeskView): void {
    const beside = besideOf(view);
    if (beside === null) return;
    const since = beside.kind === 'transfer' ? beside.since : (beside.second.answeredAt ?? beside.second.startedAt);
    setText(this.#time, formatDuration((this.#deps.now() - since) / 1000));
  }

  #show(beside: Beside): void {
    const { t } = this.#deps;
    const label = formatPhone(beside.kind === 'transfer' ? beside.label : beside.second.label);
    setText(this.#name, label);
    if (beside.kind === 'transfer') {
      setAttribute(this.#card, 'data-status', 'dialling');
      setAttribute(this.#dot, 'data-status', 'dialling');
      setText(this.#phase, t('desk:transfer.under-way'));
      setText(this.#facts, '');
      return;
    }
    const { state, kind } = beside.second;
    setAttribute(this.#card, 'data-status', state);
    setAttribute(this.#dot, 'data-status', state);
    const isConference = beside.call.isConference;
    setText(this.#phase, isConference ? t('desk:call.conference') : t(`desk:second.${state}`));
    setText(this.#facts, `${t('desk:second.label')} · ${t(`desk:second.kind.${kind}`)}`);
  }

  #label(beside: Beside, controls: Controls): void {
    const { t } = this.#deps;
    const name = nameOf(beside.call) ?? formatPhone(beside.call.number);
    const end = (button: HTMLElement, who: string): void => {
      const isConference = beside.call.isConference;
      setText(button, t(isConference ? 'desk:call.drop' : 'desk:call.hang-up'));
      setAttribute(button, 'aria-label', t(isConference ? 'desk:call.drop-of' : 'desk:call.hang-up-of', { name: who }));
    };
    if (beside.kind === 'second') {
      end(this.#buttons['hang-up-main'], name);
      end(this.#buttons['hang-up-second'], formatPhone(beside.second.label));
    } else setAttribute(this.#buttons['take-back'], 'aria-label', t('desk:transfer.take-back-of', { name }));
    press(this.#buttons['take-back'], controls['take-back'], t, 'Alt+V');
    press(this.#buttons['hang-up-main'], controls['hang-up-main'], t);
    press(this.#buttons['hang-up-second'], controls['hang-up-second'], t);
  }

  /** A button that goes away hands its focus on to one that stays. */
  #keepFocus(beside: Beside | null): void {
    const active = document.activeElement;
    const isLost =
      (active === this.#buttons['take-back'] && beside?.kind !== 'transfer') ||
      ((active === this.#buttons['hang-up-main'] || active === this.#buttons['hang-up-second']) &&
        beside?.kind !== 'second');
    if (isLost) byId('hold').focus();
  }
}

function press(button: HTMLElement, why: Controls['join'], t: Translate, keys: string | null = null): void {
  setPressable(button, why === null ? null : t(why), keys);
}

function besideOf(view: DeskView): Beside | null {
  const phase = callPhase(view);
  const call = view.desk?.call ?? null;
  if (call === null || (phase !== 'talking' && phase !== 'on-hold')) return null;
  const second = view.desk?.second ?? null;
  if (second !== null) return { kind: 'second', second, call };
  const { transfer } = call;
  return transfer === null ? null : { kind: 'transfer', label: transfer.label, since: transfer.since, call };
}
