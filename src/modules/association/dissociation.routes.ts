import { Router, type Request, type Response } from 'express';
import { absoluteUrl } from '../accounts/index.js';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { submitForm, type FieldErrors, type FormValues } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type AssociationAdministrator } from './association.port.js';
import { problemText } from './association-page.domain.js';
import { dissociationForm, idsQuery, rowsForm } from './association.schema.js';
import { type Associations, type DissociationReport } from './association.service.js';

/** One person to be dissociated, as the page asks about them. */
export interface DissociationRow {
  readonly id: number;
  readonly name: string;
  readonly login: string;
  readonly unityUser: string | null;
  /** Why it cannot be done now; null where it can. */
  readonly refusal: string | null;
  /** What they would be logged out of; null for someone not at work. */
  readonly logsOut: string | null;
  readonly way: 'link' | 'password';
  readonly problem: string | null;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'association/dissociate': {
      readonly rows: readonly DissociationRow[];
      readonly errors: FieldErrors;
      /** Of people who are dissociated already, in this step. */
      readonly links: readonly { readonly userId: number; readonly name: string; readonly url: string | null }[];
      readonly doneCount: number;
    };
  }
}

const BACK = '/admin/association';

/** Asks how each person comes to a new local password, then dissociates. */
export function createDissociationRouter(deps: {
  readonly associations: Associations;
  readonly publicUrl: URL | null;
}): Router {
  const { associations } = deps;
  const router = Router();
  const guard = requirePermission('unity.dissociate');

  router.post('/', guard, async (req, res) => {
    const ids = rowsForm.parse(req.body ?? {}).wishes.map(({ userId }) => userId);
    if (ids.length > 0) {
      res.redirect(303, `${BACK}/dissociation?ids=${ids.join(',')}`);
      return;
    }
    await flash(req, 'warning', 'association:tick-some');
    res.redirect(303, BACK);
  });

  router.get('/', guard, async (req, res) => {
    const { ids } = idsQuery.parse(req.query);
    await draw(req, res, 200, { ids, reports: [], errors: {}, values: {} });
  });

  router.post('/confirm', guard, async (req, res) => {
    const result = await submitForm(res, dissociationForm, req.body, ({ wishes }) =>
      associations.dissociate(wishes, administratorOf(req)),
    );
    if (!result.ok) {
      const ids = rowsForm.parse(req.body ?? {}).wishes.map(({ userId }) => userId);
      await draw(req, res, result.status, { ids, reports: [], errors: result.errors, values: result.values });
      return;
    }
    const reports = result.value;
    if (reports.length === 0) throw new DomainError('not-found', 'errors:no-such-record');
    const refused = reports.filter(({ outcome }) => outcome === 'refused').map(({ userId }) => userId);
    const values = (req.body ?? {}) as FormValues;
    const isSet = (userId: number): boolean => values[`way-${String(userId)}`] === 'password';
    const links = reports.filter(({ outcome, userId }) => outcome === 'done' && !isSet(userId));
    if (refused.length > 0 || links.length > 0) {
      const status = refused.length > 0 ? 422 : 200;
      await draw(req, res, status, { ids: refused, reports, errors: {}, values }, links);
      return;
    }
    await flash(req, 'success', 'association:dissociated', { count: reports.length });
    res.redirect(303, BACK);
  });

  async function draw(
    req: Request,
    res: Response,
    status: number,
    posted: {
      readonly ids: readonly number[];
      readonly reports: readonly DissociationReport[];
      readonly errors: FieldErrors;
      readonly values: FormValues;
    },
    links: readonly DissociationReport[] = [],
  ): Promise<void> {
    const t = translateOf(res);
    const { ids, reports, errors, values } = posted;
    const [people, loggedIn] = await Promise.all([associations.people(ids), associations.loggedIn(ids)]);
    if (people.length === 0 && reports.length === 0) throw new DomainError('not-found', 'errors:no-such-record');
    const isOwn = (id: number): boolean => id === actorOf(req).userId;
    const rows = people.map((person): DissociationRow => {
      const { id, name, login, exchangeLogin, isBusy } = person;
      const out = loggedIn.find((each) => each.person.id === id);
      const chosen = values[`way-${String(id)}`];
      const byLink = chosen === undefined ? !isOwn(id) : chosen !== 'password';
      return {
        id,
        name,
        login,
        unityUser: exchangeLogin,
        refusal: exchangeLogin === null ? t('association:not-associated') : isBusy ? t('association:in-call') : null,
        logsOut: out === undefined ? null : out.queues.join(', '),
        way: byLink ? 'link' : 'password',
        problem: problemText(reports.find(({ userId }) => userId === id)?.problem ?? null, t),
      };
    });
    renderPage(
      res,
      'association/dissociate',
      {
        rows,
        errors,
        links: links.map(({ userId, name, link }) => ({
          userId,
          name,
          url: link === null ? null : absoluteUrl(req, deps.publicUrl, link),
        })),
        doneCount: reports.filter(({ outcome }) => outcome === 'done').length,
      },
      status,
    );
  }

  return router;
}

export function administratorOf(req: Request): AssociationAdministrator {
  return { actor: actorOf(req), permissions: requireViewer(req).permissions };
}
