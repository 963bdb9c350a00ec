import { Router, type Response } from 'express';
import { type CallDirection } from '../../shared/agent-state.js';
import { DomainError } from '../../platform/errors.js';
import { toFieldErrors, type FieldErrors } from '../../platform/http/form.js';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { localsOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { can } from '../accounts/viewer.domain.js';
import { type RecordingLine } from '../recordings/recording.domain.js';
import { toShownLine, worstOf, type AgentSide, type ShownLine } from '../line-quality/index.js';
import { CALL_OUTCOMES, type CallOutcome } from './call-outcome.domain.js';
import { type CallFilter, type CallPage, type CallRecordWithEvents, type Named } from './call-record.domain.js';
import { toCallLine, toTimeline, type CallLine, type CallTimelineEntry, type CallWords } from './calls-page.domain.js';
import { callListQuery, callParams, CALL_DIRECTIONS, MAX_DAYS } from './calls.schema.js';

const PAGE_SIZE = 50;

/** What the filter's fields hold: as typed, or as it was understood. */
export interface CallFilterValues {
  readonly from: string;
  readonly to: string;
  readonly queue: string;
  readonly agent: string;
  readonly outcome: string;
  readonly direction: string;
  readonly q: string;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'calls/index': {
      readonly calls: readonly ListedCall[];
      readonly total: number;
      readonly page: number;
      readonly pageCount: number;
      readonly values: CallFilterValues;
      readonly errors: FieldErrors;
      readonly queues: readonly Named[];
      readonly agents: readonly Named[];
      readonly outcomes: readonly { readonly value: CallOutcome; readonly text: string }[];
      readonly directions: readonly { readonly value: CallDirection; readonly text: string }[];
      readonly timeZone: string;
    };
    'calls/show': {
      readonly call: CallLine;
      readonly timeline: readonly CallTimelineEntry[];
      /** Of those who may listen; empty where nothing was recorded. */
      readonly recordings: readonly RecordingLine[];
      /** Its record; null when there is none, or none that who looks may be told of here. */
      readonly attendance: LinkedAttendance | null;
      /** How it sounded at each agent's side. */
      readonly lines: readonly { readonly agent: string; readonly line: ShownLine }[];
      readonly timeZone: string;
    };
  }
}

/** The records of calls, as this page needs them; `CallRecords` is one. */
export interface CallRecordSource {
  list(filter: CallFilter): Promise<CallPage>;
  find(callId: string): Promise<CallRecordWithEvents | null>;
}

/** A call of the list, with how its worst side sounded; null where nothing was measured. */
export interface ListedCall extends CallLine {
  readonly line: Pick<ShownLine, 'word' | 'wordText'> | null;
}

/** The record of a call, as its page links it. */
export interface LinkedAttendance {
  readonly id: number;
  readonly protocol: string;
}

export interface CallRouterDeps {
  readonly records: CallRecordSource;
  /** Null for an anonymous record too: a call has a number. */
  readonly attendanceOf: (callId: string) => Promise<LinkedAttendance | null>;
  /** By call, what was measured of its line. */
  readonly linesOf: (callIds: readonly string[]) => Promise<ReadonlyMap<string, readonly AgentSide[]>>;
  /** What the filter offers, by name. */
  readonly choices: () => Promise<{ readonly queues: readonly Named[]; readonly agents: readonly Named[] }>;
  /** The operation's zone: days of the filter and times shown are its. */
  readonly timeZone: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The recordings of a call as its page shows them; without it there are none. */
  readonly recordingsOf?: (callId: string, words: CallWords) => Promise<readonly RecordingLine[]>;
}

/** "Ligações": `GET /` the list, `GET /:id` one call with what happened in it. To be mounted at `/calls`. */
export function createCallRouter(deps: CallRouterDeps): Router {
  const { records, timeZone } = deps;
  const router = Router();
  const wordsOf = (res: Response): CallWords => {
    const { t, locale } = localsOf(res);
    return { t, locale, timeZone };
  };

  router.get('/', requirePermission('calls.list'), async (req, res) => {
    const words = wordsOf(res);
    const parsed = callListQuery(timeZone, deps.now()).safeParse(req.query);
    const { queues, agents } = await deps.choices();
    const outcomes = CALL_OUTCOMES.map((value) => ({ value, text: words.t(`board:calls.outcome.${value}`) }));
    const directions = CALL_DIRECTIONS.map((value) => ({ value, text: words.t(`board:direction.${value}`) }));
    const common = { queues, agents, outcomes, directions, timeZone };
    if (!parsed.success) {
      const errors = toFieldErrors(parsed.error, (key, params) => words.t(key, { days: MAX_DAYS, ...params }));
      const model = { ...common, calls: [], total: 0, page: 1, pageCount: 1, values: asTyped(req.query), errors };
      renderPage(res, 'calls/index', model, 422);
      return;
    }
    const { from, to, queueId, agentId, outcome, direction, text, page } = parsed.data;
    const found = await records.list({
      from: from.toMillis(),
      to: to.plus({ days: 1 }).toMillis(),
      ...(queueId === undefined ? {} : { queueId }),
      ...(agentId === undefined ? {} : { agentId }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(direction === undefined ? {} : { direction }),
      ...(text === '' ? {} : { text }),
      page,
      pageSize: PAGE_SIZE,
    });
    const lines = await deps.linesOf(found.calls.map(({ callId }) => callId));
    renderPage(res, 'calls/index', {
      ...common,
      calls: found.calls.map((call) => {
        const worst = worstOf((lines.get(call.callId) ?? []).map(({ line }) => line));
        return { ...toCallLine(call, words), line: worst === null ? null : toShownLine(worst, words) };
      }),
      total: found.total,
      page,
      pageCount: Math.max(1, Math.ceil(found.total / PAGE_SIZE)),
      values: {
        from: from.toISODate() ?? '',
        to: to.toISODate() ?? '',
        queue: String(queueId ?? ''),
        agent: String(agentId ?? ''),
        direction: direction ?? '',
        outcome: outcome ?? '',
        q: text,
      },
      errors: {},
    });
  });

  router.get('/:id', requirePermission('calls.list'), async (req, res) => {
    const { id } = callParams.parse(req.params);
    const call = await records.find(id);
    if (call === null) throw new DomainError('not-found', 'board:calls.error.not-found');
    const words = wordsOf(res);
    const mayListen = can(requireViewer(req), 'recordings.listen');
    const sides = (await deps.linesOf([id])).get(id) ?? [];
    const people = [call.agent, ...call.events.map(({ agent }) => agent)];
    renderPage(res, 'calls/show', {
      call: toCallLine(call, words),
      timeline: toTimeline(call, words),
      recordings: mayListen ? ((await deps.recordingsOf?.(id, words)) ?? []) : [],
      attendance: can(requireViewer(req), 'attendances.list') ? await deps.attendanceOf(id) : null,
      lines: sides.map(({ agentId, line }) => ({
        agent: people.find((person) => person?.id === agentId)?.name ?? '',
        line: toShownLine(line, words),
      })),
      timeZone,
    });
  });

  return router;
}

function asTyped(query: Readonly<Record<string, unknown>>): CallFilterValues {
  const read = (name: string): string => {
    const value = query[name];
    return typeof value === 'string' ? value.slice(0, 60) : '';
  };
  return {
    from: read('from'),
    to: read('to'),
    queue: read('queue'),
    agent: read('agent'),
    direction: read('direction'),
    outcome: read('outcome'),
    q: read('q'),
  };
}
