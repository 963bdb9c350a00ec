import { type DeskTarget, type TransferTargets } from '../../../shared/desk.js';
import { type MessageKey } from '../../../shared/i18n/messages.js';
import { byId, el, setAttribute, setHidden, setText } from '../../dom/element.js';
import { syncList } from '../../dom/list.js';
import { isPressable, onPress, setPressable } from '../../dom/press.js';
import { formatDuration } from '../../format.js';
import { type Controls, isInCall } from '../controls.js';
import { CommandError } from '../desk-link.js';
import { type DeskView } from '../desk-store.js';
import { numberProblem, transferChoices, type TransferChoice } from '../transfer-choices.js';
import { type Region, type RegionDeps } from './region.js';

export interface TransferDialogDeps extends RegionDeps {
  /** Throws a CommandError; the call is as it was then. */
  readonly transfer: (target: DeskTarget) => Promise<void>;
  readonly consult: (target: DeskTarget) => Promise<void>;
  readonly watch: () => Promise<TransferTargets>;
  readonly unwatch: () => Promise<unknown>;
  /** Says what was refused after the dialog was closed. */
  readonly refused: (sentence: string) => void;
}

type Act = 'transfer-now' | 'consult';

/**
 * Where a call may go: a field over a list that is alive. Typing searches, arrows choose, Enter sends the call on and
 * Ctrl+Enter asks first. It lies over the page, so that nothing below it moves.
 */
export class TransferDialog implements Region {
  readonly #deps: TransferDialogDeps;
  readonly #dialog = byId('transfer-dialog', HTMLDialogElement);
  readonly #open = byId('transfer');
  readonly #search = byId('transfer-search', HTMLInputElement);
  readonly #error = byId('transfer-error');
  readonly #note = byId('transfer-note');
  readonly #found = byId('transfer-found');
  readonly #keys = byId('transfer-keys');
  readonly #groups = {
    number: { box: byId('transfer-group-number'), list: byId('transfer-numbers') },
    agent: { box: byId('transfer-group-agents'), list: byId('transfer-agents') },
    queue: { box: byId('transfer-group-queues'), list: byId('transfer-queues') },
  };
  readonly #buttons: Readonly<Record<Act, HTMLElement>> = {
    'transfer-now': byId('transfer-now'),
    consult: byId('consult'),
  };
  #targets: TransferTargets | null = null;
  #choices: readonly TransferChoice[] = [];
  /** The chosen one, by its key: it stays chosen when others come and go. */
  #chosen: string | null = null;
  #view: DeskView | null = null;
  #controls: Controls | null = null;
  #isBusy = false;
  #wasUp = true;

  constructor(deps: TransferDialogDeps) {
    this.#deps = deps;
    onPress(this.#open, () => {
      this.#show();
    });
    onPress(byId('transfer-close'), () => {
      this.#dialog.close();
    });
    for (const act of ['transfer-now', 'consult'] as const) {
      onPress(this.#buttons[act], () => this.#run(act));
    }
    this.#dialog.addEventListener('close', () => {
      void deps.unwatch().catch(() => undefined);
    });
    this.#search.addEventListener('input', () => {
      this.#showError(null);
      this.#chosen = null;
      this.#draw();
      this.#chooseFirst();
      const count = this.#choices.length;
      setText(this.#found, count === 0 ? '' : deps.t('desk:transfer.found', { count }));
    });
    this.#search.addEventListener('keydown', (event) => {
      this.#typed(event);
    });
    byId('transfer-list').addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
      if (option === null) return;
      this.#choose(option.dataset['key'] ?? null);
      this.#search.focus();
    });
  }

  /** Of two states of the list the newer counts. */
  apply(targets: TransferTargets): void {
    if (!this.#dialog.open || targets.version <= (this.#targets?.version ?? -1)) return;
    const isFirst = this.#targets === null;
    this.#targets = targets;
    this.#draw();
    // Who typed before the list was there has the first of it chosen, as with every key after; later lists choose nobody.
    if (isFirst && this.#chosen === null) this.#chooseFirst();
  }

  render(view: DeskView, controls: Controls): void {
    const { t } = this.#deps;
    this.#view = view;
    this.#controls = controls;
    setPressable(this.#open, controls.transfer === null ? null : t(controls.transfer), 'Alt+X');
    const offered = view.desk?.capabilities ?? [];
    setHidden(this.#buttons['transfer-now'], !offered.includes('blind-transfer'));
    setHidden(this.#buttons.consult, !offered.includes('attended-transfer'));
    for (const act of ['transfer-now', 'consult'] as const) {
      const why = this.#isBusy ? null : controls[act];
      setPressable(this.#buttons[act], why === null ? null : t(why));
    }
    setText(this.#keys, t(keysText(offered.includes('blind-transfer'), offered.includes('attended-transfer'))));
    if (this.#dialog.open) this.#follow(view);
  }

  tick(view: DeskView): void {
    if (this.#dialog.open && view.desk !== null) this.#draw();
  }

  #follow(view: DeskView): void {
    // The call has gone, or went where it was sent.
    const isOver = !isInCall(view) || (view.desk?.second ?? view.desk?.call?.transfer ?? null) !== null;
    if (isOver) this.#dialog.close();
    else if (!this.#wasUp && view.socket === 'up') void this.#watch();
    this.#wasUp = view.socket === 'up';
  }

  #show(): void {
    this.#targets = null;
    this.#chosen = null;
    this.#search.value = '';
    setText(this.#found, '');
    this.#showError(null);
    // Focus goes back to where it was: from a shortcut with nothing in focus, to the button.
    if (document.activeElement === document.body) this.#open.focus();
    this.#dialog.showModal();
    this.#search.focus();
    this.#draw();
    void this.#watch();
  }

  async #watch(): Promise<void> {
    try {
      const targets = await this.#deps.watch();
      if (!this.#dialog.open) return;
      // A new connection counts from where its server stands.
      this.#targets = targets;
      this.#draw();
    } catch (error) {
      if (this.#dialog.open) this.#showError(this.#sentence(error));
    }
  }

  #draw(): void {
    const { t } = this.#deps;
    this.#choices = transferChoices(this.#targets, this.#search.value, this.#view?.desk?.agent.agentId ?? null);
    for (const kind of ['number', 'agent', 'queue'] as const) {
      const { box, list } = this.#groups[kind];
      const choices = this.#choices.filter(({ target }) => target.kind === kind);
      setHidden(box, choices.length === 0);
      syncList(list, choices, {
        key: ({ key }) => key,
        create: ({ key }) => createOption(key),
        update: (option, choice) => {
          this.#fill(option, choice);
        },
      });
    }
    const note = this.#targets === null && this.#error.hidden ? 'desk:transfer.loading' : 'desk:transfer.none';
    setHidden(this.#note, this.#choices.length > 0);
    setText(this.#note, t(note));
    if (!this.#choices.some(({ key }) => key === this.#chosen)) this.#chosen = null;
    this.#mark();
  }

  #fill(option: HTMLElement, choice: TransferChoice): void {
    const [dot, name, note] = [...option.children];
    if (dot === undefined || name === undefined || note === undefined) return;
    const { words, status } = this.#words(choice);
    setAttribute(dot, 'data-status', status);
    const title = 'agent' in choice ? choice.agent.name : 'queue' in choice ? choice.queue.name : choice.target.number;
    setText(name, title);
    setText(note, words.join(' · '));
  }

  #words(choice: TransferChoice): { readonly words: readonly string[]; readonly status: string } {
    const { t, now } = this.#deps;
    if ('agent' in choice) {
      const { status, since } = choice.agent;
      return { words: [t(`desk:status.${status}`), formatDuration((now() - since) / 1000)], status };
    }
    if ('queue' in choice) {
      const { isOpen, waiting, free } = choice.queue;
      const words = [
        t(isOpen ? 'desk:transfer.open' : 'desk:transfer.closed'),
        t('desk:transfer.waiting', { count: waiting }),
        t('desk:transfer.free', { count: free }),
      ];
      return { words, status: !isOpen ? 'offline' : free > 0 ? 'available' : 'paused' };
    }
    return { words: [t('desk:transfer.number')], status: 'dialling' };
  }

  #typed(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      event.preventDefault();
      if (event.repeat) return;
      const act: Act = event.ctrlKey || this.#buttons['transfer-now'].hidden ? 'consult' : 'transfer-now';
      if (!this.#buttons[act].hidden && isPressable(this.#buttons[act])) this.#buttons[act].click();
      return;
    }
    const at = this.#choices.findIndex(({ key }) => key === this.#chosen);
    const last = this.#choices.length - 1;
    const to = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#choose(this.#choices[to]?.key ?? null);
  }

  /** Of what was searched for; nobody is chosen before something was typed. */
  #chooseFirst(): void {
    this.#choose(this.#search.value.trim() === '' ? null : (this.#choices[0]?.key ?? null));
  }

  #choose(key: string | null): void {
    this.#chosen = key;
    this.#mark();
    if (key !== null) document.getElementById(optionId(key))?.scrollIntoView({ block: 'nearest' });
  }

  #mark(): void {
    setAttribute(this.#search, 'aria-activedescendant', this.#chosen === null ? null : optionId(this.#chosen));
    for (const { key } of this.#choices) {
      const option = document.getElementById(optionId(key));
      if (option !== null) setAttribute(option, 'aria-selected', String(key === this.#chosen));
    }
  }

  async #run(act: Act): Promise<void> {
    const choice = this.#choices.find(({ key }) => key === this.#chosen);
    const problem = this.#problem(choice);
    if (choice === undefined || problem !== null) {
      this.#showError(this.#deps.t(problem ?? 'desk:transfer.choose'));
      this.#search.focus();
      return;
    }
    this.#isBusy = true;
    this.#showError(null);
    try {
      await (act === 'consult' ? this.#deps.consult(choice.target) : this.#deps.transfer(choice.target));
      this.#dialog.close();
    } catch (error) {
      const sentence = this.#sentence(error);
      if (!this.#dialog.open) {
        this.#deps.refused(sentence);
        return;
      }
      this.#showError(sentence);
      this.#search.focus();
      this.#search.select();
    } finally {
      this.#isBusy = false;
      if (this.#view !== null && this.#controls !== null) this.render(this.#view, this.#controls);
    }
  }

  /** What can be seen to be wrong before anybody is put on hold for it. */
  #problem(choice: TransferChoice | undefined): MessageKey | null {
    if (choice === undefined) {
      return /\d/.test(this.#search.value) ? 'desk:transfer.number-invalid' : 'desk:transfer.choose';
    }
    return choice.target.kind === 'number' ? numberProblem(choice.target.number) : null;
  }

  #sentence(error: unknown): string {
    return error instanceof CommandError ? error.message : this.#deps.t('desk:error.unknown');
  }

  #showError(text: string | null): void {
    setHidden(this.#error, text === null);
    setText(this.#error, text ?? '');
    setAttribute(this.#search, 'aria-invalid', text === null ? null : 'true');
  }
}

function keysText(canTransfer: boolean, canConsult: boolean): MessageKey {
  if (canTransfer && canConsult) return 'desk:transfer.keys-both';
  return canTransfer ? 'desk:transfer.keys-now' : 'desk:transfer.keys-consult';
}

function optionId(key: string): string {
  return `transfer-to-${key}`;
}

function createOption(key: string): HTMLElement {
  return el(
    'div',
    { role: 'option', id: optionId(key), class: 'desk-target', 'aria-selected': 'false', 'data-testid': optionId(key) },
    el('span', { class: 'state-dot', 'aria-hidden': 'true' }),
    el('span', { class: 'desk-target-name' }),
    el('span', { class: 'desk-target-note' }),
  );
}
