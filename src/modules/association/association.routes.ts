import { Router, type Request, type Response } from 'express';
import { can } from '../accounts/viewer.domain.js';
import { DomainError } from '../../platform/errors.js';
import { flash } from '../../platform/http/flash.js';
import { requireAnyPermission, requirePermission, requireViewer } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Permission } from '../../shared/permissions.js';
import { choiceOf } from './association.domain.js';
import { NOTHING_POSTED, problemText, toRows, type AssociationRow, type Posted } from './association-page.domain.js';
import { type AssociationWish, type ExchangeSide, type RowReport } from './association.port.js';
import { associationQuery, rowsForm, type AssociationQuery } from './association.schema.js';
import { ASSOCIATION_PAGE_SIZE, type Associations } from './association.service.js';
import { administratorOf, createDissociationRouter } from './dissociation.routes.js';
import { createSynchronisationRouter } from './synchronisation.routes.js';
import { type Synchronisation } from './synchronisation.service.js';

/** A row that was refused, as the top of the page names it. */
export interface RefusedRow {
  readonly userId: number;
  readonly name: string;
  readonly text: string;
  /** Whether the row is on this page, to be jumped to. */
  readonly isShown: boolean;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'association/index': {
      readonly rows: readonly AssociationRow[];
      readonly total: number;
      readonly query: AssociationQuery;
      readonly pageCount: number;
      /** Where the table posts to: this page, with what it is searched and filtered by. */
      readonly action: string;
      readonly exchange: ExchangeSide['state'];
      readonly choices: readonly { readonly value: string; readonly about: string }[];
      readonly may: { readonly associate: boolean; readonly dissociate: boolean; readonly synchronise: boolean };
      readonly refused: readonly RefusedRow[];
      readonly savedCount: number;
      readonly warning: string | null;
    };
    'association/confirm': {
      readonly people: readonly { readonly id: number; readonly name: string; readonly queues: readonly string[] }[];
      readonly wishes: readonly AssociationWish[];
      readonly action: string;
    };
  }
}

export interface AssociationRouterDeps {
  readonly associations: Associations;
  readonly synchronisation: Synchronisation;
  /** Where browsers find us, for links that are handed on; null: where this request came to. */
  readonly publicUrl: URL | null;
}

export const ASSOCIATION_PATH = '/admin/association';
const PAGE_PERMISSIONS: readonly Permission[] = ['unity.associate', 'unity.dissociate', 'unity.synchronise'];

/**
 * "Associação com usuário do Unity": `GET /` the table, `POST /` saves its ticked rows; dissociating and synchronising have
 * pages of their own below. To be mounted at `/admin/association`.
 */
export function createAssociationRouter(deps: AssociationRouterDeps): Router {
  const { associations } = deps;
  const router = Router();

  router.get('/', requireAnyPermission(...PAGE_PERMISSIONS), async (req, res) => {
    await drawTable(req, res, 200, NOTHING_POSTED, null);
  });

  router.post('/', requirePermission('unity.associate'), async (req, res) => {
    const { wishes, confirmed, take } = rowsForm.parse(req.body ?? {});
    if (take !== undefined) {
      // Without a script the button of a suggestion comes here; it fills the field, and nothing is saved.
      await drawTable(req, res, 200, { wishes, reports: [], take }, null);
      return;
    }
    if (wishes.length === 0) {
      await drawTable(req, res, 422, NOTHING_POSTED, translateOf(res)('association:tick-some'));
      return;
    }
    const open = (await associations.needConfirmation(wishes)).filter(({ person }) => !confirmed.includes(person.id));
    if (open.length > 0) {
      const people = open.map(({ person, queues }) => ({ id: person.id, name: person.name, queues }));
      renderPage(res, 'association/confirm', { people, wishes, action: addressOf(associationQuery.parse(req.query)) });
      return;
    }
    await save(req, res, wishes, confirmed);
  });

  router.use('/dissociation', createDissociationRouter(deps));
  router.use('/synchronisation', createSynchronisationRouter(deps));

  async function save(
    req: Request,
    res: Response,
    wishes: readonly AssociationWish[],
    confirmed: readonly number[],
  ): Promise<void> {
    let reports: readonly RowReport[];
    try {
      reports = await associations.save(wishes, confirmed, administratorOf(req));
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'unavailable')) throw error;
      await drawTable(req, res, 503, { wishes, reports: [], take: null }, null);
      return;
    }
    if (reports.length === 0) throw new DomainError('not-found', 'errors:no-such-record');
    if (reports.some(({ outcome }) => outcome === 'refused')) {
      await drawTable(req, res, 422, { wishes, reports, take: null }, null);
      return;
    }
    const count = reports.filter(({ outcome }) => outcome === 'done').length;
    await flash(req, 'success', count === 0 ? 'association:nothing-changed' : 'association:saved', { count });
    res.redirect(303, addressOf(associationQuery.parse(req.query)));
  }

  async function drawTable(
    req: Request,
    res: Response,
    status: number,
    posted: Posted,
    warning: string | null,
  ): Promise<void> {
    const t = translateOf(res);
    const query = associationQuery.parse(req.query);
    const { people, total, exchange } = await associations.page({ text: query.q, show: query.show, page: query.page });
    const rows = toRows(people, exchange, posted, t);
    const viewer = requireViewer(req);
    renderPage(
      res,
      'association/index',
      {
        rows,
        total,
        query,
        pageCount: Math.max(1, Math.ceil(total / ASSOCIATION_PAGE_SIZE)),
        action: addressOf(query),
        exchange: exchange.state,
        choices: exchange.state === 'there' ? toChoices(exchange) : [],
        may: {
          associate: can(viewer, 'unity.associate'),
          dissociate: can(viewer, 'unity.dissociate'),
          synchronise: can(viewer, 'unity.synchronise'),
        },
        refused: posted.reports.flatMap(({ userId, name, problem }) => {
          const text = problemText(problem, t);
          return text === null ? [] : [{ userId, name, text, isShown: rows.some(({ id }) => id === userId) }];
        }),
        savedCount: posted.reports.filter(({ outcome }) => outcome === 'done').length,
        warning,
      },
      status,
    );
  }

  return router;
}

/** Those nobody has yet, once a page: hundreds of them in each row would be a page of its own. */
function toChoices(
  exchange: Extract<ExchangeSide, { state: 'there' }>,
): readonly { readonly value: string; readonly about: string }[] {
  return exchange.free.map((user) => ({
    value: choiceOf(user),
    about: [user.extension, user.locality].filter((part) => part !== '').join(' · '),
  }));
}

function addressOf({ q, show, page }: AssociationQuery): string {
  const query = new URLSearchParams({
    ...(q === '' ? {} : { q }),
    ...(show === 'all' ? {} : { show }),
    ...(page === 1 ? {} : { page: String(page) }),
  }).toString();
  return query === '' ? ASSOCIATION_PATH : `${ASSOCIATION_PATH}?${query}`;
}
