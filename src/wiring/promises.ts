import { randomUUID } from 'node:crypto';
import { type CallCentre } from '../modules/agents/index.js';
import { type Attendances } from '../modules/attendances/index.js';
import {
  CallbackJob,
  Callbacks,
  cronSchedule,
  DEFAULT_CALLBACK_SETTINGS,
  DEMO_CALLBACK_SETTINGS,
  plainSchedule,
  SequelizeCallbackRepository,
  type CallbackJobDeps,
  type DoNotCallList,
} from '../modules/callbacks/index.js';
import { LeaseRepository } from '../platform/db/lease.js';
import { type VoiceOptions } from './voice.js';

/** There is no do-not-call list yet; when there is, promises are checked against it as they fire. */
const NOBODY_REFUSES: DoNotCallList = { has: () => Promise.resolve(false) };

export interface PromisesOptions extends Pick<
  VoiceOptions,
  'db' | 'config' | 'logger' | 'now' | 'telephony' | 'customers' | 'queues' | 'holidays'
> {
  readonly centre: CallCentre;
  readonly attendances: Attendances;
}

/** Wires the calls that were promised and the job that fires them; begins nothing. */
export function createPromises(options: PromisesOptions): { readonly callbacks: Callbacks; readonly job: CallbackJob } {
  const { db, config, logger, telephony, customers, queues, centre, attendances } = options;
  const { timeZone } = config;
  const processId = randomUUID();
  const callbacks = new Callbacks({
    repository: new SequelizeCallbackRepository(db),
    agents: {
      status: (agentId) => centre.agent(agentId),
      reserve: (agentId, callbackId) => centre.reserve(agentId, callbackId),
      release: (agentId, callbackId) => centre.release(agentId, callbackId),
      dial: async ({ agentId, callId, number }) => {
        await centre.dial(agentId, { callId, number, direction: 'callback', autoAnswer: false });
      },
      findCall: async (callId) => {
        const found = await telephony.findCall(callId);
        return found?.live === true ? { live: true, state: found.call.state } : found;
      },
    },
    customers,
    attendances,
    doNotCall: NOBODY_REFUSES,
    holidays: options.holidays,
    queues: {
      offersCallbacks: (queueId) => queues.offersCallbacks(queueId),
      currentOf: (agentId) => centre.callOf(agentId)?.queueId ?? null,
    },
    settings: { ...(config.demo ? DEMO_CALLBACK_SETTINGS : DEFAULT_CALLBACK_SETTINGS), timeZone },
    processId,
    now: options.now,
    newId: randomUUID,
    log: logger,
  });
  const every: CallbackJobDeps['every'] = (milliseconds, run) => {
    const timer = setInterval(run, milliseconds).unref();
    return () => {
      clearInterval(timer);
    };
  };
  const job = new CallbackJob({
    callbacks,
    leases: new LeaseRepository(db),
    processId,
    now: options.now,
    log: logger,
    schedules: [cronSchedule(logger), plainSchedule(every)],
    every,
  });
  return { callbacks, job };
}
