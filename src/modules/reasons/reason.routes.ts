import { Router, type Request, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues, type RefusedForm } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf, translateOf } from '../../platform/http/locals.js';
import { overtakenBy, type Overtaken } from '../../platform/http/overtaken.js';
import { renderPage } from '../../platform/http/pages.js';
import { type AuditTrail } from '../audit/index.js';
import { type ExchangeSpelling } from './exchange-spelling.service.js';
import { REASON_TYPES, type Reason, type ReasonDraft } from './reason.domain.js';
import {
  limitMinutes,
  spellingMark,
  toReasonLines,
  typeLabel,
  type ReasonLine,
  type SpellingMark,
} from './reason-page.domain.js';
import { moveForm, newReasonForm, reasonForm, reasonListQuery, spellingForm, tickedReasons } from './reason.schema.js';
import { type Reasons } from './reason.service.js';

interface Option {
  readonly value: string;
  readonly label: string;
}

interface ReasonPage {
  /** Null for a new one. */
  readonly id: number | null;
  readonly title: string;
  /** Fields as they are shown. */
  readonly values: Readonly<Record<'name' | 'type' | 'timeLimit', string>> & { readonly isProductive: boolean };
  readonly version: number;
  readonly isActive: boolean;
  readonly types: readonly Option[];
  readonly errors: FieldErrors;
  readonly theirs: Readonly<Record<string, string>>;
  readonly overtaken: Overtaken | null;
  readonly mark: SpellingMark | null;
  /** The exchange's spellings, to choose from; null when it is out of reach. */
  readonly known: readonly string[] | null;
  readonly may: { readonly save: boolean; readonly remove: boolean };
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'reasons/index': {
      readonly reasons: readonly ReasonLine[];
      readonly q: string;
      readonly filter: { readonly type: string; readonly state: string };
      readonly types: readonly Option[];
      /** Whether something is compared with an exchange that does not answer. */
      readonly exchangeAway: boolean;
      readonly may: { readonly create: boolean; readonly edit: boolean; readonly remove: boolean };
    };
    'reasons/form': ReasonPage;
    'reasons/delete': {
      readonly reasons: readonly { readonly id: number; readonly name: string; readonly isUsed: boolean }[];
    };
  }
}

export interface ReasonRouterDeps {
  readonly reasons: Reasons;
  readonly spelling: ExchangeSpelling;
  readonly audit: Pick<AuditTrail, 'last'>;
  /** IANA name; times are shown in it. */
  readonly timeZone: string;
}

const HOME = '/admin/reasons';

/** "Motivos": the list with its order, each reason, and how the exchange spells it. To be mounted at `/admin/reasons`. */
export function createReasonRouter(deps: ReasonRouterDeps): Router {
  const { reasons, spelling, audit, timeZone } = deps;
  const router = Router();

  router.get('/', requirePermission('reasons.list'), async (req, res) => {
    const { q, type, state, moved, direction } = reasonListQuery.parse(req.query);
    const [found, exchange] = await Promise.all([
      reasons.search({ text: q, type, isActive: state === null ? null : state === 'active' }),
      spelling.ask(),
    ]);
    const words = localsOf(res);
    const markOf = (reason: Reason): SpellingMark | null =>
      reason.isActive ? spellingMark(exchange.check(reason), words) : null;
    const { permissions } = requireViewer(req);
    renderPage(res, 'reasons/index', {
      reasons: toReasonLines(found, markOf, { id: moved, direction }, words),
      q,
      filter: { type: type ?? '', state: state ?? '' },
      types: typeOptions(res),
      exchangeAway: exchange.names === null && found.some((reason) => reason.type === 'pause'),
      may: {
        create: permissions.has('reasons.create'),
        edit: permissions.has('reasons.edit'),
        remove: permissions.has('reasons.delete'),
      },
    });
  });

  router.get('/new', requirePermission('reasons.create'), async (_req, res) => {
    renderPage(res, 'reasons/form', await blankPage(res));
  });

  router.post('/', requirePermission('reasons.create'), async (req, res) => {
    const result = await submitForm(res, newReasonForm, req.body, ({ type, ...form }) =>
      reasons.create(type, toDraft(form), actorOf(req)),
    );
    if (!result.ok) {
      renderPage(res, 'reasons/form', { ...(await blankPage(res)), ...typedPage(result, null) }, result.status);
      return;
    }
    await sayOf(req, result.value);
    res.redirect(303, placeOf(result.value));
  });

  router.get('/delete', requirePermission('reasons.delete'), async (req, res) => {
    const { ids } = tickedReasons.parse(req.query);
    const [all, used] = await Promise.all([Promise.all(ids.map((id) => reasons.find(id))), reasons.usedAmong(ids)]);
    const found = all.filter((reason) => reason !== null);
    if (found.length === 0) {
      await flash(req, 'warning', 'reasons:none-ticked');
      res.redirect(303, HOME);
      return;
    }
    const lines = found.map(({ id, name }) => ({ id, name, isUsed: used.has(id) }));
    renderPage(res, 'reasons/delete', { reasons: lines });
  });

  router.post('/delete', requirePermission('reasons.delete'), async (req, res) => {
    const { ids } = tickedReasons.parse(req.body);
    const { removed, retired } = await reasons.remove(ids, actorOf(req));
    const count = removed.length;
    const names = new Intl.ListFormat(localsOf(res).locale).format(retired.map((name) => `“${name}”`));
    if (count + retired.length === 0) await flash(req, 'warning', 'reasons:none-ticked');
    else if (retired.length === 0) await flash(req, 'success', 'reasons:removed', { count });
    else if (count === 0) await flash(req, 'warning', 'reasons:retired', { names });
    else await flash(req, 'warning', 'reasons:removed-and-retired', { count, names });
    res.redirect(303, HOME);
  });

  router.get('/:id', requirePermission('reasons.list'), async (req, res) => {
    renderPage(res, 'reasons/form', await reasonPage(req, res, await existing(idOf(req))));
  });

  router.post('/:id', requirePermission('reasons.edit'), async (req, res) => {
    const id = idOf(req);
    const reason = await existing(id);
    const result = await submitForm(res, reasonForm, req.body, ({ version, ...form }) =>
      reasons.change({ id, version }, toDraft(form), actorOf(req)),
    );
    await answer(req, res, reason, result);
  });

  /** The exchange's spelling taken with one click. All else stays as it is. */
  router.post('/:id/spelling', requirePermission('reasons.edit'), async (req, res) => {
    const id = idOf(req);
    const reason = await existing(id);
    const { timeLimitSeconds, isProductive } = reason;
    const result = await submitForm(res, spellingForm, req.body, ({ version, name }) =>
      reasons.change({ id, version }, { name, timeLimitSeconds, isProductive }, actorOf(req)),
    );
    // What this form does not send is not what somebody cleared.
    const whole = { timeLimit: limitMinutes(timeLimitSeconds), isProductive: isProductive ? 'on' : undefined };
    await answer(req, res, reason, result.ok ? result : { ...result, values: { ...whole, ...result.values } });
  });

  router.post('/:id/restore', requirePermission('reasons.edit'), async (req, res) => {
    const { id, name } = await reasons.restore(idOf(req), actorOf(req));
    await flash(req, 'success', 'reasons:restored', { name });
    res.redirect(303, `${HOME}/${String(id)}`);
  });

  router.post('/:id/move', requirePermission('reasons.edit'), async (req, res) => {
    const id = idOf(req);
    const form = moveForm.safeParse(req.body);
    if (!form.success) throw new DomainError('invalid', 'errors:unreadable');
    const { direction, type, state } = form.data;
    await reasons.move(id, direction, actorOf(req));
    const query = new URLSearchParams({ type, state, moved: String(id), direction });
    // Without a fragment: a browser that goes to one leaves the button alone that has `autofocus`.
    res.redirect(303, `${HOME}?${query.toString()}`);
  });

  async function answer(
    req: Request,
    res: Response,
    before: Reason,
    result: { readonly ok: true; readonly value: Reason } | RefusedForm,
  ): Promise<void> {
    if (result.ok) {
      await sayOf(req, result.value);
      res.redirect(303, placeOf(result.value));
      return;
    }
    const current = result.stale ? await existing(before.id) : before;
    const page = { ...(await reasonPage(req, res, current)), ...typedPage(result, current), mark: null };
    const overtaken = result.stale ? await overtakenBy(audit, 'reason', before.id, res, timeZone) : null;
    renderPage(res, 'reasons/form', { ...page, overtaken }, result.status);
  }

  /** Saved, and whether it will work at the exchange. */
  async function sayOf(req: Request, reason: Reason): Promise<void> {
    const { name } = reason;
    const isWrong = reason.isActive && (await spelling.ask()).check(reason) !== null;
    if (isWrong) await flash(req, 'warning', 'reasons:saved-not-in-unity', { name });
    else await flash(req, 'success', 'common:saved', { name });
  }

  async function existing(id: number): Promise<Reason> {
    const reason = await reasons.find(id);
    if (reason === null) throw new DomainError('not-found', 'errors:no-such-record');
    return reason;
  }

  async function blankPage(res: Response): Promise<ReasonPage> {
    return {
      id: null,
      title: translateOf(res)('reasons:new-title'),
      values: { name: '', type: 'pause', timeLimit: '', isProductive: false },
      version: 0,
      isActive: true,
      types: typeOptions(res),
      errors: {},
      theirs: {},
      overtaken: null,
      mark: null,
      known: (await spelling.ask()).names,
      may: { save: true, remove: false },
    };
  }

  async function reasonPage(req: Request, res: Response, reason: Reason): Promise<ReasonPage> {
    const { permissions } = requireViewer(req);
    const exchange = await spelling.ask();
    return {
      id: reason.id,
      title: reason.name,
      values: valuesOf(reason),
      version: reason.version,
      isActive: reason.isActive,
      types: typeOptions(res),
      errors: {},
      theirs: {},
      overtaken: null,
      mark: spellingMark(exchange.check(reason), localsOf(res)),
      known: exchange.names,
      may: { save: permissions.has('reasons.edit'), remove: permissions.has('reasons.delete') },
    };
  }

  return router;
}

function typeOptions(res: Response): readonly Option[] {
  return REASON_TYPES.map((value) => ({ value, label: typeLabel(value, translateOf(res)) }));
}

/** A reason that was made or changed is shown again: what the exchange makes of it stands there. */
function placeOf(reason: Reason): string {
  return `${HOME}/${String(reason.id)}`;
}

function toDraft(form: {
  readonly name: string;
  readonly timeLimit: number | null;
  readonly isProductive: boolean;
}): ReasonDraft {
  const { name, timeLimit, isProductive } = form;
  return { name, timeLimitSeconds: timeLimit === null ? null : timeLimit * 60, isProductive };
}

function valuesOf({ name, type, timeLimitSeconds, isProductive }: Reason): ReasonPage['values'] {
  return { name, type, timeLimit: limitMinutes(timeLimitSeconds), isProductive };
}

/** What a refused form shows: all that was typed, and beside it what is stored now if it was overtaken. */
function typedPage(
  { values, errors, stale }: RefusedForm,
  current: Reason | null,
): Pick<ReasonPage, 'values' | 'version' | 'errors' | 'theirs'> {
  const isProductive = values['isProductive'] === 'on';
  const shown = current === null ? null : valuesOf(current);
  return {
    values: {
      name: textOf(values, 'name'),
      type: shown?.type ?? textOf(values, 'type'),
      timeLimit: textOf(values, 'timeLimit'),
      isProductive,
    },
    version: stale ? (current?.version ?? 0) : Number(textOf(values, 'version')) || 0,
    errors,
    theirs:
      stale && shown !== null
        ? theirsOf({ name: shown.name, timeLimit: shown.timeLimit, isProductive: shown.isProductive }, values)
        : {},
  };
}

function textOf(values: FormValues, field: string): string {
  const value = values[field];
  return typeof value === 'string' ? value : '';
}
