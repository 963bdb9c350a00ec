import { type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';

export interface WorkloadOptions {
  /** The exchange's names of the queues, and the agents' extensions. */
  readonly queues: readonly string[];
  readonly extensions: readonly string[];
  readonly calls: number;
  /** Names the calls of one round apart from those of the others. */
  readonly round: string;
  readonly startAt: number;
}

/**
 * Inbound calls as an exchange tells of them: as many at a time as there are agents, each entering a queue, offered,
 * answered, held, resumed and ended; one event of each call in turn, as they come on a busy day.
 */
export function* inboundCalls(options: WorkloadOptions): Generator<TelephonyEvent> {
  const { queues, extensions, calls, round } = options;
  let at = options.startAt;
  for (let first = 0; first < calls; first += extensions.length) {
    const together = extensions.slice(0, Math.min(extensions.length, calls - first)).map((extension, index) => ({
      extension,
      callId: `bench-${round}-${first + index}`,
      queue: queues[(first + index) % queues.length] ?? null,
      number: `+5583${String(900_000_000 + first + index)}`,
    }));
    for (const { callId, queue, number } of together) {
      yield { type: 'call-started', at: at++, callId, direction: 'inbound', number, queue, extension: null };
    }
    for (const type of ['call-offered', 'call-answered', 'call-held', 'call-resumed'] as const) {
      for (const { callId, extension } of together) yield { type, at: at++, callId, extension };
    }
    for (const { callId } of together) yield { type: 'call-ended', at: at++, callId, by: 'customer', cause: 'hung-up' };
  }
}
