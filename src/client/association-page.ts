/**
 * Makes the table do what its columns say: a tick in "Nome" enables the row's field, a suggestion fills it. Without this
 * script every field is enabled, and what is ticked decides on the server.
 */
function rowOf(element: Element): { readonly tick: HTMLInputElement; readonly choice: HTMLInputElement | null } | null {
  const row = element.closest('[data-row]');
  const tick = row?.querySelector<HTMLInputElement>('[data-tick]') ?? null;
  return row === null || tick === null ? null : { tick, choice: row.querySelector<HTMLInputElement>('[data-choice]') };
}

function followTicks(): void {
  const ticks = [...document.querySelectorAll<HTMLInputElement>('[data-tick]')];
  const all = document.querySelector<HTMLInputElement>('[data-tick-all]');
  const show = (tick: HTMLInputElement): void => {
    const choice = rowOf(tick)?.choice ?? null;
    if (choice !== null) choice.disabled = !tick.checked;
    if (all === null) return;
    all.checked = ticks.every(({ checked }) => checked);
    all.indeterminate = !all.checked && ticks.some(({ checked }) => checked);
  };
  for (const tick of ticks) {
    show(tick);
    tick.addEventListener('change', () => {
      show(tick);
    });
  }
  if (all === null) return;
  all.hidden = false;
  all.addEventListener('change', () => {
    const { checked } = all;
    for (const tick of ticks) {
      tick.checked = checked;
      show(tick);
    }
  });
}

function takeSuggestions(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-take]')) {
    button.addEventListener('click', (event) => {
      const { tick, choice } = rowOf(button) ?? { tick: null, choice: null };
      if (tick === null || choice === null) return;
      event.preventDefault();
      tick.checked = true;
      tick.dispatchEvent(new Event('change'));
      choice.value = button.dataset['take'] ?? '';
      choice.focus();
    });
  }
}

function selectWhole(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>('[data-select]')) {
    field.addEventListener('focus', () => {
      field.select();
    });
  }
}

followTicks();
takeSuggestions();
selectWhole();
