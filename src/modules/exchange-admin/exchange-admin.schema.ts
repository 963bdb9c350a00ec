import { z } from 'zod';
import {
  idList,
  optionalWholeNumber,
  requiredText,
  versionField,
  wholeNumber,
} from '../../platform/http/form-fields.js';
import { type MessageKey } from '../../shared/i18n/messages.js';

export const STRATEGIES = ['longest-idle', 'round-robin', 'ring-all'] as const;
const PASSWORD_LENGTH = 8;
const BAD_NUMBER = 'exchange-admin:error.number' satisfies MessageKey;
const BAD_LOGIN = 'exchange-admin:error.login' satisfies MessageKey;
const SHORT_PASSWORD = 'exchange-admin:error.password-short' satisfies MessageKey;

const dialled = requiredText(20).regex(/^\d{2,20}$/, BAD_NUMBER);
// Not trimmed: a space is a character of a password.
const password = z
  .string({ error: 'errors:field-required' satisfies MessageKey })
  .min(1, 'errors:field-required')
  .min(PASSWORD_LENGTH, SHORT_PASSWORD)
  .max(200, 'errors:field-too-long');

const userFields = {
  login: requiredText(60).regex(/^\S+$/, BAD_LOGIN),
  name: requiredText(120),
  locality: requiredText(60),
  extension: dialled,
  queueIds: idList,
};
export const newUserForm = z.object({ ...userFields, password });
export const userForm = z.object({
  ...userFields,
  version: versionField,
  /** Empty: it stays. */
  password: z
    .union([z.literal('').transform(() => null), password], { error: SHORT_PASSWORD })
    .optional()
    .default(null),
});

const queueFields = {
  name: requiredText(60),
  number: dialled,
  strategy: z.enum(STRATEGIES),
  ringSeconds: wholeNumber(5, 120),
  maxWaitSeconds: wholeNumber(10, 7200),
  /** Empty: none. */
  promptId: optionalWholeNumber(1, 2_147_483_647),
  memberIds: idList,
};
export const newQueueForm = z.object(queueFields);
export const queueForm = z.object({ ...queueFields, version: versionField });

export const newNameForm = z.object({ name: requiredText(60) });
export const nameForm = z.object({ name: requiredText(60), version: versionField });

/** A file is sent by the page's script, by itself; what posts this form is a browser without one. */
export const newPromptForm = z.object({
  name: requiredText(60),
  file: z.custom<never>(() => false, 'exchange-admin:error.needs-script' satisfies MessageKey),
});
const file = z.custom<Buffer>((value) => Buffer.isBuffer(value) && value.length > 0, {
  error: 'exchange-admin:error.no-file' satisfies MessageKey,
});
export const promptUpload = z.object({ name: requiredText(60), file });
export const promptFileUpload = z.object({ version: versionField, file });

export const chosenIds = z.object({ ids: idList });

/** A list as its address asks for it. */
export const sectionQuery = z.object({
  q: z.string().trim().max(60).catch('').default(''),
  page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
});
