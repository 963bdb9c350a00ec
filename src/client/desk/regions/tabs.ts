import { byId, setAttribute } from '../../dom/element.js';
import { type DeskView } from '../desk-store.js';
import { callPhase } from '../phase.js';
import { type Region } from './region.js';

const TABS = ['work', 'call', 'customer'] as const;
type Tab = (typeof TABS)[number];

/** On a narrow screen the three columns are three tabs; a call brings its own to the front. Wide screens show all. */
export class Tabs implements Region {
  readonly #desk = byId('desk');
  readonly #buttons: Readonly<Record<Tab, HTMLElement>> = {
    work: byId('tab-work'),
    call: byId('tab-call'),
    customer: byId('tab-customer'),
  };
  #hadCall = false;

  constructor() {
    for (const tab of TABS) {
      this.#buttons[tab].addEventListener('click', () => {
        this.show(tab);
      });
      this.#buttons[tab].addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = step === undefined ? undefined : TABS.at((TABS.indexOf(tab) + step) % TABS.length);
        if (next === undefined) return;
        this.show(next);
        this.#buttons[next].focus();
      });
    }
    this.show('call');
  }

  show(chosen: Tab): void {
    setAttribute(this.#desk, 'data-tab', chosen);
    for (const tab of TABS) {
      setAttribute(this.#buttons[tab], 'aria-selected', String(tab === chosen));
      setAttribute(this.#buttons[tab], 'tabindex', tab === chosen ? '0' : '-1');
    }
  }

  render(view: DeskView): void {
    const hasCall = callPhase(view) !== 'none';
    if (hasCall && !this.#hadCall) this.show('call');
    this.#hadCall = hasCall;
  }
}
