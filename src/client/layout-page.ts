/**
 * What every page needs of a script, and nothing without which it would not work: choosing the language without a
 * button, the menu of small screens, and telling the server which theme the system prefers.
 */
const YEAR_SECONDS = 365 * 24 * 3600;

/** The next page is then drawn in it from its first byte; see `readTheme`. */
function followTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const theme = dark.matches ? 'dark' : 'light';
    document.documentElement.dataset['bsTheme'] = theme;
    document.cookie = `citrus-voz.theme=${theme}; path=/; max-age=${String(YEAR_SECONDS)}; SameSite=Lax`;
  };
  apply();
  dark.addEventListener('change', apply);
}

function submitOnChange(): void {
  for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-autosubmit]')) {
    select.addEventListener('change', () => select.form?.requestSubmit());
  }
}

function toggleMenu(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-menu-toggle]');
  const menu = document.getElementById('main-menu');
  if (button === null || menu === null) return;
  const show = (open: boolean): void => {
    menu.classList.toggle('is-open', open);
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => {
    const open = button.getAttribute('aria-expanded') !== 'true';
    show(open);
    if (open) menu.querySelector<HTMLElement>('a')?.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.classList.contains('is-open')) return;
    show(false);
    button.focus();
  });
  document.addEventListener('click', (event) => {
    const { target } = event;
    if (!(target instanceof Node) || menu.contains(target) || button.contains(target)) return;
    show(false);
  });
}

followTheme();
submitOnChange();
toggleMenu();
