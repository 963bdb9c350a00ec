import { DateTime } from 'luxon';
import { z } from 'zod';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { AUDIT_ACTIONS, AUDIT_SUBJECTS, type AuditSearch } from './audit.domain.js';

const key = (message: MessageKey): MessageKey => message;

/** A choice of a `<select>`, whose "all" posts an empty text. */
function choice<const Codes extends readonly [string, ...string[]]>(codes: Codes): z.ZodType<Codes[number] | null> {
  return z
    .enum(['', ...codes])
    .default('')
    .transform((value) => (value === '' ? null : (value as Codes[number])));
}

/** What the trail's filter holds as it was understood, and as its fields show it. */
export interface AuditQuery {
  readonly search: AuditSearch;
  readonly page: number;
}

/** The trail's filter, as the address or the form of the export carries it. Days are those of `timeZone`, both included. */
export function auditQuery(timeZone: string): z.ZodType<AuditQuery> {
  const day = z
    .string()
    .trim()
    .default('')
    .transform((text) => (text === '' ? null : DateTime.fromISO(text, { zone: timeZone }).startOf('day')))
    .refine((date) => date === null || (date.isValid && date.year > 1999 && date.year < 2200), key('audit:error-date'));
  return z
    .object({
      q: z.string().trim().max(60).default(''),
      subject: choice(AUDIT_SUBJECTS),
      id: z.string().trim().max(60).default(''),
      action: choice(AUDIT_ACTIONS),
      person: z
        .string()
        .regex(/^(system|[1-9]\d{0,9})?$/)
        .default(''),
      from: day,
      until: day,
      page: z.coerce.number().int().min(1).max(1_000_000).catch(1).default(1),
    })
    .refine(({ from, until }) => from === null || until === null || from <= until, {
      message: key('audit:error-order'),
      path: ['until'],
    })
    .transform(({ q, subject, id, action, person, from, until, page }) => ({
      page,
      search: {
        text: q,
        subject,
        subjectId: id === '' ? null : id,
        action,
        userId: person === '' ? null : person === 'system' ? ('system' as const) : Number(person),
        from: from?.toJSDate() ?? null,
        until: until?.plus({ days: 1 }).toJSDate() ?? null,
      },
    }));
}
