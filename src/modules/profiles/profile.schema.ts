import { z } from 'zod';

export const profileListQuery = z.object({ q: z.string().trim().max(60).catch('').default('') });
