import assert from 'node:assert/strict';
import { Callbacks, DEFAULT_CALLBACK_SETTINGS, type CallbackSettings } from '../../src/modules/callbacks/index.js';
import { type CallbackAttempt } from '../../src/modules/callbacks/callback.domain.js';
import { type CallbackRepository } from '../../src/modules/callbacks/callback.port.js';
import { DomainError } from '../../src/platform/errors.js';
import { type CallbackView } from '../../src/shared/desk.js';
import { DUE, MINUTE } from '../support/callback-builders.js';
import { STORES, type CallbackStore } from '../support/callback-stores.js';
import { FakeAgents } from '../support/fake-agents.js';

/** A queue whose callback switch is off. */
const NO_CALLBACKS = 9;
const NUMBER = '+5583999990001';
const never = (): Promise<void> => new Promise(() => undefined);
const atOnce = (): Promise<void> => Promise.resolve();

for (const { name, open } of STORES) {
  describe(`scheduled callbacks, ${name}`, () => {
    let store: CallbackStore;
    let agents: FakeAgents;
    let now: number;
    let ids: number;
    let logged: { readonly level: string; readonly message: string }[];
    let doNotCall: Set<string>;
    let holidays: Set<string>;
    let queueOfCall: number | null;
    let changes: number[];

    before(async () => {
      store = await open();
    });
    beforeEach(async () => {
      await store.clear();
      now = DUE - 60 * MINUTE;
      ids = 0;
      logged = [];
      changes = [];
      doNotCall = new Set();
      holidays = new Set();
      queueOfCall = null;
      agents = new FakeAgents(() => new Date(now));
      agents.set(7, 'available');
    });
    afterEach(() => {
      const errors = logged.filter(({ level }) => level === 'error');
      assert.deepEqual(errors, [], 'an error was logged that the test did not expect');
    });
    after(async () => {
      await store[Symbol.asyncDispose]();
    });

    interface Process {
      readonly callbacks: Callbacks;
      /** Hears no more; what it is waiting for may still come. */
      die(): void;
    }

    function start(
      processId = 'p1',
      options: { readonly repository?: CallbackRepository; readonly settings?: Partial<CallbackSettings> } = {},
    ): Process {
      const log = (level: string) => (_context: object, message: string) => {
        logged.push({ level, message });
      };
      const callbacks = new Callbacks({
        repository: options.repository ?? store.repository,
        agents,
        customers: { findByNumber: (number) => Promise.resolve(number === NUMBER ? { id: 1, name: 'Beatriz' } : null) },
        attendances: {
          find: (id) =>
            Promise.resolve(id === 5 || id === 8 ? { customerId: 2, queueId: id === 8 ? NO_CALLBACKS : null } : null),
        },
        doNotCall: { has: (number) => Promise.resolve(doNotCall.has(number)) },
        holidays: { isHoliday: (date) => Promise.resolve(holidays.has(date)) },
        queues: {
          offersCallbacks: (queueId) => Promise.resolve(queueId !== NO_CALLBACKS),
          currentOf: () => queueOfCall,
        },
        settings: { ...DEFAULT_CALLBACK_SETTINGS, ...options.settings },
        processId,
        now: () => new Date(now),
        newId: () => `call-${String(++ids)}`,
        log: { info: log('info'), warn: log('warn'), error: log('error') },
      });
      const die = agents.onCall((fact) => {
        callbacks.onCallEvent(fact);
      });
      return { callbacks, die };
    }

    const book = (
      process: Process,
      fields: { number?: string; time?: string; owner?: number } = {},
    ): Promise<CallbackView> =>
      process.callbacks.book(fields.owner ?? 7, {
        number: fields.number ?? NUMBER,
        date: '2026-11-25',
        time: fields.time ?? '14:00',
        timeZone: 'America/Sao_Paulo',
        notes: '',
        attendanceId: null,
      });
    const tickAt = async (process: Process, moment: number): Promise<void> => {
      now = moment;
      await process.callbacks.tick();
      await process.callbacks.idle();
    };
    const read = async (id: number): Promise<string> => {
      const callback = await store.repository.find(id);
      assert.ok(callback !== null);
      return callback.reason === null ? callback.state : `${callback.state}: ${callback.reason}`;
    };
    const attemptsOf = async (id: number): Promise<readonly CallbackAttempt[]> => {
      const { rows } = await store.repository.list({ states: null, search: '', page: 1, pageSize: 100 });
      return rows.find(({ callback }) => callback.id === id)?.attempts ?? [];
    };
    const happens = async (process: Process, what: () => void): Promise<void> => {
      what();
      await process.callbacks.idle();
    };

    describe('from booking to talk', () => {
      it('reserves the owner half a minute before, dials at its time, and records the talk', async () => {
        const process = start();
        process.callbacks.onChanged((agentId) => changes.push(agentId));
        const { id } = await book(process);
        await tickAt(process, DUE - 31_000);
        assert.equal(await read(id), 'scheduled');
        await tickAt(process, DUE - 30_000);
        assert.equal(await read(id), 'reserved');
        assert.equal(agents.reservedFor(7), id);
        await tickAt(process, DUE - 1);
        assert.equal(agents.dials.length, 0, 'not before its time');

        await tickAt(process, DUE);
        assert.deepEqual(agents.dials, [{ callId: 'call-1', agentId: 7, number: NUMBER, callbackId: id }]);
        assert.equal(await read(id), 'offering');
        assert.equal((await process.callbacks.byCall('call-1'))?.id, id);
        now += 3000;
        await happens(process, () => {
          agents.accept('call-1');
        });
        assert.equal(await read(id), 'dialling');
        now += 8000;
        await happens(process, () => {
          agents.answer('call-1');
        });
        assert.equal(await read(id), 'connected');
        now += 60_000;
        await happens(process, () => {
          agents.end('call-1', 'customer', 'hung-up');
        });
        assert.equal(await read(id), 'done: talked');
        assert.equal(agents.reservedFor(7), null);
        assert.deepEqual(await attemptsOf(id), [
          {
            callbackId: id,
            n: 1,
            callId: 'call-1',
            agentId: 7,
            offeredAt: DUE,
            acceptedAt: DUE + 3000,
            answeredAt: DUE + 11_000,
            endedAt: DUE + 71_000,
            result: 'talked',
          },
        ]);
        assert.deepEqual(changes, [7, 7, 7, 7, 7, 7], 'booked, reserved, offering, dialling, connected, done');
      });

      it('keeps the promise without a tick before its time', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE + 5000);
        assert.equal(await read(id), 'offering');
        assert.equal(agents.dials.length, 1);
      });

      it('hears the same news twice, and late, without harm', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE);
        await happens(process, () => {
          agents.accept('call-1');
          agents.repeat('accepted', 'call-1');
          agents.answer('call-1');
          agents.end('call-1', 'agent', 'hung-up');
          agents.repeat('ended', 'call-1');
          agents.repeat('answered', 'call-1');
          agents.repeat('offered', 'call-1');
        });
        assert.equal(await read(id), 'done: talked');
        const callback = await store.repository.find(id);
        assert.equal(callback?.attempts, 1);
      });
    });

    it('does not take late news of one attempt for news of the next', async () => {
      const process = start();
      const { id } = await book(process);
      await tickAt(process, DUE);
      await happens(process, () => {
        agents.accept('call-1');
        agents.end('call-1', 'customer', 'busy');
      });
      await tickAt(process, DUE + 10 * MINUTE);
      await happens(process, () => {
        agents.repeat('accepted', 'call-1');
        agents.repeat('ended', 'call-1');
      });
      assert.equal(await read(id), 'offering');
      assert.equal((await store.repository.find(id))?.attempts, 1);
    });

    describe('the customer is not reached', () => {
      it('tries three times, ten minutes apart, and then says why not', async () => {
        const process = start();
        const { id } = await book(process);
        for (const [n, cause] of (['busy', 'no-answer', 'unreachable'] as const).entries()) {
          await tickAt(process, DUE + n * 10 * MINUTE);
          assert.equal(agents.dials.length, n + 1);
          const callId = `call-${String(n + 1)}`;
          await happens(process, () => {
            agents.accept(callId);
            agents.end(callId, 'customer', cause);
          });
          assert.equal(await read(id), n < 2 ? `retry-wait: ${cause}` : 'failed: unreachable');
          await tickAt(process, now + 9 * MINUTE);
          assert.equal(agents.dials.length, n + 1, 'not sooner');
        }
        await tickAt(process, DUE + 30 * MINUTE);
        assert.equal(agents.rings(NUMBER), 3);
        assert.deepEqual(
          (await attemptsOf(id)).map(({ n, result }) => [n, result]),
          [
            [1, 'busy'],
            [2, 'no-answer'],
            [3, 'unreachable'],
          ],
        );
      });

      it('reserves the owner for the retry as for the first time', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE);
        await happens(process, () => {
          agents.accept('call-1');
          agents.end('call-1', 'customer', 'busy');
        });
        assert.equal(agents.reservedFor(7), null, 'free meanwhile');
        await tickAt(process, DUE + 10 * MINUTE - 20_000);
        assert.equal(await read(id), 'reserved');
        assert.equal(agents.reservedFor(7), id);
      });
    });

    describe('the agent', () => {
      it('who does not take it is offered it again, which counts as no attempt', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE);
        await happens(process, () => {
          agents.end('call-1', 'agent', 'not-taken');
        });
        assert.equal(await read(id), 'retry-wait: not-taken');
        await tickAt(process, DUE + 29_000);
        assert.equal(agents.dials.length, 1);
        await tickAt(process, DUE + 30_000);
        assert.equal(agents.dials.length, 2);
        assert.equal((await store.repository.find(id))?.attempts, 0);
        assert.equal(agents.rings(NUMBER), 0);
      });

      for (const [status, reason] of [
        ['paused', 'owner-away'],
        ['unreachable', 'owner-away'],
        ['talking', 'owner-busy'],
        ['wrap-up', 'owner-busy'],
      ] as const) {
        it(`who is ${status} is waited for inside the window, and served when free`, async () => {
          const process = start();
          const { id } = await book(process);
          agents.set(7, status);
          await tickAt(process, DUE - 20_000);
          assert.equal(await read(id), 'scheduled', 'before its time nothing is said');
          await tickAt(process, DUE + MINUTE);
          assert.equal(await read(id), `scheduled: ${reason}`);
          agents.set(7, 'available');
          await tickAt(process, DUE + 29 * MINUTE);
          assert.equal(await read(id), 'offering');
        });
        it(`who is ${status} to the end of the window lets it expire, and the reason says so`, async () => {
          const process = start();
          const { id } = await book(process);
          agents.set(7, status);
          await tickAt(process, DUE);
          await tickAt(process, DUE + 30 * MINUTE);
          assert.equal(await read(id), `scheduled: ${reason}`);
          await tickAt(process, DUE + 30 * MINUTE + 1);
          assert.equal(await read(id), `expired: ${reason}`);
          agents.set(7, 'available');
          await tickAt(process, DUE + 31 * MINUTE);
          assert.equal(agents.dials.length, 0);
        });
      }

      it('who was reserved and goes away is let go', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE - 20_000);
        agents.set(7, 'paused');
        await tickAt(process, DUE - 10_000);
        assert.equal(await read(id), 'scheduled: owner-away');
        assert.equal(agents.reservedFor(7), null);
      });

      it('who is reserved for something else is left to it', async () => {
        const process = start();
        const { id } = await book(process);
        agents.set(7, 'reserved');
        await tickAt(process, DUE);
        assert.equal(await read(id), 'scheduled: owner-busy');
      });

      it('with two promises at one time keeps one after the other', async () => {
        const process = start();
        const first = await book(process);
        const second = await book(process, { number: '+5583999990002' });
        await tickAt(process, DUE);
        await tickAt(process, DUE + 2000);
        assert.deepEqual(
          agents.dials.map(({ callbackId }) => callbackId),
          [first.id],
        );
        assert.equal(await read(second.id), 'scheduled: owner-busy');
        await happens(process, () => {
          agents.accept('call-1');
          agents.answer('call-1');
          agents.end('call-1', 'customer', 'hung-up');
        });
        await tickAt(process, DUE + 5 * MINUTE);
        assert.deepEqual(
          agents.dials.map(({ callbackId }) => callbackId),
          [first.id, second.id],
        );
      });

      it('is given one at a time even while the picture of the agents lags behind', async () => {
        const process = start();
        await book(process);
        const second = await book(process, { number: '+5583999990002' });
        agents.afterDial = () => {
          agents.set(7, 'available');
          return agents.release(7, agents.reservedFor(7) ?? 0);
        };
        await tickAt(process, DUE);
        await tickAt(process, DUE + 2000);
        assert.equal(agents.dials.length, 1);
        assert.equal(await read(second.id), 'scheduled: owner-busy');
      });

      it('of one promise does not keep the agent of another waiting', async () => {
        const process = start();
        await book(process);
        agents.set(7, 'paused');
        agents.set(8, 'available');
        const other = await book(process, { owner: 8, number: '+5583999990002' });
        await tickAt(process, DUE);
        assert.equal(await read(other.id), 'offering');
      });
    });

    describe('what is checked again at its time', () => {
      it('the do-not-call list', async () => {
        const process = start();
        const { id } = await book(process);
        doNotCall.add(NUMBER);
        await tickAt(process, DUE);
        assert.equal(await read(id), 'failed: do-not-call');
        assert.equal(agents.dials.length, 0);
      });

      it('the allowed hours, where the customer is', async () => {
        const booked = start();
        const { id } = await book(booked);
        const { booking } = DEFAULT_CALLBACK_SETTINGS;
        const stricter = { ...booking, hours: { ...booking.hours, toMinute: 12 * 60 } };
        const process = start('p2', { settings: { booking: stricter } });
        await tickAt(process, DUE);
        assert.equal(await read(id), 'scheduled: outside-hours');
        await tickAt(process, DUE + 31 * MINUTE);
        assert.equal(await read(id), 'expired: outside-hours');
        assert.equal(agents.dials.length, 0);
      });

      it('holidays, by the date where the customer is', async () => {
        const process = start();
        const { id } = await book(process);
        holidays.add('2026-11-25');
        await tickAt(process, DUE);
        assert.equal(await read(id), 'scheduled: holiday');
        await tickAt(process, DUE + 31 * MINUTE);
        assert.equal(await read(id), 'expired: holiday');
        assert.equal(agents.dials.length, 0);
      });

      it('whether it was cancelled', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE - 10_000);
        await process.callbacks.cancel({ userId: 7, mayEditAll: false }, id);
        assert.equal(agents.reservedFor(7), null);
        await tickAt(process, DUE);
        assert.equal(await read(id), 'cancelled: cancelled-by-owner');
        assert.equal(agents.dials.length, 0);
      });

      it('whether anybody served it: a system that was away says so', async () => {
        const process = start();
        const { id } = await book(process);
        await tickAt(process, DUE + 31 * MINUTE);
        assert.equal(await read(id), 'expired: not-served');
      });
    });

    describe('one call for one promise', () => {
      it('when twenty ticks run at once in two processes', async () => {
        const first = start('p1');
        const second = start('p2', { repository: store.another() });
        const { id } = await book(first);
        now = DUE;
        await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? first : second).callbacks.tick()));
        await Promise.all([first.callbacks.idle(), second.callbacks.idle()]);
        assert.equal(agents.dials.length, 1);
        assert.equal((await attemptsOf(id)).length, 1);
        assert.equal(await read(id), 'offering');
      });

      it('when the process dies before the claim is stored', async () => {
        const broken: CallbackRepository = Object.assign(Object.create(store.repository) as CallbackRepository, {
          find: (callbackId: number) => store.repository.find(callbackId),
          active: () => store.repository.active(),
          waiting: (before: number) => store.repository.waiting(before),
          save: (...args: Parameters<CallbackRepository['save']>) => store.repository.save(...args),
          claim: () => Promise.reject(new Error('the process is gone')),
        });
        const dying = start('p1', { repository: broken });
        const { id } = await book(start('p0'));
        await tickAt(dying, DUE);
        assert.deepEqual(
          logged.splice(0).map(({ message }) => message),
          ['a callback could not be served'],
        );
        dying.die();
        assert.equal(await read(id), 'reserved');
        await tickAt(start('p2'), DUE + 2000);
        assert.equal(agents.dials.length, 1);
      });

      it('when the process dies between the attempt and the dial: the same id, once', async () => {
        const dying = start('p1');
        const { id } = await book(dying);
        await dieBeforeDial(dying);
        const next = start('p2');
        await tickAt(next, DUE + 29_000);
        assert.equal(agents.dials.length, 0, 'the claim is believed while it runs');
        await tickAt(next, DUE + 31_000);
        assert.deepEqual(
          agents.dials.map(({ callId }) => callId),
          ['call-1'],
        );
        await talkThrough(next, 'call-1');
        assert.equal(await read(id), 'done: talked');
        assert.equal(agents.rings(NUMBER), 1);
      });

      it('when the process was only asleep and dials after another has taken over', async () => {
        const sleepy = start('p1');
        const { id } = await book(sleepy);
        let wake = (): void => undefined;
        let isAsleep = false;
        agents.beforeDial = () => {
          isAsleep = true;
          return new Promise((resolve) => (wake = resolve));
        };
        now = DUE;
        const tick = sleepy.callbacks.tick();
        await reached(() => isAsleep);
        agents.beforeDial = atOnce;
        const next = start('p2');
        await tickAt(next, DUE + 31_000);
        wake();
        await tick;
        assert.deepEqual(
          agents.dials.map(({ callId }) => callId),
          ['call-1', 'call-1'],
        );
        assert.equal(agents.calls.size, 1);
        await talkThrough(next, 'call-1');
        await tickAt(next, DUE + 20 * MINUTE);
        assert.equal(agents.rings(NUMBER), 1);
        assert.equal(await read(id), 'done: talked');
      });

      it('when the process dies after the dial: the call is followed, not made again', async () => {
        const dying = start('p1');
        const { id } = await book(dying);
        agents.afterDial = never;
        now = DUE;
        void dying.callbacks.tick();
        await reached(() => agents.calls.size === 1);
        dying.die();
        agents.afterDial = atOnce;
        agents.accept('call-1');
        const next = start('p2');
        await tickAt(next, DUE + 31_000);
        assert.equal(await read(id), 'dialling');
        await happens(next, () => {
          agents.answer('call-1');
          agents.end('call-1', 'customer', 'hung-up');
        });
        assert.equal(await read(id), 'done: talked');
        assert.equal(agents.dials.length, 1);
      });

      for (const [how, during, wanted] of [
        [
          'a talk',
          (callId: string) => {
            agents.accept(callId);
            agents.answer(callId);
            agents.end(callId, 'agent', 'hung-up');
          },
          'done: talked',
        ],
        [
          'no answer',
          (callId: string) => {
            agents.accept(callId);
            agents.end(callId, 'customer', 'no-answer');
          },
          'retry-wait: no-answer',
        ],
        [
          'an offer not taken',
          (callId: string) => {
            agents.end(callId, 'agent', 'not-taken');
          },
          'retry-wait: not-taken',
        ],
      ] as const) {
        it(`when the call ends while no process runs: ${how} is recorded afterwards`, async () => {
          const dying = start('p1');
          const { id } = await book(dying);
          await tickAt(dying, DUE);
          dying.die();
          now += 2000;
          during('call-1');
          const next = start('p2');
          await next.callbacks.recover();
          assert.equal(await read(id), wanted);
          assert.equal(agents.dials.length, 1);
          assert.equal(agents.reservedFor(7), null);
        });
      }

      it('when a new process recovers at once, without waiting for the claim to run out', async () => {
        const dying = start('p1');
        const { id } = await book(dying);
        await tickAt(dying, DUE);
        dying.die();
        agents.accept('call-1');
        agents.answer('call-1');
        const next = start('p2');
        await next.callbacks.recover();
        assert.equal(await read(id), 'connected');
        assert.equal((await store.repository.find(id))?.claimedBy, 'p2');
      });

      it('when the exchange is silent: nothing is dialled until it answers', async () => {
        const process = start('p1');
        const { id } = await book(process);
        agents.beforeDial = () => Promise.reject(new DomainError('unavailable', 'callbacks:error.under-way'));
        await tickAt(process, DUE);
        agents.beforeDial = atOnce;
        agents.isSilent = true;
        await tickAt(process, DUE + 31_000);
        await tickAt(process, DUE + 62_000);
        assert.equal(await read(id), 'offering');
        assert.equal(agents.dials.length, 0);
        agents.isSilent = false;
        await tickAt(process, DUE + 93_000);
        assert.deepEqual(
          agents.dials.map(({ callId }) => callId),
          ['call-1'],
        );
      });

      it('when the exchange refuses the dial: offered again later, still with the id that was stored', async () => {
        const process = start('p1');
        const { id } = await book(process);
        agents.beforeDial = () => Promise.reject(new DomainError('conflict', 'callbacks:error.under-way'));
        await tickAt(process, DUE);
        assert.equal(await read(id), 'retry-wait: owner-busy');
        assert.equal(agents.reservedFor(7), null);
        agents.beforeDial = atOnce;
        await tickAt(process, DUE + 30_000);
        assert.deepEqual(
          agents.dials.map(({ callId }) => callId),
          ['call-1'],
        );
        assert.equal((await attemptsOf(id)).length, 1);
      });

      it('when the id has become useless: the attempt is closed, and the next has an id of its own', async () => {
        const process = start('p1');
        const { id } = await book(process);
        agents.beforeDial = () => Promise.reject(new DomainError('conflict', 'calls:refused.call-id-taken'));
        await tickAt(process, DUE);
        agents.beforeDial = atOnce;
        await tickAt(process, DUE + 30_000);
        assert.deepEqual(
          (await attemptsOf(id)).map(({ callId, result }) => [callId, result]),
          [
            ['call-1', 'never-dialled'],
            ['call-2', null],
          ],
        );
      });

      it('when a process dies between storing that the owner is free and saying so: the next says so', async () => {
        const dying = start('p1');
        const { id } = await book(dying);
        await tickAt(dying, DUE - 10_000);
        const release = agents.release.bind(agents);
        agents.release = never;
        void dying.callbacks.cancel({ userId: 7, mayEditAll: false }, id);
        await reached(async () => (await read(id)) === 'cancelled: cancelled-by-owner');
        dying.die();
        assert.equal(agents.reservedFor(7), id);
        agents.release = release;
        await start('p2').callbacks.recover();
        assert.equal(agents.reservedFor(7), null);
      });

      it('when a dial that was given up shows up after all: it is followed', async () => {
        const process = start('p1');
        const { id } = await book(process);
        agents.beforeDial = () => Promise.reject(new DomainError('conflict', 'callbacks:error.under-way'));
        await tickAt(process, DUE);
        agents.beforeDial = atOnce;
        await agents.dial({ callId: 'call-1', agentId: 7, number: NUMBER, callbackId: id });
        await process.callbacks.idle();
        assert.equal(await read(id), 'offering');
        await talkThrough(process, 'call-1');
        assert.equal(await read(id), 'done: talked');
      });

      it('when the owner is gone at the take-over: it waits, and a later offer keeps the id', async () => {
        const dying = start('p1');
        const { id } = await book(dying);
        await dieBeforeDial(dying);
        agents.set(7, 'paused');
        const next = start('p2');
        await tickAt(next, DUE + 31_000);
        assert.equal(await read(id), 'retry-wait: owner-away');
        agents.set(7, 'available');
        await tickAt(next, DUE + 3 * MINUTE);
        assert.deepEqual(
          agents.dials.map(({ callId }) => callId),
          ['call-1'],
        );
      });

      it('when its window closes before it could be dialled: it expires, and its attempt says it never left', async () => {
        const dying = start('p1');
        const { id } = await book(dying);
        await dieBeforeDial(dying);
        await tickAt(start('p2'), DUE + 31 * MINUTE);
        assert.equal(await read(id), 'expired: not-served');
        assert.deepEqual(
          (await attemptsOf(id)).map(({ result }) => result),
          ['never-dialled'],
        );
      });

      it('when the exchange has lost a call that was seen: it counts as one', async () => {
        const process = start('p1');
        const { id } = await book(process);
        await tickAt(process, DUE);
        await happens(process, () => {
          agents.accept('call-1');
        });
        agents.calls.clear();
        await tickAt(process, DUE + 31_000);
        assert.equal(await read(id), 'retry-wait: dropped');
        assert.equal((await store.repository.find(id))?.attempts, 1);
      });

      it('asks for a long call now and then, and leaves it alone', async () => {
        const process = start('p1');
        const { id } = await book(process);
        await tickAt(process, DUE);
        await happens(process, () => {
          agents.accept('call-1');
          agents.answer('call-1');
        });
        for (let minute = 1; minute <= 60; minute += 1) await tickAt(process, DUE + minute * MINUTE);
        assert.equal(await read(id), 'connected');
        assert.equal(agents.dials.length, 1);
      });
    });

    describe('booking', () => {
      it('finds the customer by the number, or takes the one of the attendance', async () => {
        const process = start();
        assert.equal((await book(process)).customerName, 'Beatriz Nunes');
        assert.equal((await book(process, { number: '+5583999990002' })).customerName, null);
        const continued = { number: '+5583999990003', date: '2026-11-25', time: '18:00', timeZone: 'UTC', notes: '' };
        assert.equal(
          (await process.callbacks.book(7, { ...continued, attendanceId: 5 })).customerName,
          'Caio 100% Prado',
        );
        await assert.rejects(process.callbacks.book(7, { ...continued, attendanceId: 6 }), {
          code: 'not-found',
          key: 'callbacks:error.no-attendance',
        });
      });

      it('refuses a holiday at the date, and takes the day after it', async () => {
        const process = start();
        holidays.add('2026-11-25');
        await assert.rejects(book(process), { code: 'invalid', key: 'callbacks:error.holiday', field: 'date' });
        holidays.clear();
        holidays.add('2026-11-24');
        assert.equal((await book(process)).state, 'scheduled');
      });

      it('refuses for a queue that offers none, be it of the attendance or of the call in hand', async () => {
        const process = start();
        const refused = { code: 'conflict', key: 'callbacks:error.queue-without-callback' };
        const request = {
          number: NUMBER,
          date: '2026-11-25',
          time: '14:00',
          timeZone: 'America/Sao_Paulo',
          notes: '',
        };
        await assert.rejects(process.callbacks.book(7, { ...request, attendanceId: 8 }), refused);
        queueOfCall = NO_CALLBACKS;
        await assert.rejects(process.callbacks.book(7, { ...request, attendanceId: null }), refused);
        queueOfCall = NO_CALLBACKS + 1;
        assert.equal((await process.callbacks.book(7, { ...request, attendanceId: null })).state, 'scheduled');
      });

      it('of the same number and moment twice is one promise', async () => {
        const process = start();
        const [first, second] = await Promise.all([book(process), book(process)]);
        assert.equal(first.id, second.id);
      });

      it('stops at the limit of open ones, and goes on when one has ended', async () => {
        const process = start('p1', { settings: { maxOpenPerOwner: 2 } });
        const first = await book(process);
        await book(process, { time: '14:30' });
        await assert.rejects(book(process, { time: '15:00' }), {
          code: 'conflict',
          key: 'callbacks:error.too-many',
          params: { max: 2 },
        });
        await process.callbacks.cancel({ userId: 7, mayEditAll: false }, first.id);
        assert.ok(await book(process, { time: '15:00' }));
      });

      it('refuses what cannot be promised, and stores nothing', async () => {
        const process = start();
        await assert.rejects(book(process, { time: '23:00' }), { field: 'time' });
        assert.deepEqual(await process.callbacks.listFor(7), []);
      });
    });

    describe('cancelling', () => {
      it('is for the owner, and for who may edit them all', async () => {
        const process = start();
        const { id } = await book(process);
        await assert.rejects(process.callbacks.cancel({ userId: 8, mayEditAll: false }, id), { code: 'forbidden' });
        await process.callbacks.cancel({ userId: 8, mayEditAll: true }, id);
        assert.equal(await read(id), 'cancelled: cancelled-by-other');
      });

      it('is refused under way, at the end, and for what does not exist', async () => {
        const process = start();
        const { id } = await book(process);
        const cancel = (which = id): Promise<void> => process.callbacks.cancel({ userId: 7, mayEditAll: false }, which);
        await tickAt(process, DUE);
        await assert.rejects(cancel(), { code: 'conflict', key: 'callbacks:error.under-way' });
        await talkThrough(process, 'call-1');
        await assert.rejects(cancel(), { code: 'conflict', key: 'callbacks:error.ended' });
        await assert.rejects(cancel(id + 1000), { code: 'not-found' });
      });

      it('while the owner is being reserved leaves nobody reserved', async () => {
        const process = start();
        const { id } = await book(process);
        const reserve = agents.reserve.bind(agents);
        agents.reserve = async (...args) => {
          await process.callbacks.cancel({ userId: 7, mayEditAll: false }, id);
          return reserve(...args);
        };
        await tickAt(process, DUE);
        assert.equal(agents.reservedFor(7), null);
        assert.equal(agents.dials.length, 0);
      });

      it('against twenty ticks at once: either it was cancelled, or there is a call; never both', async () => {
        const process = start('p1');
        const other = start('p2', { repository: store.another() });
        const { id } = await book(process);
        now = DUE;
        const cancelled = process.callbacks.cancel({ userId: 7, mayEditAll: false }, id).then(
          () => true,
          () => false,
        );
        await Promise.all(Array.from({ length: 20 }, () => other.callbacks.tick()));
        const wasCancelled = await cancelled;
        await other.callbacks.idle();
        assert.equal(agents.dials.length, wasCancelled ? 0 : 1);
        if (wasCancelled) assert.equal(agents.reservedFor(7), null, 'nobody is kept for what was cancelled');
      });
    });

    it('shows an agent the open ones and those that ended today', async () => {
      const process = start();
      const first = await book(process);
      const second = await book(process, { time: '15:00' });
      await process.callbacks.cancel({ userId: 7, mayEditAll: false }, first.id);
      assert.deepEqual(
        (await process.callbacks.listFor(7)).map(({ id, state }) => [id, state]),
        [
          [first.id, 'cancelled'],
          [second.id, 'scheduled'],
        ],
      );
      now += 24 * 60 * MINUTE;
      assert.deepEqual(
        (await process.callbacks.listFor(7)).map(({ id }) => id),
        [second.id],
      );
      assert.deepEqual(await process.callbacks.listFor(8), []);
    });

    it('passes over calls that keep no promise', async () => {
      const process = start();
      assert.equal(await process.callbacks.byCall('some-other'), null);
      process.callbacks.onCallEvent({
        type: 'answered',
        call: { callId: 'x', direction: 'inbound', answeredAt: 1, endedAt: null, endedBy: null, endCause: null },
      });
      await process.callbacks.idle();
    });

    /** At its time, with the attempt stored and nothing sent to the exchange yet. */
    async function dieBeforeDial(process: Process): Promise<void> {
      let isThere = false;
      agents.beforeDial = () => {
        isThere = true;
        return never();
      };
      now = DUE;
      void process.callbacks.tick();
      await reached(() => isThere);
      process.die();
      agents.beforeDial = atOnce;
    }

    async function talkThrough(process: Process, callId: string): Promise<void> {
      await happens(process, () => {
        agents.accept(callId);
        agents.answer(callId);
        agents.end(callId, 'customer', 'hung-up');
      });
    }
  });
}

/** Looks until it is so, giving everything else its turn between looks. */
async function reached(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > limit) throw new Error(`waited 10 s for ${isSo.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
