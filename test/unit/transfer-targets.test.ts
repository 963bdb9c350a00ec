import assert from 'node:assert/strict';
import { TargetWatch } from '../../src/modules/desk/transfer-targets.service.js';
import { type AgentSnapshot } from '../../src/shared/agent-state.js';
import { type TransferTargets } from '../../src/shared/desk.js';
import { NOON, StandingClock } from '../support/centre-rig.js';

function anAgent(agentId: number, name: string, status: AgentSnapshot['status']): AgentSnapshot {
  return {
    ...{
      agentId,
      name,
      extension: `10${String(agentId)}`,
      status,
      since: 0,
      blockers: [],
      missedCalls: 0,
      phoneFailedAt: null,
    },
    ...{ pauseReason: null, nextPause: null, call: null, loggedInQueueIds: [1], phoneRegistered: true },
    ...{ pageConnected: true, shiftStartedAt: 0, wrapUpEndsAt: null, version: 1 },
  };
}

describe('who is there to take a call', () => {
  const clock = new StandingClock(NOON);
  let listeners: Set<(change: { agents: readonly unknown[]; queues: readonly unknown[] }) => void>;
  let sent: { agentId: number; targets: TransferTargets }[];
  let watch: TargetWatch;
  const changes = (): void => {
    for (const listener of listeners) listener({ agents: [1], queues: [] });
  };
  beforeEach(() => {
    listeners = new Set();
    sent = [];
    watch = new TargetWatch({
      centre: {
        agents: () => [anAgent(1, 'Ana', 'talking'), anAgent(3, 'Caio', 'offline'), anAgent(2, 'Bruno', 'available')],
        queues: () => [],
        onChanged: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      isOpen: () => true,
      send: (agentId, targets) => sent.push({ agentId, targets }),
      now: clock.now,
      schedule: clock.schedule,
    });
  });

  it('is everybody on shift but who looks', () => {
    const { agents } = watch.watch('page', 1);
    assert.deepEqual(
      agents.map(({ name }) => name),
      ['Bruno'],
    );
  });

  it('is told twice a second at most, each time newer', () => {
    const first = watch.watch('page', 1);
    for (let burst = 0; burst < 3; burst += 1) {
      for (let change = 0; change < 50; change += 1) changes();
      clock.advance(500);
    }
    assert.equal(sent.length, 3);
    const versions = [first.version, ...sent.map(({ targets }) => targets.version)];
    assert.deepEqual(versions, [...new Set(versions)].sort());
  });

  it('costs nothing when nobody looks any more', () => {
    watch.watch('one', 1);
    watch.watch('two', 2);
    changes();
    watch.unwatch('one');
    clock.advance(500);
    assert.deepEqual(
      sent.map(({ agentId }) => agentId),
      [2],
    );
    changes();
    watch.unwatch('two');
    watch.unwatch('two');
    clock.advance(500);
    assert.deepEqual([sent.length, listeners.size, clock.pending], [1, 0, 0]);
  });
});
