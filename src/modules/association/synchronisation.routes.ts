import { Router, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { requirePermission } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { fingerprintOf } from './association.domain.js';
import { queueLines, toDifferenceRow, type DifferenceRow } from './association-page.domain.js';
import { type RowReport } from './association.port.js';
import { idsQuery, rowsForm, synchroniseForm } from './association.schema.js';
import { type Synchronisation } from './synchronisation.service.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'association/synchronise': {
      readonly rows: readonly (DifferenceRow & { readonly seen: string })[];
      readonly queues: { readonly lines: readonly string[]; readonly seen: string } | null;
      readonly canApply: boolean;
      readonly problem: string | null;
    };
  }
}

const BACK = '/admin/association';

/** Shows what differs from the exchange, then applies what was ticked. */
export function createSynchronisationRouter(deps: { readonly synchronisation: Synchronisation }): Router {
  const { synchronisation } = deps;
  const router = Router();
  const guard = requirePermission('unity.synchronise');

  router.post('/', guard, async (req, res) => {
    const ids = rowsForm.parse(req.body ?? {}).wishes.map(({ userId }) => userId);
    if (ids.length > 0) {
      res.redirect(303, `${BACK}/synchronisation?ids=${ids.join(',')}`);
      return;
    }
    await flash(req, 'warning', 'association:tick-some');
    res.redirect(303, BACK);
  });

  router.get('/', guard, async (req, res) => {
    const { ids } = idsQuery.parse(req.query);
    await draw(res, 200, ids, [], null);
  });

  router.post('/apply', guard, async (req, res) => {
    const t = translateOf(res);
    const { wishes, shown, queuesSeen } = synchroniseForm.parse(req.body ?? {});
    if (wishes.length === 0 && queuesSeen === null) {
      await draw(res, 422, shown, [], t('association:tick-differences'));
      return;
    }
    let reports: readonly RowReport[];
    try {
      reports = await synchronisation.apply(wishes, queuesSeen, actorOf(req));
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'conflict')) throw error;
      await draw(res, 409, shown, [], t(error.key, error.params));
      return;
    }
    if (reports.some(({ outcome }) => outcome === 'refused')) {
      await draw(res, 422, shown, reports, null);
      return;
    }
    await flash(req, 'success', 'association:synchronised');
    res.redirect(303, BACK);
  });

  async function draw(
    res: Response,
    status: number,
    ids: readonly number[],
    reports: readonly RowReport[],
    problem: string | null,
  ): Promise<void> {
    const t = translateOf(res);
    const { people, queues } = await synchronisation.differences(ids);
    if (people.length === 0) throw new DomainError('not-found', 'errors:no-such-record');
    const rows = people.map((compared) => {
      const report = reports.find(({ userId }) => userId === compared.person.id);
      const { difference } = compared;
      const seen = difference === null ? '' : fingerprintOf(difference);
      return { ...toDifferenceRow(compared, report?.problem ?? null, t), seen };
    });
    renderPage(
      res,
      'association/synchronise',
      {
        rows,
        queues: queues === null ? null : { lines: queueLines(queues, t), seen: fingerprintOf(queues) },
        canApply: queues !== null || rows.some(({ canApply }) => canApply),
        problem,
      },
      status,
    );
  }

  return router;
}
