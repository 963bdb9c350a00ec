import { type Locale, type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { type Reason } from './reason.domain.js';
import { type SpellingCheck } from './spelling.domain.js';

export interface Words {
  readonly t: Translate;
  readonly locale: Locale;
}

/** What a page says of a name that the exchange does not have. */
export interface SpellingMark {
  readonly text: string;
  /** The exchange's spelling, to be taken; null where nothing is near. */
  readonly suggestion: string | null;
}

export function spellingMark(
  check: Exclude<SpellingCheck, { readonly kind: 'exact' }> | null,
  { t, locale }: Words,
): SpellingMark | null {
  switch (check?.kind) {
    case undefined:
      return null;
    case 'unknown':
      return { text: t('reasons:spelling.unknown'), suggestion: null };
    case 'similar':
      return { text: t('reasons:spelling.similar', { name: check.suggestion }), suggestion: check.suggestion };
    case 'same-word': {
      const what = check.differs.map((each) => t(`reasons:spelling.${each}` satisfies MessageKey));
      const differs = new Intl.ListFormat(locale, { type: 'conjunction' }).format(what);
      return {
        text: t('reasons:spelling.same-word', { name: check.suggestion, differs }),
        suggestion: check.suggestion,
      };
    }
  }
}

/** A row of the list. */
export interface ReasonLine {
  readonly id: number;
  readonly name: string;
  readonly typeLabel: string;
  readonly limit: string;
  readonly productive: string;
  readonly isActive: boolean;
  readonly version: number;
  readonly mark: SpellingMark | null;
  /** Whether there is a place to move to among its own. */
  readonly canMove: { readonly up: boolean; readonly down: boolean };
  /** The button that had the keyboard before the page was drawn again. */
  readonly focus: 'up' | 'down' | null;
}

export function typeLabel(type: Reason['type'], t: Translate): string {
  return t(`reasons:type.${type}` satisfies MessageKey);
}

/** Minutes as the field shows them; empty without a limit. */
export function limitMinutes(timeLimitSeconds: number | null): string {
  return timeLimitSeconds === null ? '' : String(timeLimitSeconds / 60);
}

export function toReasonLines(
  reasons: readonly Reason[],
  markOf: (reason: Reason) => SpellingMark | null,
  moved: { readonly id: number | null; readonly direction: 'up' | 'down' },
  { t }: Words,
): readonly ReasonLine[] {
  const isSame = (one: Reason | undefined, other: Reason): boolean =>
    one?.type === other.type && one.isActive === other.isActive;
  return reasons.map((reason, index) => {
    const canMove = { up: isSame(reasons[index - 1], reason), down: isSame(reasons[index + 1], reason) };
    const { direction } = moved;
    const other = direction === 'up' ? 'down' : 'up';
    // At the end of its way the button that moved it cannot be pressed any more; its neighbour can.
    const focus = moved.id !== reason.id ? null : canMove[direction] ? direction : canMove[other] ? other : null;
    const { id, name, type, timeLimitSeconds, isProductive, isActive, version } = reason;
    const isPause = type === 'pause';
    return {
      id,
      name,
      typeLabel: typeLabel(type, t),
      limit:
        timeLimitSeconds === null
          ? t(isPause ? 'reasons:no-limit' : 'common:none')
          : t('reasons:minutes', { count: timeLimitSeconds / 60 }),
      productive: isPause ? t(isProductive ? 'common:yes' : 'common:no') : t('common:none'),
      isActive,
      version,
      mark: markOf(reason),
      canMove,
      focus,
    };
  });
}
