import { hasWords } from '../shared/word-search.js';

/** Filters the blocks as one types. Without it the form asks the server, which hides the same ones. */
const form = document.querySelector<HTMLFormElement>('form.search');
const field = form?.querySelector<HTMLInputElement>('input[type="search"]');
const sections = document.querySelectorAll<HTMLElement>('[data-section]');
const empty = document.querySelector<HTMLElement>('[data-empty]');
const told = document.querySelector<HTMLElement>('[data-found]');

function filter(query: string): void {
  let found = 0;
  for (const section of sections) {
    let here = 0;
    for (const block of section.querySelectorAll<HTMLElement>('[data-words]')) {
      block.hidden = !hasWords(block.dataset['words'] ?? '', query);
      if (!block.hidden) here += 1;
    }
    section.hidden = here === 0;
    found += here;
  }
  if (empty !== null) empty.hidden = found > 0;
  if (told !== null)
    told.textContent = query.trim() === '' ? '' : (told.dataset['found'] ?? '').replace('#', String(found));
}

field?.addEventListener('input', () => {
  filter(field.value);
});
// Escape and the field's own cross empty it without another event in some browsers.
field?.addEventListener('search', () => {
  filter(field.value);
});
