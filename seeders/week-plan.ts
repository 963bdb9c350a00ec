import { type DateTime } from 'luxon';
import { DEMO_AGENTS, type DemoAgent } from './demo-accounts.js';
import { DEMO_CUSTOMERS, strangerNumber } from './demo-customers.js';
import { DEMO_QUEUES, PAUSE, type DemoQueue } from './demo-service.js';
import {
  type DayPlan,
  type PlannedArrival,
  type PlannedDial,
  type PlannedPause,
  type PlannedShift,
} from './day-simulation.js';
import { type SeededRandom } from './random.js';

const MINUTE = 60_000;
export const HISTORY_DAYS = 7;
/** The operation is open from 8 to 20; how the calls of a day are spread over its hours. */
const OPENS_AT = 8;
const HOURLY_SHARE = [0.06, 0.1, 0.13, 0.12, 0.08, 0.07, 0.1, 0.11, 0.09, 0.06, 0.05, 0.03] as const;
/** Monday to Sunday, of a working day's calls. */
const DAY_SHARE = [1.12, 1, 0.96, 1, 1.05, 0.45, 0.28] as const;
const SHIFT_MINUTES = 380;

/** Who calls, or is called: a customer, or now and then a number that nobody knows. */
export function somebody(random: SeededRandom): { readonly number: string; readonly customerId: number | null } {
  if (random.chance(0.2)) return { number: strangerNumber(random.between(0, 899)), customerId: null };
  const customer = random.pick(DEMO_CUSTOMERS);
  return { number: random.pick(customer.numbers), customerId: customer.id };
}

/** One day up to `until`: shifts with their pauses, callers, and calls that agents make. */
export function planDay(day: DateTime, until: number, random: SeededRandom, promised: readonly PlannedDial[]): DayPlan {
  const opens = day.set({ hour: OPENS_AT }).toMillis();
  const shifts = staffOf(day, random).map((agent) => planShift(agent, opens, random));
  const share = DAY_SHARE[day.weekday - 1] ?? 1;
  const arrivals = DEMO_QUEUES.flatMap((queue) => arrivalsOf(queue, opens, share, random));
  const dials = shifts.flatMap((shift) => dialsOf(shift, random));
  return {
    shifts,
    arrivals: arrivals.sort((a, b) => a.at - b.at),
    dials: [...dials, ...promised],
    until: Math.min(until, day.plus({ days: 1 }).toMillis()),
  };
}

/** Everybody has days off; at weekends few are there. Who is there on a day is asked once. */
function staffOf(day: DateTime, random: SeededRandom): readonly DemoAgent[] {
  const perShift = day.weekday === 6 ? 4 : day.weekday === 7 ? 3 : 5;
  return (['morning', 'afternoon'] as const).flatMap((shift) => {
    const team = DEMO_AGENTS.filter((agent) => agent.shift === shift);
    // Who serves every queue is always there, so that no queue is without anybody.
    const [first, ...others] = team;
    while (others.length > perShift - 1) others.splice(random.between(0, others.length - 1), 1);
    return first === undefined ? [] : [first, ...others];
  });
}

function planShift(agent: DemoAgent, opens: number, random: SeededRandom): PlannedShift {
  const start = agent.shift === 'morning' ? opens : opens + 340 * MINUTE;
  const from = start + random.between(-3 * MINUTE, 4 * MINUTE);
  const to = start + SHIFT_MINUTES * MINUTE + random.between(0, 3 * MINUTE);
  const pauseAt = (minute: number, minutes: number, reasonId: number): PlannedPause => ({
    at: from + (minute + random.between(-15, 15)) * MINUTE,
    ms: Math.round(minutes * MINUTE * (0.85 + 0.3 * random.next())),
    reasonId,
  });
  const pauses = [pauseAt(100, 10, PAUSE.rest), pauseAt(190, 20, PAUSE.meal), pauseAt(280, 10, PAUSE.rest)];
  if (random.chance(0.7)) pauses.push(pauseAt(random.between(30, 350), 4, PAUSE.bathroom));
  if (random.chance(0.15)) pauses.push(pauseAt(random.between(60, 300), 30, PAUSE.training));
  if (random.chance(0.2)) pauses.push(pauseAt(random.between(60, 300), 15, PAUSE.feedback));
  if (random.chance(0.1)) pauses.push(pauseAt(random.between(60, 300), 25, PAUSE.meeting));
  return { agent, from, to, pauses: pauses.sort((a, b) => a.at - b.at) };
}

function arrivalsOf(queue: DemoQueue, opens: number, share: number, random: SeededRandom): PlannedArrival[] {
  return HOURLY_SHARE.flatMap((hourly, i) => {
    const mean = (60 * MINUTE) / (queue.callsPerDay * share * hourly);
    const hour = opens + i * 60 * MINUTE;
    const found: PlannedArrival[] = [];
    for (let at = hour + random.exponential(mean); at < hour + 60 * MINUTE; at += random.exponential(mean)) {
      found.push({ at: Math.round(at), queue, ...somebody(random) });
    }
    return found;
  });
}

function dialsOf({ agent, from, to }: PlannedShift, random: SeededRandom): readonly PlannedDial[] {
  return Array.from({ length: random.between(1, 5) }, () => {
    const fate = random.next();
    return {
      at: random.between(from + 20 * MINUTE, to - 20 * MINUTE),
      agentId: agent.id,
      direction: 'outbound' as const,
      ...somebody(random),
      outcome: fate < 0.68 ? 'answered' : fate < 0.9 ? 'no-answer' : 'busy',
    };
  });
}
