import { randomUUID } from 'node:crypto';
import { CallCentre, DEFAULT_CENTRE_SETTINGS, SequelizeAgentStateRepository } from '../modules/agents/index.js';
import { type SequelizeCallJournal, type SequelizeCallRecordRepository } from '../modules/calls/index.js';
import { toPauseReasonRef } from '../modules/reasons/index.js';
import { systemSchedule } from '../platform/schedule.js';
import { type VoiceOptions } from './voice.js';

/** The live picture over one telephony, what it writes to and whom it asks. */
export function createCallCentre(
  options: VoiceOptions & {
    readonly callRepository: SequelizeCallRecordRepository;
    readonly journal: SequelizeCallJournal;
  },
): CallCentre {
  const { db, config, customers, logger, telephony, queues, reasons, callRepository, journal } = options;
  return new CallCentre({
    telephony,
    // Who has no extension yet takes no calls, whatever the profile allows.
    directory: {
      listAgents: async () => (await options.users.listAgents()).filter(({ extension }) => extension !== null),
    },
    agents: new SequelizeAgentStateRepository(db, { log: logger }),
    calls: callRepository,
    journal,
    queues,
    reasons: {
      requireActive: async (type, id) => toPauseReasonRef(await reasons.requireActive(type, id)),
    },
    customers,
    hours: (exchangeName) => options.queueHours.openingOf(exchangeName).isOpen,
    now: () => options.now().getTime(),
    schedule: systemSchedule,
    newCallId: randomUUID,
    log: logger,
    timeZone: config.timeZone,
    settings: DEFAULT_CENTRE_SETTINGS,
  });
}
