import { el } from '../../dom/element.js';

const KEYS: readonly (readonly [string, string])[] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
];

/** The twelve keys of a telephone. */
export function createKeys(onKey: (key: string) => void): readonly HTMLButtonElement[] {
  return KEYS.map(([key, letters]) => {
    const button = el(
      'button',
      { type: 'button', class: 'btn desk-key', 'data-key': key },
      el('span', { class: 'desk-key-digit' }, key),
      el('span', { class: 'desk-key-letters', 'aria-hidden': 'true' }, letters),
    );
    button.addEventListener('click', () => {
      onKey(key);
    });
    return button;
  });
}
