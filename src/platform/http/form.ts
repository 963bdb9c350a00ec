import { type ZodError } from 'zod';
import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';

/** Sentences by field; a field without an error has no entry. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * Messages of the schema are message keys (`'errors:field-required' satisfies MessageKey`); a check's limits are there as
 * `{{minimum}}` and `{{maximum}}`.
 */
export function toFieldErrors(error: ZodError, t: Translate): FieldErrors {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const field = issue.path.join('.');
    (errors[field] ??= []).push(t(toKey(issue.message), limitsOf(issue)));
  }
  return errors;
}

/** A message that is no key is zod's own, in English, about a form nobody filled in by hand. */
function toKey(message: string): MessageKey {
  return /^[a-z-]+:\S+$/.test(message) ? (message as MessageKey) : 'errors:field-invalid';
}

function limitsOf(issue: object): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const name of ['minimum', 'maximum'] as const) {
    const value: unknown = name in issue ? (issue as Record<string, unknown>)[name] : undefined;
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}
