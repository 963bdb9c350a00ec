import assert from 'node:assert/strict';
import { type DeskTarget } from '../../src/shared/desk.js';
import { ANA, BRUNO, CARLA, COBRANCA, CentreRig, EXTENSION, SUPORTE, VENDAS } from '../support/centre-rig.js';

const TO_BRUNO: DeskTarget = { kind: 'agent', agentId: BRUNO };
const MOBILE = '+5511988887777';

describe('call centre: transfers, consultations and conferences', () => {
  let rig: CentreRig;
  beforeEach(async () => {
    rig = await CentreRig.start();
    await rig.ready(ANA, VENDAS);
    await rig.ready(BRUNO, VENDAS);
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const status = (agentId: number): string => rig.centre.agent(agentId)?.status ?? 'none';
  const callIdOf = (agentId: number): string | undefined => rig.centre.agent(agentId)?.call?.callId;
  const waiting = (queueId: number): number => rig.centre.queue(queueId)?.waiting ?? -1;
  const figures = async (agentId: number): Promise<{ answered: number; seconds: number | null }> => {
    await rig.quiet();
    const from = rig.clock.now() - 3_600_000;
    const found = await rig.records.figuresOfAgent(agentId, from, rig.clock.now() + 1);
    return { answered: found.answered, seconds: found.averageHandlingSeconds };
  };

  /** Ana has talked for ten seconds and has the customer on hold. */
  function talks(callId = 'c1'): void {
    rig.answered(callId, 'vendas', ANA);
    rig.clock.advance(10_000);
    rig.happens('call-held', callId, ANA);
  }

  function answersConsultation(second: string, peer?: string): void {
    const [extension = ''] = [EXTENSION[ANA]];
    if (peer !== undefined) rig.telephony.say({ type: 'call-offered', callId: second, extension: peer });
    rig.telephony.say({ type: 'call-answered', callId: second, extension, ...(peer === undefined ? {} : { peer }) });
  }

  async function consults(target: DeskTarget = TO_BRUNO): Promise<string> {
    talks();
    const second = await rig.centre.consult(ANA, 'c1', target);
    answersConsultation(second, target.kind === 'agent' ? EXTENSION[BRUNO] : undefined);
    return second;
  }

  /** The board's counters are what the journal says. */
  async function recounted(queueId: number): Promise<void> {
    await rig.quiet();
    const snapshot = rig.centre.queue(queueId)!;
    const { from, until } = { from: rig.clock.now() - 3_600_000, until: rig.clock.now() + 1 };
    const counted = await rig.repository.countersOf(queueId, 20, from, until);
    assert.deepEqual(
      [snapshot.offered, snapshot.answered, snapshot.notAnswered, snapshot.averageHandlingSeconds],
      [
        counted.offered,
        counted.answered,
        counted.notAnswered,
        counted.handled === 0 ? null : counted.handledMs / counted.handled / 1000,
      ],
    );
  }

  describe('without asking', () => {
    it('rings the other agent, who has the call, while the first is free at once', async () => {
      talks();
      await rig.centre.transfer(ANA, 'c1', TO_BRUNO);
      assert.deepEqual([status(ANA), status(BRUNO), callIdOf(BRUNO)], ['on-hold', 'offered', 'c1']);
      assert.deepEqual(rig.centre.viewOf(ANA)?.call.transfer?.target, { kind: 'agent', id: BRUNO, name: 'Bruno' });
      rig.clock.advance(5000);
      rig.telephony.say({
        type: 'call-transferred',
        callId: 'c1',
        from: '1001',
        extension: '1002',
        queue: null,
        how: 'blind',
      });
      assert.deepEqual([status(ANA), status(BRUNO), callIdOf(ANA)], ['available', 'talking', undefined]);
      rig.clock.advance(20_000);
      rig.ends('c1');
      assert.deepEqual([status(ANA), status(BRUNO)], ['available', 'wrap-up']);
      rig.clock.advance(30_000);
      assert.equal(status(BRUNO), 'available');
      assert.deepEqual(await figures(ANA), { answered: 1, seconds: 15 });
      assert.deepEqual(await figures(BRUNO), { answered: 1, seconds: 50 });
      await recounted(VENDAS);
      assert.equal(rig.centre.queue(VENDAS)?.answered, 1, 'a call counts once');
    });

    for (const cause of ['rejected', 'no-answer', 'taken-back'] as const) {
      it(`leaves the call with its agent, on hold, when it fails: ${cause}`, async () => {
        talks();
        await rig.centre.transfer(ANA, 'c1', TO_BRUNO);
        if (cause === 'taken-back') await rig.centre.takeBack(ANA, 'c1');
        else rig.telephony.say({ type: 'transfer-failed', callId: 'c1', extension: '1001', cause });
        assert.deepEqual([status(ANA), callIdOf(ANA), status(BRUNO)], ['on-hold', 'c1', 'available']);
        assert.equal(rig.centre.viewOf(ANA)?.call.transfer, null);
        const [failed] = await rig.rows<{ detail: string }>(
          "SELECT detail FROM call_events WHERE type = 'transfer-failed'",
        );
        assert.equal(failed?.detail, cause);
      });
    }

    it('to a queue waits there, to be seen but not to be counted', async () => {
      talks();
      await rig.centre.transfer(ANA, 'c1', { kind: 'queue', queueId: COBRANCA });
      assert.deepEqual([status(ANA), waiting(COBRANCA), waiting(VENDAS)], ['available', 1, 0]);
      assert.equal(rig.centre.queue(COBRANCA)?.longestWaitSince, rig.clock.now());
      rig.clock.advance(7000);
      rig.happens('call-offered', 'c1', BRUNO);
      assert.deepEqual([status(BRUNO), rig.centre.viewOf(BRUNO)?.queueName], ['offered', 'Cobrança']);
      rig.happens('call-answered', 'c1', BRUNO);
      assert.deepEqual([waiting(COBRANCA), rig.centre.queue(COBRANCA)?.offered], [0, 0]);
      rig.clock.advance(3000);
      rig.ends('c1');
      assert.equal(status(BRUNO), 'available', 'the queue it was taken from has no wrap-up');
      assert.deepEqual(
        [await figures(ANA), await figures(BRUNO)],
        [
          { answered: 1, seconds: 10 },
          { answered: 1, seconds: 3 },
        ],
      );
      await recounted(VENDAS);
      await recounted(COBRANCA);
      const [row] = await rig.rows<{ talked: number; held: number }>(
        "SELECT talked_ms AS talked, held_ms AS held FROM calls WHERE id = 'c1'",
      );
      assert.deepEqual(row, { talked: 13_000, held: 0 }, 'waiting is neither');
    });

    it('to a number ends it for us, and is written up', async () => {
      talks();
      await rig.centre.transfer(ANA, 'c1', { kind: 'number', number: '(11) 98888-7777' });
      rig.telephony.say({ type: 'call-ended', callId: 'c1', by: 'agent', cause: 'transferred' });
      assert.equal(status(ANA), 'wrap-up');
      await recounted(VENDAS);
    });

    it('ends for both when the customer hangs up meanwhile', async () => {
      talks();
      await rig.centre.transfer(ANA, 'c1', TO_BRUNO);
      rig.ends('c1');
      assert.deepEqual([status(ANA), status(BRUNO)], ['wrap-up', 'available']);
    });

    it('frees an agent who was away too long, and the customer waits in the queue', async () => {
      talks();
      rig.telephony.say({ type: 'phone-unregistered', extension: '1001' });
      rig.telephony.say({
        type: 'call-transferred',
        callId: 'c1',
        from: '1001',
        extension: null,
        queue: 'vendas',
        how: 'agent-away',
      });
      assert.deepEqual([status(ANA), waiting(VENDAS), callIdOf(ANA)], ['unreachable', 1, undefined]);
      await recounted(VENDAS);
    });

    it('lets nothing that is late or repeated change it back', async () => {
      talks();
      await rig.centre.transfer(ANA, 'c1', TO_BRUNO);
      const at = rig.clock.now();
      rig.clock.advance(1000);
      const moved = {
        type: 'call-transferred',
        callId: 'c1',
        from: '1001',
        extension: '1002',
        queue: null,
        how: 'blind',
      } as const;
      rig.telephony.say(moved);
      const late = { at, callId: 'c1', extension: '1001' } as const;
      rig.telephony.tell({ ...moved, at: rig.clock.now() });
      rig.telephony.tell({ type: 'call-held', ...late });
      rig.telephony.tell({ type: 'transfer-started', ...late, target: { kind: 'agent', extension: '1002' } });
      rig.telephony.tell({ type: 'transfer-failed', ...late, cause: 'no-answer' });
      assert.deepEqual([status(ANA), status(BRUNO), callIdOf(BRUNO)], ['available', 'talking', 'c1']);
    });
  });

  describe('asking first', () => {
    it('rings the other agent with a call of its own, and both are talking', async () => {
      const second = await consults();
      assert.deepEqual(
        [status(ANA), callIdOf(ANA), status(BRUNO), callIdOf(BRUNO)],
        ['talking', 'c1', 'talking', second],
      );
      const shown = rig.centre.secondOf(ANA);
      assert.deepEqual([shown?.callId, shown?.kind, shown?.label, shown?.state], [second, 'agent', 'Bruno', 'talking']);
      const view = rig.centre.viewOf(BRUNO);
      assert.deepEqual([view?.askedBy, view?.about?.callId], ['Ana', 'c1']);
      assert.equal(rig.centre.queue(VENDAS)?.offered, 1);
    });

    it('gives the call to who was asked, known by the id of the asking', async () => {
      const second = await consults();
      rig.clock.advance(5000);
      await rig.centre.join(ANA, second);
      assert.deepEqual(
        [status(ANA), rig.centre.secondOf(ANA), status(BRUNO), callIdOf(BRUNO)],
        ['available', null, 'talking', 'c1'],
      );
      assert.deepEqual(rig.centre.viewOf(BRUNO)?.call.alsoKnownAs, [second]);
      rig.clock.advance(4000);
      rig.ends('c1');
      assert.equal(status(BRUNO), 'wrap-up');
      rig.clock.advance(30_000);
      assert.deepEqual(
        [await figures(ANA), await figures(BRUNO)],
        [
          { answered: 1, seconds: 15 },
          { answered: 1, seconds: 34 },
        ],
      );
      await recounted(VENDAS);
      const found = await rig.records.find('c1');
      assert.deepEqual(
        found?.consultations.map(({ callId, peer }) => [callId, peer?.name]),
        [[second, 'Bruno']],
      );
      assert.equal((await rig.records.find(second))?.consults, 'c1');
    });

    it('lets the customer go first: the second call goes on, and then the first is written up', async () => {
      const second = await consults();
      rig.ends('c1');
      assert.deepEqual([status(ANA), callIdOf(ANA)], ['talking', second]);
      assert.equal(rig.centre.viewOf(ANA)?.about?.callId, 'c1');
      await rig.restart();
      assert.deepEqual([status(ANA), callIdOf(ANA)], ['talking', second]);
      await rig.centre.hangUp(ANA, second);
      assert.deepEqual([status(ANA), callIdOf(ANA), status(BRUNO)], ['wrap-up', 'c1', 'unreachable']);
      await rig.centre.finishWrapUp(ANA, 'c1');
      await recounted(VENDAS);
    });

    it('joined to a number, ends both for us', async () => {
      const second = await consults({ kind: 'number', number: MOBILE });
      await rig.centre.join(ANA, 'c1');
      assert.deepEqual([status(ANA), callIdOf(ANA), rig.centre.liveCall(second)], ['wrap-up', 'c1', null]);
    });

    it('asks a queue, which is seen and not counted', async () => {
      talks();
      const second = await rig.centre.consult(ANA, 'c1', { kind: 'queue', queueId: SUPORTE });
      assert.equal(waiting(SUPORTE), 1);
      rig.telephony.say({ type: 'call-offered', callId: second, extension: '1002' });
      assert.deepEqual([status(ANA), status(BRUNO)], ['dialling', 'offered']);
      answersConsultation(second, '1002');
      assert.deepEqual([waiting(SUPORTE), rig.centre.queue(SUPORTE)?.offered, status(BRUNO)], [0, 0, 'talking']);
      rig.ends(second, 'agent');
      assert.deepEqual([status(ANA), status(BRUNO)], ['on-hold', 'available']);
      await recounted(SUPORTE);
    });

    it('all talk together until one leaves', async () => {
      const second = await consults();
      await rig.centre.confer(ANA, 'c1');
      assert.deepEqual([rig.centre.viewOf(ANA)?.isConference, rig.centre.secondOf(ANA)?.state], [true, 'talking']);
      rig.ends(second, 'customer');
      assert.deepEqual([rig.centre.viewOf(ANA)?.isConference, status(ANA), callIdOf(ANA)], [false, 'talking', 'c1']);
    });
  });

  describe('a restart, or a time without contact', () => {
    const picture = (): unknown => ({
      statuses: [status(ANA), status(BRUNO)],
      calls: [callIdOf(ANA), callIdOf(BRUNO)],
      second: rig.centre.secondOf(ANA),
      views: [ANA, BRUNO].map((id) => {
        const view = rig.centre.viewOf(id);
        return view === null ? null : [view.state, view.call, view.isConference, view.askedBy];
      }),
    });
    const moments: Readonly<Record<string, () => Promise<unknown>>> = {
      'a transfer that rings': async () => {
        talks();
        await rig.centre.transfer(ANA, 'c1', TO_BRUNO);
      },
      'a consultation': () => consults(),
      'a conference': async () => {
        await consults();
        await rig.centre.confer(ANA, 'c1');
      },
      'an attended transfer': async () => {
        await rig.centre.join(ANA, await consults());
      },
      'a transfer to a queue': async () => {
        talks();
        await rig.centre.transfer(ANA, 'c1', { kind: 'queue', queueId: COBRANCA });
      },
    };
    for (const [name, happen] of Object.entries(moments)) {
      it(`in ${name} leaves the same picture`, async () => {
        await happen();
        await rig.quiet();
        const before = picture();
        const waits = [waiting(VENDAS), waiting(COBRANCA)];
        await rig.restart();
        for (const agentId of [ANA, BRUNO]) await rig.centre.pageConnected(agentId);
        assert.deepEqual(picture(), before);
        assert.deepEqual([waiting(VENDAS), waiting(COBRANCA)], waits);
        // A page that is gone keeps calls away for a moment; of the calls nothing was to be healed.
        const healed = rig.logged('healed').filter(({ context }) => !('exchangePause' in context));
        assert.deepEqual(healed, []);
      });
    }

    it('heals what was missed of an attended transfer', async () => {
      const second = await consults();
      rig.telephony.disconnect();
      rig.telephony.say({
        type: 'call-transferred',
        callId: 'c1',
        from: '1001',
        extension: '1002',
        queue: null,
        how: 'attended',
        second,
      });
      rig.telephony.say({ type: 'call-ended', callId: second, by: 'agent', cause: 'transferred' });
      rig.telephony.connect();
      await rig.quiet();
      assert.deepEqual(
        [status(ANA), status(BRUNO), callIdOf(BRUNO), rig.centre.liveCall(second)],
        ['available', 'talking', 'c1', null],
      );
      assert.deepEqual(rig.centre.viewOf(BRUNO)?.call.alsoKnownAs, [second]);
    });

    it('heals what was missed of a transfer, there and back', async () => {
      talks();
      rig.telephony.disconnect();
      rig.telephony.say({
        type: 'transfer-started',
        callId: 'c1',
        extension: '1001',
        target: { kind: 'agent', extension: '1002' },
      });
      rig.telephony.connect();
      await rig.quiet();
      assert.deepEqual([status(ANA), status(BRUNO)], ['on-hold', 'offered']);
      rig.telephony.disconnect();
      rig.telephony.say({ type: 'transfer-failed', callId: 'c1', extension: '1001', cause: 'no-answer' });
      rig.telephony.connect();
      await rig.quiet();
      assert.deepEqual([status(ANA), status(BRUNO)], ['on-hold', 'available']);
    });

    it('heals what was missed of a consultation', async () => {
      talks();
      rig.telephony.disconnect();
      rig.telephony.say({
        type: 'call-started',
        callId: 'c2',
        direction: 'consult',
        number: '1002',
        queue: null,
        extension: '1001',
        consults: 'c1',
      });
      rig.telephony.say({ type: 'call-accepted', callId: 'c2', extension: '1001' });
      rig.telephony.say({ type: 'call-answered', callId: 'c2', extension: '1001', peer: '1002' });
      rig.telephony.connect();
      await rig.quiet();
      assert.deepEqual([callIdOf(ANA), rig.centre.secondOf(ANA)?.callId, callIdOf(BRUNO)], ['c1', 'c2', 'c2']);
    });
  });

  describe('what cannot be', () => {
    const refused = (wish: Promise<unknown>, key: string): Promise<void> => assert.rejects(wish, { key });
    const to = (agentId: number): DeskTarget => ({ kind: 'agent', agentId });

    it('is told by name and reason', async () => {
      talks();
      await refused(rig.centre.transfer(ANA, 'c1', to(ANA)), 'calls:refused.target-self');
      await refused(rig.centre.transfer(ANA, 'c1', to(999)), 'calls:refused.target-gone');
      await assert.rejects(rig.centre.transfer(ANA, 'c1', to(CARLA)), {
        key: 'calls:refused.target-offline',
        params: { name: 'Carla' },
      });
      await refused(rig.centre.consult(ANA, 'c1', { kind: 'queue', queueId: 99 }), 'calls:refused.no-queue');
      await refused(rig.centre.consult(ANA, 'c1', { kind: 'number', number: '12' }), 'calls:refused.number-short');
      rig.answered('c9', 'vendas', BRUNO);
      await refused(rig.centre.transfer(ANA, 'c1', TO_BRUNO), 'calls:refused.target-busy');
      assert.deepEqual(
        [status(ANA), callIdOf(ANA), rig.telephony.commands.filter(({ name }) => name === 'transfer')],
        ['on-hold', 'c1', []],
      );
    });

    it('is of another agent’s call, of none, or of one that is over', async () => {
      talks();
      await refused(rig.centre.transfer(BRUNO, 'c1', to(ANA)), 'calls:refused.not-your-call');
      await refused(rig.centre.consult(BRUNO, 'c1', to(ANA)), 'calls:refused.not-your-call');
      await refused(rig.centre.takeBack(BRUNO, 'c1'), 'calls:refused.not-your-call');
      await refused(rig.centre.join(BRUNO, 'c1'), 'calls:refused.not-your-call');
      await refused(rig.centre.confer(ANA, 'c1'), 'calls:refused.no-second');
      await refused(rig.centre.transfer(ANA, 'none', TO_BRUNO), 'calls:refused.no-call');
      rig.ends('c1');
      await refused(rig.centre.transfer(ANA, 'c1', TO_BRUNO), 'calls:refused.call-over');
    });

    it('comes too late when it has left already', async () => {
      talks();
      await rig.centre.transfer(ANA, 'c1', TO_BRUNO);
      await refused(rig.centre.transfer(ANA, 'c1', TO_BRUNO), 'calls:refused.transfer-running');
      rig.telephony.say({
        type: 'call-transferred',
        callId: 'c1',
        from: '1001',
        extension: '1002',
        queue: null,
        how: 'blind',
      });
      await refused(rig.centre.takeBack(ANA, 'c1'), 'calls:refused.call-left');
    });

    it('is a third call, or joining what nobody answered', async () => {
      talks();
      const second = await rig.centre.consult(ANA, 'c1', TO_BRUNO);
      await refused(rig.centre.join(ANA, 'c1'), 'calls:refused.second-not-answered');
      await refused(rig.centre.consult(ANA, 'c1', TO_BRUNO), 'calls:refused.two-calls');
      await refused(rig.centre.transfer(ANA, 'c1', TO_BRUNO), 'calls:refused.two-calls');
      assert.equal(rig.centre.secondOf(ANA)?.callId, second);
    });

    it('is what this exchange cannot do', async () => {
      talks();
      rig.telephony.capabilities = new Set();
      await refused(rig.centre.transfer(ANA, 'c1', TO_BRUNO), 'calls:refused.no-transfer');
      await refused(rig.centre.consult(ANA, 'c1', TO_BRUNO), 'calls:refused.no-consult');
    });

    it('leaves no second call behind when the exchange refuses it', async () => {
      rig.answered('c1', 'vendas', ANA);
      await assert.rejects(rig.centre.consult(ANA, 'c1', TO_BRUNO));
      assert.deepEqual([rig.centre.secondOf(ANA), status(ANA)], [null, 'talking']);
      rig.happens('call-held', 'c1', ANA);
      await rig.centre.consult(ANA, 'c1', TO_BRUNO);
    });
  });
});
