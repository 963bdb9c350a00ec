import { z } from 'zod';

/** A field that is not there, or empty, says nothing. */
const optional = (field: z.ZodType<string, string>): z.ZodType<string | null> =>
  z.preprocess((value) => (value === '' || value === undefined ? null : value), field.nullable());

/** What the dialplan sends; nothing of it but the call is needed. */
export const uraForm = z.object({
  // The exchange's id of the call: the one under which it is told of later.
  call_id: z.string().regex(/^[\x21-\x7e]{1,64}$/),
  number: optional(z.string().max(32)),
  digits: optional(z.string().regex(/^[0-9*#A-D]{1,32}$/)),
  menu: optional(z.string().trim().max(120)),
});
