import assert from 'node:assert/strict';
import { measure } from '../../src/modules/monitoring/queue-counters.domain.js';
import { localDayOf } from '../../src/modules/monitoring/local-day.domain.js';
import { type QueueSnapshot } from '../../src/shared/board.js';
import { type EndCause } from '../../src/modules/telephony/telephony.port.js';
import { ANA, BRUNO, CARLA, CentreRig, EXTENSION, SUPORTE, TIME_ZONE, VENDAS } from '../support/centre-rig.js';
import { pick, randomFrom } from '../support/seeded-random.js';

const AGENTS = [ANA, BRUNO, CARLA] as const;
const QUEUES = ['vendas', 'suporte'] as const;
const LOST: readonly EndCause[] = ['abandoned', 'timed-out', 'out-of-hours', 'dropped', 'failed'];

/** What the board shows of a queue beside what its calls in the database add up to, with nothing happening in between. */
async function compare(rig: CentreRig, queueId: number): Promise<{ readonly shown: object; readonly counted: object }> {
  const look = (): QueueSnapshot => rig.centre.queues().find((queue) => queue.queueId === queueId)!;
  for (;;) {
    await rig.quiet();
    const snapshot = look();
    await rig.journal.flush();
    const { from, until } = localDayOf(rig.clock.now(), TIME_ZONE);
    const counters = await rig.repository.countersOf(queueId, snapshot.serviceLevelSeconds, from, until);
    // The comparison with the exchange goes on by itself; while it heals there is no one moment to look at.
    if (look() !== snapshot) continue;
    const { offered, answered, notAnswered, abandoned, ...rest } = snapshot;
    const { serviceLevel, averageHandlingSeconds, averageWaitSeconds } = rest;
    return {
      shown: { offered, answered, notAnswered, abandoned, serviceLevel, averageHandlingSeconds, averageWaitSeconds },
      counted: {
        offered: counters.offered,
        answered: counters.answered,
        notAnswered: counters.notAnswered,
        abandoned: counters.abandoned,
        ...measure(counters),
      },
    };
  }
}

/** One random thing that can happen to a call centre; wishes that cannot be are simply refused. */
async function somethingHappens(rig: CentreRig, random: () => number, calls: string[]): Promise<void> {
  const agentId = pick(random, AGENTS);
  const callId = calls.length === 0 ? 'none' : pick(random, calls.slice(-6));
  const extension = EXTENSION[agentId]!;
  const step = Math.floor(random() * 12);
  if (step <= 2) {
    calls.push(`call-${calls.length}`);
    rig.enters(calls.at(-1)!, pick(random, QUEUES));
  } else if (step === 3) rig.happens('call-offered', callId, agentId);
  else if (step === 4) rig.telephony.say({ type: 'call-declined', callId, extension, cause: 'no-answer' });
  else if (step <= 6) rig.happens('call-answered', callId, agentId);
  else if (step === 7) rig.happens('call-held', callId, agentId);
  else if (step === 8) rig.happens('call-resumed', callId, agentId);
  else if (step === 9) {
    const talking = rig.centre.liveCall(callId)?.answeredAt !== null;
    rig.telephony.say({ type: 'call-ended', callId, by: 'customer', cause: talking ? 'hung-up' : pick(random, LOST) });
  } else if (step === 10) {
    const call = rig.centre.callOf(agentId);
    if (call?.state === 'ended') await rig.centre.finishWrapUp(agentId, call.callId);
  } else await rig.centre.pageConnected(agentId);
  rig.clock.advance(Math.floor(random() * 15_000));
}

describe('queue counters', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`equal a recount of the journal at any moment, over restarts and gaps (run ${seed})`, async () => {
      await using rig = await CentreRig.start();
      const random = randomFrom(seed);
      for (const agentId of AGENTS) await rig.centre.startShift(agentId);
      const calls: string[] = [];
      for (let step = 1; step <= 150; step += 1) {
        await somethingHappens(rig, random, calls);
        if (step % 70 === 0) await rig.restart();
        if (step % 50 === 25) {
          rig.telephony.disconnect();
          for (let silent = 0; silent < 5; silent += 1) await somethingHappens(rig, random, calls);
          rig.telephony.connect();
        }
        if (step % 15 !== 0) continue;
        for (const queueId of [VENDAS, SUPORTE]) {
          const { shown, counted } = await compare(rig, queueId);
          assert.deepEqual(shown, counted, `step ${step}, queue ${queueId}`);
        }
      }
      const answered = rig.centre.queues().reduce((sum, queue) => sum + queue.answered, 0);
      assert.ok(answered > 5, `the run answers calls at all: ${answered}`);
    });
  }

  it('begin anew at midnight of the operation, and a call counts in the day it came', async () => {
    await using rig = await CentreRig.start();
    await rig.ready(ANA, VENDAS);
    rig.answered('noon', 'vendas', ANA);
    rig.ends('noon');
    const midnight = localDayOf(rig.clock.now(), TIME_ZONE).until;
    rig.clock.advance(midnight - rig.clock.now() - 1000);
    rig.enters('late', 'vendas');
    const shown = (): number[] => {
      const { offered, answered, waiting } = rig.centre.queues().find(({ queueId }) => queueId === VENDAS)!;
      return [offered, answered, waiting];
    };
    assert.deepEqual(shown(), [1, 1, 1]);
    rig.clock.advance(1000);
    assert.deepEqual(shown(), [0, 0, 1], 'a waiting caller waits on');
    rig.clock.advance(1000);
    rig.happens('call-offered', 'late', ANA);
    rig.happens('call-answered', 'late', ANA);
    rig.ends('late');
    rig.enters('new', 'vendas');
    rig.telephony.say({ type: 'call-ended', callId: 'new', by: 'customer', cause: 'abandoned' });
    assert.deepEqual(shown(), [1, 0, 0]);
    const before = await compare(rig, VENDAS);
    assert.deepEqual(before.shown, before.counted);
    rig.clock.advance(24 * 3_600_000);
    assert.deepEqual(shown(), [0, 0, 0], 'the next midnight too');
  });

  it('count a call out of hours as not answered, and neither as offered nor as abandoned', async () => {
    await using rig = await CentreRig.start();
    await rig.ready(ANA, VENDAS);
    rig.answered('open', 'vendas', ANA);
    rig.ends('open');
    rig.enters('closed', 'vendas');
    rig.telephony.say({ type: 'call-ended', callId: 'closed', by: 'system', cause: 'out-of-hours' });
    const { shown, counted } = await compare(rig, VENDAS);
    assert.deepEqual(shown, counted);
    const { offered, answered, notAnswered, abandoned, serviceLevel, waiting } = rig.centre
      .queues()
      .find(({ queueId }) => queueId === VENDAS)!;
    assert.deepEqual([offered, answered, notAnswered, abandoned, serviceLevel, waiting], [1, 1, 1, 0, 1, 0]);
    const record = await rig.records.find('closed');
    assert.deepEqual([record?.state, record?.endedBy, record?.endCause], ['ended', 'system', 'out-of-hours']);
    await rig.restart();
    const after = await compare(rig, VENDAS);
    assert.deepEqual(after.shown, after.counted);
    assert.deepEqual(after.shown, shown);
  });

  it('are counted anew when the target of a queue changes', async () => {
    await using rig = await CentreRig.start();
    await rig.ready(ANA, SUPORTE);
    rig.enters('c1', 'suporte');
    rig.clock.advance(30_000);
    rig.happens('call-offered', 'c1', ANA);
    rig.happens('call-answered', 'c1', ANA);
    const level = (): number | null | undefined =>
      rig.centre.queues().find(({ queueId }) => queueId === SUPORTE)?.serviceLevel;
    assert.equal(level(), 0);
    await rig.quiet();
    await rig.execute('UPDATE queues SET service_level_seconds = 40 WHERE id = 2');
    await rig.centre.reload();
    assert.equal(level(), 1);
  });
});
