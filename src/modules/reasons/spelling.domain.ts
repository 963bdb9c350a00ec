/** In what two spellings that people read as the same differ. */
export const SPELLING_DIFFERENCES = ['case', 'accents', 'spaces'] as const;
export type SpellingDifference = (typeof SPELLING_DIFFERENCES)[number];

/** What the exchange makes of a pause reason's name. */
export type SpellingCheck =
  | { readonly kind: 'exact' }
  /** The exchange has it, written otherwise; `differs` says in what, and is never empty. */
  | { readonly kind: 'same-word'; readonly suggestion: string; readonly differs: readonly SpellingDifference[] }
  /** The exchange has something that is written much like it. */
  | { readonly kind: 'similar'; readonly suggestion: string }
  | { readonly kind: 'unknown' };

const MARKS = /\p{M}+/gu;

/** Each takes one difference out of a spelling. */
const WITHOUT: Readonly<Record<SpellingDifference, (text: string) => string>> = {
  case: (text) => text.toLocaleLowerCase('pt-BR'),
  accents: (text) => text.normalize('NFD').replace(MARKS, '').normalize('NFC'),
  spaces: (text) => text.replace(/\s+/g, ''),
};

/**
 * Compares a name with the exchange's, which it must equal exactly to work there: first those that people read as the
 * same word, the one that differs in the least; then the nearest by edits, within a third of its length.
 */
export function checkSpelling(name: string, known: readonly string[]): SpellingCheck {
  if (known.includes(name)) return { kind: 'exact' };
  const sameWords = known
    .filter((each) => bare(each) === bare(name))
    .map((suggestion) => ({ suggestion, differs: differencesOf(name, suggestion) }))
    .sort((one, other) => one.differs.length - other.differs.length);
  const [sameWord] = sameWords;
  if (sameWord !== undefined) return { kind: 'same-word', ...sameWord };
  const suggestion = nearest(name, known);
  return suggestion === null ? { kind: 'unknown' } : { kind: 'similar', suggestion };
}

/** Without anything of the three. */
function bare(text: string): string {
  return WITHOUT.case(WITHOUT.accents(WITHOUT.spaces(text)));
}

/** The differences that, taken out of both, make them equal, and none that is not needed for it. */
function differencesOf(name: string, other: string): readonly SpellingDifference[] {
  const differs = SPELLING_DIFFERENCES.filter((kept) => {
    // With the other two taken out, is this one still between them?
    const strip = (text: string): string =>
      SPELLING_DIFFERENCES.filter((each) => each !== kept).reduce((rest, each) => WITHOUT[each](rest), text);
    return strip(name) !== strip(other);
  });
  // The same letters encoded in two ways, as "ç" in one character or two: people see an accent.
  return differs.length === 0 ? ['accents'] : differs;
}

function nearest(name: string, known: readonly string[]): string | null {
  const word = bare(name);
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly suggestion: string; readonly distance: number } | null = null;
  for (const suggestion of known) {
    const other = bare(suggestion);
    // A name of two letters is one edit from any other of three.
    if (other.length < 3 || word.length < 3) continue;
    const distance = editDistance(word, other, limit);
    if (distance <= limit && (best === null || distance < best.distance)) best = { suggestion, distance };
  }
  return best?.suggestion ?? null;
}

/**
 * How many letters must be put in, taken out, replaced or swapped with their neighbour to make one of the other. Stops
 * counting above `limit` and returns something above it then.
 */
export function editDistance(one: string, other: string, limit = Number.POSITIVE_INFINITY): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
