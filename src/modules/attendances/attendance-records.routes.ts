import { Router, type Request, type Response } from 'express';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { submitForm, toFieldErrors, type FieldErrors, type FormValues } from '../../platform/http/form.js';
import { idOf } from '../../platform/http/form-fields.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { ATTENDANCE_KINDS } from '../../shared/attendance.js';
import { formatPhone } from '../../shared/format.js';
import { can } from '../accounts/viewer.domain.js';
import {
  ATTENDANCE_STATES,
  DESCRIPTION_MAX,
  REASON_MAX,
  refusalToRewrite,
  type AttendanceRecord,
  type Named,
  type Neighbours,
} from './attendance-record.domain.js';
import { attendanceListQuery, MAX_DAYS, recordForm, reopenForm } from './attendance-records.schema.js';
import {
  textIn,
  textsOf,
  toOption,
  toRewriteForm,
  type OfferedReasons,
  type Option,
  type RewriteForm,
} from './attendance-rewrite.domain.js';
import { type AttendanceRecords } from './attendance-records.service.js';
import {
  toHistory,
  toRecordLine,
  toRecordSheet,
  whenOf,
  type AttendanceWords,
  type RecordHistoryLine,
  type RecordLine,
  type RecordSheet,
} from './attendances-page.domain.js';

const PAGE_SIZE = 50;

/** What the filter's fields hold: as typed, or as it was understood. */
type FilterValues = Readonly<Record<(typeof FILTER_FIELDS)[number], string>>;
const FILTER_FIELDS = [
  ...(['protocol', 'customer', 'from', 'to', 'queue', 'agent'] as const),
  ...(['state', 'kind', 'subject', 'outcome'] as const),
] as const;

/** A link of the record; without an address where who looks may not open it. */
interface RecordLink {
  readonly text: string;
  readonly detail: string;
  readonly href: string | null;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'attendances/index': {
      readonly records: readonly RecordLine[];
      readonly total: number;
      readonly page: number;
      readonly pageCount: number;
      readonly values: FilterValues;
      readonly errors: FieldErrors;
      readonly queues: readonly Option[];
      readonly agents: readonly Option[];
      readonly states: readonly Option[];
      readonly kinds: readonly Option[];
      readonly subjects: readonly Option[];
      readonly outcomes: readonly Option[];
      readonly timeZone: string;
    };
    'attendances/record': {
      readonly record: RecordSheet;
      readonly customerHref: string | null;
      readonly history: readonly RecordHistoryLine[];
      readonly calls: readonly RecordLink[];
      readonly callbacks: readonly RecordLink[];
      readonly neighbours: Neighbours;
      /** The form that opens it again; null when it is not finished. `refusal` says why it may not be used. */
      readonly reopening: { readonly reason: string; readonly refusal: string | null } | null;
      /** The form of a reopened record; null when this person may not write in it. */
      readonly rewriting: RewriteForm | null;
      readonly errors: FieldErrors;
      /** Somebody else saved meanwhile. */
      readonly isOvertaken: boolean;
      readonly descriptionMax: number;
      readonly reasonMax: number;
      readonly timeZone: string;
    };
  }
}

/** A call that a record is of, as this page links it. */
export interface LinkedCall {
  readonly callId: string;
  readonly startedAt: number;
  readonly direction: 'inbound' | 'outbound' | 'callback' | 'consult';
  readonly number: string;
}

export interface AttendanceRecordsRouterDeps {
  readonly records: AttendanceRecords;
  /** The call of a record, then those its agent asked others in about it. */
  readonly callsOf: (callId: string) => Promise<readonly LinkedCall[]>;
  /** What the filter offers, by name; reasons that are retired too, because records have them. */
  readonly choices: () => Promise<{
    readonly queues: readonly Named[];
    readonly agents: readonly Named[];
    readonly subjects: readonly Named[];
    readonly outcomes: readonly Named[];
  }>;
  /** What may be chosen now. */
  readonly reasons: () => Promise<OfferedReasons>;
  readonly timeZone: string;
  readonly now: () => Date;
}

/**
 * "Atendimentos": `GET /` the list, `GET /:id` the record, `POST /:id/reopen`, `POST /:id` what is written in a reopened
 * one. To be mounted at `/attendances`.
 */
export function createAttendanceRecordsRouter(deps: AttendanceRecordsRouterDeps): Router {
  const router = Router();
  const { records } = deps;
  addListRoute(router, deps);

  router.get('/:id', requirePermission('attendances.list'), async (req, res) => {
    await showRecord(deps, req, res, await records.require(idOf(req)), {}, 200);
  });

  router.post('/:id/reopen', requirePermission('attendances.list'), async (req, res) => {
    const record = await records.require(idOf(req));
    const viewer = requireViewer(req);
    const form = await submitForm(res, reopenForm, req.body, ({ reason }) =>
      records.reopen(record.id, viewer, reason, actorOf(req)),
    );
    if (form.ok) {
      await flash(req, 'success', 'attendance-pages:reopened');
      res.redirect(303, `/attendances/${String(record.id)}`);
      return;
    }
    const current = await records.require(record.id);
    await showRecord(deps, req, res, current, { typed: form.values, errors: form.errors }, form.status);
  });

  router.post('/:id', requirePermission('attendances.list'), async (req, res) => {
    const record = await records.require(idOf(req));
    const viewer = requireViewer(req);
    const form = await submitForm(res, recordForm, req.body, async (typed) => {
      const finishes = typed.act === 'finish';
      const texts = textsOf(await deps.reasons(), record, typed);
      await records.write({ id: record.id, version: typed.version }, texts, finishes, viewer, actorOf(req));
      return finishes;
    });
    if (form.ok) {
      await flash(req, 'success', form.value ? 'attendance-pages:finished' : 'attendance-pages:saved-now');
      res.redirect(303, `/attendances/${String(record.id)}`);
      return;
    }
    const current = await records.require(record.id);
    const given = { typed: form.values, errors: form.errors, isOvertaken: form.stale };
    await showRecord(deps, req, res, current, given, form.status);
  });

  return router;
}

function addListRoute(router: Router, deps: AttendanceRecordsRouterDeps): void {
  const { records, timeZone } = deps;
  router.get('/', requirePermission('attendances.list'), async (req, res) => {
    const words = wordsOf(deps, req, res);
    const { t } = words;
    const choices = await deps.choices();
    const common = {
      queues: choices.queues.map(toOption),
      agents: choices.agents.map(toOption),
      subjects: choices.subjects.map(toOption),
      outcomes: choices.outcomes.map(toOption),
      states: ATTENDANCE_STATES.map((value) => ({ value, label: t(`attendances:state.${value}`) })),
      kinds: ATTENDANCE_KINDS.map((value) => ({ value, label: t(`attendance-pages:kind.${value}`) })),
      timeZone,
    };
    const parsed = attendanceListQuery(timeZone, deps.now().getTime()).safeParse(req.query);
    if (!parsed.success) {
      const errors = toFieldErrors(parsed.error, (key, params) => t(key, { days: MAX_DAYS, ...params }));
      const model = { ...common, records: [], total: 0, page: 1, pageCount: 1, values: asTyped(req.query), errors };
      renderPage(res, 'attendances/index', model, 422);
      return;
    }
    const { protocol, from, to, page, customer, ...rest } = parsed.data;
    const filter = { ...rest, from: from.toMillis(), to: to.plus({ days: 1 }).toMillis(), page, pageSize: PAGE_SIZE };
    // A protocol names one record, whenever it was and whatever else the filter says.
    const named = protocol === '' ? null : await records.findByProtocol(protocol);
    const found =
      protocol === ''
        ? await records.list(
            withoutNothing({ ...filter, customer: customer === '' ? undefined : customer }),
            words.viewer,
          )
        : { records: named === null ? [] : [named], total: named === null ? 0 : 1 };
    renderPage(res, 'attendances/index', {
      ...common,
      records: found.records.map((record) => toRecordLine(record, words)),
      total: found.total,
      page,
      pageCount: Math.max(1, Math.ceil(found.total / PAGE_SIZE)),
      values: {
        ...asTyped(req.query),
        protocol,
        from: from.toISODate() ?? '',
        to: to.toISODate() ?? '',
      },
      errors: {},
    });
  });
}

interface Given {
  readonly typed?: FormValues;
  readonly errors?: FieldErrors;
  readonly isOvertaken?: boolean;
}

async function showRecord(
  deps: AttendanceRecordsRouterDeps,
  req: Request,
  res: Response,
  record: AttendanceRecord,
  given: Given,
  status: number,
): Promise<void> {
  const { records, timeZone } = deps;
  const words = wordsOf(deps, req, res);
  const viewer = requireViewer(req);
  const { t } = words;
  const history = await records.historyOf(record.id);
  const refusal = records.refusalToReopen(record, viewer);
  const { customer } = record;
  const mayWrite = refusalToRewrite(record, history, viewer) === null;
  const model = {
    record: toRecordSheet(record, words),
    customerHref: customer !== null && can(viewer, 'customers.list') ? `/customers/${String(customer.id)}` : null,
    history: toHistory(record, history, words),
    calls: await callLinks(deps, record, words),
    callbacks: await callbackLinks(deps, record, words),
    neighbours: await records.neighboursOf(record),
    reopening:
      record.state === 'finished'
        ? { reason: textIn(given.typed, 'reason'), refusal: refusal === null ? null : t(refusal.key, refusal.params) }
        : null,
    rewriting: mayWrite ? toRewriteForm(await deps.reasons(), record, given.typed) : null,
    errors: given.errors ?? {},
    isOvertaken: given.isOvertaken ?? false,
    descriptionMax: DESCRIPTION_MAX,
    reasonMax: REASON_MAX,
    timeZone,
  };
  renderPage(res, 'attendances/record', model, status);
}

/** Of an anonymous record no call is told: it would tell the number. */
async function callLinks(
  deps: AttendanceRecordsRouterDeps,
  record: AttendanceRecord,
  { t, locale, timeZone, viewer }: AttendanceWords,
): Promise<readonly RecordLink[]> {
  if (record.callId === null || record.kind === 'anonymous') return [];
  const mayOpen = viewer.permissions.has('calls.list');
  return (await deps.callsOf(record.callId)).map(({ callId, startedAt, direction, number }) => ({
    text: `${t(`board:direction.${direction}`)} · ${whenOf(startedAt, locale, timeZone)}`,
    detail: formatPhone(number),
    href: mayOpen ? `/calls/${encodeURIComponent(callId)}` : null,
  }));
}

async function callbackLinks(
  { records }: AttendanceRecordsRouterDeps,
  record: AttendanceRecord,
  { t, locale, viewer }: AttendanceWords,
): Promise<readonly RecordLink[]> {
  const isAnonymous = record.kind === 'anonymous';
  const mayOpen = viewer.permissions.has('callbacks.list') && !isAnonymous;
  return (await records.callbacksOf(record.id)).map(({ dueAt, timeZone, state, number }) => ({
    text: `${whenOf(dueAt, locale, timeZone)} (${timeZone}) · ${t(`callbacks:state.${state}`)}`,
    detail: isAnonymous ? '' : formatPhone(number),
    href: mayOpen ? `/callbacks?${new URLSearchParams({ state: 'all', q: number }).toString()}` : null,
  }));
}

function wordsOf({ timeZone }: AttendanceRecordsRouterDeps, req: Request, res: Response): AttendanceWords {
  const { t, locale } = localsOf(res);
  return { t, locale, timeZone, viewer: requireViewer(req) };
}

function asTyped(query: FormValues): FilterValues {
  const read = (name: string): string => textIn(query, name).trim().slice(0, 60);
  return Object.fromEntries(FILTER_FIELDS.map((name) => [name, read(name)])) as FilterValues;
}

/** Without the fields that say nothing, as optional fields want it. */
function withoutNothing<T extends object>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
