import { setAttribute } from './element.js';

/**
 * A button that cannot be pressed stays in the order of focus and says why: `aria-disabled` instead of `disabled`, the
 * reason as tooltip and as description. `why` is null for one that can.
 */
export function setPressable(button: HTMLElement, why: string | null, title: string | null = null): void {
  setAttribute(button, 'aria-disabled', why === null ? null : 'true');
  setAttribute(button, 'title', why ?? title);
  setAttribute(button, 'aria-description', why);
}

export function isPressable(button: HTMLElement): boolean {
  return button.getAttribute('aria-disabled') !== 'true' && button.getAttribute('aria-busy') !== 'true';
}

/** Runs `action` when the button is pressed and may be. While a promise of it runs, pressing again does nothing. */
export function onPress(button: HTMLElement, action: () => Promise<void> | void): void {
  button.addEventListener('click', () => {
    if (!isPressable(button)) return;
    const running = action();
    if (running === undefined) return;
    button.setAttribute('aria-busy', 'true');
    void running.finally(() => {
      button.removeAttribute('aria-busy');
    });
  });
}
