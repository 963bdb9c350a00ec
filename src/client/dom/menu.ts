import { isPressable } from './press.js';

/** A button that opens a list of buttons: arrows walk, Escape and a click elsewhere close, focus goes back. */
export class Menu {
  readonly #button: HTMLElement;
  readonly #list: HTMLElement;

  constructor(button: HTMLElement, list: HTMLElement) {
    this.#button = button;
    this.#list = list;
    button.addEventListener('click', () => {
      if (this.isOpen) this.close();
      else this.open();
    });
    list.addEventListener('keydown', (event) => {
      this.#walk(event);
    });
    list.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('[role=menuitem]') !== null) this.close();
    });
    document.addEventListener('pointerdown', (event) => {
      if (!this.isOpen || !(event.target instanceof Node)) return;
      if (!list.contains(event.target) && !button.contains(event.target)) this.close({ focus: false });
    });
  }

  get isOpen(): boolean {
    return !this.#list.hidden;
  }

  open(): void {
    if (!isPressable(this.#button)) return;
    this.#list.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#items()[0]?.focus();
  }

  close(options: { readonly focus: boolean } = { focus: true }): void {
    if (!this.isOpen) return;
    this.#list.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    if (options.focus) this.#button.focus();
  }

  #items(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  #walk(event: KeyboardEvent): void {
    const items = this.#items();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % Math.max(1, items.length))?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault();
      this.close();
    }
  }
}
