import { type CallbackState, type CallbackView } from '../../../shared/desk.js';
import { type Translate } from '../../../shared/i18n/messages.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { icon } from '../../dom/icon.js';
import { syncList } from '../../dom/list.js';
import { onPress, setPressable } from '../../dom/press.js';
import { formatDay, formatPhone, formatTime, isSameDay } from '../../format.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { zoneCity, zoneOffset } from '../time-zones.js';
import { type Region, type RegionDeps } from './region.js';

const OPEN: readonly CallbackState[] = ['scheduled', 'retry-wait'];
const OVER: readonly CallbackState[] = ['done', 'expired', 'failed', 'cancelled'];

export interface CallbackListDeps extends RegionDeps {
  /** Why a callback is in its state, in words; null where there are none for it. */
  readonly reasonText: (reason: string) => string | null;
  readonly cancel: (callback: CallbackView) => Promise<void>;
}

/** What was promised, the nearest first; those that are over after those that are not. */
export class CallbackList implements Region {
  readonly #deps: CallbackListDeps;
  readonly #list = byId('callback-list');
  readonly #empty = byId('callbacks-empty');
  readonly #count = byId('callbacks-count');
  readonly #known = new Map<number, CallbackView>();

  constructor(deps: CallbackListDeps) {
    this.#deps = deps;
  }

  render(view: DeskView, controls: Controls): void {
    const callbacks = [...(view.desk?.callbacks ?? [])].sort(
      (a, b) => Number(OVER.includes(a.state)) - Number(OVER.includes(b.state)) || a.dueAt - b.dueAt,
    );
    const open = callbacks.filter((callback) => !OVER.includes(callback.state)).length;
    setHidden(this.#empty, callbacks.length > 0);
    setHidden(this.#list, callbacks.length === 0);
    setHidden(this.#count, open === 0);
    setText(this.#count, String(open));
    this.#known.clear();
    for (const callback of callbacks) this.#known.set(callback.id, callback);
    syncList(this.#list, callbacks, {
      key: (callback) => String(callback.id),
      create: (callback) => this.#create(callback.id),
      update: (item, callback) => {
        this.#update(item, callback, controls);
      },
    });
  }

  #create(id: number): HTMLLIElement {
    const cancel = el('button', { type: 'button', class: 'btn btn-icon btn-sm', 'data-testid': 'callback-cancel' });
    cancel.append(icon('x'));
    onPress(cancel, async () => {
      const callback = this.#known.get(id);
      if (callback !== undefined) await this.#deps.cancel(callback);
    });
    return el(
      'li',
      { class: 'desk-callback', 'data-testid': `callback-${id}` },
      el(
        'span',
        { class: 'desk-callback-when' },
        el('span', { class: 'desk-callback-day' }),
        el('span', { class: 'desk-callback-time' }),
      ),
      el(
        'span',
        { class: 'desk-callback-who' },
        el('span', { class: 'desk-callback-name' }),
        el('span', { class: 'desk-callback-note' }),
      ),
      el('span', { class: 'desk-callback-state' }),
      cancel,
    );
  }

  #update(item: HTMLElement, callback: CallbackView, controls: Controls): void {
    const { t, locale, now } = this.#deps;
    const part = (name: string): Element => item.querySelector(`.desk-callback-${name}`) ?? item;
    setAttribute(item, 'data-state', callback.state);
    setAttribute(item, 'data-due', callback.dueAt <= now() && OPEN.includes(callback.state) ? 'true' : null);
    setText(part('time'), formatTime(callback.dueAt, locale));
    setText(part('day'), isSameDay(callback.dueAt, now()) ? '' : formatDay(callback.dueAt, locale));
    setText(part('name'), nameOf(callback));
    setText(part('note'), this.#note(callback));
    setText(part('state'), stateText(t, callback));
    setAttribute(item, 'title', callback.notes === '' ? null : callback.notes);
    const cancel = item.querySelector('button');
    if (cancel === null) return;
    setHidden(cancel, !OPEN.includes(callback.state));
    const label = t('desk:callbacks.cancel-of', { name: nameOf(callback) });
    setAttribute(cancel, 'aria-label', label);
    setPressable(cancel, controls.book === null ? null : t(controls.book), label);
  }

  /** The customer's own time, where it is not the agent's; why it is as it is; else the notes. */
  #note(callback: CallbackView): string {
    const { t, locale, reasonText } = this.#deps;
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const words: string[] = [];
    if (zoneOffset(callback.timeZone, callback.dueAt) !== zoneOffset(here, callback.dueAt)) {
      const time = formatTime(callback.dueAt, locale, callback.timeZone);
      words.push(t('desk:callbacks.at-customer', { time, zone: zoneCity(callback.timeZone) }));
    }
    const reason = callback.reason === null ? null : reasonText(callback.reason);
    if (reason !== null) words.push(reason);
    else if (callback.notes !== '') words.push(callback.notes);
    return words.join(' · ');
  }
}

export function nameOf(callback: CallbackView): string {
  return callback.customerName ?? formatPhone(callback.number);
}

function stateText(t: Translate, callback: CallbackView): string {
  const state = t(`desk:callback.state.${callback.state}`);
  if (callback.attempts === 0 || callback.state === 'done' || callback.state === 'cancelled') return state;
  return `${state} · ${t('desk:callbacks.attempts', { made: callback.attempts, max: callback.maxAttempts })}`;
}
