import { type PastCall } from '../../../shared/desk.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { icon } from '../../dom/icon.js';
import { syncList } from '../../dom/list.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatPhone } from '../../format.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { type Region, type RegionDeps } from './region.js';

export interface DayHistoryDeps extends RegionDeps {
  readonly load: () => Promise<readonly PastCall[]>;
  /** Rejects with a sentence as its message. */
  readonly dial: (number: string) => Promise<void>;
  readonly refused: (error: unknown) => void;
}

/** The agent's own calls of today, each with one click to call back. Read again whenever a call of the agent has ended. */
export class DayHistory implements Region {
  readonly #deps: DayHistoryDeps;
  readonly #list = byId('day-history');
  readonly #empty = byId('day-history-empty');
  readonly #numbers = new Map<string, string>();
  #calls: readonly PastCall[] = [];
  #controls: Controls | null = null;
  #about: string | null = null;

  constructor(deps: DayHistoryDeps) {
    this.#deps = deps;
  }

  render(view: DeskView, controls: Controls): void {
    this.#controls = controls;
    this.#draw();
    const { desk } = view;
    if (desk === null || view.socket !== 'up') {
      // After a gap the list may have missed something.
      this.#about = null;
      return;
    }
    const about = [
      desk.call?.callId,
      desk.call?.state === 'ended',
      desk.call?.customer?.id,
      desk.today.answered,
    ].join();
    if (about === this.#about) return;
    this.#about = about;
    this.#deps.load().then(
      (calls) => {
        if (about !== this.#about) return;
        this.#calls = calls;
        this.#draw();
      },
      () => {
        // Asked again at the next change; what is shown stays.
        if (about === this.#about) this.#about = null;
      },
    );
  }

  #draw(): void {
    setHidden(this.#empty, this.#calls.length > 0);
    setHidden(this.#list, this.#calls.length === 0);
    syncList(this.#list, this.#calls, {
      key: ({ callId }) => callId,
      create: ({ callId }) => this.#create(callId),
      update: (item, call) => {
        this.#update(item, call);
      },
    });
  }

  #create(callId: string): HTMLLIElement {
    const button = el('button', { type: 'button', class: 'btn btn-icon btn-sm', 'data-testid': 'history-dial' });
    button.append(icon('phone-outgoing'));
    onPress(button, () => this.#deps.dial(this.#numbers.get(callId) ?? '').catch(this.#deps.refused));
    return el(
      'li',
      { class: 'desk-past', 'data-testid': 'history-call' },
      el('span', { class: 'desk-past-when' }),
      el('span', { class: 'desk-past-who' }),
      el('span', { class: 'desk-past-how' }),
      button,
    );
  }

  #update(item: HTMLElement, call: PastCall): void {
    const { t } = this.#deps;
    const part = (name: string): Element => item.querySelector(`.desk-past-${name}`) ?? item;
    const who = call.name ?? formatPhone(call.number);
    this.#numbers.set(call.callId, call.number);
    setText(part('when'), call.time.slice(0, 5));
    setText(part('who'), who);
    const how = call.isAnswered ? [call.direction, call.talked] : [call.direction, call.outcome];
    setText(part('how'), how.join(' · '));
    setAttribute(item, 'data-answered', String(call.isAnswered));
    const button = item.querySelector('button');
    if (button === null) return;
    const label = t('desk:history.call-back', { name: who });
    setAttribute(button, 'aria-label', label);
    const why = this.#controls?.dial ?? null;
    setPressable(button, why === null ? null : t(why), label);
  }
}
