import { DateTime } from 'luxon';
import { CallbackStory, type SeedCallback } from './callback-story.js';
import { type SeedCall, type SeedInterval } from './day-record.js';
import { DaySimulation } from './day-simulation.js';
import { DEMO_DESCRIPTIONS, DEMO_QUEUES } from './demo-service.js';
import { SeededRandom } from './random.js';
import { HISTORY_DAYS, planDay } from './week-plan.js';

const SEED = 20_261_122;

export interface SeedAttendance {
  readonly protocol: string;
  readonly callId: string;
  readonly customerId: number | null;
  readonly agentId: number | null;
  readonly queueId: number | null;
  readonly subject: string;
  readonly description: string;
  readonly openedAt: number;
  readonly finishedAt: number;
}

export interface History {
  readonly calls: readonly SeedCall[];
  readonly intervals: readonly SeedInterval[];
  readonly attendances: readonly SeedAttendance[];
  /** The last protocol number of each day, by `YYYYMMDD`. */
  readonly protocolCounters: ReadonlyMap<string, number>;
  readonly callbacks: readonly SeedCallback[];
}

export interface HistoryDeps {
  /** Epoch milliseconds; nothing that is told happened later. */
  readonly now: number;
  readonly timeZone: string;
  /** The protocol number of the `n`th attendance of a day (`YYYYMMDD`). */
  readonly protocolFor: (day: string, n: number) => string;
}

/** A believable week up to now. The same `now` gives the same week. */
export function tellHistory({ now, timeZone, protocolFor }: HistoryDeps): History {
  const random = new SeededRandom(SEED);
  const today = DateTime.fromMillis(now, { zone: timeZone }).startOf('day');
  const story = new CallbackStory(today, now);
  const calls: SeedCall[] = [];
  const intervals: SeedInterval[] = [];
  for (let daysAgo = HISTORY_DAYS - 1; daysAgo >= 0; daysAgo -= 1) {
    const day = today.minus({ days: daysAgo });
    const record = new DaySimulation(random, planDay(day, now, random, story.dialsOn(daysAgo))).run();
    calls.push(...record.calls);
    intervals.push(...record.intervals);
  }
  const protocolCounters = new Map<string, number>();
  const attendances = calls
    .filter((call): call is SeedCall & { answeredAt: number; endedAt: number } => call.answeredAt !== null)
    .sort((a, b) => a.answeredAt - b.answeredAt)
    .map((call) => {
      const day = DateTime.fromMillis(call.answeredAt, { zone: timeZone }).toFormat('yyyyLLdd');
      const n = (protocolCounters.get(day) ?? 0) + 1;
      protocolCounters.set(day, n);
      return attend(call, protocolFor(day, n), random);
    });
  return { calls, intervals, attendances, protocolCounters, callbacks: story.tell() };
}

function attend(
  call: SeedCall & { readonly answeredAt: number; readonly endedAt: number },
  protocol: string,
  random: SeededRandom,
): SeedAttendance {
  const queue = DEMO_QUEUES.find(({ id }) => id === call.queueId) ?? random.pick(DEMO_QUEUES);
  const subject = call.queueId === null ? `Retorno: ${random.pick(queue.subjects)}` : random.pick(queue.subjects);
  return {
    protocol,
    callId: call.id,
    customerId: call.customerId,
    agentId: call.agentId,
    queueId: call.queueId,
    subject,
    description: random.pick(DEMO_DESCRIPTIONS).replace('%s', subject),
    openedAt: call.answeredAt,
    finishedAt: call.endedAt + call.wrapUpMs,
  };
}
