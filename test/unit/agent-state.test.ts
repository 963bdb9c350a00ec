import assert from 'node:assert/strict';
import { AGENT_STATUSES, type AgentStatus, type PauseReasonRef } from '../../src/shared/agent-state.js';
import { blockersSince } from '../../src/modules/agents/agent-blockers.domain.js';
import {
  INITIAL_AGENT_STATE,
  blockersOf,
  exchangePauseOf,
  statusOf,
  transition,
  type AgentEvent,
  type AgentState,
} from '../../src/modules/agents/agent-state.domain.js';
import { pick, randomFrom } from '../support/seeded-random.js';

const REST: PauseReasonRef = { id: 1, name: 'Descanso', isProductive: false, timeLimitSeconds: null };
const MEAL: PauseReasonRef = { id: 2, name: 'Refeição', isProductive: false, timeLimitSeconds: null };

const ready: AgentState = { ...INITIAL_AGENT_STATE, shiftStartedAt: 1, phoneRegistered: true, pageConnected: true };

/** One state of each status; those of a call are of the call `c1`. */
const states: Readonly<Record<AgentStatus, AgentState>> = {
  offline: { ...ready, shiftStartedAt: null },
  unreachable: { ...ready, phoneRegistered: false },
  available: ready,
  reserved: { ...ready, reservedFor: 7 },
  offered: { ...ready, activity: { kind: 'offered', callId: 'c1' } },
  dialling: { ...ready, activity: { kind: 'dialling', callId: 'c1' } },
  talking: { ...ready, activity: { kind: 'talking', callId: 'c1' } },
  'on-hold': { ...ready, activity: { kind: 'on-hold', callId: 'c1' } },
  'wrap-up': { ...ready, activity: { kind: 'wrap-up', callId: 'c1', startedAt: 50, until: 90 } },
  paused: { ...ready, pause: { reason: REST, since: 10 } },
};

const events = {
  'shift-started': { type: 'shift-started', at: 100 },
  'shift-ended': { type: 'shift-ended', at: 100 },
  'phone-registered': { type: 'phone-registered', at: 100 },
  'phone-unregistered': { type: 'phone-unregistered', at: 100 },
  'page-connected': { type: 'page-connected', at: 100 },
  'page-lost': { type: 'page-lost', at: 100 },
  'pause-asked': { type: 'pause-asked', at: 100, reason: MEAL },
  resumed: { type: 'resumed', at: 100 },
  'pause-dropped': { type: 'pause-dropped', at: 100 },
  reserved: { type: 'reserved', at: 100, callbackId: 7 },
  released: { type: 'released', at: 100, callbackId: 7 },
  'call-offered': { type: 'call-offered', at: 100, callId: 'c1' },
  'call-declined': { type: 'call-declined', at: 100, callId: 'c1' },
  'call-missed': { type: 'call-missed', at: 100, callId: 'c1', limit: 2 },
  'call-accepted': { type: 'call-accepted', at: 100, callId: 'c1' },
  'call-answered': { type: 'call-answered', at: 100, callId: 'c1' },
  'call-held': { type: 'call-held', at: 100, callId: 'c1' },
  'call-resumed': { type: 'call-resumed', at: 100, callId: 'c1' },
  'call-ended': { type: 'call-ended', at: 100, callId: 'c1', wrapUpSeconds: 30 },
  'wrap-up-finished': { type: 'wrap-up-finished', at: 100, callId: 'c1' },
  'wrap-up-expired': { type: 'wrap-up-expired', at: 100, callId: 'c1' },
} as const satisfies Record<AgentEvent['type'], AgentEvent>;

type Outcomes<Statuses extends readonly unknown[]> = { readonly [Index in keyof Statuses]: AgentStatus | '-' | 'x' };
/** As long as the list of statuses: one more does not compile until every row has its place for it. */
type Row = Outcomes<typeof AGENT_STATUSES>;

/**
 * The whole machine on one page, in the order of AGENT_STATUSES. A status says where the agent is after it; `-` changes
 * nothing, `x` is refused.
 */
const table: Readonly<Record<AgentEvent['type'], Row>> = {
  //                     offline      unreachable    available      reserved       offered     dialling    talking    on-hold    wrap-up      paused
  'shift-started': ['available', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
  'shift-ended': ['-', 'offline', 'offline', 'offline', 'x', 'x', 'x', 'x', 'offline', 'offline'],
  'phone-registered': ['-', 'available', '-', '-', '-', '-', '-', '-', '-', '-'],
  'phone-unregistered': [
    ...(['offline', '-', 'unreachable', 'unreachable'] as const),
    ...(['offered', 'dialling', 'talking', 'on-hold', 'wrap-up', 'paused'] as const),
  ],
  'page-connected': ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
  'page-lost': [
    ...(['offline', 'unreachable', 'unreachable', 'unreachable'] as const),
    ...(['offered', 'dialling', 'talking', 'on-hold', 'wrap-up', 'paused'] as const),
  ],
  'pause-asked': [
    ...(['x', 'paused', 'paused', 'reserved'] as const),
    ...(['offered', 'dialling', 'talking', 'on-hold', 'wrap-up', 'paused'] as const),
  ],
  resumed: ['x', '-', '-', '-', '-', '-', '-', '-', '-', 'available'],
  'pause-dropped': ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
  reserved: ['x', 'x', 'reserved', '-', 'x', 'x', 'x', 'x', 'x', 'x'],
  released: ['-', '-', '-', 'available', '-', '-', '-', '-', '-', '-'],
  'call-offered': ['offered', 'offered', 'offered', 'offered', '-', '-', '-', '-', '-', 'offered'],
  'call-declined': ['-', '-', '-', '-', 'available', '-', '-', '-', '-', '-'],
  'call-missed': ['-', '-', '-', '-', 'available', '-', '-', '-', '-', '-'],
  'call-accepted': ['dialling', 'dialling', 'dialling', 'dialling', 'dialling', '-', '-', '-', '-', 'dialling'],
  'call-answered': ['talking', 'talking', 'talking', 'talking', 'talking', 'talking', '-', '-', '-', 'talking'],
  'call-held': ['-', '-', '-', '-', '-', '-', 'on-hold', '-', '-', '-'],
  'call-resumed': ['-', '-', '-', '-', '-', '-', '-', 'talking', '-', '-'],
  'call-ended': ['-', '-', '-', '-', 'available', 'available', 'wrap-up', 'wrap-up', '-', '-'],
  'wrap-up-finished': ['-', '-', '-', '-', 'x', 'x', 'x', 'x', 'available', '-'],
  'wrap-up-expired': ['-', '-', '-', '-', '-', '-', '-', '-', 'available', '-'],
};

/** Applies events one after another; none may be refused. */
function after(state: AgentState, ...sequence: readonly AgentEvent[]): AgentState {
  return sequence.reduce((current, event) => {
    const result = transition(current, event);
    assert.notEqual(result.kind, 'refused', `${event.type} was refused`);
    return result.state;
  }, state);
}

describe('agent state machine', () => {
  for (const [type, row] of Object.entries(table) as [AgentEvent['type'], Row][]) {
    for (const [index, status] of AGENT_STATUSES.entries()) {
      const wanted = row[index];
      it(`${status} + ${type} -> ${String(wanted)}`, () => {
        const before = states[status];
        assert.equal(statusOf(before), status);
        assert.equal(events[type].type, type);
        const result = transition(before, events[type]);
        const got = { moved: statusOf(result.state), ignored: '-', refused: 'x' }[result.kind];
        assert.equal(got, wanted);
        if (result.kind === 'moved') assert.notDeepEqual(result.state, before);
        else assert.equal(result.state, before);
      });
    }
  }

  it('ignores what happens to another call while one is under way', () => {
    const others = Object.values(events).filter((event) => 'callId' in event);
    assert.equal(others.length, 10);
    for (const status of ['offered', 'dialling', 'talking', 'on-hold'] as const) {
      for (const event of others) {
        assert.equal(
          transition(states[status], { ...event, callId: 'c2' }).kind,
          'ignored',
          `${status} + ${event.type}`,
        );
      }
    }
  });

  it('lets the next call ring into a wrap-up, which ends it', () => {
    const offered = after(states['wrap-up'], { type: 'call-offered', at: 60, callId: 'c2' });
    assert.deepEqual(offered.activity, { kind: 'offered', callId: 'c2' });
    assert.equal(transition(offered, { type: 'wrap-up-expired', at: 90, callId: 'c1' }).kind, 'ignored');
  });

  it('wraps up as long as the queue says', () => {
    const ended = (wrapUpSeconds: number | null): AgentState =>
      after(states.talking, { type: 'call-ended', at: 1000, callId: 'c1', wrapUpSeconds });
    assert.deepEqual(ended(30).activity, { kind: 'wrap-up', callId: 'c1', startedAt: 1000, until: 31_000 });
    assert.deepEqual(ended(0).activity, { kind: 'wrap-up', callId: 'c1', startedAt: 1000, until: null });
    assert.deepEqual(ended(null).activity, { kind: 'idle' });
  });

  it('does not end a wrap-up before its time, nor one without a limit', () => {
    const untilFinished: AgentState = {
      ...ready,
      activity: { kind: 'wrap-up', callId: 'c1', startedAt: 50, until: null },
    };
    assert.equal(transition(untilFinished, events['wrap-up-expired']).kind, 'ignored');
    assert.equal(transition(states['wrap-up'], { type: 'wrap-up-expired', at: 89, callId: 'c1' }).kind, 'ignored');
  });

  it('begins a pause asked for in a call when the wrap-up is over, and counts it from then', () => {
    const busy = after(
      states.talking,
      { type: 'pause-asked', at: 100, reason: MEAL },
      { type: 'call-ended', at: 200, callId: 'c1', wrapUpSeconds: 0 },
    );
    assert.equal(statusOf(busy), 'wrap-up');
    assert.deepEqual(busy.nextPause, MEAL);
    const paused = after(busy, { type: 'wrap-up-finished', at: 300, callId: 'c1' });
    assert.deepEqual([paused.pause, paused.nextPause], [{ reason: MEAL, since: 300 }, null]);
  });

  it('begins a pause asked for while reserved when the reservation is let go', () => {
    const asked = after(states.reserved, { type: 'pause-asked', at: 100, reason: MEAL });
    const called = after(
      asked,
      { type: 'call-offered', at: 110, callId: 'c1' },
      { type: 'call-ended', at: 120, callId: 'c1', wrapUpSeconds: 0 },
    );
    assert.equal(statusOf(called), 'reserved');
    assert.deepEqual(after(called, { type: 'released', at: 130, callbackId: 7 }).pause, { reason: MEAL, since: 130 });
  });

  it('takes a waiting pause back when the agent resumes in the call', () => {
    const asked = after(states.talking, { type: 'pause-asked', at: 100, reason: MEAL }, { type: 'resumed', at: 110 });
    assert.equal(asked.nextPause, null);
  });

  it('takes back the pause that waits, and leaves the one there is', () => {
    const dialling = after(
      states.paused,
      { type: 'call-accepted', at: 20, callId: 'c1' },
      { type: 'pause-asked', at: 21, reason: MEAL },
    );
    assert.deepEqual(dialling.nextPause, MEAL);
    const dropped = after(dialling, { type: 'pause-dropped', at: 22 });
    assert.deepEqual([dropped.nextPause, dropped.pause], [null, states.paused.pause]);
    assert.equal(transition(dropped, { type: 'pause-dropped', at: 23 }).kind, 'ignored');
    const other = after(dialling, { type: 'pause-asked', at: 22, reason: REST });
    assert.equal(other.nextPause, null, 'the pause he is in need not wait');
  });

  it('lets the last of several pauses asked for in a call be the one that begins', () => {
    const asked = after(
      states.talking,
      { type: 'pause-asked', at: 100, reason: MEAL },
      { type: 'pause-asked', at: 110, reason: REST },
      { type: 'call-ended', at: 120, callId: 'c1', wrapUpSeconds: null },
    );
    assert.deepEqual([asked.pause, asked.nextPause], [{ reason: REST, since: 120 }, null]);
  });

  it('brings an agent who dialled out of a pause back to it, unchanged', () => {
    const back = after(
      states.paused,
      { type: 'call-offered', at: 20, callId: 'c1' },
      { type: 'call-accepted', at: 21, callId: 'c1' },
      { type: 'call-ended', at: 30, callId: 'c1', wrapUpSeconds: 60 },
    );
    assert.deepEqual(back, states.paused);
  });

  it('ends everything that belongs to a shift with it', () => {
    const full: AgentState = { ...states.paused, reservedFor: 7, nextPause: MEAL };
    assert.deepEqual(after(full, { type: 'shift-ended', at: 100 }), states.offline);
  });

  it('shows a call before what the equipment lacks, and a pause too', () => {
    const lost = { phoneRegistered: false, pageConnected: false };
    assert.equal(statusOf({ ...states.talking, ...lost }), 'talking');
    assert.equal(statusOf({ ...states.talking, ...lost, shiftStartedAt: null }), 'talking');
    assert.equal(statusOf({ ...states.paused, ...lost }), 'paused');
    assert.equal(statusOf({ ...states.reserved, ...lost }), 'unreachable');
  });

  it('lets the exchange offer calls only to who is available, or whose phone is in use anyway', () => {
    const open = AGENT_STATUSES.filter((status) => blockersOf(states[status]).size === 0);
    assert.deepEqual(open, ['available', 'offered', 'dialling']);
    assert.equal(exchangePauseOf(states.available), null);
    assert.equal(exchangePauseOf(states.talking), 'call');
    assert.equal(exchangePauseOf({ ...states.paused, phoneRegistered: false }), 'Descanso');
  });

  it('gives every reason an agent is kept from calls for, not only the first', () => {
    const state: AgentState = { ...states['wrap-up'], pageConnected: false, phoneRegistered: false, reservedFor: 7 };
    assert.deepEqual([...blockersOf(state)].sort(), ['call', 'no-page', 'no-phone', 'reserved']);
  });
});

describe('agent state machine, missed calls', () => {
  /** A call rings and is not taken. */
  function misses(state: AgentState, at: number, limit: number | null = 2): AgentState {
    const callId = `m${String(at)}`;
    return after(state, { type: 'call-offered', at: at - 1, callId }, { type: 'call-missed', at, callId, limit });
  }

  it('pauses whoever misses as many in a row as the queue allows, from the last one on', () => {
    const once = misses(ready, 100);
    assert.deepEqual([statusOf(once), once.missedCalls, once.missedSince], ['available', 1, null]);
    const twice = misses(once, 200);
    assert.deepEqual([statusOf(twice), twice.missedCalls, twice.missedSince], ['paused', 2, 200]);
    assert.deepEqual([[...blockersOf(twice)], exchangePauseOf(twice)], [['missed'], 'missed']);
    assert.deepEqual(misses(twice, 300).missedSince, 200, 'one that came in before the pause did changes nothing');
  });

  it('never pauses for a queue that counts none, nor counts what the agent was not there for', () => {
    assert.equal(misses(misses(ready, 100, null), 200, null).missedCalls, 0);
    assert.equal(misses(misses(ready, 100), 200, null).missedCalls, 1);
    assert.equal(misses(states.offline, 100, 1).missedSince, null);
    const elsewhere = after(states.offered, { type: 'call-declined', at: 100, callId: 'c1' });
    assert.equal(elsewhere.missedCalls, 0);
  });

  it('takes the limit of the queue whose call it is', () => {
    assert.equal(misses(misses(ready, 100, 3), 200, 3).missedSince, null);
    assert.equal(misses(misses(ready, 100, 3), 200, 2).missedSince, 200);
    assert.equal(misses(ready, 100, 1).missedSince, 100);
  });

  it('begins anew with an answer, of any call', () => {
    const answered = after(misses(ready, 100), { type: 'call-answered', at: 150, callId: 'c1' });
    assert.equal(answered.missedCalls, 0);
    const next = misses(after(answered, { type: 'call-ended', at: 160, callId: 'c1', wrapUpSeconds: null }), 200);
    assert.equal(statusOf(next), 'available');
  });

  it('ends when the agent says so, and only then', () => {
    const paused = misses(misses(ready, 100), 200);
    const dialled = after(
      paused,
      { type: 'call-answered', at: 300, callId: 'c1' },
      { type: 'call-ended', at: 310, callId: 'c1', wrapUpSeconds: null },
    );
    assert.deepEqual(dialled, paused, 'a call of his own brings him back to it');
    const back = after(paused, { type: 'resumed', at: 400 });
    assert.deepEqual(back, ready);
    assert.equal(statusOf(misses(back, 500)), 'available');
  });

  it('is a reason beside a pause with a reason, and goes with the shift', () => {
    const paused = after(misses(misses(ready, 100), 200), { type: 'pause-asked', at: 300, reason: MEAL });
    assert.deepEqual([...blockersOf(paused)], ['paused', 'missed']);
    assert.equal(exchangePauseOf(paused), 'Refeição');
    assert.deepEqual(after(paused, { type: 'resumed', at: 400 }), ready);
    assert.deepEqual(after(paused, { type: 'shift-ended', at: 400 }), states.offline);
  });

  it('does not take back one miss when the agent resumes from a pause', () => {
    const paused = after(misses(ready, 100), { type: 'pause-asked', at: 300, reason: MEAL });
    assert.equal(after(paused, { type: 'resumed', at: 400 }).missedCalls, 1);
  });
});

describe('what keeps an agent from calls', () => {
  it('is dated each by itself, however the others come and go', () => {
    const lost = after(states.paused, { type: 'page-lost', at: 20 }, { type: 'phone-unregistered', at: 30 });
    const first = blockersSince([], states.paused, 15);
    assert.deepEqual(first, [{ kind: 'paused', since: 10 }], 'a pause began when it did, whenever it is looked at');
    const second = blockersSince(first, after(states.paused, { type: 'page-lost', at: 20 }), 20);
    const third = blockersSince(second, lost, 30);
    assert.deepEqual(third, [
      { kind: 'paused', since: 10 },
      { kind: 'no-page', since: 20 },
      { kind: 'no-phone', since: 30 },
    ]);
    const fourth = blockersSince(third, after(lost, { type: 'resumed', at: 40 }), 40);
    assert.deepEqual(fourth, third.slice(1));
    const fifth = blockersSince(
      fourth,
      after(lost, { type: 'resumed', at: 40 }, { type: 'page-connected', at: 50 }),
      50,
    );
    assert.deepEqual(fifth, [{ kind: 'no-phone', since: 30 }]);
  });

  it('dates a call from its answer through hold to the end of the wrap-up', () => {
    let blockers = blockersSince([], states.talking, 100);
    for (const state of [states['on-hold'], states.talking, states['wrap-up']]) {
      blockers = blockersSince(blockers, state, 200);
      assert.deepEqual(blockers, [{ kind: 'call', since: 100 }]);
    }
    assert.deepEqual(blockersSince(blockers, ready, 300), []);
  });
});

describe('agent state machine, whatever happens in whatever order', () => {
  const RUNS = 300;
  const LENGTH = 60;

  function randomEvent(random: () => number, at: number): AgentEvent {
    const event = { ...pick(random, Object.values(events)), at };
    if ('callId' in event) return { ...event, callId: pick(random, ['c1', 'c2', 'c3']) };
    return event;
  }

  function everyStep(check: (state: AgentState, event: AgentEvent, before: AgentState, seed: number) => void): void {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const random = randomFrom(seed);
      let state = INITIAL_AGENT_STATE;
      for (let step = 1; step <= LENGTH; step += 1) {
        const event = randomEvent(random, step * 1000);
        const before = state;
        state = transition(state, event).state;
        check(state, event, before, seed);
      }
    }
  }

  it('nobody is available without shift, phone and page, nor while anything stands in the way', () => {
    let seen = 0;
    everyStep((state, event, _before, seed) => {
      const status = statusOf(state);
      if (status === 'available' || status === 'reserved') {
        const all = state.shiftStartedAt !== null && state.phoneRegistered && state.pageConnected;
        assert.ok(all && state.pause === null, `seed ${seed}, after ${event.type}`);
        seen += 1;
      }
      assert.equal(status === 'available', blockersOf(state).size === 0 && state.activity.kind === 'idle');
    });
    assert.ok(seen > 100, 'the runs reach availability at all');
  });

  it('the same event twice leaves what it left once', () => {
    everyStep((state, event, _before, seed) => {
      assert.deepEqual(transition(state, event).state, state, `seed ${seed}, ${event.type} twice`);
    });
  });

  it('a pause that waits, waits for something', () => {
    everyStep((state, event, _before, seed) => {
      const waitsForNothing = state.nextPause !== null && state.activity.kind === 'idle' && state.reservedFor === null;
      assert.ok(!waitsForNothing, `seed ${seed}, after ${event.type}`);
    });
  });

  it('a shift never ends in a call', () => {
    everyStep((state, event, before, seed) => {
      if (event.type !== 'shift-ended' || before.shiftStartedAt === null) return;
      const busy = ['offered', 'dialling', 'talking', 'on-hold'].includes(before.activity.kind);
      assert.equal(state.shiftStartedAt === null, !busy, `seed ${seed}`);
    });
  });
});
