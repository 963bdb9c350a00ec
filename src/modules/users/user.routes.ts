import { Router, type Request } from 'express';
import { z } from 'zod';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idList, idOf } from '../../platform/http/form-fields.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { DomainError } from '../../platform/errors.js';
import { type KeptReason, type User, type UserFilter, type UserSort } from './user.domain.js';
import { filterCount, sortLinks, toQuery, type SortLink } from './user-page.domain.js';
import { userListQuery } from './user.schema.js';
import { USERS_PAGE_SIZE, type Administrator, type Users } from './user.service.js';

/** A profile or a queue to choose from. */
export interface Choice {
  readonly id: number;
  readonly name: string;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'users/index': {
      readonly users: readonly User[];
      readonly total: number;
      readonly filter: UserFilter;
      readonly filterCount: number;
      readonly query: Readonly<Record<string, string>>;
      readonly sorts: Readonly<Record<UserSort, SortLink>>;
      readonly profiles: readonly Choice[];
      readonly page: number;
      readonly pageCount: number;
      readonly may: { readonly create: boolean; readonly delete: boolean };
    };
    'users/delete': {
      readonly deletable: readonly User[];
      readonly kept: readonly { readonly user: User; readonly reason: KeptReason }[];
      /** After an attempt: these could not be deleted. */
      readonly refused: boolean;
      readonly mayDeactivate: boolean;
    };
    'users/deactivate': { readonly user: User; readonly problem: string | null };
  }
}

export interface UserRouterDeps {
  readonly users: Users;
  /** Every profile, by name. */
  readonly profiles: () => Promise<readonly Choice[]>;
}

/** Who asks, with what they may do. For guarded routes only. */
export function administratorOf(req: Request): Administrator {
  return { actor: actorOf(req), permissions: requireViewer(req).permissions };
}

const tickedRows = z.object({ ids: idList });

/** "Usuários": the list, deleting, activating and deactivating. To be mounted at `/admin/users`. */
export function createUserRouter(deps: UserRouterDeps): Router {
  const { users } = deps;
  const router = Router();

  router.get('/', requirePermission('users.list'), async (req, res) => {
    const { q, state, profile, association, sort, order, page } = userListQuery.parse(req.query);
    const filter: UserFilter = {
      text: q,
      state,
      profileId: profile,
      association,
      sort,
      descending: order === 'desc',
    };
    const [found, profiles] = await Promise.all([users.list({ ...filter, page }), deps.profiles()]);
    const { permissions } = requireViewer(req);
    renderPage(res, 'users/index', {
      ...found,
      filter,
      filterCount: filterCount(filter),
      query: toQuery(filter),
      sorts: sortLinks('/admin/users', filter),
      profiles,
      page,
      pageCount: Math.max(1, Math.ceil(found.total / USERS_PAGE_SIZE)),
      may: { create: permissions.has('users.create'), delete: permissions.has('users.delete') },
    });
  });

  router.get('/delete', requirePermission('users.delete'), async (req, res) => {
    const { ids } = tickedRows.parse(req.query);
    const [found, history] = await Promise.all([users.findAll(ids), users.historyOf(ids)]);
    if (found.length === 0) {
      await flash(req, 'warning', 'users:tick-first');
      res.redirect(303, '/admin/users');
      return;
    }
    const { userId } = requireViewer(req);
    const reasonOf = ({ id }: User): KeptReason | null => (id === userId ? 'self' : history.has(id) ? 'history' : null);
    renderPage(res, 'users/delete', {
      deletable: found.filter((user) => reasonOf(user) === null),
      kept: found.flatMap((user) => {
        const reason = reasonOf(user);
        return reason === null ? [] : [{ user, reason }];
      }),
      refused: false,
      mayDeactivate: requireViewer(req).permissions.has('users.edit'),
    });
  });

  router.post('/delete', requirePermission('users.delete'), async (req, res) => {
    const { ids } = tickedRows.parse(req.body ?? {});
    const { deleted, kept } = await users.delete(administratorOf(req), ids);
    if (kept.length > 0) {
      const mayDeactivate = requireViewer(req).permissions.has('users.edit');
      renderPage(res, 'users/delete', { deletable: [], kept, refused: true, mayDeactivate }, 409);
      return;
    }
    const [only] = deleted;
    if (deleted.length === 1 && only !== undefined) await flash(req, 'success', 'common:removed', { name: only.name });
    else if (deleted.length > 1) await flash(req, 'success', 'users:deleted', { count: deleted.length });
    else await flash(req, 'warning', 'users:tick-first');
    res.redirect(303, '/admin/users');
  });

  router.get('/:id/deactivate', requirePermission('users.edit'), async (req, res) => {
    renderPage(res, 'users/deactivate', { user: await users.require(idOf(req)), problem: null });
  });

  router.post('/:id/deactivate', requirePermission('users.edit'), async (req, res) => {
    const id = idOf(req);
    try {
      const { name } = await users.deactivate(administratorOf(req), id);
      await flash(req, 'success', 'users:deactivated', { name });
      res.redirect(303, `/admin/users/${id}`);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
      const problem = translateOf(res)(error.key, error.params);
      renderPage(res, 'users/deactivate', { user: await users.require(id), problem }, 409);
    }
  });

  router.post('/:id/activate', requirePermission('users.edit'), async (req, res) => {
    const id = idOf(req);
    const { name } = await users.activate(administratorOf(req), id);
    await flash(req, 'success', 'users:activated', { name });
    res.redirect(303, `/admin/users/${id}`);
  });

  return router;
}
