import { type ZodError, type ZodType } from 'zod';
import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { DomainError } from '../errors.js';

/** Sentences by field; a field without an error has no entry. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export type Submitted<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: FieldErrors };

/**
 * Reads a form and acts on it. Both kinds of refusal, a field that does not parse and a `DomainError` that names a
 * field, come back the same way, so that no handler needs a `try`; anything else is thrown on.
 *
 * Messages of the schema are message keys (`'common:required' satisfies MessageKey`); a check's limits are there as
 * `{{minimum}}` and `{{maximum}}`.
 */
export async function submitForm<Fields, Result>(
  schema: ZodType<Fields>,
  body: unknown,
  t: Translate,
  act: (fields: Fields) => Promise<Result> | Result,
): Promise<Submitted<Result>> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) return { ok: false, errors: toFieldErrors(parsed.error, t) };
  try {
    return { ok: true, value: await act(parsed.data) };
  } catch (error) {
    if (!(error instanceof DomainError) || error.field === null) throw error;
    return { ok: false, errors: { [error.field]: [t(error.key, error.params)] } };
  }
}

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
