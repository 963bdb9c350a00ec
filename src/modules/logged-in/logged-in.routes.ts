import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { requirePermission, requireViewer, signedInCookie } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { toShownAgentLine, type AgentLine } from '../line-quality/index.js';
import { toShownSession, type ShownSession } from './logged-in-page.domain.js';
import { type ListedSession } from './logged-in.domain.js';
import { type LoggedIn } from './logged-in.service.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'logged-in/index': { readonly sessions: readonly ShownSession[]; readonly q: string };
    'logged-in/table': { readonly sessions: readonly ShownSession[]; readonly q: string };
    'logged-in/end': { readonly session: ShownSession };
  }
}

export interface LoggedInRouterDeps {
  readonly loggedIn: LoggedIn;
  /** By user, for those who take calls: the last test of the equipment, and how today's calls sounded. */
  readonly linesOfToday: () => Promise<ReadonlyMap<number, AgentLine>>;
  readonly now: () => Date;
  readonly timeZone: string;
}

const listQuery = z.object({ q: z.string().trim().max(60).catch('').default('') });

/** "Usuários Logados": the list, its table alone for the page's script, ending a session. At `/admin/logged-in`. */
export function createLoggedInRouter(deps: LoggedInRouterDeps): Router {
  const { loggedIn } = deps;
  const router = Router();
  const show = (req: Request, res: Response, session: ListedSession, line?: AgentLine): ShownSession => {
    const { t, locale } = localsOf(res);
    const words = { t, locale, timeZone: deps.timeZone, now: deps.now() };
    const shownLine = line === undefined ? null : toShownAgentLine(line, words);
    return toShownSession(session, requireViewer(req).sessionId, shownLine, words);
  };
  const refOfPath = (req: Request): string => {
    const { ref } = req.params;
    return typeof ref === 'string' ? ref : '';
  };

  for (const [path, view] of [
    ['/', 'logged-in/index'],
    ['/table', 'logged-in/table'],
  ] as const) {
    router.get(path, requirePermission('users.logged-in'), async (req, res) => {
      const { q } = listQuery.parse(req.query);
      const [sessions, lines] = await Promise.all([loggedIn.list(q), deps.linesOfToday()]);
      renderPage(res, view, {
        sessions: sessions.map((session) => show(req, res, session, lines.get(session.userId))),
        q,
      });
    });
  }

  router.get('/:ref/end', requirePermission('users.logged-in'), async (req, res) => {
    renderPage(res, 'logged-in/end', { session: show(req, res, await loggedIn.require(refOfPath(req))) });
  });

  router.post('/:ref/end', requirePermission('users.logged-in'), async (req, res) => {
    const { sessionId } = requireViewer(req);
    const ended = await loggedIn.end(refOfPath(req), actorOf(req));
    if (ended.sessionId === sessionId) {
      res.clearCookie(signedInCookie);
      res.redirect(303, '/sign-in');
      return;
    }
    await flash(req, 'success', 'users:logged-in-ended', { name: ended.name });
    res.redirect(303, '/admin/logged-in');
  });

  return router;
}
