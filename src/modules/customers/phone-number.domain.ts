import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { type MessageKey } from '../../shared/i18n/messages.js';

export type ParsedNumber =
  { readonly ok: true; readonly number: string } | { readonly ok: false; readonly reason: MessageKey };

/** As many digits as an extension, a queue or an emergency service may have; no customer's number is so short. */
const SHORT_DIGITS = 6;

/**
 * A number as it was typed, in E.164 (`+5583999990001`). Without a country code it is one of `country`.
 *
 * Short numbers are refused: they name extensions and queues of the exchange, which are not customers.
 */
export function parseNumber(typed: string, country: CountryCode = 'BR'): ParsedNumber {
  // Digits of other scripts and full-width forms are digits too.
  const text = typed.normalize('NFKC').trim();
  if (text === '') return { ok: false, reason: 'calls:refused.number-empty' };
  const digits = text.replace(/\D/g, '');
  if (digits.length <= SHORT_DIGITS && !/[a-z]/i.test(text)) return { ok: false, reason: 'calls:refused.number-short' };
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
  return parsed?.isValid() === true && parsed.ext === undefined
    ? { ok: true, number: parsed.number }
    : { ok: false, reason: 'calls:refused.number-invalid' };
}

/** For numbers that come from the exchange: E.164 where it can be, else as it came, so that no call goes unrecorded. */
export function normaliseNumber(number: string, country: CountryCode = 'BR'): string {
  const parsed = parseNumber(number, country);
  return parsed.ok ? parsed.number : number;
}
