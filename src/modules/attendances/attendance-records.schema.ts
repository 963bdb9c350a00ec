import { DateTime } from 'luxon';
import { z } from 'zod';
import { requiredText, versionField } from '../../platform/http/form-fields.js';
import { ATTENDANCE_KINDS, type AttendanceKind } from '../../shared/attendance.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { ATTENDANCE_STATES, DESCRIPTION_MAX, REASON_MAX } from './attendance-record.domain.js';
import { type AttendanceState } from './attendance.domain.js';
import { isProtocol } from './protocol.domain.js';

/** How far a filter may reach; more is what reports are for. */
export const MAX_DAYS = 92;
const DEFAULT_DAYS = 30;

const key = (message: MessageKey): MessageKey => message;
const nothing = z.literal('').transform(() => undefined);
/** `<select>` posts an empty text for "all". */
const choice = nothing.or(z.coerce.number().int().positive());

/**
 * The filter of the list as the address carries it. Days are those of `timeZone`, both ends included; without any it is
 * the last thirty days. A protocol may be typed as it is read aloud, with spaces, dots or dashes.
 */
export function attendanceListQuery(
  timeZone: string,
  now: number,
): z.ZodType<{
  readonly protocol: string;
  readonly from: DateTime;
  readonly to: DateTime;
  readonly queueId: number | undefined;
  readonly agentId: number | undefined;
  readonly kind: AttendanceKind | undefined;
  readonly state: AttendanceState | undefined;
  readonly subjectId: number | undefined;
  readonly outcomeId: number | undefined;
  readonly customer: string;
  readonly page: number;
}> {
  const today = DateTime.fromMillis(now, { zone: timeZone }).startOf('day');
  const day = (fallback: DateTime): z.ZodType<DateTime> =>
    z
      .string()
      .trim()
      .default('')
      .transform((text) => (text === '' ? fallback : DateTime.fromISO(text, { zone: timeZone }).startOf('day')))
      .refine((date) => date.isValid, key('board:calls.error.date'));
  return z
    .object({
      protocol: z
        .string()
        .trim()
        .max(60)
        .default('')
        .transform((text) => (text === '' ? '' : text.replaceAll(/[\s.,/-]/g, '')))
        .refine((digits) => digits === '' || isProtocol(digits), key('attendance-pages:error.protocol')),
      from: day(today.minus({ days: DEFAULT_DAYS - 1 })),
      to: day(today),
      queue: choice.optional(),
      agent: choice.optional(),
      kind: nothing.or(z.enum(ATTENDANCE_KINDS)).optional(),
      state: nothing.or(z.enum(ATTENDANCE_STATES)).optional(),
      subject: choice.optional(),
      outcome: choice.optional(),
      customer: z.string().trim().max(60).default(''),
      page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
    })
    .refine(({ from, to }) => from <= to, { message: key('board:calls.error.order'), path: ['to'] })
    .refine(({ from, to }) => to.diff(from, 'days').days < MAX_DAYS, {
      message: key('board:calls.error.range'),
      path: ['from'],
    })
    .transform(({ queue, agent, subject, outcome, kind, state, ...rest }) => ({
      ...rest,
      kind,
      state,
      queueId: queue,
      agentId: agent,
      subjectId: subject,
      outcomeId: outcome,
    }));
}

export const reopenForm = z.object({ reason: requiredText(REASON_MAX) });

/** `keep` is what the record says already, where that is none of the reasons that may be chosen. */
const reasonChoice = z.union([z.literal('keep'), choice]).optional();

export const recordForm = z.object({
  version: versionField,
  subject: reasonChoice,
  outcome: reasonChoice,
  description: z.string().trim().max(DESCRIPTION_MAX, key('errors:field-too-long')).default(''),
  act: z.enum(['save', 'finish']).catch('save'),
});
export type RecordForm = z.infer<typeof recordForm>;
