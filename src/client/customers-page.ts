/**
 * The form of a customer works without this: it always has one empty row for a number. With it there is a button for more
 * of them.
 */
function offerMoreNumbers(numbers: HTMLElement): void {
  const button = numbers.querySelector<HTMLButtonElement>('[data-add-number]');
  const max = Number(numbers.dataset['max']);
  const rows = (): readonly HTMLElement[] => [...numbers.querySelectorAll<HTMLElement>('.customers-number')];
  if (button === null) return;
  const follow = (): void => {
    button.hidden = rows().length >= max;
  };
  button.addEventListener('click', () => {
    const row = rows().at(-1)?.cloneNode(true);
    if (!(row instanceof HTMLElement)) return;
    for (const told of row.querySelectorAll('p')) told.remove();
    const id = `numbers.${String(rows().length)}`;
    const label = row.querySelector('label');
    const input = row.querySelector('input');
    if (label === null || input === null) return;
    label.htmlFor = id;
    label.textContent = (numbers.dataset['label'] ?? '#').replace('#', String(rows().length + 1));
    input.id = id;
    input.value = '';
    input.classList.remove('is-invalid');
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
    button.before(row);
    follow();
    input.focus();
  });
  follow();
}

for (const numbers of document.querySelectorAll<HTMLElement>('[data-customer-numbers]')) offerMoreNumbers(numbers);
