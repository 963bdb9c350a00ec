/** What stands above the page is the shell's; the page takes the rest of the screen, whatever that height is. */
export function fitToScreen(root: HTMLElement): void {
  const fit = (): void => {
    root.style.setProperty('--desk-top', `${root.offsetTop}px`);
  };
  fit();
  window.addEventListener('resize', fit);
}
