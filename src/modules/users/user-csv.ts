import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { DomainError } from '../../platform/errors.js';
import { searchKey } from '../../shared/text-key.js';
import { IMPORT_FIELDS, type ImportField, type ImportRow } from './user-import.domain.js';

export const IMPORT_MAX_LINES = 5000;

/** Headings as people write them, without case and accents. */
const HEADINGS: Readonly<Record<string, ImportField>> = {
  nome: 'name',
  name: 'name',
  login: 'login',
  usuario: 'login',
  user: 'login',
  username: 'login',
  perfil: 'profile',
  profile: 'profile',
  idioma: 'locale',
  language: 'locale',
  locale: 'locale',
};
const NEEDED: readonly ImportField[] = ['name', 'login', 'profile'];
/** How a column that is missing is named, as the template names it. */
const HEADING_OF: Readonly<Record<ImportField, string>> = {
  name: 'nome',
  login: 'login',
  profile: 'perfil',
  locale: 'idioma',
};

export interface UsersFile {
  readonly rows: readonly ImportRow[];
  /** Headings of columns that mean nothing here. */
  readonly ignored: readonly string[];
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads lines pasted from a spreadsheet or a file. Throws a DomainError 'invalid' on `text` that names the line. */
export function readUsersFile(text: string): UsersFile {
  const [heading, ...lines] = parseLines(text);
  if (heading === undefined || lines.length === 0) throw refuse('users:import-error-empty');
  if (lines.length > IMPORT_MAX_LINES) {
    throw refuse('users:import-error-too-many', { count: lines.length, maximum: IMPORT_MAX_LINES });
  }
  const columns = heading.record.map((title) => HEADINGS[searchKey(title)] ?? null);
  const twice = columns.find((field, index) => field !== null && columns.indexOf(field) < index);
  if (twice !== undefined && twice !== null) {
    throw refuse('users:import-error-duplicate-column', { column: HEADING_OF[twice] });
  }
  const missing = NEEDED.filter((field) => !columns.includes(field));
  if (missing.length > 0) {
    throw refuse('users:import-error-columns', { columns: missing.map((field) => HEADING_OF[field]).join(', ') });
  }
  const cell = (record: readonly string[], field: ImportField): string => {
    const column = columns.indexOf(field);
    return (column === -1 ? '' : (record[column] ?? '')).trim().replaceAll(/\s+/g, ' ');
  };
  return {
    rows: lines.map(({ record, info }) => ({
      line: info.lines,
      name: cell(record, 'name'),
      login: cell(record, 'login'),
      profile: cell(record, 'profile'),
      locale: cell(record, 'locale'),
    })),
    ignored: heading.record.filter((title, index) => columns[index] === null && title !== ''),
  };
}

/** What the import takes, with one line as an example. The mark at its beginning makes spreadsheets read the accents. */
export function importTemplate(profile: string): string {
  return `\ufeff${toCsv([IMPORT_FIELDS.map((field) => HEADING_OF[field]), ['Maria Exemplo', 'maria.exemplo', profile, 'pt-BR']])}`;
}

/** Separated by semicolons; a text that a spreadsheet would take for a formula stays a text. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { delimiter: ';', escape_formulas: true },
  );
}

function parseLines(text: string): readonly Parsed[] {
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as readonly Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error['lines'] ?? 1);
    const isOpenQuote = error.code === 'CSV_QUOTE_NOT_CLOSED';
    throw refuse(isOpenQuote ? 'users:import-error-quote' : 'users:import-error-unreadable', { line }, error);
  }
}

/** Whatever separates the headings: none of their names holds one. */
function delimiterOf(text: string): string {
  const heading = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  const count = (separator: string): number => heading.split(separator).length;
  return [';', ',', '\t'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

function refuse(
  key: ConstructorParameters<typeof DomainError>[1],
  params: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): DomainError {
  return new DomainError('invalid', key, { field: 'text', params, cause });
}
