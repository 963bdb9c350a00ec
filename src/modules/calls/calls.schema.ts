import { DateTime } from 'luxon';
import { z } from 'zod';
import { type CallDirection } from '../../shared/agent-state.js';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { CALL_OUTCOMES } from './call-outcome.domain.js';

/** How far a filter may reach; more is what reports are for. */
export const MAX_DAYS = 92;
export const CALL_DIRECTIONS = [
  'inbound',
  'outbound',
  'callback',
  'consult',
] as const satisfies readonly CallDirection[];
const DEFAULT_DAYS = 7;

const key = (message: MessageKey): MessageKey => message;
/** `<select>` posts an empty text for "all". */
const choice = z
  .literal('')
  .transform(() => undefined)
  .or(z.coerce.number().int().positive());

/**
 * The filter of the calls list as the address carries it. Days are those of `timeZone`, both ends included; without any
 * it is the last seven days.
 */
export function callListQuery(
  timeZone: string,
  now: number,
): z.ZodType<{
  readonly from: DateTime;
  readonly to: DateTime;
  readonly queueId: number | undefined;
  readonly agentId: number | undefined;
  readonly outcome: (typeof CALL_OUTCOMES)[number] | undefined;
  readonly direction: CallDirection | undefined;
  readonly text: string;
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
      from: day(today.minus({ days: DEFAULT_DAYS - 1 })),
      to: day(today),
      queue: choice.optional(),
      agent: choice.optional(),
      outcome: z
        .literal('')
        .transform(() => undefined)
        .or(z.enum(CALL_OUTCOMES))
        .optional(),
      direction: z
        .literal('')
        .transform(() => undefined)
        .or(z.enum(CALL_DIRECTIONS))
        .optional(),
      q: z.string().trim().max(60).default(''),
      page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
    })
    .refine(({ from, to }) => from <= to, { message: key('board:calls.error.order'), path: ['to'] })
    .refine(({ from, to }) => to.diff(from, 'days').days < MAX_DAYS, {
      message: key('board:calls.error.range'),
      path: ['from'],
    })
    .transform(({ queue, agent, q, outcome, direction, ...rest }) => ({
      ...rest,
      outcome,
      direction,
      queueId: queue,
      agentId: agent,
      text: q,
    }));
}

export const callParams = z.object({ id: z.string().min(1).max(64) });
