import { z } from 'zod';
import { idList, requiredText, tickBox, versionField } from '../../platform/http/form-fields.js';
import { type FormValues } from '../../platform/http/form.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { HOLIDAY_KINDS, isDate, isYearly, type Holiday, type HolidayDraft } from './holiday.domain.js';

export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2100;
const NO_DATE = 'holidays:error.date' satisfies MessageKey;

/** A year of the calendar that is shown; another falls back to `thisYear`. */
export function yearOf(query: unknown, thisYear: number): number {
  const schema = z.object({
    year: z.coerce.number().int().min(FIRST_YEAR).max(LAST_YEAR).catch(thisYear).default(thisYear),
  });
  return schema.parse(query ?? {}).year;
}

/** A date of a year that is shown: a fat-fingered one would be there and never be seen. */
const dateField = z
  .string({ error: NO_DATE })
  .trim()
  .refine((text) => isDate(text) && text >= `${String(FIRST_YEAR)}-` && text < String(LAST_YEAR + 1), NO_DATE);

const draftFields = {
  date: dateField,
  name: requiredText(60),
  kind: z.enum(HOLIDAY_KINDS),
  yearly: tickBox,
};

export const newHolidayForm = z.object(draftFields).transform(toDraft);
export const holidayForm = z
  .object({ ...draftFields, version: versionField })
  .transform((form) => ({ version: form.version, draft: toDraft(form) }));

/** The dates that were ticked in the preview; those that are none are passed over later. */
export const nationalForm = z.object({
  dates: z
    .union([z.string(), z.array(z.string())], { error: 'holidays:nothing-chosen' satisfies MessageKey })
    .transform((value) => (typeof value === 'string' ? [value] : value)),
});

export const chosenIds = z.object({ ids: idList });

/** The fields of the page, as they are stored. One that repeats shows the date of `year`. */
export function toHolidayFields({ day, name, kind }: Holiday, year: number): FormValues {
  const shownYear = isYearly(day) && day === '02-29' ? 2024 : year;
  return { date: isYearly(day) ? `${String(shownYear)}-${day}` : day, name, kind, yearly: isYearly(day) };
}

function toDraft(form: {
  readonly date: string;
  readonly name: string;
  readonly kind: HolidayDraft['kind'];
  readonly yearly: boolean;
}): HolidayDraft {
  return { day: form.yearly ? form.date.slice(5) : form.date, name: form.name, kind: form.kind };
}
