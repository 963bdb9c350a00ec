import { z } from 'zod';
import {
  optionalWholeNumber,
  requiredText,
  tickBox,
  versionField,
  wholeNumber,
} from '../../platform/http/form-fields.js';
import { type FormValues } from '../../platform/http/form.js';
import {
  intervalsText,
  overlappingWeekdays,
  parseIntervals,
  WEEKDAYS,
  type HoursProblem,
  type OpeningHours,
  type WeeklyInterval,
} from './opening-hours.domain.js';
import { type QueueRecord, type QueueSettings } from './queue.domain.js';

export const QUEUE_USES = ['in-use', 'retired', 'all'] as const;
export const WRAP_UPS = ['none', 'timed', 'until-finished'] as const;
export const OPENINGS = ['always', 'weekly'] as const;
const MAX_SECONDS = 3600;
const MAX_MISSED = 20;
const MAX_HOURS_LENGTH = 200;

/** The list as its address asks for it. What cannot be read falls back: an old link still shows a list. */
export const queueListQuery = z.object({
  q: z.string().trim().max(60).catch('').default(''),
  use: z.enum(QUEUE_USES).catch('in-use').default('in-use'),
  page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
});

const hoursText = z.string().trim().max(MAX_HOURS_LENGTH, 'errors:field-too-long').optional().default('');

/** One queue as its page posts it: hours as text, a field a weekday. */
export const queueForm = z
  .object({
    name: requiredText(60),
    serviceLevelSeconds: wholeNumber(1, MAX_SECONDS),
    wrapUp: z.enum(WRAP_UPS),
    wrapUpSeconds: z.string().trim().optional().default(''),
    missedLimit: optionalWholeNumber(1, MAX_MISSED),
    opening: z.enum(OPENINGS),
    hours1: hoursText,
    hours2: hoursText,
    hours3: hoursText,
    hours4: hoursText,
    hours5: hoursText,
    hours6: hoursText,
    hours7: hoursText,
    followsHolidays: tickBox,
    offersCallbacks: tickBox,
    version: versionField,
  })
  .transform((form, ctx): QueueSettings & { readonly version: number } => {
    const { name, serviceLevelSeconds, missedLimit, followsHolidays, offersCallbacks, version } = form;
    const wrapUpSeconds =
      form.wrapUp === 'none' ? null : form.wrapUp === 'timed' ? readWrapUp(form.wrapUpSeconds, ctx) : 0;
    const hours = form.opening === 'always' ? null : readHours(form, ctx);
    return { name, serviceLevelSeconds, wrapUpSeconds, missedLimit, hours, followsHolidays, offersCallbacks, version };
  });

/** The fields of the page, as they are stored. */
export function toQueueFields(queue: QueueRecord): FormValues {
  const { name, serviceLevelSeconds, wrapUpSeconds, missedLimit, hours, followsHolidays, offersCallbacks } = queue;
  const fields: Record<string, unknown> = {
    name,
    serviceLevelSeconds,
    wrapUp: wrapUpSeconds === null ? 'none' : wrapUpSeconds === 0 ? 'until-finished' : 'timed',
    wrapUpSeconds: wrapUpSeconds === null || wrapUpSeconds === 0 ? '' : wrapUpSeconds,
    missedLimit: missedLimit ?? '',
    opening: hours === null ? 'always' : 'weekly',
    followsHolidays,
    offersCallbacks,
  };
  for (const weekday of WEEKDAYS) {
    fields[fieldOf(weekday)] = intervalsText((hours ?? []).filter((interval) => interval.weekday === weekday));
  }
  return fields;
}

type Weekday = (typeof WEEKDAYS)[number];
type HoursField = `hours${Weekday}`;

function fieldOf(weekday: Weekday): HoursField {
  return `hours${weekday}`;
}

function readWrapUp(text: string, ctx: z.RefinementCtx): number {
  const parsed = wholeNumber(1, MAX_SECONDS).safeParse(text);
  if (parsed.success) return parsed.data;
  const params = { minimum: 1, maximum: MAX_SECONDS };
  ctx.addIssue({ code: 'custom', path: ['wrapUpSeconds'], message: 'errors:field-number', params });
  return 0;
}

function readHours(form: Readonly<Record<HoursField, string>>, ctx: z.RefinementCtx): OpeningHours {
  const refuse = (field: string, message: HoursProblem): void => {
    ctx.addIssue({ code: 'custom', path: [field], message });
  };
  const hours: WeeklyInterval[] = [];
  for (const weekday of WEEKDAYS) {
    const read = parseIntervals(form[fieldOf(weekday)]);
    if (typeof read === 'string') refuse(fieldOf(weekday), read);
    else hours.push(...read.map((interval) => ({ weekday, ...interval })));
  }
  for (const weekday of overlappingWeekdays(hours)) refuse(`hours${String(weekday)}`, 'queues:error.hours-day-before');
  if (WEEKDAYS.every((weekday) => form[fieldOf(weekday)] === '')) refuse('opening', 'queues:error.hours-none');
  return hours;
}
