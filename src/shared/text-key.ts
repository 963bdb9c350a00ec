/** Texts are compared the way people read them: "Almoço ", "almoço" and "Almoço" written with another encoding are one. */
export function textKey(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
