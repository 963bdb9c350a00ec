import { z } from 'zod';
import { optionalText, requiredText, tickBox, versionField } from '../../platform/http/form-fields.js';
import { LOCALES, type MessageKey } from '../../shared/i18n/messages.js';
import { PASSWORD_MAX, PASSWORD_MIN, passwordProblem } from '../accounts/password-rules.domain.js';
import { USER_ASSOCIATIONS, USER_SORTS, USER_STATES } from './user.domain.js';

const LARGEST_ID = 2_147_483_647;
const chooseProfile = 'users:choose-profile' satisfies MessageKey;
const noSpaces = 'users:login-spaces' satisfies MessageKey;
const digits = 'users:extension-digits' satisfies MessageKey;

const oneOf = <const T extends readonly [string, ...string[]]>(
  values: T,
): z.ZodDefault<z.ZodCatch<z.ZodEnum<{ [K in T[number]]: K }>>> =>
  z
    .enum(values)
    .catch(values[0] as never)
    .default(values[0] as never);

/** A search that makes no sense is the whole list, not an error. */
export const userListQuery = z.object({
  q: z.string().trim().max(60).catch('').default(''),
  state: oneOf(USER_STATES),
  profile: z.coerce.number().int().min(1).max(LARGEST_ID).nullable().catch(null).default(null),
  association: oneOf(USER_ASSOCIATIONS),
  sort: oneOf(USER_SORTS),
  order: oneOf(['asc', 'desc']),
  page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
});

const login = requiredText(60).regex(/^\S+$/, noSpaces);
/** Not chosen is a choice: the browser's language decides then. */
const locale = z
  .union([z.literal(''), z.enum(LOCALES)])
  .optional()
  .transform((value) => (value === undefined || value === '' ? null : value));
const profileId = z.coerce
  .number({ error: chooseProfile })
  .int(chooseProfile)
  .min(1, chooseProfile)
  .max(LARGEST_ID, chooseProfile);

const mainData = { name: requiredText(120), login, profileId, locale };

/** A password is not trimmed: a space is a character of it. Empty is none: the person gets a one-time link instead. */
export const newUserForm = z
  .object({ ...mainData, isActive: tickBox, password: z.string().optional().default('') })
  .superRefine((form, context) => {
    const problem = form.password === '' ? null : passwordProblem(form.password, form.login);
    if (problem === null) return;
    const params = { minimum: PASSWORD_MIN, maximum: PASSWORD_MAX };
    context.addIssue({ code: 'custom', path: ['password'], message: problem, params });
  });

export const mainDataForm = z.object({ ...mainData, version: versionField });
/** While associated the exchange's login is in force, and the field is only shown. */
export const associatedMainDataForm = z.object({
  ...mainData,
  login: z.string().optional().default(''),
  version: versionField,
});

export const serviceDataForm = z.object({
  locality: optionalText(60),
  extension: optionalText(20).refine((value) => value === null || /^\d{2,20}$/.test(value), digits),
  queues: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value) => [...new Set([value ?? []].flat().map(Number))])
    .refine((ids) => ids.every((id) => Number.isInteger(id) && id > 0 && id <= LARGEST_ID), {
      error: 'users:no-such-queue' satisfies MessageKey,
    }),
  version: versionField,
});
