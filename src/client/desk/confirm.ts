import { byId, setText } from '../dom/element.js';

/** Asks before something is lost. Resolves with whether the person said yes; Escape is no. */
export function confirmDialog(text: string): Promise<boolean> {
  const dialog = byId('confirm-dialog', HTMLDialogElement);
  setText(byId('confirm-text'), text);
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}

export function showShortcuts(): void {
  byId('shortcuts-dialog', HTMLDialogElement).showModal();
}
