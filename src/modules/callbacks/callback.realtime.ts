import { DomainError } from '../../platform/errors.js';
import { type ClientEventPayload, type ClientEventResults } from '../../shared/realtime.js';
import { type Permission } from '../../shared/permissions.js';
import { type Callbacks } from './callback.service.js';

/** Of the viewer, what matters here. */
interface Actor {
  readonly userId: number;
  readonly permissions: ReadonlySet<Permission>;
}
type Handler<E extends 'callback:book' | 'callback:cancel'> = (
  viewer: Actor,
  payload: ClientEventPayload<E>,
) => Promise<ClientEventResults[E]>;

/** What agents may ask about callbacks over the socket; each needs the permission `callbacks.schedule`. */
export function createCallbackHandlers(deps: { readonly callbacks: Callbacks }): {
  readonly 'callback:book': Handler<'callback:book'>;
  readonly 'callback:cancel': Handler<'callback:cancel'>;
} {
  const { callbacks } = deps;
  return {
    'callback:book': async (viewer, payload) => {
      requireSchedule(viewer);
      return callbacks.book(viewer.userId, payload);
    },
    'callback:cancel': async (viewer, { callbackId }) => {
      requireSchedule(viewer);
      const mayEditAll = viewer.permissions.has('callbacks.edit');
      await callbacks.cancel({ userId: viewer.userId, mayEditAll }, callbackId);
      return null;
    },
  };
}

function requireSchedule(viewer: Actor): void {
  if (!viewer.permissions.has('callbacks.schedule')) throw new DomainError('forbidden', 'callbacks:error.forbidden');
}
