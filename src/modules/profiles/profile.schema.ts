import { z } from 'zod';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { PERMISSIONS, type Permission } from '../../shared/permissions.js';
import { idList, keyedName, versionField } from '../../platform/http/form-fields.js';

export const profileListQuery = z.object({ q: z.string().trim().max(60).catch('').default('') });

const known: ReadonlySet<string> = new Set(PERMISSIONS);

/** Ticked boxes: a field that is there never, once or often. */
const permissionList = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : typeof value === 'string' ? [value] : value))
  .refine((codes): codes is Permission[] => codes.every((code) => known.has(code)), {
    error: 'errors:field-invalid' satisfies MessageKey,
  })
  .transform((codes): readonly Permission[] => PERMISSIONS.filter((permission) => codes.includes(permission)));

export const newProfileForm = z.object({ name: keyedName(60), permissions: permissionList });
export const profileForm = newProfileForm.extend({ version: versionField });

/** The profile that a new one begins as a copy of; nonsense is none. */
export const newProfileQuery = z.object({ from: z.coerce.number().int().min(1).nullable().catch(null).default(null) });

export const tickedRows = z.object({ ids: idList });
