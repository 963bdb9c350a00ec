import { Router, type Request, type Response } from 'express';
import { DomainError } from '../../platform/errors.js';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, theirsOf, type FieldErrors, type FormValues } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { overtakenBy, type Overtaken } from '../../platform/http/overtaken.js';
import { can } from '../accounts/viewer.domain.js';
import { type AuditTrail } from '../audit/index.js';
import { type DirectoryQueue } from '../telephony/telephony.port.js';
import { datesAround, openStateOf, WEEKDAYS } from './opening-hours.domain.js';
import { type QueueRecord, type QueueUse } from './queue.domain.js';
import { QUEUES_PAGE_SIZE, type Queues } from './queue.service.js';
import { openStateText } from './queue-page.js';
import { OPENINGS, queueForm, queueListQuery, QUEUE_USES, toQueueFields, WRAP_UPS } from './queue.schema.js';

/** What the exchange says of a queue now: its strategy, that it has none of the name, or nothing at all. */
type ExchangeView = DirectoryQueue['strategy'] | 'gone' | 'unknown';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'queues/index': {
      readonly queues: readonly (QueueRecord & { readonly openText: string; readonly isOpen: boolean })[];
      readonly total: number;
      readonly values: { readonly q: string; readonly use: QueueUse };
      readonly uses: readonly QueueUse[];
      readonly page: number;
      readonly pageCount: number;
    };
    'queues/edit': {
      readonly queue: QueueRecord;
      readonly exchange: ExchangeView;
      readonly isOpen: boolean;
      readonly openText: string;
      readonly timeZone: string;
      readonly weekdays: typeof WEEKDAYS;
      readonly wrapUps: typeof WRAP_UPS;
      readonly openings: typeof OPENINGS;
      /** Whether the exchange in use turns callers away by these hours. */
      readonly enforcesHours: boolean;
      readonly values: FormValues;
      readonly errors: FieldErrors;
      readonly theirs: Readonly<Record<string, string>>;
      readonly overtaken: Overtaken | null;
      readonly mayEdit: boolean;
    };
  }
}

export interface QueueRouterDeps {
  readonly queues: Queues;
  readonly audit: AuditTrail;
  readonly holidays: { datesBetween(from: string, until: string): Promise<ReadonlySet<string>> };
  /** The exchange's queues; null when there is no exchange. May reject when it does not answer. */
  readonly exchangeQueues: () => Promise<readonly DirectoryQueue[] | null>;
  /** Whether the exchange in use turns callers away by the hours that are set here. */
  readonly enforcesHours: () => boolean;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** "Filas": `GET /` the list, `GET` and `POST /:id` one queue. To be mounted at `/admin/queues`. */
export function createQueueRouter(deps: QueueRouterDeps): Router {
  const { queues, audit, timeZone } = deps;
  const router = Router();

  const stateOf = async (res: Response): Promise<(queue: QueueRecord) => { isOpen: boolean; openText: string }> => {
    const at = deps.now().getTime();
    const { from, until } = datesAround(at, timeZone);
    const dates = await deps.holidays.datesBetween(from, until);
    return ({ hours, followsHolidays }) => {
      const state = openStateOf(hours, followsHolidays ? dates : new Set(), at, timeZone);
      return { isOpen: state.isOpen, openText: openStateText(state, at, timeZone, localsOf(res)) };
    };
  };

  const draw = async (
    req: Request,
    res: Response,
    queue: QueueRecord,
    form: {
      readonly values: FormValues;
      readonly errors: FieldErrors;
      readonly theirs?: Readonly<Record<string, string>>;
      readonly overtaken?: Overtaken;
    },
    status = 200,
  ): Promise<void> => {
    const state = (await stateOf(res))(queue);
    renderPage(
      res,
      'queues/edit',
      {
        theirs: {},
        overtaken: null,
        ...form,
        ...state,
        queue,
        exchange: await exchangeViewOf(deps, queue),
        timeZone,
        weekdays: WEEKDAYS,
        wrapUps: WRAP_UPS,
        openings: OPENINGS,
        enforcesHours: deps.enforcesHours(),
        mayEdit: can(requireViewer(req), 'queues.edit'),
      },
      status,
    );
  };

  router.get('/', requirePermission('queues.list'), async (req, res) => {
    const { q, use, page } = queueListQuery.parse(req.query);
    const found = await queues.search({ text: q, use }, page);
    const state = await stateOf(res);
    renderPage(res, 'queues/index', {
      queues: found.queues.map((queue) => ({ ...queue, ...state(queue) })),
      total: found.total,
      values: { q, use },
      uses: QUEUE_USES,
      page,
      pageCount: Math.max(1, Math.ceil(found.total / QUEUES_PAGE_SIZE)),
    });
  });

  router.get('/:id', requirePermission('queues.list'), async (req, res) => {
    const queue = await requireQueue(queues, idOf(req));
    await draw(req, res, queue, { values: toQueueFields(queue), errors: {} });
  });

  router.post('/:id', requirePermission('queues.edit'), async (req, res) => {
    const { id } = await requireQueue(queues, idOf(req));
    const result = await submitForm(res, queueForm, req.body, async ({ version, ...settings }) => {
      await queues.save({ id, version }, settings, actorOf(req));
      return settings.name;
    });
    if (result.ok) {
      await flash(req, 'success', 'common:saved', { name: result.value });
      res.redirect(303, '/admin/queues');
      return;
    }
    const current = await requireQueue(queues, id);
    const { values, errors, stale, status } = result;
    if (!stale) {
      await draw(req, res, { ...current, version: versionOf(values, current.version) }, { values, errors }, status);
      return;
    }
    const theirs = theirsOf(toQueueFields(current), values);
    await draw(
      req,
      res,
      current,
      { values, errors, theirs, overtaken: await overtakenBy(audit, 'queue', id, res, timeZone) },
      status,
    );
  });

  return router;
}

async function requireQueue(queues: Queues, id: number): Promise<QueueRecord> {
  const queue = await queues.record(id);
  if (queue === null) throw new DomainError('not-found', 'errors:no-such-record');
  return queue;
}

/** A form that is drawn again stays the one of its version, or a newer change would be written over unseen. */
function versionOf(values: FormValues, current: number): number {
  const typed = Number(values['version'] ?? Number.NaN);
  return Number.isInteger(typed) ? typed : current;
}

/** The page is of use without the exchange: what it does not say is left open. */
async function exchangeViewOf(deps: QueueRouterDeps, queue: QueueRecord): Promise<ExchangeView> {
  try {
    const known = await deps.exchangeQueues();
    return known === null ? 'unknown' : (known.find(({ name }) => name === queue.exchangeName)?.strategy ?? 'gone');
  } catch {
    return 'unknown';
  }
}
