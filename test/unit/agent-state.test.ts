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
  'call-unreached': { type: 'call-unreached', at: 100, callId: 'c1' },
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
  'call-unreached': ['-', '-', '-', '-', 'available', '-', '-', '-', '-', '-'],
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
    assert.equal(others.length, 11);
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

describe('agent state machine, with a second call', () => {
  const MAIN = ['talking', 'on-hold'] as const;
  const SECOND = ['dialling', 'talking', 'on-hold'] as const;
  type Kind = 'offered' | 'dialling' | 'talking' | 'on-hold';
  const both = (first: Kind, second: (typeof SECOND)[number]): AgentState => ({
    ...ready,
    activity: { kind: first, callId: 'c1' },
    second: { kind: second, callId: 'c2' },
  });
  /** What `first/second` is, in one word and a status. */
  const read = ({ activity, second }: AgentState): string =>
    [activity, second]
      .map((call) => (call === null || call.kind === 'idle' ? '-' : `${call.callId} ${call.kind}`))
      .join(', ');

  it('is talking in either, and on hold only in both', () => {
    const statuses = MAIN.flatMap((first) => SECOND.map((second) => [first, second, statusOf(both(first, second))]));
    assert.deepEqual(statuses, [
      ['talking', 'dialling', 'talking'],
      ['talking', 'talking', 'talking'],
      ['talking', 'on-hold', 'talking'],
      ['on-hold', 'dialling', 'dialling'],
      ['on-hold', 'talking', 'talking'],
      ['on-hold', 'on-hold', 'on-hold'],
    ]);
  });

  type CallEventType =
    'call-offered' | 'call-declined' | 'call-accepted' | 'call-answered' | 'call-held' | 'call-resumed' | 'call-ended';
  /** Of the second call, in the order of SECOND; `-` changes nothing, `gone` leaves the first alone. */
  const ofSecond: Readonly<Record<CallEventType, readonly [string, string, string]>> = {
    'call-offered': ['-', '-', '-'],
    'call-declined': ['gone', '-', '-'],
    'call-accepted': ['-', '-', '-'],
    'call-answered': ['talking', '-', '-'],
    'call-held': ['-', 'on-hold', '-'],
    'call-resumed': ['-', '-', 'talking'],
    'call-ended': ['gone', 'gone', 'gone'],
  };

  for (const [type, row] of Object.entries(ofSecond) as [CallEventType, readonly string[]][]) {
    for (const [index, kind] of SECOND.entries()) {
      it(`second ${kind} + ${type} -> ${String(row[index])}`, () => {
        for (const first of MAIN) {
          const before = both(first, kind);
          const result = transition(before, { ...events[type], callId: 'c2' });
          const wanted = row[index] === '-' ? `c2 ${kind}` : row[index] === 'gone' ? '-' : `c2 ${String(row[index])}`;
          assert.equal(read(result.state), `c1 ${first}, ${wanted}`);
          assert.equal(result.kind, row[index] === '-' ? 'ignored' : 'moved');
        }
      });
    }
  }

  it('begins beside an answered call only when the agent dialled it', () => {
    for (const type of ['call-offered', 'call-accepted', 'call-answered'] as const) {
      const foreign = { type, at: 100, callId: 'c2' } as const;
      assert.equal(transition(states['on-hold'], foreign).kind, 'ignored', 'somebody else’s');
      const own = transition(states['on-hold'], { ...foreign, beside: true }).state;
      assert.equal(read(own), `c1 on-hold, c2 ${type === 'call-answered' ? 'talking' : 'dialling'}`);
      assert.equal(transition(own, { ...foreign, callId: 'c3', beside: true }).kind, 'ignored', 'a third');
    }
    assert.equal(
      transition(states['on-hold'], { type: 'call-held', at: 100, callId: 'c2', beside: true }).kind,
      'ignored',
    );
    const alone = transition(ready, { type: 'call-accepted', at: 100, callId: 'c2', beside: true }).state;
    assert.equal(read(alone), 'c2 dialling, -', 'the first one ended before');
  });

  it('swaps by hold and resume, whichever comes first', () => {
    const hold = { type: 'call-held', at: 100, callId: 'c2' } as const;
    const resume = { type: 'call-resumed', at: 101, callId: 'c1' } as const;
    for (const order of [
      [hold, resume],
      [resume, hold],
    ]) {
      const swapped = after(both('on-hold', 'talking'), ...order);
      assert.deepEqual([read(swapped), statusOf(swapped)], ['c1 talking, c2 on-hold', 'talking']);
    }
  });

  it('becomes the first when that one ends, and the wrap-up waits for it', () => {
    const ended = after(both('on-hold', 'talking'), { type: 'call-ended', at: 1000, callId: 'c1', wrapUpSeconds: 30 });
    assert.deepEqual(
      [read(ended), statusOf(ended), ended.owed],
      ['c2 talking, -', 'talking', { callId: 'c1', wrapUpSeconds: 30 }],
    );
    assert.equal(transition(ended, { type: 'call-ended', at: 1001, callId: 'c1', wrapUpSeconds: 30 }).kind, 'ignored');
    assert.equal(transition(ended, { type: 'wrap-up-finished', at: 1001, callId: 'c1' }).kind, 'ignored');
    const over = after(ended, { type: 'call-ended', at: 5000, callId: 'c2', wrapUpSeconds: null });
    assert.deepEqual(over.activity, { kind: 'wrap-up', callId: 'c1', startedAt: 5000, until: 35_000 });
    assert.deepEqual([over.second, over.owed], [null, null]);
    assert.deepEqual(after(over, { type: 'wrap-up-finished', at: 6000, callId: 'c1' }), ready);
  });

  it('owes nothing for a first call without wrap-up, or that was handed on', () => {
    const over = after(
      both('on-hold', 'talking'),
      { type: 'call-ended', at: 1000, callId: 'c1', wrapUpSeconds: null },
      { type: 'call-ended', at: 1001, callId: 'c2', wrapUpSeconds: null },
    );
    assert.deepEqual(over, ready);
  });

  it('ends alone and leaves the first as it was, which is written up when it ends', () => {
    const left = after(both('on-hold', 'talking'), { type: 'call-ended', at: 1000, callId: 'c2', wrapUpSeconds: null });
    assert.deepEqual(left, states['on-hold']);
    assert.equal(statusOf(after(left, { type: 'call-ended', at: 2000, callId: 'c1', wrapUpSeconds: 0 })), 'wrap-up');
  });

  it('keeps calls away, and the shift from ending', () => {
    for (const first of MAIN) {
      for (const second of SECOND) {
        assert.ok(blockersOf(both(first, second)).has('call'));
        assert.equal(transition(both(first, second), events['shift-ended']).kind, 'refused');
      }
    }
  });

  it('is not what an offer of another call is taken for', () => {
    const before = both('on-hold', 'talking');
    for (const type of ['call-offered', 'call-answered'] as const) {
      assert.equal(transition(before, { type, at: 100, callId: 'c3' }).state, before);
    }
  });

  it('lets a pause asked for in it begin after both and the wrap-up', () => {
    const paused = after(
      both('on-hold', 'talking'),
      { type: 'pause-asked', at: 100, reason: MEAL },
      { type: 'call-ended', at: 200, callId: 'c1', wrapUpSeconds: 0 },
      { type: 'call-ended', at: 300, callId: 'c2', wrapUpSeconds: null },
      { type: 'wrap-up-finished', at: 400, callId: 'c1' },
    );
    assert.deepEqual([statusOf(paused), paused.pause?.since], ['paused', 400]);
  });

  it('turns the talk of who was asked into the call itself, in whatever order it is heard', () => {
    const given = { type: 'call-answered', at: 100, callId: 'c1', instead: 'c2' } as const;
    const asked: AgentState = { ...ready, activity: { kind: 'talking', callId: 'c2' } };
    const has: AgentState = { ...ready, activity: { kind: 'talking', callId: 'c1' } };
    assert.deepEqual(after(asked, given), has);
    assert.equal(transition(has, given).kind, 'ignored');
    assert.equal(transition(has, { type: 'call-ended', at: 101, callId: 'c2', wrapUpSeconds: null }).kind, 'ignored');
    assert.deepEqual(after(ready, given), has, 'the end of the consultation was heard first');
    const held: AgentState = { ...ready, activity: { kind: 'on-hold', callId: 'c2' } };
    assert.deepEqual(after(held, given), has, 'the exchange connects them');
    const elsewhere: AgentState = { ...ready, activity: { kind: 'talking', callId: 'c9' } };
    assert.equal(transition(elsewhere, given).kind, 'ignored');
    const written: AgentState = { ...ready, activity: { kind: 'wrap-up', callId: 'c1', startedAt: 1, until: null } };
    assert.equal(transition(written, given).kind, 'ignored', 'it is over');
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

  it('does not count a phone that could not be reached, and remembers when that was until it works again', () => {
    const failed = after(states.offered, { type: 'call-unreached', at: 100, callId: 'c1' });
    assert.deepEqual([failed.missedCalls, failed.phoneFailedAt, statusOf(failed)], [0, 100, 'available']);
    assert.equal(misses(failed, 200).phoneFailedAt, null, 'it rang');
    assert.equal(after(failed, { type: 'call-answered', at: 200, callId: 'c2' }).phoneFailedAt, null);
    assert.equal(after(failed, { type: 'phone-unregistered', at: 200 }).phoneFailedAt, null);
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
    if (!('callId' in event)) return event;
    const callId = pick(random, ['c1', 'c2', 'c3']);
    if (event.type === 'call-answered' && random() < 0.1)
      return { ...event, callId, instead: pick(random, ['c1', 'c2']) };
    if (event.type !== 'call-offered' && event.type !== 'call-accepted' && event.type !== 'call-answered') {
      return { ...event, callId };
    }
    return { ...event, callId, beside: random() < 0.5 };
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

  it('two calls are two, of which the first is one that was taken, and a wrap-up is owed only meanwhile', () => {
    let seen = 0;
    everyStep(({ activity, second, owed }, event, _before, seed) => {
      const what = `seed ${seed}, after ${event.type}`;
      if (second !== null) {
        assert.ok(activity.kind !== 'idle' && activity.kind !== 'wrap-up', what);
        assert.notEqual(activity.callId, second.callId, what);
        seen += 1;
      }
      if (owed !== null) assert.ok(activity.kind !== 'idle' && activity.kind !== 'wrap-up', what);
    });
    assert.ok(seen > 100, 'the runs reach second calls at all');
  });

  it('a shift never ends in a call', () => {
    everyStep((state, event, before, seed) => {
      if (event.type !== 'shift-ended' || before.shiftStartedAt === null) return;
      const busy = ['offered', 'dialling', 'talking', 'on-hold'].includes(before.activity.kind);
      assert.equal(state.shiftStartedAt === null, !busy, `seed ${seed}`);
    });
  });
});
