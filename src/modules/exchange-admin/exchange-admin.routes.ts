import { Router, type Request, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues, type RefusedForm } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { overtakenBy, type Overtaken } from '../../platform/http/overtaken.js';
import { renderPage } from '../../platform/http/pages.js';
import { can } from '../accounts/viewer.domain.js';
import { type AuditTrail } from '../audit/index.js';
import { SECTIONS, type Entry, type SectionName } from './exchange-admin.domain.js';
import { chosenIds, sectionQuery } from './exchange-admin.schema.js';
import { type ExchangeAdmin } from './exchange-admin.service.js';
import { createPromptRouter } from './prompt.routes.js';
import { createSectionPages, type PageField, type SectionPages } from './section-pages.js';

const PAGE_SIZE = 50;

declare module '../../platform/http/pages.js' {
  interface Pages {
    'exchange/index': {
      readonly section: SectionName;
      readonly sections: typeof SECTIONS;
      readonly isInUse: boolean;
      readonly columns: readonly string[];
      readonly rows: readonly { readonly id: number; readonly name: string; readonly cells: readonly string[] }[];
      /** Rows have a recording each, below their own address. */
      readonly hasAudio: boolean;
      readonly total: number;
      readonly q: string;
      readonly page: number;
      readonly pageCount: number;
      readonly mayEdit: boolean;
    };
    'exchange/edit': {
      readonly section: SectionName;
      /** Null for a new one. */
      readonly entry: Entry | null;
      readonly fields: readonly PageField[];
      /** What the record's recording is, in words; null for a new one, and where there are none. */
      readonly audio: string | null;
      readonly values: FormValues;
      readonly errors: FieldErrors;
      readonly theirs: Readonly<Record<string, string>>;
      readonly overtaken: Overtaken | null;
      readonly isInUse: boolean;
      readonly mayEdit: boolean;
    };
    'exchange/delete': {
      readonly section: SectionName;
      readonly entries: readonly Entry[];
      readonly problem: string | null;
    };
  }
}

export interface ExchangeAdminRouterDeps {
  readonly admin: ExchangeAdmin;
  readonly audit: AuditTrail;
  readonly hash: (password: string) => Promise<string>;
  readonly timeZone: string;
}

/** "Central embutida": a tab a part of its directory. To be mounted at `/admin/exchange`. */
export function createExchangeAdminRouter(deps: ExchangeAdminRouterDeps): Router {
  const router = Router();
  router.get('/', requirePermission('exchange.list'), (_req, res) => {
    res.redirect(303, '/admin/exchange/users');
  });
  router.use('/prompts', createPromptRouter(deps.admin));
  for (const pages of createSectionPages(deps.admin, deps.hash)) {
    router.use(`/${pages.name}`, createSectionRouter(deps, pages));
  }
  return router;
}

function createSectionRouter({ admin, audit, timeZone }: ExchangeAdminRouterDeps, pages: SectionPages): Router {
  const { name, section } = pages;
  const home = `/admin/exchange/${name}`;
  const router = Router();
  const require = async (id: number): Promise<Entry> => {
    const entry = await section.find(id);
    if (entry === null) throw new DomainError('not-found', 'errors:no-such-record');
    return entry;
  };
  const draw = async (
    req: Request,
    res: Response,
    form: {
      readonly entry: Entry | null;
      readonly values: FormValues;
      readonly errors?: FieldErrors;
      readonly theirs?: Readonly<Record<string, string>>;
      readonly overtaken?: Overtaken;
    },
    status = 200,
  ): Promise<void> => {
    const { t } = localsOf(res);
    const fields = await pages.fields(t, form.entry === null);
    const audio = form.entry === null ? null : (pages.describeAudio?.(form.entry, t) ?? null);
    const { errors = {}, theirs = {}, overtaken = null, entry, values } = form;
    const mayEdit = can(requireViewer(req), 'exchange.edit');
    const shown = { ...theirs, ...namedTicks(fields, theirs) };
    const model = { section: name, entry, fields, audio, values, errors, overtaken, mayEdit, isInUse: admin.isInUse };
    renderPage(res, 'exchange/edit', { ...model, theirs: shown }, status);
  };

  router.get('/', requirePermission('exchange.list'), async (req, res) => {
    const { t } = localsOf(res);
    const { q, page } = sectionQuery.parse(req.query);
    const { entries, total } = await section.list(q, { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE });
    renderPage(res, 'exchange/index', {
      section: name,
      sections: SECTIONS,
      isInUse: admin.isInUse,
      columns: pages.columns.map((key) => t(key)),
      hasAudio: pages.describeAudio !== undefined,
      rows: entries.map((entry) => ({ id: entry.id, name: entry.name, cells: pages.toCells(entry, t) })),
      total,
      q,
      page,
      pageCount: Math.max(1, Math.ceil(total / PAGE_SIZE)),
      mayEdit: can(requireViewer(req), 'exchange.edit'),
    });
  });

  router.get('/new', requirePermission('exchange.edit'), async (req, res) => {
    await draw(req, res, { entry: null, values: { ringSeconds: 20, maxWaitSeconds: 600 } });
  });

  router.post('/', requirePermission('exchange.edit'), async (req, res) => {
    const result = await submitForm(res, pages.newForm, req.body, (form) => pages.create(form, actorOf(req)));
    if (result.ok) await saved(req, res, home);
    else await draw(req, res, { ...withoutPassword(result), entry: null }, result.status);
  });

  const drawDeletion = (res: Response, entries: readonly Entry[], problem: string | null, status = 200): void => {
    renderPage(res, 'exchange/delete', { section: name, entries, problem }, status);
  };
  const chosen = async (ids: readonly number[]): Promise<readonly Entry[]> =>
    (await Promise.all(ids.map((id) => section.find(id)))).filter((entry) => entry !== null);

  router.get('/delete', requirePermission('exchange.edit'), async (req, res) => {
    const entries = await chosen(chosenIds.parse({ ids: req.query['ids'] }).ids);
    if (entries.length > 0) {
      drawDeletion(res, entries, null);
      return;
    }
    await flash(req, 'warning', 'exchange-admin:nothing-chosen');
    res.redirect(303, home);
  });

  router.post('/delete', requirePermission('exchange.edit'), async (req, res) => {
    const { ids } = chosenIds.parse(req.body);
    const entries = await chosen(ids);
    const result = await submitForm(res, chosenIds, req.body, () => pages.remove(ids, actorOf(req)));
    if (!result.ok) {
      drawDeletion(res, entries, Object.values(result.errors).flat().join(' '), result.status);
      return;
    }
    await flash(req, 'success', 'exchange-admin:deleted', { count: entries.length });
    res.redirect(303, home);
  });

  router.get('/:id', requirePermission('exchange.list'), async (req, res) => {
    const entry = await require(idOf(req));
    await draw(req, res, { entry, values: pages.toFormValues(entry) });
  });

  router.post('/:id', requirePermission('exchange.edit'), async (req, res) => {
    const { id } = await require(idOf(req));
    const result = await submitForm(res, pages.form, req.body, (form) => pages.save(id, form, actorOf(req)));
    if (result.ok) {
      await saved(req, res, home);
      return;
    }
    const current = await require(id);
    const { values, errors, stale, status } = withoutPassword(result);
    if (!stale) {
      const version = Number(values['version'] ?? Number.NaN);
      const entry = { ...current, version: Number.isInteger(version) ? version : current.version };
      await draw(req, res, { entry, values, errors }, status);
      return;
    }
    const theirs = theirsOf(pages.toFormValues(current), values);
    const overtaken = await overtakenBy(audit, pages.subject, id, res, timeZone);
    await draw(req, res, { entry: current, values, errors, theirs, overtaken }, status);
  });

  return router;
}

async function saved(req: Request, res: Response, home: string): Promise<void> {
  const body = (req.body ?? {}) as FormValues;
  await flash(req, 'success', 'common:saved', { name: typeof body['name'] === 'string' ? body['name'].trim() : '' });
  res.redirect(303, home);
}

/** A password is typed again rather than sent back to a browser. */
function withoutPassword(refused: RefusedForm): RefusedForm {
  return { ...refused, values: { ...refused.values, password: '' } };
}

/** Of ticked rows, the names in place of the ids. */
function namedTicks(
  fields: readonly PageField[],
  theirs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named: Record<string, string> = {};
  for (const { kind, name, options = [] } of fields) {
    const ids = theirs[name];
    if (kind !== 'ticks' || ids === undefined) continue;
    const wanted = ids.split(', ');
    named[name] = options
      .filter(({ value }) => wanted.includes(value))
      .map(({ label }) => label)
      .join(', ');
  }
  return named;
}
