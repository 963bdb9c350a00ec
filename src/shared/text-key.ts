/** Texts are compared the way people read them: "Almoço ", "almoço" and "Almoço" written with another encoding are one. */
export function textKey(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/**
 * What a search compares: as `textKey`, and without accents, so that "erica" finds "Érica" and É sorts beside E. Put
 * together again at the end: a script whose letters come apart (Hangul) would not fit a column as long as the name's.
 */
export function searchKey(text: string): string {
  return textKey(text).normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
}
