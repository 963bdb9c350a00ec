/**
 * The protocol number ("Nº de Protocolo") of an attendance, which the customer is given: digits only, so that it can be said
 * and keyed on a telephone.
 *
 * ```txt
 *  20261125 000042 6
 *  |        |      check digit over all before it, ISO/IEC 7064 MOD 11,10
 *  |        the how-manieth of that day, from 1; six digits, more when a day has more
 *  the day it was opened, in the operation's time zone
 * ```
 *
 * The check digit finds every single wrong digit and nearly every two neighbours that changed places, so a number misheard
 * is told at once instead of showing another customer's record. It is one digit, as it must be to be keyed.
 */
const COUNTER_DIGITS = 6;

/** `day` is `YYYYMMDD`, `number` counts from 1. */
export function protocolFor(day: string, number: number): string {
  if (!/^\d{8}$/.test(day) || !Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`no protocol for day "${day}" and number ${number}`);
  }
  const digits = day + String(number).padStart(COUNTER_DIGITS, '0');
  return digits + String(checkDigit(digits));
}

/** Whether it could have been given out: made of digits, long enough, and its check digit is right. */
export function isProtocol(text: string): boolean {
  return (
    new RegExp(`^\\d{${8 + COUNTER_DIGITS + 1},20}$`).test(text) &&
    checkDigit(text.slice(0, -1)) === Number(text.at(-1))
  );
}

/** In groups, as it is read aloud: `20261125 000042 6`. Takes what `protocolFor` made. */
export function spokenProtocol(protocol: string): string {
  return [protocol.slice(0, 8), protocol.slice(8, -1), protocol.slice(-1)].join(' ');
}

/** The day's number in a protocol that `protocolFor` made. */
export function numberOfProtocol(protocol: string): number {
  return Number(protocol.slice(8, -1));
}

/** ISO/IEC 7064 MOD 11,10, the hybrid system for digits with one check digit. */
function checkDigit(digits: string): number {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10;
}
