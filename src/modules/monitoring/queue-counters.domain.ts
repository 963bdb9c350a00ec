/**
 * What one queue did since midnight. One call counts once, in the day it entered the queue.
 *
 * `notAnswered` are all that nobody answered, those that came out of hours among them (`outOfHours` of them). `offered`
 * is `answered` + `notAnswered` - `outOfHours`: a call that came while the queue was closed was offered to nobody, so it
 * weighs neither on the service level nor on the share of abandoned calls, and is itself never abandoned. Calls that left
 * for a callback are counted apart and are in none of the others. Handling is counted when it is over: `handled` are the answered calls that have ended, and
 * it is what TMA divides by, so that a call that still runs does not enter the mean with nothing.
 */
export interface QueueCounters {
  readonly offered: number;
  readonly answered: number;
  readonly answeredInTime: number;
  readonly notAnswered: number;
  readonly abandoned: number;
  readonly abandonedInTime: number;
  readonly leftForCallback: number;
  readonly outOfHours: number;
  /** Waiting before the answer, of the answered calls. */
  readonly waitedMs: number;
  readonly handled: number;
  /** Talk, hold and wrap-up. */
  readonly handledMs: number;
}

export const NO_CALLS: QueueCounters = {
  offered: 0,
  answered: 0,
  answeredInTime: 0,
  notAnswered: 0,
  abandoned: 0,
  abandonedInTime: 0,
  leftForCallback: 0,
  outOfHours: 0,
  waitedMs: 0,
  handled: 0,
  handledMs: 0,
};

export type QueueFact =
  | { readonly type: 'answered'; readonly waitedMs: number }
  | { readonly type: 'not-answered'; readonly waitedMs: number; readonly cause: string }
  /** An answered call has ended; `handledMs` is talk and hold. */
  | { readonly type: 'finished'; readonly handledMs: number }
  | { readonly type: 'wrapped-up'; readonly wrapUpMs: number };

/** The causes that have a counter of their own. */
export const APART = { leftForCallback: 'left-for-callback', outOfHours: 'out-of-hours' } as const;

/** @param targetSeconds - T of the service level: a wait of exactly T is in time. */
export function count(counters: QueueCounters, fact: QueueFact, targetSeconds: number): QueueCounters {
  switch (fact.type) {
    case 'answered':
      return {
        ...counters,
        offered: counters.offered + 1,
        answered: counters.answered + 1,
        answeredInTime: counters.answeredInTime + inTime(fact.waitedMs, targetSeconds),
        waitedMs: counters.waitedMs + fact.waitedMs,
      };
    case 'not-answered':
      return countNotAnswered(counters, fact, targetSeconds);
    case 'finished':
      return { ...counters, handled: counters.handled + 1, handledMs: counters.handledMs + fact.handledMs };
    case 'wrapped-up':
      return { ...counters, handledMs: counters.handledMs + fact.wrapUpMs };
  }
}

function countNotAnswered(
  counters: QueueCounters,
  fact: Extract<QueueFact, { type: 'not-answered' }>,
  targetSeconds: number,
): QueueCounters {
  if (fact.cause === APART.leftForCallback) return { ...counters, leftForCallback: counters.leftForCallback + 1 };
  if (fact.cause === APART.outOfHours) {
    return { ...counters, notAnswered: counters.notAnswered + 1, outOfHours: counters.outOfHours + 1 };
  }
  const abandoned = fact.cause === 'abandoned' ? 1 : 0;
  return {
    ...counters,
    offered: counters.offered + 1,
    notAnswered: counters.notAnswered + 1,
    abandoned: counters.abandoned + abandoned,
    abandonedInTime: counters.abandonedInTime + abandoned * inTime(fact.waitedMs, targetSeconds),
  };
}

function inTime(waitedMs: number, targetSeconds: number): 0 | 1 {
  return waitedMs <= targetSeconds * 1000 ? 1 : 0;
}

export interface QueueMeasures {
  /** Answered in time / (offered - abandoned in time), 0 to 1. */
  readonly serviceLevel: number | null;
  /** TMA: (talk + hold + wrap-up) / answered, seconds. */
  readonly averageHandlingSeconds: number | null;
  /** TME: waiting before the answer / answered, seconds. */
  readonly averageWaitSeconds: number | null;
}

/** Null stands where there is nothing to divide by. */
export function measure(counters: QueueCounters): QueueMeasures {
  const { answered, handled, offered } = counters;
  const asked = offered - counters.abandonedInTime;
  return {
    serviceLevel: asked === 0 ? null : counters.answeredInTime / asked,
    averageHandlingSeconds: handled === 0 ? null : counters.handledMs / handled / 1000,
    averageWaitSeconds: answered === 0 ? null : counters.waitedMs / answered / 1000,
  };
}
