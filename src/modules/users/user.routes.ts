import { Router } from 'express';
import { requirePermission } from '../../platform/http/guards.js';
import { renderPage } from '../../platform/http/pages.js';
import { type User } from './user.domain.js';
import { userListQuery } from './user.schema.js';
import { USERS_PAGE_SIZE, type Users } from './user.service.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'users/index': {
      readonly users: readonly User[];
      readonly total: number;
      readonly q: string;
      readonly page: number;
      readonly pageCount: number;
    };
  }
}

export function createUserRouter(deps: { readonly users: Users }): Router {
  const router = Router();
  router.get('/', requirePermission('users.list'), async (req, res) => {
    const { q, page } = userListQuery.parse(req.query);
    const { users, total } = await deps.users.list({ text: q, page });
    const pageCount = Math.max(1, Math.ceil(total / USERS_PAGE_SIZE));
    renderPage(res, 'users/index', { users, total, q, page, pageCount });
  });
  return router;
}
