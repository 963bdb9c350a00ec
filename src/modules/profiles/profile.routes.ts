import { Router } from 'express';
import { requirePermission } from '../../platform/http/guards.js';
import { renderPage } from '../../platform/http/pages.js';
import { type ProfileListItem } from './profile.domain.js';
import { profileListQuery } from './profile.schema.js';
import { type Profiles } from './profile.service.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'profiles/index': { readonly profiles: readonly ProfileListItem[]; readonly q: string };
  }
}

export function createProfileRouter(deps: { readonly profiles: Profiles }): Router {
  const router = Router();
  router.get('/', requirePermission('profiles.list'), async (req, res) => {
    const { q } = profileListQuery.parse(req.query);
    renderPage(res, 'profiles/index', { profiles: await deps.profiles.list(q), q });
  });
  return router;
}
