import { type MessageKey } from '../../shared/i18n/messages.js';

export type ShortcutName =
  | 'accept'
  | 'reject'
  | 'mute'
  | 'hold'
  | 'keypad'
  | 'transfer'
  | 'take-back'
  | 'swap'
  | 'join'
  | 'confer'
  | 'hang-up'
  | 'number'
  | 'description'
  | 'customer'
  | 'finish'
  | 'callback'
  | 'pause'
  | 'resume'
  | 'help';

type ShortcutGroup = 'call' | 'two-calls' | 'page';

export interface Shortcut {
  readonly name: ShortcutName;
  /** As it is shown and as `aria-keyshortcuts` takes it. */
  readonly keys: string;
  readonly group: ShortcutGroup;
  readonly text: MessageKey;
}

/**
 * Every shortcut of the page: its key, its word in the list, and by it the mark at its button. Alt with a letter, because
 * browsers and screen readers leave those alone; without D, E and F, which open a browser's own menus and address line.
 */
export const SHORTCUTS: readonly Shortcut[] = [
  { name: 'accept', keys: 'Alt+A', group: 'call', text: 'desk:control.accept' },
  { name: 'reject', keys: 'Alt+R', group: 'call', text: 'desk:control.reject' },
  { name: 'mute', keys: 'Alt+M', group: 'call', text: 'desk:control.mute' },
  { name: 'hold', keys: 'Alt+H', group: 'call', text: 'desk:control.hold' },
  { name: 'keypad', keys: 'Alt+K', group: 'call', text: 'desk:control.keypad' },
  { name: 'hang-up', keys: 'Alt+L', group: 'call', text: 'desk:control.hang-up' },
  { name: 'transfer', keys: 'Alt+X', group: 'two-calls', text: 'desk:shortcuts.transfer' },
  { name: 'take-back', keys: 'Alt+V', group: 'two-calls', text: 'desk:shortcuts.take-back' },
  { name: 'swap', keys: 'Alt+S', group: 'two-calls', text: 'desk:shortcuts.swap' },
  { name: 'join', keys: 'Alt+C', group: 'two-calls', text: 'desk:shortcuts.join' },
  { name: 'confer', keys: 'Alt+J', group: 'two-calls', text: 'desk:control.confer' },
  { name: 'number', keys: 'Alt+N', group: 'page', text: 'desk:shortcuts.number' },
  { name: 'description', keys: 'Alt+T', group: 'page', text: 'desk:shortcuts.description' },
  { name: 'customer', keys: 'Alt+I', group: 'page', text: 'desk:shortcuts.customer' },
  { name: 'callback', keys: 'Alt+B', group: 'page', text: 'desk:booking.open' },
  { name: 'finish', keys: 'Alt+Z', group: 'page', text: 'desk:shortcuts.finish' },
  { name: 'pause', keys: 'Alt+P', group: 'page', text: 'desk:shortcuts.pause' },
  { name: 'resume', keys: 'Alt+U', group: 'page', text: 'desk:shortcuts.resume' },
  { name: 'help', keys: '?', group: 'page', text: 'desk:shortcuts.help' },
];

/** Keys that mean something only where the focus is; they are in the list, and handled where they are pressed. */
export const LOCAL_KEYS: readonly { readonly keys: string; readonly text: MessageKey }[] = [
  { keys: '0–9 * #', text: 'desk:shortcuts.tones' },
  { keys: '↑ ↓', text: 'desk:shortcuts.choose' },
  { keys: 'Enter', text: 'desk:shortcuts.transfer-now' },
  { keys: 'Ctrl+Enter', text: 'desk:shortcuts.consult' },
  { keys: 'Esc', text: 'desk:shortcuts.escape' },
];

/** By position of the key, so that Alt does the same where the layout makes another letter of it. */
const BY_CODE: ReadonlyMap<string, ShortcutName> = new Map(
  SHORTCUTS.filter(({ keys }) => keys.startsWith('Alt+')).map(({ name, keys }) => [`Key${keys.slice(4)}`, name]),
);

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
  if (press.altKey && !press.shiftKey) return BY_CODE.get(press.code) ?? null;
  return press.key === '?' && !isWriting ? 'help' : null;
}
