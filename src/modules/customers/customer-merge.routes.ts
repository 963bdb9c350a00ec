import { type Router, type Request, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { submitForm, type FieldErrors } from '../../platform/http/form.js';
import { idOf } from '../../platform/http/form-fields.js';
import { requirePermission } from '../../platform/http/guards.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Customer } from './customer.domain.js';
import { MERGE_FIELDS, suggestedChoices, type MergeField } from './customer-merge.domain.js';
import { mergeForm, mergeQuery } from './customer.schema.js';
import { type Customers } from './customer.service.js';
import { toCustomerLine, type CustomerLine } from './customers-page.domain.js';

const FOUND_MAX = 25;

declare module '../../platform/http/pages.js' {
  interface Pages {
    'customers/merge-search': {
      readonly customer: CustomerLine;
      readonly q: string;
      readonly found: readonly CustomerLine[];
      readonly total: number;
      readonly page: number;
      readonly pageCount: number;
    };
    'customers/merge': {
      readonly kept: CustomerLine;
      readonly gone: CustomerLine;
      readonly keepVersion: number;
      readonly goneVersion: number;
      readonly fields: readonly MergeField[];
      readonly choices: Readonly<Record<string, string>>;
      readonly errors: FieldErrors;
      /** One of the two was changed while they were compared. */
      readonly isStale: boolean;
    };
  }
}

/** "Unir com outro cliente": `GET /:id/merge` searches the other, with `?with=` compares the two; `POST` makes them one. */
export function addMergeRoutes(router: Router, { customers }: { readonly customers: Customers }): void {
  router.get('/:id/merge', requirePermission('customers.edit'), async (req, res) => {
    const kept = await customers.require(idOf(req));
    const { with: goneId, q, page } = mergeQuery.parse(req.query);
    if (goneId !== undefined && goneId !== kept.id) {
      compare(res, kept, await customers.require(goneId), suggestedChoices);
      return;
    }
    await showSearch(customers, res, kept, q, page);
  });

  router.post('/:id/merge', requirePermission('customers.edit'), async (req, res) => {
    const keepId = idOf(req);
    const form = await submitForm(res, mergeForm, req.body, ({ with: goneId, keepVersion, goneVersion, ...choices }) =>
      customers.merge({ keepId, goneId, keepVersion, goneVersion, choices }, actorOf(req)),
    );
    if (form.ok) {
      await flash(req, 'success', 'customers:merged', { name: form.value.name });
      res.redirect(303, `/customers/${String(keepId)}`);
      return;
    }
    const kept = await customers.require(keepId);
    const gone = await customers.require(otherOf(req, keepId));
    compare(res, kept, gone, () => typedChoices(form.values), form);
  });
}

async function showSearch(customers: Customers, res: Response, kept: Customer, q: string, page: number): Promise<void> {
  // Without a search nothing is offered: the first of a hundred thousand are hardly the one.
  const found = q === '' ? { customers: [], total: 0 } : await customers.list({ text: q, page, pageSize: FOUND_MAX });
  renderPage(res, 'customers/merge-search', {
    customer: toCustomerLine(kept),
    q,
    found: found.customers.filter(({ id }) => id !== kept.id).map(toCustomerLine),
    total: found.total,
    page,
    pageCount: Math.max(1, Math.ceil(found.total / FOUND_MAX)),
  });
}

function compare(
  res: Response,
  kept: Customer,
  gone: Customer,
  choose: (kept: Customer, gone: Customer) => Readonly<Record<string, string>> | ReturnType<typeof suggestedChoices>,
  refused: { readonly status: number; readonly errors: FieldErrors; readonly stale: boolean } | null = null,
): void {
  const model = {
    kept: toCustomerLine(kept),
    gone: toCustomerLine(gone),
    keepVersion: kept.version,
    goneVersion: gone.version,
    fields: MERGE_FIELDS,
    choices: { ...choose(kept, gone) },
    errors: refused?.errors ?? {},
    isStale: refused?.stale ?? false,
  };
  renderPage(res, 'customers/merge', model, refused?.status ?? 200);
}

function typedChoices(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const typed = MERGE_FIELDS.map((field) => [field, values[field]] as const);
  return Object.fromEntries(typed.filter((each): each is [MergeField, string] => typeof each[1] === 'string'));
}

function otherOf(req: Request, keepId: number): number {
  const { with: goneId } = mergeQuery.parse({ with: (req.body as { with?: unknown } | undefined)?.with });
  if (goneId === undefined || goneId === keepId) throw new DomainError('invalid', 'customers:error.merge-same');
  return goneId;
}
