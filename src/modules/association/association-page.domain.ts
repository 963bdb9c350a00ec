import { type Translate } from '../../shared/i18n/messages.js';
import { choiceOf, suggest, type Difference, type Person, type QueueDifference } from './association.domain.js';
import {
  type AssociationWish,
  type ExchangeSide,
  type PersonDifference,
  type RowProblem,
  type RowReport,
} from './association.port.js';

/** A row of the table as it is drawn. */
export interface AssociationRow {
  readonly id: number;
  readonly name: string;
  readonly login: string;
  readonly isActive: boolean;
  /** The exchange's login as stored; empty for nobody. */
  readonly was: string;
  /** What stands in the field: what was typed, else what is stored. */
  readonly value: string;
  readonly ticked: boolean;
  /** What was imported, in a line; null for someone not associated. */
  readonly imported: string | null;
  /** Associated with somebody whom the exchange no longer has. */
  readonly isGone: boolean;
  /** What the field may be filled with. */
  readonly suggestion: string | null;
  readonly problem: string | null;
  readonly isSaved: boolean;
}

export interface Posted {
  readonly wishes: readonly AssociationWish[];
  readonly reports: readonly RowReport[];
  /** Whose suggestion was asked for; null for nobody's. */
  readonly take: number | null;
}

export const NOTHING_POSTED: Posted = { wishes: [], reports: [], take: null };

/** The rows as stored, and over that what was posted and became of it. */
export function toRows(
  people: readonly Person[],
  exchange: ExchangeSide,
  posted: Posted,
  t: Translate,
): readonly AssociationRow[] {
  return people.map((person) => toRow(person, exchange, posted, t));
}

function toRow(person: Person, exchange: ExchangeSide, posted: Posted, t: Translate): AssociationRow {
  const { id, name, login, isActive, exchangeLogin } = person;
  const { suggestion, stored, isGone } = unityOf(person, exchange);
  const report = posted.reports.find(({ userId }) => userId === id);
  return {
    id,
    name,
    login,
    isActive,
    was: exchangeLogin ?? '',
    ...fieldOf(person, posted, suggestion, stored),
    imported: exchangeLogin === null ? null : importedText(person, t),
    isGone,
    suggestion,
    problem: problemText(report?.problem ?? null, t),
    isSaved: report?.outcome === 'done',
  };
}

/** What the exchange's side says of a person. */
function unityOf(
  person: Person,
  exchange: ExchangeSide,
): { readonly suggestion: string | null; readonly stored: string; readonly isGone: boolean } {
  const login = person.exchangeLogin;
  if (exchange.state !== 'there') return { suggestion: null, stored: login ?? '', isGone: false };
  const suggested = suggest(person, exchange.free);
  const suggestion = suggested === null ? null : choiceOf(suggested);
  if (login === null) return { suggestion, stored: '', isGone: false };
  const user = exchange.directory.users.find((each) => each.login === login);
  return { suggestion, stored: user === undefined ? login : choiceOf(user), isGone: user === undefined };
}

/** The field: as it was typed where that was not saved, else as it is stored. */
function fieldOf(
  { id }: Person,
  { wishes, reports, take }: Posted,
  suggestion: string | null,
  stored: string,
): { readonly value: string; readonly ticked: boolean } {
  if (take === id && suggestion !== null) return { value: suggestion, ticked: true };
  const wish = wishes.find(({ userId }) => userId === id);
  const report = reports.find(({ userId }) => userId === id);
  const isKept = wish !== undefined && (report === undefined || report.outcome === 'refused');
  return isKept ? { value: wish.typed, ticked: true } : { value: stored, ticked: false };
}

export function problemText(problem: RowProblem | null, t: Translate): string | null {
  return problem === null ? null : t(problem.key, problem.params);
}

function importedText({ locality, extension, queues }: Person, t: Translate): string {
  const parts = [
    extension === null ? null : t('association:extension-is', { extension }),
    locality,
    queues.length === 0 ? t('association:no-queues') : queues.join(', '),
  ];
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

/** A person's difference as it is drawn. */
export interface DifferenceRow {
  readonly id: number;
  readonly name: string;
  /** Nothing would change: the note is no warning. */
  readonly isEqual: boolean;
  /** What can be ticked. */
  readonly canApply: boolean;
  readonly lines: readonly string[];
  /** Why it cannot be applied, or what applying brings with it. */
  readonly note: string | null;
  readonly problem: string | null;
}

export function toDifferenceRow(
  { person, kind, difference, standing }: PersonDifference,
  problem: RowProblem | null,
  t: Translate,
): DifferenceRow {
  const common = {
    id: person.id,
    name: person.name,
    isEqual: kind === 'equal',
    problem: problemText(problem, t),
  };
  if (difference === null) {
    const texts = { gone: t('association:gone'), equal: t('association:equal'), differs: '' };
    const note = kind === 'not-associated' ? t('association:not-associated') : texts[kind];
    return { ...common, canApply: false, lines: [], note };
  }
  const lines = differenceLines(difference, t);
  if (standing.isBusy) return { ...common, canApply: false, lines, note: t('association:in-call') };
  const logsOut = standing.isOnShift && difference.extension !== null;
  if (!logsOut) return { ...common, canApply: true, lines, note: null };
  const queues = standing.queues.join(', ');
  const note = queues === '' ? t('association:will-sign-out') : t('association:will-log-out', { queues });
  return { ...common, canApply: true, lines, note };
}

function differenceLines(difference: Difference, t: Translate): readonly string[] {
  const { locality, extension, queuesAdded, queuesRemoved } = difference;
  const shown = (value: string | null): string => (value === null || value === '' ? t('common:none') : value);
  const lines: string[] = [];
  if (locality !== null) {
    lines.push(t('association:locality-changes', { before: shown(locality.before), after: shown(locality.after) }));
  }
  if (extension !== null) {
    lines.push(t('association:extension-changes', { before: shown(extension.before), after: shown(extension.after) }));
  }
  if (queuesAdded.length > 0) lines.push(t('association:queues-added', { queues: queuesAdded.join(', ') }));
  if (queuesRemoved.length > 0) lines.push(t('association:queues-removed', { queues: queuesRemoved.join(', ') }));
  return lines;
}

export function queueLines(difference: QueueDifference, t: Translate): readonly string[] {
  const named = (queues: readonly { readonly name: string; readonly number: string }[]): string =>
    queues.map(({ name, number }) => `${name} (${number})`).join(', ');
  const { added, returned, renumbered, gone } = difference;
  const lines: string[] = [];
  if (added.length > 0) lines.push(t('association:queues-new', { queues: named(added) }));
  if (returned.length > 0) lines.push(t('association:queues-returned', { queues: named(returned) }));
  for (const { name, number } of renumbered) {
    lines.push(t('association:queue-renumbered', { name, before: number.before, after: number.after }));
  }
  if (gone.length > 0) lines.push(t('association:queues-gone', { queues: gone.join(', ') }));
  return lines;
}
