import { type Response } from 'express';
import { type ZodError, type ZodType } from 'zod';
import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';
import { DomainError, StaleError } from '../errors.js';
import { translateOf } from './locals.js';

/** Sentences by field; a field without an error has no entry. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** What a browser posted, by field; several values where the field was there several times. */
export type FormValues = Readonly<Record<string, unknown>>;

export interface RefusedForm {
  readonly ok: false;
  readonly status: 409 | 422;
  /** `''` holds what belongs to no field. */
  readonly errors: FieldErrors;
  /** What was typed, to be shown again. */
  readonly values: FormValues;
  /** Somebody else saved meanwhile: draw the form with `stale` (see `staleForm`). */
  readonly stale: boolean;
}

export type SubmittedForm<T> = { readonly ok: true; readonly value: T } | RefusedForm;

/**
 * Reads a posted form with its schema and acts on it. A field that does not parse and a `DomainError` of the service that
 * a person can do something about come back the same way, so that no route has a `try`; all else is thrown on.
 */
export async function submitForm<V, T>(
  res: Response,
  schema: ZodType<V>,
  body: unknown,
  act: (form: V) => Promise<T>,
): Promise<SubmittedForm<T>> {
  const t = translateOf(res);
  const values = (body ?? {}) as FormValues;
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    return { ok: false, status: 422, errors: toFieldErrors(parsed.error, t), values, stale: false };
  }
  try {
    return { ok: true, value: await act(parsed.data) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error instanceof StaleError) return { ok: false, status: 409, errors: {}, values, stale: true };
    if (error.code !== 'invalid' && error.code !== 'conflict') throw error;
    const errors = { [error.field ?? '']: [t(error.key, error.params)] };
    return {
      ok: false,
      status: error.field === null && error.code === 'conflict' ? 409 : 422,
      errors,
      values,
      stale: false,
    };
  }
}

/**
 * What a form that was overtaken shows: for each field that differs now, what it is now (the partials' `theirs`).
 *
 * @param current the form's fields as they would be drawn from what is stored now
 */
export function theirsOf(current: FormValues, typed: FormValues): Readonly<Record<string, string>> {
  const theirs: Record<string, string> = {};
  for (const [field, value] of Object.entries(current)) {
    const now = toText(value);
    if (now !== toText(typed[field])) theirs[field] = now;
  }
  return theirs;
}

function toText(value: unknown): string {
  if (value === undefined || value === null || value === false) return '';
  if (value === true) return 'on';
  if (Array.isArray(value)) return value.map(toText).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

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

/** The limits of a check, or those that a check of our own names in its `params`. */
function limitsOf(issue: object): Record<string, number> {
  const limits: Record<string, number> = {};
  const sources: readonly object[] = [issue, 'params' in issue && issue.params instanceof Object ? issue.params : {}];
  for (const source of sources) {
    for (const name of ['minimum', 'maximum'] as const) {
      const value: unknown = name in source ? (source as Record<string, unknown>)[name] : undefined;
      if (typeof value === 'number') limits[name] = value;
    }
  }
  return limits;
}
