import { type Customer, type CustomerFields } from './customer.domain.js';

/** Whose value a field has afterwards: of the record that stays, or of the one that goes. */
export type MergeChoice = 'kept' | 'gone';

export const MERGE_FIELDS = ['name', 'document', 'email', 'notes'] as const;
export type MergeField = (typeof MERGE_FIELDS)[number];

export interface MergeChoices {
  readonly name: MergeChoice;
  readonly document: MergeChoice;
  readonly email: MergeChoice;
  /** Notes may also be joined, one under the other. */
  readonly notes: MergeChoice | 'both';
}

/** The record that two become. Numbers are joined: whoever called from one of them is this customer. */
export function mergedFields(kept: Customer, gone: Customer, choices: MergeChoices): CustomerFields {
  const of = { kept, gone };
  return {
    name: of[choices.name].name,
    document: of[choices.document].document,
    email: of[choices.email].email,
    notes: choices.notes === 'both' ? joined(kept.notes, gone.notes) : of[choices.notes].notes,
    numbers: [...new Set([...kept.numbers, ...gone.numbers])],
  };
}

/** What is offered first: the values of the record that stays, and the other's where it has none. */
export function suggestedChoices(kept: Customer, gone: Customer): MergeChoices {
  const filled = (field: 'document' | 'email'): MergeChoice =>
    kept[field] === null && gone[field] !== null ? 'gone' : 'kept';
  return {
    name: 'kept',
    document: filled('document'),
    email: filled('email'),
    notes: gone.notes === null || gone.notes === kept.notes ? 'kept' : kept.notes === null ? 'gone' : 'both',
  };
}

function joined(...notes: readonly (string | null)[]): string | null {
  const written = [...new Set(notes.filter((note) => note !== null && note !== ''))];
  return written.length === 0 ? null : written.join('\n\n');
}
