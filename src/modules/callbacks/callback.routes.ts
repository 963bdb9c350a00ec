import { Router } from 'express';
import { DomainError } from '../../platform/errors.js';
import { flash } from '../../platform/http/flash.js';
import { requirePermission, requireViewer, safePath } from '../../platform/http/guards.js';
import { localsOf, viewerOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type CallbackState } from '../../shared/desk.js';
import { can } from '../accounts/viewer.domain.js';
import { ENDED_STATES, OPEN_STATES } from './callback.domain.js';
import { callbackListQuery, callbackParams, cancelForm, STATE_CHOICES, type StateChoice } from './callback.schema.js';
import { type Callbacks } from './callback.service.js';
import { toCallbackLine, type CallbackLine } from './callbacks-page.domain.js';

const PAGE_SIZE = 50;

declare module '../../platform/http/pages.js' {
  interface Pages {
    'callbacks/index': {
      readonly callbacks: readonly CallbackLine[];
      readonly total: number;
      readonly page: number;
      readonly pageCount: number;
      readonly values: { readonly state: StateChoice; readonly q: string };
      readonly choices: readonly { readonly value: StateChoice; readonly text: string }[];
      readonly mayCancel: boolean;
    };
  }
}

/** "Callback Agendado": `GET /` the list, `POST /:id/cancel`. To be mounted at `/callbacks`. */
export function createCallbackRouter(deps: { readonly callbacks: Pick<Callbacks, 'list' | 'cancel'> }): Router {
  const { callbacks } = deps;
  const router = Router();

  router.get('/', requirePermission('callbacks.list'), async (req, res) => {
    const { t, locale } = localsOf(res);
    const { state, q, page } = callbackListQuery.parse(req.query);
    const found = await callbacks.list({ states: statesOf(state), search: q, page, pageSize: PAGE_SIZE });
    const viewer = viewerOf(req);
    renderPage(res, 'callbacks/index', {
      callbacks: found.rows.map(({ callback, attempts }) => toCallbackLine(callback, attempts, { t, locale })),
      total: found.total,
      page,
      pageCount: Math.max(1, Math.ceil(found.total / PAGE_SIZE)),
      values: { state, q },
      choices: STATE_CHOICES.map((value) => ({ value, text: t(choiceKey(value)) })),
      mayCancel: viewer !== null && can(viewer, 'callbacks.edit'),
    });
  });

  router.post('/:id/cancel', requirePermission('callbacks.edit'), async (req, res) => {
    const { id } = callbackParams.parse(req.params);
    const { back } = cancelForm.parse(req.body ?? {});
    try {
      await callbacks.cancel({ userId: requireViewer(req).userId, mayEditAll: true }, id);
      await flash(req, 'success', 'callbacks:list.cancelled');
    } catch (error) {
      // While the page was read, its call began or it ended: that is said on the list, which shows what it is now.
      if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
      await flash(req, 'danger', error.key, error.params);
    }
    res.redirect(303, safePath(back));
  });

  return router;
}

function statesOf(choice: StateChoice): readonly CallbackState[] | null {
  switch (choice) {
    case 'all':
      return null;
    case 'open':
      return OPEN_STATES;
    case 'ended':
      return ENDED_STATES;
    default:
      return [choice];
  }
}

function choiceKey(
  choice: StateChoice,
): `callbacks:list.filter-${'all' | 'open' | 'ended'}` | `callbacks:state.${CallbackState}` {
  return choice === 'all' || choice === 'open' || choice === 'ended'
    ? `callbacks:list.filter-${choice}`
    : `callbacks:state.${choice}`;
}
