import { Router, type Request, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { submitForm, theirsOf, type FieldErrors, type RefusedForm } from '../../platform/http/form.js';
import { idOf } from '../../platform/http/form-fields.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { formatTime } from '../../shared/format.js';
import { can, type Viewer } from '../accounts/viewer.domain.js';
import { type AuditTrail } from '../audit/index.js';
import { DOCUMENT_FILTERS, NUMBERS_MAX, type Customer, type CustomerFields } from './customer.domain.js';
import { HISTORY_PAGE_SIZE, TAB_PERMISSIONS, type CustomerHistory, type HistoryLines } from './customer-history.js';
import { addMergeRoutes } from './customer-merge.routes.js';
import {
  customerEditForm,
  customerForm,
  customerListQuery,
  HISTORY_TABS,
  newCustomerQuery,
  recordQuery,
  tickedCustomers,
  type CustomerForm,
  type HistoryTab,
} from './customer.schema.js';
import { type Customers } from './customer.service.js';
import {
  asTyped,
  toCustomerLine,
  toCustomerValues,
  type CustomerLine,
  type CustomerValues,
} from './customers-page.domain.js';
import { parseNumber } from './phone-number.domain.js';

export const CUSTOMERS_PAGE_SIZE = 25;

/** Who already has what was typed, by field. */
type Owners = Readonly<Record<string, { readonly id: number; readonly name: string }>>;

export interface CustomerFormModel {
  readonly values: CustomerValues;
  readonly errors: FieldErrors;
  readonly owners: Owners;
  readonly theirs: Readonly<Record<string, string>>;
  readonly overtaken: { readonly name: string | null; readonly time: string | null } | null;
  readonly version: number;
  readonly numbersMax: number;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'customers/index': {
      readonly customers: readonly CustomerLine[];
      readonly total: number;
      readonly page: number;
      readonly pageCount: number;
      readonly values: { readonly q: string; readonly document: string };
      readonly documents: readonly string[];
      readonly mayCreate: boolean;
      readonly mayDelete: boolean;
    };
    'customers/new': CustomerFormModel;
    'customers/record': CustomerFormModel & {
      readonly customer: CustomerLine;
      readonly mayEdit: boolean;
      readonly mayDelete: boolean;
      readonly tabs: readonly HistoryTab[];
      readonly history: (HistoryLines & { readonly page: number; readonly pageCount: number }) | null;
    };
    'customers/delete': {
      readonly customers: readonly CustomerLine[];
      /** Those that have calls, attendances or callbacks. */
      readonly refused: readonly CustomerLine[];
      readonly problem: string | null;
    };
  }
}

export interface CustomerRouterDeps {
  readonly customers: Customers;
  readonly audit: Pick<AuditTrail, 'last'>;
  readonly history: CustomerHistory;
  readonly timeZone: string;
}

/** "Clientes": the list, the record, deleting and merging. To be mounted at `/customers`. */
export function createCustomerRouter(deps: CustomerRouterDeps): Router {
  const router = Router();
  addListRoutes(router, deps);
  addDeleteRoutes(router, deps);
  addRecordRoutes(router, deps);
  addMergeRoutes(router, deps);
  return router;
}

function addListRoutes(router: Router, { customers }: CustomerRouterDeps): void {
  router.get('/', requirePermission('customers.list'), async (req, res) => {
    const { q, document, page } = customerListQuery.parse(req.query);
    const found = await customers.list({
      text: q,
      document: document === '' ? null : document,
      page,
      pageSize: CUSTOMERS_PAGE_SIZE,
    });
    const viewer = requireViewer(req);
    renderPage(res, 'customers/index', {
      customers: found.customers.map(toCustomerLine),
      total: found.total,
      page,
      pageCount: Math.max(1, Math.ceil(found.total / CUSTOMERS_PAGE_SIZE)),
      values: { q, document },
      documents: DOCUMENT_FILTERS,
      mayCreate: can(viewer, 'customers.create'),
      mayDelete: can(viewer, 'customers.delete'),
    });
  });
}

function addDeleteRoutes(router: Router, { customers }: CustomerRouterDeps): void {
  const ask = async (res: Response, ids: readonly number[], problem: string | null, status = 200): Promise<void> => {
    const found = (await Promise.all(ids.map((id) => customers.find(id)))).filter((one) => one !== null);
    const withTies = await customers.idsWithTies(found.map(({ id }) => id));
    const split = (tied: boolean): readonly CustomerLine[] =>
      found.filter(({ id }) => withTies.has(id) === tied).map(toCustomerLine);
    renderPage(res, 'customers/delete', { customers: split(false), refused: split(true), problem }, status);
  };

  router.get('/delete', requirePermission('customers.delete'), async (req, res) => {
    const { id } = tickedCustomers.parse(req.query);
    if (id.length > 0) {
      await ask(res, id, null);
      return;
    }
    await flash(req, 'warning', 'customers:delete.none');
    res.redirect(303, '/customers');
  });

  router.post('/delete', requirePermission('customers.delete'), async (req, res) => {
    const { t } = localsOf(res);
    const { id } = tickedCustomers.parse(req.body ?? {});
    try {
      await customers.remove(id, actorOf(req));
    } catch (error) {
      // Somebody called, or was called back, while the question was read.
      if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
      await ask(res, id, t(error.key, error.params), 409);
      return;
    }
    await flash(req, 'success', 'customers:deleted', { count: id.length });
    res.redirect(303, '/customers');
  });
}

function addRecordRoutes(router: Router, deps: CustomerRouterDeps): void {
  const { customers } = deps;

  router.get('/new', requirePermission('customers.create'), (req, res) => {
    const { number } = newCustomerQuery.parse(req.query);
    const values = asTyped({ numbers: number === '' ? [] : [number] });
    renderPage(res, 'customers/new', { ...emptyForm(values), version: 0 });
  });

  router.post('/', requirePermission('customers.create'), async (req, res) => {
    const form = await submitForm(res, customerForm, req.body, (typed) =>
      atItsRow(typed, (fields) => customers.create(fields, actorOf(req))),
    );
    if (form.ok) {
      await flash(req, 'success', 'common:saved', { name: form.value.name });
      res.redirect(303, `/customers/${String(form.value.id)}`);
      return;
    }
    const owners = await ownersOf(customers, form, null);
    const model = { ...emptyForm(asTyped(form.values)), errors: form.errors, owners, version: 0 };
    renderPage(res, 'customers/new', model, form.status);
  });

  router.get('/:id', requirePermission('customers.list'), async (req, res) => {
    const customer = await customers.require(idOf(req));
    const model = { ...emptyForm(toCustomerValues(customer)), version: customer.version };
    await showRecord(deps, req, res, customer, model, 200);
  });

  router.post('/:id', requirePermission('customers.edit'), async (req, res) => {
    const customer = await customers.require(idOf(req));
    const form = await submitForm(res, customerEditForm, req.body, (typed) =>
      atItsRow(typed, (fields) => customers.update(customer.id, typed.version, fields, actorOf(req))),
    );
    if (form.ok) {
      await flash(req, 'success', 'common:saved', { name: form.value.name });
      res.redirect(303, `/customers/${String(customer.id)}`);
      return;
    }
    const model = form.stale
      ? await overtaken(deps, res, customer.id, form)
      : {
          ...emptyForm(asTyped(form.values)),
          errors: form.errors,
          owners: await ownersOf(customers, form, customer.id),
          version: Number(form.values['version']),
        };
    await showRecord(deps, req, res, customer, model, form.status);
  });
}

/** What is stored now, beside what was typed; saving again writes over it knowingly. */
async function overtaken(
  { customers, audit, timeZone }: CustomerRouterDeps,
  res: Response,
  id: number,
  form: RefusedForm,
): Promise<CustomerFormModel> {
  const { locale } = localsOf(res);
  const current = await customers.require(id);
  const typed = asTyped(form.values);
  const last = await audit.last('customer', id);
  return {
    ...emptyForm(typed),
    theirs: theirsOf(
      { ...toCustomerValues(current) },
      { ...typed, numbers: typed.numbers.filter((row) => row !== '') },
    ),
    overtaken: {
      name: last?.actor.name ?? null,
      time: last === null ? null : formatTime(last.at.getTime(), locale, timeZone),
    },
    version: current.version,
  };
}

async function showRecord(
  { history }: CustomerRouterDeps,
  req: Request,
  res: Response,
  customer: Customer,
  form: CustomerFormModel,
  status: number,
): Promise<void> {
  const viewer = requireViewer(req);
  const { t, locale } = localsOf(res);
  const { tab, page } = recordQuery.parse(req.query);
  const tabs = HISTORY_TABS.filter((one) => can(viewer, TAB_PERMISSIONS[one]));
  const shown = tab !== undefined && tabs.includes(tab) ? tab : tabs[0];
  const found = shown === undefined ? null : await history(shown, customer.id, page, { t, locale, viewer });
  const pageCount = Math.max(1, Math.ceil((found?.total ?? 0) / HISTORY_PAGE_SIZE));
  const model = {
    ...form,
    customer: toCustomerLine(customer),
    ...rightsOf(viewer),
    tabs,
    history: found === null ? null : { ...found, page, pageCount },
  };
  renderPage(res, 'customers/record', model, status);
}

function rightsOf(viewer: Viewer): { readonly mayEdit: boolean; readonly mayDelete: boolean } {
  return { mayEdit: can(viewer, 'customers.edit'), mayDelete: can(viewer, 'customers.delete') };
}

function emptyForm(values: CustomerValues): Omit<CustomerFormModel, 'version'> {
  return { values, errors: {}, owners: {}, theirs: {}, overtaken: null, numbersMax: NUMBERS_MAX };
}

/** A number that another customer has is refused at the row it was typed in. */
async function atItsRow<T>(typed: CustomerForm, write: (fields: CustomerFields) => Promise<T>): Promise<T> {
  const { name, document, email, notes } = typed;
  const numbers = [...new Set(typed.numbers.filter((number) => number !== null))];
  try {
    return await write({ name, document, email, notes, numbers });
  } catch (error) {
    if (!(error instanceof DomainError) || error.field !== 'numbers') throw error;
    const row = typed.numbers.findIndex((number) => number === error.params['number']);
    throw new DomainError(error.code, error.key, {
      field: `numbers.${String(row)}`,
      params: error.params,
      cause: error,
    });
  }
}

async function ownersOf(customers: Customers, form: RefusedForm, ownId: number | null): Promise<Owners> {
  const typed = asTyped(form.values);
  const owners: Record<string, { id: number; name: string }> = {};
  const note = (field: string, owner: Customer | null): void => {
    if (owner !== null && owner.id !== ownId) owners[field] = { id: owner.id, name: owner.name };
  };
  if (typed.document !== '') note('document', await customers.findByDocument(typed.document));
  for (const [row, number] of typed.numbers.entries()) {
    if (parseNumber(number).ok) note(`numbers.${String(row)}`, await customers.findByNumber(number));
  }
  return owners;
}
