import assert from 'node:assert/strict';
import { movedOrder } from '../../src/modules/reasons/reason.domain.js';
import { ExchangeSpelling } from '../../src/modules/reasons/index.js';

describe('the order of reasons', () => {
  const active = (id: number): { readonly id: number; readonly isActive: boolean } => ({ id, isActive: true });
  const retired = (id: number): { readonly id: number; readonly isActive: boolean } => ({ id, isActive: false });

  for (const [what, reasons, id, direction, order] of [
    ['moves one up', [active(1), active(2), active(3)], 3, 'up', [1, 3, 2]],
    ['moves one down', [active(1), active(2), active(3)], 1, 'down', [2, 1, 3]],
    ['leaves the first where it is', [active(1), active(2)], 1, 'up', [1, 2]],
    ['leaves the last where it is', [active(1), active(2)], 2, 'down', [1, 2]],
    ['leaps over retired ones, which people see elsewhere', [active(1), retired(2), active(3)], 3, 'up', [3, 1, 2]],
    ['moves a retired one among its own', [retired(1), active(2), retired(3)], 1, 'down', [2, 3, 1]],
    ['leaves the only one in use where it is', [retired(1), active(2), retired(3)], 2, 'up', [1, 2, 3]],
    ['knows no stranger', [active(1), active(2)], 9, 'up', [1, 2]],
  ] as const) {
    it(what, () => {
      assert.deepEqual(movedOrder(reasons, id, direction), order);
    });
  }
});

describe('the exchange’s spelling', () => {
  const pause = { type: 'pause', name: 'almoco' } as const;

  it('is not waited for longer than its limit', async () => {
    const spelling = new ExchangeSpelling({ pauseReasons: () => new Promise(() => undefined), limitMs: 5 });
    const { names, check } = await spelling.ask();
    assert.equal(names, null);
    assert.equal(check(pause), null);
  });

  it('is unknown where the exchange refuses, fails at once, or there is none', async () => {
    const fails = (): never => {
      throw new Error('not even a promise');
    };
    for (const pauseReasons of [() => Promise.reject(new Error('away')), fails, null]) {
      assert.equal((await new ExchangeSpelling({ pauseReasons }).ask()).names, null);
    }
  });

  it('is of pauses only', async () => {
    const { check } = await new ExchangeSpelling({ pauseReasons: () => Promise.resolve(['Almoço']) }).ask();
    assert.equal(check(pause)?.kind, 'same-word');
    assert.equal(check({ type: 'subject', name: 'almoco' }), null);
    assert.equal(check({ type: 'pause', name: 'Almoço' }), null);
  });
});
