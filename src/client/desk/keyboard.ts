import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { byId, el, setAttribute } from '../dom/element.js';
import { LOCAL_KEYS, SHORTCUTS, type ShortcutName, shortcutOf } from './shortcuts.js';

/** Shortcuts whose button has another id than their name. */
const BUTTONS: Partial<Readonly<Record<ShortcutName, string>>> = {
  callback: 'book-callback',
  finish: 'finish-wrap-up',
  pause: 'pause-menu',
  help: 'shortcuts-open',
};

const GROUPS = ['call', 'two-calls', 'page'] as const;

export interface KeyboardDeps {
  readonly t: Translate;
  /** What each shortcut does; one without an entry presses its button. */
  readonly actions: Partial<Readonly<Record<ShortcutName, () => void>>>;
}

/** The shortcuts of the page: the marks at the buttons, the list that explains them, and what they do. */
export class Keyboard {
  readonly #deps: KeyboardDeps;
  readonly #dialog = byId('shortcuts-dialog', HTMLDialogElement);

  constructor(deps: KeyboardDeps) {
    this.#deps = deps;
    for (const { name, keys } of SHORTCUTS) {
      const button = buttonOf(name);
      if (button !== null) setAttribute(button, 'aria-keyshortcuts', keys);
    }
    this.#fillList();
    byId('shortcuts-open').addEventListener('click', () => {
      this.#dialog.showModal();
    });
    document.addEventListener('keydown', (event) => {
      this.#pressed(event);
    });
  }

  #pressed(event: KeyboardEvent): void {
    const name = shortcutOf(event, isWriting(event.target));
    // With the list open a question mark has nothing to open.
    if (name === null || (name === 'help' && document.querySelector('dialog[open]') !== null)) return;
    event.preventDefault();
    const act = this.#deps.actions[name];
    if (act === undefined) buttonOf(name)?.click();
    else act();
  }

  #fillList(): void {
    const list = byId('shortcuts-list');
    const { t } = this.#deps;
    const row = (keys: string, text: MessageKey): HTMLElement =>
      el('div', {}, el('dt', {}, el('kbd', {}, keys)), el('dd', {}, t(text)));
    const part = (title: MessageKey, rows: readonly HTMLElement[]): HTMLElement =>
      el('section', {}, el('h3', {}, t(title)), el('dl', { class: 'desk-shortcuts' }, ...rows));
    list.replaceChildren(
      ...GROUPS.map((group) =>
        part(
          `desk:shortcuts.group.${group}`,
          SHORTCUTS.filter((one) => one.group === group).map(({ keys, text }) => row(keys, text)),
        ),
      ),
      part(
        'desk:shortcuts.group.local',
        LOCAL_KEYS.map(({ keys, text }) => row(keys, text)),
      ),
    );
  }
}

function buttonOf(name: ShortcutName): HTMLElement | null {
  return document.getElementById(BUTTONS[name] ?? name);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  );
}
