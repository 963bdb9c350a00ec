import { type Server } from 'node:http';
import { type Request, type RequestHandler, type Router } from 'express';
import { type Viewer } from '../modules/accounts/index.js';
import { type CallCentre } from '../modules/agents/index.js';
import { Attendances, createAttendanceCommands, SequelizeAttendanceRepository } from '../modules/attendances/index.js';
import {
  type CallbackJob,
  type Callbacks,
  createCallbackHandlers,
  createCallbackRouter,
} from '../modules/callbacks/index.js';
import {
  CallRecords,
  createCallCommands,
  createCallRouter,
  SequelizeCallJournal,
  SequelizeCallRecordRepository,
} from '../modules/calls/index.js';
import { type AuditTrail, type SequelizeAuditRepository } from '../modules/audit/index.js';
import { type Customers } from '../modules/customers/index.js';
import {
  AccessChanges,
  createDeskCommands,
  createDeskRouter,
  DeskFollower,
  DeskPages,
  deskRoom,
  Desks,
  PhoneLeases,
  TargetWatch,
  transferRoom,
} from '../modules/desk/index.js';
import { type Holidays } from '../modules/holidays/index.js';
import {
  BOARD_ROOM,
  BoardFeed,
  createBoardCommands,
  createMonitoringRouter,
  localDayOf,
} from '../modules/monitoring/index.js';
import { type QueueHours, type Queues } from '../modules/queues/index.js';
import { toPauseReasonRef, type Reasons } from '../modules/reasons/index.js';
import { type Telephony } from '../modules/telephony/telephony.port.js';
import { type Users } from '../modules/users/index.js';
import { type Config } from '../platform/config/config.js';
import { type Database } from '../platform/db/database.js';
import { viewerOf } from '../platform/http/locals.js';
import { type DatabaseSessionStore } from '../platform/http/session-store.js';
import { type Translator } from '../platform/i18n/translator.js';
import { type Logger } from '../platform/log.js';
import { RealtimeHub, type ClientCommands } from '../platform/realtime/hub.js';
import { systemSchedule, type Schedule } from '../platform/schedule.js';
import { closeAbandonedRecords } from './abandoned-records.js';
import { createCallCentre } from './call-centre.js';
import { deskCustomers } from './customers.js';
import { createLineQuality, lineCommands } from './line-quality.js';
import { deskCallOf } from './desk-calls.js';
import { deskAttendances } from './desk-attendances.js';
import { createPromises } from './promises.js';
import { createRecordings } from './recordings.js';

/** A page that reloads is back well within this; a suspended one is noticed within ten seconds together with the ping. */
const PAGE_GRACE_MS = 3000;

export interface VoiceOptions {
  readonly server: Server;
  readonly db: Database;
  readonly config: Config;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly telephony: Telephony;
  readonly translator: Translator;
  readonly users: Users;
  readonly queues: Queues;
  readonly queueHours: Pick<QueueHours, 'openingOf'>;
  readonly holidays: Holidays;
  readonly reasons: Reasons;
  readonly customers: Customers;
  readonly sessions: Pick<DatabaseSessionStore, 'keepAlive'>;
  readonly audit: AuditTrail;
  readonly auditRows: SequelizeAuditRepository;
  /** A signed-in person as of now; null for one who is not let in any more. */
  readonly loadViewer: (viewer: Pick<Viewer, 'userId' | 'sessionId' | 'locale'>) => Promise<Viewer | null>;
  readonly logError: (error: unknown, context: object) => void;
}

/** The live half of the application: calls, agents, boards and promises. */
export interface Voice extends AsyncDisposable {
  readonly centre: CallCentre;
  readonly callbacks: Callbacks;
  readonly job: CallbackJob;
  readonly attendances: Attendances;
  readonly accessChanges: AccessChanges;
  /** Settles with what tells whether an agent has a pause for a reason now or next, when all before it is stored. */
  pausesInUse(): Promise<(reasonId: number) => boolean>;
  readonly routes: readonly (readonly [path: string, router: Router])[];
  /** Opens the sockets, then begins to work. */
  start(handshake: readonly RequestHandler[]): Promise<RealtimeHub<Viewer>>;
  /** Tells the agents' pages that their phones have to ask for credentials again. */
  phonesChanged(): void;
}

/** Wires calls, agents, boards, callbacks and the pages' sockets over one telephony; begins nothing before `start`. */
export function createVoice(options: VoiceOptions): Voice {
  const { db, config, customers, logger, telephony, queues, reasons, logError } = options;
  const now = (): number => options.now().getTime();
  const schedule: Schedule = systemSchedule;
  const { timeZone } = config;

  const callRepository = new SequelizeCallRecordRepository(db);
  const records = new CallRecords({ repository: callRepository });
  const journal = new SequelizeCallJournal({ db, schedule, log: logger });
  const attendances = new Attendances({
    repository: new SequelizeAttendanceRepository(db, timeZone),
    now: options.now,
    reasons: async (type) => (await reasons.listActive(type)).map(({ id, name }) => ({ id, name })),
    customerOfCall: (agentId, callId) => {
      const call = centre.callOf(agentId);
      return call?.callId === callId ? (call.customer?.id ?? null) : null;
    },
  });
  const centre: CallCentre = createCallCentre({ ...options, callRepository, journal });
  const { callbacks, job } = createPromises({ ...options, centre, attendances });
  const feed = new BoardFeed({ source: centre, now, schedule, logError });
  const undo: (() => void)[] = [];
  let hub: RealtimeHub<Viewer> | null = null;
  const desks: Desks = new Desks({
    centre: {
      agent: (agentId) => centre.agent(agentId),
      callOf: (agentId) => deskCallOf(centre, agentId),
      secondOf: (agentId) => centre.secondOf(agentId),
      queue: (queueId) => centre.queue(queueId),
      link: () => centre.link(),
    },
    records: {
      queuesOf: (agentId) => queues.listOfUser(agentId),
      pauseReasons: async () => (await reasons.listActive('pause')).map(toPauseReasonRef),
      callbacksOf: (agentId) => callbacks.listFor(agentId),
      callbackOfCall: (callId) => callbacks.byCall(callId),
      ...deskAttendances({ attendances, centre, loadViewer: options.loadViewer }),
      todayOf: (agentId) => {
        const { from, until } = localDayOf(now(), timeZone);
        return records.figuresOfAgent(agentId, from, until);
      },
    },
    phoneOf: (agentId) => pages.phoneOf(agentId),
    isOpen: (agentId) => pages.isOpen(agentId),
    capabilities: () => [...telephony.capabilities],
    send: (agentId, desk) => hub?.send(deskRoom(agentId), 'desk:changed', desk),
    now,
    logError,
  });
  const pages = new DeskPages({
    leases: new PhoneLeases(),
    presence: centre,
    onChanged: (agentId) => {
      desks.changed(agentId);
    },
    setTimer: schedule,
    now,
    logError,
    graceMs: PAGE_GRACE_MS,
  });
  const saidCustomers = deskCustomers<Viewer>({ db, customers, centre, desks });
  const follower = new DeskFollower({
    centre,
    desks,
    attendances,
    setCustomer: saidCustomers.setCustomerOfAttendance,
    stored: () => journal.flush(),
    schedule,
    logError,
  });
  const targets = new TargetWatch({
    centre,
    isOpen: (queueId) => centre.isQueueOpen(queueId),
    send: (agentId, list) => hub?.send(transferRoom(agentId), 'transfer:changed', list),
    now,
    schedule,
  });
  const accessChanges = new AccessChanges({
    centre,
    refreshUser: (userId, options) => hub?.refreshUser(userId, options) ?? Promise.resolve(),
  });
  const promises = createCallbackHandlers({ callbacks });
  const recordings = createRecordings({
    ...options,
    centre,
    onChanged: (agentId, view) => hub?.send(deskRoom(agentId), 'recording:changed', view),
  });
  const lines = createLineQuality(db, now);
  const commands: ClientCommands<Viewer> = {
    ...createDeskCommands<Viewer>({
      desks,
      pages,
      wishes: centre,
      softphoneCredentials: (extension) => telephony.softphoneCredentials(extension),
      targets,
      finishAttendance: (agentId, callId) => attendances.complete(callId, agentId),
    }),
    ...createBoardCommands<Viewer>({ feed }),
    'callback:book': { permission: 'callbacks.schedule', run: promises['callback:book'] },
    'callback:cancel': { permission: 'callbacks.schedule', run: promises['callback:cancel'] },
    ...createAttendanceCommands<Viewer>({
      attendances,
      saved: (agentId, form) => {
        desks.attendanceSaved(agentId, form);
      },
      finished: (agentId) => {
        desks.recordsChanged(agentId);
      },
    }),
    ...saidCustomers.commands,
    ...recordings.commands,
    ...lineCommands<Viewer>({ lines, centre }),
    ...createCallCommands<Viewer>({
      records,
      timeZone,
      today: () => localDayOf(now(), timeZone),
      translate: options.translator,
    }),
  };

  return {
    centre,
    callbacks,
    job,
    attendances,
    accessChanges,
    async pausesInUse() {
      await journal.flush();
      return (id) => centre.agents().some((agent) => agent.pauseReason?.id === id || agent.nextPause?.id === id);
    },
    routes: [
      ['/desk', createDeskRouter({ timeZone })],
      ['/monitoring', createMonitoringRouter()],
      ['/callbacks', createCallbackRouter({ callbacks })],
      [
        '/calls',
        createCallRouter({
          records,
          attendanceOf: (callId) => attendances.linkOfCall(callId),
          linesOf: (callIds) => lines.ofCalls(callIds),
          timeZone,
          now,
          recordingsOf: recordings.recordingsOf,
          choices: async () => ({ queues: await queues.list(), agents: await options.users.listAgents() }),
        }),
      ],
      ...recordings.routes,
    ],
    async start(handshake) {
      hub = new RealtimeHub<Viewer>({
        server: options.server,
        handshake: handshake as unknown as ConstructorParameters<typeof RealtimeHub<Viewer>>[0]['handshake'],
        viewerOf: (request) => Promise.resolve(viewerOf(request as Request)),
        loadViewer: (viewer) => options.loadViewer(viewer),
        commands,
        translate: (locale) => options.translator(locale),
        onClosed: ({ id }, wasSilent) => {
          pages.closed(id, wasSilent);
          targets.unwatch(id);
        },
        keepAlive: ({ sessionId, userId }) => {
          options.sessions.keepAlive(sessionId, userId).catch((error: unknown) => {
            logError(error, { at: 'session of an open page' });
          });
        },
        logError,
      });
      undo.push(
        saidCustomers.follow(),
        callbacks.onChanged(desks.recordsChanged.bind(desks)),
        reasons.onChanged(() => {
          desks.allRecordsChanged();
        }),
        centre.onCall((event) => {
          callbacks.onCallEvent(event);
        }),
        feed.onFrame((frame) => hub?.send(BOARD_ROOM, 'board:changed', frame)),
      );
      await recordings.start();
      await telephony.start();
      await centre.start();
      follower.start();
      undo.push(closeAbandonedRecords({ centre, attendances, logError }));
      accessChanges.start();
      feed.start();
      job.start();
      return hub;
    },
    phonesChanged() {
      for (const { agentId } of centre.agents()) hub?.send(deskRoom(agentId), 'phone:changed');
      // What can be done with a call may be another on this exchange.
      desks.allChanged();
    },
    async [Symbol.asyncDispose]() {
      // What brings events in goes first, then those who listen, then what they write to; pages hear the end of it.
      await job.stop();
      await telephony[Symbol.asyncDispose]();
      await recordings.stop();
      follower.stop();
      accessChanges.stop();
      pages.dispose();
      targets.stop();
      feed[Symbol.dispose]();
      for (const step of undo.splice(0)) step();
      await centre[Symbol.asyncDispose]();
      await callbacks.idle();
      await journal[Symbol.asyncDispose]();
      await hub?.close();
    },
  };
}
