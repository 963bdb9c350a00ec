import assert from 'node:assert/strict';
import { type Callback, type CallbackDraft } from '../../src/modules/callbacks/callback.domain.js';
import { type CallbackFilter } from '../../src/modules/callbacks/callback.port.js';
import { DUE, MINUTE } from '../support/callback-builders.js';
import { STORES, type CallbackStore } from '../support/callback-stores.js';

const draft = (fields: Partial<CallbackDraft> = {}): CallbackDraft => {
  const dueAt = fields.dueAt ?? DUE;
  return {
    number: '+5583999990001',
    customerId: 1,
    ownerId: 7,
    queueId: null,
    attendanceId: null,
    createdBy: 7,
    dueAt,
    windowEndAt: dueAt + 30 * MINUTE,
    timeZone: 'America/Sao_Paulo',
    notes: 'ligar sobre a fatura — “2ª via”',
    maxAttempts: 3,
    nextAttemptAt: dueAt,
    updatedAt: DUE - 60 * MINUTE,
    ...fields,
  };
};

const changed = (callback: Callback, fields: Partial<Callback>): Callback => ({
  ...callback,
  ...fields,
  version: callback.version + 1,
});

for (const { name, open } of STORES) {
  describe(`callback repository, ${name}`, () => {
    let store: CallbackStore;
    before(async () => {
      store = await open();
    });
    beforeEach(async () => {
      await store.clear();
    });
    after(async () => {
      await store[Symbol.asyncDispose]();
    });

    const insert = async (fields: Partial<CallbackDraft> = {}): Promise<Callback> => {
      const callback = await store.repository.insert(draft(fields), 100);
      assert.ok(callback !== null);
      return callback;
    };
    const claim = (callback: Callback, callId: string): ReturnType<CallbackStore['repository']['claim']> =>
      store.repository.claim({
        next: changed(callback, { state: 'offering', claimedBy: 'p1', claimedUntil: DUE + 30_000, updatedAt: DUE }),
        callId,
      });

    it('gives back what was promised, to the millisecond, with the names', async () => {
      const dueAt = DUE + 123;
      const { id, ...rest } = await insert({ dueAt });
      assert.ok(id > 0);
      assert.deepEqual(rest, {
        ...draft({ dueAt }),
        customerName: 'Beatriz Nunes',
        ownerName: 'Pessoa 7',
        state: 'scheduled',
        reason: null,
        attempts: 0,
        claimedBy: null,
        claimedUntil: null,
        version: 0,
      });
      assert.deepEqual(await store.repository.find(id), { id, ...rest });
      assert.equal(await store.repository.find(id + 1), null);
    });

    it('keeps the same promise once, and a limit of open ones, when twenty come at once', async () => {
      const repositories = [store.repository, store.another()];
      const book = (n: number, fields: Partial<CallbackDraft>): Promise<Callback | null> =>
        repositories[n % 2]!.insert(draft(fields), 3);
      const same = await Promise.all(Array.from({ length: 20 }, (_, n) => book(n, {})));
      assert.deepEqual(new Set(same.map((callback) => callback?.id)), new Set([same[0]?.id]));
      const many = await Promise.all(Array.from({ length: 20 }, (_, n) => book(n, { dueAt: DUE + (n + 1) * MINUTE })));
      assert.equal(many.filter((callback) => callback !== null).length, 2);
      assert.equal((await store.repository.ofOwner(7, 0)).length, 3);
      assert.ok(await store.repository.insert(draft({ ownerId: 8, createdBy: 8 }), 3), 'the limit is of one owner');
    });

    it('does not count those that ended', async () => {
      const first = await insert();
      await store.repository.save(changed(first, { state: 'cancelled', reason: 'cancelled-by-owner' }), null);
      const again = await store.repository.insert(draft(), 1);
      assert.ok(again !== null && again.id !== first.id);
    });

    it('writes a change once: the second on the same version is told', async () => {
      const callback = await insert();
      const saved = await Promise.all([
        store.repository.save(changed(callback, { state: 'reserved' }), null),
        store.another().save(changed(callback, { state: 'cancelled', reason: 'cancelled-by-owner' }), null),
      ]);
      assert.equal(saved.filter(Boolean).length, 1);
      const stored = await store.repository.find(callback.id);
      assert.equal(stored?.version, 1);
      assert.equal(stored.state, saved[0] ? 'reserved' : 'cancelled');
    });

    it('stores every field that changes', async () => {
      const callback = await insert();
      const next = changed(callback, {
        state: 'retry-wait',
        reason: 'busy',
        attempts: 2,
        nextAttemptAt: DUE + 10 * MINUTE + 7,
        claimedBy: 'p9',
        claimedUntil: DUE + 1,
        updatedAt: DUE + 5,
      });
      assert.equal(await store.repository.save(next, null), true);
      assert.deepEqual(await store.repository.find(callback.id), next);
    });

    it('gives one of twenty claims the row, with its attempt', async () => {
      const callback = await insert();
      const repositories = [store.repository, store.another()];
      const next = changed(callback, { state: 'offering', claimedBy: 'p', claimedUntil: DUE, updatedAt: DUE });
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, n) => repositories[n % 2]!.claim({ next, callId: `call-${String(n)}` })),
      );
      const won = claims.filter((attempt) => attempt !== null);
      assert.equal(won.length, 1);
      assert.deepEqual(won[0], {
        callbackId: callback.id,
        n: 1,
        callId: won[0]?.callId,
        agentId: 7,
        offeredAt: DUE,
        acceptedAt: null,
        answeredAt: null,
        endedAt: null,
        result: null,
      });
      const { rows } = await store.repository.list({ states: null, search: '', page: 1, pageSize: 10 });
      assert.equal(rows[0]?.attempts.length, 1, 'the losers left no attempt behind');
      assert.deepEqual(await store.repository.findByCall(won[0].callId), { callback: next, attempt: won[0] });
      assert.equal(await store.repository.findByCall('call-99'), null);
    });

    it('opens no second attempt while one is open, and keeps its id', async () => {
      const callback = await insert();
      const first = await claim(callback, 'one');
      const back = changed(changed(callback, {}), { state: 'retry-wait' });
      assert.equal(await store.repository.save(back, null), true);
      const second = await claim(back, 'two');
      assert.equal(first?.callId, 'one');
      assert.deepEqual(second, first);
      assert.equal((await store.repository.openAttempt(callback.id))?.callId, 'one');
    });

    it('numbers the next attempt once the one before has its result', async () => {
      const callback = await insert();
      await claim(callback, 'one');
      const back = changed(changed(callback, {}), { state: 'retry-wait' });
      await store.repository.save(back, { acceptedAt: DUE + 1, answeredAt: null, endedAt: DUE + 2, result: 'busy' });
      assert.equal(await store.repository.openAttempt(callback.id), null);
      const second = await claim(back, 'two');
      assert.deepEqual([second?.n, second?.callId], [2, 'two']);
      const closed = (await store.repository.findByCall('one'))?.attempt;
      assert.deepEqual(
        [closed?.acceptedAt, closed?.answeredAt, closed?.endedAt, closed?.result],
        [DUE + 1, null, DUE + 2, 'busy'],
      );
    });

    it('claims nothing that is not waiting, or has moved on', async () => {
      const callback = await insert();
      const cancelled = changed(callback, { state: 'cancelled', reason: 'cancelled-by-owner' });
      await store.repository.save(cancelled, null);
      assert.equal(await claim(callback, 'a'), null);
      assert.equal(await claim(cancelled, 'b'), null);
      assert.equal(await store.repository.findByCall('b'), null);
    });

    it('finds what waits and is due, the oldest promise first', async () => {
      const later = await insert({ dueAt: DUE + 2 * MINUTE });
      const old = await insert();
      const retried = await store.repository.save(
        changed(old, { state: 'retry-wait', nextAttemptAt: DUE + 3 * MINUTE }),
        null,
      );
      assert.ok(retried);
      await insert({ dueAt: DUE + 9 * MINUTE });
      const cancelled = await insert({ number: '+5583999990002' });
      await store.repository.save(changed(cancelled, { state: 'cancelled', reason: 'cancelled-by-owner' }), null);
      const due = await store.repository.waiting(DUE + 3 * MINUTE);
      assert.deepEqual(
        due.map(({ id }) => id),
        [old.id, later.id],
      );
      assert.deepEqual(await store.repository.active(), []);
      await claim((await store.repository.find(later.id))!, 'x');
      assert.deepEqual(
        (await store.repository.active()).map(({ id }) => id),
        [later.id],
      );
    });

    it('finds what changed since a moment', async () => {
      const old = await insert({ updatedAt: DUE - 2 });
      const recent = await insert({ dueAt: DUE + MINUTE, updatedAt: DUE - 1 });
      assert.deepEqual(
        (await store.repository.changedSince(DUE - 1)).map(({ id }) => id),
        [recent.id],
      );
      assert.equal((await store.repository.changedSince(DUE - 2)).length, 2, String(old.id));
    });

    it('shows an owner what is open and what ended since', async () => {
      const ended = async (dueAt: number, updatedAt: number): Promise<number> => {
        const callback = await insert({ dueAt });
        await store.repository.save(changed(callback, { state: 'done', reason: 'talked', updatedAt }), null);
        return callback.id;
      };
      await ended(DUE, DUE - 1);
      const today = await ended(DUE + MINUTE, DUE);
      const open = await insert({ dueAt: DUE + 2 * MINUTE });
      await insert({ ownerId: 8, createdBy: 8 });
      assert.deepEqual(
        (await store.repository.ofOwner(7, DUE)).map(({ id }) => id),
        [today, open.id],
      );
    });

    describe('its list', () => {
      const list = async (fields: Partial<CallbackFilter>): Promise<readonly string[]> => {
        const filter = { states: null, search: '', page: 1, pageSize: 10, ...fields };
        return (await store.repository.list(filter)).rows.map(({ callback }) => callback.number);
      };
      beforeEach(async () => {
        await insert({ number: '+5511000000001' });
        await insert({ number: '+5511000000002', dueAt: DUE + MINUTE, customerId: 2 });
        const third = await insert({ number: '+5521000000003', dueAt: DUE + 2 * MINUTE, customerId: null });
        await store.repository.save(changed(third, { state: 'done', reason: 'talked' }), null);
      });

      it('is the newest promise first, in pages, with the whole number of them', async () => {
        assert.deepEqual(await list({}), ['+5521000000003', '+5511000000002', '+5511000000001']);
        const second = await store.repository.list({ states: null, search: '', page: 2, pageSize: 2 });
        assert.deepEqual([second.rows.map(({ callback }) => callback.number), second.total], [['+5511000000001'], 3]);
      });
      it('filters by state', async () => {
        assert.deepEqual(await list({ states: ['done', 'failed'] }), ['+5521000000003']);
        assert.deepEqual(await list({ states: [] }), []);
      });
      it('finds part of a number however it is written, and part of a name in any case', async () => {
        assert.deepEqual(await list({ search: '(21) 0000' }), ['+5521000000003']);
        assert.deepEqual(await list({ search: 'BEATRIZ' }), ['+5511000000001']);
      });
      it('takes what could be a wildcard for what it is', async () => {
        assert.deepEqual(await list({ search: '%' }), ['+5511000000002']);
        assert.deepEqual(await list({ search: '_' }), []);
        assert.deepEqual(
          await list({ search: "' OR 1=1 --" }),
          ['+5521000000003', '+5511000000002', '+5511000000001'].filter((number) => number.includes('11')),
        );
      });
    });
  });
}
