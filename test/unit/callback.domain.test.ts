import assert from 'node:assert/strict';
import {
  isActive,
  isEnded,
  toCallbackView,
  transition,
  type Callback,
  type CallbackEvent,
} from '../../src/modules/callbacks/callback.domain.js';
import { eventOfFact, eventOfFound, freedomOf } from '../../src/modules/callbacks/callback-call.domain.js';
import { AGENT_STATUSES, type AgentStatus } from '../../src/shared/agent-state.js';
import { type CallbackState } from '../../src/shared/desk.js';
import { type EndCause, type EndedBy } from '../../src/modules/telephony/telephony.port.js';
import { aCallback, DUE, MINUTE } from '../support/callback-builders.js';

const RULES = { retryMs: 10 * MINUTE, reofferMs: 30_000 };
const at = DUE + MINUTE;

const events: { readonly [T in CallbackEvent['type']]: Extract<CallbackEvent, { type: T }> } = {
  'owner-reserved': { type: 'owner-reserved', at },
  'owner-lost': { type: 'owner-lost', at, reason: 'owner-away' },
  'held-back': { type: 'held-back', at, reason: 'owner-away' },
  claimed: { type: 'claimed', at, by: 'p1', until: at + 30_000 },
  'not-dialled': { type: 'not-dialled', at, reason: 'owner-busy', isIdSpent: false },
  'agent-offered': { type: 'agent-offered', at },
  'agent-accepted': { type: 'agent-accepted', at },
  'customer-answered': { type: 'customer-answered', at },
  'call-ended': { type: 'call-ended', at, by: 'customer', cause: 'busy', answeredAt: null },
  'window-closed': { type: 'window-closed', at, reason: 'owner-away' },
  blocked: { type: 'blocked', at, reason: 'do-not-call' },
  cancelled: { type: 'cancelled', at, reason: 'cancelled-by-owner' },
};

/** The whole machine on one page. A state names where the callback goes; `-` is ignored, `x` is refused. */
type Row = Record<CallbackState, CallbackState | '-' | 'x'>;
const ended = (to: '-' | 'x'): Pick<Row, 'done' | 'expired' | 'failed' | 'cancelled'> => ({
  done: to,
  expired: to,
  failed: to,
  cancelled: to,
});
// prettier-ignore
const expected: Record<CallbackEvent['type'], Row> = {
  'owner-reserved':    { scheduled: 'reserved',   reserved: '-',          'retry-wait': 'reserved',   offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  'owner-lost':        { scheduled: '-',          reserved: 'scheduled',  'retry-wait': '-',          offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  'held-back':         { scheduled: 'scheduled',  reserved: '-',          'retry-wait': 'retry-wait', offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  claimed:             { scheduled: 'offering',   reserved: 'offering',   'retry-wait': 'offering',   offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  'not-dialled':       { scheduled: '-',          reserved: '-',          'retry-wait': '-',          offering: 'retry-wait', dialling: '-',          connected: '-',    ...ended('-') },
  'agent-offered':     { scheduled: 'offering',   reserved: 'offering',   'retry-wait': 'offering',   offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  'agent-accepted':    { scheduled: 'dialling',   reserved: 'dialling',   'retry-wait': 'dialling',   offering: 'dialling',   dialling: '-',          connected: '-',    ...ended('-') },
  'customer-answered': { scheduled: 'connected',  reserved: 'connected',  'retry-wait': 'connected',  offering: 'connected',  dialling: 'connected',  connected: '-',    ...ended('-') },
  'call-ended':        { scheduled: 'retry-wait', reserved: 'retry-wait', 'retry-wait': 'retry-wait', offering: 'retry-wait', dialling: 'retry-wait', connected: 'done', ...ended('-') },
  'window-closed':     { scheduled: 'expired',    reserved: 'expired',    'retry-wait': 'expired',    offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  blocked:             { scheduled: 'failed',     reserved: 'failed',     'retry-wait': 'failed',     offering: '-',          dialling: '-',          connected: '-',    ...ended('-') },
  cancelled:           { scheduled: 'cancelled',  reserved: 'cancelled',  'retry-wait': 'cancelled',  offering: 'x',          dialling: 'x',          connected: 'x',    ...ended('x') },
};

function inState(state: CallbackState): Callback {
  const claim = isActive(state) ? { claimedBy: 'p1', claimedUntil: DUE + 30_000 } : {};
  return aCallback({ state, attempts: state === 'dialling' || state === 'connected' ? 1 : 0, version: 4, ...claim });
}

function go(callback: Callback, event: CallbackEvent): Callback {
  const result = transition(callback, event, RULES);
  assert.ok(result.kind === 'moved', `${callback.state} + ${event.type} is ${result.kind}`);
  return result.callback;
}

describe('callback state machine', () => {
  for (const [type, row] of Object.entries(expected) as [CallbackEvent['type'], Row][]) {
    for (const [state, wanted] of Object.entries(row) as [CallbackState, CallbackState | '-' | 'x'][]) {
      it(`${state} + ${type} -> ${wanted}`, () => {
        const result = transition(inState(state), events[type], RULES);
        const seen = result.kind === 'moved' ? result.callback.state : result.kind === 'ignored' ? '-' : 'x';
        assert.equal(seen, wanted);
        if (result.kind !== 'moved') return;
        assert.equal(result.callback.version, 5, 'each change is one version');
        assert.equal(result.callback.updatedAt, at);
        if (!isActive(result.callback.state))
          assert.equal(result.callback.claimedBy, null, 'only active ones are claimed');
        if (isEnded(result.callback.state))
          assert.notEqual(result.callback.reason, null, 'every ending has its reason');
      });
    }
  }

  it('repeats no reason: the second time the owner is away, nothing is written', () => {
    const waiting = go(aCallback(), events['held-back']);
    assert.equal(transition(waiting, { ...events['held-back'], at: at + 2000 }, RULES).kind, 'ignored');
    assert.equal(go(waiting, { type: 'held-back', at: at + 2000, reason: 'owner-busy' }).reason, 'owner-busy');
  });

  it('goes back to waiting for its retry, not to its first time, when a later reservation is lost', () => {
    const retry = aCallback({ state: 'reserved', attempts: 1, nextAttemptAt: DUE + 10 * MINUTE });
    assert.equal(go(retry, events['owner-lost']).state, 'retry-wait');
  });
});

describe('the end of a callback call', () => {
  const end = (by: EndedBy, cause: EndCause, answeredAt: number | null = null, when = at): CallbackEvent => ({
    type: 'call-ended',
    at: when,
    by,
    cause,
    answeredAt,
  });

  for (const cause of ['busy', 'no-answer', 'unreachable'] as const) {
    it(`${cause} is tried again ten minutes later, counted once`, () => {
      const after = go(inState('dialling'), end('customer', cause));
      assert.deepEqual(
        [after.state, after.reason, after.nextAttemptAt, after.attempts],
        ['retry-wait', cause, at + 10 * MINUTE, 1],
      );
    });
  }

  it('counts an attempt whose beginning was never seen', () => {
    assert.equal(go(inState('offering'), end('customer', 'busy')).attempts, 1);
    assert.equal(go(inState('offering'), end('agent', 'hung-up', at - 5000)).attempts, 1);
  });

  it('gives up at the last attempt, with how it ended', () => {
    const last = { ...inState('dialling'), attempts: 3 };
    const after = go(last, end('customer', 'no-answer'));
    assert.deepEqual([after.state, after.reason], ['failed', 'no-answer']);
  });

  it('gives up when the next try would be after the window', () => {
    const late = DUE + 25 * MINUTE;
    const after = go(inState('dialling'), end('customer', 'busy', null, late));
    assert.deepEqual([after.state, after.reason], ['failed', 'busy']);
  });

  it('does not call back who declined', () => {
    const after = go(inState('dialling'), end('customer', 'rejected'));
    assert.deepEqual([after.state, after.reason], ['failed', 'rejected']);
  });

  it('offers again soon, uncounted, when the agent did not take it', () => {
    for (const [by, cause] of [
      ['agent', 'not-taken'],
      ['system', 'not-taken'],
      ['agent', 'rejected'],
      ['agent', 'no-answer'],
    ] as const) {
      const after = go(inState('offering'), end(by, cause));
      assert.deepEqual(
        [after.state, after.reason, after.nextAttemptAt, after.attempts],
        ['retry-wait', 'not-taken', at + 30_000, 0],
        `${by} ${cause}`,
      );
    }
  });

  it('offers again soon, uncounted, what failed before the agent accepted; counts what failed after', () => {
    const before = go(inState('offering'), end('system', 'failed'));
    assert.deepEqual([before.state, before.nextAttemptAt, before.attempts], ['retry-wait', at + 30_000, 0]);
    const after = go(inState('dialling'), end('system', 'failed'));
    assert.deepEqual([after.state, after.nextAttemptAt, after.attempts], ['retry-wait', at + 10 * MINUTE, 1]);
  });

  it('expires, and does not fail, when the agent did not take it to the end of the window', () => {
    const after = go(inState('offering'), end('agent', 'not-taken', null, DUE + 30 * MINUTE));
    assert.deepEqual([after.state, after.reason], ['expired', 'not-taken']);
  });

  it('is kept once both have talked, whoever hung up', () => {
    for (const by of ['agent', 'customer'] as const) {
      const after = go(inState('connected'), end(by, 'hung-up', at - 5000));
      assert.deepEqual([after.state, after.reason], ['done', 'talked']);
    }
    assert.equal(go(inState('connected'), end('system', 'dropped', at - 5000)).reason, 'dropped');
  });

  it('is kept when only the end was seen, and it says that the customer answered', () => {
    const result = transition(inState('offering'), end('customer', 'hung-up', at - 5000), RULES);
    assert.ok(result.kind === 'moved');
    assert.equal(result.callback.state, 'done');
    assert.deepEqual(result.attempt, { answeredAt: at - 5000, endedAt: at, result: 'talked' });
  });

  it('gives the attempt its result whatever the cause', () => {
    const causes: readonly EndCause[] = [
      'hung-up',
      'abandoned',
      'timed-out',
      'busy',
      'no-answer',
      'rejected',
      'unreachable',
      'not-taken',
      'dropped',
      'failed',
    ];
    for (const cause of causes) {
      for (const by of ['agent', 'customer', 'system'] as const) {
        const result = transition(inState('dialling'), end(by, cause), RULES);
        assert.ok(result.kind === 'moved');
        assert.equal(result.attempt?.endedAt, at);
        assert.equal(result.attempt.result, result.callback.reason);
      }
    }
  });
});

describe('what a call says about its callback', () => {
  const call = {
    callId: 'c',
    direction: 'callback',
    answeredAt: null,
    endedAt: null,
    endedBy: null,
    endCause: null,
  } as const;

  it('takes moments from the call where it has them', () => {
    const now = at + 900;
    assert.deepEqual(eventOfFact({ type: 'answered', call: { ...call, answeredAt: at } }, now), {
      type: 'customer-answered',
      at,
    });
    assert.deepEqual(
      eventOfFact({ type: 'ended', call: { ...call, endedAt: at, endedBy: 'customer', endCause: 'busy' } }, now),
      { type: 'call-ended', at, by: 'customer', cause: 'busy', answeredAt: null },
    );
    assert.equal(eventOfFact({ type: 'offered', call }, now)?.type, 'agent-offered');
    assert.equal(eventOfFact({ type: 'accepted', call }, now)?.type, 'agent-accepted');
  });

  it('finds nothing in what changes no promise', () => {
    for (const type of ['started', 'held', 'resumed', 'declined'] as const) {
      assert.equal(eventOfFact({ type, call }, at), null);
    }
    assert.equal(eventOfFound({ live: true, state: 'offered' }, at), null);
  });

  it('reads the same from the answer to a question', () => {
    assert.equal(eventOfFound({ live: true, state: 'dialling' }, at)?.type, 'agent-accepted');
    assert.equal(eventOfFound({ live: true, state: 'on-hold' }, at)?.type, 'customer-answered');
    assert.equal(
      eventOfFound({ live: false, by: 'agent', cause: 'not-taken', answeredAt: null }, at)?.type,
      'call-ended',
    );
  });
});

describe('whether an agent is free for a callback', () => {
  const free: Record<AgentStatus, string> = {
    offline: 'owner-away',
    unreachable: 'owner-away',
    paused: 'owner-away',
    available: 'free',
    reserved: 'owner-busy',
    offered: 'owner-busy',
    dialling: 'owner-busy',
    talking: 'owner-busy',
    'on-hold': 'owner-busy',
    'wrap-up': 'owner-busy',
  };
  for (const status of AGENT_STATUSES) {
    it(`${status} -> ${free[status]}`, () => {
      assert.equal(freedomOf(status, false), free[status]);
    });
  }
  it('reserved for it -> free; unknown -> owner-away', () => {
    assert.equal(freedomOf('reserved', true), 'free');
    assert.equal(freedomOf(null, true), 'owner-away');
  });
});

describe('a callback as pages see it', () => {
  it('names its reason by a message key, and keeps the claim to itself', () => {
    const view = toCallbackView(aCallback({ state: 'retry-wait', reason: 'busy', claimedBy: 'p1', attempts: 1 }));
    assert.equal(view.reason, 'callbacks:reason.busy');
    assert.deepEqual(Object.keys(view).sort(), [
      'attempts',
      'customerName',
      'dueAt',
      'id',
      'maxAttempts',
      'notes',
      'number',
      'reason',
      'state',
      'timeZone',
      'windowEndAt',
    ]);
  });
});
