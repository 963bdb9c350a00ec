import { z } from 'zod';
import { idList, optionalText, requiredText, versionField } from '../../platform/http/form-fields.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { DOCUMENT_FILTERS, EMAIL_MAX, NAME_MAX, NOTES_MAX, NUMBERS_MAX } from './customer.domain.js';
import { parseDocument } from './document.domain.js';
import { parseNumber } from './phone-number.domain.js';

const key = (message: MessageKey): MessageKey => message;
const LARGEST_ID = 2_147_483_647;
const LAST_PAGE = 100_000;

const page = z.coerce.number().int().min(1).max(LAST_PAGE).catch(1).default(1);
const searchText = z.string().trim().max(60).catch('').default('');

/** The list as its address asks for it. What cannot be read falls back: an old link still shows a list. */
export const customerListQuery = z.object({
  q: searchText,
  document: z.enum(DOCUMENT_FILTERS).or(z.literal('')).catch('').default(''),
  page,
});

export const HISTORY_TABS = ['calls', 'attendances', 'callbacks'] as const;
export type HistoryTab = (typeof HISTORY_TABS)[number];

export const recordQuery = z.object({
  tab: z.enum(HISTORY_TABS).optional().catch(undefined),
  page,
});

/** A new customer may be begun from a number, as a page of calls does. */
export const newCustomerQuery = z.object({ number: z.string().trim().max(32).catch('').default('') });

export const tickedCustomers = z.object({ id: idList });

const documentField = z
  .string()
  .trim()
  .optional()
  .transform((typed, context) => {
    if (typed === undefined || typed === '') return null;
    const parsed = parseDocument(typed);
    if (parsed.ok) return parsed.document;
    context.addIssue({ code: 'custom', message: parsed.reason });
    return z.NEVER;
  });

const emailField = optionalText(EMAIL_MAX).refine(
  (text) => text === null || z.email().safeParse(text).success,
  key('customers:error.email'),
);

/** Rows of the form, in its order: E.164, or null for one left empty, so that a refusal finds its row again. */
const numbersField = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value, context): readonly (string | null)[] => {
    const rows = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    if (rows.filter((row) => row.trim() !== '').length > NUMBERS_MAX) {
      context.addIssue({ code: 'custom', message: key('customers:error.too-many-numbers') });
      return z.NEVER;
    }
    return rows.map((row, i) => {
      if (row.trim() === '') return null;
      const parsed = parseNumber(row);
      if (parsed.ok) return parsed.number;
      const short = parsed.reason === 'calls:refused.number-short';
      const message = key(short ? 'customers:error.number-short' : 'customers:error.number-invalid');
      context.addIssue({ code: 'custom', message, path: [i] });
      return null;
    });
  });

export const customerForm = z.object({
  name: requiredText(NAME_MAX),
  document: documentField,
  email: emailField,
  notes: optionalText(NOTES_MAX),
  numbers: numbersField,
});
export type CustomerForm = z.infer<typeof customerForm>;

export const customerEditForm = customerForm.extend({ version: versionField });

export const mergeQuery = z.object({
  with: z.coerce.number().int().positive().max(LARGEST_ID).optional().catch(undefined),
  q: searchText,
  page,
});

const choice = z.enum(['kept', 'gone'], { error: key('customers:error.merge-choice') });
export const mergeForm = z.object({
  with: z.coerce
    .number({ error: key('errors:field-required') })
    .int()
    .positive()
    .max(LARGEST_ID),
  keepVersion: versionField,
  goneVersion: versionField,
  name: choice,
  document: choice,
  email: choice,
  notes: z.enum(['kept', 'gone', 'both'], { error: key('customers:error.merge-choice') }),
});
