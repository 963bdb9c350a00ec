import { type MessageKey } from '../../shared/i18n/messages.js';

export type DocumentKind = 'cpf' | 'cnpj';

export type ParsedDocument =
  | { readonly ok: true; readonly kind: DocumentKind; readonly document: string }
  | { readonly ok: false; readonly reason: MessageKey };

const CPF_LENGTH = 11;
const CNPJ_LENGTH = 14;
const CHECK_DIGITS = 2;
/** What people write between the characters: points, dashes of every kind, strokes, spaces. */
const PUNCTUATION = /[.\s/\\\p{Pd}]/gu;

/**
 * A CPF or CNPJ as it was typed, with or without punctuation: its characters alone, when both check digits are right.
 *
 * - CPF, Instrução Normativa RFB 2.172/2024: nine digits and two check digits, modulo 11 with weights 2 to 10 and 2 to 11
 *   from the right.
 * - CNPJ, Instrução Normativa RFB 2.119/2022: twelve characters and two check digits, modulo 11 with weights 2 to 9 from
 *   the right, and again from 2.
 * - Since July 2026 those twelve may be letters too, by Instrução Normativa RFB 2.229/2024: in the sum each counts as its
 *   ASCII code less 48, so that `0` to `9` keep their value and `A` is 17; the check digits stay digits. The example of the
 *   Receita Federal's guide is 12.ABC.345/01DE-35.
 *
 * A number of one digit repeated satisfies the sums of a CPF and belongs to nobody.
 */
export function parseDocument(typed: string): ParsedDocument {
  const document = documentKey(typed);
  if (/^\d{11}$/.test(document)) return checked('cpf', document);
  if (/^[0-9A-Z]{12}\d\d$/.test(document)) return checked('cnpj', document);
  if (!/^[0-9A-Z]*$/.test(document)) return { ok: false, reason: 'customers:error.document-characters' };
  if (document.length === CPF_LENGTH || document.length === CNPJ_LENGTH) {
    return { ok: false, reason: 'customers:error.document-letters' };
  }
  return { ok: false, reason: 'customers:error.document-length' };
}

/** What is stored and searched: without punctuation, letters large, digits of every script as ASCII ones. */
export function documentKey(typed: string): string {
  return typed.normalize('NFKC').replace(PUNCTUATION, '').toUpperCase();
}

/** `123.456.789-09` or `12.ABC.345/01DE-35`; what is neither is left as it is. */
export function formatDocument(document: string): string {
  return document
    .replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4')
    .replace(/^(\w{2})(\w{3})(\w{3})(\w{4})(\d{2})$/, '$1.$2.$3/$4-$5');
}

function checked(kind: DocumentKind, document: string): ParsedDocument {
  const base = document.slice(0, -CHECK_DIGITS);
  const repeated = new Set(document).size === 1;
  return !repeated && document === withCheckDigits(kind, base)
    ? { ok: true, kind, document }
    : { ok: false, reason: kind === 'cpf' ? 'customers:error.cpf-invalid' : 'customers:error.cnpj-invalid' };
}

function withCheckDigits(kind: DocumentKind, base: string): string {
  const largest = kind === 'cpf' ? 11 : 9;
  const first = base + checkDigit(base, largest);
  return first + checkDigit(first, largest);
}

/** Modulo 11 with weights 2 to `largest` from the right, and again; a rest below two gives zero. */
function checkDigit(characters: string, largest: number): string {
  const sum = Array.from(characters)
    .reverse()
    .reduce((total, character, i) => total + (character.charCodeAt(0) - 48) * (2 + (i % (largest - 1))), 0);
  const rest = sum % 11;
  return String(rest < 2 ? 0 : 11 - rest);
}
