export type ShortcutName =
  'accept' | 'reject' | 'mute' | 'hold' | 'keypad' | 'hang-up' | 'number' | 'description' | 'pause' | 'help';

/** By position of the key, so that Alt does the same where the layout makes another letter of it. */
const BY_CODE: Readonly<Record<string, ShortcutName>> = {
  KeyA: 'accept',
  KeyR: 'reject',
  KeyM: 'mute',
  KeyH: 'hold',
  KeyK: 'keypad',
  KeyL: 'hang-up',
  KeyN: 'number',
  KeyT: 'description',
  KeyP: 'pause',
};

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

/** Which shortcut a key press is; null for none. While somebody writes, a question mark is a question mark. */
export function shortcutOf(press: KeyPress, isWriting: boolean): ShortcutName | null {
  if (press.repeat || press.ctrlKey || press.metaKey) return null;
  if (press.altKey && !press.shiftKey) return BY_CODE[press.code] ?? null;
  return press.key === '?' && !isWriting ? 'help' : null;
}
