import { DomainError } from '../../platform/errors.js';
import { type AttendanceRecord, type Named, type RecordTexts } from './attendance-record.domain.js';

type FormValues = Readonly<Record<string, unknown>>;

/** What was chosen in a posted form: a reason, nothing, or what the record says already. */
type Chosen = number | 'keep' | undefined;
interface RecordForm {
  readonly subject?: Chosen;
  readonly outcome?: Chosen;
  readonly description: string;
}

/** The reasons that may be chosen now. */
export interface OfferedReasons {
  readonly subjects: readonly Named[];
  readonly outcomes: readonly Named[];
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface RewriteForm {
  readonly version: number;
  readonly subject: string;
  readonly outcome: string;
  readonly description: string;
  readonly subjects: readonly Option[];
  readonly outcomes: readonly Option[];
}

/** The form as it is stored, or as it was typed. */
export function toRewriteForm(
  { subjects, outcomes }: OfferedReasons,
  record: AttendanceRecord,
  typed: FormValues | undefined,
): RewriteForm {
  const field = (
    name: 'subject' | 'outcome',
    text: string,
    reasonId: number | null,
    reasons: readonly Named[],
  ): { readonly value: string; readonly options: readonly Option[] } => {
    const isOffered = reasons.some(({ id }) => id === reasonId);
    const kept = text === '' || isOffered ? [] : [{ value: 'keep', label: text }];
    const stored = isOffered ? String(reasonId) : (kept[0]?.value ?? '');
    const options = [{ value: '', label: '–' }, ...kept, ...reasons.map(toOption)];
    return { value: typed?.[name] === undefined ? stored : textIn(typed, name), options };
  };
  const subject = field('subject', record.subject, record.subjectReasonId, subjects);
  const outcome = field('outcome', record.outcome, record.outcomeReasonId, outcomes);
  return {
    version: record.version,
    subject: subject.value,
    outcome: outcome.value,
    description: typed?.['description'] === undefined ? record.description : textIn(typed, 'description'),
    subjects: subject.options,
    outcomes: outcome.options,
  };
}

/**
 * What a posted form makes of a record.
 * @throws DomainError `invalid` at the field whose reason may not be chosen any more
 */
export function textsOf(
  offered: OfferedReasons,
  record: AttendanceRecord,
  { subject, outcome, description }: RecordForm,
): RecordTexts {
  const pick = (
    field: 'subject' | 'outcome',
    chosen: Chosen,
    stored: { readonly text: string; readonly id: number | null },
    among: readonly Named[],
  ): { readonly text: string; readonly id: number | null } => {
    if (chosen === 'keep' || chosen === stored.id) return stored;
    if (chosen === undefined) return { text: '', id: null };
    const reason = among.find(({ id }) => id === chosen);
    if (reason === undefined) throw new DomainError('invalid', 'attendance-pages:error.reason-gone', { field });
    return { text: reason.name, id: reason.id };
  };
  const about = pick('subject', subject, { text: record.subject, id: record.subjectReasonId }, offered.subjects);
  const ended = pick('outcome', outcome, { text: record.outcome, id: record.outcomeReasonId }, offered.outcomes);
  return {
    subject: about.text,
    subjectReasonId: about.id,
    outcome: ended.text,
    outcomeReasonId: ended.id,
    description,
  };
}

export function toOption({ id, name }: Named): Option {
  return { value: String(id), label: name };
}

export function textIn(values: FormValues | undefined, name: string): string {
  const value = values?.[name];
  return typeof value === 'string' ? value : '';
}
