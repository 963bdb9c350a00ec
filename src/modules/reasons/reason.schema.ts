import { z } from 'zod';
import { idList, keyedName, optionalWholeNumber, tickBox, versionField } from '../../platform/http/form-fields.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { REASON_TYPES } from './reason.domain.js';

/** A filter that makes no sense is none. */
export const reasonListQuery = z.object({
  q: z.string().trim().max(60).catch('').default(''),
  type: z.enum(REASON_TYPES).nullable().catch(null).default(null),
  state: z.enum(['active', 'retired']).nullable().catch(null).default(null),
  /** The one that was moved last and where to, so that the keyboard stays where it was. */
  moved: z.coerce.number().int().nullable().catch(null).default(null),
  direction: z.enum(['up', 'down']).catch('up').default('up'),
});

const name = keyedName(60);
/** A pause longer than a shift is none. */
const LONGEST_MINUTES = 480;

export const reasonForm = z.object({
  name,
  timeLimit: optionalWholeNumber(1, LONGEST_MINUTES),
  isProductive: tickBox,
  version: versionField,
});
export const newReasonForm = reasonForm
  .omit({ version: true })
  .extend({ type: z.enum(REASON_TYPES, { error: 'errors:field-required' satisfies MessageKey }) });

export const spellingForm = z.object({ name, version: versionField });
export const moveForm = z.object({
  direction: z.enum(['up', 'down']),
  type: z.string().max(20).catch('').default(''),
  state: z.string().max(20).catch('').default(''),
});
export const tickedReasons = z.object({ ids: idList });
