import { z } from 'zod';
import { ENDED_STATES, OPEN_STATES } from './callback.domain.js';

/** What the list's filter offers: groups first, then each state. */
export const STATE_CHOICES = ['open', 'ended', 'all', ...OPEN_STATES, ...ENDED_STATES] as const;
export type StateChoice = (typeof STATE_CHOICES)[number];

/** The list as its address asks for it. What cannot be read falls back: an old link still shows a list. */
export const callbackListQuery = z.object({
  state: z.enum(STATE_CHOICES).catch('open').default('open'),
  q: z.string().trim().max(60).catch('').default(''),
  page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
});

export const callbackParams = z.object({ id: z.coerce.number().int().positive().max(2_147_483_647) });

/** `back` is the list as it was filtered. */
export const cancelForm = z.object({ back: z.string().max(300).catch('/callbacks').default('/callbacks') });
