import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type DialRequest, type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { DomainError } from '../../src/platform/errors.js';
import { ANA, AsteriskRig, BIA, SALES, startAsterisk, withAdmin } from '../support/asterisk-rig.js';
import { type AsteriskServer } from '../support/asterisk-server.js';
import { type PhoneCall } from '../support/sip-phone.js';
import { eventually } from '../support/wait.js';

const SWIFT = { retryMs: 50, longestRetryMs: 400 };

describe('Asterisk, when something breaks', () => {
  let server: AsteriskServer;
  let rig: AsteriskRig;
  const more: AsteriskRig[] = [];

  before(async () => {
    server = await startAsterisk();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    rig = await AsteriskRig.start(server, {}, SWIFT);
  });
  afterEach(async () => {
    for (const other of more.splice(0)) await other.telephony[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });

  /** Another process of the application, at the same exchange. */
  async function restarted(): Promise<AsteriskRig> {
    const other = await AsteriskRig.start(server, {}, SWIFT);
    more.push(other);
    return other;
  }

  function event<T extends TelephonyEvent['type']>(
    of: AsteriskRig,
    type: T,
  ): Promise<Extract<TelephonyEvent, { readonly type: T }>> {
    return eventually(`the event ${type}`, () =>
      of.events.find((one): one is Extract<TelephonyEvent, { readonly type: T }> => one.type === type),
    );
  }

  async function talk(): Promise<{ customer: PhoneCall; agent: PhoneCall; callId: string }> {
    const phone = await rig.agentPhone('1001');
    await rig.telephony.logIn(SALES.name, '1001');
    const customer = await (await rig.customerPhone(ANA)).call(SALES.number);
    const agent = await phone.incoming();
    await agent.accept();
    const { callId } = await event(rig, 'call-answered');
    return { customer, agent, callId };
  }

  function dialRequest(overrides: Partial<DialRequest> = {}): DialRequest {
    return {
      ...{ callId: randomUUID(), extension: '1001', number: ANA, direction: 'callback', autoAnswer: true },
      ...{ agentRingSeconds: 15, customerRingSeconds: 30 },
      ...overrides,
    };
  }

  const isRefused = (code: string) => (error: unknown) => error instanceof DomainError && error.code === code;

  describe('the application restarts', () => {
    it('in a call to a queue: it is found as it was, and its end is told', async () => {
      const { customer, callId } = await talk();
      const before = (await rig.telephony.snapshot()).calls;
      await rig.telephony[Symbol.asyncDispose]();
      const again = await restarted();
      assert.deepEqual((await again.telephony.snapshot()).calls, before);
      await customer.hangUp();
      const ended = await event(again, 'call-ended');
      assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'customer', 'hung-up']);
    });

    it('in a call on hold: it is still on hold, and is resumed', async () => {
      const { agent, callId } = await talk();
      await agent.setHold(true);
      await event(rig, 'call-held');
      await eventually('it to be written on the channel', async () => {
        const rows = await withAdmin(server, (ami) => ami.list({ Action: 'Status', Variables: 'CITRUS_HELD' }));
        return rows.some((row) => row.get('Variable') === 'CITRUS_HELD=1');
      });
      await rig.telephony[Symbol.asyncDispose]();
      const again = await restarted();
      const [call] = (await again.telephony.snapshot()).calls;
      assert.deepEqual([call?.callId, call?.state, call?.extension], [callId, 'on-hold', '1001']);
      await agent.setHold(false);
      assert.equal((await event(again, 'call-resumed')).callId, callId);
    });

    it('while a customer waits: the wait goes on, and is answered', async () => {
      const customer = await (await rig.customerPhone(ANA)).call(SALES.number);
      const { callId } = await event(rig, 'call-started');
      await rig.telephony[Symbol.asyncDispose]();
      const again = await restarted();
      const [call] = (await again.telephony.snapshot()).calls;
      assert.deepEqual([call?.callId, call?.state, call?.number], [callId, 'waiting', ANA]);
      const phone = await again.agentPhone('1001');
      await again.telephony.logIn(SALES.name, '1001');
      await (await phone.incoming()).accept();
      assert.equal((await event(again, 'call-answered')).callId, callId);
      await customer.hangUp();
      await event(again, 'call-ended');
      phone.drop();
    });

    it('while a customer is being dialled: the rest is told, and the id is never dialled again', async () => {
      const phone = await rig.agentPhone('1001');
      const customerPhone = await rig.customerPhone(ANA);
      const request = dialRequest();
      await rig.telephony.dial(request);
      await (await phone.incoming()).accept();
      const customer = await customerPhone.incoming();
      await rig.telephony[Symbol.asyncDispose]();
      const again = await restarted();
      const [call] = (await again.telephony.snapshot()).calls;
      const { callId, direction, number } = request;
      assert.deepEqual(
        [call?.callId, call?.state, call?.direction, call?.number],
        [callId, 'dialling', direction, number],
      );
      await again.telephony.dial(request);
      await customer.accept();
      assert.equal((await event(again, 'call-answered')).extension, '1001');
      await customer.hangUp();
      assert.equal((await event(again, 'call-ended')).by, 'customer');
      await again.telephony.dial(request);
      assert.equal(phone.calls.length, 1);
    });

    it('and calls that ended meanwhile: the exchange knows how', async () => {
      const { agent, callId } = await talk();
      const request = dialRequest({ extension: '1002' });
      const phone = await rig.agentPhone('1002');
      const busy = await rig.customerPhone(BIA);
      await rig.telephony.dial({ ...request, number: BIA });
      await (await phone.incoming()).accept();
      const ringing = await busy.incoming();
      await rig.telephony[Symbol.asyncDispose]();
      await agent.hangUp();
      await ringing.reject(486);
      await eventually('both to have ended', async () => {
        const channels = await withAdmin(server, (ami) => ami.list({ Action: 'CoreShowChannels' }));
        return channels.length === 0;
      });
      const again = await restarted();
      assert.deepEqual((await again.telephony.snapshot()).calls, []);
      const first = await again.telephony.findCall(callId);
      assert.ok(first?.live === false);
      assert.deepEqual([first.by, first.cause, typeof first.answeredAt], ['agent', 'hung-up', 'number']);
      const second = await again.telephony.findCall(request.callId);
      assert.deepEqual(second, { live: false, by: 'customer', cause: 'busy', answeredAt: null });
      await again.telephony.dial(request);
      assert.equal(phone.calls.length, 1);
    });

    it('and a dial that nobody picked up meanwhile is known, and not dialled again', async () => {
      const phone = await rig.agentPhone('1001');
      const request = dialRequest();
      await rig.telephony.dial(request);
      const ringing = await phone.incoming();
      await rig.telephony[Symbol.asyncDispose]();
      await ringing.reject(486);
      await ringing.ended();
      const again = await restarted();
      const found = await again.telephony.findCall(request.callId);
      assert.deepEqual(found, { live: false, by: 'system', cause: 'not-taken', answeredAt: null });
      await again.telephony.dial(request);
      assert.equal(phone.calls.length, 1);
    });
  });

  describe('two applications at one exchange', () => {
    it('see the same, and dial one id once between them', async () => {
      const other = await restarted();
      const phone = await rig.agentPhone('1001');
      await eventually('the other to see the phone', async () =>
        (await other.telephony.snapshot()).registered.includes('1001'),
      );
      const request = dialRequest();
      await rig.telephony.dial(request);
      await other.telephony.dial(request);
      await (await phone.incoming()).reject(486);
      await event(rig, 'call-ended');
      assert.equal(phone.calls.length, 1);
    });
  });

  describe('Asterisk is killed and comes back', () => {
    it('is told at once, refuses meanwhile, and everything is right again within seconds', async () => {
      const { callId } = await talk();
      await rig.telephony.logIn('Suporte', '1002');
      await rig.telephony.pause('1002', 'Almoço');
      await eventually('both to be safe at the exchange', async () => {
        const sales = await server.stored(`/Queue/PersistentMembers/${SALES.name}`);
        const support = await server.stored('/Queue/PersistentMembers/Suporte');
        return sales?.includes('PJSIP/1001') === true && support?.includes('Almoço') === true;
      });
      const statuses: boolean[] = [];
      rig.telephony.onStatus(({ connected }) => statuses.push(connected));
      await server.kill();
      await eventually('the loss to be told', () => statuses.length === 1);
      await assert.rejects(rig.telephony.snapshot(), isRefused('unavailable'));
      await assert.rejects(rig.telephony.findCall(callId), isRefused('unavailable'));
      await assert.rejects(rig.telephony.verifyCredentials('agent1001', 'segredo'), isRefused('unavailable'));
      await assert.rejects(rig.telephony.logIn(SALES.name, '1003'), isRefused('unavailable'));
      await server.run();
      await eventually('the adapter to be back', () => rig.telephony.status().connected, { limitMs: 10_000 });
      assert.deepEqual(statuses, [false, true]);

      const ended = await event(rig, 'call-ended');
      assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'system', 'dropped']);
      const found = await rig.telephony.findCall(callId);
      assert.ok(found?.live === false && found.cause === 'dropped' && found.answeredAt !== null);
      const { registered, members, paused, calls } = await rig.telephony.snapshot();
      assert.deepEqual(calls, []);
      assert.deepEqual(registered, []);
      assert.deepEqual(
        [...members].sort((a, b) => a.extension.localeCompare(b.extension)),
        [
          { queue: SALES.name, extension: '1001' },
          { queue: 'Suporte', extension: '1002' },
        ],
      );
      assert.deepEqual(paused, [{ extension: '1002', reason: 'Almoço' }]);

      rig.events.length = 0;
      const phone = await rig.agentPhone('1001');
      await (await rig.customerPhone(ANA)).call(SALES.number);
      await (await phone.incoming()).accept();
      assert.equal((await event(rig, 'call-answered')).extension, '1001');
    });

    it('again and again, without a trace of what was before', async () => {
      for (let round = 0; round < 3; round += 1) {
        await server.kill();
        await eventually('the loss to be seen', () => !rig.telephony.status().connected);
        await server.run();
        await eventually('the adapter to be back', () => rig.telephony.status().connected, { limitMs: 10_000 });
      }
      await talk();
      assert.equal(rig.events.filter(({ type }) => type === 'call-answered').length, 1);
    });
  });

  describe('somebody else changes things at the exchange', () => {
    it('a member added, paused and removed there is told here', async () => {
      await withAdmin(server, async (ami) => {
        await ami.act({ Action: 'QueueAdd', Queue: SALES.name, Interface: 'PJSIP/1001' });
        await event(rig, 'member-logged-in');
        await ami.act({ Action: 'QueuePause', Interface: 'PJSIP/1001', Paused: 'true', Reason: 'Reunião' });
        assert.equal((await event(rig, 'member-paused')).reason, 'Reunião');
        await ami.act({ Action: 'QueueRemove', Queue: SALES.name, Interface: 'PJSIP/1001' });
        await event(rig, 'member-logged-out');
      });
    });

    it('a channel cut off there is a dropped call', async () => {
      const { callId } = await talk();
      await withAdmin(server, (ami) => ami.act({ Action: 'Hangup', Channel: '/^PJSIP/1001-.*/' }));
      const ended = await event(rig, 'call-ended');
      assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'system', 'dropped']);
    });
  });

  describe('pauses', () => {
    it('hold in a queue joined later, with their reason, and are one pause a person', async () => {
      await rig.telephony.pause('1001', 'Almoço');
      await rig.telephony.logIn(SALES.name, '1001');
      await rig.telephony.logIn('Suporte', '1001');
      assert.deepEqual((await rig.telephony.snapshot()).paused, [{ extension: '1001', reason: 'Almoço' }]);
      await rig.telephony.logOut(SALES.name, '1001');
      await rig.telephony.logOut('Suporte', '1001');
      assert.deepEqual((await rig.telephony.snapshot()).paused, [{ extension: '1001', reason: 'Almoço' }]);
      await rig.telephony.unpause('1001');
      assert.deepEqual((await rig.telephony.snapshot()).paused, []);
      const pauses = rig.events.map(({ type }) => type).filter((type) => type.includes('pause'));
      assert.deepEqual(pauses, ['member-paused', 'member-unpaused']);
    });
  });

  it('dials no number that would be read as a command', async () => {
    await rig.agentPhone('1001');
    for (const number of ['1&PJSIP/1002', '1@other', '', '1,2', '5511 9', '${HANGUPCAUSE}']) {
      await assert.rejects(rig.telephony.dial(dialRequest({ number })), isRefused('not-found'), number);
    }
  });
});
