import { z } from 'zod';

/** A search that makes no sense is the whole list, not an error. */
export const userListQuery = z.object({
  q: z.string().trim().max(60).catch('').default(''),
  page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
});
