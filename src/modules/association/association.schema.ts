import { z } from 'zod';
import { idList } from '../../platform/http/form-fields.js';
import { PASSWORD_MAX, PASSWORD_MIN, passwordProblem } from '../accounts/password-rules.domain.js';
import { type AssociationWish } from './association.port.js';
import { type DissociationWish } from './association.service.js';
import { type SynchroniseWish } from './synchronisation.service.js';

/** A search that makes no sense is the whole list, not an error. */
export const associationQuery = z.object({
  q: z.string().trim().max(60).catch('').default(''),
  show: z.enum(['all', 'associated', 'free']).catch('all').default('all'),
  page: z.coerce.number().int().min(1).max(100_000).catch(1).default(1),
});
export type AssociationQuery = z.infer<typeof associationQuery>;

/** Ids in an address: `?ids=1,2`. */
export const idsQuery = z.object({
  ids: z
    .string()
    .catch('')
    .default('')
    .transform((text) => idList.parse(text.split(','))),
});

/** The ticked rows of the table; `take` is the row whose suggestion was asked for. */
export const rowsForm = z
  .looseObject({ ids: idList, confirmed: idList, take: z.coerce.number().int().positive().optional().catch(undefined) })
  .transform(({ ids, confirmed, take, ...fields }) => ({
    confirmed,
    take,
    wishes: ids.map((userId): AssociationWish => {
      const was = textOf(fields, `was-${String(userId)}`);
      return { userId, typed: textOf(fields, `unity-${String(userId)}`), was: was === '' ? null : was };
    }),
  }));

/** How each person comes to a new local password. */
export const dissociationForm = z
  .looseObject({ ids: idList })
  .superRefine(({ ids, ...fields }, context) => {
    for (const id of ids) {
      if (textOf(fields, `way-${String(id)}`) !== 'password') continue;
      const message = passwordProblem(textOf(fields, `password-${String(id)}`));
      if (message === null) continue;
      const params = { minimum: PASSWORD_MIN, maximum: PASSWORD_MAX };
      context.addIssue({ code: 'custom', message, path: [`password-${String(id)}`], params });
    }
  })
  .transform(({ ids, ...fields }) => ({
    wishes: ids.map((userId): DissociationWish => {
      const bySetting = textOf(fields, `way-${String(userId)}`) === 'password';
      return { userId, password: bySetting ? textOf(fields, `password-${String(userId)}`) : null };
    }),
  }));

/** The ticked differences, with what was shown of each. */
export const synchroniseForm = z.looseObject({ ids: idList, shown: idList }).transform(({ ids, shown, ...fields }) => ({
  shown,
  queuesSeen: fields['queues'] === 'on' ? textOf(fields, 'queues-seen') : null,
  wishes: ids.map((userId): SynchroniseWish => ({ userId, seen: textOf(fields, `seen-${String(userId)}`) })),
}));

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
