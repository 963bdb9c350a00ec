import { literal, Op, type Sequelize, type WhereOptions } from 'sequelize';
import { containing } from '../../platform/db/containing.js';
import { searchKey } from '../../shared/text-key.js';
import { type CustomerSearch, type DocumentFilter } from './customer.domain.js';
import { type CustomerRow } from './customer.model.js';
import { documentKey } from './document.domain.js';
import { numberSearch } from './phone-number.domain.js';

/** With fewer digits nearly every number would match. */
const MIN_SEARCH_DIGITS = 3;
/** The digits of a Brazilian number with its area code, at least. */
const WITH_AREA_CODE = 10;
/** One of each: `_` stands for any one character. */
const LENGTHS = { cpf: '_'.repeat(11), cnpj: '_'.repeat(14) } as const;

/**
 * The rows a search names. A whole number is looked up by its index; words are looked for one by one, in any order; digits
 * that are no whole number are the beginning of a document or any part of a number.
 */
export function toWhere(search: CustomerSearch, sequelize: Sequelize): WhereOptions<CustomerRow> {
  const conditions: WhereOptions<CustomerRow>[] = [];
  if (search.document !== undefined && search.document !== null) conditions.push(withDocument(search.document));
  const text = search.text.trim();
  if (text !== '') conditions.push(matching(text, sequelize));
  return { [Op.and]: conditions };
}

function withDocument(filter: DocumentFilter): WhereOptions<CustomerRow> {
  return { document: filter === 'none' ? null : { [Op.like]: LENGTHS[filter] } };
}

function matching(text: string, sequelize: Sequelize): WhereOptions<CustomerRow> {
  const { whole, parts } = numberSearch(text);
  const words = searchKey(text).split(' ');
  const named = { [Op.and]: words.map((word) => ({ nameKey: { [Op.like]: containing(word) } })) };
  const document = documentKey(text);
  if ((parts[0] ?? '').length < MIN_SEARCH_DIGITS || !/^[0-9A-Z+()]*$/.test(document)) return named;
  const owned = { id: { [Op.in]: ownersOf(whole, parts, document.replace(/[^0-9A-Z]/g, ''), sequelize) } };
  // Letters among the digits: a company may be called so, and may have such a document.
  return /[A-Z]/.test(document) ? { [Op.or]: [named, owned] } : owned;
}

/**
 * Whose number or document it is. One question to each table's index, joined by a table of its own: as two conditions on
 * each customer, neither index would serve.
 */
function ownersOf(
  whole: readonly string[],
  parts: readonly string[],
  document: string,
  sequelize: Sequelize,
): ReturnType<typeof literal> {
  const text = (value: string): string => sequelize.escape(value);
  // Eight digits may be a whole number of a kind without area code, and are as often one typed without it.
  const isWhole = whole.length > 0 && (parts[0] ?? '').length >= WITH_AREA_CODE;
  const wanted = isWhole
    ? `number IN (${whole.map(text).join(', ')})`
    : parts.map((part) => `number LIKE ${text(`%${part}%`)}`).join(' OR ');
  return literal(
    `(SELECT found.id FROM (SELECT customer_id AS id FROM customer_phones WHERE ${wanted}
      UNION SELECT id FROM customers WHERE document >= ${text(document)} AND document < ${text(`${document}~`)}) AS found)`,
  );
}
