import { type CallCentre } from '../modules/agents/index.js';
import { type Attendances } from '../modules/attendances/index.js';
import { systemSchedule } from '../platform/schedule.js';

const EVERY_MS = 10 * 60_000;
/** A caller may stay with the URA, of which the exchange tells nothing, for as long as this. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/**
 * Closes, now and every ten minutes, the records of callers who hung up while nobody followed, as in a restart, and of
 * calls the exchange never told of. Returns its own end.
 */
export function closeAbandonedRecords(deps: {
  readonly centre: CallCentre;
  readonly attendances: Attendances;
  readonly logError: (error: unknown, context: object) => void;
}): () => void {
  const { centre, attendances, logError } = deps;
  let cancel = (): void => undefined;
  const heal = async (): Promise<void> => {
    // While the exchange is away nobody knows which calls there are.
    if (!centre.link().connected) return;
    await attendances.healAbandoned((callId) => centre.liveCall(callId) !== null, ABANDONED_AFTER_MS);
  };
  const round = (): void => {
    heal().catch((error: unknown) => {
      logError(error, { at: 'abandoned attendances' });
    });
    cancel = systemSchedule(round, EVERY_MS);
  };
  round();
  return () => {
    cancel();
  };
}
