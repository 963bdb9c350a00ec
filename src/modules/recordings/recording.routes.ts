import { pipeline } from 'node:stream';
import { Router, type Response } from 'express';
import { actorOf } from '../../platform/http/actor.js';
import { flash } from '../../platform/http/flash.js';
import { idOf } from '../../platform/http/form-fields.js';
import { submitForm, type FieldErrors, type FormValues } from '../../platform/http/form.js';
import { requirePermission } from '../../platform/http/guards.js';
import { overtakenBy, type Overtaken } from '../../platform/http/overtaken.js';
import { renderPage } from '../../platform/http/pages.js';
import { type AuditTrail } from '../audit/index.js';
import {
  LEAST_KEEP_DAYS,
  LEAST_KEEP_RECORDS_YEARS,
  MOST_KEEP_DAYS,
  MOST_KEEP_RECORDS_YEARS,
  rangeOf,
} from './recording.domain.js';
import { type RecordingSettingsRecord, type RecordingSettingsRepository } from './recording.port.js';
import { recordingSettingsForm } from './recording.schema.js';
import { type Recordings } from './recording.service.js';

interface QueueChoice {
  readonly id: number;
  readonly name: string;
  readonly records: boolean;
  readonly agentsPause: boolean;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'recordings/settings': {
      readonly queues: readonly QueueChoice[];
      readonly canRecord: boolean;
      readonly limits: {
        readonly keepDays: readonly [number, number];
        readonly keepRecordsYears: readonly [number, number];
      };
      readonly values: FormValues;
      readonly errors: FieldErrors;
      readonly overtaken: Overtaken | null;
    };
  }
}

/** `GET /:id/audio`: a recording, whole or by ranges, for those who may listen. To be mounted at `/recordings`. */
export function createRecordingRouter(deps: {
  readonly recordings: Pick<Recordings, 'listen' | 'read'>;
  readonly logError: (error: unknown, context: object) => void;
}): Router {
  const { recordings, logError } = deps;
  const router = Router();

  router.get('/:id/audio', requirePermission('recordings.listen'), async (req, res) => {
    const { recording, size } = await recordings.listen(idOf(req), actorOf(req));
    const range = rangeOf(req.get('range'), size);
    // Whose recording it is and who may hear it can change: a browser asks again each time.
    res.set({ 'Content-Type': 'audio/wav', 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-store' });
    if (range === 'unsatisfiable') {
      res
        .status(416)
        .set('Content-Range', `bytes */${String(size)}`)
        .end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    if (range !== null) {
      res.status(206).set('Content-Range', `bytes ${String(start)}-${String(end)}/${String(size)}`);
    }
    res.set('Content-Length', String(Math.max(0, end - start + 1)));
    if (req.method === 'HEAD' || size === 0) {
      res.end();
      return;
    }
    pipeline(recordings.read(recording, { start, end }), res, (error) => {
      // A player that has heard enough closes the connection in the middle.
      if (error instanceof Error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        logError(error, { at: 'recording', recordingId: recording.id });
      }
    });
  });
  return router;
}

export interface RecordingSettingsRouterDeps {
  readonly settings: RecordingSettingsRepository;
  readonly queues: {
    list(): Promise<readonly { readonly id: number; readonly name: string; readonly isActive: boolean }[]>;
  };
  readonly audit: AuditTrail;
  readonly canRecord: () => boolean;
  readonly timeZone: string;
}

/** "Gravações" of the general settings. To be mounted at `/admin/settings/recordings`. */
export function createRecordingSettingsRouter(deps: RecordingSettingsRouterDeps): Router {
  const { settings, queues, audit, timeZone } = deps;
  const router = Router();

  const draw = async (
    res: Response,
    stored: RecordingSettingsRecord,
    form: {
      readonly values: FormValues;
      readonly errors: FieldErrors;
      readonly ticked: { readonly records: readonly number[]; readonly agentsPause: readonly number[] };
      readonly overtaken?: Overtaken;
    },
    status = 200,
  ): Promise<void> => {
    const inUse = (await queues.list()).filter(({ isActive }) => isActive);
    renderPage(
      res,
      'recordings/settings',
      {
        queues: inUse.map(({ id, name }) => ({
          ...{ id, name },
          records: form.ticked.records.includes(id),
          agentsPause: form.ticked.agentsPause.includes(id),
        })),
        canRecord: deps.canRecord(),
        limits: {
          keepDays: [LEAST_KEEP_DAYS, MOST_KEEP_DAYS],
          keepRecordsYears: [LEAST_KEEP_RECORDS_YEARS, MOST_KEEP_RECORDS_YEARS],
        },
        values: { version: stored.version, ...form.values },
        errors: form.errors,
        overtaken: form.overtaken ?? null,
      },
      status,
    );
  };

  router.get('/', requirePermission('general-settings'), async (_req, res) => {
    const stored = await settings.load();
    await draw(res, stored, { values: toFields(stored), errors: {}, ticked: tickedOf(stored) });
  });

  router.post('/', requirePermission('general-settings'), async (req, res) => {
    const result = await submitForm(res, recordingSettingsForm, req.body, async (form) => {
      const ids = [...new Set([...form.records, ...form.agentsPause])];
      const known = new Set((await queues.list()).map(({ id }) => id));
      await settings.save(
        {
          keepDays: form.keepDays,
          keepRecordsYears: form.keepRecordsYears,
          version: form.version,
          queues: ids
            .filter((id) => known.has(id))
            .map((queueId) => ({
              queueId,
              records: form.records.includes(queueId),
              agentsPause: form.agentsPause.includes(queueId),
            })),
        },
        actorOf(req),
      );
    });
    if (result.ok) {
      await flash(req, 'success', 'recordings:saved', {});
      res.redirect(303, '/admin/settings/recordings');
      return;
    }
    const stored = await settings.load();
    const { values, errors, stale, status } = result;
    const ticked = {
      records: recordingSettingsForm.shape.records.catch([]).parse(values['records']),
      agentsPause: recordingSettingsForm.shape.agentsPause.catch([]).parse(values['agentsPause']),
    };
    if (!stale) {
      await draw(res, stored, { values, errors, ticked }, status);
      return;
    }
    const overtaken = await overtakenBy(audit, 'recording-settings', null, res, timeZone);
    await draw(res, stored, { values: { ...values, version: stored.version }, errors, ticked, overtaken }, status);
  });

  return router;
}

function toFields({ keepDays, keepRecordsYears, version }: RecordingSettingsRecord): FormValues {
  return { keepDays, keepRecordsYears, version };
}

function tickedOf({ queues }: RecordingSettingsRecord): {
  readonly records: readonly number[];
  readonly agentsPause: readonly number[];
} {
  return {
    records: queues.filter(({ records }) => records).map(({ queueId }) => queueId),
    agentsPause: queues.filter(({ agentsPause }) => agentsPause).map(({ queueId }) => queueId),
  };
}
