import { type CallCentre } from '../modules/agents/index.js';
import { createLineCommands, LineQuality, SequelizeLineQualityRepository } from '../modules/line-quality/index.js';
import { type Database } from '../platform/db/database.js';
import { type HubViewer } from '../platform/realtime/hub.js';

/** Wires what is measured of lines and equipment; it works without telephony, for those who look. */
export function createLineQuality(db: Database, now: () => number): LineQuality {
  return new LineQuality({ repository: new SequelizeLineQualityRepository(db), now });
}

/** What agents' pages may store of them. */
export function lineCommands<V extends HubViewer>(options: {
  readonly lines: LineQuality;
  readonly centre: Pick<CallCentre, 'callOf'>;
}): ReturnType<typeof createLineCommands<V>> {
  return createLineCommands<V>({
    lines: options.lines,
    isInCall: (agentId, callId) => {
      const call = options.centre.callOf(agentId);
      return call?.callId === callId && call.answeredAt !== null && call.state !== 'offered';
    },
  });
}
