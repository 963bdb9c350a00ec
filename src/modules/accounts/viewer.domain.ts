import { type Locale } from '../../shared/i18n/messages.js';
import { type Permission } from '../../shared/permissions.js';

/** Who acts: the signed-in person of one session, as of this request. Never kept over requests. */
export interface Viewer {
  readonly userId: number;
  readonly name: string;
  readonly locale: Locale;
  readonly permissions: ReadonlySet<Permission>;
  readonly sessionId: string;
  /** The extension of the person's softphone; null for someone who takes no calls. */
  readonly extension: string | null;
}

export function can(viewer: Viewer, permission: Permission): boolean {
  return viewer.permissions.has(permission);
}
