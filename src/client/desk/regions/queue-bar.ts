import { type DeskQueue } from '../../../shared/desk.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';
import { type Region, type RegionDeps } from './region.js';

export interface QueueActions {
  setQueue(queueId: number, loggedIn: boolean): Promise<void>;
  setAllQueues(loggedIn: boolean): Promise<void>;
}

/** One switch a queue and one for all. A switch shows what the server says, also while a wish is under way. */
export class QueueBar implements Region {
  readonly #deps: RegionDeps & { readonly actions: QueueActions };
  readonly #all = byId('queue-switch-all', HTMLInputElement);
  readonly #list = byId('queue-list');

  constructor(deps: RegionDeps & { readonly actions: QueueActions }) {
    this.#deps = deps;
    onSwitch(this.#all, (on) => deps.actions.setAllQueues(on));
  }

  render(view: DeskView, controls: Controls): void {
    const { t } = this.#deps;
    const queues = view.desk?.queues ?? [];
    const why = controls.queues === null ? null : t(controls.queues);
    const count = queues.filter((queue) => queue.loggedIn).length;
    setSwitch(this.#all, queues.length > 0 && count === queues.length, why);
    this.#all.indeterminate = count > 0 && count < queues.length;
    setHidden(this.#all.parentElement ?? this.#all, queues.length < 2);
    syncList(this.#list, queues, {
      key: (queue) => String(queue.queueId),
      create: (queue) => this.#create(queue),
      update: (label, queue) => {
        const input = label.querySelector('input');
        const name = label.querySelector('.desk-queue-name');
        const waiting = label.querySelector<HTMLElement>('.desk-queue-waiting');
        if (input === null || name === null || waiting === null) return;
        setSwitch(input, queue.loggedIn, why);
        setText(name, queue.name);
        setAttribute(waiting, 'data-empty', queue.waiting === 0);
        setText(waiting, String(queue.waiting));
        const told = t('desk:queues.waiting', { count: queue.waiting });
        setAttribute(waiting, 'title', told);
        setAttribute(input, 'aria-label', queue.waiting === 0 ? queue.name : `${queue.name}, ${told}`);
      },
    });
    if (view.desk !== null && queues.length === 0) setText(this.#list, t('desk:queues.none'));
  }

  #create(queue: DeskQueue): HTMLLabelElement {
    const input = el('input', {
      type: 'checkbox',
      role: 'switch',
      class: 'form-check-input',
      'data-testid': `queue-switch-${queue.queueId}`,
    });
    onSwitch(input, (on) => this.#deps.actions.setQueue(queue.queueId, on));
    return el(
      'label',
      { class: 'desk-queue' },
      input,
      el('span', { class: 'desk-queue-name' }),
      el('span', { class: 'desk-queue-waiting' }),
    );
  }
}

function setSwitch(input: HTMLInputElement, on: boolean, why: string | null): void {
  if (input.dataset['wish'] === undefined) input.checked = on;
  input.dataset['known'] = String(on);
  setAttribute(input, 'aria-disabled', why === null ? null : 'true');
  setAttribute(input.parentElement ?? input, 'title', why);
}

function onSwitch(input: HTMLInputElement, change: (on: boolean) => Promise<void>): void {
  input.addEventListener('click', (event) => {
    if (input.getAttribute('aria-disabled') === 'true' || input.dataset['wish'] !== undefined) event.preventDefault();
  });
  input.addEventListener('change', () => {
    input.dataset['wish'] = 'true';
    void change(input.checked).finally(() => {
      delete input.dataset['wish'];
      input.checked = input.dataset['known'] === 'true';
    });
  });
}
