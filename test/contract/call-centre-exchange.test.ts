import assert from 'node:assert/strict';
import { DomainError, type DomainErrorCode } from '../../src/platform/errors.js';
import { type MessageKey } from '../../src/shared/i18n/messages.js';
import {
  ALMOCO,
  ANA,
  BRUNO,
  COBRANCA,
  CUSTOMER_NUMBER,
  CentreRig,
  EXTENSION,
  NOON,
  SUPORTE,
  VENDAS,
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

describe('call centre and its exchange', () => {
  let rig: CentreRig;
  beforeEach(async () => {
    rig = await CentreRig.start();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const statusOf = (agentId: number): string | undefined => rig.centre.agent(agentId)?.status;
  const queue = (queueId: number) => rig.centre.queues().find((each) => each.queueId === queueId)!;

  async function endedAs(callId: string): Promise<readonly unknown[]> {
    await rig.quiet();
    const record = await rig.records.find(callId);
    return [record?.state, record?.endedBy, record?.endCause];
  }

  describe('while the link is down', () => {
    it('says so with the last sign of life, keeps the states, and invents nothing', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await rig.quiet();
      const seen = rig.clock.now();
      const links: boolean[] = [];
      rig.centre.onChanged(({ link }) => links.push(link));
      rig.clock.advance(1000);
      rig.telephony.disconnect();
      assert.deepEqual(rig.centre.link(), { connected: false, since: seen + 1000, lastSeenAt: seen });
      assert.deepEqual(links, [true]);
      const asked = rig.telephony.commands.length;
      rig.ends('c1');
      rig.clock.advance(60_000);
      await rig.quiet();
      assert.equal(statusOf(ANA), 'talking');
      assert.equal(queue(VENDAS).agentsTalking, 1);
      assert.equal(rig.telephony.commands.length, asked, 'nothing is sent into the void');
    });

    it('lets people pause and end their shift, and tells the exchange when it is back', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS, SUPORTE);
      rig.telephony.disconnect();
      await rig.centre.pause(ANA, ALMOCO);
      await rig.centre.endShift(BRUNO);
      assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['paused', 'offline']);
      rig.telephony.connect();
      await until(() => {
        assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
        assert.deepEqual(rig.telephony.queuesOf('1002'), []);
      });
    });
  });

  describe('when the link comes back', () => {
    it('takes over everything that happened meanwhile, and logs each difference', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS);
      rig.answered('ended', 'vendas', ANA);
      rig.enters('answered', 'vendas');
      rig.enters('abandoned', 'vendas');
      rig.telephony.disconnect();
      rig.clock.advance(9000);
      rig.ends('ended', 'agent');
      rig.happens('call-offered', 'answered', BRUNO);
      rig.happens('call-answered', 'answered', BRUNO);
      rig.telephony.say({ type: 'call-ended', callId: 'abandoned', by: 'customer', cause: 'abandoned' });
      rig.enters('new', 'vendas', '+5511988887777');
      rig.clock.advance(1000);
      rig.telephony.connect();
      await until(() => {
        assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['wrap-up', 'talking']);
        assert.equal(rig.centre.liveCall('abandoned'), null);
      });
      assert.equal(rig.centre.liveCall('answered')?.answeredAt, NOON + 9000);
      assert.equal(rig.centre.liveCall('new')?.startedAt, NOON + 9000);
      assert.deepEqual([queue(VENDAS).waiting, queue(VENDAS).longestWaitSince], [1, NOON + 9000]);
      assert.deepEqual(await endedAs('ended'), ['ended', 'agent', 'hung-up']);
      assert.deepEqual(await endedAs('abandoned'), ['ended', 'customer', 'abandoned']);
      assert.equal(rig.logged('healed').length >= 4, true);
    });

    it('learns of an answer and an end that both fell into the gap', async () => {
      await rig.ready(ANA, VENDAS);
      rig.enters('c1', 'vendas');
      rig.happens('call-offered', 'c1', ANA);
      rig.telephony.disconnect();
      rig.clock.advance(3000);
      rig.happens('call-answered', 'c1', ANA);
      rig.clock.advance(60_000);
      rig.ends('c1');
      rig.telephony.connect();
      await until(() => {
        assert.equal(statusOf(ANA), 'wrap-up');
      });
      await rig.quiet();
      const record = await rig.records.find('c1');
      assert.deepEqual([record?.waitedMs, record?.talkedMs, record?.agent?.name], [3000, 60_000, 'Ana']);
      assert.equal(queue(VENDAS).answered, 1);
    });

    it('ends as dropped what the exchange no longer knows', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.telephony.disconnect();
      rig.telephony.forget('c1');
      rig.telephony.connect();
      await until(() => {
        assert.equal(rig.centre.liveCall('c1'), null);
      });
      assert.deepEqual(await endedAs('c1'), ['ended', 'system', 'dropped']);
    });

    it('asks again for memberships an exchange that was restarted has forgotten', async () => {
      await rig.ready(ANA, VENDAS, SUPORTE);
      await rig.centre.pause(ANA, ALMOCO);
      rig.telephony.disconnect();
      rig.telephony.forgetMembers();
      rig.telephony.connect();
      await until(() => {
        assert.deepEqual(rig.telephony.queuesOf('1001'), ['vendas', 'suporte']);
        assert.equal(rig.telephony.pauseOf('1001'), 'Almoço');
        assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, [VENDAS, SUPORTE]);
      });
    });

    it('takes phones as they are now', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.disconnect();
      rig.telephony.say({ type: 'phone-unregistered', extension: '1001' });
      rig.telephony.say({ type: 'phone-registered', extension: '1002' });
      rig.telephony.connect();
      await until(() => {
        assert.deepEqual([statusOf(ANA), rig.centre.agent(BRUNO)?.phoneRegistered], ['unreachable', true]);
      });
    });

    it('does not let a snapshot that was overtaken undo what happened since', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.telephony.disconnect();
      const gate = aGate();
      rig.telephony.delay = (what) => (what === 'snapshot' ? gate.opened : Promise.resolve());
      rig.telephony.connect();
      rig.ends('c1');
      rig.telephony.say({ type: 'phone-unregistered', extension: '1001' });
      rig.enters('c2', 'vendas');
      gate.open();
      await rig.quiet();
      assert.equal(rig.centre.liveCall('c1'), null);
      assert.equal(rig.centre.agent(ANA)?.phoneRegistered, false);
      assert.equal(rig.centre.liveCall('c2')?.state, 'waiting');
      assert.deepEqual(await endedAs('c1'), ['ended', 'customer', 'hung-up']);
    });

    it('makes up for a comparison that failed with the next one', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.disconnect();
      rig.telephony.forgetMembers();
      const snapshot = rig.telephony.snapshot.bind(rig.telephony);
      rig.telephony.snapshot = () => Promise.reject(new Error('half a snapshot'));
      rig.telephony.connect();
      await rig.quiet();
      assert.equal(rig.logged('could not be compared').length, 1);
      rig.telephony.snapshot = snapshot;
      rig.clock.advance(15_000);
      await until(() => {
        assert.deepEqual(rig.telephony.queuesOf('1001'), ['vendas']);
      });
    });
  });

  describe('now and then', () => {
    it('finds a call whose end was never told', async () => {
      await rig.ready(ANA, COBRANCA);
      rig.answered('c1', 'cobranca', ANA);
      await rig.quiet();
      const events = silence();
      rig.ends('c1', 'agent');
      events.restore();
      assert.equal(statusOf(ANA), 'talking');
      rig.clock.advance(15_000);
      await until(() => {
        assert.equal(statusOf(ANA), 'available');
      });
      assert.deepEqual(await endedAs('c1'), ['ended', 'agent', 'hung-up']);
    });

    it('drops a membership that an administrator of the exchange took away', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.forgetMembers();
      rig.clock.advance(15_000);
      await until(() => {
        assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, []);
      });
      await rig.quiet();
      assert.deepEqual(rig.telephony.queuesOf('1001'), []);
    });

    it('finds nothing to heal where nothing differs', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await rig.quiet();
      const version = rig.centre.agent(ANA)?.version;
      for (let round = 0; round < 4; round += 1) {
        rig.clock.advance(15_000);
        await rig.quiet();
      }
      assert.equal(rig.centre.agent(ANA)?.version, version);
      assert.deepEqual(rig.logged(''), []);
    });

    /** Events that happen and of which no word comes, though the link is up. */
    function silence(): { restore: () => void } {
      const tell = rig.telephony.tell.bind(rig.telephony);
      rig.telephony.tell = () => undefined;
      return {
        restore: () => {
          rig.telephony.tell = tell;
        },
      };
    }

    it('takes over queues and agents that were changed', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.execute("UPDATE queues SET name = 'Vendas Brasil' WHERE id = 1");
      await rig.execute("UPDATE users SET extension = '1009' WHERE id = 4");
      rig.clock.advance(15_000);
      await until(() => {
        assert.equal(queue(VENDAS).name, 'Vendas Brasil');
        assert.equal(rig.centre.agent(4)?.extension, '1009');
      });
      await rig.centre.startShift(4);
      rig.telephony.say({ type: 'phone-registered', extension: '1009' });
      await rig.centre.pageConnected(4);
      assert.equal(statusOf(4), 'available');
    });

    it('has nothing to say of the lost page of one who is no agent any more', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.execute('UPDATE users SET is_active = 0 WHERE id = 1');
      await rig.centre.reload();
      await until(() => {
        assert.equal(rig.centre.agent(ANA), null);
      });
      await rig.centre.pageLost(ANA);
      await assert.rejects(rig.centre.pageConnected(ANA), { key: 'calls:refused.no-agent' });
    });

    it('takes one who leaves out of the queue’s figures once, however often it reads meanwhile', async () => {
      await rig.ready(ANA, VENDAS);
      let giveUp = (): void => undefined;
      const answer = new Promise<void>((_resolve, reject) => {
        giveUp = () => {
          reject(new DomainError('unavailable', 'exchange:not-running'));
        };
      });
      rig.telephony.delay = (what) => (what === 'logOut' ? answer : Promise.resolve());
      await rig.execute('UPDATE users SET is_active = 0 WHERE id = 1');
      await rig.centre.reload();
      await rig.centre.reload();
      giveUp();
      await until(() => {
        assert.equal(rig.centre.agent(ANA), null);
      });
      await rig.quiet();
      assert.equal(rig.centre.queue(VENDAS)?.agentsLoggedIn, 0);
    });

    it('keeps one who is an agent again before the exchange has logged them out', async () => {
      await rig.ready(ANA, VENDAS);
      let letGo = (): void => undefined;
      rig.telephony.delay = (what) =>
        what === 'logOut' ? new Promise((resolve) => (letGo = resolve)) : Promise.resolve();
      await rig.execute('UPDATE users SET is_active = 0 WHERE id = 1');
      await rig.centre.reload();
      await rig.execute('UPDATE users SET is_active = 1 WHERE id = 1');
      await rig.centre.reload();
      letGo();
      await rig.quiet();
      assert.equal(statusOf(ANA), 'offline');
      assert.deepEqual(rig.telephony.queuesOf('1001'), []);
    });

    it('ends the shift of one whose extension was taken away, but not in a call', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await rig.execute('UPDATE users SET extension = NULL WHERE id = 1');
      await rig.centre.reload();
      assert.deepEqual([statusOf(ANA), rig.centre.agent(ANA)?.extension], ['talking', '1001']);
      rig.ends('c1');
      await rig.centre.reload();
      await until(() => {
        assert.deepEqual([statusOf(ANA), rig.centre.agent(ANA)?.extension], ['offline', null]);
      });
      assert.deepEqual(rig.telephony.queuesOf('1001'), []);
    });
  });

  describe('dialling', () => {
    const order = { number: '(83) 99999-0001', direction: 'outbound', autoAnswer: true } as const;

    it('rings the agent, then the customer, and leaves a record', async () => {
      await rig.ready(ANA, VENDAS);
      const callId = await rig.centre.dial(ANA, order);
      const [asked] = rig.telephony.commands.filter(({ name }) => name === 'dial');
      assert.deepEqual(asked, {
        name: 'dial',
        request: {
          callId,
          extension: '1001',
          number: CUSTOMER_NUMBER,
          direction: 'outbound',
          autoAnswer: true,
          agentRingSeconds: 20,
          customerRingSeconds: 45,
        },
      });
      assert.equal(rig.centre.callOf(ANA)?.callId, callId);
      rig.happens('call-offered', callId, ANA);
      rig.happens('call-accepted', callId, ANA);
      assert.equal(statusOf(ANA), 'dialling');
      rig.clock.advance(8000);
      rig.happens('call-answered', callId, ANA);
      rig.clock.advance(20_000);
      rig.ends(callId);
      assert.equal(statusOf(ANA), 'wrap-up');
      await rig.centre.finishWrapUp(ANA, callId);
      await rig.quiet();
      const record = await rig.records.find(callId);
      assert.deepEqual(
        [record?.direction, record?.agent?.name, record?.customer?.name, record?.waitedMs, record?.talkedMs],
        ['outbound', 'Ana', 'Beatriz Nunes', 0, 20_000],
      );
    });

    it('leaves no wrap-up when the customer never answered, and brings the paused back to the pause', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.pause(ANA, ALMOCO);
      const callId = await rig.centre.dial(ANA, order);
      rig.happens('call-offered', callId, ANA);
      rig.happens('call-accepted', callId, ANA);
      rig.telephony.say({ type: 'call-ended', callId, by: 'customer', cause: 'busy' });
      assert.equal(statusOf(ANA), 'paused');
      assert.deepEqual(await endedAs(callId), ['ended', 'customer', 'busy']);
    });

    it('has the call in the database before the exchange hears of it', async () => {
      await rig.ready(ANA, VENDAS);
      let known: unknown = null;
      rig.telephony.delay = async (what) => {
        if (what === 'dial') known = await rig.repository.unfinished();
      };
      const callId = await rig.centre.dial(ANA, { ...order, callId: 'mine' });
      assert.equal(callId, 'mine');
      assert.deepEqual(
        (known as { callId: string }[]).map((call) => call.callId),
        ['mine'],
      );
    });

    it('refuses numbers that name no customer', async () => {
      await rig.ready(ANA, VENDAS);
      const dial = (number: string): Promise<string> => rig.centre.dial(ANA, { ...order, number });
      await assert.rejects(dial('1002'), refusal('invalid', 'calls:refused.number-short'));
      await assert.rejects(dial('99999-0001'), refusal('invalid', 'calls:refused.number-invalid'));
      await assert.rejects(dial('   '), refusal('invalid', 'calls:refused.number-empty'));
      assert.equal(rig.telephony.commands.filter(({ name }) => name === 'dial').length, 0);
    });

    it('refuses without shift or phone, in a call, and in a wrap-up', async () => {
      await assert.rejects(rig.centre.dial(ANA, order), refusal('conflict', 'calls:refused.not-on-shift'));
      await rig.centre.startShift(ANA);
      await assert.rejects(rig.centre.dial(ANA, order), refusal('conflict', 'calls:refused.no-phone'));
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await assert.rejects(rig.centre.dial(ANA, order), refusal('conflict', 'calls:refused.in-call'));
      rig.ends('c1');
      await assert.rejects(rig.centre.dial(ANA, order), refusal('conflict', 'calls:refused.wrapping-up'));
    });

    it('dials once when it is asked twice at once', async () => {
      await rig.ready(ANA, VENDAS);
      const results = await Promise.allSettled([rig.centre.dial(ANA, order), rig.centre.dial(ANA, order)]);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal(rig.telephony.commands.filter(({ name }) => name === 'dial').length, 1);
      assert.equal((await rig.rows('SELECT id FROM calls')).length, 1);
    });

    it('dials one id once, however often it is asked', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.dial(ANA, { ...order, callId: 'promise' });
      await rig.centre.dial(ANA, { ...order, callId: 'promise' });
      assert.equal(rig.calls.filter(({ type }) => type === 'started').length, 1);
      rig.ends('promise', 'system');
      await assert.rejects(
        rig.centre.dial(ANA, { ...order, callId: 'promise' }),
        refusal('conflict', 'calls:refused.call-id-taken'),
      );
    });

    it('records as failed what the exchange refuses', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.refuse = ({ name }) =>
        name === 'dial' ? new DomainError('conflict', 'calls:refused.not-available') : null;
      await assert.rejects(rig.centre.dial(ANA, { ...order, callId: 'c1' }));
      assert.deepEqual(await endedAs('c1'), ['ended', 'system', 'failed']);
      assert.equal(rig.centre.callOf(ANA), null);
    });

    it('leaves open what the exchange did not answer, until it can be asked', async () => {
      await rig.ready(ANA, VENDAS);
      rig.telephony.refuse = ({ name }) =>
        name === 'dial' ? new DomainError('unavailable', 'calls:refused.starting') : null;
      await assert.rejects(rig.centre.dial(ANA, { ...order, callId: 'c1' }));
      assert.equal(rig.centre.liveCall('c1')?.state, 'waiting');
      rig.clock.advance(15_000);
      await rig.quiet();
      assert.equal(rig.centre.liveCall('c1')?.state, 'waiting', 'it may still turn up');
      rig.clock.advance(15_000);
      await until(() => {
        assert.equal(rig.centre.liveCall('c1'), null);
      });
      assert.deepEqual(await endedAs('c1'), ['ended', 'system', 'failed']);
    });

    it('hangs up the agent’s own call, and nobody else’s', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await assert.rejects(rig.centre.hangUp(BRUNO, 'c1'), refusal('forbidden', 'calls:refused.not-your-call'));
      await assert.rejects(rig.centre.hangUp(ANA, 'none'), refusal('not-found', 'calls:refused.no-call'));
      await rig.centre.hangUp(ANA, 'c1');
      assert.deepEqual(await endedAs('c1'), ['ended', 'agent', 'hung-up']);
      await rig.centre.hangUp(ANA, 'c1');
    });
  });

  describe('reservation for a callback', () => {
    it('keeps an available agent from other calls, and lets the callback through', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.reserve(ANA, 7);
      await rig.centre.reserve(ANA, 7);
      assert.deepEqual([statusOf(ANA), queue(VENDAS).agentsAvailable], ['reserved', 0]);
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), 'reserved');
      await assert.rejects(rig.centre.reserve(ANA, 8), refusal('conflict', 'calls:refused.reserved'));
      const callId = await rig.centre.dial(ANA, { number: CUSTOMER_NUMBER, direction: 'callback', autoAnswer: false });
      rig.happens('call-offered', callId, ANA);
      rig.happens('call-accepted', callId, ANA);
      rig.happens('call-answered', callId, ANA);
      rig.ends(callId);
      await rig.centre.release(ANA, 7);
      await rig.centre.release(ANA, 7);
      assert.equal(statusOf(ANA), 'wrap-up');
    });

    it('is refused for who is paused, away or off shift', async () => {
      const refused = refusal('conflict', 'calls:refused.not-available');
      await assert.rejects(rig.centre.reserve(ANA, 7), refused);
      await rig.ready(ANA, VENDAS);
      await rig.centre.pageLost(ANA);
      await assert.rejects(rig.centre.reserve(ANA, 7), refused);
      await rig.centre.pageConnected(ANA);
      await rig.centre.pause(ANA, ALMOCO);
      await assert.rejects(rig.centre.reserve(ANA, 7), refused);
    });
  });

  describe('a restart', () => {
    it('loses no call: those that go on go on, those that ended meanwhile have ended', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS);
      rig.answered('talks', 'vendas', ANA);
      rig.clock.advance(2000);
      rig.happens('call-held', 'talks', ANA);
      rig.enters('waits', 'vendas');
      rig.answered('ends', 'vendas', BRUNO);
      await rig.close();
      rig.clock.advance(5000);
      rig.ends('ends', 'agent');
      rig.enters('came', 'vendas');
      await rig.open();
      assert.equal(rig.centre.callOf(ANA)?.callId, 'talks');
      assert.equal(statusOf(ANA), 'on-hold');
      assert.deepEqual([queue(VENDAS).waiting, queue(VENDAS).longestWaitSince], [2, NOON + 2000]);
      await until(() => {
        assert.equal(statusOf(BRUNO), 'wrap-up');
      });
      assert.deepEqual(await endedAs('ends'), ['ended', 'agent', 'hung-up']);
      rig.happens('call-resumed', 'talks', ANA);
      rig.clock.advance(1000);
      rig.ends('talks');
      await rig.quiet();
      const record = await rig.records.find('talks');
      assert.deepEqual([record?.heldMs, record?.talkedMs, record?.customer?.name], [5000, 3000, 'Beatriz Nunes']);
      assert.equal((await rig.rows('SELECT id FROM calls')).length, 4);
    });

    it('keeps shift, queues and pause, waits for the page, and counts versions on', async () => {
      await rig.ready(ANA, VENDAS, SUPORTE);
      await rig.ready(BRUNO, VENDAS);
      await rig.centre.pause(BRUNO, ALMOCO);
      const before = rig.centre.agents();
      await rig.restart();
      assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['unreachable', 'paused']);
      assert.deepEqual(rig.centre.agent(ANA)?.loggedInQueueIds, [VENDAS, SUPORTE]);
      assert.equal(rig.centre.agent(ANA)?.pageConnected, false);
      for (const { agentId, version } of before.filter((agent) => agent.version > 0)) {
        assert.ok(rig.centre.agent(agentId)!.version > version, `agent ${agentId}`);
      }
      assert.equal(rig.centre.agent(BRUNO)?.since, before.find(({ agentId }) => agentId === BRUNO)?.since);
      await rig.centre.pageConnected(ANA);
      assert.equal(statusOf(ANA), 'available');
      assert.deepEqual(
        [queue(VENDAS).agentsLoggedIn, queue(VENDAS).agentsAvailable, queue(VENDAS).agentsPaused],
        [2, 1, 1],
      );
    });

    it('ends a wrap-up at its time, though nobody was there to count', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.ends('c1');
      rig.clock.advance(10_000);
      await rig.restart();
      assert.deepEqual([statusOf(ANA), rig.centre.callOf(ANA)?.callId], ['wrap-up', 'c1']);
      assert.equal(rig.centre.agent(ANA)?.call?.customerName, 'Beatriz Nunes');
      rig.clock.advance(20_000);
      assert.equal(statusOf(ANA), 'unreachable');
      await rig.quiet();
      assert.equal((await rig.records.find('c1'))?.wrapUpMs, 30_000);

      await rig.centre.pageConnected(ANA);
      rig.answered('c2', 'vendas', ANA);
      rig.ends('c2');
      await rig.close();
      rig.clock.advance(600_000);
      await rig.open();
      rig.clock.advance(0);
      await rig.quiet();
      assert.equal((await rig.records.find('c2'))?.wrapUpMs, 30_000, 'it ended when it was due, not at the restart');
    });

    it('closes what an agent did exactly where the next begins', async () => {
      await rig.ready(ANA, COBRANCA);
      rig.clock.advance(1000);
      rig.answered('c1', 'cobranca', ANA);
      rig.clock.advance(1000);
      await rig.restart();
      rig.clock.advance(1000);
      rig.ends('c1');
      rig.clock.advance(1000);
      await rig.centre.pageConnected(ANA);
      await rig.centre.endShift(ANA);
      await rig.quiet();
      const intervals = await rig.rows<{ status: string; started: unknown; ended: unknown }>(
        'SELECT status, started_at AS started, ended_at AS ended FROM agent_intervals WHERE agent_id = 1 ORDER BY id',
      );
      assert.deepEqual(
        intervals.map(({ status }) => status),
        ['unreachable', 'available', 'offered', 'talking', 'unreachable', 'available'],
      );
      for (const [index, { ended }] of intervals.entries()) {
        assert.ok(ended !== null, `interval ${index} is closed`);
        const next = intervals[index + 1];
        if (next !== undefined) assert.deepEqual(ended, next.started);
      }
    });

    it('lets go of reservations, which are made again by whoever still needs them', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.centre.reserve(ANA, 7);
      await rig.restart();
      await rig.centre.pageConnected(ANA);
      assert.equal(statusOf(ANA), 'available');
      await rig.quiet();
      assert.equal(rig.telephony.pauseOf('1001'), null);
    });

    it('counts on from versions that a crash kept from being written', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.quiet();
      const written = rig.centre.agent(ANA)!.version;
      await rig.close();
      await rig.open();
      assert.ok(rig.centre.agent(ANA)!.version > written + 100, 'pages may have been told more than was stored');
    });

    it('starts with an agent whose stored state cannot be read', async () => {
      await rig.ready(ANA, VENDAS);
      await rig.ready(BRUNO, VENDAS);
      const { version } = rig.centre.agent(ANA)!;
      await rig.quiet();
      await rig.execute("UPDATE agent_states SET state = '{broken' WHERE agent_id = 1");
      await rig.restart();
      assert.deepEqual([statusOf(ANA), statusOf(BRUNO)], ['offline', 'unreachable']);
      assert.ok(rig.centre.agent(ANA)!.version > version);
      assert.equal(rig.logged('cannot be read').length, 1);
    });

    it('starts without the exchange, and compares when it comes', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      await rig.close();
      rig.telephony.disconnect();
      await rig.open();
      assert.deepEqual([statusOf(ANA), rig.centre.link().connected], ['talking', false]);
      rig.ends('c1');
      rig.telephony.connect();
      await until(() => {
        assert.equal(statusOf(ANA), 'wrap-up');
      });
    });

    it('takes events that come while it still reads the past', async () => {
      await rig.ready(ANA, VENDAS);
      rig.enters('c1', 'vendas');
      await rig.close();
      const opening = rig.open();
      rig.happens('call-offered', 'c1', ANA);
      rig.happens('call-answered', 'c1', ANA);
      await opening;
      assert.equal(statusOf(ANA), 'talking');
      await rig.quiet();
      assert.equal((await rig.records.find('c1'))?.events.length, 3);
    });

    it('refuses wishes until the picture is there', async () => {
      await rig.close();
      const opening = rig.open();
      await assert.rejects(rig.centre.startShift(ANA), refusal('unavailable', 'calls:refused.starting'));
      await opening;
      await rig.centre.startShift(ANA);
    });

    it('leaves no timer and no listener behind', async () => {
      await rig.ready(ANA, VENDAS);
      rig.answered('c1', 'vendas', ANA);
      rig.ends('c1');
      await rig.close();
      assert.equal(rig.clock.pending, 0);
      rig.telephony.say({ type: 'phone-unregistered', extension: EXTENSION[ANA]! });
    });
  });
});
