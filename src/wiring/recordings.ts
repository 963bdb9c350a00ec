import { randomUUID } from 'node:crypto';
import { type Router } from 'express';
import { type CallCentre } from '../modules/agents/index.js';
import { type AuditTrail, type SequelizeAuditRepository } from '../modules/audit/index.js';
import { type CallRouterDeps } from '../modules/calls/index.js';
import { type Queues } from '../modules/queues/index.js';
import {
  createRecordingCommands,
  createRecordingRouter,
  createRecordingSettingsRouter,
  hourly,
  RecordingFolder,
  Recordings,
  type RecordingsDeps,
  RetentionJob,
  SequelizeRecordingRepository,
  SequelizeRecordingSettingsRepository,
  toRecordingLine,
} from '../modules/recordings/index.js';
import { type Telephony } from '../modules/telephony/telephony.port.js';
import { type Config } from '../platform/config/config.js';
import { type Database } from '../platform/db/database.js';
import { LeaseRepository } from '../platform/db/lease.js';
import { type Logger } from '../platform/log.js';
import { type HubViewer } from '../platform/realtime/hub.js';
import { systemSchedule } from '../platform/schedule.js';

export interface RecordingsOptions {
  readonly db: Database;
  readonly config: Config;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly telephony: Telephony;
  readonly centre: CallCentre;
  readonly queues: Queues;
  readonly audit: AuditTrail;
  readonly auditRows: SequelizeAuditRepository;
  readonly onChanged: RecordingsDeps['onChanged'];
  readonly logError: (error: unknown, context: object) => void;
}

/** Recordings of calls, from the exchange to their pages. */
export interface RecordingsPart {
  readonly routes: readonly (readonly [path: string, router: Router])[];
  readonly commands: ReturnType<typeof createRecordingCommands<HubViewer>>;
  /** What the page of a call shows. */
  readonly recordingsOf: NonNullable<CallRouterDeps['recordingsOf']>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Wires the recordings over one telephony; begins nothing before `start`. */
export function createRecordings(options: RecordingsOptions): RecordingsPart {
  const { db, config, logger, telephony, centre, queues, audit, auditRows, logError } = options;
  const repository = new SequelizeRecordingRepository(db, auditRows);
  const settings = new SequelizeRecordingSettingsRepository(db, auditRows);
  const files = new RecordingFolder(config.recordingsFolder);
  const canRecord = (): boolean => telephony.capabilities.has('recording');
  const recordings = new Recordings({
    ...{ repository, settings, files, canRecord },
    recorder: telephony.recorder,
    findCall: (callId) => centre.liveCall(callId),
    callOf: (agentId) => centre.callOf(agentId),
    onChanged: options.onChanged,
    now: () => options.now().getTime(),
    schedule: systemSchedule,
    log: logger,
  });
  const job = new RetentionJob({
    ...{ repository, settings, files },
    leases: new LeaseRepository(db),
    processId: randomUUID(),
    now: options.now,
    log: logger,
    schedule: hourly(logger),
  });
  let unlisten: (() => void) | null = null;
  return {
    routes: [
      ['/recordings', createRecordingRouter({ recordings, logError })],
      [
        '/admin/settings/recordings',
        createRecordingSettingsRouter({ settings, queues, audit, canRecord, timeZone: config.timeZone }),
      ],
    ],
    commands: createRecordingCommands<HubViewer>({ recordings }),
    recordingsOf: async (callId, words) =>
      Promise.all(
        (await recordings.ofCall(callId)).map(async (recording) =>
          toRecordingLine(recording, (await recordings.sizeOf(recording)) !== null, words),
        ),
      ),
    async start() {
      unlisten = centre.onCall(({ type, call }) => {
        if (type === 'answered') recordings.answered(call);
        else if (type === 'ended') recordings.ended(call.callId);
      });
      await recordings.start();
      job.start();
    },
    async stop() {
      unlisten?.();
      await job.stop();
      await recordings.stop();
    },
  };
}
