import assert from 'node:assert/strict';
import { DomainError, type DomainErrorCode } from '../../src/platform/errors.js';
import { type AgentSnapshot } from '../../src/shared/agent-state.js';
import { type MessageKey } from '../../src/shared/i18n/messages.js';
import {
  ALMOCO,
  ANA,
  BRUNO,
  CARLA,
  CUSTOMER_NUMBER,
  CentreRig,
  NOON,
  RETIRED_REASON,
  SUPORTE,
  VENDAS,
  COBRANCA,
  aGate,
  until,
} from '../support/centre-rig.js';

function refusal(code: DomainErrorCode, key: MessageKey): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DomainError, String(error));
    assert.deepEqual([error.code, error.key], [code, key]);
    return true;
  };
}

interface CallColumns {
  readonly state: string;
  readonly agent_id: number | null;
  readonly queue_id: number | null;
  readonly customer_id: number | null;
  readonly waited_ms: number;
  readonly talked_ms: number;
  readonly held_ms: number;
  readonly wrap_up_ms: number;
  readonly offers: number;
  readonly ended_by: string | null;
  readonly end_cause: string | null;
}

async function callRow(rig: CentreRig, callId: string): Promise<CallColumns> {
  const [row] = await rig.rows<CallColumns>(`SELECT * FROM calls WHERE id = '${callId}'`);
  assert.ok(row !== undefined, `no row of call ${callId}`);
  return row;
}

describe('call centre', () => {
  let rig: CentreRig;
  beforeEach(async () => {
    rig = await CentreRig.start();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const statusOf = (agentId: number): string | undefined => rig.centre.agent(agentId)?.status;
  const queue = (queueId: number) => rig.centre.queues().find((each) => each.queueId === queueId)!;

  describe('shift, phone and page', () => {
    it('makes an agent available only when all three are there', async () => {
      assert.equal(statusOf(ANA), 'offline');
      await rig.centre.startShift(ANA);
      assert.equal(statusOf(ANA), 'unreachable');
      await rig.centre.pageConnected(ANA);
      assert.equal(statusOf(ANA), 'unreachable');
      rig.telephony.say({ type: 'phone-registered', extension: '1001' });
      assert.equal(statusOf(ANA), 'available');
    });

    it('pauses on the exchange at once when the page is lost, and lets go when it is back', async () => {
      await rig.ready(ANA, VENDAS);
      assert.equal(rig.telephony.pauseOf('1001'), null);
      await rig.centre.pageLost(ANA);
      assert.equal(statusOf(ANA), 'unreachable');
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'no-page');
      await rig.centre.pageConnected(ANA);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), null);
    });

    it('leaves the exchange alone for those who are off shift', async () => {
      await rig.centre.pageConnected(ANA);
      rig.telephony.say({ type: 'phone-registered', extension: '1001' });
      await rig.quiet();
      assert.deepEqual(rig.telephony.commands, []);
    });

    it('ends a shift out of every queue', async () => {
      await rig.ready(ANA, VENDAS, SUPORTE);
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, [VENDAS, SUPORTE]);
      await rig.centre.endShift(ANA);
      assert.deepEqual(rig.telephony.queuesOf('1001'), []);
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, []);
      assert.equal(statusOf(ANA), 'offline');
      assert.equal(queue(VENDAS).agentsLoggedIn, 0);
    });

    it('refuses to end a shift in a call', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await assert.rejects(rig.centre.endShift(ANA), refusal('conflict', 'calls:refused.in-call'));
      assert.deepEqual(rig.telephony.queuesOf('1001'), ['vendas']);
    });

    it('refuses a shift without an extension, and anything for who is no agent', async () => {
      await assert.rejects(rig.centre.startShift(4), refusal('conflict', 'calls:refused.no-agent'));
      await assert.rejects(rig.centre.startShift(99), refusal('not-found', 'calls:refused.no-agent'));
    });
  });

  describe('queues', () => {
    it('logs in where the agent belongs, once the exchange says so', async () => {
      await rig.ready(ANA);
      const gate = aGate();
      rig.telephony.delay = () => gate.opened;
      const logIn = rig.centre.logIn(ANA, VENDAS);
      await rig.quiet();
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, []);
      gate.open();
      await logIn;
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, [VENDAS]);
      assert.equal(queue(VENDAS).agentsAvailable, 1);
    });

    it('refuses without a shift, in a strange queue, and in one that is none', async () => {
      await assert.rejects(rig.centre.logIn(ANA, VENDAS), refusal('conflict', 'calls:refused.not-on-shift'));
      await rig.ready(CARLA);
      await assert.rejects(rig.centre.logIn(CARLA, VENDAS), refusal('forbidden', 'calls:refused.not-your-queue'));
      await assert.rejects(rig.centre.logIn(CARLA, 77), refusal('not-found', 'calls:refused.no-queue'));
    });

    it('tells when the exchange is out of reach', async () => {
      await rig.ready(ANA);
      rig.telephony.disconnect();
      await assert.rejects(rig.centre.logIn(ANA, VENDAS), (error) => {
        return error instanceof DomainError && error.code === 'unavailable';
      });
    });

    it('switches all of them at once', async () => {
      await rig.ready(ANA);
      await rig.centre.logAll(ANA, true);
      assert.deepEqual(rig.telephony.queuesOf('1001'), ['vendas', 'suporte', 'cobranca']);
      await rig.centre.logAll(ANA, false);
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, []);
    });

    it('keeps in and out in the order they were asked', async () => {
      await rig.ready(ANA);
      await Promise.all([
        rig.centre.logIn(ANA, VENDAS),
        rig.centre.logOut(ANA, VENDAS),
        rig.centre.logIn(ANA, VENDAS),
        rig.centre.logOut(ANA, VENDAS),
      ]);
      const asked = rig.telephony.commands.map(({ name }) => name).filter((name) => name.startsWith('log'));
      assert.deepEqual(asked, ['logIn', 'logOut', 'logIn', 'logOut']);
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, []);
    });

    it('logs out one who was logged in from elsewhere without a shift', async () => {
      rig.telephony.say({ type: 'member-logged-in', queue: 'vendas', extension: '1002' });
      await until(() => {
        assert.deepEqual(rig.telephony.queuesOf('1002'), []);
      });
    });
  });

  describe('pauses', () => {
    it('pauses with the reason, here and on the exchange', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      assert.equal(rig.centre.agent(ANA)?.pauseReason?.name, 'Almoço');
      assert.deepEqual([queue(VENDAS).agentsPaused, queue(VENDAS).agentsAvailable], [1, 0]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
      await rig.centre.resume(ANA);
      await rig.quiet();
      assert.equal(statusOf(ANA), 'available');
      assert.equal(rig.telephony.pauseOf('1001'), null);
    });

    it('refuses a retired reason, one that is none, and one off shift', async () => {
      await rig.ready(ANA);
      await assert.rejects(rig.centre.pause(ANA, RETIRED_REASON), refusal('conflict', 'calls:refused.no-reason'));
      await assert.rejects(rig.centre.pause(ANA, 99), refusal('conflict', 'calls:refused.no-reason'));
      await assert.rejects(rig.centre.pause(BRUNO, ALMOCO), refusal('conflict', 'calls:refused.not-on-shift'));
    });

    it('begins a pause asked for in a call after the wrap-up', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await rig.centre.pause(ANA, ALMOCO);
      assert.equal(statusOf(ANA), 'talking');
      assert.equal(rig.centre.agent(ANA)?.nextPause?.name, 'Almoço');
      rig.ends('c1');
      assert.equal(statusOf(ANA), 'wrap-up');
      rig.clock.advance(30_000);
      assert.equal(statusOf(ANA), 'paused');
      assert.equal(rig.centre.agent(ANA)?.since, NOON + 30_000);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
    });

    it('is one pause and one change however often it is asked at once', async () => {
      await rig.ready(ANA, VENDAS);
      const before = rig.centre.agent(ANA)!.version;
      const asked = rig.telephony.commands.length;
      await Promise.all(Array.from({ length: 20 }, () => rig.centre.pause(ANA, ALMOCO)));
      assert.equal(rig.centre.agent(ANA)!.version, before + 1);
      await rig.quiet();
      assert.deepEqual(rig.telephony.commands.slice(asked), [{ name: 'pause', extension: '1001', reason: 'Almoço' }]);
      const intervals = await rig.rows<{ n: number }>(
        "SELECT COUNT(*) AS n FROM agent_intervals WHERE status = 'paused'",
      );
      assert.equal(intervals[0]!.n, 1);
    });

    it('sends only the last wish when the exchange is slower than the agent', async () => {
      await rig.ready(ANA, VENDAS);
      const asked = rig.telephony.commands.length;
      const gate = aGate();
      rig.telephony.delay = () => gate.opened;
      await rig.centre.pause(ANA, ALMOCO);
      await rig.quiet();
      await rig.centre.resume(ANA);
      await rig.centre.pause(ANA, 2);
      await rig.centre.resume(ANA);
      gate.open();
      await rig.quiet();
      const names = rig.telephony.commands.slice(asked).map(({ name }) => name);
      assert.deepEqual(names, ['pause', 'unpause']);
      assert.equal(rig.telephony.pauseOf('1001'), null);
    });

    it('tries again, ever more slowly, when the exchange refuses', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.refuse = ({ name }) =>
        name === 'pause' ? new DomainError('conflict', 'calls:refused.not-available') : null;
      const tries = (): number => rig.telephony.commands.filter(({ name }) => name === 'pause').length;
      const before = tries();
      await rig.centre.pause(ANA, ALMOCO);
      await rig.quiet();
      assert.equal(tries(), before + 1);
      for (const wait of [250, 500, 1000]) {
        rig.clock.advance(wait - 1);
        await rig.quiet();
        const soFar = tries();
        rig.clock.advance(1);
        await rig.quiet();
        assert.equal(tries(), soFar + 1, `after ${wait} ms`);
      }
      rig.telephony.refuse = () => null;
      rig.clock.advance(2000);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
    });

    it('sets a pause again that somebody took away at the exchange', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      await rig.quiet();
      rig.telephony.say({ type: 'member-unpaused', extension: '1001' });
      await until(() => {
        assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
      });
    });
  });

  describe('an inbound call', () => {
    it('goes from the queue through the agent to its record', async () => {
      await rig.ready(ANA, VENDAS);
      rig.enters('c1', 'vendas');
      assert.deepEqual([queue(VENDAS).waiting, queue(VENDAS).longestWaitSince], [1, NOON]);
      rig.clock.advance(4000);
      rig.happens('call-offered', 'c1', ANA);
      assert.equal(statusOf(ANA), 'offered');
      rig.clock.advance(2000);
      rig.happens('call-answered', 'c1', ANA);
      assert.deepEqual([statusOf(ANA), queue(VENDAS).waiting, queue(VENDAS).agentsTalking], ['talking', 0, 1]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'call');
      assert.deepEqual(rig.centre.agent(ANA)?.call, {
        callId: 'c1',
        direction: 'inbound',
        number: CUSTOMER_NUMBER,
        customerName: 'Beatriz Nunes',
        queueName: 'Vendas',
      });
      rig.clock.advance(60_000);
      rig.happens('call-held', 'c1', ANA);
      rig.clock.advance(5000);
      rig.happens('call-resumed', 'c1', ANA);
      rig.clock.advance(10_000);
      rig.ends('c1', 'agent');
      assert.equal(rig.centre.agent(ANA)?.wrapUpEndsAt, rig.clock.now() + 30_000);
      assert.equal(rig.centre.callOf(ANA)?.state, 'ended');
      assert.equal(rig.centre.liveCall('c1'), null);
      rig.clock.advance(12_000);
      await rig.centre.finishWrapUp(ANA, 'c1');
      assert.equal(statusOf(ANA), 'available');
      assert.equal(rig.centre.callOf(ANA), null);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), null);

      const { state, agent_id, queue_id, customer_id, waited_ms, talked_ms, held_ms, wrap_up_ms } = await callRow(
        rig,
        'c1',
      );
      assert.deepEqual(
        { state, agent_id, queue_id, customer_id },
        { state: 'ended', agent_id: ANA, queue_id: VENDAS, customer_id: 1 },
      );
      assert.deepEqual(
        { waited_ms, talked_ms, held_ms, wrap_up_ms },
        { waited_ms: 6000, talked_ms: 70_000, held_ms: 5000, wrap_up_ms: 12_000 },
      );
      const record = await rig.records.find('c1');
      assert.deepEqual([record?.endedBy, record?.endCause, record?.agent?.name], ['agent', 'hung-up', 'Ana']);
      assert.deepEqual(
        record?.events.map(({ type, agent, detail }) => [type, agent?.name ?? null, detail]),
        [
          ['started', null, null],
          ['offered', 'Ana', null],
          ['answered', 'Ana', null],
          ['held', 'Ana', null],
          ['resumed', 'Ana', null],
          ['ended', 'Ana', 'agent:hung-up'],
        ],
      );
      const today = queue(VENDAS);
      assert.deepEqual(
        [today.offered, today.answered, today.serviceLevel, today.averageWaitSeconds, today.averageHandlingSeconds],
        [1, 1, 1, 6, 70 + 5 + 12],
      );
    });

    it('wraps up until finished where the queue says so, and not at all where it has none', async () => {
      await rig.ready(ANA, SUPORTE, COBRANCA);
      rig.answered('c1', 'suporte', ANA);
      rig.ends('c1');
      rig.clock.advance(3_600_000);
      assert.equal(statusOf(ANA), 'wrap-up');
      assert.equal(rig.centre.agent(ANA)?.wrapUpEndsAt, null);
      await rig.centre.finishWrapUp(ANA, 'c1');
      await rig.centre.finishWrapUp(ANA, 'c1');
      rig.answered('c2', 'cobranca', ANA);
      rig.ends('c2');
      assert.equal(statusOf(ANA), 'available');
    });

    it('is nobody’s record when it was abandoned while it rang', async () => {
      await rig.ready(ANA, VENDAS);
      rig.enters('c1', 'vendas');
      rig.clock.advance(25_000);
      rig.happens('call-offered', 'c1', ANA);
      rig.telephony.say({ type: 'call-ended', callId: 'c1', by: 'customer', cause: 'abandoned' });
      assert.equal(statusOf(ANA), 'available');
      const row = await callRow(rig, 'c1');
      assert.deepEqual([row.agent_id, row.end_cause, row.waited_ms, row.offers], [null, 'abandoned', 25_000, 1]);
      const { offered, answered, notAnswered, abandoned, serviceLevel, waiting } = queue(VENDAS);
      assert.deepEqual([offered, answered, notAnswered, abandoned, serviceLevel, waiting], [1, 0, 1, 1, 0, 0]);
    });

    it('goes on to the next agent when one declines', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS);
      rig.enters('c1', 'vendas');
      rig.happens('call-offered', 'c1', ANA);
      rig.telephony.say({ type: 'call-declined', callId: 'c1', extension: '1001', cause: 'rejected' });
      assert.deepEqual([statusOf(ANA), rig.centre.liveCall('c1')?.state], ['available', 'waiting']);
      rig.happens('call-offered', 'c1', BRUNO);
      rig.happens('call-answered', 'c1', BRUNO);
      assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['available', 'talking']);
      assert.equal((await callRow(rig, 'c1')).offers, 2);
    });

    it('silences the other phones when several rang and one took it', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS);
      rig.enters('c1', 'vendas');
      rig.happens('call-offered', 'c1', ANA);
      rig.happens('call-offered', 'c1', BRUNO);
      assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['offered', 'offered']);
      rig.happens('call-answered', 'c1', ANA);
      assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['talking', 'available']);
    });

    it('is recorded even from a queue and to an extension that nobody knows', async () => {
      rig.telephony.say({
        type: 'call-started',
        callId: 'c1',
        direction: 'inbound',
        number: 'x'.repeat(90),
        queue: 'nova',
        extension: null,
      });
      rig.telephony.say({ type: 'call-offered', callId: 'c1', extension: '9999' });
      rig.telephony.say({ type: 'call-answered', callId: 'c1', extension: '9999' });
      rig.ends('c1');
      const row = await callRow(rig, 'c1');
      assert.deepEqual([row.state, row.queue_id, row.agent_id], ['ended', null, null]);
    });

    it('tells its story once to whoever listens', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.ends('c1');
      assert.deepEqual(
        rig.calls.map(({ type, agentId, call }) => [type, agentId, call.state]),
        [
          ['started', null, 'waiting'],
          ['offered', ANA, 'offered'],
          ['answered', ANA, 'talking'],
          ['ended', ANA, 'ended'],
        ],
      );
    });
  });

  describe('events that are late, repeated or of nobody', () => {
    it('change nothing, and what has ended stays so', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.ends('c1');
      await rig.quiet();
      const before = [rig.centre.agents(), rig.centre.queues(), await callRow(rig, 'c1')];
      const heard = rig.calls.length;
      const at = rig.clock.now();
      rig.telephony.tell({ type: 'call-ended', callId: 'c1', by: 'system', cause: 'dropped', at });
      rig.telephony.tell({ type: 'call-answered', callId: 'c1', extension: '1001', at });
      rig.telephony.tell({
        type: 'call-started',
        callId: 'c1',
        direction: 'inbound',
        number: '+551130000000',
        queue: 'vendas',
        extension: null,
        at,
      });
      rig.telephony.tell({ type: 'call-offered', callId: 'c1', extension: '1002', at });
      rig.telephony.tell({ type: 'phone-registered', extension: '1001', at });
      rig.telephony.tell({ type: 'phone-registered', extension: '8888', at });
      await rig.quiet();
      assert.deepEqual([rig.centre.agents(), rig.centre.queues(), await callRow(rig, 'c1')], before);
      assert.equal(rig.calls.length, heard);
    });

    it('repeated one by one give the same picture as once', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.onEvent((event) => {
        rig.centre.agents();
        if (!repeating) {
          repeating = true;
          rig.telephony.tell(event);
          repeating = false;
        }
      });
      let repeating = false;
      rig.answered('c1', 'vendas', ANA);
      rig.happens('call-held', 'c1', ANA);
      rig.clock.advance(3000);
      rig.happens('call-resumed', 'c1', ANA);
      rig.ends('c1');
      const row = await callRow(rig, 'c1');
      assert.deepEqual([row.offers, row.held_ms, row.talked_ms], [1, 3000, 0]);
      assert.equal((await rig.records.find('c1'))?.events.length, 6);
      assert.equal(queue(VENDAS).answered, 1);
    });

    it('ask for the whole picture when they are of a call nobody told about', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.disconnect();
      rig.enters('c1', 'vendas');
      await reconnectQuietly();
      rig.happens('call-offered', 'c1', ANA);
      await until(() => {
        assert.equal(statusOf(ANA), 'offered');
      });
      assert.equal(rig.centre.liveCall('c1')?.queueId, VENDAS);
    });

    /** The link comes back, and the comparison that follows fails. */
    async function reconnectQuietly(): Promise<void> {
      const snapshot = rig.telephony.snapshot.bind(rig.telephony);
      rig.telephony.snapshot = () => Promise.reject(new DomainError('unavailable', 'calls:refused.starting'));
      rig.telephony.connect();
      await rig.quiet();
      rig.telephony.snapshot = snapshot;
      assert.equal(rig.centre.liveCall('c1'), null);
    }

    it('cannot end the listening, whatever they hold', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.tell({ type: 'call-started', callId: 'bad', at: NOON } as never);
      rig.enters('c1', 'vendas');
      assert.equal(queue(VENDAS).waiting, 1);
      assert.equal(rig.logged('could not be taken').length, 1);
    });
  });

  describe('races', () => {
    it('a call that ends while the agent asks for a pause ends in the pause', async () => {
      await rig.ready(ANA, COBRANCA);
      rig.answered('c1', 'cobranca', ANA);
      const pausing = rig.centre.pause(ANA, ALMOCO);
      rig.ends('c1');
      await pausing;
      assert.equal(statusOf(ANA), 'paused');
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
    });

    it('a call offered while the agent asks for a pause is finished first', async () => {
      await rig.ready(ANA, COBRANCA);
      const pausing = rig.centre.pause(ANA, ALMOCO);
      rig.enters('c1', 'cobranca');
      rig.happens('call-offered', 'c1', ANA);
      await pausing;
      assert.deepEqual([statusOf(ANA), rig.centre.agent(ANA)?.nextPause?.id], ['offered', ALMOCO]);
      rig.happens('call-answered', 'c1', ANA);
      rig.ends('c1');
      assert.equal(statusOf(ANA), 'paused');
    });

    it('a shift that ends while the log-in is under way leaves nobody in a queue', async () => {
      await rig.ready(ANA);
      const gate = aGate();
      rig.telephony.delay = () => gate.opened;
      const logIn = rig.centre.logIn(ANA, VENDAS);
      await rig.quiet();
      const ending = rig.centre.endShift(ANA);
      gate.open();
      await Promise.all([logIn, ending]);
      await rig.quiet();
      assert.deepEqual(rig.telephony.queuesOf('1001'), []);
    });
  });

  describe('versions and changes', () => {
    it('count up by one with each change, and each is told once', async () => {
      const seen: AgentSnapshot[] = [];
      const stop = rig.centre.onChanged(({ agents }) => seen.push(...agents));
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.ends('c1');
      await rig.quiet();
      const versions = seen.map(({ version }) => version);
      assert.deepEqual(
        versions,
        Array.from(versions, (_, index) => versions[0]! + index),
      );
      assert.deepEqual(
        seen.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]),
        ['unreachable', 'available', 'offered', 'talking', 'wrap-up'],
      );
      stop();
      await rig.centre.finishWrapUp(ANA, 'c1');
      assert.equal(seen.length, versions.length);
    });

    it('go on to the other listeners when one of them fails', async () => {
      let heard = 0;
      rig.centre.onChanged(() => {
        throw new Error('a page that cannot draw');
      });
      rig.centre.onChanged(() => {
        heard += 1;
      });
      await rig.centre.startShift(ANA);
      assert.equal(heard, 1);
      assert.equal(rig.logged('listener').length, 1);
    });
  });
});
