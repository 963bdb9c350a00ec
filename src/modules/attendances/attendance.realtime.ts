import { DomainError } from '../../platform/errors.js';
import { type Permission } from '../../shared/permissions.js';
import { type ClientEventPayload, type ClientEventResults } from '../../shared/realtime.js';
import { type Attendances } from './attendance.service.js';

/** Of the viewer, what matters here. */
interface Actor {
  readonly userId: number;
  readonly permissions: ReadonlySet<Permission>;
}

/** What agents may ask about their records over the socket; it needs the permission `attendances.create`. */
export function createAttendanceHandlers(deps: { readonly attendances: Attendances }): {
  readonly 'attendance:save': (
    viewer: Actor,
    payload: ClientEventPayload<'attendance:save'>,
  ) => Promise<ClientEventResults['attendance:save']>;
} {
  return {
    'attendance:save': async (viewer, payload) => {
      if (!viewer.permissions.has('attendances.create')) {
        throw new DomainError('forbidden', 'callbacks:attendance.forbidden');
      }
      return deps.attendances.save(viewer.userId, payload);
    },
  };
}
