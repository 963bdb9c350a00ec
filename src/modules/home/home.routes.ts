import { Router } from 'express';
import { requireSignedIn } from '../../platform/http/guards.js';
import { renderPage } from '../../platform/http/pages.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    /** Draws the menu's entries as blocks; takes them from there. */
    'home/index': object;
  }
}

export function createHomeRouter(): Router {
  const router = Router();
  router.get('/', requireSignedIn, (_req, res) => {
    renderPage(res, 'home/index', {});
  });
  return router;
}
