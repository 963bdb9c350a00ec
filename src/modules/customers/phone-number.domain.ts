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

/** What a search for a number looks for: one of these numbers, or any that holds one of these rows of digits. */
export interface NumberSearch {
  /** E.164; empty when what was typed is no whole number. */
  readonly whole: readonly string[];
  /** As typed; after it, where it begins with the zero of the trunk, without that. Empty without digits. */
  readonly parts: readonly string[];
}

/** The area code, and eight digits of a mobile number as they were before a nine was put before all of them. */
const MOBILE_WITHOUT_NINE = /^(?:55)?([1-9]{2})([6-9]\d{7})$/;

/**
 * A number, or a part of one, as people in Brazil write it: with and without `+55`, the zero of the trunk, the code of a
 * carrier, and the ninth digit that mobile numbers have had since 2016.
 */
export function numberSearch(typed: string, country: CountryCode = 'BR'): NumberSearch {
  const digits = typed.normalize('NFKC').replace(/\D/g, '');
  const withoutTrunk = digits.replace(/^0(?=[1-9]{2}\d)/, '');
  const parsed = parseNumber(typed, country);
  const old = MOBILE_WITHOUT_NINE.exec(withoutTrunk);
  const whole = new Set<string>();
  if (parsed.ok) whole.add(parsed.number);
  if (old !== null) whole.add(`+55${old[1] ?? ''}9${old[2] ?? ''}`);
  return { whole: [...whole], parts: digits === '' ? [] : [...new Set([digits, withoutTrunk])] };
}
