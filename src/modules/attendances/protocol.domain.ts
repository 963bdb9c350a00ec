/** How many attendances one day may have. */
export const PROTOCOLS_A_DAY = 999_999;

/**
 * The protocol number of the `n`th attendance of a day: the day as `YYYYMMDD`, the number in six digits, and a check digit
 * by Luhn (ISO/IEC 7812-1, annex B), which finds any single wrong digit and most swapped neighbours when a customer reads
 * it aloud. Fifteen digits, numeric as Decree 11.034/2022 wants it, and never used again because the day never is.
 */
export function protocolFor(day: string, n: number): string {
  if (!/^\d{8}$/.test(day)) throw new RangeError(`not a day: ${day}`);
  if (!Number.isInteger(n) || n < 1 || n > PROTOCOLS_A_DAY)
    throw new RangeError(`no protocol number ${String(n)} in a day`);
  const body = `${day}${String(n).padStart(6, '0')}`;
  return `${body}${String(luhnDigit(body))}`;
}

/** Whether a number that was read aloud or typed can be a protocol at all. */
export function isProtocol(text: string): boolean {
  return /^\d{15}$/.test(text) && luhnDigit(text.slice(0, -1)) === Number(text.at(-1));
}

function luhnDigit(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    const digit = Number(body[body.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}
