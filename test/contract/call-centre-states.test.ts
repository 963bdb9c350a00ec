import assert from 'node:assert/strict';
import { type AgentSnapshot } from '../../src/shared/agent-state.js';
import {
  ALMOCO,
  ALMOCO_SECONDS,
  ANA,
  BRUNO,
  CentreRig,
  COBRANCA,
  NOON,
  SUPORTE,
  VENDAS,
} from '../support/centre-rig.js';

interface IntervalRow {
  readonly status: string;
  readonly reason_id: number | null;
  readonly pause_cause: string | null;
  readonly limit_seconds: number | null;
  readonly began: string | null;
  readonly started: string;
  readonly ended: string | null;
}

describe('states of agents', () => {
  let rig: CentreRig;
  beforeEach(async () => {
    rig = await CentreRig.start();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const agent = (agentId: number): AgentSnapshot => rig.centre.agent(agentId)!;
  const blockers = (agentId: number): readonly string[] => agent(agentId).blockers.map(({ kind }) => kind);

  /** A call of the queue rings the agent, who does not take it; it goes back to wait, and is given up. */
  function rings(queue: string, agentId: number, cause: 'no-answer' | 'rejected' | 'unreachable'): void {
    const callId = `ring-${String(rig.clock.now())}`;
    rig.enters(callId, queue);
    rig.happens('call-offered', callId, agentId);
    rig.clock.advance(1000);
    rig.telephony.say({ type: 'call-declined', callId, extension: `100${String(agentId)}`, cause });
    rig.ends(callId);
  }

  async function intervals(agentId: number): Promise<readonly IntervalRow[]> {
    return rig.rows<IntervalRow>(
      `SELECT status, reason_id, pause_cause, limit_seconds, pause_began_at AS began, started_at AS started, ended_at AS ended
         FROM agent_intervals WHERE agent_id = ${String(agentId)} ORDER BY id`,
    );
  }

  describe('what keeps from calls', () => {
    it('is told whole, each with when it began, and is nothing for who is available', async () => {
      assert.deepEqual(blockers(ANA), ['no-shift', 'no-page', 'no-phone']);
      await rig.ready(ANA, VENDAS);
      assert.deepEqual(agent(ANA).blockers, []);
      rig.clock.advance(1000);
      await rig.centre.pause(ANA, ALMOCO);
      rig.clock.advance(1000);
      await rig.centre.pageLost(ANA);
      rig.clock.advance(1000);
      rig.telephony.say({ type: 'phone-unregistered', extension: '1001' });
      assert.deepEqual(agent(ANA).blockers, [
        { kind: 'paused', since: NOON + 1000 },
        { kind: 'no-page', since: NOON + 2000 },
        { kind: 'no-phone', since: NOON + 3000 },
      ]);
      await rig.centre.resume(ANA);
      await rig.centre.pageConnected(ANA);
      assert.deepEqual(agent(ANA).blockers, [{ kind: 'no-phone', since: NOON + 3000 }]);
      assert.equal(agent(ANA).status, 'unreachable');
    });

    it('keeps its beginning over a restart', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      rig.clock.advance(5000);
      rig.telephony.say({ type: 'phone-unregistered', extension: '1001' });
      rig.clock.advance(5000);
      await rig.restart();
      assert.deepEqual(agent(ANA).blockers, [
        { kind: 'paused', since: NOON },
        { kind: 'no-page', since: NOON + 10_000 },
        { kind: 'no-phone', since: NOON + 5000 },
      ]);
    });
  });

  describe('missed calls', () => {
    it('pause the agent here, on the exchange and in the journal, until he is back', async () => {
      await rig.ready(ANA, VENDAS);
      rings('vendas', ANA, 'no-answer');
      assert.deepEqual([agent(ANA).status, agent(ANA).missedCalls], ['available', 1]);
      rings('vendas', ANA, 'rejected');
      assert.deepEqual([agent(ANA).status, agent(ANA).missedCalls], ['paused', 2]);
      assert.deepEqual(agent(ANA).blockers, [{ kind: 'missed', since: NOON + 2000 }]);
      assert.equal(agent(ANA).pauseReason, null);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'missed');

      rig.clock.advance(60_000);
      await rig.centre.resume(ANA);
      assert.deepEqual([agent(ANA).status, agent(ANA).missedCalls], ['available', 0]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), null);
      const pauses = (await intervals(ANA)).filter(({ status }) => status === 'paused');
      assert.deepEqual(
        pauses.map(({ reason_id, pause_cause, limit_seconds }) => [reason_id, pause_cause, limit_seconds]),
        [[null, 'missed', null]],
      );
      assert.ok(pauses[0]!.ended !== null);
    });

    it('do not count where the phone could not be reached, where the queue counts none, nor what others took', async () => {
      await rig.ready(ANA, VENDAS, SUPORTE);
      await rig.ready(BRUNO, VENDAS);
      for (let ring = 0; ring < 3; ring += 1) {
        rings('vendas', ANA, 'unreachable');
        rings('suporte', ANA, 'no-answer');
      }
      rig.enters('both', 'vendas');
      rig.happens('call-offered', 'both', ANA);
      rig.happens('call-offered', 'both', BRUNO);
      rig.happens('call-answered', 'both', BRUNO);
      rig.enters('given-up', 'vendas');
      rig.happens('call-offered', 'given-up', ANA);
      rig.telephony.say({ type: 'call-ended', callId: 'given-up', by: 'customer', cause: 'abandoned' });
      assert.deepEqual([agent(ANA).status, agent(ANA).missedCalls], ['available', 0]);
    });

    it('count in a row: an answered call begins anew', async () => {
      await rig.ready(ANA, VENDAS, COBRANCA);
      rings('vendas', ANA, 'no-answer');
      rig.answered('taken', 'cobranca', ANA);
      rig.ends('taken');
      rings('vendas', ANA, 'no-answer');
      assert.deepEqual([agent(ANA).status, agent(ANA).missedCalls], ['available', 1]);
    });

    it('follow the number of the queue as it is changed', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.execute(`UPDATE queues SET missed_limit = 1 WHERE id = ${String(VENDAS)}`);
      await rig.centre.reload();
      rings('vendas', ANA, 'no-answer');
      assert.deepEqual(blockers(ANA), ['missed']);
    });

    it('are not forgotten by a restart, neither the first nor the pause', async () => {
      await rig.ready(ANA, VENDAS);
      rings('vendas', ANA, 'no-answer');
      await rig.restart();
      await rig.centre.pageConnected(ANA);
      assert.equal(agent(ANA).missedCalls, 1);
      rings('vendas', ANA, 'no-answer');
      const since = rig.clock.now();
      await rig.restart();
      await rig.centre.pageConnected(ANA);
      assert.deepEqual([agent(ANA).status, agent(ANA).missedCalls, agent(ANA).since], ['paused', 2, since]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'missed');
    });
  });

  describe('a pause and its limit', () => {
    it('tells the limit, and leaves in the journal what is needed to say by how much it was overrun', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      assert.equal(agent(ANA).pauseReason?.timeLimitSeconds, ALMOCO_SECONDS);
      rig.clock.advance(ALMOCO_SECONDS * 1000 + 90_000);
      assert.equal(agent(ANA).status, 'paused', 'nobody is sent back');
      await rig.centre.resume(ANA);
      const [pause] = (await intervals(ANA)).filter(({ status }) => status === 'paused');
      assert.deepEqual(
        [pause!.reason_id, pause!.pause_cause, pause!.limit_seconds],
        [ALMOCO, 'reason', ALMOCO_SECONDS],
      );
      assert.deepEqual(pause!.began, pause!.started);
    });

    it('is the same pause after a call that was dialled in it and not answered', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      rig.clock.advance(60_000);
      const callId = await rig.centre.dial(ANA, { number: '(83) 99999-0001', direction: 'outbound', autoAnswer: true });
      rig.happens('call-offered', callId, ANA);
      rig.happens('call-accepted', callId, ANA);
      assert.equal(agent(ANA).status, 'dialling');
      rig.clock.advance(20_000);
      rig.telephony.say({ type: 'call-ended', callId, by: 'system', cause: 'no-answer' });
      assert.deepEqual(
        [agent(ANA).status, agent(ANA).since],
        ['paused', NOON],
        'back where it was, and as old as it is',
      );
      assert.deepEqual(agent(ANA).blockers, [{ kind: 'paused', since: NOON }]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
      assert.equal((await rig.records.find(callId))?.wrapUpMs, 0);

      rig.clock.advance(10_000);
      await rig.centre.resume(ANA);
      const pauses = (await intervals(ANA)).filter(({ status }) => status === 'paused');
      assert.equal(pauses.length, 2, 'the time of the call is no time of a pause');
      assert.deepEqual(pauses[1]!.began, pauses[0]!.started, 'and both are one pause');
      assert.notDeepEqual(pauses[1]!.started, pauses[0]!.started);
    });

    it('is the same pause after a call that was dialled in it, and its wrap-up', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      const callId = await rig.centre.dial(ANA, { number: '(83) 99999-0001', direction: 'outbound', autoAnswer: true });
      for (const step of ['call-offered', 'call-accepted', 'call-answered'] as const) rig.happens(step, callId, ANA);
      rig.clock.advance(30_000);
      rig.ends(callId);
      assert.deepEqual([agent(ANA).status, agent(ANA).wrapUpEndsAt], ['wrap-up', NOON + 90_000]);
      await rig.restart();
      rig.clock.advance(60_000);
      assert.deepEqual([agent(ANA).status, agent(ANA).since], ['paused', NOON]);
    });
  });

  describe('a call that was dialled and not answered', () => {
    it('leaves who was available available, without a wrap-up', async () => {
      await rig.ready(ANA, VENDAS);
      const callId = await rig.centre.dial(ANA, { number: '(83) 99999-0001', direction: 'outbound', autoAnswer: true });
      rig.happens('call-offered', callId, ANA);
      rig.happens('call-accepted', callId, ANA);
      rig.telephony.say({ type: 'call-ended', callId, by: 'system', cause: 'busy' });
      assert.deepEqual([agent(ANA).status, agent(ANA).blockers], ['available', []]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), null);
    });

    it('is nobody’s missed call when the agent’s own phone does not take it', async () => {
      await rig.ready(ANA, VENDAS);
      for (let turn = 0; turn < 3; turn += 1) {
        const callId = await rig.centre.dial(ANA, {
          number: '(83) 99999-0001',
          direction: 'outbound',
          autoAnswer: true,
        });
        rig.happens('call-offered', callId, ANA);
        rig.telephony.say({ type: 'call-declined', callId, extension: '1001', cause: 'rejected' });
        rig.telephony.say({ type: 'call-ended', callId, by: 'agent', cause: 'rejected' });
      }
      assert.equal(agent(ANA).status, 'available');
    });
  });

  describe('a pause asked for in a call', () => {
    it('begins after the wrap-up, over a restart too', async () => {
      await rig.ready(ANA, SUPORTE);
      rig.answered('c1', 'suporte', ANA);
      await rig.centre.pause(ANA, ALMOCO);
      await rig.restart();
      assert.equal(agent(ANA).nextPause?.name, 'Almoço');
      rig.ends('c1');
      assert.equal(agent(ANA).status, 'wrap-up');
      await rig.restart();
      rig.clock.advance(5000);
      await rig.centre.finishWrapUp(ANA, 'c1');
      assert.deepEqual([agent(ANA).status, agent(ANA).since, agent(ANA).nextPause], ['paused', NOON + 5000, null]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
    });

    it('can be taken back and replaced before it begins', async () => {
      await rig.ready(ANA, COBRANCA);
      rig.answered('c1', 'cobranca', ANA);
      await rig.centre.pause(ANA, ALMOCO);
      await rig.centre.dropPause(ANA);
      assert.equal(agent(ANA).nextPause, null);
      await rig.centre.dropPause(ANA);
      await rig.centre.pause(ANA, ALMOCO);
      await rig.centre.pause(ANA, 2);
      assert.equal(agent(ANA).nextPause?.name, 'Treinamento');
      rig.ends('c1');
      assert.equal(agent(ANA).pauseReason?.name, 'Treinamento');
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Treinamento');
    });

    it('begins at once when the call that ends leaves no wrap-up because nobody answered it', async () => {
      await rig.ready(ANA, VENDAS);
      rig.enters('c1', 'vendas');
      rig.happens('call-offered', 'c1', ANA);
      await rig.centre.pause(ANA, ALMOCO);
      rig.telephony.say({ type: 'call-ended', callId: 'c1', by: 'customer', cause: 'abandoned' });
      assert.equal(agent(ANA).pauseReason?.name, 'Almoço');
    });
  });
});
