import { z } from 'zod';
import { idList, versionField } from '../../platform/http/form-fields.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import {
  LEAST_KEEP_DAYS,
  LEAST_KEEP_RECORDS_YEARS,
  MOST_KEEP_DAYS,
  MOST_KEEP_RECORDS_YEARS,
} from './recording.domain.js';

/** The message says why less is refused: it is the law, not a habit of ours. */
function limited(least: number, most: number, tooLittle: MessageKey): z.ZodType<number> {
  return z
    .string({ error: 'errors:field-required' })
    .trim()
    .min(1, 'errors:field-required')
    .transform(Number)
    .refine((value) => Number.isInteger(value), 'errors:field-invalid')
    .refine((value) => !Number.isInteger(value) || value >= least, { error: tooLittle, params: { minimum: least } })
    .refine((value) => !Number.isInteger(value) || value <= most, {
      error: 'errors:field-number',
      params: { minimum: least, maximum: most },
    });
}

/** The page's form: a box a queue for each of the two decisions. */
export const recordingSettingsForm = z.object({
  keepDays: limited(LEAST_KEEP_DAYS, MOST_KEEP_DAYS, 'recordings:error.keep-days'),
  keepRecordsYears: limited(LEAST_KEEP_RECORDS_YEARS, MOST_KEEP_RECORDS_YEARS, 'recordings:error.keep-records'),
  records: idList,
  agentsPause: idList,
  version: versionField,
});
