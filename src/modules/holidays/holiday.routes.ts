import { Router, type Response } from 'express';
import { DateTime } from 'luxon';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { overtakenBy, type Overtaken } from '../../platform/http/overtaken.js';
import { renderPage } from '../../platform/http/pages.js';
import { can } from '../accounts/viewer.domain.js';
import { type AuditTrail } from '../audit/index.js';
import { HOLIDAY_KINDS, isYearly, type Holiday } from './holiday.domain.js';
import {
  chosenIds,
  FIRST_YEAR,
  holidayForm,
  LAST_YEAR,
  nationalForm,
  newHolidayForm,
  toHolidayFields,
  yearOf,
} from './holiday.schema.js';
import { type DatedHoliday, type HolidayOffer, type Holidays } from './holiday.service.js';

/** A date as a person reads it. */
interface Shown {
  readonly dateText: string;
  readonly weekday: string;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'holidays/index': {
      readonly holidays: readonly (DatedHoliday & Shown & { readonly yearly: boolean })[];
      readonly year: number;
      readonly before: number | null;
      readonly after: number | null;
      readonly mayEdit: boolean;
    };
    'holidays/edit': {
      /** Null for a new one. */
      readonly holiday: Holiday | null;
      readonly kinds: typeof HOLIDAY_KINDS;
      readonly values: FormValues;
      readonly errors: FieldErrors;
      readonly theirs: Readonly<Record<string, string>>;
      readonly overtaken: Overtaken | null;
      readonly mayEdit: boolean;
    };
    'holidays/national': {
      readonly offers: readonly (HolidayOffer & Shown)[];
      readonly year: number;
      readonly errors: FieldErrors;
    };
    'holidays/delete': { readonly holidays: readonly (Holiday & { readonly dateText: string })[] };
  }
}

export interface HolidayRouterDeps {
  readonly holidays: Holidays;
  readonly audit: AuditTrail;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** "Feriados", beside the queues and with their permissions. To be mounted at `/admin/holidays`. */
export function createHolidayRouter(deps: HolidayRouterDeps): Router {
  const { holidays, audit, timeZone } = deps;
  const router = Router();
  const thisYear = (): number => DateTime.fromJSDate(deps.now(), { zone: timeZone }).year;

  router.get('/', requirePermission('queues.list'), async (req, res) => {
    const year = yearOf(req.query, thisYear());
    const found = await holidays.ofYear(year);
    renderPage(res, 'holidays/index', {
      holidays: found.map((each) => ({ ...each, ...shown(each.date, res), yearly: isYearly(each.day) })),
      year,
      before: year > FIRST_YEAR ? year - 1 : null,
      after: year < LAST_YEAR ? year + 1 : null,
      mayEdit: can(requireViewer(req), 'queues.edit'),
    });
  });

  router.get('/new', requirePermission('queues.edit'), (_req, res) => {
    draw(res, { holiday: null, values: { kind: 'local' }, errors: {} });
  });

  router.post('/', requirePermission('queues.edit'), async (req, res) => {
    const result = await submitForm(res, newHolidayForm, req.body, async (draft) => {
      await holidays.create(draft, actorOf(req));
      return draft;
    });
    if (!result.ok) {
      draw(res, { holiday: null, ...result }, result.status);
      return;
    }
    await flash(req, 'success', 'common:saved', { name: result.value.name });
    res.redirect(303, listOf(result.value.day, thisYear()));
  });

  const drawNational = async (res: Response, year: number, errors: FieldErrors, status = 200): Promise<void> => {
    const offers = (await holidays.offersOf(year)).map((offer) => ({ ...offer, ...shown(offer.date, res) }));
    renderPage(res, 'holidays/national', { offers, year, errors }, status);
  };

  router.get('/national', requirePermission('queues.edit'), async (req, res) => {
    await drawNational(res, yearOf(req.query, thisYear()), {});
  });

  router.post('/national', requirePermission('queues.edit'), async (req, res) => {
    const year = yearOf(req.body, thisYear());
    const result = await submitForm(res, nationalForm, req.body, ({ dates }) =>
      holidays.addNational(year, dates, actorOf(req)),
    );
    if (!result.ok) {
      await drawNational(res, year, { '': Object.values(result.errors).flat() }, result.status);
      return;
    }
    await flash(req, 'success', 'holidays:added', { count: result.value });
    res.redirect(303, `/admin/holidays?year=${String(year)}`);
  });

  router.get('/delete', requirePermission('queues.edit'), async (req, res) => {
    const { ids } = chosenIds.parse({ ids: req.query['ids'] });
    const chosen = await holidays.findAll(ids);
    if (chosen.length === 0) {
      await flash(req, 'warning', 'holidays:nothing-chosen');
      res.redirect(303, '/admin/holidays');
      return;
    }
    renderPage(res, 'holidays/delete', {
      holidays: chosen.map((each) => ({ ...each, dateText: dayText(each.day, res) })),
    });
  });

  router.post('/delete', requirePermission('queues.edit'), async (req, res) => {
    const { ids } = chosenIds.parse(req.body);
    const chosen = await holidays.findAll(ids);
    await holidays.remove(ids, actorOf(req));
    await flash(req, 'success', 'holidays:removed-all', { count: chosen.length });
    res.redirect(303, listOf(chosen[0]?.day ?? '', thisYear()));
  });

  router.get('/:id', requirePermission('queues.list'), async (req, res) => {
    const holiday = await requireHoliday(holidays, idOf(req));
    const mayEdit = can(requireViewer(req), 'queues.edit');
    draw(res, { holiday, values: toHolidayFields(holiday, thisYear()), errors: {}, mayEdit });
  });

  router.post('/:id', requirePermission('queues.edit'), async (req, res) => {
    const { id } = await requireHoliday(holidays, idOf(req));
    const result = await submitForm(res, holidayForm, req.body, async ({ version, draft }) => {
      await holidays.save({ id, version }, draft, actorOf(req));
      return draft;
    });
    if (result.ok) {
      await flash(req, 'success', 'common:saved', { name: result.value.name });
      res.redirect(303, listOf(result.value.day, thisYear()));
      return;
    }
    const { values, errors, stale, status } = result;
    const current = await requireHoliday(holidays, id);
    if (!stale) {
      const version = Number(values['version'] ?? Number.NaN);
      const holiday = { ...current, version: Number.isInteger(version) ? version : current.version };
      draw(res, { holiday, values, errors }, status);
      return;
    }
    const theirs = theirsOf(toHolidayFields(current, thisYear()), values);
    const overtaken = await overtakenBy(audit, 'holiday', id, res, timeZone);
    draw(res, { holiday: current, values, errors, theirs, overtaken }, status);
  });

  return router;
}

function draw(
  res: Response,
  form: {
    readonly holiday: Holiday | null;
    readonly values: FormValues;
    readonly errors: FieldErrors;
    readonly theirs?: Readonly<Record<string, string>>;
    readonly overtaken?: Overtaken;
    readonly mayEdit?: boolean;
  },
  status = 200,
): void {
  const { holiday, values, errors, theirs = {}, overtaken = null, mayEdit = true } = form;
  renderPage(
    res,
    'holidays/edit',
    { holiday, values, errors, theirs, overtaken, mayEdit, kinds: HOLIDAY_KINDS },
    status,
  );
}

async function requireHoliday(holidays: Holidays, id: number): Promise<Holiday> {
  const holiday = await holidays.find(id);
  if (holiday === null) throw new DomainError('not-found', 'errors:no-such-record');
  return holiday;
}

/** The list of the year in which a holiday is seen. */
function listOf(day: string, thisYear: number): string {
  const year = day === '' || isYearly(day) ? thisYear : Number(day.slice(0, 4));
  return `/admin/holidays?year=${String(year)}`;
}

function shown(date: string, res: Response): Shown {
  const { locale } = localsOf(res);
  const moment = Date.parse(`${date}T00:00:00Z`);
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(moment);
  return {
    dateText: format({ day: '2-digit', month: '2-digit', year: 'numeric' }),
    weekday: format({ weekday: 'long' }),
  };
}

/** Of one that repeats, without a year. */
function dayText(day: string, res: Response): string {
  if (!isYearly(day)) return shown(day, res).dateText;
  return new Intl.DateTimeFormat(localsOf(res).locale, { day: '2-digit', month: '2-digit', timeZone: 'UTC' }).format(
    Date.parse(`2024-${day}T00:00:00Z`),
  );
}
