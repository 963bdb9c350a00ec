/** The shape of one chip, in its own letter size. */
const CHIP_EM = { width: 16, height: 4.8 } as const;
/** Below this nobody reads it from six metres; above that one does not read it better. */
const LETTER_PX = { smallest: 20, largest: 44 } as const;

export interface ChipFit {
  readonly columns: number;
  /** How many are shown; when not all, the last place is kept to say how many more there are. */
  readonly shown: number;
  readonly letterPx: number;
}

/**
 * How to show `count` chips in a space without scrolling: as large as they can be, and rather fewer than too small. The
 * caller has sorted them, so those left out need attention least.
 */
export function fitChips(count: number, width: number, height: number): ChipFit {
  let best: ChipFit = { columns: 1, shown: 0, letterPx: 0 };
  const mostColumns = Math.max(1, Math.floor(width / (CHIP_EM.width * LETTER_PX.smallest)));
  for (let columns = 1; columns <= Math.min(mostColumns, Math.max(1, count)); columns += 1) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const letter = Math.min(width / columns / CHIP_EM.width, height / rows / CHIP_EM.height, LETTER_PX.largest);
    if (letter > best.letterPx) best = { columns, shown: count, letterPx: letter };
  }
  if (best.letterPx >= LETTER_PX.smallest) return { ...best, letterPx: Math.floor(best.letterPx) };
  const rows = Math.max(1, Math.floor(height / (CHIP_EM.height * LETTER_PX.smallest)));
  const places = mostColumns * rows;
  return {
    columns: mostColumns,
    shown: count <= places ? count : places - 1,
    letterPx: LETTER_PX.smallest,
  };
}
