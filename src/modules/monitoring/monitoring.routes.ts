import { Router } from 'express';
import { requirePermission } from '../../platform/http/guards.js';
import { renderPage } from '../../platform/http/pages.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'monitoring/index': {
      /** Nothing but the board, for a television. */
      readonly tv: boolean;
    };
  }
}

/** "Monitoramento": the page only; what it shows comes over the socket. To be mounted at `/monitoring`. */
export function createMonitoringRouter(): Router {
  const router = Router();
  router.get('/', requirePermission('monitoring'), (req, res) => {
    renderPage(res, 'monitoring/index', { tv: req.query['tv'] === '1' });
  });
  return router;
}
