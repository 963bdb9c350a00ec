/** Copies the protocol; without a clipboard (an address that is not secure) the button stays hidden. */
const button = document.querySelector<HTMLButtonElement>('[data-copy-text]');
const announcer = document.querySelector<HTMLElement>('[data-copied]');
// The clipboard exists in secure contexts only, whatever the types say.
const clipboard = (navigator as { readonly clipboard?: Clipboard }).clipboard;

if (button !== null && clipboard !== undefined) {
  button.hidden = false;
  button.addEventListener('click', () => {
    clipboard.writeText(button.dataset['copyText'] ?? '').then(
      () => {
        if (announcer !== null) announcer.textContent = announcer.dataset['copied'] ?? '';
      },
      () => undefined,
    );
  });
}
