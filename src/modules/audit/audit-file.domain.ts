import { type AuditEntry } from './audit.domain.js';
import { labelOf, textOf, whatOf, whenOf, type AuditWords } from './audit-words.domain.js';

/** The first line of the file; the zone of its times is named there. */
export function fileHeader({ t, timeZone }: AuditWords): readonly string[] {
  return [
    t('audit:column-number'),
    t('audit:column-when', { zone: timeZone }),
    t('audit:column-who'),
    t('audit:column-address'),
    t('audit:column-what'),
    t('audit:column-record'),
    t('audit:column-field'),
    t('audit:before'),
    t('audit:after'),
  ];
}

/** A line a field, so that spreadsheets can filter by it; the entry's number tells which belong together. */
export function fileLines(entry: AuditEntry, words: AuditWords): readonly (readonly string[])[] {
  const { id, at, actor, subjectName, before, after } = entry;
  const who = [String(id), whenOf(at, words), actor.name, actor.address ?? '', whatOf(entry, words), subjectName];
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return [[...who, '', '', '']];
  return names.map((name) => [
    ...who,
    labelOf(name, words),
    before === null ? '' : textOf(name, before[name] ?? null, words),
    after === null ? '' : textOf(name, after[name] ?? null, words),
  ]);
}
