import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type DialRequest, type Telephony, type TelephonyEvent } from '../../src/modules/telephony/telephony.port.js';
import { DomainError, type DomainErrorCode } from '../../src/platform/errors.js';
import { eventually } from './eventually.js';
import { type PhoneCall, type SipPhone } from './sip-phone.js';

/**
 * What a platform's adapter has to bring to be held to the contract: two agents (1001 and 1002) who are members of one
 * queue whose strategy is longest idle, two customers, and telephones for all of them.
 */
export interface TelephonyRig extends AsyncDisposable {
  readonly telephony: Telephony;
  readonly queue: {
    readonly name: string;
    readonly number: string;
    readonly ringSeconds: number;
    readonly maxWaitSeconds: number;
  };
  readonly customerNumbers: readonly [string, string];
  readonly login: { readonly login: string; readonly password: string };
  /** Registers an agent's phone. */
  agentPhone(extension: string): Promise<SipPhone>;
  customerPhone(number: string): Promise<SipPhone>;
  /** Whether two phones hear each other. */
  areJoined(one: PhoneCall, other: PhoneCall): boolean | Promise<boolean>;
  /** It takes the call of a customer who waits, so that music can be heard: giving up is hanging up. */
  readonly answersBeforeQueue: boolean;
  /** A phone that is dropped loses its connection too, and does not only have to register again. */
  readonly closesDroppedPhones: boolean;
  /** Lets time pass: by the clock where the adapter's can be set, else by waiting. */
  elapse(seconds: number): Promise<void>;
}

/** The suite every adapter of the port passes. */
export function telephonyContract(name: string, makeRig: () => Promise<TelephonyRig>): void {
  describe(`telephony contract: ${name}`, () => {
    let rig: TelephonyRig;
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

    async function member(extension: string): Promise<SipPhone> {
      const phone = await rig.agentPhone(extension);
      await rig.telephony.logIn(rig.queue.name, extension);
      return phone;
    }

    function event<T extends TelephonyEvent['type']>(
      type: T,
      which: (event: Extract<TelephonyEvent, { readonly type: T }>) => boolean = () => true,
    ): Promise<Extract<TelephonyEvent, { readonly type: T }>> {
      return eventually(`the event ${type}`, () =>
        events.filter((one): one is Extract<TelephonyEvent, { readonly type: T }> => one.type === type).find(which),
      );
    }

    const story = (): string[] => events.map((one) => one.type).filter((type) => type.startsWith('call-'));

    /** A customer in the queue talks to 1001. */
    async function talk(): Promise<{ customer: PhoneCall; agent: PhoneCall; callId: string; agentPhone: SipPhone }> {
      const agentPhone = await member('1001');
      const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
      const customer = await customerPhone.call(rig.queue.number);
      const agent = await agentPhone.incoming();
      await agent.accept();
      await Promise.all([customer.established(), agent.established()]);
      const { callId } = await event('call-answered');
      return { customer, agent, callId, agentPhone };
    }

    function dialRequest(overrides: Partial<DialRequest> = {}): DialRequest {
      return {
        callId: randomUUID(),
        extension: '1001',
        number: rig.customerNumbers[0],
        direction: 'outbound',
        autoAnswer: false,
        agentRingSeconds: 15,
        customerRingSeconds: 30,
        ...overrides,
      };
    }

    async function refusedWith(code: DomainErrorCode, work: Promise<unknown>): Promise<void> {
      await assert.rejects(work, (error) => error instanceof DomainError && error.code === code);
    }

    describe('a call to a queue', () => {
      it('rings the agent, is answered, joins the two, and ends when the customer hangs up', async () => {
        const { customer, agent, callId } = await talk();
        assert.equal(agent.callId, callId);
        assert.equal(agent.callerNumber, rig.customerNumbers[0]);
        assert.equal(agent.header('X-Citrus-Direction'), 'inbound');
        await eventually('media to be joined', () => rig.areJoined(customer, agent));
        await customer.hangUp();
        await agent.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.callId, ended.by, ended.cause], [callId, 'customer', 'hung-up']);
        assert.deepEqual(story(), ['call-started', 'call-offered', 'call-answered', 'call-ended']);
      });

      it('ends by the agent when the agent hangs up', async () => {
        const { customer, agent } = await talk();
        await agent.hangUp();
        await customer.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['agent', 'hung-up']);
      });

      it('says who started it when it starts', async () => {
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await customerPhone.call(rig.queue.number);
        const { at, callId, ...started } = await event('call-started');
        assert.ok(at > 0 && callId.length > 0 && callId.length <= 64);
        assert.deepEqual(started, {
          type: 'call-started',
          direction: 'inbound',
          number: rig.customerNumbers[0],
          queue: rig.queue.name,
          extension: null,
        });
      });

      it('is abandoned by a customer who gives up waiting, and stops ringing', async () => {
        const agentPhone = await member('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        const customer = await customerPhone.call(rig.queue.number);
        const agent = await agentPhone.incoming();
        await customer.giveUp();
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['customer', 'abandoned']);
        await agent.ended();
        if (!rig.answersBeforeQueue) assert.equal(customer.rejectedWith?.status, 487);
      });

      it('goes to the next agent when one rejects it', async () => {
        const first = await member('1001');
        await rig.elapse(1);
        const second = await member('1002');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await customerPhone.call(rig.queue.number);
        await (await first.incoming()).reject(486);
        const agent = await second.incoming();
        await agent.accept();
        await event('call-answered', ({ extension }) => extension === '1002');
        const declined = await event('call-declined');
        assert.deepEqual([declined.extension, declined.cause], ['1001', 'rejected']);
      });

      it('goes to the next agent when one does not pick up', async () => {
        const first = await member('1001');
        await rig.elapse(1);
        const second = await member('1002');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await customerPhone.call(rig.queue.number);
        const ringing = await first.incoming();
        await rig.elapse(rig.queue.ringSeconds);
        await (await second.incoming()).accept();
        await ringing.ended();
        const declined = await event('call-declined');
        assert.deepEqual([declined.extension, declined.cause], ['1001', 'no-answer']);
        await event('call-answered', ({ extension }) => extension === '1002');
      });

      it('times out when nobody can take it', async () => {
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        const customer = await customerPhone.call(rig.queue.number);
        await event('call-started');
        await rig.elapse(rig.queue.maxWaitSeconds);
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['system', 'timed-out']);
        await customer.ended();
      });

      it('waits for an agent who is paused, and rings when the pause ends', async () => {
        const agentPhone = await member('1001');
        await rig.telephony.pause('1001', 'Almoço');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await customerPhone.call(rig.queue.number);
        await event('call-started');
        assert.equal((await rig.telephony.snapshot()).calls[0]?.state, 'waiting');
        await rig.telephony.unpause('1001');
        await agentPhone.incoming();
        await event('call-offered');
        assert.deepEqual(story(), ['call-started', 'call-offered']);
      });

      it('does not ring an agent who has logged out', async () => {
        const first = await member('1001');
        await rig.elapse(1);
        const second = await member('1002');
        await rig.telephony.logOut(rig.queue.name, '1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await customerPhone.call(rig.queue.number);
        await second.incoming();
        assert.equal(first.calls.length, 0);
      });

      it('does not ring a phone that is not registered', async () => {
        await rig.telephony.logIn(rig.queue.name, '1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await customerPhone.call(rig.queue.number);
        await event('call-started');
        assert.deepEqual(story(), ['call-started']);
        const phone = await rig.agentPhone('1001');
        await phone.incoming();
      });
    });

    describe('hold', () => {
      it('is told when the other side has taken it, and when it is taken back', async () => {
        const { customer, agent, callId } = await talk();
        await agent.setHold(true);
        const held = await event('call-held');
        assert.deepEqual([held.callId, held.extension], [callId, '1001']);
        // An exchange that plays music goes on sending to the customer.
        const hasMusic = rig.telephony.capabilities.has('hold-music');
        assert.equal(customer.remoteDirection, hasMusic ? 'sendrecv' : 'sendonly');
        assert.equal((await rig.telephony.snapshot()).calls[0]?.state, 'on-hold');
        await agent.setHold(false);
        await event('call-resumed');
        assert.equal(customer.remoteDirection, 'sendrecv');
        assert.equal((await rig.telephony.snapshot()).calls[0]?.state, 'talking');
        assert.ok(await rig.areJoined(customer, agent));
      });
    });

    describe('a dialled call', () => {
      it('rings the agent, then the customer, and joins them', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        const request = dialRequest({ direction: 'callback', autoAnswer: true });
        await rig.telephony.dial(request);
        const agent = await agentPhone.incoming();
        assert.equal(agent.callId, request.callId);
        assert.equal(agent.callerNumber, request.number);
        assert.equal(agent.header('X-Citrus-Direction'), 'callback');
        assert.equal(agent.header('X-Citrus-Auto-Answer'), '1');
        assert.match(agent.header('Call-Info') ?? '', /;answer-after=0/);
        assert.equal(customerPhone.calls.length, 0);
        await agent.accept();
        const customer = await customerPhone.incoming();
        await event('call-accepted');
        assert.equal((await rig.telephony.snapshot()).calls[0]?.state, 'dialling');
        await customer.accept();
        await eventually('media to be joined', () => rig.areJoined(customer, agent));
        const { at, ...started } = await event('call-started');
        assert.ok(at > 0);
        assert.deepEqual(started, {
          type: 'call-started',
          callId: request.callId,
          direction: 'callback',
          number: request.number,
          queue: null,
          extension: '1001',
        });
        await customer.hangUp();
        await agent.ended();
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['customer', 'hung-up']);
        assert.deepEqual(story(), ['call-started', 'call-offered', 'call-accepted', 'call-answered', 'call-ended']);
      });

      it('can be held and resumed like any other', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await rig.telephony.dial(dialRequest());
        const agent = await agentPhone.incoming();
        await agent.accept();
        const customer = await customerPhone.incoming();
        await customer.accept();
        await eventually('media to be joined', () => rig.areJoined(customer, agent));
        await agent.setHold(true);
        await event('call-held');
        await agent.setHold(false);
        await event('call-resumed');
        assert.ok(await rig.areJoined(customer, agent));
      });

      for (const [what, status, cause] of [
        ['is busy', 486, 'busy'],
        ['rejects it', 603, 'rejected'],
      ] as const) {
        it(`ends with ${cause} when the customer ${what}, and lets the agent go`, async () => {
          const agentPhone = await rig.agentPhone('1001');
          const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
          await rig.telephony.dial(dialRequest());
          const agent = await agentPhone.incoming();
          await agent.accept();
          await (await customerPhone.incoming()).reject(status);
          assert.equal((await event('call-ended')).cause, cause);
          await agent.ended();
        });
      }

      it('ends with no-answer when the customer does not pick up in time', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await rig.telephony.dial(dialRequest({ customerRingSeconds: 10 }));
        const agent = await agentPhone.incoming();
        await agent.accept();
        const customer = await customerPhone.incoming();
        await rig.elapse(10);
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['system', 'no-answer']);
        await Promise.all([customer.ended(), agent.ended()]);
      });

      it('ends with unreachable when the customer has no phone', async () => {
        const agentPhone = await rig.agentPhone('1001');
        await rig.telephony.dial(dialRequest());
        const agent = await agentPhone.incoming();
        await agent.accept();
        assert.equal((await event('call-ended')).cause, 'unreachable');
        await agent.ended();
      });

      it('never calls the customer when the agent does not pick up', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await rig.telephony.dial(dialRequest({ agentRingSeconds: 10 }));
        const agent = await agentPhone.incoming();
        await rig.elapse(10);
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['system', 'not-taken']);
        await agent.ended();
        assert.equal(customerPhone.calls.length, 0);
      });

      it('never calls the customer when the agent rejects it', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await rig.telephony.dial(dialRequest());
        await (await agentPhone.incoming()).reject(486);
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['agent', 'not-taken']);
        assert.equal(customerPhone.calls.length, 0);
      });

      it('stops calling the customer when the agent hangs up first', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const customerPhone = await rig.customerPhone(rig.customerNumbers[0]);
        await rig.telephony.dial(dialRequest());
        const agent = await agentPhone.incoming();
        await agent.accept();
        const customer = await customerPhone.incoming();
        await agent.established();
        await agent.hangUp();
        await customer.ended();
        assert.equal((await event('call-ended')).by, 'agent');
      });

      it('is dialled once, however often and however closely it is asked for', async () => {
        const agentPhone = await rig.agentPhone('1001');
        const request = dialRequest();
        await Promise.all([rig.telephony.dial(request), rig.telephony.dial(request)]);
        await rig.telephony.dial(request);
        const agent = await agentPhone.incoming();
        await agent.reject(486);
        await event('call-ended');
        await rig.telephony.dial(request);
        assert.equal((await rig.telephony.snapshot()).calls.length, 0);
        assert.deepEqual(story(), ['call-started', 'call-offered', 'call-declined', 'call-ended']);
        assert.equal(agentPhone.calls.length, 1);
      });

      it('is refused, and stays unknown, when the agent has no phone or is in a call', async () => {
        const request = dialRequest();
        await refusedWith('conflict', rig.telephony.dial(request));
        assert.equal(await rig.telephony.findCall(request.callId), null);
        await talk();
        await refusedWith('conflict', rig.telephony.dial(request));
        assert.equal(await rig.telephony.findCall(request.callId), null);
        await refusedWith('not-found', rig.telephony.dial({ ...request, extension: '9999' }));
      });
    });

    describe('finding and ending a call', () => {
      it('finds a call that lives and one that has ended, and none that never was', async () => {
        const { customer, callId } = await talk();
        const live = await rig.telephony.findCall(callId);
        assert.ok(live?.live === true && live.call.state === 'talking' && live.call.extension === '1001');
        await customer.hangUp();
        await event('call-ended');
        const ended = await rig.telephony.findCall(callId);
        assert.ok(ended?.live === false && ended.by === 'customer' && ended.cause === 'hung-up');
        assert.ok(ended.answeredAt !== null);
        assert.equal(await rig.telephony.findCall(randomUUID()), null);
      });

      it('hangs up for both on behalf of one, and again is no error', async () => {
        const { customer, agent, callId } = await talk();
        await rig.telephony.hangUp(callId, 'agent');
        await Promise.all([customer.ended(), agent.ended()]);
        const ended = await event('call-ended');
        assert.deepEqual([ended.by, ended.cause], ['agent', 'hung-up']);
        await rig.telephony.hangUp(callId, 'system');
        assert.equal(story().filter((type) => type === 'call-ended').length, 1);
        await refusedWith('not-found', rig.telephony.hangUp(randomUUID(), 'system'));
      });

      it('ends once when both sides hang up at the same time', async () => {
        const { customer, agent } = await talk();
        await Promise.all([customer.hangUp(), agent.hangUp()]);
        await event('call-ended');
        await Promise.all([customer.ended(), agent.ended()]);
        await rig.telephony.snapshot();
        assert.equal(story().filter((type) => type === 'call-ended').length, 1);
      });
    });

    describe('the snapshot', () => {
      it('says what the events said', async () => {
        const { callId } = await talk();
        await member('1002');
        await rig.telephony.pause('1002', 'Almoço');
        await rig.telephony.pause('1002', 'Banheiro');
        const snapshot = await rig.telephony.snapshot();
        const registered = events.flatMap((one) => (one.type === 'phone-registered' ? [one.extension] : []));
        assert.deepEqual([...snapshot.registered].sort(), registered.sort());
        assert.deepEqual(
          [...snapshot.members].sort((a, b) => a.extension.localeCompare(b.extension)),
          [
            { queue: rig.queue.name, extension: '1001' },
            { queue: rig.queue.name, extension: '1002' },
          ],
        );
        assert.deepEqual(snapshot.paused, [{ extension: '1002', reason: 'Banheiro' }]);
        const answered = await event('call-answered');
        const started = await event('call-started');
        assert.deepEqual(snapshot.calls, [
          {
            callId,
            direction: 'inbound',
            number: rig.customerNumbers[0],
            queue: rig.queue.name,
            extension: '1001',
            state: 'talking',
            startedAt: started.at,
            answeredAt: answered.at,
          },
        ]);
      });

      it('forgets who has logged out, resumed and gone', async () => {
        const phone = await member('1001');
        await rig.telephony.pause('1001', 'Almoço');
        await rig.telephony.unpause('1001');
        await rig.telephony.logOut(rig.queue.name, '1001');
        phone.drop();
        await event('phone-unregistered', ({ extension }) => extension === '1001');
        const { registered, members, paused, calls } = await rig.telephony.snapshot();
        assert.deepEqual(
          { registered, members, paused, calls },
          { registered: [], members: [], paused: [], calls: [] },
        );
        assert.deepEqual(
          events.map((one) => one.type),
          [
            'phone-registered',
            'member-logged-in',
            'member-paused',
            'member-unpaused',
            'member-logged-out',
            'phone-unregistered',
          ],
        );
      });
    });

    describe('phones', () => {
      it('tells of a phone that registers and one that says goodbye', async () => {
        const phone = await rig.agentPhone('1001');
        await event('phone-registered', ({ extension }) => extension === '1001');
        await phone.unregister();
        await event('phone-unregistered', ({ extension }) => extension === '1001');
      });

      it('drops what is registered on request', async () => {
        const phone = await rig.agentPhone('1001');
        await rig.telephony.unregister('1001');
        await event('phone-unregistered', ({ extension }) => extension === '1001');
        if (rig.closesDroppedPhones) await eventually('the connection to be closed', () => phone.closeCode !== null);
        assert.deepEqual((await rig.telephony.snapshot()).registered, []);
      });
    });

    describe('people', () => {
      it('checks logins and passwords', async () => {
        const { login, password } = rig.login;
        assert.equal(await rig.telephony.verifyCredentials(login, password), true);
        assert.equal(await rig.telephony.verifyCredentials(login, `${password}x`), false);
        assert.equal(await rig.telephony.verifyCredentials('nobody', password), false);
      });

      it('lists users with the queues they may log in to', async () => {
        const { users, queues, pauseReasons } = await rig.telephony.directory();
        const user = users.find(({ extension }) => extension === '1001');
        assert.ok(user?.queues.includes(rig.queue.name));
        assert.ok(queues.some(({ name: queue, number }) => queue === rig.queue.name && number === rig.queue.number));
        assert.ok(pauseReasons.includes('Almoço'));
      });

      it('refuses a queue or an extension it does not know', async () => {
        await refusedWith('not-found', rig.telephony.logIn('Nenhuma', '1001'));
        await refusedWith('not-found', rig.telephony.logIn(rig.queue.name, '9999'));
        await refusedWith('not-found', rig.telephony.pause('9999', 'Almoço'));
        await refusedWith('not-found', rig.telephony.softphoneCredentials('9999'));
      });
    });
  });
}
