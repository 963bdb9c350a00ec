import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  type CallTarget,
  type TelephonyCall,
  type TelephonyEvent,
} from '../../src/modules/telephony/telephony.port.js';
import { DomainError, type DomainErrorCode } from '../../src/platform/errors.js';
import { eventually } from './eventually.js';
import { type PhoneCall, type SipPhone } from './sip-phone.js';
import { type TelephonyRig } from './telephony-contract.js';

/** Beside what the contract asks for: a third agent, 1003, and a second queue of which all three may be members. */
export interface TransferRig extends TelephonyRig {
  readonly otherQueue: { readonly name: string; readonly number: string };
  /** Media is phone to phone: who is joined is rung for a new session, which takes the place of the one there was. */
  readonly joinsByNewSession: boolean;
}

interface Talk {
  readonly callId: string;
  readonly customer: PhoneCall;
  readonly agent: PhoneCall;
  readonly phone: SipPhone;
}

interface Consultation extends Talk {
  readonly second: string;
  /** The agent's side of the second call, and the other one's. */
  readonly asking: PhoneCall;
  readonly asked: PhoneCall;
  readonly askedPhone: SipPhone;
}

const RING_SECONDS = 10;

/** What every adapter passes that offers transfers, second calls and conferences. */
export function transferContract(name: string, makeRig: () => Promise<TransferRig>): void {
  describe(`telephony contract, transfers: ${name}`, () => {
    let rig: TransferRig;
    let events: TelephonyEvent[];

    beforeEach(async () => {
      rig = await makeRig();
      events = [];
      rig.telephony.onEvent((event) => {
        events.push(event);
      });
    });
    afterEach(async () => {
      await rig[Symbol.asyncDispose]();
    });

    function event<T extends TelephonyEvent['type']>(
      type: T,
      which: (event: Extract<TelephonyEvent, { readonly type: T }>) => boolean = () => true,
    ): Promise<Extract<TelephonyEvent, { readonly type: T }>> {
      return eventually(`the event ${type}`, () =>
        events.filter((one): one is Extract<TelephonyEvent, { readonly type: T }> => one.type === type).find(which),
      );
    }

    const has = (type: TelephonyEvent['type']): boolean => events.some((one) => one.type === type);

    async function refusedWith(codes: readonly DomainErrorCode[], work: Promise<unknown>): Promise<void> {
      await assert.rejects(work, (error) => error instanceof DomainError && codes.includes(error.code));
    }

    const joined = (one: PhoneCall, other: PhoneCall): Promise<unknown> =>
      eventually('media to be joined', () => rig.areJoined(one, other));

    async function liveCall(callId: string): Promise<TelephonyCall> {
      const found = await rig.telephony.findCall(callId);
      assert.ok(found?.live === true, `${callId} lives`);
      return found.call;
    }

    /** A customer of the queue talks to 1001. */
    async function talk(): Promise<Talk> {
      const phone = await rig.agentPhone('1001');
      await rig.telephony.logIn(rig.queue.name, '1001');
      const customer = await (await rig.customerPhone(rig.customerNumbers[0])).call(rig.queue.number);
      const agent = await phone.incoming();
      await agent.accept();
      await Promise.all([customer.established(), agent.established()]);
      const { callId } = await event('call-answered');
      await joined(customer, agent);
      await rig.telephony.logOut(rig.queue.name, '1001');
      return { callId, customer, agent, phone };
    }

    /** 1001 talks to a customer who was dialled. */
    async function talkDialled(): Promise<Talk> {
      const phone = await rig.agentPhone('1001');
      const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
      const callId = randomUUID();
      await rig.telephony.dial({
        callId,
        extension: '1001',
        number: rig.customerNumbers[0],
        direction: 'outbound',
        autoAnswer: true,
        agentRingSeconds: RING_SECONDS,
        customerRingSeconds: RING_SECONDS,
      });
      const agent = await phone.incoming();
      await agent.accept();
      const customer = await customerPhone.incoming();
      await customer.accept();
      await joined(customer, agent);
      return { callId, customer, agent, phone };
    }

    async function hold({ agent, callId }: Talk): Promise<void> {
      await agent.setHold(true);
      await event('call-held', (one) => one.callId === callId);
    }

    /** What the agent does after a transfer that failed: goes on with the customer. */
    async function resumed({ agent, customer, callId }: Talk): Promise<void> {
      await agent.setHold(false);
      await event('call-resumed', (one) => one.callId === callId);
      await joined(customer, agent);
      const { state, extension, transfer } = await liveCall(callId);
      assert.deepEqual([state, extension, transfer], ['talking', '1001', undefined]);
    }

    const transfer = (callId: string, target: CallTarget): Promise<void> =>
      rig.telephony.transfer({ callId, extension: '1001', target, targetRingSeconds: RING_SECONDS });

    const toAgent = (extension: string): CallTarget => ({ kind: 'agent', extension });
    const toQueue = (): CallTarget => ({ kind: 'queue', queue: rig.otherQueue.name });
    const toNumber = (): CallTarget => ({ kind: 'number', number: rig.customerNumbers[1] });

    function consult(consults: string, target: CallTarget, callId: string = randomUUID()): Promise<string> {
      return rig.telephony
        .consult({
          callId,
          consults,
          extension: '1001',
          target,
          agentRingSeconds: RING_SECONDS,
          targetRingSeconds: RING_SECONDS,
        })
        .then(() => callId);
    }

    /** 1001 has the customer on hold and talks to whoever was asked. */
    async function consulting(first: Talk, target: CallTarget, askedPhone: SipPhone): Promise<Consultation> {
      await hold(first);
      const second = await consult(first.callId, target);
      const asking = await first.phone.incoming();
      await asking.accept();
      const asked = await askedPhone.incoming();
      await asked.accept();
      await event('call-answered', ({ callId }) => callId === second);
      await joined(asking, asked);
      return { ...first, second, asking, asked, askedPhone };
    }

    async function consultingAgent(first: Talk, extension = '1002'): Promise<Consultation> {
      const phone = await rig.agentPhone(extension);
      return consulting(first, toAgent(extension), phone);
    }

    /** Joins the two others; the result is what the other side talks on from then on. */
    async function join({ callId, second, asked, askedPhone }: Consultation): Promise<PhoneCall> {
      await rig.telephony.join(callId, second);
      if (!rig.joinsByNewSession) return asked;
      const again = await askedPhone.incoming();
      assert.equal(again.callId, second);
      assert.equal(again.header('X-Citrus-Resume'), '1');
      assert.equal(again.header('X-Citrus-Auto-Answer'), '1');
      await again.accept();
      await asked.ended();
      return again;
    }

    it('offers all of it', () => {
      for (const capability of ['blind-transfer', 'attended-transfer', 'conference'] as const)
        assert.ok(rig.telephony.capabilities.has(capability), capability);
    });

    describe('a blind transfer', () => {
      for (const [what, begin] of [
        ['a call from a queue', talk],
        ['a dialled call', talkDialled],
      ] as const) {
        it(`gives ${what} to another agent, and lets the first one go`, async () => {
          const first = await begin();
          const phone = await rig.agentPhone('1002');
          await hold(first);
          await transfer(first.callId, toAgent('1002'));
          const started = await event('transfer-started');
          assert.deepEqual(
            [started.callId, started.extension, started.target],
            [first.callId, '1001', toAgent('1002')],
          );
          assert.deepEqual((await liveCall(first.callId)).transfer, toAgent('1002'));
          const ringing = await phone.incoming();
          assert.equal(ringing.callId, first.callId);
          assert.equal(ringing.callerNumber, rig.customerNumbers[0]);
          await ringing.accept();
          const { at, ...transferred } = await event('call-transferred');
          assert.ok(at >= started.at);
          assert.deepEqual(transferred, {
            type: 'call-transferred',
            callId: first.callId,
            from: '1001',
            extension: '1002',
            queue: null,
            how: 'blind',
          });
          await first.agent.ended();
          await joined(first.customer, ringing);
          const call = await liveCall(first.callId);
          assert.deepEqual([call.state, call.extension, call.transfer], ['talking', '1002', undefined]);
          await ringing.hangUp();
          await first.customer.ended();
          const ended = await event('call-ended');
          assert.deepEqual([ended.callId, ended.by, ended.cause], [first.callId, 'agent', 'hung-up']);
        });
      }

      it('can be held, and sent on again, by whoever has it now', async () => {
        const first = await talk();
        const second = await rig.agentPhone('1002');
        const third = await rig.agentPhone('1003');
        await hold(first);
        await transfer(first.callId, toAgent('1002'));
        const bruno = await second.incoming();
        await bruno.accept();
        await event('call-transferred');
        await joined(first.customer, bruno);
        await bruno.setHold(true);
        await event('call-held', ({ extension }) => extension === '1002');
        await rig.telephony.transfer({
          callId: first.callId,
          extension: '1002',
          target: toAgent('1003'),
          targetRingSeconds: RING_SECONDS,
        });
        const carla = await third.incoming();
        await carla.accept();
        await event('call-transferred', ({ extension }) => extension === '1003');
        await bruno.ended();
        await joined(first.customer, carla);
      });

      it('comes back, with its reason, from an agent who rejects it', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await transfer(first.callId, toAgent('1002'));
        await (await phone.incoming()).reject(486);
        const failed = await event('transfer-failed');
        assert.deepEqual([failed.callId, failed.extension], [first.callId, '1001']);
        assert.ok(['rejected', 'busy'].includes(failed.cause), failed.cause);
        await resumed(first);
      });

      it('comes back from an agent who does not pick up', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await transfer(first.callId, toAgent('1002'));
        const ringing = await phone.incoming();
        await rig.elapse(RING_SECONDS + 1);
        assert.equal((await event('transfer-failed')).cause, 'no-answer');
        await ringing.ended();
        await resumed(first);
      });

      it('is taken back on request, and taking back what is over is no error', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await transfer(first.callId, toAgent('1002'));
        const ringing = await phone.incoming();
        await rig.telephony.takeBack(first.callId);
        assert.equal((await event('transfer-failed')).cause, 'taken-back');
        await ringing.ended();
        await resumed(first);
        await rig.telephony.takeBack(first.callId);
        await rig.telephony.takeBack(randomUUID());
        assert.equal(events.filter(({ type }) => type === 'transfer-failed').length, 1);
      });

      it('ends with the customer who hangs up while it rings', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await transfer(first.callId, toAgent('1002'));
        const ringing = await phone.incoming();
        await first.customer.hangUp();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by], [first.callId, 'customer']);
        await Promise.all([ringing.ended(), first.agent.ended()]);
        assert.ok(!has('call-transferred'));
      });

      it('goes on when the first agent’s phone is gone meanwhile', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await transfer(first.callId, toAgent('1002'));
        const ringing = await phone.incoming();
        first.phone.drop();
        await event('phone-unregistered', ({ extension }) => extension === '1001');
        await ringing.accept();
        await event('call-transferred', ({ extension }) => extension === '1002');
        await joined(first.customer, ringing);
      });

      it('to a number ends the call for us, and leaves the two talking', async () => {
        const first = await talk();
        const other = await rig.customerPhone(rig.customerNumbers[1]);
        await hold(first);
        await transfer(first.callId, toNumber());
        const ringing = await other.incoming();
        await ringing.accept();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by, ended.cause], [first.callId, 'agent', 'transferred']);
        await first.agent.ended();
        await joined(first.customer, ringing);
        assert.deepEqual((await rig.telephony.snapshot()).calls, []);
        await ringing.hangUp();
        await first.customer.ended();
        assert.equal(events.filter(({ type }) => type === 'call-ended').length, 1);
      });

      it('to a number that is busy comes back', async () => {
        const first = await talk();
        const other = await rig.customerPhone(rig.customerNumbers[1]);
        await hold(first);
        await transfer(first.callId, toNumber());
        await (await other.incoming()).reject(486);
        const { cause } = await event('transfer-failed');
        assert.ok(['busy', 'rejected'].includes(cause), cause);
        await resumed(first);
      });

      it('to a queue waits there, and is offered to its agents', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await transfer(first.callId, toQueue());
        const { at, ...transferred } = await event('call-transferred');
        assert.ok(at > 0);
        assert.deepEqual(transferred, {
          type: 'call-transferred',
          callId: first.callId,
          from: '1001',
          extension: null,
          queue: rig.otherQueue.name,
          how: 'blind',
        });
        await first.agent.ended();
        const waiting = await liveCall(first.callId);
        assert.deepEqual([waiting.state, waiting.queue, waiting.extension], ['waiting', rig.otherQueue.name, null]);
        await rig.telephony.logIn(rig.otherQueue.name, '1002');
        const ringing = await phone.incoming();
        assert.equal(ringing.callId, first.callId);
        await event('call-offered', ({ extension }) => extension === '1002');
        await ringing.accept();
        await event('call-answered', ({ extension }) => extension === '1002');
        await joined(first.customer, ringing);
        assert.ok(!has('call-ended'));
        await first.customer.hangUp();
        await ringing.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['customer', 'hung-up']);
      });

      it('to a queue that nobody serves ends when the customer gives up', async () => {
        const first = await talk();
        await hold(first);
        await transfer(first.callId, toQueue());
        await event('call-transferred');
        await first.agent.ended();
        await first.customer.hangUp();
        assert.equal((await event('call-ended')).by, 'customer');
      });

      it('is refused, and nothing has changed, where nobody could take it', async () => {
        const first = await talk();
        await hold(first);
        await refusedWith(['conflict'], transfer(first.callId, toAgent('1002')));
        await refusedWith(['conflict', 'not-found'], transfer(first.callId, { kind: 'queue', queue: 'Nenhuma' }));
        await refusedWith(['conflict', 'not-found'], transfer(first.callId, toAgent('9999')));
        await refusedWith(['conflict'], transfer(first.callId, toAgent('1001')));
        await refusedWith(['not-found', 'conflict'], transfer(randomUUID(), toAgent('1001')));
        await rig.agentPhone('1002');
        await transfer(first.callId, toAgent('1002'));
        await refusedWith(['conflict'], transfer(first.callId, toAgent('1003')));
        await rig.telephony.takeBack(first.callId);
        await event('transfer-failed');
        await resumed(first);
        assert.equal(events.filter(({ type }) => type === 'transfer-started').length, 1);
      });
    });

    describe('a second call', () => {
      for (const [what, begin] of [
        ['of a queue', talk],
        ['that was dialled', talkDialled],
      ] as const) {
        it(`is made beside one ${what}, to another agent`, async () => {
          const first = await begin();
          const phone = await rig.agentPhone('1002');
          await hold(first);
          const second = await consult(first.callId, toAgent('1002'));
          const asking = await first.phone.incoming();
          assert.equal(asking.callId, second);
          assert.equal(asking.header('X-Citrus-Direction'), 'consult');
          assert.equal(asking.header('X-Citrus-Consults'), first.callId);
          assert.equal(asking.header('X-Citrus-Auto-Answer'), '1');
          assert.equal(phone.calls.length, 0);
          await asking.accept();
          const asked = await phone.incoming();
          assert.equal(asked.callId, second);
          assert.equal(asked.header('X-Citrus-Direction'), 'consult');
          assert.equal(asked.callerNumber, '1001');
          assert.equal(asked.header('X-Citrus-Auto-Answer'), undefined);
          await asked.accept();
          await joined(asking, asked);
          const started = await event('call-started', ({ callId }) => callId === second);
          assert.deepEqual(
            [started.direction, started.number, started.queue, started.extension, started.consults],
            ['consult', '1002', null, '1001', first.callId],
          );
          await event('call-accepted', ({ callId, extension }) => callId === second && extension === '1001');
          await event('call-offered', ({ callId, extension }) => callId === second && extension === '1002');
          const answered = await event('call-answered', ({ callId }) => callId === second);
          assert.deepEqual([answered.extension, answered.peer], ['1001', '1002']);
          const call = await liveCall(second);
          assert.deepEqual([call.state, call.consults, call.peer], ['talking', first.callId, '1002']);
          assert.equal((await liveCall(first.callId)).state, 'on-hold');
          assert.equal((await rig.telephony.snapshot()).calls.length, 2);
        });
      }

      it('ends by itself, and the first goes on', async () => {
        const both = await consultingAgent(await talk());
        await both.asking.hangUp();
        await both.asked.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by, ended.cause], [both.second, 'agent', 'hung-up']);
        await resumed(both);
      });

      it('ends by the one who was asked, and the first goes on', async () => {
        const both = await consultingAgent(await talk());
        await both.asked.hangUp();
        await both.asking.ended();
        assert.equal((await event('call-ended')).callId, both.second);
        await resumed(both);
      });

      it('is hung up by its id, and only it', async () => {
        const both = await consultingAgent(await talk());
        await rig.telephony.hangUp(both.second, 'agent');
        await Promise.all([both.asking.ended(), both.asked.ended()]);
        assert.equal((await event('call-ended')).callId, both.second);
        await resumed(both);
      });

      it('can be swapped with the first', async () => {
        const both = await consultingAgent(await talk());
        await both.asking.setHold(true);
        await event('call-held', ({ callId }) => callId === both.second);
        await both.agent.setHold(false);
        await event('call-resumed', ({ callId }) => callId === both.callId);
        await joined(both.agent, both.customer);
        assert.equal((await liveCall(both.second)).state, 'on-hold');
        await both.agent.setHold(true);
        await both.asking.setHold(false);
        await event('call-resumed', ({ callId }) => callId === both.second);
        await joined(both.asking, both.asked);
      });

      it('goes on when the customer of the first hangs up', async () => {
        const both = await consultingAgent(await talk());
        await both.customer.hangUp();
        await both.agent.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by], [both.callId, 'customer']);
        assert.ok(await rig.areJoined(both.asking, both.asked));
        await both.asking.hangUp();
        await event('call-ended', ({ callId }) => callId === both.second);
      });

      it('that is rejected ends, and the first is as it was', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        const second = await consult(first.callId, toAgent('1002'));
        const asking = await first.phone.incoming();
        await asking.accept();
        await (await phone.incoming()).reject(486);
        await asking.ended();
        const ended = await event('call-ended');
        assert.equal(ended.callId, second);
        assert.ok(['rejected', 'busy'].includes(ended.cause), ended.cause);
        await resumed(first);
      });

      it('that nobody picks up ends, and the first is as it was', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        await consult(first.callId, toAgent('1002'));
        const asking = await first.phone.incoming();
        await asking.accept();
        const asked = await phone.incoming();
        await rig.elapse(RING_SECONDS + 1);
        assert.equal((await event('call-ended')).cause, 'no-answer');
        await Promise.all([asking.ended(), asked.ended()]);
        await resumed(first);
      });

      it('waits in a queue and is answered by one of its agents', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await rig.telephony.logIn(rig.otherQueue.name, '1002');
        const both = await consulting(first, toQueue(), phone);
        const started = await event('call-started', ({ callId }) => callId === both.second);
        assert.deepEqual([started.direction, started.queue], ['consult', rig.otherQueue.name]);
        const answered = await event('call-answered', ({ callId }) => callId === both.second);
        assert.deepEqual([answered.extension, answered.peer], ['1001', '1002']);
      });

      it('reaches a number', async () => {
        const first = await talk();
        const other = await rig.customerPhone(rig.customerNumbers[1]);
        const both = await consulting(first, toNumber(), other);
        const answered = await event('call-answered', ({ callId }) => callId === both.second);
        assert.deepEqual([answered.extension, answered.peer], ['1001', undefined]);
      });

      it('is dialled once, however often it is asked for', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        const id = randomUUID();
        await Promise.all([consult(first.callId, toAgent('1002'), id), consult(first.callId, toAgent('1002'), id)]);
        const asking = await first.phone.incoming();
        await asking.accept();
        await (await phone.incoming()).accept();
        await event('call-answered', ({ callId }) => callId === id);
        await consult(first.callId, toAgent('1002'), id);
        assert.equal(first.phone.calls.length, 2);
        assert.equal(phone.calls.length, 1);
      });

      it('is refused, and stays unknown, where nobody could be asked', async () => {
        const first = await talk();
        await hold(first);
        const id = randomUUID();
        await refusedWith(['conflict'], consult(first.callId, toAgent('1002'), id));
        await refusedWith(['conflict', 'not-found'], consult(first.callId, { kind: 'queue', queue: 'Nenhuma' }, id));
        await refusedWith(['conflict'], consult(first.callId, toAgent('1001'), id));
        await refusedWith(['conflict', 'not-found'], consult(randomUUID(), toAgent('1002'), id));
        assert.equal(await rig.telephony.findCall(id), null);
        await resumed(first);
      });

      it('is one: a third is refused', async () => {
        const both = await consultingAgent(await talk());
        await rig.agentPhone('1003');
        await refusedWith(['conflict'], consult(both.callId, toAgent('1003')));
      });
    });

    describe('an attended transfer', () => {
      for (const [what, begin] of [
        ['of a queue', talk],
        ['that was dialled', talkDialled],
      ] as const) {
        it(`joins the customer of a call ${what} with the agent who was asked`, async () => {
          const both = await consultingAgent(await begin());
          const joinedBy = await join(both);
          const { at, ...transferred } = await event('call-transferred');
          assert.ok(at > 0);
          assert.deepEqual(transferred, {
            type: 'call-transferred',
            callId: both.callId,
            from: '1001',
            extension: '1002',
            queue: null,
            how: 'attended',
            second: both.second,
          });
          const ended = await event('call-ended');
          assert.deepEqual([ended.callId, ended.by, ended.cause], [both.second, 'agent', 'transferred']);
          const order = events.map(({ type }) => type);
          assert.ok(order.indexOf('call-transferred') < order.indexOf('call-ended'));
          await Promise.all([both.agent.ended(), both.asking.ended()]);
          await joined(both.customer, joinedBy);
          const call = await liveCall(both.callId);
          assert.deepEqual([call.state, call.extension, call.alsoKnownAs], ['talking', '1002', [both.second]]);
          assert.equal((await rig.telephony.snapshot()).calls.length, 1);
          await joinedBy.setHold(true);
          await event('call-held', ({ callId, extension }) => callId === both.callId && extension === '1002');
          await joinedBy.setHold(false);
          await event('call-resumed', ({ callId, extension }) => callId === both.callId && extension === '1002');
          await both.customer.hangUp();
          await joinedBy.ended();
          await event('call-ended', ({ callId, by }) => callId === both.callId && by === 'customer');
        });
      }

      it('to a number ends both calls for us, and leaves the two talking', async () => {
        const first = await talk();
        const other = await rig.customerPhone(rig.customerNumbers[1]);
        const both = await consulting(first, toNumber(), other);
        const joinedBy = await join(both);
        for (const id of [both.callId, both.second]) {
          const ended = await event('call-ended', ({ callId }) => callId === id);
          assert.deepEqual([ended.by, ended.cause], ['agent', 'transferred']);
        }
        await Promise.all([both.agent.ended(), both.asking.ended()]);
        await joined(both.customer, joinedBy);
        await both.customer.hangUp();
        await joinedBy.ended();
        assert.deepEqual((await rig.telephony.snapshot()).calls, []);
      });

      it('by way of a queue goes to the agent who answered there', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await rig.telephony.logIn(rig.otherQueue.name, '1002');
        const both = await consulting(first, toQueue(), phone);
        const joinedBy = await join(both);
        const transferred = await event('call-transferred');
        assert.deepEqual([transferred.extension, transferred.how], ['1002', 'attended']);
        await joined(both.customer, joinedBy);
      });

      it('is refused before the other has answered, and nothing has changed', async () => {
        const first = await talk();
        const phone = await rig.agentPhone('1002');
        await hold(first);
        const second = await consult(first.callId, toAgent('1002'));
        const asking = await first.phone.incoming();
        await asking.accept();
        const asked = await phone.incoming();
        await refusedWith(['conflict'], rig.telephony.join(first.callId, second));
        await refusedWith(['conflict', 'not-found'], rig.telephony.join(first.callId, randomUUID()));
        await refusedWith(['conflict', 'not-found'], rig.telephony.join(randomUUID(), second));
        await asked.accept();
        await joined(asking, asked);
        assert.equal((await liveCall(first.callId)).state, 'on-hold');
      });
    });

    describe('a conference', () => {
      async function conference(): Promise<Consultation> {
        const both = await consultingAgent(await talk());
        await both.agent.setHold(false);
        await event('call-resumed', ({ callId }) => callId === both.callId);
        await rig.telephony.confer(both.callId, both.second);
        const { at, ...conferenced } = await event('call-conferenced');
        assert.ok(at > 0);
        assert.deepEqual(conferenced, {
          type: 'call-conferenced',
          callId: both.callId,
          second: both.second,
          extension: '1001',
        });
        return both;
      }

      it('is of both calls, and known as such', async () => {
        const both = await conference();
        assert.equal((await liveCall(both.callId)).conference, both.second);
        assert.equal((await liveCall(both.second)).conference, both.callId);
        for (const call of [both.customer, both.agent, both.asked]) assert.equal(call.state, 'Established');
      });

      it('is left by the agent without ending it', async () => {
        const both = await conference();
        const joinedBy = await join(both);
        await event('call-transferred', ({ extension }) => extension === '1002');
        await Promise.all([both.agent.ended(), both.asking.ended()]);
        await joined(both.customer, joinedBy);
        assert.equal((await liveCall(both.callId)).conference, undefined);
      });

      it('goes on with the customer when the third is dropped', async () => {
        const both = await conference();
        await rig.telephony.hangUp(both.second, 'agent');
        await both.asked.ended();
        await event('call-ended', ({ callId }) => callId === both.second);
        await joined(both.customer, both.agent);
        const call = await liveCall(both.callId);
        assert.deepEqual([call.state, call.conference], ['talking', undefined]);
      });

      it('goes on with the third when the customer is dropped', async () => {
        const both = await conference();
        await rig.telephony.hangUp(both.callId, 'agent');
        await both.customer.ended();
        await event('call-ended', ({ callId }) => callId === both.callId);
        await eventually(
          'the other two to talk',
          async () => (await rig.areJoined(both.asking, both.asked)) || (await rig.areJoined(both.agent, both.asked)),
        );
        assert.equal((await liveCall(both.second)).conference, undefined);
      });

      it('goes on with the third when the customer hangs up', async () => {
        const both = await conference();
        await both.customer.hangUp();
        await event('call-ended', ({ callId, by }) => callId === both.callId && by === 'customer');
        assert.equal((await liveCall(both.second)).state, 'talking');
      });

      it('is refused before the other has answered', async () => {
        const first = await talk();
        await rig.agentPhone('1002');
        await hold(first);
        const second = await consult(first.callId, toAgent('1002'));
        await (await first.phone.incoming()).accept();
        await refusedWith(['conflict'], rig.telephony.confer(first.callId, second));
        await refusedWith(['conflict', 'not-found'], rig.telephony.confer(first.callId, randomUUID()));
      });
    });
  });
}
