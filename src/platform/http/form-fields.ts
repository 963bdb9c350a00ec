import { type Request } from 'express';
import { z } from 'zod';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { textKey } from '../../shared/text-key.js';
import { DomainError } from '../errors.js';

const REQUIRED = 'errors:field-required' satisfies MessageKey;
const TOO_LONG = 'errors:field-too-long' satisfies MessageKey;
const NOT_IN_RANGE = 'errors:field-number' satisfies MessageKey;
/** Integers of the databases' INTEGER columns. */
const LARGEST_ID = 2_147_483_647;

/** A text that has to be there: trimmed, inner spaces kept. `max` in characters. */
export function requiredText(max: number): z.ZodString {
  return z.string({ error: REQUIRED }).trim().min(1, REQUIRED).max(max, TOO_LONG);
}

/** A name that is unique by its `textKey`; the key, which may be longer than the name, has to fit its column too. */
export function keyedName(max: number): z.ZodType<string> {
  return requiredText(max).refine((name) => textKey(name).length <= max, {
    error: TOO_LONG,
    params: { maximum: max },
  });
}

/** A text that may be empty; null then. */
export function optionalText(max: number): z.ZodType<string | null> {
  return z
    .string()
    .trim()
    .max(max, TOO_LONG)
    .optional()
    .transform((text) => (text === undefined || text === '' ? null : text));
}

/** A whole number within limits, both included. */
export function wholeNumber(minimum: number, maximum: number): z.ZodType<number> {
  return z
    .string({ error: REQUIRED })
    .trim()
    .min(1, REQUIRED)
    .transform(Number)
    .refine((value) => Number.isInteger(value) && value >= minimum && value <= maximum, {
      error: NOT_IN_RANGE,
      params: { minimum, maximum },
    });
}

/** A whole number within limits, or nothing; null then. */
export function optionalWholeNumber(minimum: number, maximum: number): z.ZodType<number | null> {
  return z
    .string()
    .trim()
    .optional()
    .transform((text) => (text === undefined || text === '' ? null : Number(text)))
    .refine((value) => value === null || (Number.isInteger(value) && value >= minimum && value <= maximum), {
      error: NOT_IN_RANGE,
      params: { minimum, maximum },
    });
}

/** A box that is ticked posts `on`, one that is not posts nothing. */
export const tickBox = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on');

/** The version of the record as the form was drawn; see `updateVersioned`. */
export const versionField = z.coerce.number({ error: REQUIRED }).int().min(0).max(LARGEST_ID);

/** Ids of ticked rows: a field that is there never, once or often. Those that are no ids name nothing. */
export const idList = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => {
    const texts = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    return [...new Set(texts.map(Number).filter((id) => Number.isInteger(id) && id > 0 && id <= LARGEST_ID))];
  });

/** The id in a route's path. Throws a DomainError 'not-found' for what cannot be one. */
export function idOf(req: Request, name = 'id'): number {
  const text = req.params[name];
  const id = typeof text === 'string' && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (id === 0 || id > LARGEST_ID) throw new DomainError('not-found', 'errors:no-such-record');
  return id;
}
