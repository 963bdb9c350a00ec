/** What the pages of users need of a script: one tick for all rows, copying, and files read into the import's field. */

function tickAll(box: HTMLInputElement): void {
  const name = box.dataset['tickAll'] ?? '';
  const boxes = [...document.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${name}"]`)];
  const show = (): void => {
    const ticked = boxes.filter(({ checked }) => checked).length;
    box.checked = ticked === boxes.length;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  box.hidden = false;
  box.addEventListener('change', () => {
    for (const each of boxes) each.checked = box.checked;
  });
  for (const each of boxes) each.addEventListener('change', show);
  // A page that the browser brings back may have its boxes ticked already.
  show();
}

/** Copies what a field holds; where the clipboard is refused the text is selected, to be copied by hand. */
function copyFrom(button: HTMLButtonElement): void {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(button.dataset['copy'] ?? '');
  const said = document.querySelector<HTMLElement>('[data-copied]');
  if (field === null) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    field.select();
    navigator.clipboard.writeText(field.value).then(
      () => {
        if (said !== null) said.hidden = false;
      },
      () => undefined,
    );
  });
}

/** UTF-8 when it is; else what spreadsheets on Windows write. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function readFiles(input: HTMLInputElement): void {
  const target = document.querySelector<HTMLTextAreaElement>(input.dataset['readInto'] ?? '');
  const tooLarge = document.querySelector<HTMLElement>('[data-too-large]');
  if (target === null) return;
  input.closest<HTMLElement>('[data-file]')?.removeAttribute('hidden');
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file === undefined) return;
    const isTooLarge = file.size > Number(input.dataset['maxBytes']);
    if (tooLarge !== null) tooLarge.hidden = !isTooLarge;
    if (isTooLarge) return;
    void textOf(file).then((text) => {
      target.value = text;
      target.focus();
      target.setSelectionRange(0, 0);
    });
  });
}

for (const box of document.querySelectorAll<HTMLInputElement>('[data-tick-all]')) tickAll(box);
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) copyFrom(button);
for (const input of document.querySelectorAll<HTMLInputElement>('[data-read-into]')) readFiles(input);
