import { messages, type Locale, type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { formatTime } from '../../shared/format.js';
import { MASKED, SECRET_CHANGED, type AuditEntry, type AuditFields } from './audit.domain.js';

export interface AuditWords {
  readonly t: Translate;
  readonly locale: Locale;
  /** The operation's zone: times are shown in it. */
  readonly timeZone: string;
}

/** One side of a field, as it is read. */
export interface AuditValue {
  readonly text: string;
  /** Of a list: how many more there are, on both sides alike. */
  readonly same: number;
  readonly isEmpty: boolean;
}

export interface AuditFieldLine {
  readonly label: string;
  /** Null where the record was not there on that side. */
  readonly before: AuditValue | null;
  readonly after: AuditValue | null;
}

type Value = AuditFields[string];

const texts = messages['pt-BR'] as Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A key that has been put together, if it is one of a message. */
function known(key: string): MessageKey | undefined {
  const [namespace = '', ...name] = key.split(':');
  const own = texts[namespace] ?? {};
  return Object.hasOwn(own, name.join(':')) ? (key as MessageKey) : undefined;
}

/** Date and time of an entry. */
export function whenOf(at: Date, { locale, timeZone }: AuditWords): string {
  const date = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone });
  return `${date.format(at)} ${formatTime(at.getTime(), locale, timeZone)}`;
}

/** "Alteração da fila", "Changed queue": what was done to what kind of record. */
export function whatOf({ action, subject }: Pick<AuditEntry, 'action' | 'subject'>, { t }: AuditWords): string {
  return `${t(`audit:action.${action}`)} ${t(`audit:of.${subject}`)}`.trim();
}

/** What a field is called; one that nobody has named yet goes by its own name. */
export function labelOf(field: string, { t }: AuditWords): string {
  const key = known(`audit:field.${field}`);
  return key === undefined ? field : t(key);
}

/** The fields of an entry, with both sides. Of lists that changed, only what was taken out and what was put in. */
export function fieldsOf({ before, after }: AuditEntry, words: AuditWords): readonly AuditFieldLine[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name) => {
    const old = before === null ? undefined : (before[name] ?? null);
    const now = after === null ? undefined : (after[name] ?? null);
    const same = Array.isArray(old) && Array.isArray(now) ? old.filter((item) => now.includes(item as never)) : [];
    const side = (value: Value | undefined): AuditValue | null =>
      value === undefined ? null : toValue(name, value, same, words);
    return { label: labelOf(name, words), before: side(old), after: side(now) };
  });
}

function toValue(name: string, value: Value, same: readonly (string | number)[], words: AuditWords): AuditValue {
  if (!isList(value)) {
    return { text: textOf(name, value, words), same: 0, isEmpty: value === null || value === '' };
  }
  const items = value.filter((item) => !same.includes(item));
  const isEmpty = items.length === 0;
  const none = value.length === 0 ? words.t('audit:value-none') : '';
  const text = isEmpty ? none : items.map((item) => wordOf(name, item, words)).join(', ');
  return { text, same: same.length, isEmpty: value.length === 0 };
}

/** A whole value as one text, for a file. */
export function textOf(name: string, value: Value, words: AuditWords): string {
  const { t } = words;
  if (isList(value)) {
    return value.length === 0 ? t('audit:value-none') : value.map((item) => wordOf(name, item, words)).join(', ');
  }
  if (value === null || value === '') return t('audit:value-empty');
  if (typeof value === 'boolean') return t(value ? 'common:yes' : 'common:no');
  return wordOf(name, value, words);
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Fields whose values are codes that have their names elsewhere. */
const CODES: Readonly<Record<string, string>> = {
  permissions: 'permissions:',
  locale: 'common:language-',
  action: 'audit:action-name.',
  subject: 'audit:subject.',
  failedSteps: 'integration:step-',
};

/** Codes in words where there are some. What a person typed stays as it is, even if it reads like a code. */
function wordOf(name: string, value: string | number, words: AuditWords): string {
  if (typeof value === 'number') return String(value);
  if (value === MASKED) return words.t('audit:value-secret');
  if (value === SECRET_CHANGED) return words.t('audit:value-secret-changed');
  if (name === 'openingHours') return openingOf(value, words);
  const elsewhere = CODES[name];
  const key = known(elsewhere === undefined ? `audit:value.${name}.${value}` : elsewhere + value);
  if (key !== undefined) return words.t(key);
  if (MOMENT.test(value)) return whenOf(new Date(value), words);
  const day = DAY.exec(value);
  if (day === null) return value;
  const date = new Date(`${value}T00:00:00Z`);
  const style = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;
  return Number.isNaN(date.getTime()) ? value : new Intl.DateTimeFormat(words.locale, style).format(date);
}

/** "1: 08:00–18:00" is Monday's hours; without any it is closed. */
function openingOf(value: string, { t, locale }: AuditWords): string {
  const found = /^([1-7]): ?(.*)$/.exec(value);
  if (found === null) return value;
  // The first of January 2024 was a Monday.
  const day = new Date(Date.UTC(2024, 0, Number(found[1])));
  const name = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(day);
  const hours = found[2] ?? '';
  return `${name} ${hours === '' ? t('audit:value-closed') : hours}`;
}

function isList(value: Value): value is readonly (string | number)[] {
  return Array.isArray(value);
}
