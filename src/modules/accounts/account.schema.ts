import { z } from 'zod';
import { LOCALES, type MessageKey } from '../../shared/i18n/messages.js';

const required = 'auth:required' satisfies MessageKey;
const tooLong = 'errors:field-too-long' satisfies MessageKey;

export const signInForm = z.object({
  login: z.string({ error: required }).trim().min(1, required).max(60, tooLong),
  // Not trimmed: a space is a character of a password.
  password: z.string({ error: required }).min(1, required).max(200, tooLong),
  next: z.string().optional(),
});

export const signInQuery = z.object({
  next: z.string().optional().catch(undefined),
  why: z.enum(['expired']).optional().catch(undefined),
});

export const localeForm = z.object({
  locale: z.enum(LOCALES),
  next: z.string().optional(),
});
